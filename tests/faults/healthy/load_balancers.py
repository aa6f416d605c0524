"""Load balancers, targets, and both ends of PrivateLink, shared with others or for a moment not whole."""

from crosslink.graph import tokens
from tests.faults.change import Change, edit, find, point, put, register, together
from tests.faults.healthy.variation import Variation
from tests.faults.names import CONSUMER, FIRST_TARGET, LANDING
from tests.faults.nodes import Nodes
from tests.faults.provider import annotation

NLB_GUIDE = "https://docs.aws.amazon.com/elasticloadbalancing/latest/network"
NLB = (tokens.LOAD_BALANCER, "crosslink-gateway")
TEAM_GROUP = (tokens.TARGET_GROUP, "team")
ARN = "arn:aws:elasticloadbalancing:us-west-2:111111111111"


def another_listener() -> Change:
    """Another team's listener on the gateway NLB."""
    group = {
        "name": "team",
        "port": 9000.0,
        "protocol": "TCP",
        "targetType": "ip",
        "preserveClientIp": "true",
    }
    return together(
        register(
            *TEAM_GROUP,
            group,
            beside=NLB,
            id_=f"{ARN}:targetgroup/team/0123456789abcdef",
            vpcId=(tokens.VPC, "crosslink-gateway"),
        ),
        register(
            tokens.LISTENER,
            "team",
            {"port": 9000.0, "protocol": "TCP", "defaultActions": [{"type": "forward"}]},
            beside=NLB,
            id_=f"{ARN}:listener/net/crosslink-gateway/0123456789abcdef/0123456789abcdef",
            loadBalancerArn=NLB,
        ),
        point(tokens.LISTENER, "team", "defaultActions", 0, "targetGroupArn", to=TEAM_GROUP),
        register(
            tokens.ATTACHMENT,
            "team",
            {"targetId": "10.10.32.44", "health": "unhealthy"},
            beside=NLB,
            targetGroupArn=TEAM_GROUP,
        ),
    )


def another_endpoint() -> Change:
    """Another endpoint of the consumer's at the same service, in a network of its own."""
    service, vpc = (tokens.ENDPOINT_SERVICE, "crosslink-apps"), (tokens.VPC, "team")
    beside, subnet = (tokens.VPC, LANDING), (tokens.SUBNET, "team")
    zone = {"availabilityZoneId": "use1-az1", "availabilityZone": "us-east-1b"}
    interface = {"vpcEndpointType": "Interface", "subnetConfigurations": [{"ipv4": "10.50.1.10"}]}
    return together(
        register(
            *vpc,
            {"cidrBlock": "10.50.0.0/16"},
            beside=beside,
            outputs={"mainRouteTableId": "rtb-0a1b2c3d4e5f60718"},
        ),
        register(*subnet, {"cidrBlock": "10.50.1.0/26", **zone}, beside=beside, vpcId=vpc),
        register(
            tokens.ENDPOINT,
            "team",
            interface,
            beside=beside,
            vpcId=vpc,
            subnetIds=[subnet],
            serviceName=(*service, "serviceName"),
        ),
        point(tokens.ENDPOINT, "team", "subnetConfigurations", 0, "subnetId", to=subnet),
    )


def named_alb(nodes: Nodes) -> Nodes:
    """The ALB has a name of its own, by annotation, which its host name and its ARN begin with."""
    nodes = annotation("load-balancer-name", "apps")(nodes)
    nodes = annotation("tags", "team=apps,cost-center=4711")(nodes)
    status = ("status", "loadBalancer", "ingress", 0, "hostname")
    host = find(nodes, tokens.INGRESS, "*").get(*status)
    if not isinstance(host, str):
        return nodes
    made_up = host.partition(".")[0].removeprefix("internal-").rpartition("-")[0]
    arn = find(nodes, tokens.ATTACHMENT, "222222222222/crosslink-apps").get("targetId")
    named = put(tokens.INGRESS, "*", *status, value=host.replace(made_up, "apps"))(nodes)
    target = arn.replace(f"/{made_up}/", "/apps/")
    return put(tokens.ATTACHMENT, "222222222222/crosslink-apps", "targetId", value=target)(named)


def target(name: str, health: str, reason: str) -> Change:
    """What the gateway NLB sees of one of its targets."""
    return together(
        put(tokens.ATTACHMENT, name, "health", value=health),
        put(tokens.ATTACHMENT, name, "healthReason", value=reason),
    )


VARIATIONS = (
    Variation(
        name="a load balancer lacks room to scale",
        change=put(tokens.LOAD_BALANCER, "*", "state", value="active_impaired"),
    ),
    Variation(name="another team listens on the gateway NLB", change=another_listener()),  # H04
    Variation(
        name="the gateway checks health by TCP",  # H25
        change=put(tokens.TARGET_GROUP, CONSUMER, "healthCheck", "protocol", value="TCP"),
        source=f"{NLB_GUIDE}/target-group-health-checks.html",
    ),
    Variation(
        name="a zone is being added: its target is initial",  # H47
        change=target(
            "crosslink-apps-use1-az4",
            "initial",
            "Elb.InitialHealthChecking: Checks are in progress",
        ),
        stack="three-zones",
        source=f"{NLB_GUIDE}/target-group-health-checks.html",
    ),
    Variation(
        name="one of two targets is being registered",
        change=target(FIRST_TARGET, "initial", "Elb.RegistrationInProgress: It is being registered"),
        source=f"{NLB_GUIDE}/target-group-health-checks.html",
    ),
    Variation(
        name="one of two targets is unhealthy for the moment",  # H50
        change=target(FIRST_TARGET, "unhealthy", "Target.FailedHealthChecks: Health checks failed"),
        degraded=("target-is-healthy",),
        source=f"{NLB_GUIDE}/target-group-health-checks.html",
    ),
    Variation(
        name="a role of the consumer's is allowed beside another",  # H16
        change=edit(
            tokens.ENDPOINT_SERVICE,
            "*",
            lambda service: service["allowedPrincipals"].append("arn:aws:iam::111111111111:role/platform"),
        ),
        source="https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html",
    ),
    Variation(name="another network has an endpoint at the service", change=another_endpoint()),  # H46
    Variation(
        name="the ALB has listeners of others",
        change=annotation("listen-ports", '[{"HTTP": 80}, {"HTTP": 8080}]'),
    ),
    Variation(
        name="the ALB has attributes of its own",
        change=annotation(
            "load-balancer-attributes",
            "idle_timeout.timeout_seconds=120,access_logs.s3.enabled=true,access_logs.s3.bucket=logs,"
            "deletion_protection.enabled=true",
        ),
    ),
    Variation(name="the ALB has a name and tags", change=named_alb),
)
