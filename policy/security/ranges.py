"""What is let in, taken together: a range may be written as two halves, or as 256 rules of one group."""

from collections.abc import Iterable, Iterator
from functools import cache
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from itertools import chain
from typing import TypeAlias, cast

from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, Value, value_at
from crosslink.graph.unknown import Unknown
from policy.security.rule import Stack, several
from settings.addresses import PRIVATE

Network: TypeAlias = IPv4Network | IPv6Network

DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
SECURITY_GROUPS = (tokens.SECURITY_GROUP, DEFAULT_GROUP)
RULES_OF_GROUPS = (tokens.INGRESS_RULE, tokens.SECURITY_GROUP_RULE)
# What the internet doesn't route. Its own networks may be as wide as they are
# (https://www.iana.org/assignments/iana-ipv6-special-registry).
_INTERNAL: dict[int, tuple[Network, ...]] = {
    4: PRIVATE,
    6: (IPv6Network("fc00::/7"), IPv6Network("fe80::/10")),
}
# IP version → how many public addresses are everybody, or a good part: a /8 of IPv4, and of IPv6 what a
# registry gets for a whole continent (https://www.iana.org/assignments/ipv6-unicast-address-assignments).
GOOD_PART = {4: 2 ** (32 - 8), 6: 2 ** (128 - 12)}
SHOWN = 4  # how many ranges of many are told


def everybody_in(ranges: Iterable[Value]) -> str | None:
    """What lets everybody in, or a good part, of some ranges taken together; None if they are fewer."""
    return _everybody_in(frozenset(cidr for cidr in ranges if isinstance(cidr, str)))


@cache  # each rule of a security group asks the same
def _everybody_in(ranges: frozenset[str]) -> str | None:
    networks = [network for cidr in ranges if (network := read(cidr))]
    for version, limit in GOOD_PART.items():
        joined = joined_of(network for network in networks if network.version == version)
        public = [network for network in joined if not _is_internal(network)]
        if sum(map(_public_size, public)) >= limit:
            more = len(public) - SHOWN
            return ", ".join(map(str, public[:SHOWN])) + (f" and {more} more" if more > 0 else "")
    return None


def joined_of(networks: Iterable[Network]) -> list[Network]:
    """The fewest ranges that are the same, all of one IP version."""
    return list(collapse_addresses(cast("Iterable[IPv4Network]", networks)))


def is_public(cidr: Value) -> bool:
    """Whether a range has addresses of the internet."""
    network = read(cidr) if isinstance(cidr, str) else None
    return network is not None and not _is_internal(network)


def is_wide(cidr: Value) -> bool:
    """Whether a range may be a part of everybody: a public one, or a private one as wide as a good part."""
    network = read(cidr) if isinstance(cidr, str) else None
    return network is not None and (is_public(cidr) or network.num_addresses >= GOOD_PART[network.version])


def read(cidr: str) -> Network | None:
    """A range however it is written, 10.1.2.3/0 too; None for what is none: AWS will say so."""
    try:
        return ip_network(cidr.strip(), strict=False)
    except ValueError:
        return None


def _is_internal(network: Network) -> bool:
    return any(_in(network, own) for own in _INTERNAL[network.version])


def _in(small: Network, large: Network) -> bool:
    """Whether a range lies in another of the same IP version."""
    return cast("IPv4Network", small).subnet_of(cast("IPv4Network", large))


def _public_size(network: Network) -> int:
    inside = [own for own in _INTERNAL[network.version] if _in(own, network)]
    return network.num_addresses - sum(own.num_addresses for own in inside)


def of_group(stack: Stack, node: Node) -> Iterator[Value]:
    """All that a security group lets in, of which a resource is a rule, or the group itself."""
    group = group_of(stack.graph, node)
    others = [other for type_ in (*SECURITY_GROUPS, *RULES_OF_GROUPS) for other in stack.graph.of_type(type_)]
    for other in others:
        if other is node or (group and group_of(stack.graph, other) == group):
            yield from let_in(stack, other)


def group_of(graph: Graph, node: Node) -> str | None:
    """The security group that a resource is, or is a rule of: its URN, or the id of one that exists."""
    if node.type in SECURITY_GROUPS:
        return node.urn
    sources, id_ = node.references.get("securityGroupId", frozenset()), node.get("securityGroupId")
    if sources:
        return min(sources)
    own = (group for type_ in SECURITY_GROUPS for group in graph.of_type(type_) if group.id == id_)
    named = next(own, None) if isinstance(id_, str) else None
    return named.urn if named else (id_ if isinstance(id_, str) else None)


def let_in(stack: Stack, node: Node) -> Iterator[Value]:
    """The ranges that a security group, or a rule of one, lets in by itself."""
    match node.type:
        case tokens.INGRESS_RULE:
            yield from (node.get("cidrIpv4"), node.get("cidrIpv6"))
            yield from _of_prefix_lists(stack.graph, node, "prefixListId")
        case tokens.SECURITY_GROUP_RULE if node.get("type") == "egress":
            return
        case tokens.SECURITY_GROUP_RULE:
            if isinstance(kind := node.get("type"), Unknown):
                yield kind
            yield from _of_rule(node.properties)
            yield from _of_prefix_lists(stack.graph, node, "prefixListIds")
        case _:
            yield from chain.from_iterable(map(_of_rule, several(node.get("ingress"))))
            yield from _of_prefix_lists(stack.graph, node, "ingress")


def _of_rule(value: Value) -> list[Value]:
    """The ranges of a rule that stands in its security group, or of one of the old kind."""
    return [*several(value_at(value, "cidrBlocks")), *several(value_at(value, "ipv6CidrBlocks"))]


def _of_prefix_lists(graph: Graph, node: Node, property_: str) -> Iterator[Value]:
    """The ranges of the stack's own prefix lists."""
    for listing in graph.named_by(node, property_, tokens.PREFIX_LIST):
        entries = graph.naming(listing, "prefixListId", tokens.PREFIX_LIST_ENTRY)
        yield from (value_at(entry, "cidr") for entry in several(listing.get("entries")))
        yield from (entry.get("cidr") for entry in entries)


def foreign_prefix_lists(graph: Graph, node: Node) -> list[str]:
    """The prefix lists that a resource lets in by their plain id: whom they hold, the stack doesn't say."""
    match node.type:
        case tokens.INGRESS_RULE:
            named = several(node.get("prefixListId"))
        case tokens.SECURITY_GROUP_RULE if node.get("type") != "egress":
            named = several(node.get("prefixListIds"))
        case _:
            named = [
                id_
                for rule in several(node.get("ingress"))
                for id_ in several(value_at(rule, "prefixListIds"))
            ]
    own = {name for listing in graph.of_type(tokens.PREFIX_LIST) for name in listing.names()}
    return [id_ for id_ in named if isinstance(id_, str) and id_ not in own]
