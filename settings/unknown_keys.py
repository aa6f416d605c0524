"""Keys of a stack's configuration that nothing reads. Each is refused: `crosslink:protct: true` would leave a
stack unprotected, and nobody would be told."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches

from settings.decoding import decode
from settings.errors import Fault, as_yaml
from settings.rules.keys import AS_PREVIEW, KEYS, NAMESPACE

RESEMBLING = 0.8
"""How alike two namespaces are of which one is the other misspelt; 1 for the same."""


def is_ours(name: str, project: str) -> bool:
    """Whether a key is meant for this program: in its namespace, in the project's, which keys without a
    namespace have, or in one that is misspelt. All others are Pulumi's and the providers'."""
    namespace = name.partition(":")[0]
    return namespace in (NAMESPACE, project) or bool(
        get_close_matches(namespace.lower(), [NAMESPACE], n=1, cutoff=RESEMBLING)
    )


def meant_by(values: Mapping[str, str | None], project: str) -> Mapping[str, str]:
    """Unknown keys, each with the key that was probably meant, or an empty text.

    Args:
        values: Key → its text, of all namespaces.
        project: The namespace of keys that name none.
    """
    unknown = [name for name, text in values.items() if text is not None and name not in KEYS]
    return {name: _nearest(name) for name in unknown if is_ours(name, project)}


def unknown_keys(
    values: Mapping[str, str | None], meant: Mapping[str, str], others: Collection[Fault]
) -> Iterator[Fault]:
    """A fault for each unknown key.

    Args:
        values: Key → its text.
        meant: The unknown keys, as `meant_by` gives them.
        others: The faults of all values, those of unknown keys under the key that was meant.
    """
    for name, nearest in meant.items():
        value = decode(name, values[name], [])
        must, fix = f"is unknown: the keys are {', '.join(_ours())}", f"# without {name}"
        if name.partition(":")[2] == AS_PREVIEW:
            must = "must not be in a stack's file: a preview has CROSSLINK_AS_PREVIEW=true in its environment"
        elif nearest and name.startswith((f"{nearest}.", f"{nearest}[")):
            must = f"is unknown: a part of {nearest} is set by --path"
            fix = f"# pulumi config set --path '{name}' …"
        elif nearest:
            must = f"is unknown: {nearest} is the nearest key there is"
            fits = not any(fault.path.startswith(nearest) for fault in others)
            if values.get(nearest) is None:
                fix = f"{nearest}: {as_yaml(value)}" if fits else f"# with {nearest} in its stead"
        yield Fault(path=name, value=value, must=must, fix=fix)


def as_written(faults: Iterable[Fault], misspelt: Mapping[str, str]) -> Iterator[Fault]:
    """The faults with the keys as the file has them.

    Args:
        faults: Those of all values.
        misspelt: Keys that were meant, each with the unknown key in its stead.
    """
    for fault in faults:
        meant = next((key for key in misspelt if re.match(rf"{key}\b", fault.path)), None)
        yield replace(fault, path=f"{misspelt[meant]}{fault.path[len(meant) :]}") if meant else fault


def _nearest(name: str) -> str:
    whole = name.partition(".")[0].partition("[")[0]
    if whole in KEYS:
        return whole
    known = {key.partition(":")[2].lower(): key for key in _ours()}
    return next((known[near] for near in get_close_matches(name.partition(":")[2].lower(), known, n=1)), "")


def _ours() -> list[str]:
    return [key for key in KEYS if key.startswith(f"{NAMESPACE}:")]
