"""The security groups of the path's own load balancers and endpoints: they let in the subnets before them."""

from collections.abc import Iterator

from crosslink.graph import tokens
from crosslink.graph.node import Node, Value, side_of, value_at
from crosslink.ip_ranges import covered
from crosslink.rules.rule import NLB_SECURITY_GROUPS, fix
from crosslink.rules.text import listed
from policy.security.ranges import RULES_OF_GROUPS, SECURITY_GROUPS, group_of, is_public, let_in
from policy.security.rule import ONLY_KNOWN, Stack, rule, several, sure

_HOLDERS = {tokens.ENDPOINT: "securityGroupIds", tokens.LOAD_BALANCER: "securityGroups"}


@rule(*RULES_OF_GROUPS, *SECURITY_GROUPS, source=NLB_SECURITY_GROUPS, same=(ONLY_KNOWN,))
@fix("Name the ranges of the subnets before: of an endpoint the gateway NLB's, each in a rule of its own.")
def only_the_path_gets_in(stack: Stack, node: Node) -> str | None:
    """Groups of the path's load balancers and endpoints let in subnets of their own side, and nobody else."""
    group = group_of(stack.graph, node)
    side = next((side for holder in _holders(stack, group) if (side := side_of(holder.urn))), None)
    if side is None:
        return None
    if groups := list(_other_groups(stack, node)):
        return f"it lets the security group {listed(groups)} in"
    ranges = [cidr for cidr in let_in(stack, node) if cidr]
    own = list(_subnets(stack, node, side))
    # Of public ones a rule of the path tells, `groups-are-closed-to-the-world`.
    others = [
        cidr for cidr in ranges if isinstance(cidr, str) and not is_public(cidr) and not covered(cidr, own)
    ]
    if others:
        sure(own)
        return f"it lets {listed(others)} in, and not only subnets before it"
    return sure(ranges) if ranges else None


def _holders(stack: Stack, group: str | None) -> Iterator[Node]:
    """The endpoints and load balancers that have a security group."""
    node = stack.graph.get(group) if group else None
    for type_, key in _HOLDERS.items():
        if node:
            yield from stack.graph.naming(node, key, type_)
        ids = {group, node.id if node else None} - {None}
        for holder in stack.graph.of_type(type_):
            named = holder.get(key)
            if not ids.isdisjoint(id_ for id_ in several(named) if isinstance(id_, str)):
                yield holder


def _other_groups(stack: Stack, node: Node) -> Iterator[str]:
    """The groups that a rule lets in by their plain ids, which aren't the stack's."""
    given = [node.get("referencedSecurityGroupId"), node.get("sourceSecurityGroupId")]
    for each in several(node.get("ingress")):
        given += several(value_at(each, "securityGroups"))
    own = {
        name for type_ in SECURITY_GROUPS for group in stack.graph.of_type(type_) for name in group.names()
    }
    yield from (id_ for id_ in given if isinstance(id_, str) and id_ not in own and "/" not in id_)


def _subnets(stack: Stack, node: Node, side: str) -> Iterator[Value]:
    """The ranges of the subnets of a side: those that it makes, and those that it joins."""
    for subnet in stack.graph.of_type(tokens.SUBNET):
        if side_of(subnet.urn) == side:
            yield subnet.get("cidrBlock")
    for network in stack.declared.networks.values() if stack.declared else ():
        if network.account_id == node.account:
            yield from (subnet.cidr for subnet in network.subnets.values())
