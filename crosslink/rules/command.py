"""`python -m reachability.rules` prints docs/rules.md, which is made from the rules."""

import sys
from collections.abc import Iterator
from typing import Any

from crosslink.rules import STACK_RULES, WALK_RULES
from crosslink.rules.rule import Rule

INTRODUCTION = """\
# Rules

What must hold for a request to get from the API to the pods, and to get there in the way that was meant.
`python -m sandbox` asks these rules of what the program registers, `python -m doctor` of what AWS has. What
they say of a hop is *holds*, *broken*, or *unknown*, with the reason why that can't be told from here.

A request stops at the first rule on its way that is broken. A *symptom* tells an effect: as long as another
rule is broken, that one is the cause. Each rule's name leads to the page that it comes from.

This page is made from the code: `python -m reachability.rules > docs/rules.md`.
"""
SECTIONS = {
    "The API": {
        "domain": "domain",
        "stage": "stage",
        "method": "method",
        "preflight": "preflight",
        "VPC link": "VPC link",
    },
    "Both network load balancers": {
        "NLB": "both NLBs",
        "listeners": "both listeners",
        "target groups": "both target groups",
        "targets": "targets of both",
    },
    "The gateway NLB": {
        "gateway NLB": "gateway NLB",
        "listener": "listener",
        "target group": "target group",
        "target": "target",
    },
    "From region to region": {"routes": "routes out and back", "peering": "peering"},
    "From account to account": {
        "interface endpoint": "interface endpoint",
        "endpoint service": "endpoint service",
    },
    "The provider NLB": {
        "provider NLB": "provider NLB",
        "provider listener": "listener",
        "provider target": "target",
    },
    "The cluster": {
        "ALB": "ALB",
        "Ingress rule": "Ingress rule",
        "Service": "Service",
        "Deployment": "Deployment",
    },
    "The whole stack": {
        "network ACLs": "every hop with a network ACL",
        "hops": "every hop",
        "account": "every resource",
    },
}
"""Heading → the rules' hops in it, with the name that each has there; all in the order of the path."""


def page() -> str:
    """The page as Markdown."""
    return "\n".join([INTRODUCTION, *_sections()])


def _sections() -> Iterator[str]:
    rules: tuple[Rule[Any], ...] = (*WALK_RULES, *STACK_RULES)
    for heading, hops in SECTIONS.items():
        yield f"## {heading}\n"
        yield "| Hop | Rule | What must hold | What to do where it doesn't |\n|---|---|---|---|"
        yield from (_row(name, rule) for hop, name in hops.items() for rule in rules if rule.hop == hop)
        yield ""


def _row(hop: str, rule: Rule[Any]) -> str:
    symptom = " *Symptom.*" if rule.symptom else ""
    return f"| {hop} | [`{rule.id}`]({rule.source}) | {rule.statement}{symptom} | {rule.fix} |"


if __name__ == "__main__":
    sys.stdout.write(page())
