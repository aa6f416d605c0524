"""The rules that both network load balancers have to keep."""

from collections.abc import Sequence

from crosslink.graph.unknown import known, present
from crosslink.path import steps
from crosslink.path.alb import Alb
from crosslink.path.load_balancers import (
    AddressTarget,
    HealthCheck,
    Listener,
    LoadBalancer,
    Target,
    TargetGroup,
)
from crosslink.path.walk import Walk
from crosslink.rules import by_hand
from crosslink.rules.grade import CutOff, Grade, Graded
from crosslink.rules.link_v2 import by_link_v2
from crosslink.rules.pending import stop_if_pending
from crosslink.rules.rule import NLB, NLB_SECURITY_GROUPS, fix, given, rule, with_own_nlb
from crosslink.rules.zones import cut_off_targets, end_of, gateway_pairs

NLBS = (steps.GATEWAY_NLB, steps.PROVIDER_NLB)
LISTENERS = (steps.LISTENER, steps.PROVIDER_LISTENER)
GROUPS = (steps.TARGET_GROUP, steps.PROVIDER_GROUP)
HEALTH_CHECKS = f"{NLB}/target-group-health-checks.html"
# The states in which a load balancer routes; an impaired one lacks what it needs to scale
# (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerState.html)
ROUTING = ("active", "active_impaired")
NEW = "initial"  # the state of a target that is asked for the first time


def _is_own(walk: Walk, group: TargetGroup) -> bool:
    """Whether a target group is the stack's own: how an existing NLB reaches its targets its owner knows."""
    return with_own_nlb(walk, group) or group not in walk.seen(steps.PROVIDER_GROUP)


def protocol_at(alb: Alb, port: int | None) -> str | None:
    """What an ALB listens for on a port; None if it doesn't listen there."""
    return next((known(found.protocol) for found in known(alb.listeners) if known(found.port) == port), None)


@rule(*NLBS, source=f"{NLB}/create-network-load-balancer.html")
@fix("""Set load_balancer_type="network": the default is an ALB, which neither a VPC link nor an endpoint
    service takes.""")
def balancer_is_an_nlb(_walk: Walk, balancer: LoadBalancer) -> str | None:
    """VPC link and endpoint service go to a network load balancer."""
    kind = known(balancer.kind) or "application"
    return None if kind == "network" else f"it is of type {kind}"


@rule(*NLBS, source=f"{NLB}/create-network-load-balancer.html", grade=Grade.LETS_IN)
@fix("Set internal=True: the default gives it public addresses.")
def balancer_is_private(_walk: Walk, balancer: LoadBalancer) -> str | None:
    """A load balancer of the path has private addresses only."""
    return None if known(balancer.internal) is True else "it faces the internet"


def _comes_by_private_link(walk: Walk, balancer: LoadBalancer) -> bool:
    """Whether a guarded NLB is asked by PrivateLink: the gateway's isn't by a VPC link v2."""
    at_the_gateway = balancer in walk.seen(steps.GATEWAY_NLB)
    return balancer.guarded is not False and not (at_the_gateway and by_link_v2(walk, balancer))


@rule(*NLBS, when=_comes_by_private_link, source=NLB_SECURITY_GROUPS)
@fix('Set enforce_security_group_inbound_rules_on_private_link_traffic="off": the default is "on".')
def groups_leave_private_link_alone(_walk: Walk, balancer: LoadBalancer) -> str | None:
    """The NLB's security groups don't judge what comes by PrivateLink, whose sources they can't name."""
    known(balancer.guarded)
    left_alone = known(balancer.enforces_on_private_link) == "off"
    return None if left_alone else "its security groups drop what comes by PrivateLink"


@rule(*NLBS, when=given("state"), source=f"{NLB}/network-load-balancers.html")
@fix("Wait until it is active; failed: create it anew (`pulumi up --replace`).")
def balancer_is_active(_walk: Walk, balancer: LoadBalancer) -> str | None:
    """The load balancer is active."""
    return None if known(balancer.state) in ROUTING else f"it is {balancer.state}"


