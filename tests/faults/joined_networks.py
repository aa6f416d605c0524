"""Faults of existing networks, and of routes that are stripped or take the root."""

from typing import Any

from components.consumer.openapi_keys import INTEGRATION
from crosslink.graph import tokens
from tests.faults.change import Change, document, drop, edit, in_aws, put, register, together
from tests.faults.fault import LOOKED_UP, STATE, THEIRS, Fault
from tests.faults.names import LANDING
from tests.faults.network import PEERING_GUIDE

STACK, PEERED = "existing-networks", "existing-network-cluster"
GATEWAY, GATEWAY_VPC = "subnet-0e00000000000000a", "vpc-0e1b2c3d4e5f60718"
ENDPOINTS, ENDPOINTS_VPC = "subnet-0f00000000000000a", "vpc-0f1b2c3d4e5f60718"
FIRST = "crosslink-apps-use1-az1"


def subnet(name: str, **properties: object) -> Change:
    """Another existing subnet than the settings say."""
    changes = (put(tokens.SUBNET, name, key, value=value) for key, value in properties.items())
    return in_aws(together(*changes))


def acl(name: str, beside: str, *, inwards: str) -> Change:
    """A network ACL of an existing subnet that lets everything out, and only one range in."""
    entry = {"ruleNo": 100, "action": "allow", "protocol": "-1", "fromPort": 0, "toPort": 0}
    entries = {
        "ingress": [{**entry, "cidrBlock": inwards}],
        "egress": [{**entry, "cidrBlock": "0.0.0.0/0"}],
        "subnetIds": [name],
    }
    vpc = (tokens.VPC, beside)
    return in_aws(register(tokens.NETWORK_ACL, "theirs", entries, beside=vpc, vpcId=vpc))


def address(ipv4: str) -> Change:
    """Another address of the endpoint in its first zone, which is its target, too."""
    return together(
        put(tokens.ENDPOINT, "*", "subnetConfigurations", 0, "ipv4", value=ipv4),
        put(tokens.ATTACHMENT, FIRST, "targetId", value=ipv4),
        put(tokens.EGRESS_RULE, "crosslink-gateway-nlb-*az1*", "cidrIpv4", value=f"{ipv4}/32"),
    )


SUBNETS = (
    Fault(
        name="existing endpoint subnet is in another zone than the file says",
        change=subnet(ENDPOINTS, availabilityZoneId="use1-az4", availabilityZone="us-east-1d"),
        rule="endpoint-zones-are-the-services",
        stack=STACK,
        planned=LOOKED_UP,
    ),
    Fault(
        name="existing subnet of the gateway NLB is in another VPC than the file says",
        change=subnet("subnet-0e*", vpcId=ENDPOINTS_VPC),
        rule="group-is-in-the-vpc",
        stack=STACK,
        planned=LOOKED_UP,
    ),
    Fault(
        name="endpoint's address is outside its existing subnet",
        change=address("100.64.9.20"),
        rule="addresses-fit-their-subnets",
        stack=STACK,
    ),
    Fault(
        name="endpoint's group leaves one existing subnet of the gateway NLB out",
        change=drop(tokens.INGRESS_RULE, "crosslink-apps-usw2-az2"),
        rule="endpoint-lets-the-gateway-in",
        stack=STACK,
    ),
    Fault(
        name="gateway NLB may not send to one of the endpoint's addresses",
        change=drop(tokens.EGRESS_RULE, "crosslink-gateway-nlb-*az2*"),
        rule="gateway-nlb-lets-out",
        stack=STACK,
    ),
    Fault(
        name="network ACL of an existing subnet of the gateway NLB lets no answers in",
        change=acl(GATEWAY, GATEWAY_VPC, inwards="10.70.0.0/16"),
        rule="acls-let-pass",
        stack=STACK,
        planned=THEIRS,
        source="https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html",
    ),
    Fault(
        name="network ACL of an existing endpoint subnet lets the gateway NLB not in",
        change=acl(ENDPOINTS, ENDPOINTS_VPC, inwards="100.64.0.0/16"),
        rule="acls-let-pass",
        stack=STACK,
        planned=THEIRS,
    ),
)

