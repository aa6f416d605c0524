"""The rule of network ACLs, which stand around every subnet of the path."""

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from crosslink.graph.unknown import Number, known, present, visible
from crosslink.path import steps
from crosslink.path.hop import Hop
from crosslink.path.network import Subnet
from crosslink.path.walk import Walk
from crosslink.rules.packet_filters import passes
from crosslink.rules.rule import fix, rule

ANSWERS = range(1024, 65536)
"""The ports that an NLB connects from, and so those that answers go to
(https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports)."""


class End(NamedTuple):
    """One end of connections from an NLB to its target."""

    hop: Hop
    subnet: Subnet
    """The hop's own."""
    other: Subnet
    """The subnet at the other end."""
    port: Number
    """The target's."""
    asks: bool
    """Whether it is the end that connects."""


def _ends(walk: Walk) -> Iterator[End]:
    for balancer, target in product(walk.seen(steps.GATEWAY_NLB), walk.seen(steps.TARGET)):
        for near, far in product(visible(balancer.subnets), present(target.subnet)):
            yield End(balancer, near, far, target.port, asks=True)
            for endpoint in walk.seen(steps.ENDPOINT):
                yield End(endpoint, far, near, target.port, asks=False)
    targets = product(walk.seen(steps.PROVIDER_NLB), walk.seen(steps.PROVIDER_TARGET), walk.seen(steps.ALB))
    for balancer, target, alb in targets:
        for near, far in product(visible(balancer.subnets), visible(alb.subnets)):
            yield End(balancer, near, far, target.port, asks=True)
            yield End(alb, far, near, target.port, asks=False)


@rule(
    *(steps.GATEWAY_NLB, steps.ENDPOINT, steps.PROVIDER_NLB, steps.ALB),
    when=lambda walk, hop: any(end.hop == hop for end in _ends(walk)),
    source="https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html",
)
@fix("Let the connections pass, and the answers to ports 1024 to 65535: an ACL remembers no connection.")
def acls_let_pass(walk: Walk, hop: Hop) -> str | None:
    """The network ACLs of a hop's subnets let connections pass, and the answers to them."""
    for end in _ends(walk):
        entries = known(end.subnet.acl) if end.hop == hop else None
        if entries is None:
            continue
        port = known(end.port) or 0
        for outwards in (True, False):
            ports = range(port, port + 1) if outwards == end.asks else ANSWERS
            if not passes(entries, known(end.other.cidr), ports, outwards=outwards):
                what = f"port {port}" if outwards == end.asks else "answers"
                way = f"out of {end.subnet.cidr} to" if outwards else f"into {end.subnet.cidr} from"
                return f"no entry lets {what} {way} {end.other.cidr}"
    return None
