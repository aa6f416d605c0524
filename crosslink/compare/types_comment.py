"""What a comment says of types that the program doesn't register."""

from collections.abc import Iterator, Sequence

from crosslink.compare.changes import displayed
from crosslink.compare.headline import FEW, few
from crosslink.compare.markdown import code, prose
from crosslink.compare.types_beside import TypeBeside

NOT_JUDGED = """**? Resources of types that nothing here judges**: what they open nobody can say. Take \
them away; or look at it, and name the type with the reason in `policy/known.yaml`, under `types`."""
KNOWN = "**Types that the team has named in `policy/known.yaml`**: what they open a review has looked at."


def told_types(types: Sequence[TypeBeside], most: int | None) -> Iterator[str]:
    """A paragraph of the types that nothing judges, and one of those that the team knows; `most` of each."""
    of_nobody = [beside for beside in types if beside.reason is None]
    for heading, found in ((NOT_JUDGED, of_nobody), (KNOWN, [each for each in types if each.reason])):
        if found:
            left = [f"- … and {len(found) - most} more"] if most and len(found) > most else []
            yield "\n".join([heading, *map(_line, found[:most]), *left])


def _line(beside: TypeBeside) -> str:
    reason = f": {prose(beside.reason)}" if beside.reason else ""
    return f"- {code(displayed(beside.type))} {few(beside.names, FEW)}{reason}"
