"""What waits for what in a run of the program."""

from crosslink.graph.waiting import everything_before
from crosslink.sandbox.record import Resource, Run


def ancestry(run: Run, urn: str) -> frozenset[str]:
    """URNs of all that must exist before a resource: dependencies, parents, providers, and theirs."""

    def directly_before(urn: str) -> frozenset[str]:
        if (resource := run.resources.get(urn)) is None:
            return frozenset()
        around = filter(None, (resource.parent, resource.provider))
        edges = resource.property_dependencies.values()
        return resource.dependencies.union(around, resource.providers.values(), *edges)

    return everything_before(urn, directly_before)


def depends(run: Run, resource: Resource, on: Resource) -> bool:
    """Whether one resource waits for another, directly or not; destroying goes the other way."""
    return on.urn in ancestry(run, resource.urn)
