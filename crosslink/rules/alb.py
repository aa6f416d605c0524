"""The rules of the ALB, which is the provider NLB's target."""

from collections.abc import Iterable
from itertools import product

from crosslink.graph.unknown import known, present, visible
from crosslink.ip_ranges import is_private
from crosslink.path import steps
from crosslink.path.alb import Alb, AlbListener
from crosslink.path.load_balancers import Target, TargetGroup
from crosslink.path.walk import Walk
from crosslink.rules import by_hand
from crosslink.rules.grade import CutOff, Grade, Graded
from crosslink.rules.load_balancers import ROUTING
from crosslink.rules.packet_filters import not_admitted
from crosslink.rules.rule import ALB_AS_TARGET, AWS, ELB, NLB, fix, given, rule
from crosslink.rules.text import listed
from crosslink.rules.zones import cut_off_nodes, provider_pairs

AUTO_MODE_ALB = f"{AWS}/eks/latest/userguide/auto-configure-alb.html"
CONTROLLER = "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress"
LISTENER_RULES = f"{ELB}/application/listener-rules.html"
# How the names of policies for TLS 1.3 and nothing else begin
# (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html)
POLICIES = "ELBSecurityPolicy-"
TLS_1_3_ALONE = "ELBSecurityPolicy-TLS13-1-3-"


@rule(steps.PROVIDER_GROUP, told_at=steps.PROVIDER_TARGET, source=ALB_AS_TARGET)
@fix(
    "Attach the ALB to the target group; of an existing NLB its owner attaches the targets.",
    look=by_hand.TARGETS,
)
def alb_is_the_target(walk: Walk, _group: TargetGroup) -> str | None:
    """The provider NLB has a target: the ALB, or what its owner has behind it."""
    return None if known(walk.one(steps.PROVIDER_TARGET)) else "there is no target"


@rule(steps.PROVIDER_TARGET, source=ALB_AS_TARGET)
@fix(
    "Make target group, attachment and ALB listener one port.",
    look="aws elbv2 describe-listeners --load-balancer-arn {target} --region {region}",
)
def alb_listens_on_the_port(walk: Walk, target: Target) -> str | None:
    """The ALB listens on the port of its target group: AWS refuses it as a target otherwise."""
    for alb, group in product(walk.reach(steps.ALB), walk.seen(steps.PROVIDER_GROUP)):
        ports = {known(target.port) or known(group.port), known(group.port)}
        listening = [known(listener.port) for listener in known(alb.listeners)]
        if deaf := ports.difference(listening):
            return f"asked on {listed(map(str, deaf))}, the ALB listens on {listed(map(str, listening))}"
    return None


@rule(steps.PROVIDER_TARGET, when=lambda walk, _: walk.order, source=ALB_AS_TARGET)
@fix("Let the attachment depend on the Ingress, whose controller makes the ALB and its listener.")
def alb_target_waits_for_the_ingress(walk: Walk, target: Target) -> str | None:
    """The ALB is attached once its listener is there, and detached before that goes."""
    ingresses = known(walk.every(steps.TARGET_INGRESS))
    waits = any(walk.waits(target, ingress) for ingress in ingresses)
    return None if waits or not ingresses else "it doesn't wait for the Ingress"


@rule(steps.PROVIDER_TARGET, told_at=steps.ALB, source=AUTO_MODE_ALB)
@fix("Attach the ALB that the Ingress's status names, or the one that the setting `loadBalancer` names.")
def target_is_an_alb(walk: Walk, _target: Target) -> str | None:
    """The provider NLB's target is the ALB of an Ingress, or the existing one."""
    return None if known(walk.one(steps.ALB)) else "no Ingress has made its target, and no ALB is there"


@rule(steps.ALB, source=AUTO_MODE_ALB, grade=Grade.LETS_IN)
@fix('Set scheme "internal" in the IngressClassParams; instead of an existing ALB name an internal one.')
def alb_is_private(_walk: Walk, alb: Alb) -> str | None:
    """The ALB is internal: the API alone is open to the world."""
    return None if known(alb.scheme) == "internal" else f"its scheme is {alb.scheme}"


@rule(steps.ALB, source=f"{CONTROLLER}/annotations/#inbound-cidrs")
@fix("""Name the provider NLB's subnets in the annotation inbound-cidrs, and no security-groups beside it; the
    owner of an existing ALB lets them in by its security groups.""")
def alb_lets_the_nlb_in(walk: Walk, alb: Alb) -> Graded | CutOff | None:
    """The ALB lets in every subnet of the provider's NLB, and nobody from the internet."""
    rules = known(alb.lets_in)
    hops = product(walk.seen(steps.PROVIDER_NLB), walk.seen(steps.PROVIDER_TARGET))
    told = {
        subnet: not_admitted(rules, [(subnet.cidr, target.port)], "{} to port {}")
        for nlb, target in hops
        for subnet in known(nlb.subnets)
    }
    if shut := {subnet: text for subnet, text in told.items() if text}:
        return cut_off_nodes(f"nothing lets in {', '.join(shut.values())}", provider_pairs(walk), shut)
    if any(intent.joins_alb for intent in present(walk.intent)):
        return None  # whom else it lets in is its owner's to say
    world = {cidr for found in rules for cidr in visible(found.ranges) if not is_private(cidr)}
    return Graded(f"it lets in {', '.join(sorted(world))}", Grade.LETS_IN) if world else None