ROUTES = (
    Fault(
        name="existing table has no route out over the transit gateway",
        change=in_aws(drop(tokens.ROUTE, "rtb-0e*|100.64.0.0/16")),
        rule="subnet-has-a-route",
        stack=STACK,
        planned=THEIRS,
        source="https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html",
    ),
    Fault(
        name="existing table has no route back over the transit gateway",
        change=in_aws(drop(tokens.ROUTE, "rtb-0f*|10.70.0.0/16")),
        rule="subnet-has-a-route",
        stack=STACK,
        planned=THEIRS,
    ),
    Fault(
        name="route over the transit gateway is a blackhole: its attachment is gone",
        change=in_aws(put(tokens.ROUTE, "rtb-0e*|100.64.0.0/16", "state", value="blackhole")),
        rule="route-is-active",
        stack=STACK,
        planned=STATE,
    ),
    Fault(
        name="peering's routes are missing in an existing table",
        change=drop(tokens.ROUTE, f"{LANDING}-out-*"),
        rule="subnet-has-a-route",
        stack=PEERED,
        planned=THEIRS,
        source=f"{PEERING_GUIDE}/vpc-peering-routing.html",
    ),
    Fault(
        name="landing overlaps an existing subnet of the gateway network",
        change=put(tokens.VPC, LANDING, "cidrBlock", value="10.70.0.0/20"),
        rule="peered-networks-are-apart",
        stack=PEERED,
        source=f"{PEERING_GUIDE}/vpc-peering-basics.html",
    ),
    Fault(
        name="landing overlaps a range of the existing gateway network, in which are no subnets of the path",
        change=in_aws(
            register(
                tokens.VPC_CIDR,
                "theirs",
                {"cidrBlock": "10.11.0.0/16"},
                beside=(tokens.VPC, GATEWAY_VPC),
                vpcId=(tokens.VPC, GATEWAY_VPC),
            )
        ),
        rule="peered-networks-are-apart",
        stack=PEERED,
        planned=THEIRS,
    ),
    Fault(
        name="existing nodes' subnets have no way to the internet",
        change=in_aws(drop(tokens.ROUTE, "rtb-0a2*|0.0.0.0/0")),
        rule="nodes-reach-the-internet",
        stack=PEERED,
        planned=THEIRS,
    ),
)


def uri(path: str, verb: str, uri_: str) -> Change:
    """Another URI of an integration."""
    return document(lambda api: api["paths"][path][verb][INTEGRATION].update(uri=uri_))


def ingress_path(before: str, after: str | None) -> Change:
    """Another path of an Ingress's rule; None takes the rule away."""

    def how(ingress: Any) -> None:
        http = ingress["spec"]["rules"][0]["http"]
        rules = [{**rule, "path": after} if rule["path"] == before else rule for rule in http["paths"]]
        http["paths"] = [rule for rule in rules if rule["path"] is not None]

    return edit(tokens.INGRESS, "*", how)


PATHS = (
    Fault(
        name="integration sends the whole path of a route that is stripped",
        change=uri("/admin/metrics", "get", "http://apps.crosslink.example.com:8000/admin/metrics"),
        rule="integration-keeps-the-path",
        stack="nested-routes",
    ),
    Fault(
        name="integration sends the whole path below a route that is stripped",
        change=uri(
            "/admin/metrics/{proxy+}",
            "get",
            "http://apps.crosslink.example.com:8000/admin/metrics/{proxy}",
        ),
        rule="integration-keeps-the-path",
        stack="nested-routes",
    ),
    Fault(
        name="Ingress expects the whole path of a route that is stripped",
        change=ingress_path("/", "/svc2"),
        rule="ingress-has-the-route",
        stack="provider-only",
    ),
    Fault(
        name="root has no method for what is below it",
        change=document(lambda api: api["paths"].pop("/{proxy+}")),
        rule="route-is-whole",
        stack="root",
    ),
    Fault(
        name="Ingress has no rule for the root",
        change=ingress_path("/", None),
        rule="ingress-has-the-route",
        stack="root",
    ),
    Fault(
        name="longer path lets the root's Service in",
        change=edit(
            tokens.INGRESS,
            "*",
            lambda ingress: ingress["metadata"]["annotations"].update(
                {"alb.ingress.kubernetes.io/conditions.site": "[]"}
            ),
        ),
        rule="ingress-rule-demands-the-header",
        stack="nested-routes",
    ),
)

FAULTS = SUBNETS + ROUTES + PATHS
