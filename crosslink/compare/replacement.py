"""Why a resource is replaced by an update: what its provider can't change in place.

What a preview doesn't know is compared by the resources that it comes from: another one has other ids, and so
has one that is replaced.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any, TypeAlias, cast

from crosslink.resource_types import resource_types
from crosslink.sandbox.record import UNKNOWN, Resource, contains_unknown

Value: TypeAlias = Any  # an input in plain Python


def replaced(both: Sequence[tuple[Resource, Resource]]) -> Mapping[str, str]:
    """The resources that an update replaces: URN → why.

    Args:
        both: the resources that are on both sides, as they were and as they are to be.
    """
    found: dict[str, str] = {}
    while True:  # one may be replaced because of another that comes after it
        more = {
            after.urn: why
            for before, after in both
            if after.urn not in found and (why := _why(before, after, found))
        }
        if not more:
            return found
        found |= more


def _why(before: Resource, after: Resource, others: Container[str]) -> str | None:
    """Why a resource is replaced, given others that are; None if nothing is known to replace it.

    Another account alone replaces nothing: of a provider of aws only another region does
    (https://github.com/pulumi/pulumi-aws/issues/6385).
    """
    if before.region != after.region:
        return f"it was in {before.account} {before.region}"
    if after.provider and after.provider in others:
        return "by its provider, which is for another cluster"
    inputs = [name for name in _causes(before, after, others) if not _ignored(name, after)]
    if inputs:
        return f"by {', '.join(inputs)}"
    with_ = sorted(urn.rpartition("::")[2] for urn in after.options.replace_with if urn in others)
    return f"with {', '.join(with_)}" if with_ else None


def old_goes_first(before: Resource, after: Resource) -> bool:
    """Whether the old resource is deleted before its successor is made.

    The program asks for that where both would have the same name or address, which an update knows.
    """
    known = resource_types().get(after.type)
    if known and known.unique and not in_common(before, after, ()):
        return False
    if after.options.delete_before_replace is not None:
        return after.options.delete_before_replace
    return known is not None and known.deleted_first


def clashes(before: Resource, after: Resource, others: Container[str]) -> tuple[str, ...]:
    """The inputs that a successor has in common with what it replaces, though there can only be one; none if
    the old one goes first, or if its names are others, also because `others` are replaced.
    """
    return () if old_goes_first(before, after) else in_common(before, after, others)


def in_common(before: Resource, after: Resource, others: Container[str]) -> tuple[str, ...]:
    """The inputs by which two resources of one type can't stand side by side; none if they can."""
    known = resource_types().get(after.type)
    return known.unique if known and known.unique and _same(known.unique, before, after, others) else ()


def refers_to(resource: Resource, name: str, others: Container[str]) -> bool:
    """Whether an input gets another value because it comes from one of some others that are replaced."""
    if not contains_unknown(resource.inputs.get(name)):
        return False
    return any(urn in others for urn in resource.property_dependencies.get(name, ()))


def _causes(before: Resource, after: Resource, others: Container[str]) -> Iterator[str]:
    """The inputs by which a resource is replaced."""
    known = resource_types().get(after.type)
    own = known.replaced_by if known else frozenset[str]()
    for path in sorted(own.union(after.options.replace_on_changes)):
        if _differs(path, before, after, others):
            yield path
    for name in sorted(known.replaced_by_removal if known else ()):
        if _loses(name, before, after, others):
            yield name


def _differs(path: str, before: Resource, after: Resource, others: Container[str]) -> bool:
    name, *keys = path.split(".")
    was, is_ = (_at(resource, path) for resource in (before, after))
    if not contains_unknown(was) and not contains_unknown(is_):
        return was != is_
    sources = [resource.property_dependencies.get(name, frozenset[str]()) for resource in (before, after)]
    other = contains_unknown(was) != contains_unknown(is_) or sources[0] != sources[1]
    return other or (not keys and refers_to(after, name, others))


def _loses(name: str, before: Resource, after: Resource, others: Container[str]) -> bool:
    """Whether an object is no longer there, or a list has no longer all that it had."""
    given = [resource.inputs.get(name) for resource in (before, after)]
    if isinstance(given[0], dict):
        return not given[1]
    was, is_ = (cast("list[Value]", value or []) for value in given)
    if any(item not in is_ for item in was):
        return True
    sources = [resource.property_dependencies.get(name, frozenset[str]()) for resource in (before, after)]
    return bool(sources[0] - sources[1]) or refers_to(after, name, others)


def _same(unique: tuple[str, ...], before: Resource, after: Resource, others: Container[str]) -> bool:
    """Whether two resources have some inputs in common, of which at least one is given: a name that isn't is
    the provider's to make. What is unknown is the same if it comes from the same resources, none of which is
    replaced.
    """
    given = False
    for path in unique:
        was, is_ = (_at(resource, path) for resource in (before, after))
        if contains_unknown(was) or contains_unknown(is_):
            name = path.partition(".")[0]
            sources = [resource.property_dependencies.get(name) for resource in (before, after)]
            if not sources[0] or sources[0] != sources[1] or any(urn in others for urn in sources[0]):
                return False
            given = True
        elif was != is_:
            return False
        else:
            given = given or was is not None
    return given


def _at(resource: Resource, path: str) -> Value:
    """The value at a path; unknown below an unknown one, None where there is none; of a list those of its
    items.
    """
    value: Value = resource.inputs
    for key in path.split("."):
        if value is UNKNOWN:
            return UNKNOWN
        if isinstance(value, list):
            return [item.get(key) for item in cast("list[dict[str, Any]]", value)]
        value = cast("dict[str, Any]", value).get(key) if isinstance(value, dict) else None
    return value


def _ignored(path: str, resource: Resource) -> bool:
    return any(path == name or path.startswith(f"{name}.") for name in resource.options.ignore_changes)
