"""What an update from a stored state to this version does: what it deletes, replaces and changes."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from crosslink.compare.changes import Change, Operation, changes
from crosslink.sandbox.record import Resource, Run


def harm(before: Run, after: Run) -> list[str]:
    """What of a stack would be deleted or replaced: a line each, in order of registration.

    Args:
        before: a stored state.
        after: a preview of this version on it.
    """
    return [*_harm(before, after)]


def _harm(before: Run, after: Run) -> Iterator[str]:
    found = upgrade(before, after)
    made = {change.urn: change for change in found if change.operation is Operation.CREATED}
    for change in found:
        if change.operation is Operation.REPLACED:
            yield f"{change.urn} would be replaced {change.note}"
        elif change.operation is Operation.DELETED:
            alike = [urn for urn in made if urn.rpartition("::")[0].endswith(change.type)]
            hint = f"; new of its type: {', '.join(alike)}" if alike else ""
            yield f"{change.urn} would be deleted: nothing has its URN or an alias to it{hint}"


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
