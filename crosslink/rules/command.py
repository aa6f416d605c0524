"""`crosslink rules`: print docs/rules.md, which is made from the rules, or compare it with them."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console

from crosslink.command import Status
from crosslink.fields import table
from crosslink.made_page import print_or_compare
from crosslink.path.steps import STEPS
from crosslink.report.status import STATUSES
from crosslink.rules import RULES
from crosslink.rules.grade import Grade, Result
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
they say of a hop is *holds*, *broken*, *redundancy lost*, *house rule* where one isn't kept, or *unknown*,
with the reason why that can't be told from here.

A request stops at the first rule on its way that is broken. A *symptom* tells an effect: as long as another
rule is broken, that one is the cause. Each rule's name leads to the page that it comes from.

This page is made from the code: `crosslink rules > docs/rules.md`.
"""
GRADES = """\
## Grades

How bad it is where a rule doesn't hold, the exit status of sandbox and doctor, and the policy of the
[policy pack](policy.md) that reports it. Of several findings the exit status is that of the worst.

| Grade | What it means | Exit status | Policy |
|---|---|---|---|
"""
ZONES = """
A grade *by zones* depends on what is left. Each node of a load balancer checks the health of the targets by
itself, and one that it reaches is enough. If each node reaches one, redundancy is lost; if some reach none,
the requests of their zones stop, and the finding says in how many; if none reaches any, all stop. What
several rules find adds up. Other rules have two grades: the first, or the second if the rule holds for
another hop of the step. *Or as told*: the finding itself says how bad it is.
"""
TABLE = "| Step | Rule | What must hold | Grade | What to do where it doesn't |\n|---|---|---|---|---|"
LEVELS = Path(__file__).parents[2] / "policy" / "levels.json"
# Policy → what it reports, which has no grade
OTHERS = {
    "unknown": "Nobody can tell from here whether a rule holds. The sandbox exits with 0: the up tells.",
    "not-judged": "A resource of the path has a setting that no rule judges and nobody has found harmless.",
}
SETTINGS = f"""\
## Settings

How many fields of each resource on the way the rules judge, how many are harmless whatever they say, and of
how many nothing can be said: one of those that isn't at its default is told as a setting that nothing judges.
A field counts for all below it that isn't listed itself; the lists are in `crosslink/fields/lists`.

{table.HEAD}
"""
FEW = 4  # how many steps of a rule are listed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--check", action="store_true", help="compare it with docs/rules.md instead")


def run(arguments: argparse.Namespace, out: Console, err: Console) -> Status:
    """Print the page, or what differs from it."""
    return print_or_compare("rules", page(), out, err, check=arguments.check)


def page() -> str:
    """The page as Markdown."""
    lines = [INTRODUCTION, f"{GRADES}{''.join(f'{row}{chr(10)}' for row in _grades())}{ZONES}"]
    places = {title: place for place, title in enumerate(step.told_as for step in STEPS)}
    for heading in dict.fromkeys([*(step.heading for step in STEPS), THE_STACK]):
        own = [rule for rule in RULES if rule.heading == heading]
        own.sort(key=lambda rule: places.get(rule.titles[0], len(places)))
        lines += [f"## {heading}\n", TABLE, *map(_row, own), ""]
    return "\n".join([*lines, "\n".join([SETTINGS.rstrip(), *table.rows()]), ""])


def _row(rule: Rule[Any]) -> str:
    symptom = " *Symptom.*" if rule.symptom else ""
    step = ", ".join(rule.titles) if len(rule.titles) <= FEW else "each step"
    cells = step, f"[`{rule.id}`]({rule.source})", f"{rule.statement}{symptom}", rule.how_bad, rule.fix
    return f"| {' | '.join(cells)} |"


def _grades() -> Iterator[str]:
    """The table of grades, and of what has none."""
    levels = json.loads(LEVELS.read_text(encoding="utf-8"))
    for grade in Grade:
        status = STATUSES[grade.result]
        yield f"| {grade} | {grade.meaning} | {status} | `{grade.policy}`, {levels[grade.policy]} |"
    for policy, meaning in OTHERS.items():
        yield f"| *none* | {meaning} | {STATUSES[Result.UNKNOWN]} | `{policy}`, {levels[policy]} |"
