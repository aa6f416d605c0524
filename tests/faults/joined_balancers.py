"""Faults of load balancers that exist: an ALB behind the stack's NLB, and an NLB of somebody else's."""

from typing import Any

from crosslink.graph import tokens
from crosslink.rules.grade import Grade
from tests.faults.change import Change, Nodes, drop, edit, in_aws, put, register, together
from tests.faults.fault import BEHIND, STATE, STRANGER, THEIRS, CannotKnow, Fault
from tests.faults.nodes import find
from tests.faults.private_link import PRIVATELINK_GUIDE

ALB, NLB = (tokens.LOAD_BALANCER, "arn:*/app/search/*"), (tokens.LOAD_BALANCER, "arn:*/net/ledger/*")
ALB_LISTENER, NLB_LISTENER = (tokens.LISTENER, "arn:*/app/search/*"), (tokens.LISTENER, "arn:*/net/ledger/*")
TARGETS = (tokens.ATTACHMENT, "arn:*:222222222222:targetgroup/*")
ELB_GUIDE = "https://docs.aws.amazon.com/elasticloadbalancing/latest"
OWN_GROUP = (tokens.TARGET_GROUP, "arn:*:222222222222:targetgroup/*")
STRANGE_GROUP = "arn:aws:elasticloadbalancing:us-east-1:222222222222:targetgroup/theirs/0123456789abcdef"
DEFAULT = {"type": "forward", "targetGroupArn": STRANGE_GROUP}
ANY_PATH = {"pathPattern": {"values": ["/*"]}}
MAINTENANCE = {"type": "fixed-response", "fixedResponse": {"statusCode": "503", "contentType": "text/plain"}}
RULES_GUIDE = f"{ELB_GUIDE}/application/rule-condition-types.html"
UNASKED = CannotKnow("a house rule asks AWS, and nobody has to know")


def theirs(type_: str, name: str, *path: str | int, value: object) -> Change:
    """Another value of what exists."""
    return in_aws(put(type_, name, *path, value=value))


def in_another_vpc(nodes: Nodes) -> Nodes:
    """The ALB's subnets are in a VPC of their own."""
    vpc = {"cidrBlock": "10.69.0.0/16", "mainRouteTableId": "rtb-0c90000000000000a"}
    there = (tokens.VPC, "vpc-0c1b2c3d4e5f60718")
    return together(
        register(tokens.VPC, "elsewhere", vpc, beside=there, id_="vpc-0c91b2c3d4e5f60718"),
        *(
            put(tokens.SUBNET, f"subnet-0c00000000000000{name}", "vpcId", value="vpc-0c91b2c3d4e5f60718")
            for name in "cd"
        ),
    )(nodes)


def another_rule(properties: Any) -> None:
    """The rule demands no header any more."""
    properties["conditions"] = [
        condition for condition in properties["conditions"] if "httpHeader" not in condition
    ]


def asks_for(condition: Any) -> Change:
    """The rule asks for more than path and header."""
    return in_aws(
        edit(tokens.LISTENER_RULE, "*", lambda properties: properties["conditions"].append(condition))
    )


def rule_before(conditions: list[Any], action: Any) -> Change:
    """Another rule of the owner's comes before the route's."""

    def change(nodes: Nodes) -> Nodes:
        rule = find(nodes, tokens.LISTENER_RULE, "*")
        arn = f"{rule.id}0"
        properties = {"arn": arn, "listenerArn": rule.get("listenerArn"), "priority": 1}
        properties |= {"conditions": conditions, "actions": [action]}
        added = register(
            tokens.LISTENER_RULE, "before", properties, beside=(tokens.LISTENER_RULE, "*"), id_=arn
        )
        return together(put(tokens.LISTENER_RULE, "*", "priority", value=10), added)(nodes)

    return in_aws(change)


def let_in_by_list(*cidrs: str) -> Change:
    """The existing ALB's group lets in the ranges of its owner's prefix list, and nobody besides."""
    rules, list_id = (tokens.INGRESS_RULE, "222222222222/sgr-*"), "pl-0c00000000000000a"
    entries = [{"cidr": cidr, "description": "ours"} for cidr in cidrs]
    return in_aws(
        together(
            register(tokens.PREFIX_LIST, "ours", {"entries": entries}, beside=ALB, id_=list_id),
            put(*rules, "cidrIpv4", value=None),
            put(*rules, "prefixListId", value=list_id),
        )
    )


