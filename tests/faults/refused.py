"""Faults that the provider's schema takes and AWS refuses, or takes and slows or stops requests by."""

from crosslink.graph import tokens
from tests.faults.change import Change, add, edit, put, register, together
from tests.faults.fault import STATE, CannotKnow, Fault
from tests.faults.names import CONSUMER, LANDING, PROVIDER

NLB_GUIDE = "https://docs.aws.amazon.com/elasticloadbalancing/latest/network"
PRIVATELINK_GUIDE = "https://docs.aws.amazon.com/vpc/latest/privatelink"
NOT_MADE = CannotKnow("AWS refuses to make it, so that it never has it")
NODES = "crosslink-apps-nodes-use1-az1"
GATEWAY_NLB = (tokens.LOAD_BALANCER, "crosslink-gateway")
GROUP = (tokens.TARGET_GROUP, CONSUMER)
SERVICE, ENDPOINT = (tokens.ENDPOINT_SERVICE, "*"), (tokens.ENDPOINT, "crosslink-apps")
NAMED_SERVICE = put(*SERVICE, "privateDnsName", value="api.example.com")
PRIVATE = put(*ENDPOINT, "privateDnsEnabled", value=True)


def check(*name: str, value: object, group: tuple[str, str] = GROUP) -> Change:
    """A setting of a target group's health check."""
    return put(*group, "healthCheck", *name, value=value)


def node_acl(*ingress: dict[str, object]) -> Change:
    """An ACL of one zone's node subnet that lets everything out, and some in."""
    everything = {"ruleNo": 100.0, "protocol": "-1", "action": "allow", "cidrBlock": "0.0.0.0/0"}
    ports = {"fromPort": 0.0, "toPort": 0.0}
    subnet = (tokens.SUBNET, NODES)
    return register(
        tokens.NETWORK_ACL,
        "nodes",
        {"ingress": [*ingress], "egress": [{**everything, **ports}]},
        beside=subnet,
        vpcId=(tokens.VPC, "crosslink-apps"),
        subnetIds=[subnet],
    )


NAMES = (
    Fault(
        name="gateway NLB's name is longer than AWS takes",
        change=put(*GATEWAY_NLB, "name", value="crosslink-gateway-of-the-platform"),
        rule="names-are-accepted",
    ),
    Fault(
        name="target group's name ends with a hyphen",
        change=put(*GROUP, "name", value="orders-"),
        rule="names-are-accepted",
    ),
    Fault(
        name="provider NLB's name begins as AWS's own do",
        change=put(tokens.LOAD_BALANCER, "crosslink-apps", "name", value="internal-apps"),
        rule="names-are-accepted",
    ),
)

CHECKS = (
    Fault(
        name="health check waits longer than its interval",
        change=check("timeout", value=20.0),
        rule="health-check-is-accepted",
        source=f"{NLB_GUIDE}/target-group-health-checks.html",
    ),
    Fault(
        name="health check wants eleven answers in a row",
        change=check("healthyThreshold", value=11.0),
        rule="health-check-is-accepted",
    ),
    Fault(
        name="dead targets are noticed after fifty minutes",
        change=together(check("interval", value=300.0), check("unhealthyThreshold", value=10.0)),
        rule="dead-target-is-noticed",
    ),
    Fault(
        name="provider's target group binds clients to its ALB",
        change=put(tokens.TARGET_GROUP, PROVIDER, "stickiness", value={"enabled": True, "type": "source_ip"}),
        rule="group-attributes-are-accepted",
    ),
    Fault(
        name="gateway's target group crosses zones perhaps",
        change=put(*GROUP, "loadBalancingCrossZoneEnabled", value="perhaps"),
        rule="group-attributes-are-accepted",
    ),
    Fault(
        name="gateway's target group binds clients by a cookie",
        change=put(*GROUP, "stickiness", value={"enabled": True, "type": "lb_cookie"}),
        rule="group-attributes-are-accepted",
    ),
)

LISTENERS = (
    Fault(
        name="gateway's TCP listener has a certificate",
        change=put(
            tokens.LISTENER,
            CONSUMER,
            "certificateArn",
            value="arn:aws:acm:us-west-2:111111111111:certificate/0e1d2c3b",
        ),
        rule="listener-is-accepted",
        live=NOT_MADE,
    ),
    Fault(
        name="provider's TCP listener has an ALPN policy",
        change=put(tokens.LISTENER, PROVIDER, "alpnPolicy", value="HTTP2Preferred"),
        rule="listener-is-accepted",
        live=NOT_MADE,
    ),
    Fault(
        name="gateway's listener answers by itself",
        change=put(tokens.LISTENER, CONSUMER, "defaultActions", 0, "type", value="redirect"),
        rule="listener-forwards",
    ),
    Fault(
        name="NLB forgets connections before API Gateway does",
        change=put(tokens.LISTENER, PROVIDER, "tcpIdleTimeoutSeconds", value=20.0),
        rule="nlb-outwaits-the-api",
        source=f"{NLB_GUIDE}/update-idle-timeout.html",
    ),
)

