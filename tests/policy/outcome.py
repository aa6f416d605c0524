"""What the policies say of a planted fault."""

from dataclasses import dataclass
from functools import cache

from crosslink.graph import tokens
from crosslink.path.walk import read_model
from crosslink.rules.verdict import judge
from policy import findings
from policy.findings import Finding
from policy.known import Known
from policy.security import RULES
from policy.security.accounts import ATTACHED, DOCUMENTS
from policy.security.exposure import HTTP_API, HTTP_ROUTE
from policy.security.rule import Stack
from tests.faults.change import Change
from tests.faults.fault import CannotKnow, Fault
from tests.policy.planted import declared_in, graph_with

REQUIRED_TAGS = {"dev": ("owner",)}
"""Stack → the tags that are asked of it, by whoever configures the pack: by default none are."""

PREFIX = "links-keep-their-prefix"
NAMED = Known(
    types=dict.fromkeys(
        {
            *(value for value in vars(tokens).values() if isinstance(value, str) and ":" in value),
            *(*DOCUMENTS, *ATTACHED, HTTP_API, HTTP_ROUTE),
        },
        "the test adds it",
    )
)
"""Types that faults and variations add to stacks, as a team would name them: those that the rules of the path
read, and some that only rules of security do."""
ECHOES = {
    "256 rules of a /8 in one security group": ["groups-are-closed-to-the-world"],
    "every other /8 in one security group": ["groups-are-closed-to-the-world"],
    "endpoint's group leaves one zone of the gateway NLB out, in front of a published service": [
        "only-the-path-gets-in"
    ],
    "endpoint's group has a rule for ports in the wrong order": ["only-the-path-gets-in"],
    "endpoint's group has rules of its own, too": ["only-the-path-gets-in"],
    "NAT gateway in the consumer's network": ["no-other-internet-gateway"],
    "nodes have no way out, and no endpoint for images": ["no-other-internet-gateway"],
    "nodes have no way out, and no endpoint for the layers of images": ["no-other-internet-gateway"],
    "NAT gateway of the node subnets deleted, and no image comes in for the Deployments": [
        "no-other-internet-gateway"
    ],
    "one region wants no pods, and nothing leads to the other": ["pods-are-wanted"],
    "route of a single address leads it elsewhere": ["routes-stay-on-the-path"],
    "route of a part of the gateway's subnet leads answers elsewhere": ["routes-stay-on-the-path"],
    "route has two targets": ["routes-stay-on-the-path"],
    "narrower route out, to a transit gateway, wins over the peering": ["routes-stay-on-the-path"],
    "route over a peering that was deleted": ["routes-stay-on-the-path"],
    "VPC link left on an NLB that was replaced": ["only-the-gateways-link"],
    "gateway NLB's group lets the whole VPC in beside the VPC link": ["only-the-path-gets-in"],
    "endpoint of a service that isn't there": ["only-declared-endpoints"],
    "another endpoint service offers the NLB": ["only-declared-principals"],
    "cluster in the wrong account": ["references-stay"] * 2,  # its role, and its nodes
    "route answers preflights that it doesn't declare": ["uri-picks-a-listener", PREFIX],
    "integration names a variable that the stage doesn't set": [PREFIX],
    "callers choose the header that binds route and Service": [PREFIX],
    "integration sets the header of another route": [PREFIX],
    "header of an existing API is what the caller sends": [PREFIX],
    "what is below the route isn't passed on": [PREFIX],
    "greedy integration sends the letters {proxy} instead of the path": [PREFIX],
    "another namespace's Ingress of the group takes every path first": [
        "namespaces-are-restricted",
        "no-ingress-from-anywhere",
    ],
    "endpoint's group is open to the world": ["no-ingress-from-anywhere"],
    "class lets others in than the NLB": ["only-the-path-reaches-pods"],
    "longer path lets the root's Service in": ["first-rule-is-the-routes"],
    "disruption budget is left to a default provider": ["pods-may-be-moved"],
    "integration sends a Host that the Ingress's rules aren't for": [
        "health-check-reaches-the-alb",
        "ingress-rule-is-for-every-host",
    ],
    "backend answers preflights, and so anybody": ["preflights-are-answered"],
    "integration names another VPC link": ["link-is-named-by-a-variable"],
    "policy is gone": ["policy-keeps-addresses-out"],
    "a provider shows its credentials to a stranger": ["required-tags"],
    "somebody else's endpoint is connected": ["service-has-one-endpoint"],
}
"""Fault → what else is found: a method that should not be there breaks other hops, too; where a policy is
gone, each of two routes has lost something else; a stranger's endpoint is one too many besides; and where all
that an integration maps is replaced, or all variables of the stage, the prefix of links is gone with it."""


@dataclass(frozen=True)
class Outcome:
    """What the pack finds.

    Attributes:
        found: the policies that have something to report, each with its finding.
        unknown: what nobody can tell.
    """

    found: tuple[tuple[str, Finding], ...]
    unknown: tuple[Finding, ...]


@cache
def outcome_of(stack: str, change: Change | None = None, *, preview: bool) -> Outcome:
    """The findings on a stack.

    Args:
        stack: `dev`, or the name of an example.
        change: the fault planted in it; None leaves it as it is.
        preview: whether it is shown in a preview.
    """
    declared = declared_in(stack, preview=preview)
    shown = Stack(
        graph=graph_with(stack, change, preview=preview),
        declared=declared,
        required_tags=REQUIRED_TAGS.get(stack, ()),
        known=NAMED,
    )
    found: list[tuple[str, Finding]] = []
    unknown: list[Finding] = []
    told = set[tuple[str, str]]()
    for rule in RULES:
        if rule.id == "stage-writes-access-logs" and stack != "logs":
            continue  # disabled by default: access logs are a choice of the settings
        broken, left = findings.security(rule, shown, told)
        told |= findings.told_by(rule, broken)
        found += [(rule.id, finding) for finding in broken]
        unknown += left
    judgement = judge(read_model(shown.graph, declared))
    broken, left = findings.reachability(judgement, told)
    found += [("reachability", finding) for finding in broken]
    found += [("redundancy", one) for one in findings.redundancy(judgement)]
    found += [("house-rules", one) for one in findings.house(judgement, told)]
    return Outcome(found=tuple(found), unknown=(*unknown, *left))


def expected(fault: Fault, *, preview: bool) -> frozenset[str]:
    """The rules any of which may tell a fault: its own, and those of security that say the same.

    None where it can't be known.
    """
    rule = fault.expected("preview" if preview else "planned")
    if isinstance(rule, CannotKnow):
        return frozenset()
    return frozenset([rule, *(one.id for one in RULES if rule in one.same)])
