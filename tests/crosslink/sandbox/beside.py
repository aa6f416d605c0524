"""A world to look things up in: networks, clusters and load balancers that exist beside a program."""

from crosslink.sandbox.existing import (
    Cluster,
    EndpointService,
    Existing,
    Listener,
    LoadBalancer,
    Route,
    Subnet,
    Vpc,
)
from tests.crosslink.sandbox.programs import ACCOUNT, REGION

OTHER = "333333333333"
BALANCER = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer"
ALB, NLB = f"{BALANCER}/app/search/50dc6c495c0c9188", f"{BALANCER}/net/front/60dc6c495c0c9188"
SERVICE = f"com.amazonaws.vpce.{REGION}.vpce-svc-0a1b"

BESIDE = Existing(
    vpcs=(
        Vpc(
            id="vpc-1",
            account=ACCOUNT,
            region=REGION,
            cidrs=("10.20.0.0/16", "100.64.0.0/16"),
            subnets={
                "subnet-1": Subnet(zone_id="use1-az1", cidr="10.20.0.0/24"),
                "subnet-2": Subnet(zone_id="use1-az2", cidr="100.64.1.0/28", route_table="rtb-2"),
            },
            route_tables={"rtb-1": (), "rtb-2": (Route(to="10.0.0.0/8", over="tgw-1"),)},
        ),
        Vpc(
            id="vpc-2",
            account=OTHER,
            region=REGION,
            cidrs=("10.30.0.0/16",),
            subnets={"subnet-3": Subnet(zone_id="use1-az1", cidr="10.30.0.0/24")},
        ),
    ),
    clusters=(
        Cluster(name="auto", account=ACCOUNT, region=REGION, vpc_id="vpc-1", version="1.36", auto_mode=True),
        Cluster(name="plain", account=ACCOUNT, region=REGION, vpc_id="vpc-1", version="1.35"),
        Cluster(name="theirs", account=OTHER, region=REGION, vpc_id="vpc-2", version="1.36"),
    ),
    load_balancers=(
        LoadBalancer(
            arn=ALB,
            vpc_id="vpc-1",
            subnets=("subnet-1", "subnet-2"),
            listeners=(Listener(port=80, protocol="HTTP"),),
            security_groups=("sg-1",),
        ),
        LoadBalancer(arn=NLB, vpc_id="vpc-1", subnets=("subnet-1", "subnet-2")),
    ),
    endpoint_services=(
        EndpointService(name=SERVICE, account=OTHER, zone_ids=("use1-az1",), acceptance_required=True),
    ),
    file="examples/joined.aws.yaml",
)
