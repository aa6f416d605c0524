"""Faults of a VPC link v2: the link itself, its integrations' target, its security group and the NLB's."""

from typing import Any

from components.consumer.openapi_keys import ANY_METHOD, INTEGRATION, INTEGRATION_TARGET
from crosslink.graph import tokens
from crosslink.rules.grade import Grade
from tests.faults.change import (
    Change,
    Nodes,
    add,
    document,
    drop,
    find,
    move,
    point,
    put,
    register,
    spell_out,
    together,
    unpoint,
)
from tests.faults.fault import ORDER, PLAIN_ID, STATE, CannotKnow, Fault
from tests.faults.field import OTHER_NLB

STACK, SINGLE = "vpc-link-v2", "linked"
"""The API as a document, and as single resources of an existing API."""

LINKS_GUIDE = "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-vpc-links-v2.html"
INTEGRATIONS_GUIDE = (
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-private-integration.html"
)
OF_LINK, OF_NLB = (tokens.SECURITY_GROUP, "crosslink-link"), (tokens.SECURITY_GROUP, "crosslink-gateway-nlb")
OUT, IN = (tokens.EGRESS_RULE, "crosslink-link"), (tokens.INGRESS_RULE, "crosslink-link")
NO_DOCUMENT = CannotKnow("the document has the NLB's ARN, which AWS gives in the up")
REFERENCED = "referencedSecurityGroupId"


def known_document(change: Change) -> Change:
    """A change of the document where it is known: a first preview knows nothing of it."""

    def changed(nodes: Nodes) -> Nodes:
        return change(nodes) if isinstance(find(nodes, tokens.REST_API, "*").get("body"), str) else nodes

    return changed


def _without_target(api: Any) -> None:
    del api["paths"]["/svc1"][ANY_METHOD][INTEGRATION][INTEGRATION_TARGET]


def _to_another(api: Any) -> None:
    for operations in api["paths"].values():
        operations[ANY_METHOD][INTEGRATION][INTEGRATION_TARGET] = OTHER_NLB


def _in_another_vpc() -> Change:
    """The link in a VPC of the account and region that isn't the NLB's."""
    link = (tokens.VPC_LINK_V2, "crosslink")
    subnet: dict[str, object] = {"cidrBlock": "10.99.0.0/24", "availabilityZoneId": "usw2-az1"}
    return together(
        register(
            tokens.VPC,
            "other",
            {"cidrBlock": "10.99.0.0/16"},
            beside=link,
            id_="vpc-0c0ffee0c0ffee0c0",
            outputs={"mainRouteTableId": "rtb-0c0ffee0c0ffee0c0"},
        ),
        register(
            tokens.SUBNET,
            "other",
            subnet,
            beside=link,
            id_="subnet-0c0ffee0c0ffee0c0",
            vpcId=(tokens.VPC, "other"),
        ),
        put(*link, "subnetIds", value=[]),
        point(*link, "subnetIds", to=(tokens.SUBNET, "other")),
    )


def _no_way_in() -> Change:
    """The ACL of one of the NLB's subnets lets its listeners' ports in from nowhere."""
    subnet = (tokens.SUBNET, "crosslink-gateway-nlb-usw2-az1")
    everything = {"ruleNo": 100.0, "action": "allow", "protocol": "-1", "cidrBlock": "0.0.0.0/0"}
    ports = {"protocol": "tcp", "fromPort": 8000.0, "toPort": 8049.0}
    denied = {**everything, **ports, "ruleNo": 90.0, "action": "deny"}
    properties: dict[str, object] = {
        "ingress": [denied, everything],
        "egress": [everything],
        "subnetIds": list[str](),
    }
    acl = register(
        tokens.NETWORK_ACL, "shut", properties, beside=subnet, vpcId=(tokens.VPC, "crosslink-gateway")
    )
    return together(acl, point(tokens.NETWORK_ACL, "shut", "subnetIds", to=subnet))


def admit(name: str, **properties: object) -> Change:
    """One more rule by which the gateway NLB's group lets somebody in to the listeners."""
    ports = {"ipProtocol": "tcp", "fromPort": 8000.0, "toPort": 8049.0}
    return add(IN, name, {**ports, **properties}, securityGroupId=OF_NLB)


