"""Starts the policy pack. Pulumi does that, in a process of its own and with the .venv of this directory."""

import sys
from pathlib import Path

# Pulumi runs this file from wherever it likes; the rules are in the repository that it belongs to.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

try:
    from pulumi_policy import PolicyPack

    from policy.pack import Pack
except ModuleNotFoundError as error:
    here = Path(__file__).resolve().parent
    raise SystemExit(
        f"The policy pack needs {error.name}, which {here / '.venv'} hasn't got. Install what it needs:\n"
        f"    pulumi -C {here} install"
    ) from None

PolicyPack("crosslink", Pack().policies())
