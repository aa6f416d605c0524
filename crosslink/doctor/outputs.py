"""Reads a stack's outputs, from the Pulumi CLI or from a file that it has written."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias, cast
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from crosslink.path.output import NOT_SHOWN, Declared
from crosslink.project import root


class OutputsError(Exception):
    """There are no outputs to work with; the text says what to do."""


def _given(value: object) -> object:
    return {} if value is None else value


_Hidden: TypeAlias = Literal["[secret]"]
_Texts: TypeAlias = Annotated[dict[str, str], BeforeValidator(_given)]


class _Written(BaseModel):
    """The outputs that are read, as Pulumi has written them; an output without a value is null."""

    model_config = ConfigDict(alias_generator=to_camel)

    path: Declared
    routes: _Texts = {}
    api_key: str | None = None
    api_keys: Annotated[dict[str, str] | _Hidden, BeforeValidator(_given)] = {}
    kubeconfigs: Annotated[dict[str, str | None] | _Hidden, BeforeValidator(_given)] = {}


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """The outputs that the doctor needs."""

    declared: Declared  # where everything on the path is
    urls: Mapping[str, str]  # route → where callers send requests
    api_key: str | None  # the stack's one key or its first client's; `NOT_SHOWN` if the outputs hide it
    kubeconfigs: Mapping[str, str]  # backend → kubeconfig of its cluster as JSON, or `NOT_SHOWN`

    def url_of(self, path: str, below: str = "") -> str:
        """Where a request to a route goes, or one to what is below it."""
        url = self.urls[path]
        return url.removesuffix("/") + below if below else url


def of_stack(stack: str) -> Outputs:
    """The outputs of a stack of the checkout, by its name or its file, `Pulumi.NAME.yaml`.

    Raises:
        OutputsError: the CLI is missing or doesn't give them, or they are incomplete.
    """
    name = Path(stack).stem.removeprefix("Pulumi.") if stack.endswith(".yaml") else stack
    command = ["pulumi", "stack", "output", "--json", "--show-secrets", "--non-interactive", "--stack", name]
    try:
        text = subprocess.check_output(command, cwd=root(), stderr=subprocess.PIPE, text=True)  # noqa: S603 - no shell
    except FileNotFoundError as error:
        raise OutputsError(
            "the Pulumi CLI isn't installed, or not on the PATH: see https://www.pulumi.com/docs/install, "
            "or have `pulumi stack output --json --show-secrets` written elsewhere, and give --outputs FILE"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise OutputsError(f"`pulumi stack output --stack {name}` can't be run: {error}") from error
    except subprocess.CalledProcessError as error:
        raise OutputsError(f"`pulumi stack output --stack {name}` failed:\n{error.stderr.strip()}") from error
    return _parse(text, f"the outputs of stack {name}")


def of_file(path: Path) -> Outputs:
    """The outputs that `pulumi stack output --json` has written to a file.

    Raises:
        OutputsError: it can't be read, or they are incomplete.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OutputsError(f"{path} can't be read: {error}") from error
    return _parse(text, str(path))


def _parse(text: str, source: str) -> Outputs:
    try:
        outputs = json.loads(text)
    except (ValueError, RecursionError) as error:
        written = "not JSON; it should be what `pulumi stack output --json` writes"
        raise OutputsError(f"{source}: {written}") from error
    if not isinstance(outputs, dict) or "path" not in outputs:
        raise OutputsError(
            f"{source}: there is no output `path`. The stack's first `pulumi up` hasn't finished, or it was "
            "made by an older version of the program: run `pulumi up`"
        )
    outputs = cast("dict[str, Any]", outputs)
    if outputs["path"] == NOT_SHOWN:
        raise OutputsError(f"{source}: the output `path` is hidden: write the outputs with --show-secrets")
    try:
        written = _Written.model_validate(outputs)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = [str(key) for key in first["loc"] if "[" not in str(key)]
        raise _of_another_version(source, ".".join(where), first["msg"]) from error
    declared = written.path
    for path, route in declared.routes.items():
        if route.backend not in declared.backends:
            absent = f"there is no backend {route.backend}"
            raise _of_another_version(source, f"path.routes.{path}.backend", absent)
    for name, backend in declared.backends.items():
        if backend.kind == "cluster" and not (backend.cluster_name and backend.controller):
            absent = "it tells no clusterName or no controller"
            raise _of_another_version(source, f"path.backends.{name}", absent)
    if declared.api and not declared.consumer:
        raise _of_another_version(source, "path.consumer", "a stack with an API has one")
    keys, kubeconfigs = written.api_keys, written.kubeconfigs
    return Outputs(
        declared=declared,
        urls={path: url for path, url in written.routes.items() if _is_url(url)},
        api_key=keys if isinstance(keys, str) else next(iter(keys.values()), written.api_key),
        kubeconfigs=dict.fromkeys(declared.backends, kubeconfigs)
        if isinstance(kubeconfigs, str)
        else {name: kubeconfig for name, kubeconfig in kubeconfigs.items() if kubeconfig},
    )


def _is_url(text: str) -> bool:
    try:
        return bool(urlsplit(text).hostname)
    except ValueError:
        return False


def _of_another_version(source: str, output: str, fault: str) -> OutputsError:
    again = "Another version of the program has written it: run `pulumi up`"
    return OutputsError(f"{source}: output {output}: {fault}. {again}")
