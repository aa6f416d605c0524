"""Ways on which a cluster's nodes reach what they need, other than a NAT gateway beside them."""

from crosslink.graph import tokens
from tests.faults.change import Change, drop, put, register, together, unpoint
from tests.faults.healthy.variation import Variation

VPC, CLUSTER = (tokens.VPC, "crosslink-apps"), (tokens.EKS_CLUSTER, "*")
NODES = [(tokens.SUBNET, f"crosslink-apps-nodes-use1-az{zone}") for zone in (1, 2)]
TABLES = [(tokens.ROUTE_TABLE, f"crosslink-apps-nodes-use1-az{zone}") for zone in (1, 2)]
DEFAULT_ROUTES = (tokens.ROUTE, "crosslink-apps-nat-*")
OWN_IMAGE = f"222222222222.dkr.ecr.us-east-1.amazonaws.com/echo:1.0@sha256:{'a1' * 32}"
NEEDED = ("ecr.api", "ecr.dkr", "sts", "eks", "eks-auth", "ec2", "elasticloadbalancing", "logs")
"""What nodes need of AWS, besides S3 (https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html)."""


def default_routes(target: str, id_: str) -> Change:
    """The nodes' default routes lead to something else than the NAT gateway."""
    return together(unpoint(*DEFAULT_ROUTES, "natGatewayId"), put(*DEFAULT_ROUTES, target, value=id_))


def private_cluster(*services: str) -> Change:
    """Nodes without a way out but the VPC's endpoints for S3 and some other services, and images of ECR."""
    group = (tokens.SECURITY_GROUP, "endpoints")
    return together(
        drop(*DEFAULT_ROUTES),
        drop(tokens.NAT_GATEWAY),
        register(tokens.SECURITY_GROUP, "endpoints", {}, beside=VPC, id_="sg-0e1d2c3b4a5968778", vpcId=VPC),
        register(
            tokens.INGRESS_RULE,
            "endpoints",
            {"ipProtocol": "tcp", "fromPort": 443.0, "toPort": 443.0, "cidrIpv4": "10.20.0.0/16"},
            beside=VPC,
            securityGroupId=group,
        ),
        *(_interface(service) for service in services),
        register(
            tokens.ENDPOINT,
            "s3",
            {"vpcEndpointType": "Gateway", "serviceName": "com.amazonaws.us-east-1.s3"},
            beside=VPC,
            id_="vpce-s3",
            vpcId=VPC,
            routeTableIds=list(TABLES),
        ),
        put(
            tokens.KUBERNETES_DEPLOYMENT,
            "*",
            "spec",
            "template",
            "spec",
            "containers",
            0,
            "image",
            value=OWN_IMAGE,
        ),
    )


def _interface(service: str) -> Change:
    return register(
        tokens.ENDPOINT,
        service,
        {
            "vpcEndpointType": "Interface",
            "serviceName": f"com.amazonaws.us-east-1.{service}",
            "privateDnsEnabled": True,
        },
        beside=VPC,
        id_=f"vpce-{service}",
        vpcId=VPC,
        subnetIds=list(NODES),
        securityGroupIds=[(tokens.SECURITY_GROUP, "endpoints")],
    )


BEYOND = ("nodes-reach-the-internet",)
"""What a transit gateway or a firewall does with packets, nobody sees from here."""

VARIATIONS = (
    Variation(
        name="nodes go out through a transit gateway",  # H30
        change=together(
            default_routes("transitGatewayId", "tgw-0a1b2c3d4e5f60718"), drop(tokens.NAT_GATEWAY)
        ),
        unknown=BEYOND,
        source="https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-nat-igw.html",
    ),
    Variation(
        name="nodes go out through a firewall's endpoint",  # H31
        change=together(
            default_routes("vpcEndpointId", "vpce-0a1b2c3d4e5f60718"),
            put(tokens.ROUTE, "crosslink-apps-nat-*", "state", value="active"),
        ),
        unknown=BEYOND,
        source="https://docs.aws.amazon.com/network-firewall/latest/developerguide/architectures.html",
    ),
    Variation(
        name="nodes have endpoints for all that they need, and no way out",
        change=private_cluster(*NEEDED),
        source="https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html",
    ),
    Variation(
        name="nodes have endpoints for ECR, S3, STS and EKS, and no way out",  # H32
        change=private_cluster("ecr.api", "ecr.dkr", "sts", "eks"),
    ),
)
