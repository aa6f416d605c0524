"""What a resource waits for: everything before it, directly or through others."""

from collections.abc import Callable, Iterable


def everything_before(
    start: str, direct: Callable[[str], Iterable[str]], known: dict[str, frozenset[str]] | None = None
) -> frozenset[str]:
    """The URNs of all that must exist before a resource; of a cycle, also the resource's own.

    Args:
        start: the resource's URN.
        direct: gives what a resource waits for directly.
        known: the results so far, which several calls share: each only joins what is there.
    """
    known = {} if known is None else known
    if start in known:
        return known[start]
    found: set[str] = set()
    ahead = [start]
    while ahead:
        new = set(direct(ahead.pop())) - found
        found |= new.union(*(known[urn] for urn in new & known.keys()))
        ahead += new - known.keys()
    known[start] = frozenset(found)
    return known[start]