@rule(*LISTENERS, source=f"{NLB}/load-balancer-listeners.html")
@fix('Set protocol="TCP": TLS passes through, and an ALB as target takes nothing else.')
def listener_speaks_tcp(walk: Walk, listener: Listener) -> str | None:
    """Listeners of the path are TCP; that of an existing NLB may be TLS."""
    theirs = not with_own_nlb(walk, listener) and listener in walk.seen(steps.PROVIDER_LISTENER)
    spoken = ("TCP", "TLS") if theirs else ("TCP",)
    return None if known(listener.protocol) in spoken else f"it is {listener.protocol}"


@rule(*LISTENERS, source=f"{NLB}/load-balancer-listeners.html")
@fix("Let the listener's default action forward to the target group.")
def listener_forwards(walk: Walk, listener: Listener) -> str | None:
    """A listener forwards to a target group."""
    group = steps.TARGET_GROUP if listener in walk.seen(steps.LISTENER) else steps.PROVIDER_GROUP
    others = [kind for kind in known(listener.actions) if known(kind) not in ("forward", None)]
    if others:
        return f"what it does is {', '.join(map(str, others))}"
    return None if known(walk.one(group)) else "it forwards to no target group"


@rule(*GROUPS, when=_is_own, source=f"{NLB}/load-balancer-target-groups.html")
@fix('The gateway NLB\'s is target_type="ip", the provider NLB\'s "alb"; both are protocol="TCP".')
def group_is_of_its_type(walk: Walk, group: TargetGroup) -> str | None:
    """The gateway NLB's targets are addresses, the provider NLB's is an ALB, and both are reached by TCP."""
    meant = "ip" if group in walk.seen(steps.TARGET_GROUP) else "alb"
    found = f"{known(group.target_type)} over {known(group.protocol)}"
    return None if found == f"{meant} over TCP" else f"it is {found}, meant is {meant} over TCP"


@rule(*GROUPS, source=f"{NLB}/load-balancer-target-groups.html")
@fix("Give the target group the VPC of its load balancer.")
def group_is_in_the_vpc(walk: Walk, group: TargetGroup) -> str | None:
    """A target group belongs to the VPC of its load balancer, whatever VPC its targets are in."""
    gateways = group in walk.seen(steps.TARGET_GROUP)
    balancer = known(walk.one(steps.GATEWAY_NLB if gateways else steps.PROVIDER_NLB))
    return None if balancer is None or known(group.vpc) == known(balancer.vpc) else "it is in another VPC"


@rule(*GROUPS, when=_is_own, source=f"{NLB}/edit-target-group-attributes.html")
@fix(
    "Leave proxy_protocol_v2 off.",
    look=by_hand.GROUP_ATTRIBUTES,
    mend="aws elbv2 modify-target-group-attributes --target-group-arn {id} --attributes "
    "Key=proxy_protocol_v2.enabled,Value=false --region {region}",
)
def no_proxy_protocol(_walk: Walk, group: TargetGroup) -> str | None:
    """No target group puts a proxy protocol header before requests: the ALB answers it with 400."""
    return "proxy_protocol_v2 is on" if known(group.proxy_protocol) else None


@rule(*GROUPS, when=_is_own, source=HEALTH_CHECKS)
@fix("""Check by HTTP, or by HTTPS if the ALB listens for that, on the traffic port for a path that the ALB
    answers itself, with the code it answers.""")
def health_check_reaches_the_alb(walk: Walk, group: TargetGroup) -> str | Graded | None:
    """Health is asked in the ALB's own protocol, for a path that it answers; of addresses also by TCP. For a
    route that two backends serve the pods answer: only so one takes over from the other."""
    check = known(group.health_check)
    if check is None or known(check.enabled) is False:
        return "there is no check"
    protocol = known(check.protocol) or "TCP"
    if protocol == "TCP" and group in walk.seen(steps.TARGET_GROUP):  # else a house rule's to judge
        found = Graded("the check is by TCP, which no pod answers", Grade.REDUNDANCY)
        return found if walk.backend else None
    if protocol not in ("HTTP", "HTTPS"):
        return f"the check is by {protocol}"
    if (port := known(check.port)) not in (None, "traffic-port", str(known(group.port))):
        return f"the check is on port {port}, the targets are on {group.port}"
    alb = next(iter(walk.reach(steps.ALB)), None)
    spoken = protocol_at(alb, known(group.port)) if alb else None
    if spoken not in (protocol, None):
        return f"the check is by {protocol}, the ALB listens for {spoken}"
    return _unanswered(walk, check, alb) if alb else None


