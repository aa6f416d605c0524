"""The rules of what Ingress, Service and IngressClass ask of the ALB.

The class decides before annotations, and the Service's own before the Ingress's.
"""

from collections.abc import Iterator

from crosslink.graph.unknown import NotKnownError, known
from crosslink.path import steps
from crosslink.path.alb import Alb
from crosslink.path.alb_actions import pairs
from crosslink.path.ingress_rule import IngressRule
from crosslink.path.pods import TRAFFIC_PORT, KubernetesService
from crosslink.path.probes import READINESS
from crosslink.path.walk import Walk
from crosslink.rules.alb import AUTO_MODE_ALB, CONTROLLER
from crosslink.rules.grade import Grade, Graded
from crosslink.rules.pods import has_port, is_own
from crosslink.rules.rule import ELB, KUBERNETES_NETWORK, fix, rule
from crosslink.rules.text import listed

ANNOTATIONS = f"{CONTROLLER}/annotations"
INGRESS_RULES = f"{KUBERNETES_NETWORK}/ingress/"
SEE_EVENTS = "`kubectl describe ingress -n <namespace>` has the controller's own words."
# What AWS takes: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
INTERVALS, TIMEOUTS, THRESHOLDS = range(5, 301), range(2, 121), range(2, 11)
CODES = range(200, 500)
TYPES = (None, "ClusterIP", "NodePort", "LoadBalancer")  # of Services that have pods
DRAINS, DEFAULT_DRAIN = "deregistration_delay.timeout_seconds", 300  # seconds


def is_own_namespace(_walk: Walk, rule_: IngressRule) -> bool:
    """Whether the stack makes the namespace of the Ingress."""
    return rule_.own_namespace is not False


@rule(steps.INGRESS_RULE, source=AUTO_MODE_ALB)
@fix("""Let the namespaceSelector of the IngressClassParams fit the labels of the Ingress's namespace:
    `kubectl get namespace <namespace> --show-labels`, `kubectl edit ingressclassparams <class>`.""")
def class_is_for_the_namespace(_walk: Walk, rule_: IngressRule) -> str | None:
    """The classes of all Ingresses of the ALB are for their namespaces: else the controller makes nothing."""
    refused = known(rule_.not_selected)
    return f"the namespaceSelector doesn't fit namespace {listed(refused)}" if refused else None


@rule(
    steps.INGRESS_RULE,
    when=is_own_namespace,
    source="https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/pod_readiness_gate/",
    grade=Grade.REDUNDANCY,
)
@fix("""Label the namespace: `kubectl label namespace <namespace>
    eks.amazonaws.com/pod-readiness-gate-inject=enabled`, or elbv2.k8s.aws/… with `controller: alb`.""")
def new_pods_wait_for_the_alb(_walk: Walk, rule_: IngressRule) -> str | None:
    """New pods become ready once the ALB finds them healthy: else a rollout may take all it knows away."""
    return "pods become ready before the ALB knows them" if known(rule_.waits_for_alb) is False else None


@rule(steps.INGRESS_RULE, source=f"{ANNOTATIONS}/")
@fix(f"Correct the annotation: {SEE_EVENTS}")
def controller_takes_the_annotations(_walk: Walk, rule_: IngressRule) -> str | None:
    """The controller can carry out the annotations of all Ingresses of the ALB: else it changes nothing."""
    refused = known(rule_.refused)
    return "; ".join(refused) or None


@rule(steps.ALB, told_at=steps.INGRESS_RULE, source=INGRESS_RULES)
@fix("""Let the integration send the host that the Ingress's rule is for, by its URI or its header Host, or
    take the host out of the rule: `kubectl get ingress -n <namespace>` shows it.""")
def rule_is_for_the_sent_host(_walk: Walk, alb: Alb) -> str | None:
    """The Ingress's rule is for the host that integrations send: their URI's, or the header Host they set."""
    return known(alb.wrong_host)


@rule(steps.INGRESS_RULE, source=f"{ANNOTATIONS}/#conditions")
@fix("""Take the condition out of the annotation `conditions.<Service>`, or let the integration send what it
    demands, by `requestParameters`.""")
def requests_meet_the_conditions(_walk: Walk, rule_: IngressRule) -> str | Graded | None:
    """The route's requests meet all conditions of the ALB's rule: it answers 404 to others."""
    unmet = known(rule_.unmet)
    why = "; ".join(condition.why for condition in unmet)
    some = unmet and not any(condition.by_all for condition in unmet)
    return Graded(f"{why}: it answers 404 to some", Grade.STOPS_SOME) if some else why or None


