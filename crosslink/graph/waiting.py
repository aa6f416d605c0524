"""What a resource waits for: everything before it, directly or through others."""

from collections.abc import Callable, Iterable


def everything_before(
    start: str, direct: Callable[[str], Iterable[str]], known: dict[str, frozenset[str]] | None = None
) -> frozenset[str]:
    """The URNs of all that must exist before a resource; of a cycle, also the resource's own.

    For a whole graph, share `known`, the results so far, between the calls and go in order of registration:
    what a resource waits for is registered before it, so each call only joins results.
    """
    known = {} if known is None else known
    found: set[str] = set()
    ahead = [start]
    while ahead:
        new = set(direct(ahead.pop())) - found
        found |= new.union(*(known[urn] for urn in new & known.keys()))
        ahead += new - known.keys()
    known[start] = frozenset(found)
    return known[start]
