"""The rules of the provider's NLB: its listener, and the ALB that is its target."""

from crosslink.graph.unknown import known
from crosslink.path import steps
from crosslink.path.load_balancers import LoadBalancer, Target, TargetGroup
from crosslink.path.walk import Walk
from crosslink.rules.packet_filters import not_admitted
from crosslink.rules.rule import ALB_AS_TARGET, NLB, NLB_SECURITY_GROUPS, fix, rule
from crosslink.rules.text import listed


@rule(steps.PROVIDER_NLB, source=f"{NLB}/edit-load-balancer-attributes.html")
@fix("Set enable_cross_zone_load_balancing=True.")
def provider_nlb_crosses_zones(_walk: Walk, balancer: LoadBalancer) -> str | None:
    """The provider NLB sends requests on in whatever zone they come: cross-zone is on."""
    return None if known(balancer.cross_zone) else "a zone without a healthy ALB node would swallow requests"


@rule(steps.PROVIDER_NLB, when=lambda _, nlb: nlb.guarded is not False, source=NLB_SECURITY_GROUPS)
@fix("Add an egress rule for the ALB's subnets and port.")
def provider_nlb_lets_out(walk: Walk, balancer: LoadBalancer) -> str | None:
    """The provider NLB's security groups let it connect to the ALB in every zone."""
    known(balancer.guarded)
    rules = known(balancer.lets_out)
    ports = [known(target.port) for target in walk.seen(steps.PROVIDER_TARGET)]
    subnets = (subnet for alb in walk.seen(steps.ALB) for subnet in known(alb.subnets))
    shut = not_admitted(rules, ((subnet.cidr, port) for subnet in subnets for port in ports))
    return f"nothing lets it out to {shut}" if shut else None


@rule(steps.PROVIDER_NLB, told_at=steps.PROVIDER_LISTENER, source=f"{NLB}/load-balancer-listeners.html")
@fix("Use one port for the gateway's targets and the provider NLB's listener: 80, 443 with TLS.")
def endpoint_port_has_a_listener(walk: Walk, _balancer: LoadBalancer) -> str | None:
    """The provider NLB listens on the port at which requests come through the endpoint."""
    listener = known(walk.one(steps.PROVIDER_LISTENER))
    ports = {known(target.port) for target in known(walk.every(steps.TARGET))}
    if listener:
        ports -= {known(listener.port)}
    return f"no listener on port {', '.join(sorted(map(str, ports)))}" if ports or not listener else None


@rule(steps.PROVIDER_GROUP, told_at=steps.PROVIDER_TARGET, source=ALB_AS_TARGET)
@fix("Attach the ALB of the Ingress to the target group.")
def alb_is_the_target(walk: Walk, _group: TargetGroup) -> str | None:
    """The ALB is the target of the provider NLB."""
    return None if known(walk.one(steps.PROVIDER_TARGET)) else "there is no target"


@rule(steps.PROVIDER_TARGET, source=ALB_AS_TARGET)
@fix("Make target group, attachment and ALB listener one port.")
def alb_listens_on_the_port(walk: Walk, target: Target) -> str | None:
    """The ALB listens on the port of its target group: AWS refuses it as a target otherwise."""
    for alb in walk.seen(steps.ALB):
        for group in walk.seen(steps.PROVIDER_GROUP):
            ports = {known(target.port) or known(group.port), known(group.port)}
            listening = [known(listener.port) for listener in known(alb.listeners)]
            if deaf := sorted(str(port) for port in ports.difference(listening)):
                return f"asked on {', '.join(deaf)}, the ALB listens on {listed(map(str, listening))}"
    return None


@rule(steps.PROVIDER_TARGET, when=lambda walk, _: walk.order, source=ALB_AS_TARGET)
@fix("Let the attachment depend on the Ingress, whose controller makes the ALB and its listener.")
def alb_target_waits_for_the_ingress(walk: Walk, target: Target) -> str | None:
    """The ALB is attached once its listener is there, and detached before that goes."""
    ingresses = known(walk.every(steps.TARGET_INGRESS))
    waits = any(walk.waits(target, ingress) for ingress in ingresses)
    return None if waits or not ingresses else "it doesn't wait for the Ingress"
