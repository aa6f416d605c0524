"""What a comment says of types that the program doesn't register."""

from collections.abc import Iterator, Sequence

from crosslink.compare.changes import displayed
from crosslink.compare.headline import FEW, few
from crosslink.compare.markdown import code, prose
from crosslink.compare.sections import shown
from crosslink.compare.types_beside import TypeBeside

NOT_JUDGED = """**? Resources of types that nothing here judges**: nobody can say what they open. Remove \
them, or review them and name the type with the reason in `policy/known.yaml`, under `types`."""
KNOWN = "**Types that the team has named in `policy/known.yaml`**: a review has looked at what they open."


def told_types(types: Sequence[TypeBeside], most: int | None) -> Iterator[str]:
    """A paragraph of the types that nothing judges, and one of those that the team knows; `most` of each."""
    of_nobody = [beside for beside in types if beside.reason is None]
    for heading, found in ((NOT_JUDGED, of_nobody), (KNOWN, [each for each in types if each.reason])):
        if found:
            yield heading
            yield from shown(list(map(_line, found)), most)


def _line(beside: TypeBeside) -> str:
    reason = f": {prose(beside.reason)}" if beside.reason else ""
    return f"- {code(displayed(beside.type))} {few(beside.names, FEW)}{reason}"
