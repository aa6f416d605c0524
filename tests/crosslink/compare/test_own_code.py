"""Which code a change brings along: what ran for its comment, and what checks others from the merge on."""

from pathlib import Path

import pytest

from crosslink.compare import own_code as own
from crosslink.compare.own_code import OwnCode, own_code

FILES = ("__main__.py", "settings/read.py", "components/api.py", "policy/known.yaml", "README.md")


@pytest.fixture
def checkouts(tmp_path: Path) -> tuple[Path, Path]:
    """Two checkouts that are the same."""
    for side in ("base", "head"):
        for file in FILES:
            path = tmp_path / side / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("as it was")
    return tmp_path / "base", tmp_path / "head"


def _write(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("another text")


@pytest.mark.parametrize(
    "file",
    [
        "__main__.py",
        "components/api.py",
        "components/policy.json",
        "settings/new/rule.py",
        "yaml.py",  # in the place of a library's
        "yaml/__init__.py",
        "yaml.pyc",
        "requirements.txt",
        "Pulumi.yaml",
    ],
)
def test_what_runs_had_a_hand(file: str, checkouts: tuple[Path, Path]) -> None:
    _write(checkouts[1] / file)
    assert own_code(*checkouts) == OwnCode(program=(file,))


@pytest.mark.parametrize("file", ["crosslink/a.py", "policy/known.yaml", ".github/workflows/preview.yml"])
def test_what_checks_is_told_apart(
    file: str, checkouts: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(checkouts[1] / file)
    assert own_code(*checkouts) == OwnCode(checks=(file,))
    monkeypatch.setattr(own, "_TOOLKIT", checkouts[1])
    assert own_code(*checkouts) == OwnCode(program=(file,))


@pytest.mark.parametrize(
    "file",
    [
        "README.md",
        "Pulumi.dev.yaml",
        "docs/conf.py",
        "tests/conftest.py",
        "examples/Pulumi.a.yaml",
        ".venv/lib/a.py",
        "components/__pycache__/api.cpython-313.pyc",  # Python doesn't look there
    ],
)
def test_what_does_not_run_is_not_told(file: str, checkouts: tuple[Path, Path]) -> None:
    _write(checkouts[1] / file)
    assert own_code(*checkouts) == OwnCode()


def test_what_goes_is_told(checkouts: tuple[Path, Path]) -> None:
    (checkouts[1] / "components/api.py").unlink()
    assert own_code(*checkouts) == OwnCode(program=("components/api.py",))


def test_a_link_is_told_and_not_followed(checkouts: tuple[Path, Path]) -> None:
    (checkouts[1] / "yaml").symlink_to("/", target_is_directory=True)
    (checkouts[1] / "components/endless.py").symlink_to("/dev/zero")
    assert own_code(*checkouts) == OwnCode(program=("components/endless.py", "yaml"))


def test_one_checkout_brings_nothing_along(checkouts: tuple[Path, Path]) -> None:
    base, head = checkouts
    _write(head / "__main__.py")
    assert own_code(base, None) == own_code(None, head) == own_code(head, head) == OwnCode()
