"""A page or a schema that a command makes from the code: print it, or compare it with what is there."""

import difflib

from rich.console import Console

from crosslink.command import Status
from crosslink.project import root


def print_or_compare(name: str, text: str, out: Console, err: Console, *, check: bool) -> Status:
    """Print the page `docs/NAME.md`, which the command of that name makes, or what differs from it.

    Args:
        name: of the page and of the command.
        text: what the page should be.
        out: for the page, or the difference.
        err: for what to do where it differs.
        check: compare it instead.
    """
    if not check:
        out.file.write(text)
        return Status.HOLDS
    if not differs(f"docs/{name}.md", text, name, out):
        return Status.HOLDS
    err.print(f"docs/{name}.md isn't what the {name} say: crosslink {name} > docs/{name}.md")
    return Status.BROKEN


def differs(file: str, text: str, made_from: str, out: Console) -> bool:
    """Whether a file isn't the text that is made from the code; the difference is printed.

    Args:
        file: by its path in the checkout.
        text: what it should be.
        made_from: what it is made from.
        out: for the difference.
    """
    lines = (root() / file).read_text(encoding="utf-8").splitlines(), text.splitlines()
    difference = [*difflib.unified_diff(*lines, file, f"the {made_from}", n=0, lineterm="")]
    out.file.writelines(f"{line}\n" for line in difference)
    return bool(difference)
