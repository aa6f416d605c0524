"""What an update from a stored state to this version does: what it deletes, replaces and changes."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace

from crosslink.compare.changes import Change, Operation, changes
from crosslink.sandbox.record import Resource, Run


def harm(before: Run, after: Run, named: Container[str] = ()) -> list[str]:
    """What of a stack would be deleted or replaced, a line each: first what is deleted, often the cause.

    Args:
        before: a stored state.
        after: a preview of this version on it.
        named: types that are left out.
    """
    found = upgrade(before, after)
    lost = [change for change in found if change.operation is Operation.DELETED]
    replaced = [change for change in found if change.operation is Operation.REPLACED]
    return [
        *(_deleted(change, found) for change in lost if change.type not in named),
        *(f"{change.urn} is replaced {change.note}" for change in replaced if change.type not in named),
    ]


def _deleted(change: Change, found: Iterable[Change]) -> str:
    """That nothing takes a resource's place, and what is new and like it, which lacks an alias then."""
    made = (other for other in found if other.operation is Operation.CREATED)
    alike = [other.urn for other in made if (other.type, other.name) == (change.type, change.name)]
    why = f"{alike[0]} has no alias to it" if alike else "nothing has its URN or an alias to it"
    return f"{change.urn} is deleted: {why}"


def upgrade(before: Run, after: Run) -> tuple[Change, ...]:
    """All that changes, with the resources of before under the URNs that they have now."""
    return changes(_renamed(before, _names(before, after)), after)


def _names(before: Run, after: Run) -> Mapping[str, str]:
    """URN in the state → URN now, as the engine finds them: by the same one first, then by aliases.

    Source: https://www.pulumi.com/docs/iac/concepts/resources/options/aliases/
    """
    left = before.resources.keys() - after.resources.keys()
    return {
        former: urn
        for urn, resource in after.resources.items()
        if urn not in before.resources
        for former in resource.options.aliases
        if former in left
    }


def _renamed(run: Run, names: Mapping[str, str]) -> Run:
    def now(urn: str) -> str:
        return names.get(urn, urn)

    def renamed(resource: Resource) -> Resource:
        return replace(
            resource,
            urn=now(resource.urn),
            provider=resource.provider and now(resource.provider),
            property_dependencies={
                name: frozenset(map(now, urns)) for name, urns in resource.property_dependencies.items()
            },
        )

    return replace(run, resources={now(urn): renamed(found) for urn, found in run.resources.items()})