def also_to(weights: tuple[int, int], health: str = "healthy") -> Change:
    """The rule sends to a second target group, too, by weight."""

    def change(nodes: Nodes) -> Nodes:
        rule = find(nodes, tokens.LISTENER_RULE, "*")
        group = find(nodes, *OWN_GROUP)
        arn = f"{str(group.id)[:-4]}0000"
        first, second = weights
        groups = [{"arn": group.id, "weight": first}, {"arn": arn, "weight": second}]
        action = {"type": "forward", "forward": {"targetGroups": groups}}
        target = {"targetGroupArn": arn, "targetId": "10.60.1.30", "port": 8080, "health": health}
        return together(
            register(
                tokens.TARGET_GROUP, "next", {**group.properties, "arn": arn}, beside=OWN_GROUP, id_=arn
            ),
            register(tokens.ATTACHMENT, "next", target, beside=OWN_GROUP, id_=f"{arn}|10.60.1.30"),
            put(rule.type, "*", "actions", value=[action]),
        )(nodes)

    return in_aws(change)


def second_service(nodes: Nodes) -> Nodes:
    """Somebody else's endpoint service offers the NLB, too."""
    arn = find(nodes, *NLB).id
    service = {"allowedPrincipals": ["arn:aws:iam::333333333333:root"], "networkLoadBalancerArns": [arn]}
    return register(
        tokens.ENDPOINT_SERVICE,
        "theirs",
        {**service, "serviceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0d91b2c3d4e5f6071"},
        beside=NLB,
        id_="vpce-svc-0d91b2c3d4e5f6071",
    )(nodes)