@rule(steps.INGRESS_RULE, source=f"{ANNOTATIONS}/#actions")
@fix("Name the Service and its port in the Ingress's rule, or forward to it in `actions.<name>`.")
def alb_hands_requests_on(_walk: Walk, rule_: IngressRule) -> str | None:
    """The ALB hands the route's requests on to one Service: no redirect, no answer of its own, no others."""
    if answer := known(rule_.answer):
        return f"the ALB answers {answer}"
    if others := known(rule_.shares_with):
        raise NotKnownError(f"it hands some requests to {listed(others)}, which isn't followed")
    return None


@rule(steps.INGRESS_RULE, source=f"{ANNOTATIONS}/#authentication")
@fix(
    "Take auth-type and jwt-validation out of the annotations of Ingress and Service: the API asks who calls."
)
def alb_asks_for_no_sign_in(walk: Walk, rule_: IngressRule) -> str | None:
    """The ALB lets callers pass who have not signed in: behind the API nobody can follow it to a sign-in."""
    sign_in, wants_token = known(rule_.sign_in), known(rule_.wants_token)
    if not sign_in and not wants_token:
        return None
    protocols = {
        known(listener.protocol) for alb in walk.reach(steps.ALB) for listener in known(alb.listeners)
    }
    if "HTTPS" not in protocols:
        return None  # the controller heeds neither for listeners of HTTP
    if sign_in:
        return f"it sends callers to a sign-in by {sign_in}"
    if any(known(method.auth) == "AWS_IAM" for method in walk.seen(steps.METHOD)):
        return "it wants a token, callers of the route sign their requests"
    raise NotKnownError("whether callers show a token that jwt-validation takes isn't known")


@rule(steps.ALB, source=f"{ANNOTATIONS}/#mutual-authentication")
@fix("""Take the port out of the annotation mutual-authentication, or set its mode to passthrough: `aws elbv2
    describe-listeners --load-balancer-arn <ALB>` shows it.""")
def alb_asks_for_no_client_certificate(_walk: Walk, alb: Alb) -> str | None:
    """The ALB asks for no client's certificate: API Gateway and the NLB's health checks show it none."""
    asked = known(alb.client_certificates)
    if not asked:
        return None
    secured = {
        known(listener.port) for listener in known(alb.listeners) if known(listener.protocol) == "HTTPS"
    }
    verified = [str(port) for port, mode in asked if mode == "verify" and port in secured]
    return f"it verifies certificates of clients on port {listed(verified)}" if verified else None


@rule(steps.KUBERNETES_SERVICE, source=f"{KUBERNETES_NETWORK}/service/")
@fix(
    "Make it a Service of type ClusterIP with a selector, a TCP port and IPv4: `kubectl get service -o yaml`."
)
def alb_finds_pods_of_the_service(_walk: Walk, service: KubernetesService) -> str | None:
    """The controller finds pods behind the Service: it is no alias, its port is TCP, its pods have IPv4."""
    if (kind := known(service.type)) not in TYPES:
        return f"it is an {kind}, which has no pods"
    if (protocol := known(service.protocol)) not in (None, "TCP"):
        return f"its port is for {protocol}"
    families = known(service.ip_families)
    return None if set(families) <= {"IPv4"} else f"it is for {listed(families)}, the ALB for IPv4"


@rule(
    steps.KUBERNETES_SERVICE,
    source=f"{KUBERNETES_NETWORK}/service/#loadbalancer",
    grade=Grade.LETS_IN,
)
@fix(
    "Make it a Service of type ClusterIP: `kubectl get service -n <namespace>` shows what else leads to pods."
)
def service_has_no_balancer_of_its_own(_walk: Walk, service: KubernetesService) -> str | None:
    """The Service has no load balancer of its own, by which callers get round the API."""
    return "it has a load balancer of its own" if known(service.type) == "LoadBalancer" else None


@rule(steps.KUBERNETES_SERVICE, source=f"{ANNOTATIONS}/#backend-protocol")
@fix("""Make the annotations backend-protocol and healthcheck-protocol what the pods speak, and leave
    out backend-protocol-version: `kubectl annotate ingress <name> alb.ingress.kubernetes.io/<name>-`.""")
def alb_speaks_the_pods_protocol(walk: Walk, service: KubernetesService) -> str | None:
    """The ALB speaks HTTP/1.1 to the pods, as API Gateway does to it, with TLS if their probes do."""
    if (version := known(service.protocol_version)) != "HTTP1":
        return f"its target group is for {version}: the ALB answers 464 to requests of HTTP/1.1"
    sent = known(service.backend_protocol)
    checked = known(service.health_protocol) or sent
    for protocol, port in ((sent, known(service.target_port)), (checked, known(service.health_port))):
        asked = known(service.target_port) if port == TRAFFIC_PORT else port
        spoken = set(_spoken(walk, asked))
        if protocol not in ("HTTP", "HTTPS"):
            return f"{protocol} is none that the controller knows"
        if spoken and protocol not in spoken:
            return f"the ALB speaks {protocol}, the pods' probes {listed(sorted(spoken))}"
        if protocol == "HTTPS" and not spoken:
            raise NotKnownError(f"whether the pods speak TLS on port {asked} isn't known")
    return None


