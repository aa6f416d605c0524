"""A judgement in brief: the ways of the routes, the causes of what was found, and what to try next."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from crosslink.path.walk import Model
from crosslink.report.walk import write_causes
from crosslink.report.ways import ways
from crosslink.rules.verdict import Judgement


def write_in_brief(
    model: Model, judgement: Judgement, tries: Sequence[tuple[str, str]], console: Console
) -> None:
    """Print a judgement in brief.

    Args:
        model: the path.
        judgement: what the rules say of it.
        tries: the commands that a reader may try next, each with what it does.
        console: where to print.
    """
    if model.walks:
        console.print(ways(model.walks, judgement.walks))
        console.print()
    write_causes(model, judgement, console)
    console.print()
    console.print(Text("Try next", "bold"))
    widest = max(len(command) for command, _ in tries)
    fits = all(widest + len(what) + 4 <= console.width for _, what in tries)
    for command, what in tries:  # commands are to be copied: they are never wrapped
        if fits:
            told = Text.assemble(f"  {command:{widest}}  ", (what, "dim"))
        else:
            told = Text.assemble((f"  # {what}\n", "dim"), f"  {command}")
        console.print(told, soft_wrap=True)