OF_AN_ALB = (
    Fault(
        name="rule of an existing ALB demands no header",
        change=in_aws(edit(tokens.LISTENER_RULE, "*", another_rule)),
        rule="existing-alb-demands-the-header",
        stack="load-balancer",
        planned=UNASKED,
        source=f"{ELB_GUIDE}/application/rule-condition-types.html",
    ),
    Fault(
        name="existing ALB's only rule is gone, and the default action answers 404",
        change=in_aws(drop(tokens.LISTENER_RULE)),
        rule="existing-alb-forwards-the-route",
        stack="load-balancer",
        planned=THEIRS,
        grade=Grade.STOPS,
        source=RULES_GUIDE,
    ),
    Fault(
        name="existing ALB's default action takes the route, and no rule demands its header",
        change=in_aws(
            together(put(*ALB_LISTENER, "defaultActions", value=[DEFAULT]), drop(tokens.LISTENER_RULE))
        ),
        rule="existing-alb-demands-the-header",
        stack="load-balancer",
        planned=UNASKED,
        source=RULES_GUIDE,
    ),
    Fault(
        name="existing ALB's rule asks for a host that requests haven't got",
        change=asks_for({"hostHeader": {"values": ["search.example.org"]}}),
        rule="existing-alb-forwards-the-route",
        stack="load-balancer",
        planned=THEIRS,
        grade=Grade.STOPS,
        source=RULES_GUIDE,
    ),
    Fault(
        name="existing ALB's rule takes POST alone",
        change=asks_for({"httpRequestMethod": {"values": ["POST"]}}),
        rule="existing-alb-forwards-the-route",
        stack="load-balancer",
        planned=THEIRS,
        grade=Grade.STOPS_SOME,
        source=RULES_GUIDE,
    ),
    Fault(
        name="existing ALB's rule takes requests from elsewhere",
        change=asks_for({"sourceIp": {"values": ["192.168.0.0/16"]}}),
        rule="existing-alb-forwards-the-route",
        stack="load-balancer",
        planned=THEIRS,
        grade=Grade.STOPS,
        source=RULES_GUIDE,
    ),
    Fault(
        name="existing ALB's rule has another path",
        change=in_aws(
            put(tokens.LISTENER_RULE, "*", "conditions", 0, "pathPattern", "values", value=["/other/*"])
        ),
        rule="existing-alb-forwards-the-route",
        stack="load-balancer",
        planned=THEIRS,
        grade=Grade.STOPS,
        source=RULES_GUIDE,
    ),
    Fault(
        name="existing ALB's rule takes the path alone, and nothing below it",
        change=in_aws(put(tokens.LISTENER_RULE, "*", "conditions", 0, "pathPattern", "values", value=["/"])),
        rule="existing-alb-forwards-the-route",
        stack="load-balancer",
        planned=THEIRS,
        grade=Grade.STOPS_SOME,
        source=RULES_GUIDE,
    ),
    Fault(
        name="existing ALB answers maintenance before the route's rule",
        change=rule_before([ANY_PATH], MAINTENANCE),
        rule="existing-alb-forwards-the-route",
        stack="load-balancer",
        planned=THEIRS,
        grade=Grade.STOPS,
        source=RULES_GUIDE,
    ),
    Fault(
        name="existing ALB answers maintenance to requests that read",
        change=rule_before([ANY_PATH, {"httpRequestMethod": {"values": ["GET"]}}], MAINTENANCE),
        rule="existing-alb-forwards-the-route",
        stack="load-balancer",
        planned=THEIRS,
        grade=Grade.STOPS_SOME,
        source=RULES_GUIDE,
    ),
    Fault(
        name="existing ALB's rule redirects",
        change=in_aws(
            put(
                tokens.LISTENER_RULE,
                "*",
                "actions",
                value=[
                    {
                        "type": "redirect",
                        "redirect": {"statusCode": "HTTP_301", "port": "443", "protocol": "HTTPS"},
                    }
                ],
            )
        ),
        rule="existing-alb-forwards-the-route",
        stack="load-balancer",
        planned=THEIRS,
        grade=Grade.STOPS,
        source=RULES_GUIDE,
    ),
    Fault(
        name="another service's rule of an existing ALB comes first",
        change=rule_before([ANY_PATH], DEFAULT),
        rule="existing-alb-forwards-the-route",
        stack="load-balancer",
        planned=THEIRS,
        grade=Grade.STOPS,
        source=RULES_GUIDE,
    ),
    Fault(
        name="existing ALB's rule sends to groups of weight 0",
        change=also_to((0, 0)),
        rule="existing-alb-forwards-the-route",
        stack="load-balancer",
        planned=THEIRS,
        grade=Grade.STOPS,
        source=RULES_GUIDE,
    ),
    Fault(
        name="existing ALB's targets are all unhealthy",
        change=theirs(*TARGETS, "health", value="unhealthy"),
        rule="existing-albs-targets-are-healthy",
        stack="load-balancer",
        planned=STATE,
        grade=Grade.STOPS,
        source=f"{ELB_GUIDE}/application/target-group-health-checks.html",
    ),
    Fault(
        name="one of an existing ALB's targets is unhealthy",
        change=theirs(tokens.ATTACHMENT, "*|10.60.1.20", "health", value="unhealthy"),
        rule="existing-albs-targets-are-healthy",
        stack="load-balancer",
        planned=STATE,
        grade=Grade.REDUNDANCY,
        source=f"{ELB_GUIDE}/application/target-group-health-checks.html",
    ),
    Fault(
        name="existing ALB has no targets",
        change=in_aws(drop(*TARGETS)),
        rule="existing-albs-targets-are-healthy",
        stack="load-balancer",
        planned=STATE,
        grade=Grade.STOPS,
        source=f"{ELB_GUIDE}/application/target-group-health-checks.html",
    ),
    Fault(
        name="the second of an existing ALB's target groups is unhealthy",
        change=also_to((50, 50), "unhealthy"),
        rule="existing-albs-targets-are-healthy",
        stack="load-balancer",
        planned=STATE,
        grade=Grade.STOPS_SOME,
        source=f"{ELB_GUIDE}/application/target-group-health-checks.html",
    ),
    Fault(
        name="existing ALB faces the internet",
        change=theirs(*ALB, "internal", value=False),
        rule="alb-is-private",
        stack="load-balancer",
        planned=THEIRS,
    ),
    Fault(
        name="existing ALB's security group leaves the NLB out",
        change=theirs(tokens.INGRESS_RULE, "222222222222/sgr-*", "cidrIpv4", value="10.60.1.0/24"),
        rule="alb-lets-the-nlb-in",
        stack="load-balancer",
        planned=THEIRS,
    ),
    Fault(
        name="prefix list of an existing ALB's group leaves a zone of the NLB out",
        change=let_in_by_list("10.60.0.0/26", "192.168.0.0/16"),
        rule="alb-lets-the-nlb-in",
        stack="load-balancer",
        planned=THEIRS,
        source="https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html",
    ),
    Fault(
        name="prefix list of an existing ALB's group is empty",
        change=let_in_by_list(),
        rule="alb-lets-the-nlb-in",
        grade=Grade.STOPS,
        stack="load-balancer",
        planned=THEIRS,
    ),
    Fault(
        name="existing ALB gives up before the API does",
        change=theirs(*ALB, "idleTimeout", value=20),
        rule="alb-outwaits-the-api",
        stack="load-balancer",
        planned=THEIRS,
    ),
    Fault(
        name="existing ALB listens on another port",
        change=theirs(*ALB_LISTENER, "port", value=8080),
        rule="alb-listens-on-the-port",
        stack="load-balancer",
        planned=THEIRS,
        source="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html",
    ),
    Fault(
        name="existing ALB is in another VPC than the NLB",
        change=in_aws(in_another_vpc),
        rule="alb-is-in-the-nlbs-subnets",
        stack="load-balancer",
        planned=THEIRS,
    ),
    Fault(
        name="existing ALB is being deleted",
        change=theirs(*ALB, "state", value="failed"),
        rule="alb-is-active",
        stack="load-balancer",
        planned=STATE,
    ),
    Fault(
        name="existing ALB takes TLS 1.3 alone",
        change=theirs(*ALB_LISTENER, "sslPolicy", value="ELBSecurityPolicy-TLS13-1-3-2021-06"),
        rule="health-checks-speak-the-albs-tls",
        stack="joined",
        planned=THEIRS,
    ),
    Fault(
        name="existing ALB speaks HTTPS where HTTP is said",
        change=in_aws(
            together(
                put(*ALB_LISTENER, "protocol", value="HTTPS"),
                put(
                    *ALB_LISTENER, "certificateArn", value="arn:aws:acm:us-east-1:222222222222:certificate/1"
                ),
                put(*ALB_LISTENER, "sslPolicy", value="ELBSecurityPolicy-TLS13-1-2-2021-06"),
            )
        ),
        rule="integration-speaks-the-albs-protocol",
        stack="load-balancer",
        planned=THEIRS,
    ),
)

