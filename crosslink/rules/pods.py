"""The rules of what an Ingress sends requests to: Services, pods, and their nodes."""

from collections.abc import Iterable

from crosslink.graph.unknown import known, present
from crosslink.path.hops.cluster import Deployment, IngressRule, KubernetesService
from crosslink.path.walk import Walk
from crosslink.rules.rule import rule

KUBERNETES = "https://kubernetes.io/docs/concepts"


def _rule(walk: Walk) -> Iterable[IngressRule]:
    return present(walk.ingress_rule)


def _service(walk: Walk) -> Iterable[KubernetesService]:
    return present(walk.kubernetes_service)


def _deployment(walk: Walk) -> Iterable[Deployment]:
    return present(walk.deployment)


@rule(
    "Service",
    _rule,
    fix="Name a Service of the Ingress's namespace, and a port that it has.",
    source=f"{KUBERNETES}/services-networking/ingress/",
)
def rule_has_its_service(walk: Walk, one: IngressRule) -> str | None:
    """The Ingress rule names a Service of its namespace, and a port that the Service has."""
    service = known(walk.kubernetes_service)
    if service is None:
        return f"there is no Service {one.service_name}"
    return None if known(service.port) else f"Service {one.service_name} has no port {one.service_port}"


@rule(
    "Service",
    _service,
    fix="Make the Service's selector the labels of the Deployment's pods.",
    source=f"{KUBERNETES}/services-networking/service/",
)
def service_selects_pods(walk: Walk, service: KubernetesService) -> str | None:
    """The Service selects the pods of a Deployment."""
    labels = ", ".join(f"{key}={value}" for key, value in known(service.selector))
    return None if known(walk.deployment) else f"no pods have {labels or 'the labels of an empty selector'}"


@rule(
    "Service",
    _service,
    fix="Make targetPort the name or the number of the container's port.",
    source=f"{KUBERNETES}/services-networking/service/",
)
def service_port_is_the_containers(walk: Walk, service: KubernetesService) -> str | None:
    """The Service sends to a port that the container has."""
    wanted = known(service.target_port)
    for deployment in _deployment(walk):
        ports = known(deployment.ports)
        # A container need not declare its ports: nothing is wrong with a number then.
        if not ports and isinstance(wanted, int):
            continue
        if service.port and not any(wanted in one for one in ports):
            return f"it sends to {wanted}, the container has {_ports(ports)}"
    return None


def _ports(ports: Iterable[tuple[str | None, int]]) -> str:
    return ", ".join(f"{name} ({number})" for name, number in ports) or "none"


@rule(
    "Deployment",
    _deployment,
    fix="Set replicas to 1 or more.",
    source=f"{KUBERNETES}/workloads/controllers/deployment/",
)
def pods_are_wanted(_walk: Walk, deployment: Deployment) -> str | None:
    """The Deployment has at least one pod."""
    return "it wants none" if known(deployment.replicas) == 0 else None


@rule(
    "Deployment",
    _deployment,
    fix="Let the readiness probe ask the container's own port.",
    source=f"{KUBERNETES}/configuration/liveness-readiness-startup-probes/",
)
def probe_asks_the_container(_walk: Walk, deployment: Deployment) -> str | None:
    """The readiness probe asks a port that the container has: a pod that never is ready gets no request."""
    port, ports = known(deployment.probe_port), known(deployment.ports)
    undeclared = not ports and isinstance(port, int)
    asked = port is None or undeclared or any(port in one for one in ports)
    return None if asked else f"it asks {port}, the container has {_ports(ports)}"


@rule(
    "Deployment",
    _deployment,
    fix="Give each node subnet a default route over a NAT gateway that is there.",
    source="https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html",
)
def nodes_reach_the_internet(walk: Walk, _deployment: Deployment) -> str | None:
    """The cluster's nodes reach the internet over a NAT gateway: new pods need their images."""
    for way in known(walk.exits):
        route = known(way.route)
        if route is None:
            return f"{way.subnet.cidr} has no default route"
        if known(route.state) == "blackhole" or (walk.order and route.nat is None):
            return f"the default route of {way.subnet.cidr} leads to no NAT gateway"
    return None


@rule(
    "Deployment",
    lambda walk: [one for one in _deployment(walk) if one.available is not None],
    fix="See `kubectl describe pods` in the namespace: image, arguments, port, probe, or no node for them.",
    source=f"{KUBERNETES}/workloads/controllers/deployment/",
    symptom=True,
)
def pods_are_ready(_walk: Walk, deployment: Deployment) -> str | None:
    """At least one pod is ready."""
    return None if known(deployment.available) else "no pod is ready"
