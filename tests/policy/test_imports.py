"""What the pack and the page of rules load: the pack's own environment has no provider's SDK."""

import subprocess
import sys

import pytest

from tests.runs import ROOT

LOADED = "import sys; sys.exit(', '.join({'pulumi_aws', 'boto3'} & sys.modules.keys()) or None)"


@pytest.mark.parametrize(
    "code",
    [
        "import policy.pack",
        "from crosslink.__main__ import main; assert main(['rules']) == 0",
    ],
    ids=["policy.pack", "crosslink rules"],
)
def test_no_sdk_of_a_provider_is_loaded(code: str) -> None:
    done = subprocess.run(  # noqa: S603 - this Python, and the code above
        [sys.executable, "-c", f"{code}\n{LOADED}"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