LINK = (
    Fault(
        name="VPC link v2 was deleted",
        change=drop(tokens.VPC_LINK_V2),
        rule="stage-names-a-link",
        stack=STACK,
    ),
    Fault(
        name="VPC link v2 is FAILED",
        change=put(tokens.VPC_LINK_V2, "*", "status", value="FAILED"),
        rule="link-is-available",
        stack=STACK,
        planned=STATE,
        source="https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/vpclinks-vpclinkid.html",
    ),
    Fault(
        name="no request came through the VPC link v2 for 60 days",
        change=put(tokens.VPC_LINK_V2, "*", "status", value="INACTIVE"),
        rule="link-is-available",
        stack=STACK,
        planned=STATE,
        source=LINKS_GUIDE,
    ),
    Fault(
        name="VPC link v2 in another VPC",
        change=_in_another_vpc(),
        rule="link-is-in-the-nlbs-vpc",
        stack=STACK,
        source=LINKS_GUIDE,
    ),
    Fault(
        name="VPC link v2 in the region of the landing network",
        change=move(tokens.VPC_LINK_V2, "*", "111111111111", "us-east-1"),
        rule="hop-is-where-it-belongs",
        stack=STACK,
        live="stage-names-a-link",
    ),
    Fault(
        name="another API of the program uses the VPC link v2",
        change=register(
            tokens.STAGE,
            "team",
            {"stageName": "team", "restApi": "z9y8x7w6v5", "variables": {}},
            beside=(tokens.STAGE, "*"),
            variables=(tokens.VPC_LINK_V2, "*"),
        ),
        rule="link-serves-one-api",
        stack=STACK,
        live=CannotKnow("AWS doesn't tell which APIs use a link"),
    ),
)

TARGET = (
    Fault(
        name="an integration of the document has no target for its VPC link v2",
        change=known_document(document(_without_target)),
        rule="integration-names-its-balancer",
        stack=STACK,
        grade=Grade.STOPS_SOME,
        preview=NO_DOCUMENT,
        source=INTEGRATIONS_GUIDE,
    ),
    Fault(
        name="integrations of the document lead to an NLB that was replaced",
        change=known_document(document(_to_another)),
        rule="link-goes-to-an-nlb",
        stack=STACK,
        planned=PLAIN_ID,
    ),
    Fault(
        name="document has the NLB's ARN as a text, so that the NLB would be deleted first",
        change=spell_out(tokens.REST_API, "*", "body"),
        rule="link-goes-to-an-nlb",
        stack=STACK,
        preview=NO_DOCUMENT,
        live=ORDER,
    ),
    Fault(
        name="integrations of an existing API have no target for their VPC link v2",
        change=unpoint(tokens.INTEGRATION, "*", INTEGRATION_TARGET),
        rule="integration-names-its-balancer",
        stack=SINGLE,
        grade=Grade.STOPS,
        source="https://github.com/hashicorp/terraform-provider-aws/issues/45230",
    ),
    Fault(
        name="what is below a route leads to another NLB through the VPC link v2",
        change=unpoint(tokens.INTEGRATION, "*/svc1/{proxy+}", INTEGRATION_TARGET, value=OTHER_NLB),
        rule="integration-names-its-balancer",
        stack=SINGLE,
        grade=Grade.STOPS_SOME,
    ),
    Fault(
        name="integrations lead to the provider's NLB",
        change=point(
            tokens.INTEGRATION, "*", INTEGRATION_TARGET, to=(tokens.LOAD_BALANCER, "crosslink-apps")
        ),
        rule="hop-is-where-it-belongs",
        stack=SINGLE,
    ),
)

GROUPS = (
    Fault(
        name="VPC link's group lets nothing out",
        change=drop(*OUT),
        rule="link-lets-out",
        stack=STACK,
    ),
    Fault(
        name="VPC link's group lets out to the endpoint's port instead of the listener's",
        change=together(put(*OUT, "fromPort", value=80.0), put(*OUT, "toPort", value=80.0)),
        rule="link-lets-out",
        stack=STACK,
    ),
    Fault(
        name="VPC link's group lets out to itself",
        change=point(*OUT, REFERENCED, to=OF_LINK),
        rule="link-lets-out",
        stack=STACK,
    ),
    Fault(
        name="gateway NLB's group lets nobody in, as for a VPC link v1",
        change=drop(*IN),
        rule="gateway-nlb-lets-the-link-in",
        stack=STACK,
        source="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html",
    ),
    Fault(
        name="gateway NLB's group lets itself in, and not the VPC link's",
        change=point(*IN, REFERENCED, to=OF_NLB),
        rule="gateway-nlb-lets-the-link-in",
        stack=SINGLE,
    ),
    Fault(
        name="gateway NLB's group lets the VPC link in by UDP",
        change=put(*IN, "ipProtocol", value="udp"),
        rule="gateway-nlb-lets-the-link-in",
        stack=STACK,
    ),
    Fault(
        name="gateway NLB's group lets the whole VPC in beside the VPC link",
        change=admit("vpc", cidrIpv4="10.10.0.0/16"),
        rule="only-the-link-gets-in",
        stack=STACK,
        grade=Grade.LETS_IN,
    ),
    Fault(
        name="gateway NLB's group lets itself in beside the VPC link",
        change=together(admit("own"), point(tokens.INGRESS_RULE, "own", REFERENCED, to=OF_NLB)),
        rule="only-the-link-gets-in",
        stack=STACK,
        grade=Grade.LETS_IN,
    ),
    Fault(
        name="ACL of one of the gateway NLB's subnets keeps the VPC link from its listeners",
        change=_no_way_in(),
        rule="acls-let-the-link-pass",
        stack=STACK,
        grade=Grade.STOPS_SOME,
        source="https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html",
    ),
)

FAULTS = LINK + TARGET + GROUPS
