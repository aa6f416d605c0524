"""The house rule of whom the ALB lets in beside the NLB in front of it."""

from collections.abc import Iterator

from crosslink.graph.unknown import known, present, visible
from crosslink.ip_ranges import is_private, network, without
from crosslink.path import steps
from crosslink.path.alb import Alb
from crosslink.path.network import SecurityGroupRule
from crosslink.path.walk import Walk
from crosslink.rules.alb import CONTROLLER
from crosslink.rules.grade import Grade
from crosslink.rules.packet_filters import is_for
from crosslink.rules.rule import fix, rule
from crosslink.rules.text import listed


def _is_the_stacks(walk: Walk, _alb: Alb) -> bool:
    """Whom else an existing ALB lets in is its owner's to say."""
    return not any(intent.joins_alb for intent in present(walk.intent))


@rule(steps.ALB, when=_is_the_stacks, source=f"{CONTROLLER}/annotations/#inbound-cidrs", grade=Grade.HOUSE)
@fix(
    """Name the provider NLB's subnets alone, in the annotation inbound-cidrs or in the IngressClassParams'
    inboundCIDRs, and take other rules out of the ALB's security groups."""
)
def alb_lets_in_the_nlb_alone(walk: Walk, alb: Alb) -> str | None:
    """The ALB lets in the NLB's subnets alone: others in its VPC, or in a peered one, pass the API by."""
    subnets = [
        str(known(subnet.cidr)) for nlb in walk.seen(steps.PROVIDER_NLB) for subnet in known(nlb.subnets)
    ]
    meant = [range_ for range_ in map(network, subnets) if range_]
    others: set[str] = set()
    for cidr in _let_in(alb):
        left = [range_] if (range_ := network(cidr)) else []
        for taken in meant:
            left = without(left, taken)
        if left and is_private(cidr):
            others.add(cidr)
    if not others:
        return None
    return f"it lets in {listed(others)}: who is there passes the API by, the NLB is in {listed(subnets)}"


def _let_in(alb: Alb) -> Iterator[str]:
    """The ranges that get to one of its listeners, as far as they are known: another rule tells the rest."""
    ports = [known(listener.port) for listener in known(alb.listeners)]
    rules: tuple[SecurityGroupRule, ...] = tuple(visible(alb.lets_in))
    for found in rules:
        if any(is_for(found, port) for port in ports):
            yield from visible(found.ranges)
