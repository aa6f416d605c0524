"""What is said of a change of each field of a stack, counted per type of resource."""

from collections import Counter
from collections.abc import Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tests.faults.any_field import Field, Said, fields_by_type, said_of

Counts = Mapping[str, Mapping[str, int]]


def counts(vantage: str, stack: str) -> Counts:
    """Type → what is said → how many fields; each field is set to one other value."""
    return {
        type_: dict(Counter(str(said_of(field, vantage, stack)) for field in _one_each(fields)))
        for type_, fields in fields_by_type(stack).items()
    }


def _one_each(fields: tuple[Field, ...]) -> list[Field]:
    """The first value of each field."""
    return list({field.path: field for field in reversed(fields)}.values())[::-1]


def write(found: Counts, out: Console) -> None:
    """Print a line per type, and the sums."""
    table = Table("type", *Said, title="What is said of a change of any field")
    for type_, own in found.items():
        table.add_row(Text(type_), *(str(own.get(said, "")) for said in Said))
    sums = Counter[str]()
    for own in found.values():
        sums.update(own)
    table.add_row("all", *(str(sums[said]) for said in Said), style="bold")
    out.print(table)


def is_silent(found: Counts) -> bool:
    """Whether a change is passed over in silence."""
    return any(Said.SILENCE in own for own in found.values())
