"""The rules of the Ingress, from which the controller makes the ALB and its rules."""

from components.route_header import ROUTE_HEADER
from crosslink.graph.controllers import ALB, AUTO_MODE
from crosslink.graph.unknown import Gone, NotKnownError, Unknown, known, present
from crosslink.path import steps
from crosslink.path.alb import Alb
from crosslink.path.ingress_rule import IngressRule
from crosslink.path.ingress_rules import PREFIX
from crosslink.path.walk import Walk
from crosslink.rules import by_hand
from crosslink.rules.alb import AUTO_MODE_ALB, CONTROLLER
from crosslink.rules.grade import Grade, Graded
from crosslink.rules.rule import KUBERNETES_NETWORK, fix, rule
from crosslink.rules.text import listed


@rule(steps.ALB, source=f"{CONTROLLER}/annotations/#ingressgroup")
@fix(
    """Name one group in all IngressClassParams, or with `controller: alb` in all annotations group.name, and
    say the same in the other annotations of its Ingresses.""",
    look=by_hand.INGRESSES,
)
def ingresses_share_the_alb(_walk: Walk, alb: Alb) -> str | None:
    """The Ingresses of a backend are of one group, and say alike what is the ALB's: else it isn't made."""
    differing = known(alb.differences)
    return f"its Ingresses differ in {listed(differing)}" if differing else None


def _sent(walk: Walk) -> str:
    """What the backend is sent for the route; where nothing is declared, the route."""
    return walk.path if isinstance(walk.sent_as, Unknown) else walk.sent_as


@rule(steps.ALB, told_at=steps.INGRESS_RULE, source=f"{KUBERNETES_NETWORK}/ingress/")
@fix("Add a rule for the route to the Ingress, without a host.", look=by_hand.INGRESSES)
def ingress_has_the_route(walk: Walk, _alb: Alb) -> str | None:
    """A rule of the Ingress takes the route, for every host or for the one that the integration names."""
    sent = _sent(walk)
    told = sent if sent == walk.path else f"{sent}, as which {walk.path} is sent"
    found = walk.one(steps.INGRESS_RULE)
    if isinstance(found, Gone):
        return found.reason
    if known(found):
        return None
    defaults = (order.default for order in walk.seen(steps.ASKED_ORDER))
    return f"no rule takes {told}: {next(defaults, 'the ALB answers 404')}"


@rule(steps.INGRESS_RULE, source=f"{KUBERNETES_NETWORK}/ingress/#path-types")
@fix("""Set pathType "Prefix" and the route's own path, or / with `stripPrefix`; what the ALB answers itself
    is ImplementationSpecific, so that it comes last.""")
def ingress_takes_what_is_below(walk: Walk, rule_: IngressRule) -> str | Graded | None:
    """The Ingress rule takes the route and everything below it, as they are sent, and nothing else."""
    found = (known(rule_.path_type), known(rule_.path))
    if found != (PREFIX, _sent(walk)):
        why = f"the rule is {' '.join(map(str, found))}, meant is {PREFIX} {known(walk.sent_as)}"
        return Graded(why, Grade.STOPS_SOME) if found[1] == _sent(walk) else why
    cut = known(rule_.cut)
    return Graded(f"rules before it take {', '.join(cut)}", Grade.STOPS_SOME) if cut else None


@rule(steps.INGRESS_RULE, source=f"{KUBERNETES_NETWORK}/ingress/#the-ingress-resource", grade=Grade.HOUSE)
@fix("Take the host out of the Ingress's rule.")
def ingress_rule_is_for_every_host(_walk: Walk, rule_: IngressRule) -> str | None:
    """The Ingress rule is for every host: the host of the integrations is a setting of the API's side."""
    return f"it is for {rule_.host}" if known(rule_.host) else None


@rule(steps.INGRESS_RULE, source=f"{CONTROLLER}/annotations/#conditions")
@fix(
    f"Demand the header {ROUTE_HEADER} with the route's path in the annotation `conditions.<Service>`, as "
    "docs/adr/0012-a-header-binds-route-and-service.md says."
)
def ingress_rule_demands_the_header(walk: Walk, rule_: IngressRule) -> Graded | None:
    """The Ingress rule demands the header that this route's integrations set, and no other route's do."""
    demanded, name = known(rule_.demanded_header), known(rule_.service_name)
    if demanded == (walk.path,):
        return None
    asked = f"{ROUTE_HEADER} {' or '.join(demanded)}" if demanded else f"no {ROUTE_HEADER}"
    why = f"Service {name} is reached with {asked}: a path that is read differently crosses over to it"
    return Graded(why, Grade.LETS_IN)


@rule(steps.INGRESS_RULE, source=AUTO_MODE_ALB)
@fix(
    f"""Name an IngressClass whose controller is {AUTO_MODE}, or in an existing cluster the one
    that `controller` says, and IngressClassParams of that controller's API group.""",
    look="kubectl get ingressclass --output yaml",
)
def ingress_class_is_the_controllers(walk: Walk, rule_: IngressRule) -> str | None:
    """The Ingress has a class of the cluster's controller, with its parameters: else nobody makes an ALB."""
    controller = known(rule_.controller)
    meant = [intent.controller for intent in present(walk.intent)] or [AUTO_MODE]
    if controller is None:
        return f"there is no IngressClass {rule_.ingress_class}"
    if controller not in meant:
        return f"class {rule_.ingress_class} is for {controller}, meant is {meant[0]}"
    return None if known(rule_.parameters) else f"class {rule_.ingress_class} has no IngressClassParams"


@rule(steps.INGRESS_RULE, source=f"{CONTROLLER}/annotations/#target-type")
@fix('Set the annotation target-type: "ip".')
def pods_are_targets(_walk: Walk, rule_: IngressRule) -> str | None:
    """The ALB's targets are pods: by instance it would need Services of type NodePort."""
    kind = known(rule_.target_type)
    if kind is None and known(rule_.controller) == ALB:
        raise NotKnownError("how the controller was started says whether targets are pods or instances")
    return None if kind in ("ip", None) else f"target-type is {kind}"
