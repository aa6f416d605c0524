"""Words that several rules say what is wrong with."""

from collections.abc import Iterable


def listed(names: Iterable[str]) -> str:
    """Names in their order, or that there are none."""
    return ", ".join(sorted(names)) or "none"
