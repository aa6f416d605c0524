"""`python -m reachability.rules` prints docs/rules.md, which is made from the rules."""

import sys
from collections.abc import Iterator
from typing import Any

from crosslink.path.steps import STEPS
from crosslink.rules import STACK_RULES, WALK_RULES
from crosslink.rules.rule import THE_STACK, Rule

INTRODUCTION = """\
# Rules

What must hold for a request to get from the API to the pods, and to get there in the way that was meant.
`python -m sandbox` asks these rules of what the program registers, `python -m doctor` of what AWS has. What
they say of a hop is *holds*, *broken*, or *unknown*, with the reason why that can't be told from here.

A request stops at the first rule on its way that is broken. A *symptom* tells an effect: as long as another
rule is broken, that one is the cause. Each rule's name leads to the page that it comes from.

This page is made from the code: `python -m reachability.rules > docs/rules.md`.
"""
FEW = 4
"""How many steps of a rule are listed."""


def page() -> str:
    """The page as Markdown."""
    return "\n".join([INTRODUCTION, *_sections()])


def _sections() -> Iterator[str]:
    rules: tuple[Rule[Any], ...] = (*WALK_RULES, *STACK_RULES)
    places = {title: place for place, title in enumerate(step.told_as for step in STEPS)}
    for heading in dict.fromkeys([*(step.heading for step in STEPS), THE_STACK]):
        own = [rule for rule in rules if rule.heading == heading]
        yield f"## {heading}\n"
        yield "| Step | Rule | What must hold | What to do where it doesn't |\n|---|---|---|---|"
        yield from map(_row, sorted(own, key=lambda rule: places.get(rule.titles[0], len(places))))
        yield ""


def _row(rule: Rule[Any]) -> str:
    symptom = " *Symptom.*" if rule.symptom else " *House rule.*" if rule.house else ""
    step = ", ".join(rule.titles) if len(rule.titles) <= FEW else "each step"
    return f"| {step} | [`{rule.id}`]({rule.source}) | {rule.statement}{symptom} | {rule.fix} |"


if __name__ == "__main__":
    sys.stdout.write(page())
