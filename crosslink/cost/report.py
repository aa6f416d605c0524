"""An estimate as a table and as JSON."""

from decimal import Decimal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from crosslink.cost.estimate import CENT, Difference, Estimate, Line
from crosslink.cost.prices import prices

_UNCONFIRMED = "*"


def money(usd: Decimal) -> str:
    """Dollars and cents."""
    return f"${usd.quantize(CENT):,}"


def more(usd: Decimal, *, whole: bool = False) -> str:
    """A difference, with its sign; `whole` without the cents."""
    rounded = abs(usd).quantize(Decimal(1) if whole else CENT)
    return f"{'+' if usd >= 0 else '−'}${rounded:,}"  # noqa: RUF001 (the sign, which a hyphen isn't)


def write(found: Estimate, console: Console) -> None:
    """Print an estimate: the lines in the order of the path, then what isn't in them."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("hop", "what", "where"):
        table.add_column(heading, overflow="fold")
    for heading in ("number", "$ a month"):
        table.add_column(heading, justify="right")
    hop = None
    for line in found.lines:
        mark = _UNCONFIRMED if line.unconfirmed else ""
        told = "" if line.hop == hop else line.hop
        table.add_row(told, line.what, _place(line), str(line.quantity), f"{line.usd.quantize(CENT):,}{mark}")
        hop = line.hop
    table.add_section()
    table.add_row(Text("before traffic", "bold"), "", "", "", Text(f"{found.usd.quantize(CENT):,}", "bold"))
    console.print(table)
    _list("Not priced", [_not_priced(found, index) for index in range(len(found.not_priced))], console)
    _list("Besides, by traffic (prices of us-east-1)", list(found.traffic), console)
    unconfirmed = dict.fromkeys(
        f"{line.what} in {line.region}: {line.unconfirmed}" for line in found.lines if line.unconfirmed
    )
    _list(f"{_UNCONFIRMED} A price with one source", list(unconfirmed), console)
    console.print()
    told = f"Prices of {prices().as_of}, on demand, without discounts, free tiers or taxes: crosslink/cost/prices.yaml"
    console.print(Text(told, "dim"), soft_wrap=True)


def write_difference(found: Difference, against: str, console: Console) -> None:
    """Print what an estimate has more than another, by hop."""
    console.print()
    console.print(Text.assemble((f"Against {against}: ", "bold"), f"{more(found.usd)} a month"))
    for change in found.changes:
        console.print(Text(f"  {change.hop}: {more(change.usd)}"))


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
    }


def _number(usd: Decimal) -> float:
    return float(usd.quantize(CENT))


def _place(line: Line) -> str:
    return f"{line.account or 'any account'} {line.region or ''}".strip()


def _not_priced(found: Estimate, index: int) -> str:
    gap = found.not_priced[index]
    times = f"{gap.quantity} × " if gap.quantity > 1 else ""  # noqa: RUF001 (the sign of a product)
    return f"{times}{gap.what} in {gap.region or 'no region'}: {gap.why}"


def _list(heading: str, items: list[str], console: Console) -> None:
    if items:
        console.print()
        console.print(Text(heading, "bold"))
        for item in items:
            console.print(Text(f"  - {item}"), soft_wrap=True)
