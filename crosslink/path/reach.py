"""How much of a route's path is the stack's own: which steps another owner's stack or load balancer takes."""

from collections.abc import Mapping
from dataclasses import dataclass

from crosslink.graph.unknown import Beyond
from crosslink.path.output import Declared, DeclaredBackend, Kind

BEFORE = Beyond("before: the API and its endpoint are another stack's")
# Kind of a backend → the last step that the stack knows something of
LAST: Mapping[Kind, str] = {
    "service": "VPC of the endpoint",
    "networkLoadBalancer": "provider target",
    "loadBalancer": "target group of the existing ALB",
}
FIRST = "endpoint service"  # of a stack without an API


@dataclass(frozen=True)
class Reach:
    """The steps of a route that the stack has a part in.

    Args:
        titles: of all steps → their places in the order of the path.
        first: title of the first step of the stack's; None for the first of all.
        last: title of the last one; None for the last of all.
        behind: what is told of the steps after that.
    """

    titles: Mapping[str, int]
    first: str | None
    last: str | None
    behind: Beyond

    def beyond(self, title: str) -> Beyond | None:
        """Why a step isn't the stack's; None if it is."""
        place = self.titles[title]
        if self.first and place < self.titles[self.first]:
            return BEFORE
        return self.behind if self.last and place > self.titles[self.last] else None


def reach_of(titles: Mapping[str, int], declared: Declared, backend: DeclaredBackend) -> Reach:
    """How far a stack reaches on the way to one of its backends."""
    return Reach(
        titles=titles,
        first=None if declared.api else FIRST,
        last=LAST.get(backend.kind),
        behind=Beyond(_behind(backend)),
    )


def _behind(backend: DeclaredBackend) -> str:
    if backend.kind == "service":
        return f"unknown beyond: no role in account {backend.account_id}"
    return "unknown beyond: what the load balancer sends requests to is its owner's"
