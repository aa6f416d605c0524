"""Subnets, network ACLs and security groups: what may connect to what."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeAlias

from crosslink.graph import tokens
from crosslink.graph.graph import follow
from crosslink.graph.node import Node, Value, doubt, fields, items, number, same_place
from crosslink.graph.unknown import Fact, Flag, Found, Number, Text, Unknown, visible
from crosslink.path.hop import (
    Hop,
    Source,
    as_tuple,
    base_of,
    computed,
    hop,
    hop_at,
    if_known,
    only_aws,
    output,
    prop,
    read,
)

DHCP_ASSOCIATION = "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation"
# The properties of a security group's rule that say whom it is for; a rule has one of them.
_SOURCES = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")


@dataclass(frozen=True, kw_only=True)
class AclEntry:
    """An entry of a network ACL. The one with the lowest number that fits decides."""

    number: int
    outwards: bool  # whether it is for packets that leave the subnet
    allows: bool  # whether it lets them pass
    protocol: str  # `tcp`, its number 6, or `-1` for all
    cidr: str | None  # where they go, or come from
    from_port: int | None  # the first port that they go to; without meaning if it is for all protocols
    to_port: int | None  # the last one


def vpc_of(source: Source) -> Text:
    """The VPC of a subnet or a target group, by URN."""
    return follow(source.graph.step(source.node, "vpcId", tokens.VPC), lambda vpc: vpc.urn)


def _acl(source: Source) -> Found[tuple[AclEntry, ...]]:
    acls = source.graph.all_naming(source.node, "subnetIds", tokens.NETWORK_ACL)
    found = source.graph.one(acls, tokens.NETWORK_ACL, source.node)
    if not isinstance(found, Node):
        return found
    if unknown := doubt(found.get("ingress"), found.get("egress")):
        return unknown
    entries = [
        AclEntry(
            number=number(entry["ruleNo"]),
            outwards=outwards,
            allows=entry["action"] == "allow",
            protocol=str(entry["protocol"]),
            cidr=entry.get("cidrBlock"),
            from_port=number(entry.get("fromPort")),
            to_port=number(entry.get("toPort")),
        )
        for direction, outwards in (("ingress", False), ("egress", True))
        for entry in map(fields, items(found.get(direction)))
    ]
    return tuple(sorted(entries, key=attrgetter("number")))


def _vpc_ranges(source: Source) -> Fact[tuple[Text, ...]]:
    added = source.graph.all_naming(source.node, "vpcId", tokens.VPC_CIDR)
    ranges = (node.get("cidrBlock") for node in (source.node, *visible(added)))
    return source.node.looked_up or tuple(ranges)


def _name_servers(source: Source) -> Fact[tuple[Text, ...]]:
    """Those that DHCP options name; none where they are AWS's, as by default."""
    if source.graph.registered and source.graph.naming(source.node, "vpcId", DHCP_ASSOCIATION):
        return Unknown(f"what the DHCP options of {source.node.name} say isn't followed")
    return if_known(source.node.get("nameServers"), lambda servers: tuple(items(servers)))


@hop
class Vpc(Hop):
    """A VPC."""

    token = tokens.VPC
    cidr: Text = prop("cidrBlock")  # its first range
    ranges: Fact[tuple[Text, ...]] = computed(_vpc_ranges)  # that, and those that were added
    resolves: Flag = prop("enableDnsSupport")  # whether AWS answers DNS queries in it; None means yes
    host_names: Flag = prop("enableDnsHostnames")  # whether it may have names of its own; None means no
    name_servers: Fact[tuple[Text, ...]] = computed(_name_servers)


