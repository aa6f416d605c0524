"""An estimate as a table and as JSON."""

from decimal import ROUND_HALF_UP, Decimal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from crosslink.cost.estimate import Difference, Estimate, Line, NotPriced
from crosslink.cost.prices import CENT, prices
from crosslink.report.lists import write_list

_UNCONFIRMED = "*"


def dollars(usd: Decimal, *, to: Decimal = CENT) -> str:
    """An amount, rounded to cents or to something else."""
    return f"{usd.quantize(to, ROUND_HALF_UP):,}"


def more(usd: Decimal, *, to: Decimal = CENT) -> str:
    """A difference with its sign, rounded likewise."""
    return f"{'+' if usd >= 0 else '-'}${dollars(abs(usd), to=to)}"


def write(found: Estimate, console: Console) -> None:
    """Print an estimate: the lines in the order of the path, then what isn't in them."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for heading in ("hop", "what", "where"):
        table.add_column(heading, overflow="fold")
    for heading in ("number", "$ a month"):
        table.add_column(heading, justify="right")
    hop = None
    for line in found.lines:
        mark = _UNCONFIRMED if line.unconfirmed else ""
        told = "" if line.hop == hop else line.hop
        table.add_row(told, line.what, _place(line), str(line.quantity), f"{dollars(line.usd)}{mark}")
        hop = line.hop
    table.add_section()
    table.add_row(Text("before traffic", "bold"), "", "", "", Text(dollars(found.usd), "bold"))
    console.print(table)
    write_list("Not priced", list(map(_not_priced, found.not_priced)), console)
    write_list("Besides, by traffic (prices of us-east-1)", list(found.traffic), console)
    unconfirmed = dict.fromkeys(
        f"{line.what} in {line.region}: {line.unconfirmed}" for line in found.lines if line.unconfirmed
    )
    write_list(f"{_UNCONFIRMED} A price with one source", list(unconfirmed), console)
    console.print()
    told = f"Prices of {prices().as_of}, on demand, without discounts, free tiers or taxes"
    console.print(Text(f"{told}: crosslink/cost/prices.yaml", "dim"), soft_wrap=True)


def write_difference(found: Difference, against: str, console: Console) -> None:
    """Print what an estimate has more than another, by hop."""
    console.print()
    console.print(Text.assemble((f"Against {against}: ", "bold"), f"{more(found.usd)} a month"))
    for change in found.changes:
        console.print(Text(f"  {change.hop}: {more(change.usd)}"))
    write_list("Not priced, and other than before", list(found.beyond), console)


def as_json(found: Estimate) -> dict[str, object]:
    """An estimate as `cost.schema.json` describes it."""
    return {
        "asOf": str(prices().as_of),
        "usd": _number(found.usd),
        "lines": [{**vars(line), "usd": _number(line.usd)} for line in found.lines],
        "notPriced": [dict(vars(gap)) for gap in found.not_priced],
        "traffic": list(found.traffic),
    }


def difference_as_json(found: Difference) -> dict[str, object]:
    """Two estimates and their difference as `cost.schema.json` describes them."""
    return {
        "before": as_json(found.before),
        "after": as_json(found.after),
        "usd": _number(found.usd),
        "changes": [{"hop": change.hop, "usd": _number(change.usd)} for change in found.changes],
        "beyond": list(found.beyond),
    }


def _number(usd: Decimal) -> float:
    return float(usd.quantize(CENT, ROUND_HALF_UP))


def _place(line: Line | NotPriced) -> str:
    return " ".join(filter(None, (line.account, line.region)))


def _not_priced(gap: NotPriced) -> str:
    count = f" ({gap.quantity})" if gap.quantity > 1 else ""
    return f"{_place(gap) or 'elsewhere'}: {gap.what}{count}: {gap.why}"
