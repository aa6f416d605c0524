"""What a reader may try next: commands, each with what it does."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text


def write_tries(tries: Sequence[tuple[str, str]], console: Console) -> None:
    """Print commands. They are to be copied, so they are never wrapped.

    Args:
        tries: command, and what it does.
        console: where to print.
    """
    console.print(Text("Try next", "bold"))
    widest = max(len(command) for command, _ in tries)
    fits = all(widest + len(what) + 4 <= console.width for _, what in tries)
    for command, what in tries:
        if fits:
            told = Text.assemble(f"  {command:{widest}}  ", (what, "dim"))
        else:
            told = Text.assemble((f"  # {what}\n", "dim"), f"  {command}")
        console.print(told, soft_wrap=True)