def _parts(source: Source) -> tuple[Hop, ...]:
    """What decides on a subnet's packets: its table, its ACL, and the ranges that were added to its VPC."""
    graph, subnet = source.graph, source.node
    associations = visible(graph.all_naming(subnet, "subnetId", tokens.ASSOCIATION))
    named = (graph.all_named(node, "routeTableId", tokens.ROUTE_TABLE) for node in associations)
    tables = [table for found in named for table in visible(found)]
    acls = visible(graph.all_naming(subnet, "subnetIds", tokens.NETWORK_ACL))
    vpc = graph.step(subnet, "vpcId", tokens.VPC)
    added = visible(graph.all_naming(vpc, "vpcId", tokens.VPC_CIDR)) if isinstance(vpc, Node) else ()
    return tuple(Hop(**base_of(node)) for node in (*associations, *tables, *acls, *added))


@hop
class Subnet(Hop):
    """A subnet."""

    token = tokens.SUBNET
    zone: Text = output("availabilityZoneId")
    zone_name: Text = output("availabilityZone")
    cidr: Text = prop("cidrBlock")
    vpc: Text = computed(vpc_of)  # its URN
    network: Found[Vpc] = computed(
        lambda source: hop_at(Vpc, source, source.graph.step(source.node, "vpcId", tokens.VPC))
    )
    acl: Found[tuple[AclEntry, ...]] = computed(_acl)  # None for the VPC's default one, which lets all pass
    ipv6: Text = prop("ipv6CidrBlock")  # None for no range of IPv6
    free: Number = only_aws("availableIpAddressCount")  # addresses; None where AWS wasn't asked
    parts: tuple[Hop, ...] = computed(_parts)


def prefix_list_ranges(source: Source, property_: str) -> Fact[tuple[str, ...]]:
    """The ranges of the managed prefix lists that a property names; only those of the program can be read."""
    graph, node = source.graph, source.node
    lists = graph.all_named(node, property_, tokens.PREFIX_LIST)
    if isinstance(lists, Unknown):
        return lists
    if not lists and (named := node.get(property_)):
        return Unknown(f"the ranges of prefix list {named} are not read")
    cidrs: list[Value] = []
    for prefix_list in lists:
        inline = prefix_list.get("entries")
        entries = [inline] if isinstance(inline, Unknown) else items(inline)
        cidrs += [if_known(entry, lambda known: fields(known).get("cidr")) for entry in entries]
        added = graph.naming(prefix_list, "prefixListId", tokens.PREFIX_LIST_ENTRY)
        own = [*entries, *added]
        cidrs += [entry.get("cidr") for entry in added]
        if isinstance(most := number(prefix_list.get("maxEntries")), int) and len(own) > most:
            return Unknown(f"prefix list {prefix_list.name} has more entries than the {most} that it may")
    return doubt(*cidrs) or tuple(cidrs)


def _ranges(source: Source) -> Fact[tuple[str, ...]]:
    rule = source.node
    if rule.get("prefixListId"):
        return prefix_list_ranges(source, "prefixListId")
    return if_known(rule.get("cidrIpv4"), lambda cidr: (cidr,) if cidr else ())


def _group(source: Source) -> Found[Hop]:
    """The group that a rule is for; no rule reaches one of another place."""
    graph, rule = source.graph, source.node
    named = graph.all_named(rule, "referencedSecurityGroupId", tokens.SECURITY_GROUP)
    near = if_known(named, lambda groups: [group for group in groups if same_place(group, rule)])
    return hop_at(Hop, source, if_known(near, lambda groups: next(iter(groups), None)))


@hop
class SecurityGroupRule(Hop):
    """What a security group lets in, or out."""

    ranges: Fact[tuple[str, ...]] = computed(_ranges)  # those of IPv4 that it is for
    group: Found[Hop] = computed(_group, default=None)  # the security group that it is for; None for ranges
    protocol: Text = prop("ipProtocol")  # `tcp`, or `-1` for all
    from_port: Number = prop("fromPort", convert=number)
    to_port: Number = prop("toPort", convert=number)
    named: tuple[str, ...] = computed(  # the properties that say whom it is for; none where AWS was asked
        lambda source: tuple(name for name in _SOURCES if source.graph.registered and source.node.get(name)),
        default=(),
    )
    parts: tuple[Hop, ...] = computed(lambda source: list_parts(source, "prefixListId"), default=())


