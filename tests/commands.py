"""The commands that the documentation has, and a checkout to run them in."""

import re
import shlex
from collections.abc import Mapping
from pathlib import Path

from tests.bootstrap.templates import source
from tests.runs import ROOT

CROSSLINK = ".venv/bin/crosslink "
DEPLOY = "aws cloudformation deploy "
PROGRAM = ("__main__.py", "Pulumi.yaml", "settings", "components", "Pulumi.dev.yaml", "examples", "docs")


def commands_in(text: str) -> list[str]:
    """The commands of the code blocks in `sh`, continued lines joined, without comments."""
    found: list[str] = []
    for block in re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S):
        command = ""
        for line in block.replace("\\\n", " ").splitlines():
            command = f"{command} {line.partition(' #')[0]}".strip()
            if command.count("'") % 2 == 0:  # otherwise a quoted text goes on
                found.append(command)
                command = ""
    return found


def check_out(folder: Path) -> Path:
    """Puts into a folder what a checkout has for the sandbox."""
    for name in PROGRAM:
        (folder / name).symlink_to(ROOT / name)
    return folder


def refused_parameters(command: str) -> list[str]:
    """What a template wouldn't take of a command that deploys it: parameters that it lacks, that it needs
    besides, or that may not have the value."""
    words = shlex.split(command)
    template = words[words.index("--template-file") + 1]
    parameters: Mapping[str, Mapping[str, object]] = source(template.removeprefix("bootstrap/"))["Parameters"]
    overrides = words[words.index("--parameter-overrides") + 1 :]
    given = dict(word.split("=", 1) for word in overrides if "=" in word)
    needed = {name for name, parameter in parameters.items() if "Default" not in parameter}
    return sorted(
        [f"{name} is missing" for name in needed - set(given)]
        + [
            f"{name}={value}"
            for name, value in given.items()
            if name not in parameters or value not in parameters[name].get("AllowedValues", [value])  # type: ignore[operator]
        ]
    )
