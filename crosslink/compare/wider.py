"""What is wider than what was: ranges, principals, namespaces and limits."""

from collections.abc import Collection, Iterable, Iterator

from crosslink.graph.node import Value, fields
from crosslink.ip_ranges import within

EVERYWHERE = "0.0.0.0/0"
ALL_NAMESPACES = "all namespaces"
LIMITS = {  # limit → its names, of a stage and of a usage plan
    "rate": ("throttlingRateLimit", "rateLimit"),
    "burst": ("throttlingBurstLimit", "burstLimit"),
}


def raised(before: Value, after: Value) -> Iterator[str]:
    """The limits among some settings that are higher than they were, or gone."""
    for name, keys in LIMITS.items():
        was, is_ = (_limit(settings, keys) for settings in (before, after))
        if was is not None and (is_ is None or is_ > was):
            yield f"its {name} limit is {'gone' if is_ is None else f'{is_:g}'}, it was {was:g}"


def _limit(settings: Value, keys: Iterable[str]) -> float | None:
    """A limit; None if there is none, which may be written as -1."""
    found = (fields(settings).get(key) for key in keys)
    return next((limit for limit in found if isinstance(limit, float) and limit >= 0), None)


def more_of(before: Collection[str], after: Iterable[str]) -> list[str]:
    """What is in one list and not in another.

    A range may also lie in one of the other's, and a principal be of an account that is there as a whole.
    """
    return [text for text in after if not any(text == old or _covers(old, text) for old in before)]


def _covers(whole: str, part: str) -> bool:
    in_account = whole.endswith(":root") and part.startswith(whole.removesuffix("root"))
    return whole in ("*", ALL_NAMESPACES) or in_account or within(part, whole)


def gained(how: str, before: Collection[str], after: Iterable[str]) -> Iterator[str]:
    """How something opens up, if it lets in more than it did."""
    if more := more_of(before, after):
        yield f"{how} {', '.join(more)}"