def list_parts(source: Source, property_: str) -> tuple[Hop, ...]:
    """The prefix lists that a property names, and their entries."""
    lists = visible(source.graph.all_named(source.node, property_, tokens.PREFIX_LIST))
    entries = [
        entry
        for prefix_list in lists
        for entry in source.graph.naming(prefix_list, "prefixListId", tokens.PREFIX_LIST_ENTRY)
    ]
    return tuple(Hop(**base_of(node)) for node in (*lists, *entries))


def groups_of(source: Source, property_: str) -> tuple[Hop, ...]:
    """The security groups that a property names."""
    named = source.graph.all_named(source.node, property_, tokens.SECURITY_GROUP)
    found = (
        named
        if not isinstance(named, Unknown)
        else source.graph.named_by(source.node, property_, tokens.SECURITY_GROUP)
    )
    return tuple(Hop(**base_of(node)) for node in found)


Rules: TypeAlias = Fact[tuple[SecurityGroupRule, ...]]
# Type of the rules in a direction, and what the property with a group's own rules is called.
INGRESS, EGRESS = (tokens.INGRESS_RULE, "ingress"), (tokens.EGRESS_RULE, "egress")


def rules_of(source: Source, direction: tuple[str, str], property_: str) -> Rules:
    """The rules in a direction, `INGRESS` or `EGRESS`, of the security groups that a property names."""
    graph, node = source.graph, source.node
    type_, inline = direction
    named = graph.all_named(node, property_, tokens.SECURITY_GROUP)
    groups = graph.named_by(node, property_, tokens.SECURITY_GROUP) if isinstance(named, Unknown) else named
    rules: list[SecurityGroupRule] = []
    for group in groups:
        single = graph.naming(group, "securityGroupId", type_)
        rules += [read(SecurityGroupRule, source.at(rule)) for rule in single]
        rules += _inline(group, inline, group.get(inline))
        for rule in graph.naming(group, "securityGroupId", tokens.SECURITY_GROUP_RULE):
            if rule.get("type") == inline:
                rules += _inline(rule, inline, [rule.properties])
    doubts = [named, *(graph.all_naming(group, "securityGroupId", type_) for group in groups)]
    rules += [_unread(node, reason) for reason in doubts if isinstance(reason, Unknown)]
    return tuple(rules) or graph.why_not(type_, node) or ()


def _inline(node: Node, inline: str, value: Value) -> Iterator[SecurityGroupRule]:
    """The rules that stand in a security group, or in one resource for both directions."""
    if isinstance(value, Unknown):
        yield _unread(node, value)
    for entry in map(fields, items(value)):
        groups, lists = entry.get("securityGroups") or entry.get("self"), entry.get("prefixListIds")
        ranges = entry.get("cidrBlocks")
        if groups or lists or entry.get("sourceSecurityGroupId"):
            ranges = Unknown(f"whom the {inline} rule of {node.name} names beside ranges isn't followed")
        yield SecurityGroupRule(
            **base_of(node),
            ranges=as_tuple(ranges),
            group=ranges if isinstance(ranges, Unknown) else None,
            protocol=entry.get("protocol"),
            from_port=number(entry.get("fromPort")),
            to_port=number(entry.get("toPort")),
        )


def _unread(node: Node, reason: Unknown) -> SecurityGroupRule:
    """What a group that isn't at hand lets pass."""
    facts = dict.fromkeys(("ranges", "group", "protocol", "from_port", "to_port"), reason)
    return SecurityGroupRule(**base_of(node), **facts)


def vpcs_of(subnets: Iterable[Source]) -> Fact[frozenset[str]]:
    """The VPCs of some subnets, by URN."""
    vpcs = [vpc_of(subnet) for subnet in subnets]
    known = frozenset(vpc for vpc in vpcs if isinstance(vpc, str))
    return known or doubt(vpcs) or Unknown("the subnets' VPC could not be read")