def _spoken(walk: Walk, port: int | str | None) -> Iterator[str]:
    """What the pods' probes speak on a port."""
    for deployment in walk.seen(steps.DEPLOYMENT):
        numbers = dict(known(deployment.ports))
        for probe in known(deployment.probes):
            scheme, asked = known(probe.scheme), known(probe.port)
            if scheme and str(numbers.get(str(asked), asked)) == str(numbers.get(str(port), port)):
                yield scheme


@rule(steps.KUBERNETES_SERVICE, source=f"{ANNOTATIONS}/#health-check")
@fix("""Make the Service's annotations healthcheck-port and healthcheck-path what the pods answer, and the
    others what AWS takes: `kubectl annotate service <name> alb.ingress.kubernetes.io/healthcheck-port-`.""")
def albs_health_check_can_pass(walk: Walk, service: KubernetesService) -> str | None:
    """The ALB's health check asks a port of the pods, for a path and codes of theirs, as AWS takes it."""
    port = known(service.health_port)
    for deployment in walk.seen(steps.DEPLOYMENT):
        ports = known(deployment.ports)
        asked = int(str(port)) if str(port).isdecimal() else port
        if port != TRAFFIC_PORT and isinstance(asked, int) and not has_port(ports, asked):
            return f"it asks port {port}, the container has {listed(str(number) for _name, number in ports)}"
    if not _is_asked(walk, service):
        raise NotKnownError(f"whether the pods answer {service.health_path} isn't known: no probe asks it")
    if port != TRAFFIC_PORT and not str(port).isdecimal():
        raise NotKnownError(f"which port of the pods healthcheck-port {port} is isn't followed")
    told = {
        "healthcheck-interval-seconds": (known(service.health_interval), INTERVALS),
        "healthcheck-timeout-seconds": (known(service.health_timeout), TIMEOUTS),
        "healthy-threshold-count": (known(service.healthy_after), THRESHOLDS),
        "unhealthy-threshold-count": (known(service.unhealthy_after), THRESHOLDS),
    }
    for name, (value, taken) in told.items():
        if not str(value).isdecimal() or int(str(value)) not in taken:
            return f"{name} is {value}, AWS takes {taken[0]} to {taken[-1]}"
    if int(str(known(service.health_timeout))) >= int(str(known(service.health_interval))):
        return (
            f"it waits {service.health_timeout} s for an answer, and asks every {service.health_interval} s"
        )
    return _codes(str(known(service.success_codes)))


def _is_asked(walk: Walk, service: KubernetesService) -> bool:
    """Whether pods' probes ask the path of the health check, or tell nothing of it."""
    probes = [probe for pods in walk.seen(steps.DEPLOYMENT) for probe in known(pods.probes)]
    if is_own(walk, service) and any(probe.kind == READINESS and known(probe.path) for probe in probes):
        return True  # another rule compares them
    paths, asked = {path for probe in probes if (path := known(probe.path))}, known(service.health_path)
    return asked in paths or (not paths and asked == "/")


def _codes(told: str) -> str | None:
    """What is wrong with the codes that count as healthy, such as `200,301-302`."""
    codes: set[int] = set()
    for part in told.split(","):
        first, _, last = part.strip().partition("-")
        if not first.isdecimal() or not (last or first).isdecimal():
            return f"success-codes {told} are none"
        codes.update(range(int(first), int(last or first) + 1))
    if not codes.issubset(CODES):
        return f"success-codes are {told}, AWS takes 200 to 499"
    if 200 not in codes:  # noqa: PLR2004 - HTTP's
        raise NotKnownError(f"whether the pods answer health checks with {told} isn't known")
    return None


@rule(
    steps.KUBERNETES_SERVICE,
    source=f"{ELB}/application/edit-target-group-attributes.html#deregistration-delay",
    grade=Grade.REDUNDANCY,
)
@fix(f"Set {DRAINS} in the annotation target-group-attributes to the longest time that requests take.")
def alb_drains_as_long_as_requests_take(walk: Walk, service: KubernetesService) -> str | None:
    """A pod that goes keeps its connections for as long as API Gateway waits for an answer."""
    told = pairs(known(service.target_attributes)).get(DRAINS, str(DEFAULT_DRAIN))
    waits = [method.waits for method in walk.seen(steps.METHOD)]
    longest = max((known(wait) or 0 for wait in waits), default=0)
    if not told.isdecimal():
        return f"{DRAINS} is {told}, which is no number of seconds"
    short = int(told) < longest
    return f"it goes after {told} s, API Gateway waits {longest} s for an answer" if short else None
