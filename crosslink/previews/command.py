"""`crosslink previews`: a copy of a stack's state that only the preview roles get into.

The state names the roles of the last up, in providers, kubeconfigs and outputs. A preview with other roles
would show all of these as changed, and would still assume the old ones to refresh and to delete; so would the
doctor. In the copy each previewRoleArn replaces the roleArn beside it: a preview shows only real changes.
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
    """The stack can't be copied; the text says why."""


ERRORS = (CopyError,)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--stack", metavar="NAME", required=True, help="the stack")
    parser.add_argument(
        "--project", metavar="FOLDER", type=Path, help="the program's (default: the checkout)"
    )
    parser.add_argument("--into", metavar="FOLDER", type=Path, required=True, help="the copy's")


def run(arguments: argparse.Namespace, _out: Console, err: Console) -> Status:
    """Copy the state. After a CopyError the stack and its file are unchanged."""
    with err.status(f"copying the state of {arguments.stack}"):
        copy(arguments.stack, arguments.project or root(), arguments.into)
    err.print(Text(f"state of {arguments.stack}: copied into {arguments.into}"), soft_wrap=True)
    return Status.HOLDS


def copy(stack: str, project: Path, into: Path) -> None:
    """Copies the state of a stack, and rewrites its file in the project's folder for the copy.

    The CLI gets secrets on its standard input: everybody on the machine can read a command line. It works
    in a temporary folder, so that the stack's file changes only when all is done.

    Raises:
        CopyError: there is no such project, the CLI is missing or fails, or a secret can't be told.
    """
    if not project.is_dir():
        raise CopyError(f"there is no {project}")
    file = project / f"Pulumi.{stack}.yaml"
    state = json.loads(_pulumi(project, "stack", "export", "--show-secrets", "--stack", stack))
    config: Json = json.loads(_pulumi(project, "config", "--json", "--show-secrets", "--stack", stack))
    values = {key: entry.get("objectValue", entry["value"]) for key, entry in config.items()}
    values[AS_PREVIEW] = "true"
    secret = [
        place for key, entry in config.items() if entry["secret"] for place in _secret(key, entry, file)
    ]
    secrets = {place: _taken_out(values, place) for place in secret}

    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as directory:
        draft = Path(directory)
        shutil.copy(project / "Pulumi.yaml", draft)
        _pulumi(draft, "stack", "init", stack, "--secrets-provider", "passphrase", backend=into)
        with (draft / file.name).open("a", encoding="utf-8") as written:  # below what says how it encrypts
            written.write(f"config: {json.dumps(values, ensure_ascii=False)}\n")
        for place, text in secrets.items():
            arguments = ("config", "set", "--path", "--secret", _as_path(place), "--stack", stack)
            _pulumi(draft, *arguments, backend=into, given=f"{text}\n")

        # An import encrypts by what the state names, which the empty one knows.
        empty = json.loads(_pulumi(draft, "stack", "export", "--stack", stack, backend=into))
        state = with_preview_roles(state)
        state["deployment"]["secrets_providers"] = empty["deployment"]["secrets_providers"]
        _pulumi(draft, "stack", "import", "--stack", stack, backend=into, given=json.dumps(state))
        shutil.copy(draft / file.name, fresh := file.with_suffix(".new"))
        fresh.replace(file)


def _secret(key: str, entry: Json, file: Path) -> list[Place]:
    """The places of a key's secrets. Which parts of an object are secret only the stack's file tells.

    Raises:
        CopyError: a part isn't in the file. It may be an environment's secret, which the CLI merges in.
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
    parts = dict(_parts(value))
    places = [place for place, part in parts.items() if isinstance(part, dict)]
    lacking = [place for place, _ in _parts({key: entry["objectValue"]}) if place not in parts]
    if lacking or not places:
        where = ", ".join(_as_path(place) for place in lacking or [(key,)])
        raise CopyError(f"not in {file}, but may be secret: {where}; put it there, encrypted if it is secret")
    return places


def _parts(value: object, place: Place = ()) -> Iterator[tuple[Place, object]]:
    """All that a value holds, by place; an encrypted text is `{"secure": text}`."""
    match value:
        case {"secure": str()} if len(cast("Json", value)) == 1:
            yield place, value
        case dict():
            for key, item in cast("Json", value).items():
                yield from _parts(item, (*place, key))
        case list():
            for index, item in enumerate(cast("list[object]", value)):
                yield from _parts(item, (*place, index))
        case _:
            yield place, value


def _taken_out(values: Json, place: Place) -> str:
    """Replaces the text at a place by an empty one, and returns it."""
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
    """The exported state with each role of its output `path` replaced by the preview role beside it."""
    roles: dict[str, str] = {}
    for resource in state["deployment"].get("resources", []):
        if resource["type"] == "pulumi:pulumi:Stack" and (path := resource.get("outputs", {}).get("path")):
            for party in (path["consumer"], *path["backends"].values()):
                if party["roleArn"] and party.get("previewRoleArn"):
                    roles[party["roleArn"]] = party["previewRoleArn"]
    return cast("Json", _replaced(state, roles))


def _replaced(value: object, roles: Mapping[str, str]) -> object:
    """A value with the roles replaced in its texts, some of which are JSON."""
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
    """What a command of the CLI prints, by default in the stack's own backend."""
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
