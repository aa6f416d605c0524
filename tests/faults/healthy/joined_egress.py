"""Ways on which an existing cluster's nodes reach what they need, as its owner has made them."""

from crosslink.graph import tokens
from tests.faults.change import Change, drop, in_aws, put, register, together
from tests.faults.healthy.egress import OWN_IMAGE
from tests.faults.healthy.variation import Variation

CLUSTER, VPC = "existing-cluster", (tokens.VPC, "vpc-0a1b2c3d4e5f60718")
TABLE = (tokens.ROUTE_TABLE, "rtb-0a00000000000000a")
WAY_OUT = (tokens.ROUTE, "rtb-0a00000000000000a|0.0.0.0/0")
NAT = (tokens.NAT_GATEWAY, "nat-0a00000000000000a")
SUBNETS = [(tokens.SUBNET, f"subnet-0a00000000000000{name}") for name in "ab"]
IMAGE = ("spec", "template", "spec", "containers", 0, "image")


def leads_to(target: str, id_: str) -> Change:
    """The nodes' default route leads to something else than the NAT gateway, which is gone."""
    return together(
        put(*WAY_OUT, "natGatewayId", value=None),
        put(*WAY_OUT, target, value=id_),
        drop(*NAT),
    )


def endpoint(service: str) -> Change:
    """An endpoint of the cluster's VPC."""
    properties = {"vpcEndpointType": "Interface", "serviceName": f"com.amazonaws.us-east-1.{service}"}
    return register(
        tokens.ENDPOINT, service, properties, beside=VPC, id_=f"vpce-{service}", vpcId=VPC, subnetIds=SUBNETS
    )


def one_more_subnet(name: str, cidr: str, table: str, *routes: dict[str, str]) -> Change:
    """A subnet of the VPC that the cluster doesn't name, with a table of its own."""
    there = {"cidrBlock": cidr, "availabilityZoneId": "use1-az1", "availabilityZone": "us-east-1a"}
    subnet = (tokens.SUBNET, name)
    return together(
        register(tokens.SUBNET, name, there, beside=VPC, id_=name, vpcId=VPC),
        register(tokens.ROUTE_TABLE, table, {}, beside=VPC, id_=table, vpcId=VPC),
        register(
            tokens.ASSOCIATION,
            name,
            {"routeTableId": table},
            beside=VPC,
            id_=f"rtbassoc-{name}",
            subnetId=subnet,
        ),
        *(
            register(
                tokens.ROUTE,
                f"{table}|0.0.0.0/0",
                {"routeTableId": table, "destinationCidrBlock": "0.0.0.0/0", "state": "active", **route},
                beside=VPC,
                id_=f"{table}|0.0.0.0/0",
            )
            for route in routes
        ),
    )


def node_at(address: str) -> Change:
    """A node of the cluster that tells its address."""
    addresses = [{"type": "InternalIP", "address": address}, {"type": "Hostname", "address": "node"}]
    content = {"metadata": {"name": "node"}, "status": {"addresses": addresses}}
    return register(
        tokens.KUBERNETES_NODE,
        "node",
        {"apiVersion": "v1", "kind": "Node", **content},
        beside=(tokens.INGRESS, "crosslink-shared-orders"),
    )


VARIATIONS = (
    Variation(
        name="an existing cluster's nodes go out through a transit gateway",  # H30
        change=in_aws(leads_to("transitGatewayId", "tgw-0a1b2c3d4e5f60718")),
        stack=CLUSTER,
        source="https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-nat-igw.html",
    ),
    Variation(
        name="an existing cluster's nodes go out through a firewall's endpoint",  # H31
        change=in_aws(
            together(
                endpoint("firewall"),
                leads_to("vpcEndpointId", "vpce-firewall"),
            )
        ),
        stack=CLUSTER,
        source="https://docs.aws.amazon.com/network-firewall/latest/developerguide/architectures.html",
    ),
    Variation(
        name="an existing private cluster has endpoints for ECR and S3",  # H32
        change=in_aws(
            together(
                drop(*WAY_OUT),
                drop(*NAT),
                *map(endpoint, ("ecr.api", "ecr.dkr", "s3")),
                put(tokens.KUBERNETES_DEPLOYMENT, "*", *IMAGE, value=OWN_IMAGE),
            )
        ),
        stack=CLUSTER,
        source="https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html",
    ),
    Variation(
        name="an existing private cluster has a registry of its own beside the endpoints for ECR",
        change=in_aws(together(drop(*WAY_OUT), drop(*NAT), *map(endpoint, ("ecr.api", "ecr.dkr", "s3")))),
        stack=CLUSTER,
    ),
    Variation(
        name="an existing private cluster gets images from a network that a peering leads to",
        change=in_aws(
            together(
                put(*WAY_OUT, "destinationCidrBlock", value="10.0.0.0/8"),
                leads_to("vpcPeeringConnectionId", "pcx-0a1b2c3d4e5f60718"),
            )
        ),
        stack=CLUSTER,
    ),
    Variation(
        name="an existing cluster's nodes have addresses of the internet",
        change=in_aws(leads_to("gatewayId", "igw-0a1b2c3d4e5f60718")),
        stack=CLUSTER,
    ),
    Variation(
        name="an existing cluster's own addresses are in subnets without a way out, its nodes aren't",
        change=in_aws(
            together(
                put(*WAY_OUT, "routeTableId", value="rtb-0a00000000000000c"),
                one_more_subnet("subnet-0a00000000000000c", "10.40.32.0/20", "rtb-0a00000000000000c"),
                node_at("10.40.32.17"),
            )
        ),
        stack=CLUSTER,
        source="https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html",
    ),
    Variation(
        name="an existing cluster's own addresses have no way out, and where its nodes are isn't told",
        change=in_aws(
            together(
                put(*WAY_OUT, "routeTableId", value="rtb-0a00000000000000c"),
                one_more_subnet("subnet-0a00000000000000c", "10.40.32.0/20", "rtb-0a00000000000000c"),
            )
        ),
        stack=CLUSTER,
    ),
)
