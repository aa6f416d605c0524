"""Reads a stack's outputs, from the Pulumi CLI or from a file that it has written."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from crosslink.path.output import NOT_SHOWN, Declared
from crosslink.project import root


class OutputsError(Exception):
    """There are no outputs to work with; the text says what to do."""


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
    except ValueError as error:
        written = "not JSON; it should be what `pulumi stack output --json` writes"
        raise OutputsError(f"{source}: {written}") from error
    if not isinstance(outputs, dict) or "path" not in outputs:
        raise OutputsError(
            f"{source}: there is no output `path`. The stack's first `pulumi up` hasn't finished, or it was "
            "made by an older version of the program: run `pulumi up`"
        )
    outputs = cast("dict[str, Any]", outputs)
    try:
        declared = Declared.model_validate(outputs["path"])
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        fault = f"output {'.'.join(['path', *map(str, first['loc'])])}: {first['msg']}"
        again = "Another version of the program has written it: run `pulumi up`"
        raise OutputsError(f"{source}: {fault}. {again}") from error
    keys, kubeconfigs = outputs.get("apiKeys", {}), outputs.get("kubeconfigs", {})
    return Outputs(
        declared=declared,
        urls=outputs.get("routes", {}),
        api_key=keys if keys == NOT_SHOWN else next(iter(keys.values()), outputs.get("apiKey")),
        kubeconfigs=dict.fromkeys(declared.backends, NOT_SHOWN) if kubeconfigs == NOT_SHOWN else kubeconfigs,
    )
