"""The rules of what an Ingress sends requests to: Services, pods, and their nodes."""

import re
from collections.abc import Iterable

from crosslink.graph.unknown import NotKnownError, known
from crosslink.path import steps
from crosslink.path.hop import Hop
from crosslink.path.ingress_rule import IngressRule
from crosslink.path.pods import Deployment, KubernetesService
from crosslink.path.probes import odd_one
from crosslink.path.walk import Walk
from crosslink.rules.grade import Grade, Graded
from crosslink.rules.rule import AWS, KUBERNETES, KUBERNETES_NETWORK, fix, given, rule, with_own_cluster
from crosslink.rules.ways_out import joined_ways_out, no_way_out

PROBES = f"{KUBERNETES}/configuration/liveness-readiness-startup-probes/"
DEPLOYMENTS = f"{KUBERNETES}/workloads/controllers/deployment/"
DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$")


def _nodes_are_seen(walk: Walk, deployment: Deployment) -> bool:
    """The network of an existing cluster's nodes AWS alone tells."""
    return walk.order is None or with_own_cluster(walk, deployment)


def is_own(walk: Walk, _hop: Hop) -> bool:
    """Whether the pods are the stack's: what somebody else's services need is theirs to say."""
    return not any(rule_.own_namespace is False for rule_ in walk.seen(steps.INGRESS_RULE))


@rule(steps.INGRESS_RULE, told_at=steps.KUBERNETES_SERVICE, source=f"{KUBERNETES_NETWORK}/ingress/")
@fix(
    "Name a Service of the Ingress's namespace, and a port that it has.",
    look="kubectl get services --namespace {namespace}",
)
def rule_has_its_service(walk: Walk, rule_: IngressRule) -> str | None:
    """The Ingress rule names a Service of its namespace, and a port that the Service has."""
    service = known(walk.one(steps.KUBERNETES_SERVICE))
    if service is None:
        return f"there is no Service {rule_.service_name}"
    return None if known(service.port) else f"Service {rule_.service_name} has no port {rule_.service_port}"


@rule(steps.KUBERNETES_SERVICE, source=f"{KUBERNETES_NETWORK}/service/")
@fix(
    "Make the Service's selector the labels of the Deployment's pods.",
    look="kubectl get pods --namespace {namespace} --show-labels",
)
def service_selects_pods(walk: Walk, service: KubernetesService) -> str | None:
    """The Service selects the pods of a Deployment."""
    selector = ", ".join(f"{key}={value}" for key, value in known(service.selector))
    labels = selector or "the labels of an empty selector"
    return None if known(walk.one(steps.DEPLOYMENT)) else f"no pods have {labels}"


@rule(steps.KUBERNETES_SERVICE, source=f"{KUBERNETES_NETWORK}/service/")
@fix("Make targetPort the name or the number of the container's port.")
def service_port_is_the_containers(walk: Walk, service: KubernetesService) -> str | None:
    """The Service sends to a port that the container has."""
    wanted = known(service.target_port)
    for deployment in walk.seen(steps.DEPLOYMENT):
        ports = known(deployment.ports)
        if service.port and not has_port(ports, wanted):
            return f"it sends to {wanted}, the container has {_ports(ports)}"
    return None


def has_port(ports: Iterable[tuple[str | None, int]], wanted: str | int | None) -> bool:
    """Whether a container has a port. One that declares none may still listen on any number."""
    return any(wanted in port for port in ports) or (not ports and isinstance(wanted, int))


def _ports(ports: Iterable[tuple[str | None, int]]) -> str:
    return ", ".join(f"{name} ({number})" for name, number in ports) or "none"


@rule(steps.DEPLOYMENT, source=DEPLOYMENTS)
@fix(
    "Set replicas to 1 or more.", mend="kubectl scale deployment {name} --namespace {namespace} --replicas=1"
)
def pods_are_wanted(_walk: Walk, deployment: Deployment) -> str | None:
    """The Deployment has at least one pod."""
    return "it wants none" if known(deployment.replicas) == 0 else None


@rule(steps.DEPLOYMENT, source=PROBES)
@fix("Let the container's probes ask its own ports.")
def probe_asks_the_container(_walk: Walk, deployment: Deployment) -> str | None:
    """The probes ask ports that the container has: a pod that isn't ready gets no request."""
    ports = known(deployment.ports)
    for probe in known(deployment.probes):
        port = known(probe.port)
        if port is not None and not has_port(ports, port):
            return f"the {probe.kind} probe asks {port}, the container has {_ports(ports)}"
    if not deployment.available and (odd := odd_one(known(deployment.probes))):
        raise NotKnownError(f"nobody knows whether {odd}")
    return None


@rule(steps.DEPLOYMENT, when=_nodes_are_seen, source=f"{AWS}/eks/latest/userguide/network-reqs.html")
@fix(
    """Give each node subnet a default route over a NAT gateway with an Elastic IP, in a subnet whose own
    default route leads to an internet gateway; or the VPC endpoints for ECR and S3.""",
    look="kubectl get events --namespace {namespace}",
)
def nodes_reach_the_internet(walk: Walk, deployment: Deployment) -> Graded | None:
    """The cluster's nodes reach the internet over a NAT gateway, or ECR by VPC endpoints, for images."""
    if not with_own_cluster(walk, deployment):
        return joined_ways_out(walk, deployment)
    services = [endpoint.service_name for endpoint in walk.seen(steps.NODE_ENDPOINT)]
    ways, shut, unread = known(walk.every(steps.EXIT)), dict[str, str](), dict[str, NotKnownError]()
    for way in ways:
        try:
            if why := no_way_out(walk, way, deployment, services):
                shut.setdefault(way.subnet.urn, why)
        except NotKnownError as error:
            unread.setdefault(way.subnet.urn, error)
    subnets = {way.subnet.urn for way in ways}
    if shut:
        why = next(iter(shut.values()))
        if subnets - shut.keys() - unread.keys():  # pods run on the nodes of others
            return Graded(f"{why}, in {len(shut)} of {len(subnets)} zones", Grade.REDUNDANCY)
        return Graded(why, Grade.STOPS)
    if unread:
        raise next(iter(unread.values()))
    return None


@rule(steps.DEPLOYMENT, when=is_own, source=f"{KUBERNETES}/containers/images/#image-names", grade=Grade.HOUSE)
@fix("Name it with its digest, `name:tag@sha256:…`: `docker buildx imagetools inspect name:tag` prints it.")
def image_is_named_by_digest(_walk: Walk, deployment: Deployment) -> str | None:
    """The image is named by its digest: what a tag names can be replaced in the registry."""
    image = str(known(deployment.image))
    return None if DIGEST.search(image) else f"{image} has no digest"


@rule(steps.DEPLOYMENT, when=given("available"), source=DEPLOYMENTS, symptom=True)
@fix(
    "Mend what the other findings of its pods tell. If there are none, they are starting, or don't answer.",
    look="kubectl describe pods --namespace {namespace}",
)
def pods_are_ready(_walk: Walk, deployment: Deployment) -> str | None:
    """At least one pod is ready."""
    return None if known(deployment.available) else "no pod is ready"