OF_AN_NLB = (
    Fault(
        name="existing NLB has no listener on the port",
        change=theirs(*NLB_LISTENER, "port", value=8443),
        rule="endpoint-port-has-a-listener",
        stack="network-load-balancer",
        planned=THEIRS,
    ),
    Fault(
        name="existing NLB's targets are all unhealthy",
        change=theirs(*TARGETS, "health", value="unhealthy"),
        rule="target-is-healthy",
        stack="network-load-balancer",
        planned=STATE,
    ),
    Fault(
        name="existing NLB has no targets",
        change=in_aws(drop(*TARGETS)),
        rule="alb-is-the-target",
        stack="network-load-balancer",
        planned=BEHIND,
    ),
    Fault(
        name="existing NLB's security groups judge what comes by PrivateLink",
        change=in_aws(
            together(
                put(*NLB, "securityGroups", value=["sg-0d00000000000000a"]),
                register(
                    tokens.SECURITY_GROUP,
                    "theirs",
                    {"name": "theirs"},
                    beside=NLB,
                    id_="sg-0d00000000000000a",
                    vpcId=(tokens.VPC, "vpc-0d1b2c3d4e5f60718"),
                ),
            )
        ),
        rule="groups-leave-private-link-alone",
        stack="network-load-balancer",
        planned=THEIRS,
        source=f"{ELB_GUIDE}/network/load-balancer-security-groups.html",
    ),
    Fault(
        name="existing NLB faces the internet",
        change=theirs(*NLB, "internal", value=False),
        rule="balancer-is-private",
        stack="network-load-balancer",
        planned=THEIRS,
    ),
    Fault(
        name="existing NLB isn't in one of the zones",
        change=theirs(*NLB, "subnets", value=["subnet-0d00000000000000a"]),
        rule="endpoint-zones-are-the-services",
        stack="network-load-balancer",
        planned=THEIRS,
    ),
    Fault(
        name="another endpoint service offers an existing NLB",
        change=in_aws(second_service),
        rule="service-connects-our-endpoints-only",
        stack="network-load-balancer",
        planned=STRANGER,
        source=f"{PRIVATELINK_GUIDE}/create-endpoint-service.html",
    ),
)

FAULTS = OF_AN_ALB + OF_AN_NLB
