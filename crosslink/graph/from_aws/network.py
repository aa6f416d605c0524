"""Reads VPCs: subnets, network ACLs, security groups, and the ways between VPCs."""

from collections.abc import Iterable, Iterator, Mapping

from crosslink.graph import tokens
from crosslink.graph.from_aws.reading import Answer, Reading, name_of, where
from crosslink.graph.graph import Value
from crosslink.graph.unknown import Unknown

NETWORK_TYPES = (
    tokens.VPC,
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


def read_vpc(reading: Reading, vpc_id: str) -> None:
    """A VPC with its subnets and network ACLs.

    Args:
        reading: in its account and region.
        vpc_id: its id.
    """
    with reading.of(tokens.VPC):
        for vpc in reading.ask("ec2:DescribeVpcs", Filters=where("vpc-id", [vpc_id])).get("Vpcs", []):
            reading.add(tokens.VPC, vpc_id, {"cidrBlock": vpc["CidrBlock"]}, name=name_of(vpc))
    with reading.of(tokens.SUBNET, tokens.ASSOCIATION):
        for subnet in reading.ask("ec2:DescribeSubnets", Filters=where("vpc-id", [vpc_id])).get(
            "Subnets", []
        ):
            reading.add(
                tokens.SUBNET,
                subnet["SubnetId"],
                {
                    "vpcId": vpc_id,
                    "cidrBlock": subnet["CidrBlock"],
                    "availabilityZoneId": subnet["AvailabilityZoneId"],
                },
                name=name_of(subnet),
            )
    with reading.of(tokens.NETWORK_ACL):
        answer = reading.ask("ec2:DescribeNetworkAcls", Filters=where("vpc-id", [vpc_id]))
        for acl in answer.get("NetworkAcls", []):
            reading.add(
                tokens.NETWORK_ACL,
                acl["NetworkAclId"],
                {
                    "vpcId": vpc_id,
                    "subnetIds": [association["SubnetId"] for association in acl.get("Associations", [])],
                    "ingress": [_entry(one) for one in acl.get("Entries", []) if not one["Egress"]],
                    "egress": [_entry(one) for one in acl.get("Entries", []) if one["Egress"]],
                },
                name=name_of(acl),
            )


def _entry(entry: Answer) -> Mapping[str, Value]:
    ports = entry.get("PortRange", {})
    return {
        "ruleNo": entry["RuleNumber"],
        "protocol": entry["Protocol"],
        "action": entry["RuleAction"],
        "cidrBlock": entry.get("CidrBlock"),
        "fromPort": ports.get("From"),
        "toPort": ports.get("To"),
    }


def read_routes(reading: Reading, vpc_id: str) -> None:
    """The route tables of a VPC that has been read."""
    with reading.of(tokens.ROUTE_TABLE, tokens.ASSOCIATION, tokens.ROUTE):
        answer = reading.ask("ec2:DescribeRouteTables", Filters=where("vpc-id", [vpc_id]))
        tables: list[Answer] = answer.get("RouteTables", [])
        for table in tables:
            _table(reading, vpc_id, table)
        for subnet_id, table_id in _associations(tables, _subnets(reading, vpc_id)).items():
            reading.add(
                tokens.ASSOCIATION,
                f"{table_id}|{subnet_id}",
                {"subnetId": subnet_id, "routeTableId": table_id},
            )


def _table(reading: Reading, vpc_id: str, table: Answer) -> None:
    table_id = table["RouteTableId"]
    reading.add(tokens.ROUTE_TABLE, table_id, {"vpcId": vpc_id}, name=name_of(table))
    for route in table.get("Routes", []):
        destination = route.get("DestinationCidrBlock")
        # Every table has the local route, and the path is IPv4.
        if destination is None or route.get("GatewayId") == "local":
            continue
        reading.add(
            tokens.ROUTE,
            f"{table_id}|{destination}",
            {
                "routeTableId": table_id,
                "destinationCidrBlock": destination,
                "vpcPeeringConnectionId": route.get("VpcPeeringConnectionId"),
                "state": route.get("State"),
            },
        )


def _subnets(reading: Reading, vpc_id: str) -> Iterator[str]:
    for node in reading.nodes:
        if node.type == tokens.SUBNET and node.get("vpcId") == vpc_id:
            yield str(node.id)


def _associations(tables: Iterable[Answer], subnets: Iterable[str]) -> Mapping[str, str]:
    """Subnet → route table: its own, or else the VPC's main one.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html
    """
    all_: list[Answer] = [one for table in tables for one in table.get("Associations", [])]
    main: list[str] = [one["RouteTableId"] for one in all_ if one.get("Main")]
    own: dict[str, str] = {one["SubnetId"]: one["RouteTableId"] for one in all_ if "SubnetId" in one}
    return {**{subnet: table for subnet in subnets for table in main}, **own}


def read_peerings(reading: Reading, vpc_id: str) -> None:
    """A peering belongs to its requester, its acceptance to the other VPC."""
    with reading.of(tokens.PEERING):
        for peering in _peerings_of(reading, "requester", vpc_id):
            reading.add(
                tokens.PEERING,
                peering["VpcPeeringConnectionId"],
                _ends(peering, "RequesterVpcInfo", "AccepterVpcInfo"),
                name=name_of(peering),
            )
    with reading.of(tokens.PEERING_ACCEPTER):
        for peering in _peerings_of(reading, "accepter", vpc_id):
            id_, active = peering["VpcPeeringConnectionId"], peering["Status"]["Code"] == "active"
            reading.add(
                tokens.PEERING_ACCEPTER,
                id_,
                {
                    "vpcPeeringConnectionId": id_,
                    "autoAccept": active,
                    **_ends(peering, "AccepterVpcInfo", "RequesterVpcInfo"),
                },
                name=name_of(peering),
            )


def _peerings_of(reading: Reading, role: str, vpc_id: str) -> list[Answer]:
    filters = where(f"{role}-vpc-info.vpc-id", [vpc_id])
    return reading.ask("ec2:DescribeVpcPeeringConnections", Filters=filters).get("VpcPeeringConnections", [])


def _ends(peering: Answer, own: str, other: str) -> Mapping[str, Value]:
    return {
        "vpcId": peering[own]["VpcId"],
        "peerVpcId": peering[other]["VpcId"],
        "peerRegion": peering[other]["Region"],
        "peerOwnerId": peering[other]["OwnerId"],
        "acceptStatus": peering["Status"]["Code"],
    }


def read_security_groups(reading: Reading, group_ids: list[str], vpc_id: str) -> None:
    """Security groups that are in use in a VPC, with their rules.

    Args:
        reading: in their account and region.
        group_ids: their ids.
        vpc_id: the VPC.
    """
    if not group_ids:
        return
    for group_id in group_ids:
        reading.add(tokens.SECURITY_GROUP, group_id, {"vpcId": vpc_id})
    with reading.of(tokens.INGRESS_RULE, tokens.EGRESS_RULE):
        answer = reading.ask("ec2:DescribeSecurityGroupRules", Filters=where("group-id", group_ids))
        for rule in answer.get("SecurityGroupRules", []):
            reading.add(
                tokens.EGRESS_RULE if rule["IsEgress"] else tokens.INGRESS_RULE,
                rule["SecurityGroupRuleId"],
                _rule(rule),
                name=name_of(rule),
            )


def _rule(rule: Answer) -> Mapping[str, Value]:
    every_port = rule["IpProtocol"] == "-1"
    prefixes = rule.get("PrefixListId")
    return {
        "securityGroupId": rule["GroupId"],
        "ipProtocol": rule["IpProtocol"],
        "fromPort": None if every_port else rule.get("FromPort"),
        "toPort": None if every_port else rule.get("ToPort"),
        "cidrIpv4": Unknown(f"the ranges of prefix list {prefixes} are not read")
        if prefixes
        else rule.get("CidrIpv4"),
        "referencedSecurityGroupId": rule.get("ReferencedGroupInfo", {}).get("GroupId"),
    }
