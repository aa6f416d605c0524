"""The lists of fields as a table for people: how many fields of each resource the rules judge."""

from collections import Counter
from collections.abc import Iterator

from crosslink.fields.lists import Harmless, Judged, Kind, Listed, Neither, lists

KINDS: tuple[type[Kind], ...] = (Judged, Harmless, Neither)
HEAD = """\
| Resource | Part | Judged | Harmless | Nothing judges |
|---|---|---|---|---|"""


def rows() -> Iterator[str]:
    """A row per list, and one with the sums. A field stands for all below it that isn't listed itself."""
    sums = Counter[type[Kind]]()
    for type_, own in sorted(lists().items()):
        for listed in own:
            counts = Counter(type(kind) for kind in listed.kinds.values())
            sums += counts
            part = ".".join(listed.at) or "all"
            cells = [f"[{type_}]({listed.source})", part, *_cells(listed, counts)]
            yield f"| {' | '.join(cells)} |"
    yield f"| *all* | | {' | '.join(str(sums[kind]) for kind in KINDS)} |"


def _cells(listed: Listed, counts: Counter[type[Kind]]) -> list[str]:
    if listed.whole:
        return ["", f"all: {listed.whole}", ""]
    return [str(counts[kind]) for kind in KINDS]
