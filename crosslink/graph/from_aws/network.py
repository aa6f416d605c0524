"""Reads VPCs: subnets, network ACLs, security groups, and the ways between VPCs."""

from collections.abc import Iterable, Iterator, Mapping

from crosslink.graph import tokens
from crosslink.graph.from_aws.collector import Answer, Collector
from crosslink.graph.unknown import Unknown

NETWORK_TYPES = (
    tokens.VPC,
    tokens.VPC_CIDR,
    tokens.SUBNET,
    tokens.NETWORK_ACL,
    tokens.ROUTE_TABLE,
    tokens.ASSOCIATION,
    tokens.ROUTE,
    tokens.PEERING,
    tokens.PEERING_ACCEPTER,
    tokens.SECURITY_GROUP,
    tokens.INGRESS_RULE,
    tokens.EGRESS_RULE,
)


def read_vpc(aws: Collector, vpc_id: str) -> None:
    """A VPC with its CIDRs, subnets and network ACLs.

    Args:
        aws: in its account and region.
        vpc_id: its id.
    """
    with aws.reading(tokens.VPC, tokens.VPC_CIDR):
        for vpc in aws.matching("ec2:DescribeVpcs", "vpc-id", vpc_id):
            aws.add(tokens.VPC, vpc)
            for association in vpc.get("cidrBlockAssociationSet", []):
                # The VPC's first CIDR is among them.
                if association["cidrBlock"] != vpc["cidrBlock"] and _is_associated(association):
                    aws.add(tokens.VPC_CIDR, {**association, "vpcId": vpc_id})
    with aws.reading(tokens.SUBNET, tokens.ASSOCIATION):
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


def _is_associated(association: Answer) -> bool:
    return association["cidrBlockState"]["state"] == "associated"


def _entry(entry: Answer) -> Answer:
    ports = entry.get("portRange", {})
    return {
        **entry,
        "ruleNo": entry["ruleNumber"],
        "action": entry["ruleAction"],
        "fromPort": ports.get("from"),
        "toPort": ports.get("to"),
    }


def read_routes(aws: Collector, vpc_id: str) -> None:
    """The route tables of a VPC that has been read."""
    with aws.reading(tokens.ROUTE_TABLE, tokens.ASSOCIATION, tokens.ROUTE):
        tables = aws.matching("ec2:DescribeRouteTables", "vpc-id", vpc_id)
        for table in tables:
            aws.add(tokens.ROUTE_TABLE, {key: table[key] for key in table if key != "routes"})
            for route in table.get("routes", []):
                _route(aws, table["routeTableId"], route)
        for subnet_id, table_id in _associations(tables, _subnets(aws, vpc_id)).items():
            properties = {"subnetId": subnet_id, "routeTableId": table_id}
            aws.add(tokens.ASSOCIATION, properties, id_=f"{table_id}|{subnet_id}")


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
    aws.add(tokens.ROUTE, {**route, "routeTableId": table_id}, id_=f"{table_id}|{destination}")


def _subnets(aws: Collector, vpc_id: str) -> Iterator[str]:
    for node in aws.nodes:
        if node.type == tokens.SUBNET and node.get("vpcId") == vpc_id:
            yield str(node.id)


def _associations(tables: Iterable[Answer], subnets: Iterable[str]) -> Mapping[str, str]:
    """Subnet → route table: its own, or else the VPC's main one.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html
    """
    associations: list[Answer] = [each for table in tables for each in table.get("associations", [])]
    main: list[str] = [each["routeTableId"] for each in associations if each.get("main")]
    own: dict[str, str] = {
        each["subnetId"]: each["routeTableId"] for each in associations if "subnetId" in each
    }
    return {**{subnet: table for subnet in subnets for table in main}, **own}


def read_peerings(aws: Collector, vpc_id: str) -> None:
    """A peering belongs to its requester, its acceptance to the other VPC."""
    for type_, own, other in (
        (tokens.PEERING, "requester", "accepter"),
        (tokens.PEERING_ACCEPTER, "accepter", "requester"),
    ):
        with aws.reading(type_):
            of_vpc = f"{own}-vpc-info.vpc-id"
            for peering in aws.matching("ec2:DescribeVpcPeeringConnections", of_vpc, vpc_id):
                peer, status = peering[f"{other}VpcInfo"], peering["status"]["code"]
                derived = {
                    "vpcId": vpc_id,
                    "peerVpcId": peer["vpcId"],
                    "peerRegion": peer["region"],
                    "peerOwnerId": peer["ownerId"],
                    "acceptStatus": status,
                    "autoAccept": status == "active",
                }
                aws.add(type_, {**peering, **derived}, id_=peering["vpcPeeringConnectionId"])


def read_security_groups(aws: Collector, group_ids: Iterable[str], vpc_id: str) -> None:
    """Security groups that are in use in a VPC, with their rules.

    Args:
        aws: in their account and region.
        group_ids: their ids.
        vpc_id: the VPC.
    """
    group_ids = list(group_ids)
    for group_id in group_ids:
        aws.add(tokens.SECURITY_GROUP, {"id": group_id, "vpcId": vpc_id})
    if group_ids:
        with aws.reading(tokens.INGRESS_RULE, tokens.EGRESS_RULE):
            for rule in aws.matching("ec2:DescribeSecurityGroupRules", "group-id", *group_ids):
                aws.add(tokens.EGRESS_RULE if rule["isEgress"] else tokens.INGRESS_RULE, _rule(rule))


def _rule(rule: Answer) -> Answer:
    derived: dict[str, object] = {
        "referencedSecurityGroupId": rule.get("referencedGroupInfo", {}).get("groupId"),
    }
    if rule["ipProtocol"] == "-1":
        derived |= {"fromPort": None, "toPort": None}  # -1 in the answer
    if "prefixListId" in rule:
        derived["cidrIpv4"] = Unknown(f"the ranges of prefix list {rule['prefixListId']} are not read")
    return {**rule, **derived}
