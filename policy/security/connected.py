"""What hangs on the path's own load balancers and links: listeners, targets, links and public addresses."""

from collections.abc import Iterator

from crosslink.graph import tokens
from crosslink.graph.node import Node, side_of, texts_in, value_at
from crosslink.graph.unknown import Unknown, known
from crosslink.rules.rule import API_GATEWAY, AWS, NLB, PRIVATE_INTEGRATION, fix
from crosslink.rules.text import listed
from policy.security.ranges import is_public
from policy.security.rule import NO_FOREIGN, Stack, rule, several

EIP = "aws:ec2/eip:Eip"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"


@rule(tokens.LISTENER, source=f"{NLB}/load-balancer-listeners.html", same=(NO_FOREIGN,))
@fix(
    "Take the listener away: those of the path's load balancers lead to the backends that the stack declares."
)
def only_declared_listeners(stack: Stack, node: Node) -> str | None:
    """Listeners of the path's load balancers forward to target groups of the same side."""
    balancers = stack.graph.named_by(node, "loadBalancerArn", tokens.LOAD_BALANCER)
    id_ = node.get("loadBalancerArn")
    balancers = balancers or [
        each for each in stack.graph.of_type(tokens.LOAD_BALANCER) if id_ in each.names()
    ]
    side = next((side for balancer in balancers if (side := side_of(balancer.urn))), None)
    if side is None:
        return None
    groups = stack.graph.named_by(node, "defaultActions", tokens.TARGET_GROUP)
    strangers = [str(group) for group in groups if side_of(group.urn) != side]
    own = {name for group in stack.graph.of_type(tokens.TARGET_GROUP) for name in group.names()}
    strangers += [arn for arn in _target_groups(node) if arn not in own]
    return f"it forwards to {listed(strangers)}, which isn't the path's" if strangers else None


def _target_groups(listener: Node) -> Iterator[str]:
    """The ARNs that a listener forwards to."""
    for action in several(listener.get("defaultActions")):
        several_groups = several(value_at(action, "forward", "targetGroups"))
        arns = [value_at(action, "targetGroupArn"), *(value_at(group, "arn") for group in several_groups)]
        yield from (arn for arn in arns if isinstance(arn, str))


@rule(
    tokens.ATTACHMENT, source=f"{NLB}/target-group-register-targets.html", same=("targets-are-the-endpoint",)
)
@fix("Take the target away: requests go to endpoints and to load balancers of the stack.")
def no_target_on_the_internet(_stack: Stack, node: Node) -> str | None:
    """No target is an address on the internet."""
    target = node.get("targetId")
    return f"its target is {target}" if is_public(target) else None


@rule(tokens.VPC_LINK, source=PRIVATE_INTEGRATION, same=(NO_FOREIGN,))
@fix("Take the link away: the stack's own leads to the gateway NLB, and no API needs another.")
def only_the_gateways_link(stack: Stack, node: Node) -> str | None:
    """A VPC link leads to the stack's gateway NLB."""
    balancers = stack.graph.named_by(node, "targetArn", tokens.LOAD_BALANCER)
    id_ = node.get("targetArn")
    balancers = balancers or [
        each for each in stack.graph.of_type(tokens.LOAD_BALANCER) if id_ in each.names()
    ]
    if balancers and all(side_of(balancer.urn) == "consumer" for balancer in balancers):
        return None
    return f"it leads to {listed(map(str, balancers)) if balancers else known(id_)}"


@rule(tokens.VPC_LINK_V2, source=f"{API_GATEWAY}/apigateway-vpc-links-v2.html", same=(NO_FOREIGN,))
@fix("Take the link away: the stack's API has one, and no other API needs a way into its networks.")
def only_the_stages_link(stack: Stack, node: Node) -> str | None:
    """A VPC link v2, through which any API of the account gets into its subnets, is the one of the stage."""
    stages = [stage for stage in stack.graph.of_type(tokens.STAGE) if side_of(stage.urn) == "consumer"]
    for stage in stages:
        named = stack.graph.named_by(stage, "variables", tokens.VPC_LINK_V2)
        if node in named or node.names().intersection(texts_in(stage.get("variables"))):
            return None
    return "no stage of the stack uses it"


@rule(EIP, source=f"{AWS}/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html")
@fix("Take the address away: NAT gateways alone have public ones.")
def no_other_public_address(_stack: Stack, node: Node) -> str | None:
    """Public addresses are for NAT gateways, not for instances or network interfaces."""
    holders = [key for key in ("instance", "networkInterface") if node.references.get(key)]
    holders = holders or [value for key in ("instance", "networkInterface") if (value := _given(node, key))]
    return f"it gives {listed(holders)} a public address" if holders else None


def _given(node: Node, key: str) -> str | None:
    """An input; as an output AWS also tells where a NAT gateway's address is."""
    value = node.get(key) if node.given is None else node.given.get(key)
    return value if isinstance(value, str) and value else None


@rule(FLOW_LOG, source=f"{AWS}/vpc/latest/userguide/flow-logs.html", same=(NO_FOREIGN,))
@fix("Set `crosslink:flowLogs`, which writes to a log group of the network's own account.")
def flow_logs_stay(stack: Stack, node: Node) -> str | None:
    """Flow logs are written to a log group of the stack."""
    destination = node.get("logDestination") or node.get("logGroupName")
    own = stack.graph.named_by(node, "logDestination", LOG_GROUP)
    ours = own or any(
        isinstance(destination, str) and destination.removesuffix(":*") in (*group.names(), group.get("name"))
        for group in stack.graph.of_type(LOG_GROUP)
    )
    return None if ours or isinstance(destination, Unknown) else f"it writes to {destination}"
