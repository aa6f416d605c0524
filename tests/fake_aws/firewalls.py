"""Amazon EC2: what lets packets through, security groups and network ACLs."""

from typing import Any

from crosslink.graph import tokens
from crosslink.graph.node import Node
from tests.fake_aws.structures import structure
from tests.fake_aws.world import Answer, AwsError, Place, described, made_up, members, whole

_DEFAULT_SECURITY_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
_PROTOCOL_NUMBERS = {"all": "-1", "icmp": "1", "tcp": "6", "udp": "17"}


def default_security_group(here: Place, vpc_id: str) -> str | None:
    """The default group of a VPC, for what has no group of its own."""
    vpc = here.find(tokens.VPC, vpc_id)
    for node in here.of(_DEFAULT_SECURITY_GROUP):  # as the program has adopted it
        if node.get("vpcId") == vpc_id:
            return str(node.id)
    return vpc.get("defaultSecurityGroupId") if vpc else None


def describe_security_groups(here: Place, asked: Answer) -> Answer:
    groups = [
        structure(
            "ec2",
            "SecurityGroup",
            node,
            GroupId=node.id,
            GroupName=node.get("name") or node.name,
            Description=node.get("description") or "Managed by Pulumi",
            OwnerId=node.account,
            IpPermissions=[],
            IpPermissionsEgress=[],
        )
        for node in (*here.of(tokens.SECURITY_GROUP), *here.of(_DEFAULT_SECURITY_GROUP))
    ]
    return {"SecurityGroups": described(groups, asked, "GroupId", {"vpc-id": "VpcId", "group-id": "GroupId"})}


def describe_security_group_rules(here: Place, asked: Answer) -> Answer:
    """The rules of the record and no more: Pulumi removes the egress rule that AWS gives a new group."""
    rules = [_rule(node, egress=False) for node in here.of(tokens.INGRESS_RULE)]
    rules += [_rule(node, egress=True) for node in here.of(tokens.EGRESS_RULE)]
    found = described(rules, asked, "SecurityGroupRuleId", {"group-id": "GroupId"})
    return {"SecurityGroupRules": found}


def _rule(node: Node, *, egress: bool) -> Answer:
    group = node.get("referencedSecurityGroupId")
    every_port = {"IpProtocol": "-1", "FromPort": -1, "ToPort": -1}
    return structure(
        "ec2",
        "SecurityGroupRule",
        node,
        GroupOwnerId=node.account,
        IsEgress=egress,
        ReferencedGroupInfo={"GroupId": group, "UserId": node.account} if group else None,
        **(every_port if node.get("ipProtocol") in ("-1", None) else {}),
    )


def get_managed_prefix_list_entries(here: Place, asked: Answer) -> Answer:
    """The ranges of a prefix list, which stand in it or are resources of their own."""
    id_ = asked["PrefixListId"]
    found = here.find(tokens.PREFIX_LIST, id_)
    if found is None:
        raise AwsError("InvalidPrefixListID.NotFound", f"The prefix list ID '{id_}' does not exist.")
    apart = [node.properties for node in here.of(tokens.PREFIX_LIST_ENTRY) if node.get("prefixListId") == id_]
    told = [*(found.get("entries") or []), *apart]
    return {"Entries": [members(Cidr=entry["cidr"], Description=entry.get("description")) for entry in told]}


def describe_network_acls(here: Place, asked: Answer) -> Answer:
    """The ACLs of the record, and each VPC's default one for the subnets that none of them names."""
    own = [
        _acl(here, node.id, node.get("vpcId"), node.get("subnetIds") or [], _own_entries(node))
        for node in here.of(tokens.NETWORK_ACL)
    ]
    named = {association["SubnetId"] for acl in own for association in acl["Associations"]}
    acls = own + [_default_acl(here, vpc, named) for vpc in here.of(tokens.VPC)]
    return {"NetworkAcls": described(acls, asked, "NetworkAclId", {"vpc-id": "VpcId"})}


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
        entry | {"egress": egress}
        for way, egress in (("ingress", False), ("egress", True))
        for entry in acl.get(way) or []
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
        "Entries": [
            _entry(entry) for entry in (*entries, *(last | {"egress": out} for out in (True, False)))
        ],
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
