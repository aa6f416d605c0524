"""`python -m previews`: a copy of a stack's state that only the preview roles get into.

The state names the roles of the last up: in the accounts' providers, in the kubeconfigs, in the outputs. By
others, a preview would show all of these as changed, so that nothing could ever be told as unchanged; it
would still take on the old ones to refresh, and for what leaves the program; and so would the doctor. In the
copy each previewRoleArn stands where the roleArn beside it stood, and what a preview shows is what changes.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from rich.text import Text

from crosslink.command import Parser, Status, consoles

DESCRIPTION = """\
Copy a stack's state into a folder, with the preview roles in the place of those that may change things, and
have the stack's file say `crosslink:asPreview: true`. The stack itself is only read.
"""
EPILOG = """\
The copy's secrets are encrypted with an empty passphrase: it is for a machine that is thrown away. So is the
stack's file, which then belongs to the copy.

example:
  python -m previews --stack dev --project . --into /tmp/dev
  PULUMI_BACKEND_URL=file:///tmp/dev PULUMI_CONFIG_PASSPHRASE= pulumi preview --stack dev
"""
ROLE_NAME = r"[\w+=,.@-]"
"""https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"""

Json = dict[str, Any]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        argv: the arguments, without the command's name; by default the process's own.

    Returns:
        The exit status. Bad usage raises SystemExit(1).
    """
    arguments = _parser().parse_args(argv)
    _, err = consoles()
    try:
        with err.status(f"copying the state of {arguments.stack}"):
            copy(arguments.stack, arguments.project, arguments.into)
    except subprocess.CalledProcessError as error:
        err.print(Text(error.stderr.strip()), soft_wrap=True)
        return Status.COULD_NOT_RUN
    except FileNotFoundError as error:  # the program's folder, or the CLI
        err.print(Text(f"error: there is no {error.filename}"), soft_wrap=True)
        return Status.COULD_NOT_RUN
    err.print(Text(f"state of {arguments.stack}: copied into {arguments.into}"), soft_wrap=True)
    return Status.HOLDS


def copy(stack: str, project: Path, into: Path) -> None:
    """Copies the state of a stack, and gives its file to the copy.

    Args:
        stack: the stack's name.
        project: the folder of the program and the stack's file, which is written anew.
        into: the folder of the copy.

    Raises:
        subprocess.CalledProcessError: the CLI refuses one of the steps; its `stderr` says why.
    """
    state = json.loads(_pulumi(project, "stack", "export", "--show-secrets", "--stack", stack))
    config = _pulumi(project, "config", "--json", "--show-secrets", "--stack", stack)

    # The file's secrets are the backend's, or those of a key that the copy has no business with.
    (project / f"Pulumi.{stack}.yaml").unlink(missing_ok=True)
    into.mkdir(parents=True, exist_ok=True)
    _pulumi(project, "stack", "init", stack, "--secrets-provider", "passphrase", backend=into)
    _pulumi(project, "config", "set-all", "--json", config, "--stack", stack, backend=into)
    _pulumi(project, "config", "set", "crosslink:asPreview", "true", "--stack", stack, backend=into)

    # An import encrypts by what the state names, which the empty one knows.
    empty = json.loads(_pulumi(project, "stack", "export", "--stack", stack, backend=into))
    state = with_preview_roles(state)
    state["deployment"]["secrets_providers"] = empty["deployment"]["secrets_providers"]
    _pulumi(project, "stack", "import", "--stack", stack, backend=into, given=json.dumps(state))


def with_preview_roles(state: Json) -> Json:
    """A state in which each preview role stands where the role beside it stood, by its own output `path`.

    Args:
        state: what `pulumi stack export --show-secrets` has written.
    """
    outputs = [
        resource.get("outputs", {})
        for resource in state["deployment"].get("resources", [])
        if resource["type"] == "pulumi:pulumi:Stack"
    ]
    paths = [cast("Json", output["path"]) for output in outputs if "path" in output]
    parties = [party for path in paths for party in (path["consumer"], *path["backends"].values())]
    roles = {
        party["roleArn"]: party["previewRoleArn"]
        for party in parties
        if party["roleArn"] and party.get("previewRoleArn")
    }
    return cast("Json", _replaced(state, roles))


def _replaced(value: object, roles: Mapping[str, str]) -> object:
    """A value with other roles in its texts, which may be JSON themselves."""
    match value:
        case str():
            for role, other in roles.items():
                value = re.sub(rf"{re.escape(role)}(?!{ROLE_NAME})", other, value)
            return value
        case list():
            return [_replaced(item, roles) for item in cast("list[object]", value)]
        case dict():
            return {key: _replaced(item, roles) for key, item in cast("Json", value).items()}
        case _:
            return value


def _pulumi(project: Path, *arguments: str, backend: Path | None = None, given: str | None = None) -> str:
    """What a command of the CLI prints: of the stack's own backend, or of the copy's."""
    command = ["pulumi", "--non-interactive", *arguments]
    environment = dict(os.environ)
    if backend:
        environment |= {"PULUMI_BACKEND_URL": f"file://{backend.resolve()}", "PULUMI_CONFIG_PASSPHRASE": ""}
    return subprocess.run(  # noqa: S603 - no shell
        command, cwd=project, env=environment, input=given, capture_output=True, text=True, check=True
    ).stdout


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m previews",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--stack", metavar="NAME", required=True, help="the stack")
    parser.add_argument(
        "--project", metavar="FOLDER", type=Path, default=Path(), help="of the program (default: here)"
    )
    parser.add_argument("--into", metavar="FOLDER", type=Path, required=True, help="of the copy")
    return parser


if __name__ == "__main__":
    sys.exit(main())
