"""Reads VPCs: subnets, network ACLs, security groups, and the ways between VPCs."""

from collections.abc import Iterable, Mapping, Sequence

from crosslink.graph import tokens
from crosslink.graph.from_aws.collector import Answer, Collector, fact
from crosslink.graph.node import value_at

_VPC = (tokens.VPC, tokens.VPC_CIDR)
_DNS = ("enableDnsHostnames", "enableDnsSupport")
_SUBNETS = (tokens.SUBNET, tokens.ASSOCIATION)
_ROUTES = (tokens.ROUTE_TABLE, tokens.ASSOCIATION, tokens.ROUTE)
_RULES = (tokens.INGRESS_RULE, tokens.EGRESS_RULE)
# Type → the end of a peering that it is for, and the other end.
_PEERINGS = {tokens.PEERING: ("requester", "accepter"), tokens.PEERING_ACCEPTER: ("accepter", "requester")}
NETWORK_TYPES = (*_VPC, *_SUBNETS, tokens.NETWORK_ACL, *_ROUTES, *_PEERINGS, tokens.SECURITY_GROUP, *_RULES)


def read_vpc(aws: Collector, vpc_id: str) -> None:
    """A VPC with its CIDRs, subnets and network ACLs."""
    with aws.reading(*_VPC):
        for vpc in aws.matching("ec2:DescribeVpcs", "vpc-id", vpc_id):
            first = vpc["cidrBlock"]
            aws.add(tokens.VPC, {**vpc, **_names(aws, vpc)})
            for association in vpc.get("cidrBlockAssociationSet", []):
                is_first = association["cidrBlock"] == first
                if not is_first and association["cidrBlockState"]["state"] == "associated":
                    aws.add(tokens.VPC_CIDR, {**association, "vpcId": vpc_id})
    with aws.reading(*_SUBNETS):
        for subnet in aws.matching("ec2:DescribeSubnets", "vpc-id", vpc_id):
            aws.add(tokens.SUBNET, subnet)
    with aws.reading(tokens.NETWORK_ACL):
        for acl in aws.matching("ec2:DescribeNetworkAcls", "vpc-id", vpc_id):
            entries = [_entry(entry) for entry in acl.get("entries", [])]
            derived = {
                "subnetIds": [association["subnetId"] for association in acl.get("associations", [])],
                "ingress": [entry for entry in entries if not entry["egress"]],
                "egress": [entry for entry in entries if entry["egress"]],
            }
            aws.add(tokens.NETWORK_ACL, {**acl, **derived})


def _names(aws: Collector, vpc: Answer) -> Answer:
    """What answers the DNS queries in a VPC: its two attributes, and the servers of its DHCP options."""
    told = {name: fact(_is_on, aws, vpc["vpcId"], name) for name in _DNS}
    servers = fact(_name_servers, aws, vpc.get("dhcpOptionsId"))
    return {**told, "nameServers": servers}


def _is_on(aws: Collector, vpc_id: str, name: str) -> bool:
    answer = aws.ask_again("ec2:DescribeVpcAttribute", VpcId=vpc_id, Attribute=name)
    return answer[name]["value"]


def _name_servers(aws: Collector, options_id: str | None) -> Sequence[str]:
    """The servers that DHCP options name; none where they are `default`, which are AWS's."""
    if options_id in (None, "default"):
        return []
    call = "ec2:DescribeDhcpOptions"
    found = aws.matching(call, "dhcp-options-id", str(options_id))
    entries = [entry for options in found for entry in options.get("dhcpConfigurations", [])]
    own = [entry["values"] for entry in entries if entry["key"] == "domain-name-servers"]
    servers = [value["value"] for values in own for value in values]
    return [] if servers == ["AmazonProvidedDNS"] else servers


def _entry(entry: Answer) -> Answer:
    ports = {"fromPort": value_at(entry, "portRange", "from"), "toPort": value_at(entry, "portRange", "to")}
    return {**entry, **ports, "ruleNo": entry["ruleNumber"], "action": entry["ruleAction"]}


def read_routes(aws: Collector, vpc_id: str) -> None:
    """The route tables of a VPC that has been read."""
    with aws.reading(*_ROUTES):
        tables = aws.matching("ec2:DescribeRouteTables", "vpc-id", vpc_id)
        for table in tables:
            aws.add(tokens.ROUTE_TABLE, {key: table[key] for key in table if key != "routes"})
            for route in table.get("routes", []):
                _route(aws, table["routeTableId"], route)
        _prefix_lists(aws, tokens.ROUTE, "destinationPrefixListId")
        own = (tokens.SUBNET, vpc_id)
        subnets = [str(node.id) for node in aws.nodes if (node.type, node.get("vpcId")) == own]
        for subnet_id, table_id in _associations(tables, subnets).items():
            ids = {"id": f"{table_id}|{subnet_id}", "subnetId": subnet_id, "routeTableId": table_id}
            aws.add(tokens.ASSOCIATION, ids)