@rule(
    steps.ALB,
    when=lambda walk, _: walk.seen(steps.METHOD),
    source=f"{ELB}/application/edit-load-balancer-attributes.html",
    grade=Grade.STOPS_SOME,
)
@fix(
    """Set the attribute idle_timeout.timeout_seconds in the IngressClassParams above the timeout of the
    route's integrations; of an existing ALB its owner sets it.""",
    look=by_hand.ATTRIBUTES,
)
def alb_outwaits_the_api(walk: Walk, alb: Alb) -> str | None:
    """The ALB waits longer for an answer than API Gateway does, so that a route's `timeoutSeconds` counts."""
    longest = max(known(method.waits) or 0 for method in walk.seen(steps.METHOD))
    idle = known(alb.idle_timeout) or 0
    why = f"it waits {idle} s, API Gateway waits {longest} s: slower answers are lost"
    return None if idle > longest else why


@rule(steps.ALB, source=ALB_AS_TARGET)
@fix("Give the IngressClassParams the NLB's subnets for load balancers; name an existing ALB of its VPC.")
def alb_is_in_the_nlbs_subnets(walk: Walk, alb: Alb) -> str | Graded | None:
    """The ALB is in the VPC and the zones of the NLB in front of it; an existing one may have other zones."""
    own = {(known(subnet.zone), known(subnet.vpc)) for subnet in known(alb.subnets)}
    for balancer in walk.seen(steps.PROVIDER_NLB):
        wanted = {(known(subnet.zone), known(subnet.vpc)) for subnet in known(balancer.subnets)}
        if any(intent.joins_alb for intent in present(walk.intent)):
            own, wanted = {(None, vpc) for _zone, vpc in own}, {(None, vpc) for _zone, vpc in wanted}
            if own != wanted:
                return "it is in another VPC than the NLB"
        elif own != wanted:
            why = f"it is in {_zones(own)}, the NLB in {_zones(wanted)}"
            return Graded(why, Grade.REDUNDANCY) if own & wanted and balancer.cross_zone is True else why
    return None


def _zones(places: Iterable[tuple[str | None, str | None]]) -> str:
    return ", ".join(sorted(str(zone) for zone, _vpc in places)) or "no subnet that is known"


@rule(steps.ALB, when=given("state"), source=f"{ELB}/application/application-load-balancers.html")
@fix("Wait until it is active; its events are in `kubectl describe ingress`.")
def alb_is_active(_walk: Walk, alb: Alb) -> str | None:
    """The ALB is active."""
    return None if known(alb.state) in ROUTING else f"it is {alb.state}"


@rule(steps.ALB, source=AUTO_MODE_ALB)
@fix("Name a certificate in the IngressClassParams' certificateARNs.", look=by_hand.LISTENERS)
def alb_has_a_certificate(_walk: Walk, alb: Alb) -> str | None:
    """What the ALB listens for HTTPS with is a certificate: without one the controller makes no listener."""
    bare = [str(listener.port) for listener in _secured(alb) if not known(listener.certificate)]
    if bare:
        return f"there is none for port {', '.join(bare)}"
    shown = {str(known(listener.certificate)) for listener in _secured(alb)}
    others = sorted(arn for arn in shown if not _is_here(arn, alb))
    return f"{', '.join(others)} is no certificate of {alb.place}" if others else None


def _is_here(arn: str, alb: Alb) -> bool:
    """Whether an ARN may be that of a certificate which the ALB can have: of ACM there, or of IAM."""
    _, _, service, region, account, *rest = [*arn.split(":"), *[""] * 6][:6]
    place = (region, account) == (alb.region, alb.account) if service == "acm" else account == alb.account
    return service in ("acm", "iam") and place and "certificate/" in "".join(rest)


@rule(steps.ALB, source=f"{NLB}/target-group-health-checks.html")
@fix(
    """Name a policy for TLS 1.2 and 1.3, ELBSecurityPolicy-TLS13-1-2-…, in the annotation ssl-policy, or
    ask the owner of an existing ALB.""",
    look=by_hand.LISTENERS,
)
def health_checks_speak_the_albs_tls(_walk: Walk, alb: Alb) -> str | None:
    """The ALB takes TLS 1.2: the NLBs' health checks don't speak 1.3."""
    policies = [known(listener.tls_policy) or "" for listener in _secured(alb)]
    odd = [policy for policy in policies if policy and not policy.startswith(POLICIES)]
    strict = [policy for policy in policies if policy.startswith(TLS_1_3_ALONE)]
    return f"its policy is {', '.join((*odd, *strict))}" if odd or strict else None


def _secured(alb: Alb) -> list[AlbListener]:
    return [listener for listener in known(alb.listeners) if known(listener.protocol) == "HTTPS"]


@rule(steps.ALB, source=f"{CONTROLLER}/annotations/#ssl-redirect")
@fix(
    "Remove the annotation ssl-redirect: TLS ends at the API, or at the ALB's own HTTPS listener.",
    look=by_hand.LISTENERS,
)
def alb_does_not_redirect(_walk: Walk, alb: Alb) -> str | None:
    """The ALB hands requests on: a redirect leads callers to a host that nothing resolves."""
    port = known(alb.redirects_to)
    # Listeners of HTTPS stay as they are, and without one for the port the controller makes nothing.
    if port is None or {str(known(listener.port)) for listener in _secured(alb)} == {
        str(known(listener.port)) for listener in known(alb.listeners)
    } == {str(port)}:
        return None
    return f"it redirects every request to port {port}"