SUBNETS = (
    Fault(
        name="gateway NLB has two subnets of one zone",
        change=put(tokens.SUBNET, "crosslink-gateway-nlb-usw2-az2", "availabilityZoneId", value="usw2-az1"),
        rule="balancer-has-one-subnet-in-a-zone",
    ),
    Fault(
        name="provider NLB is dualstack in subnets of IPv4",
        change=put(tokens.LOAD_BALANCER, "crosslink-apps", "ipAddressType", value="dualstack"),
        rule="balancer-has-its-address-types",
        live=NOT_MADE,
    ),
    Fault(
        name="node subnet is outside its VPC",
        change=put(tokens.SUBNET, NODES, "cidrBlock", value="10.99.0.0/24"),
        rule="subnets-fit-their-network",
        live=NOT_MADE,
    ),
    Fault(
        name="node subnet is smaller than AWS takes",
        change=put(tokens.SUBNET, NODES, "cidrBlock", value="10.20.0.0/29"),
        rule="subnets-fit-their-network",
        live=NOT_MADE,
    ),
    Fault(
        name="provider NLB's subnet has no address left",
        change=put(
            tokens.SUBNET, "crosslink-apps-load-balancers-use1-az1", "availableIpAddressCount", value=0
        ),
        rule="subnets-have-free-addresses",
        planned=STATE,
        source=f"{NLB_GUIDE}/network-load-balancers.html",
    ),
    Fault(
        name="ACL of the nodes keeps the ALB's requests out",
        change=node_acl(
            {
                "ruleNo": 100.0,
                "protocol": "tcp",
                "action": "allow",
                "cidrBlock": "0.0.0.0/0",
                "fromPort": 443.0,
                "toPort": 443.0,
            }
        ),
        rule="node-acls-let-pass",
    ),
)

LINKS = (
    Fault(
        name="private DNS at a service without a private name",  # F29
        change=PRIVATE,
        rule="private-dns-has-a-name",
        live="private-dns-has-a-name",
        source="https://github.com/vespa-engine/vespa/pull/33303",
    ),
    Fault(
        name="private DNS at a service whose domain isn't verified",
        change=together(
            PRIVATE,
            NAMED_SERVICE,
            put(*SERVICE, "privateDnsNameConfiguration", value={"state": "pendingVerification"}),
        ),
        rule="private-dns-has-a-name",
        planned=CannotKnow("whether a domain is verified, AWS alone tells"),
    ),
    Fault(
        name="private DNS in a VPC without DNS host names",
        change=together(
            PRIVATE,
            NAMED_SERVICE,
            put(*SERVICE, "privateDnsNameConfiguration", value={"state": "verified"}),
            put(tokens.VPC, LANDING, "enableDnsHostnames", value=False),
        ),
        rule="private-dns-has-its-vpc",
        source=f"{PRIVATELINK_GUIDE}/interface-endpoints.html",
    ),
    Fault(
        name="endpoint service's private name is no domain",
        change=put(*SERVICE, "privateDnsName", value="orders"),
        rule="private-name-is-a-domain",
    ),
    Fault(
        name="interface endpoint has route tables",
        change=put(*ENDPOINT, "routeTableIds", value=["rtb-0a1b2c3d4e5f60718"]),
        rule="endpoint-is-accepted-by-aws",
    ),
    Fault(
        name="endpoint accepts itself at another account's service",
        change=put(*ENDPOINT, "autoAccept", value=True),
        rule="endpoint-is-accepted-by-aws",
        stack="manual-acceptance",
        live=NOT_MADE,
    ),
    Fault(
        name="endpoint looks for its service in another region",
        change=put(*ENDPOINT, "serviceRegion", value="eu-west-1"),
        rule="endpoint-asks-in-the-services-region",
    ),
    Fault(
        name="endpoint service is for IPv6 alone",
        change=put(*SERVICE, "supportedIpAddressTypes", value=["ipv6"]),
        rule="service-is-accepted-by-aws",
    ),
    Fault(
        name="endpoint service offers a gateway load balancer, too",
        change=put(
            *SERVICE,
            "gatewayLoadBalancerArns",
            value=["arn:aws:elasticloadbalancing:us-east-1:222222222222:loadbalancer/gwy/a/0123456789abcdef"],
        ),
        rule="service-is-accepted-by-aws",
    ),
    Fault(
        name="peering of two regions accepts itself",
        change=put(tokens.PEERING, LANDING, "autoAccept", value=True),
        rule="peering-is-accepted-by-aws",
        live=NOT_MADE,
        source="https://docs.aws.amazon.com/vpc/latest/peering/create-vpc-peering-connection.html",
    ),
    Fault(
        name="peering is asked of another account",
        change=put(tokens.PEERING, LANDING, "peerOwnerId", value="444444444444"),
        rule="peering-is-accepted-by-aws",
        live="peering-is-accepted",
    ),
    Fault(
        name="route has two targets",
        change=put(
            tokens.ROUTE, f"{LANDING}-out-usw2-az1", "transitGatewayId", value="tgw-0a1b2c3d4e5f60718"
        ),
        rule="route-says-one-thing",
    ),
    Fault(
        name="node route has two destinations",
        change=put(tokens.ROUTE, "crosslink-apps-nat-use1-az1", "destinationIpv6CidrBlock", value="::/0"),
        rule="route-says-one-thing",
    ),
)