def _unanswered(walk: Walk, check: HealthCheck, alb: Alb) -> str | Graded | None:
    """What is wrong with a check's path, which the ALB answers itself; an existing one does as it likes."""
    if any(intent.joins_alb for intent in present(walk.intent)):
        return None
    gateways = [known(group.health_check) for group in walk.seen(steps.TARGET_GROUP)]
    answers = dict(known(alb.answers))
    if check in gateways and walk.backend:
        return _not_by_pods(walk, check, alb)
    code = answers.get(str(known(check.path)))
    if code is None:
        return f"the ALB itself doesn't answer {check.path}: it answers {', '.join(answers) or 'nothing'}"
    taken = _takes(known(check.matcher) or "200-399", int(code))
    return None if taken else f"{check.path} is answered with {code}, the check waits for {check.matcher}"


def _not_by_pods(walk: Walk, check: HealthCheck, alb: Alb) -> str | Graded | None:
    """Why a check doesn't ask the route's pods. What nobody answers takes the backend's targets out; what
    another answers keeps them in while the pods are dead."""
    path, probes = str(known(check.path)), dict(known(alb.probes))
    service = next((known(rule.service_name) for rule in walk.seen(steps.INGRESS_RULE)), None)
    if path in dict(known(alb.answers)):
        return Graded(f"{path} is answered by the ALB itself, whatever its pods do", Grade.REDUNDANCY)
    if path not in probes:
        return f"no rule of the ALB lets a check of {path} through to the pods"
    if probes[path] != service:
        return Graded(f"{path} is answered by Service {probes[path]}, not {service}", Grade.REDUNDANCY)
    return None


def _takes(matcher: str, code: int) -> bool:
    """Whether a matcher such as `200`, `200,202` or `200-399` takes a status code."""
    ends = (part.partition("-") for part in matcher.split(","))
    return any(
        first.strip().isdigit() and int(first) <= code <= int(last or first) for first, _, last in ends
    )


@rule(
    steps.TARGET_GROUP,
    when=lambda walk, group: with_own_nlb(walk, group) and not walk.backend,
    source=HEALTH_CHECKS,
    grade=Grade.HOUSE,
)
@fix("Check by HTTP, or by HTTPS if the ALB listens for that, for a path that the ALB answers itself.")
def health_check_passes_private_link(_walk: Walk, group: TargetGroup) -> str | None:
    """The gateway's health checks ask the ALB: by TCP they stay green with nobody behind the endpoint."""
    check = known(group.health_check)
    return "the check is by TCP" if check and known(check.protocol) in (None, "TCP") else None


@rule(steps.TARGET, steps.PROVIDER_TARGET, when=given("health"), source=HEALTH_CHECKS, symptom=True)
@fix("See the rules that are broken, from the target on. If none is: a network ACL, or the pods.")
def target_is_healthy(walk: Walk, target: Target) -> Graded | CutOff | None:
    """The load balancer sees its target healthy; one that is new may still be asked if another one is."""
    health = known(target.health)
    sides = (walk.seen(steps.TARGET), walk.seen(steps.PROVIDER_TARGET))
    targets: Sequence[Target] = next(side for side in sides if target in side)
    others_are = any(other.health == "healthy" for other in targets)
    if health == "healthy" or (others_are and health == NEW):
        return None
    why = f"{target.target} is {health}: {target.health_reason}"
    if not others_are:
        stop_if_pending(walk)
        return Graded(why, Grade.STOPS)
    if isinstance(target, AddressTarget):
        return cut_off_targets(why, gateway_pairs(walk), [end_of(target)])
    return Graded(why, Grade.REDUNDANCY)  # those of an existing NLB
