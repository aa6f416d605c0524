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
from collections.abc import Iterator
from functools import partial, reduce
from operator import getitem
from pathlib import Path
from typing import Any, TypeAlias, cast

from rich.console import Console
from rich.text import Text

from crosslink.command import Status
from crosslink.project import root
from crosslink.sandbox import go_yaml

DESCRIPTION = """\
Copy a stack's state into a folder, with the preview roles in the place of those that may change things. The
stack itself is only read. A preview of the copy needs CROSSLINK_AS_PREVIEW=true in its environment.
"""
EPILOG = """\
The copy's secrets are encrypted with an empty passphrase: it is for a machine that is thrown away. So is the
stack's file, which then belongs to the copy.

example:
  crosslink previews --stack dev --into /tmp/dev
  export PULUMI_BACKEND_URL=file:///tmp/dev PULUMI_CONFIG_PASSPHRASE= CROSSLINK_AS_PREVIEW=true
  pulumi preview --stack dev
"""
ROLE_NAME = r"[\w+=,.@-]"  # https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html

Json: TypeAlias = dict[str, Any]
Place: TypeAlias = tuple[str | int, ...]  # of a value in the configuration: the key, and the way in its value


class CopyError(Exception):
    """The stack can't be copied; the text says why."""


ERRORS = (CopyError,)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--stack", metavar="NAME", required=True, help="the stack")
    program = "the program's (default: the checkout)"
    parser.add_argument("--project", metavar="FOLDER", type=Path, help=program)
    parser.add_argument("--into", metavar="FOLDER", type=Path, required=True, help="the copy's")


def run(arguments: argparse.Namespace, _out: Console, err: Console) -> Status:
    """Copy the state of a stack, and rewrite its file in the project's folder for the copy.

    The CLI gets secrets on its standard input: everybody on the machine can read a command line. It works
    in a temporary folder: after a CopyError the stack and its file are unchanged.

    Raises:
        CopyError: there is no such project, the CLI is missing or fails, or a secret can't be told.
    """
    stack, into, project = arguments.stack, arguments.into, arguments.project or root()
    if not project.is_dir():
        raise CopyError(f"there is no {project}")
    file = project / f"Pulumi.{stack}.yaml"
    with err.status(f"copying the state of {stack}"), tempfile.TemporaryDirectory() as directory:
        exported = _pulumi(project, "stack", "export", "--show-secrets", "--stack", stack)
        config: Json = json.loads(_pulumi(project, "config", "--json", "--show-secrets", "--stack", stack))
        values = {key: entry.get("objectValue", entry["value"]) for key, entry in config.items()}
        secret = {key: entry for key, entry in config.items() if entry["secret"]}
        places = [place for key, entry in secret.items() for place in _secret(key, entry, file)]
        secrets = {place: _taken_out(values, place) for place in places}

        into.mkdir(parents=True, exist_ok=True)
        draft = Path(directory)
        pulumi = partial(_pulumi, draft, backend=into)
        shutil.copy(project / "Pulumi.yaml", draft)
        pulumi("stack", "init", stack, "--secrets-provider", "passphrase")
        with (draft / file.name).open("a", encoding="utf-8") as written:  # below what says how it encrypts
            written.write(f"config: {json.dumps(values, ensure_ascii=False)}\n")
        for place, text in secrets.items():
            path = _as_path(place)
            pulumi("config", "set", "--path", "--secret", path, "--stack", stack, given=f"{text}\n")
        # An import encrypts by what the state names, which the empty one knows.
        empty = json.loads(pulumi("stack", "export", "--stack", stack))
        state = with_preview_roles(json.loads(exported))
        state["deployment"]["secrets_providers"] = empty["deployment"]["secrets_providers"]
        pulumi("stack", "import", "--stack", stack, given=json.dumps(state))
        shutil.copy(draft / file.name, fresh := file.with_suffix(".new"))
        fresh.replace(file)
    err.print(Text(f"state of {stack}: copied into {into}"), soft_wrap=True)
    return Status.HOLDS


def _secret(key: str, entry: Json, file: Path) -> list[Place]:
    """The places of a key's secrets. Which parts of an object are secret only the stack's file tells."""
    if "objectValue" not in entry:
        return [(key,)]
    try:
        settings = go_yaml.load(file)
    except (OSError, go_yaml.NotYamlError) as error:
        raise CopyError(f"{file} can't be read: {error}") from error
    entries = settings.get("config") if isinstance(settings, dict) else None
    name = key.removeprefix("crosslink:")  # as a file may write it
    value = {key: entries.get(name, entries.get(key))} if isinstance(entries, dict) else {}
    parts = dict(_parts(value))
    places = [place for place, part in parts.items() if isinstance(part, dict)]
    # What isn't in the file may be an environment's secret, which the CLI merges in.
    lacking = [place for place, _ in _parts({key: entry["objectValue"]}) if place not in parts]
    if lacking or not places:
        where = ", ".join(map(_as_path, lacking or [(key,)]))
        raise CopyError(f"not in {file}, but may be secret: {where}; put it there, encrypted if it is secret")
    return places


def _parts(value: object, place: Place = ()) -> Iterator[tuple[Place, object]]:
    """All that a value holds, by place; an encrypted text is `{"secure": text}`."""
    match value:
        case {"secure": str()} if len(cast("Json", value)) == 1:
            yield place, value
        case dict() | list():
            pairs = cast("Json", value).items() if isinstance(value, dict) else enumerate(cast("Any", value))
            for key, item in pairs:
                yield from _parts(item, (*place, key))
        case _:
            yield place, value


def _taken_out(values: Json, place: Place) -> str:
    """Replaces the text at a place by an empty one, and returns it."""
    *way, last = place
    holder: Any = reduce(getitem, way, cast("Any", values))
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
    text = json.dumps(state, ensure_ascii=False)  # roles may be anywhere, in texts that are JSON, too
    for role, other in roles.items():
        text = re.sub(rf"{re.escape(role)}(?!{ROLE_NAME})", other, text)
    return json.loads(text)


def _pulumi(project: Path, *arguments: str, backend: Path | None = None, given: str | None = None) -> str:
    """What a command of the CLI prints, by default in the stack's own backend."""
    command, environment = ["pulumi", "--non-interactive", *arguments], dict(os.environ)
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
