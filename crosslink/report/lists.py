"""Lists under a heading, for people."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text


def write_list(heading: str, items: Sequence[str], console: Console) -> None:
    """Print items under a heading, and nothing without items."""
    if items:
        console.print()
        console.print(Text(heading, "bold"))
        for item in items:
            console.print(Text(f"  - {item}"), soft_wrap=True)
