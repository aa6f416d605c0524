"""What a change does to what stands, as a section of the comment."""

from collections.abc import Iterator, Sequence

from crosslink.compare.headline import FEW, few
from crosslink.compare.markdown import details, prose
from crosslink.compare.standing import Effect

SHOWN = 6  # before the others are folded up
LONG = 1000  # characters of a sentence


def standing_section(effects: Sequence[Effect], most: int | None) -> Iterator[str]:
    """The paragraphs; none if nothing is done to what stands.

    Args:
        effects: the worst first.
        most: how many are told at most; None for all.
    """
    if not effects:
        return
    yield "#### What this does to what stands"
    told = list(map(_effect, effects[:most]))
    yield "\n".join(told[:SHOWN])
    if len(told) > SHOWN:
        yield details(f"{len(told) - SHOWN} more, which are no worse", "\n".join(told[SHOWN:]))
    if len(told) < len(effects):
        yield f"_… and {len(effects) - len(told)} more_"


def _effect(effect: Effect) -> str:
    """What happens to what, for how long and why, who notices, and the way round."""
    who = f"  - who: callers of {few(effect.routes, FEW)}"
    lines = [
        f"- {effect.kind.sign} {few(effect.what, FEW)}: {prose(effect.how, LONG)}"
        + (f" ({prose(effect.lasts)})" if effect.lasts else ""),
        *(
            f"  - {name}: {prose(text, LONG)}"
            for name, text in (("why", effect.why), ("way", effect.way))
            if text
        ),
        *([who] if effect.routes and effect.routes != effect.what else []),
    ]
    return "\n".join(lines)