GROUPS = (
    Fault(
        name="endpoint's group has a rule for ports in the wrong order",
        change=add(
            (tokens.INGRESS_RULE, "crosslink-apps-usw2-az1"),
            "vpn",
            {"cidrIpv4": "10.9.0.0/16", "ipProtocol": "tcp", "fromPort": 443.0, "toPort": 80.0},
            securityGroupId=(tokens.SECURITY_GROUP, CONSUMER),
        ),
        rule="group-rules-are-accepted",
    ),
    Fault(
        name="rule of the gateway NLB's group names two ranges",
        change=put(tokens.EGRESS_RULE, "crosslink-gateway-nlb-*", "cidrIpv6", value="fd00::/8"),
        rule="group-rules-are-accepted",
        live=NOT_MADE,
    ),
    Fault(
        name="endpoint's group has rules of its own, too",
        change=put(
            tokens.SECURITY_GROUP,
            CONSUMER,
            "ingress",
            value=[{"protocol": "tcp", "fromPort": 443.0, "toPort": 443.0, "cidrBlocks": ["10.9.0.0/16"]}],
        ),
        rule="group-rules-are-accepted",
        live=CannotKnow("AWS has no rules of a group's own"),
    ),
    Fault(
        name="endpoint's group is open to the world",
        change=put(tokens.INGRESS_RULE, "crosslink-apps-usw2-az1", "cidrIpv4", value="0.0.0.0/0"),
        rule="groups-are-closed-to-the-world",
    ),
)

NAME_SERVERS = (
    Fault(
        name="cluster's VPC has no DNS host names",
        change=put(tokens.VPC, "crosslink-apps", "enableDnsHostnames", value=False),
        rule="nodes-resolve-names",
        source="https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html",
    ),
    Fault(
        name="cluster's VPC has no DNS support",
        change=put(tokens.VPC, "crosslink-apps", "enableDnsSupport", value=False),
        rule="nodes-resolve-names",
    ),
)

PLACES = (
    Fault(
        name="target group asks for a region of its own",
        change=put(*GROUP, "region", value="eu-west-1"),
        rule="resource-is-in-its-providers-region",
        live=CannotKnow("AWS has it where it is"),
    ),
)


def _mapped(address: str) -> Change:
    """The gateway NLB asks for an address in its first subnet."""

    def mapped(properties: dict[str, object]) -> None:
        ids = properties["subnets"]
        assert isinstance(ids, list)
        first = {"subnetId": ids[0], "privateIpv4Address": address}
        properties["subnetMappings"] = [first]

    return edit(*GATEWAY_NLB, mapped)


ADDRESSES = (
    Fault(
        name="gateway NLB asks for an address of another subnet",
        change=_mapped("10.10.64.10"),
        rule="balancer-addresses-fit",
        preview=CannotKnow("subnets have no ids yet"),
    ),
    Fault(
        name="provider's target group keeps requests in their zone",
        change=put(tokens.TARGET_GROUP, PROVIDER, "loadBalancingCrossZoneEnabled", value="false"),
        rule="provider-nlb-crosses-zones",
    ),
)

FAULTS = (
    *NAMES,
    *CHECKS,
    *LISTENERS,
    *SUBNETS,
    *LINKS,
    *GROUPS,
    *NAME_SERVERS,
    *PLACES,
    *ADDRESSES,
)
