"""`crosslink rules`: print docs/rules.md, which is made from the rules, or compare it with them."""

import argparse
from typing import Any

from rich.console import Console

from crosslink.command import Status
from crosslink.made_page import print_or_compare
from crosslink.path.steps import STEPS
from crosslink.rules import STACK_RULES, WALK_RULES
from crosslink.rules.grade import Grade
from crosslink.rules.rule import THE_STACK, Rule

DESCRIPTION = "Print docs/rules.md, the rules of the path, which is made from the code."
EPILOG = """\
exit status:
  0  the page is printed; of --check: docs/rules.md is what it should be
  1  the command line is wrong, or there is no docs/rules.md
  2  of --check: docs/rules.md differs, and the difference is printed

examples:
  crosslink rules > docs/rules.md
  crosslink rules --check
"""
ERRORS = ()
INTRODUCTION = """\
# Rules

What must hold for a request to get from the API to the pods, and to get there in the way that was meant.
`crosslink sandbox` asks these rules of what the program registers, `crosslink doctor` of what AWS has. What
they say of a hop is *holds*, *broken*, or *unknown*, with the reason why that can't be told from here.

A request stops at the first rule on its way that is broken. A *symptom* tells an effect: as long as another
rule is broken, that one is the cause. Each rule's name leads to the page that it comes from.

This page is made from the code: `crosslink rules > docs/rules.md`.
"""
TABLE = "| Step | Rule | What must hold | What to do where it doesn't |\n|---|---|---|---|"
FEW = 4  # how many steps of a rule are listed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--check", action="store_true", help="compare it with docs/rules.md instead")


def run(arguments: argparse.Namespace, out: Console, err: Console) -> Status:
    """Print the page, or what differs from it."""
    return print_or_compare("rules", page(), out, err, check=arguments.check)


def page() -> str:
    """The page as Markdown."""
    lines = [INTRODUCTION]
    rules: tuple[Rule[Any], ...] = (*WALK_RULES, *STACK_RULES)
    places = {title: place for place, title in enumerate(step.told_as for step in STEPS)}
    for heading in dict.fromkeys([*(step.heading for step in STEPS), THE_STACK]):
        own = [rule for rule in rules if rule.heading == heading]
        own.sort(key=lambda rule: places.get(rule.titles[0], len(places)))
        lines += [f"## {heading}\n", TABLE, *map(_row, own), ""]
    return "\n".join(lines)


def _row(rule: Rule[Any]) -> str:
    symptom = " *Symptom.*" if rule.symptom else " *House rule.*" if rule.grade is Grade.HOUSE else ""
    step = ", ".join(rule.titles) if len(rule.titles) <= FEW else "each step"
    return f"| {step} | [`{rule.id}`]({rule.source}) | {rule.statement}{symptom} | {rule.fix} |"
