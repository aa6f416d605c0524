"""The security groups of the path's own load balancers and endpoints: they let in the subnets before them."""

from collections.abc import Iterator

from crosslink.graph import tokens
from crosslink.graph.node import Node, Value, side_of
from crosslink.ip_ranges import covered
from crosslink.rules.rule import NLB_SECURITY_GROUPS, fix
from crosslink.rules.text import listed
from policy.security.ranges import RULES_OF_GROUPS, SECURITY_GROUPS, group_of, is_public, let_in
from policy.security.rule import ONLY_KNOWN, Stack, rule, sure

_HOLDERS = {tokens.ENDPOINT: "securityGroupIds", tokens.LOAD_BALANCER: "securityGroups"}


@rule(*RULES_OF_GROUPS, *SECURITY_GROUPS, source=NLB_SECURITY_GROUPS, same=(ONLY_KNOWN,))
@fix(
    "Name the ranges of the subnets before: of an endpoint those of the gateway NLB, each in a rule of its own."
)
def only_the_path_gets_in(stack: Stack, node: Node) -> str | None:
    """Security groups of the path's load balancers and endpoints let in subnets of their own side, and nobody else."""
    group = group_of(stack.graph, node)
    side = next((side for holder in _holders(stack, group) if (side := side_of(holder.urn))), None)
    ranges = list(let_in(stack, node)) if side else []
    if not side or not any(ranges):
        return None
    own = list(_subnets(stack, node, side))
    # Of public ones a rule of the path tells, `groups-are-closed-to-the-world`.
    others = [
        cidr for cidr in ranges if isinstance(cidr, str) and not is_public(cidr) and not covered(cidr, own)
    ]
    if others:
        sure(own)
        return f"it lets {listed(others)} in, and not only subnets before it"
    return sure(ranges)


def _holders(stack: Stack, group: str | None) -> Iterator[Node]:
    """The endpoints and load balancers that have a security group."""
    node = stack.graph.get(group) if group else None
    for type_, key in _HOLDERS.items():
        if node:
            yield from stack.graph.naming(node, key, type_)
        ids = {group, node.id if node else None} - {None}
        for holder in stack.graph.of_type(type_):
            named = holder.get(key)
            if isinstance(named, list) and not ids.isdisjoint(
                each for each in named if isinstance(each, str)
            ):
                yield holder


def _subnets(stack: Stack, node: Node, side: str) -> Iterator[Value]:
    """The ranges of the subnets of a side: those that it makes, and those that it joins."""
    for subnet in stack.graph.of_type(tokens.SUBNET):
        if side_of(subnet.urn) == side:
            yield subnet.get("cidrBlock")
    for network in stack.declared.networks.values() if stack.declared else ():
        if network.account_id == node.account:
            yield from (subnet.cidr for subnet in network.subnets.values())
