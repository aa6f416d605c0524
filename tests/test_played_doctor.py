"""`python -m tests.played_doctor` from the outside; the README's own call of it is run with the README."""

import pytest

from tests import played_doctor


@pytest.mark.parametrize(
    ("arguments", "status"), [(["--help"], 0), (["nowhere"], 1), (["dev", "--nonsense"], 1)]
)
def test_usage_is_told(arguments: list[str], status: int, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        played_doctor.main(arguments)
    assert stopped.value.code == status
    printed = "".join(capsys.readouterr())
    assert "usage: " in printed
    assert "Traceback" not in printed
