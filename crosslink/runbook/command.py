"""`crosslink runbook`: print docs/runbook.md, which is made from the rules, or compare it with them."""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console

from crosslink.command import Status
from crosslink.made_page import print_or_compare
from crosslink.path.steps import STEPS
from crosslink.rules import RULES
from crosslink.rules.command import FEW
from crosslink.rules.rule import STACK_TITLE, Rule
from crosslink.rules.seen import seen
from crosslink.rules.told import told

DESCRIPTION = "Print docs/runbook.md, what to do about each finding, which is made from the rules."
EPILOG = """\
exit status:
  0  the page is printed; of --check: docs/runbook.md is what it should be
  1  the command line is wrong, or there is no docs/runbook.md
  2  of --check: docs/runbook.md differs, and the difference is printed

examples:
  crosslink runbook > docs/runbook.md
  crosslink runbook --check
"""
ERRORS = ()
INTRODUCTION = """\
# Runbook

An entry for each finding of `crosslink doctor`: what you see, where to look, how to mend it. The hops stand
in the order in which a request meets them. `crosslink doctor --explain subnet-has-a-route` prints what its
entry says.

Begin with [Start here](operate.md#start-here): the doctor names the rule, and prints the commands with the
ids of your stack; here they have `'<name>'` instead. After a fix by hand change the program or the stack
file, too: otherwise `pulumi up --refresh` takes it back.

What you see is derived from what AWS documents of [each answer](answers.md); nobody has broken each hop in
AWS. Where packets get lost behind the VPC link, for one, it isn't confirmed which of the two messages a 504
has.

This page is made from the rules: `crosslink runbook > docs/runbook.md`.

## By what you see

Of several hops the first with a finding is the cause. [Answers](answers.md) tells the kinds of one status
apart.

| What you see | Where it comes from, in the order of the path |
|---|---|
"""
MANY = 10  # of more rules with the same symptom only the hops are listed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--check", action="store_true", help="compare it with docs/runbook.md instead")


def run(arguments: argparse.Namespace, out: Console, err: Console) -> Status:
    """Print the page, or what differs from it."""
    return print_or_compare("runbook", page(), out, err, check=arguments.check)


def page() -> str:
    """The page as Markdown."""
    hops = _by_hop()
    lines = [INTRODUCTION + "\n".join(_symptoms(hops)) + "\n"]
    for hop, rules in hops.items():
        lines += [f"## {hop}\n", *map(_entry, rules)]
        if besides := [rule for rule in RULES if hop in rule.titles[1:] and len(rule.titles) <= FEW]:
            lines.append(f"Also told here: {_linked(besides)}.\n")
    return "\n".join(lines)


def _by_hop() -> Mapping[str, Sequence[Rule[Any]]]:
    """Title of a step, in the order of the path → the rules that are told at it, at it first."""
    hops = dict.fromkeys([*(step.told_as for step in STEPS), STACK_TITLE])
    return {hop: [rule for rule in RULES if rule.titles[0] == hop] for hop in hops}


def _symptoms(hops: Mapping[str, Sequence[Rule[Any]]]) -> Iterator[str]:
    """A row per symptom, by status; those without one come last."""
    for name, symptom in sorted(seen().symptoms.items(), key=lambda item: item[1].first_status):
        own = {hop: [rule for rule in rules if name in seen().names(rule)] for hop, rules in hops.items()}
        many = sum(map(len, own.values())) > MANY
        places = [
            f"[{hop}]({_anchor(hop)}){'' if many else f': {_linked(rules)}'}"
            for hop, rules in own.items()
            if rules
        ]
        yield f"| {symptom} | {(', ' if many else '<br>').join(places)} |"


def _anchor(heading: str) -> str:
    return f"#{heading.lower().replace(' ', '-')}"


def _linked(rules: Sequence[Rule[Any]]) -> str:
    return ", ".join(f"[{rule.id}]({_anchor(rule.id)})" for rule in rules)


def _entry(rule: Rule[Any]) -> str:
    found = told(rule)
    steps = ", ".join(rule.titles) if len(rule.titles) <= FEW else "each step"
    look = f"`{found.look}`" if found.look else "in the program; the cloud doesn't tell"
    mend = f"\n  `{found.mend}`" if found.mend else ""
    return f"""\
### {rule.id}

{rule.statement} ({steps}; [source]({rule.source}))

- **Symptom:** {found.seen}
- **How bad:** {found.consequence}
- **Look:** {look}
- **Mend:** {rule.fix}{mend}
"""