def _route(aws: Collector, table_id: str, route: Answer) -> None:
    """A route, but for the local ones, which every table has.

    AWS tells of an endpoint as a gateway: https://docs.aws.amazon.com/vpc/latest/userguide/gwlbe-route.html
    """
    gateway: str = route.get("gatewayId", "")
    if gateway == "local":
        return
    if gateway.startswith("vpce-"):
        route = {**route, "gatewayId": None, "vpcEndpointId": gateway}
    # A range of IPv4 or IPv6, or a prefix list.
    destination = next(value for key, value in route.items() if key.startswith("destination"))
    aws.add(tokens.ROUTE, {**route, "id": f"{table_id}|{destination}", "routeTableId": table_id})


def _associations(tables: Iterable[Answer], subnets: Iterable[str]) -> Mapping[str, str]:
    """Subnet → route table: its own, or else the VPC's main one.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html
    """
    rows: list[Answer] = [association for table in tables for association in table.get("associations", [])]
    main: list[str] = [row["routeTableId"] for row in rows if row.get("main")]
    own = {row["subnetId"]: row["routeTableId"] for row in rows if "subnetId" in row}
    return {**{subnet: table for subnet in subnets for table in main}, **own}


def _prefix_lists(aws: Collector, type_: str, property_: str) -> None:
    """The entries of the prefix lists that routes or rules name; those of an endpoint's routes are AWS's."""
    naming = [node for node in aws.nodes if node.type == type_ and not node.get("vpcEndpointId")]
    known = {node.id for node in aws.nodes if node.type == tokens.PREFIX_LIST}
    for list_id in sorted({str(named) for node in naming if (named := node.get(property_))} - known):
        with aws.reading(tokens.PREFIX_LIST):
            answer = aws.ask_again("ec2:GetManagedPrefixListEntries", PrefixListId=list_id)
            aws.add(tokens.PREFIX_LIST, {"id": list_id, "entries": answer["entries"]})


_ADDRESS = ("natGatewayAddresses", 0, "allocationId")


def read_nat_gateways(aws: Collector, vpc_id: str) -> None:
    """The NAT gateways of a VPC; one that was deleted AWS tells of for an hour."""
    with aws.reading(tokens.NAT_GATEWAY):
        filters = [{"Name": "vpc-id", "Values": [vpc_id]}]
        for nat in aws.items("ec2:DescribeNatGateways", Filter=filters):
            if nat.get("state") not in ("deleted", "deleting"):
                aws.add(
                    tokens.NAT_GATEWAY,
                    {**nat, "allocationId": value_at(nat, *_ADDRESS), "id": nat["natGatewayId"]},
                )


def read_peerings(aws: Collector, vpc_id: str) -> None:
    """The peerings that a VPC requests, and the acceptances of those that it accepts."""
    for type_, (own, other) in _PEERINGS.items():
        with aws.reading(type_):
            of_vpc = f"{own}-vpc-info.vpc-id"
            for peering in aws.matching("ec2:DescribeVpcPeeringConnections", of_vpc, vpc_id):
                peer, status = peering[f"{other}VpcInfo"], peering["status"]["code"]
                if peering[f"{own}VpcInfo"]["vpcId"] != vpc_id:
                    continue  # who plays AWS may not know the filter
                derived = {
                    "id": peering["vpcPeeringConnectionId"],
                    "vpcId": vpc_id,
                    "peerVpcId": peer["vpcId"],
                    "peerRegion": peer["region"],
                    "peerOwnerId": peer["ownerId"],
                    "acceptStatus": status,
                    "autoAccept": status == "active",
                }
                aws.add(type_, {**peering, **derived})


def read_security_groups(aws: Collector, group_ids: Sequence[str], vpc_id: str) -> None:
    """Security groups that are in use in a VPC, with their rules."""
    for group_id in group_ids:
        aws.add(tokens.SECURITY_GROUP, {"id": group_id, "vpcId": vpc_id})
    if group_ids:
        with aws.reading(*_RULES):
            for rule in aws.matching("ec2:DescribeSecurityGroupRules", "group-id", *group_ids):
                derived = {"referencedSecurityGroupId": value_at(rule, "referencedGroupInfo", "groupId")}
                if rule["ipProtocol"] == "-1":
                    derived |= {"fromPort": None, "toPort": None}  # -1 in the answer
                aws.add(tokens.EGRESS_RULE if rule["isEgress"] else tokens.INGRESS_RULE, {**rule, **derived})
        for type_ in _RULES:
            _prefix_lists(aws, type_, "prefixListId")
