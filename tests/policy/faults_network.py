"""What leads somebody in, or elsewhere: ranges, routes, peerings, endpoints, services, and further APIs."""

import json

from crosslink.graph import tokens
from policy.security.connected import EIP, FLOW_LOG
from policy.security.endpoint_services import ALLOWED_PRINCIPAL
from policy.security.exposure import HTTP_API
from policy.security.ways import INTERNET_GATEWAY
from tests.faults.change import Change, put, register, together
from tests.faults.fault import Fault
from tests.policy.planting import GROUP, NLB, NOBODYS, SOMEBODY, also, beside, fault

GATEWAY_NLB = (tokens.LOAD_BALANCER, "crosslink-gateway")
GATEWAY = "arn:aws:elasticloadbalancing:us-west-2:111111111111"
ENDPOINT_GROUP = (tokens.SECURITY_GROUP, "111111111111/crosslink-apps")


def each(cidrs: range, type_: str = tokens.INGRESS_RULE, **more: object) -> Change:
    """A rule of one security group for each /8."""
    return together(
        *(
            register(
                type_,
                f"more-{number}",
                {"cidrIpv4": f"{number}.0.0.0/8", "ipProtocol": "-1", **more},
                beside=GROUP,
                securityGroupId=GROUP,
            )
            for number in cidrs
        )
    )


