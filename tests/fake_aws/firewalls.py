"""Amazon EC2: what lets packets through, security groups and network ACLs."""

from typing import Any

from crosslink.graph import tokens
from crosslink.graph.graph import Node
from tests.fake_aws.world import Answer, Place, described, made_up, members, tags, whole

_DEFAULT_SECURITY_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
_PROTOCOL_NUMBERS = {"all": "-1", "icmp": "1", "tcp": "6", "udp": "17"}


def default_security_group(here: Place, vpc_id: str) -> str | None:
    """The group of whatever in a VPC was given none."""
    vpc = here.find(tokens.VPC, vpc_id)
    for node in here.of(_DEFAULT_SECURITY_GROUP):  # as the program has adopted it
        if node.get("vpcId") == vpc_id:
            return str(node.id)
    return vpc.get("defaultSecurityGroupId") if vpc else None


def describe_security_groups(here: Place, asked: Answer) -> Answer:
    groups = [
        members(
            GroupId=node.id,
            GroupName=node.get("name") or node.name,
            Description=node.get("description") or "Managed by Pulumi",
            VpcId=node.get("vpcId"),
            OwnerId=node.account,
            IpPermissions=[],
            IpPermissionsEgress=[],
            Tags=tags(node),
        )
        for node in (*here.of(tokens.SECURITY_GROUP), *here.of(_DEFAULT_SECURITY_GROUP))
    ]
    filters = {"vpc-id": "VpcId", "group-id": "GroupId"}
    found = described(
        groups, asked, id_="GroupId", ids="GroupIds", missing="InvalidGroup.NotFound", filters=filters
    )
    return {"SecurityGroups": found}


def describe_security_group_rules(here: Place, asked: Answer) -> Answer:
    """The rules of the record and no more: Pulumi removes the egress rule that AWS gives a new group."""
    rules = [_rule(node, egress=False) for node in here.of(tokens.INGRESS_RULE)]
    rules += [_rule(node, egress=True) for node in here.of(tokens.EGRESS_RULE)]
    found = described(
        rules,
        asked,
        id_="SecurityGroupRuleId",
        ids="SecurityGroupRuleIds",
        missing="InvalidSecurityGroupRuleId.NotFound",
        filters={"group-id": "GroupId", "security-group-rule-id": "SecurityGroupRuleId"},
    )
    return {"SecurityGroupRules": found}


def _rule(node: Node, *, egress: bool) -> Answer:
    group = node.get("referencedSecurityGroupId")
    everything = node.get("ipProtocol") in ("-1", None)
    return members(
        SecurityGroupRuleId=node.id,
        GroupId=node.get("securityGroupId"),
        GroupOwnerId=node.account,
        IsEgress=egress,
        IpProtocol="-1" if everything else node.get("ipProtocol"),
        FromPort=-1 if everything else whole(node.get("fromPort")),
        ToPort=-1 if everything else whole(node.get("toPort")),
        CidrIpv4=node.get("cidrIpv4"),
        CidrIpv6=node.get("cidrIpv6"),
        PrefixListId=node.get("prefixListId"),
        ReferencedGroupInfo={"GroupId": group, "UserId": node.account} if group else None,
        Description=node.get("description"),
        Tags=tags(node),
    )


def describe_network_acls(here: Place, asked: Answer) -> Answer:
    """The ACLs of the record, and each VPC's default one for the subnets that none of them names."""
    own = [
        _acl(here, node.id, node.get("vpcId"), node.get("subnetIds") or [], _own_entries(node))
        for node in here.of(tokens.NETWORK_ACL)
    ]
    named = {one["SubnetId"] for acl in own for one in acl["Associations"]}
    found = described(
        own + [_default_acl(here, vpc, named) for vpc in here.of(tokens.VPC)],
        asked,
        id_="NetworkAclId",
        ids="NetworkAclIds",
        missing="InvalidNetworkAclID.NotFound",
        filters={
            "vpc-id": "VpcId",
            "network-acl-id": "NetworkAclId",
            "association.subnet-id": "Associations[].SubnetId",
        },
    )
    return {"NetworkAcls": found}


def _default_acl(here: Place, vpc: Node, named: set[str]) -> Answer:
    subnets = [
        node.id for node in here.of(tokens.SUBNET) if node.get("vpcId") == vpc.id and node.id not in named
    ]
    everything = {"ruleNo": 100, "protocol": "-1", "action": "allow", "cidrBlock": "0.0.0.0/0"}
    entries = [everything | {"egress": egress} for egress in (True, False)]
    return _acl(here, f"acl-{made_up('acl', str(vpc.id))}", str(vpc.id), subnets, entries) | {
        "IsDefault": True
    }


def _own_entries(acl: Node) -> list[dict[str, Any]]:
    return [
        one | {"egress": egress}
        for way, egress in (("ingress", False), ("egress", True))
        for one in acl.get(way) or []
    ]


def _acl(here: Place, id_: Any, vpc_id: str, subnets: list[Any], entries: list[dict[str, Any]]) -> Answer:
    last = {"ruleNo": 32767, "protocol": "-1", "action": "deny", "cidrBlock": "0.0.0.0/0"}
    associations = [
        {
            "NetworkAclAssociationId": f"aclassoc-{made_up('association', subnet)}",
            "NetworkAclId": id_,
            "SubnetId": subnet,
        }
        for subnet in subnets
    ]
    return {
        "NetworkAclId": id_,
        "VpcId": vpc_id,
        "OwnerId": here.account,
        "IsDefault": False,
        "Associations": associations,
        "Entries": [_entry(one) for one in (*entries, *(last | {"egress": out} for out in (True, False)))],
        "Tags": [],
    }


def _entry(given: dict[str, Any]) -> Answer:
    protocol = _PROTOCOL_NUMBERS.get(given["protocol"], given["protocol"])
    ports = {"From": whole(given.get("fromPort")), "To": whole(given.get("toPort"))}
    return members(
        RuleNumber=whole(given["ruleNo"]),
        Protocol=protocol,
        RuleAction=given["action"],
        Egress=given["egress"],
        CidrBlock=given.get("cidrBlock"),
        Ipv6CidrBlock=given.get("ipv6CidrBlock"),
        PortRange=ports if protocol in ("6", "17") else None,
    )
