"""What a change costs, in one line of a comment."""

from decimal import Decimal

from crosslink.compare.changes import displayed
from crosslink.compare.headline import FEW
from crosslink.compare.markdown import code
from crosslink.cost.estimate import Difference
from crosslink.cost.report import dollars, more

_DOLLAR = Decimal(1)


def cost_line(cost: Difference) -> str:
    """What the stack costs a month, what the change adds to that and where, and what isn't in it."""
    added = ", ".join(f"{change.hop} {more(change.usd, to=_DOLLAR)}" for change in cost.changes)
    differs = f"{more(cost.usd, to=_DOLLAR)} ({added})" if cost.changes else "as before"
    total = f"≈ ${dollars(cost.after.usd, to=_DOLLAR)} a month, {differs}"
    gaps = list(dict.fromkeys([*cost.beyond, *(gap.what for gap in cost.after.not_priced)]))
    told = [
        code(displayed(gap)) + (" (other than before)" if gap in cost.beyond else "") for gap in gaps[:FEW]
    ]
    left = f" and {len(gaps) - FEW} more" if len(gaps) > FEW else ""
    return f"**Cost before traffic**: {total}." + (f" Not priced: {', '.join(told)}{left}." if told else "")