RANGES = (
    fault("no-ingress-from-anywhere", "256 rules of a /8 in one security group", each(range(256))),
    fault("no-ingress-from-anywhere", "every other /8 in one security group", each(range(11, 127, 2))),
    fault(
        "no-ingress-from-anywhere",
        "a list of all /8 in one security group",
        also(tokens.SECURITY_GROUP, {"ingress": [{"cidrBlocks": [f"{n}.0.0.0/8" for n in range(256)]}]}),
    ),
    fault(
        "no-ingress-from-anywhere",
        "cluster's API answers all /8",
        put(
            tokens.EKS_CLUSTER,
            "*",
            "vpcConfig",
            "publicAccessCidrs",
            value=[f"{number}.0.0.0/8" for number in range(1, 224)],
        ),
    ),
    fault(
        "no-ingress-from-anywhere",
        "security group rule admits a prefix list by its plain id",
        beside(tokens.INGRESS_RULE, {"prefixListId": "pl-3b927c52"}, GROUP),
    ),
    *(
        fault(
            "only-the-path-gets-in",
            f"{cidr} gets in at the endpoint beside the gateway NLB",
            beside(
                tokens.INGRESS_RULE,
                {"cidrIpv4": cidr, "ipProtocol": "-1"},
                ENDPOINT_GROUP,
                securityGroupId=ENDPOINT_GROUP,
            ),
        )
        for cidr in ("10.0.0.0/8", "10.10.0.0/16")
    ),
    fault(
        "only-the-path-gets-in",
        "10.0.0.0/8 gets in at the NLB by a rule of the old kind",
        beside(
            tokens.SECURITY_GROUP_RULE,
            {"type": "ingress", "cidrBlocks": ["10.0.0.0/8"]},
            GROUP,
            securityGroupId=GROUP,
        ),
    ),
)
WAYS = (
    *(
        fault(
            "routes-stay-on-the-path",
            f"where the NLB is, a route leads to {where}",
            beside(
                tokens.ROUTE,
                {"destinationCidrBlock": "0.0.0.0/0", **target},
                NLB,
                routeTableId=(tokens.ROUTE_TABLE, "crosslink-apps-load-balancers-use1-az1"),
            ),
        )
        for where, target in (
            ("an internet gateway", {"gatewayId": "igw-0a1b2c3d4e5f60718"}),
            ("a transit gateway", {"transitGatewayId": "tgw-0a1b2c3d4e5f60718"}),
            ("a stranger's peering", {"vpcPeeringConnectionId": "pcx-0a1b2c3d4e5f60718"}),
        )
    ),
    fault(
        "routes-stay-on-the-path",
        "half of the internet is routed to a gateway in the consumer's network",
        beside(
            tokens.ROUTE,
            {"destinationCidrBlock": "128.0.0.0/1", "gatewayId": "igw-0a1b2c3d4e5f60718"},
            GATEWAY_NLB,
            routeTableId=(tokens.ROUTE_TABLE, "crosslink-gateway-nlb-usw2-az1"),
        ),
    ),
    fault(
        "no-other-internet-gateway",
        "an internet gateway in the consumer's network",
        beside(INTERNET_GATEWAY, {}, GATEWAY_NLB, vpcId=(tokens.VPC, "crosslink-gateway")),
    ),
    fault(
        "only-declared-peerings",
        "the provider's network is peered with a stranger's",
        beside(
            tokens.PEERING,
            {"peerVpcId": "vpc-0a1b2c3d4e5f60718", "peerOwnerId": NOBODYS},
            vpcId=(tokens.VPC, "crosslink-apps"),
        ),
    ),
    fault(
        "only-declared-peerings",
        "the provider's network is peered with the gateway's",
        beside(
            tokens.PEERING,
            {},
            vpcId=(tokens.VPC, "crosslink-apps"),
            peerVpcId=(tokens.VPC, "crosslink-gateway"),
        ),
    ),
    fault(
        "only-declared-peerings",
        "a peering that the stack doesn't ask for is accepted",
        beside(
            tokens.PEERING_ACCEPTER, {"vpcPeeringConnectionId": "pcx-0a1b2c3d4e5f60718", "autoAccept": True}
        ),
    ),
    fault(
        "only-declared-endpoints",
        "an endpoint leads to a stranger's service",
        beside(
            tokens.ENDPOINT,
            {
                "vpcEndpointType": "Interface",
                "serviceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d4e5f60718",
            },
            GATEWAY_NLB,
            vpcId=(tokens.VPC, "crosslink-gateway"),
        ),
    ),
    *(
        fault(
            "only-declared-principals",
            f"a stranger is allowed at {whose}",
            beside(ALLOWED_PRINCIPAL, {"principalArn": SOMEBODY, **named}, **references),
        )
        for whose, named, references in (
            ("a service that exists", {"vpcEndpointServiceId": "vpce-svc-0a1b2c3d4e5f60718"}, {}),
            ("the service", {}, {"vpcEndpointServiceId": (tokens.ENDPOINT_SERVICE, "*")}),
        )
    ),
)
CONNECTED = (
    fault(
        "only-declared-listeners",
        "a listener of the gateway NLB leads to another target group",
        beside(
            tokens.LISTENER,
            {
                "port": 9999,
                "defaultActions": [{"type": "forward", "targetGroupArn": f"{GATEWAY}:targetgroup/x/1"}],
            },
            GATEWAY_NLB,
            loadBalancerArn=GATEWAY_NLB,
        ),
    ),
    fault(
        "no-target-on-the-internet",
        "a target group beside the path has a target on the internet",
        beside(
            tokens.ATTACHMENT, {"targetId": "198.51.100.7", "targetGroupArn": f"{GATEWAY}:targetgroup/x/1"}
        ),
    ),
    fault(
        "only-the-gateways-link",
        "a VPC link leads to another NLB of the account",
        beside(tokens.VPC_LINK, {"targetArn": f"{GATEWAY}:loadbalancer/net/payroll/1"}, GATEWAY_NLB),
    ),
    fault(
        "only-the-stages-link",
        "a second VPC link v2 leads other APIs into the gateway network",
        beside(
            tokens.VPC_LINK_V2,
            {"subnetIds": list[str](), "securityGroupIds": ["sg-0a1b2c3d4e5f60718"]},
            GATEWAY_NLB,
        ),
    ),
    fault(
        "no-other-public-address",
        "a network interface gets a public address",
        beside(EIP, {"networkInterface": "eni-0a1b2c3d4e5f60718", "domain": "vpc"}),
    ),
    fault(
        "flow-logs-stay",
        "flow logs are written to a bucket that nobody declares",
        beside(
            FLOW_LOG,
            {"logDestination": "arn:aws:s3:::somebodys", "logDestinationType": "s3", "trafficType": "ALL"},
            vpcId=(tokens.VPC, "crosslink-apps"),
        ),
    ),
    fault(
        "only-the-path-gets-in",
        "another security group gets in at the endpoint",
        beside(
            tokens.INGRESS_RULE,
            {"referencedSecurityGroupId": "sg-0a1b2c3d4e5f60718", "ipProtocol": "-1"},
            ENDPOINT_GROUP,
            securityGroupId=ENDPOINT_GROUP,
        ),
    ),
)
CALLERS = (
    fault(
        "only-the-declared-stage",
        "a second stage of the API has the link, and no limits",
        beside(
            tokens.STAGE,
            {"stageName": "debug"},
            (tokens.STAGE, "*"),
            restApi=(tokens.REST_API, "*"),
            deployment=(tokens.API_DEPLOYMENT, "*"),
        ),
    ),
    fault(
        "no-bodies-in-logs",
        "the stage logs what requests carry",
        put(tokens.API_METHOD_SETTINGS, "crosslink", "settings", "dataTraceEnabled", value=True),
    ),
    fault(
        "no-unauthenticated-method",
        "an API without a stage is open to everybody",
        beside(
            tokens.REST_API,
            {"body": json.dumps({"openapi": "3.0.1", "paths": {"/all": {"get": {}}}})},
            (tokens.STAGE, "*"),
        ),
    ),
    fault(
        "no-unauthenticated-method",
        "quick create makes an HTTP API without a route of its own",
        beside(HTTP_API, {"protocolType": "HTTP", "target": "https://example.com"}),
    ),
)
FAULTS: tuple[Fault, ...] = (*RANGES, *WAYS, *CONNECTED, *CALLERS)
