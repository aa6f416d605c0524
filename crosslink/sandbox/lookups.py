"""How a data source of AWS finds one thing: in the account and region of its provider, or not at all."""

from collections.abc import Iterator, Mapping
from typing import Any

from crosslink.sandbox.record import Invoke, Resource
from crosslink.sandbox.refusals import RefusedError
from crosslink.sandbox.world import World

_NO_CRITERIA = ("region", "tags")


def criteria(call: Invoke) -> dict[str, Any]:
    """The arguments that say what a lookup looks for."""
    return {name: value for name, value in call.args.items() if name not in _NO_CRITERIA}


def criterion(call: Invoke, *names: str) -> tuple[str, str]:
    """The argument that a lookup goes by, and its value.

    Raises:
        RefusedError: there is another one, or none.
    """
    given = criteria(call)
    if len(given) != 1 or not set(given) <= set(names):
        raise RefusedError(
            f"the sandbox finds one only by {' or '.join(names)}, not by {', '.join(given) or 'nothing'}"
        )
    return next(iter(given.items()))


def own(call: Invoke, world: World, type_: str) -> Iterator[Resource]:
    """The run's resources of a type that a lookup can see."""
    for resource in world.resources.of_type(type_):
        if is_here(call, (resource.account, resource.region)):
            yield resource


def is_here(call: Invoke, place: tuple[str | None, str | None]) -> bool:
    """Whether something is where a lookup looks."""
    return place == (call.account, call.region)


def missing(
    call: Invoke, world: World, what: str, entry: Mapping[str, str], elsewhere: tuple[str, str] | None = None
) -> RefusedError:
    """The refusal of a lookup that finds nothing, with what the file of existing things would need.

    Args:
        call: the lookup.
        world: where it looked.
        what: what it looked for, `subnet subnet-1`.
        entry: list in the file → YAML of the entry that would be needed.
        elsewhere: account and region where there is such a thing.
    """
    text = f"no {what} in account {call.account}, {call.region}"
    if elsewhere:
        return RefusedError(f"{text}: it is in account {elsewhere[0]}, {elsewhere[1]}")
    file = world.existing.file or "the file of what exists beside the stack"
    yaml = "".join(f"\n{section}:\n  - {example}" for section, example in entry.items())
    return RefusedError(f"{text}. If it exists beside the stack, {file} must tell of it:{yaml}")
