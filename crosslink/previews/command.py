"""`crosslink previews`: a copy of a stack's state that only the preview roles get into.

The state names the roles of the last up: in the accounts' providers, in the kubeconfigs, in the outputs. By
others, a preview would show all of these as changed, so that nothing could ever be told as unchanged; it
would still take on the old ones to refresh, and for what leaves the program; and so would the doctor. In the
copy each previewRoleArn stands where the roleArn beside it stood, and what a preview shows is what changes.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias, cast

from rich.console import Console
from rich.text import Text

from crosslink.command import Status
from crosslink.project import root
from crosslink.sandbox import go_yaml

DESCRIPTION = """\
Copy a stack's state into a folder, with the preview roles in the place of those that may change things, and
have the stack's file say `crosslink:asPreview: true`. The stack itself is only read.
"""
EPILOG = """\
The copy's secrets are encrypted with an empty passphrase: it is for a machine that is thrown away. So is the
stack's file, which then belongs to the copy.

example:
  crosslink previews --stack dev --into /tmp/dev
  PULUMI_BACKEND_URL=file:///tmp/dev PULUMI_CONFIG_PASSPHRASE= pulumi preview --stack dev
"""
AS_PREVIEW = "crosslink:asPreview"
ROLE_NAME = r"[\w+=,.@-]"
"""https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"""

Json: TypeAlias = dict[str, Any]
Place: TypeAlias = tuple[str | int, ...]
"""Of a value in the configuration: the key, and the way in its value."""


class CopyError(Exception):
    """The stack can't be copied."""


ERRORS = (CopyError,)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--stack", metavar="NAME", required=True, help="the stack")
    parser.add_argument(
        "--project", metavar="FOLDER", type=Path, help="of the program (default: the checkout)"
    )
    parser.add_argument("--into", metavar="FOLDER", type=Path, required=True, help="of the copy")


def run(arguments: argparse.Namespace, _out: Console, err: Console) -> Status:
    """Copy the state, and say so.

    Raises:
        CopyError: a step failed; nothing of the stack or of its file has changed then.
    """
    with err.status(f"copying the state of {arguments.stack}"):
        copy(arguments.stack, arguments.project or root(), arguments.into)
    err.print(Text(f"state of {arguments.stack}: copied into {arguments.into}"), soft_wrap=True)
    return Status.HOLDS


def copy(stack: str, project: Path, into: Path) -> None:
    """Copies the state of a stack, and gives its file to the copy.

    The CLI gets secrets on its standard input: everybody on the machine can read a command line. What it
    writes meanwhile is in a folder of its own, so that the stack's file changes only when all is done.

    Args:
        stack: the stack's name.
        project: the folder of the program and the stack's file, which is written anew.
        into: the folder of the copy.

    Raises:
        CopyError: there is no such folder, or the CLI is missing or refuses one of the steps.
    """
    if not project.is_dir():
        raise CopyError(f"there is no {project}")
    file = project / f"Pulumi.{stack}.yaml"
    state = json.loads(_pulumi(project, "stack", "export", "--show-secrets", "--stack", stack))
    config: Json = json.loads(_pulumi(project, "config", "--json", "--show-secrets", "--stack", stack))
    values = {key: entry.get("objectValue", entry["value"]) for key, entry in config.items()}
    values[AS_PREVIEW] = "true"
    places = [
        place for key, entry in config.items() if entry["secret"] for place in _secret(key, entry, file)
    ]
    secrets = {place: _taken_out(values, place) for place in places}

    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as directory:
        draft = Path(directory)
        shutil.copy(project / "Pulumi.yaml", draft)
        _pulumi(draft, "stack", "init", stack, "--secrets-provider", "passphrase", backend=into)
        with (draft / file.name).open("a", encoding="utf-8") as written:  # below what says how it encrypts
            written.write(f"config: {json.dumps(values, ensure_ascii=False)}\n")
        for place, secret in secrets.items():
            arguments = ("config", "set", "--path", "--secret", _as_path(place), "--stack", stack)
            _pulumi(draft, *arguments, backend=into, given=f"{secret}\n")

        # An import encrypts by what the state names, which the empty one knows.
        empty = json.loads(_pulumi(draft, "stack", "export", "--stack", stack, backend=into))
        state = with_preview_roles(state)
        state["deployment"]["secrets_providers"] = empty["deployment"]["secrets_providers"]
        _pulumi(draft, "stack", "import", "--stack", stack, backend=into, given=json.dumps(state))
        shutil.copy(draft / file.name, fresh := file.with_suffix(".new"))
        fresh.replace(file)


def _secret(key: str, entry: Json, file: Path) -> list[Place]:
    """The places of a key's secrets: of an object only the stack's file tells them.

    Raises:
        CopyError: it doesn't.
    """
    if "objectValue" not in entry:
        return [(key,)]
    try:
        settings = go_yaml.load(file)
    except (OSError, go_yaml.NotYamlError) as error:
        raise CopyError(f"{file} can't be read: {error}") from error
    entries = settings.get("config") if isinstance(settings, dict) else None
    name = key.removeprefix("crosslink:")  # as a file may write it
    value = {key: entries[name] if name in entries else entries.get(key)} if isinstance(entries, dict) else {}
    places = list(_encrypted(value))
    if not places:
        raise CopyError(f"{key} has secrets that {file} doesn't have: put them there, encrypted")
    return places


def _encrypted(value: go_yaml.Value, place: Place = ()) -> Iterator[Place]:
    """The places of what is encrypted in a value."""
    match value:
        case {"secure": str()} if len(value) == 1:
            yield place
        case dict():
            for key, item in value.items():
                yield from _encrypted(item, (*place, key))
        case list():
            for index, item in enumerate(value):
                yield from _encrypted(item, (*place, index))
        case _:
            pass


def _taken_out(values: Json, place: Place) -> str:
    """The text at a place, where an empty one is left."""
    holder: Any = values
    *way, last = place
    for step in way:
        holder = holder[step]
    text, holder[last] = holder[last], ""
    return text


def _as_path(place: Place) -> str:
    """A place as `pulumi config set --path` takes it, such as `crosslink:api["routes"]["/svc1"]`."""
    key, *way = place
    quoted = (step if isinstance(step, int) else '"' + step.replace('"', r"\"") + '"' for step in way)
    return f"{key}{''.join(f'[{step}]' for step in quoted)}"


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
    """What a command of the CLI prints: of the stack's own backend, or of the copy's.

    Raises:
        CopyError: it fails, or isn't there.
    """
    command = ["pulumi", "--non-interactive", *arguments]
    environment = dict(os.environ)
    if backend:
        environment |= {"PULUMI_BACKEND_URL": f"file://{backend.resolve()}", "PULUMI_CONFIG_PASSPHRASE": ""}
    try:
        return subprocess.run(  # noqa: S603 - no shell
            command, cwd=project, env=environment, input=given, capture_output=True, text=True, check=True
        ).stdout
    except FileNotFoundError as error:
        raise CopyError(f"there is no {error.filename}") from error
    except subprocess.CalledProcessError as error:
        raise CopyError(error.stderr.strip().removeprefix("error: ")) from error
