"""The rules of what pods need to be reached, to start, to stay, and to be themselves."""

from collections.abc import Sequence

from crosslink.graph import tokens
from crosslink.graph.unknown import NotKnownError, known, present
from crosslink.path import steps
from crosslink.path.pods import TRAFFIC_PORT, Deployment, KubernetesService
from crosslink.path.probes import LIVENESS, READINESS, STARTUP
from crosslink.path.walk import Walk
from crosslink.rules.alb import CONTROLLER
from crosslink.rules.grade import CutOff, Grade
from crosslink.rules.packet_filters import not_admitted
from crosslink.rules.pods import DEPLOYMENTS, PROBES, has_port, is_own
from crosslink.rules.rule import AWS, KUBERNETES, KUBERNETES_NETWORK, fix, rule
from crosslink.rules.text import listed
from crosslink.rules.zones import cut_off_nodes

AUTOSCALING = "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/"
POD_IDENTITY = f"{AWS}/eks/latest/userguide/pod-id-association.html"
TO_START = 60  # seconds that a pod has to start; the default of `startupSeconds`
DEFAULT_ACCOUNT = "default"  # of each namespace

Ports = Sequence[tuple[str | None, int]]


def _number(ports: Ports, port: int | str | None) -> int | str | None:
    """The number of a container's port; a name that it doesn't have as it is."""
    return dict(ports).get(port, port) if isinstance(port, str) else port


@rule(steps.KUBERNETES_SERVICE, when=is_own, source=f"{CONTROLLER}/annotations/#health-check")
@fix("Make the Service's annotations healthcheck-path and healthcheck-port what the readiness probe asks.")
def alb_asks_what_is_ready(walk: Walk, service: KubernetesService) -> str | None:
    """The ALB's health checks ask the port and path of the readiness probe, which pods do answer."""
    for deployment in walk.seen(steps.DEPLOYMENT):
        ports = known(deployment.ports)
        port = _health_port(ports, service)
        if not has_port(ports, port):
            continue  # another rule says so
        asked = port, known(service.health_path)
        ready = [
            (_number(ports, known(probe.port)), probe.path)
            for probe in known(deployment.probes)
            if probe.kind == READINESS and known(probe.path) and has_port(ports, known(probe.port))
        ]
        if ready and asked not in ready:
            answered = listed(f"{path} at {port}" for port, path in ready)
            return f"it asks {asked[1]} at {asked[0]}, the probe {answered}"
    return None


def _health_port(ports: Ports, service: KubernetesService) -> int | str | None:
    port = known(service.health_port)
    if port == TRAFFIC_PORT:
        return _number(ports, known(service.target_port))
    if not str(port).isdecimal():
        raise NotKnownError(f"which port of the pods healthcheck-port {port} is isn't followed")
    return int(str(port))


@rule(steps.DEPLOYMENT, when=is_own, source=f"{KUBERNETES_NETWORK}/network-policies/")
@fix(
    "Let a NetworkPolicy of the pods' namespace admit the ALB's subnets to the ports that the ALB asks.",
    look="kubectl describe networkpolicies --namespace {namespace}",
)
def pods_admit_the_alb(walk: Walk, deployment: Deployment) -> str | CutOff | None:
    """NetworkPolicies about the pods, if there are any, admit the ALB's subnets, health checks included."""
    policies = known(walk.every(steps.NETWORK_POLICY))
    if not policies:
        return None
    rules = [admitted for policy in policies for admitted in known(policy.admits)]
    ports = known(deployment.ports)
    asked = {
        port: None
        for service in walk.seen(steps.KUBERNETES_SERVICE)
        for port in (_number(ports, known(service.target_port)), _health_port(ports, service))
        if isinstance(port, int)
    }
    nodes = [subnet for alb in walk.reach(steps.ALB) for subnet in known(alb.subnets)]
    told = {
        node: not_admitted(rules, ((node.cidr, port) for port in asked), "{} to port {}") for node in nodes
    }
    shut = {node: text for node, text in told.items() if text}
    pairs = frozenset((node.urn, deployment.urn) for node in nodes)
    return cut_off_nodes(f"nothing lets in {', '.join(shut.values())}", pairs, shut) if shut else None


@rule(steps.DEPLOYMENT, when=is_own, source=PROBES, grade=Grade.HOUSE)
@fix("Give the container a startup probe, whose failureThreshold times periodSeconds is the time to start.")
def pods_have_time_to_start(_walk: Walk, deployment: Deployment) -> str | None:
    """A pod isn't restarted as it starts: its liveness counts after a startup probe, or for a minute not."""
    probes = known(deployment.probes)
    if any(probe.kind == STARTUP for probe in probes):
        return None
    hasty = [known(probe.patience) for probe in probes if probe.kind == LIVENESS]
    soon = [seconds for seconds in hasty if seconds is not None and seconds < TO_START]
    return f"it is restarted when it hasn't started after {min(soon)} s" if soon else None


@rule(
    steps.DEPLOYMENT, when=is_own, source=f"{KUBERNETES}/workloads/pods/disruptions/", grade=Grade.REDUNDANCY
)
@fix(
    "Set `replicas` or `replicas.min` to 2 or more; let the autoscaler's scaleTargetRef name the Deployment.",
    look="kubectl describe hpa --namespace {namespace}",
)
def two_pods_are_wanted(_walk: Walk, deployment: Deployment) -> str | None:
    """There are never fewer than two pods: with one, requests fail whenever it moves to another node."""
    scalers = known(deployment.autoscalers)
    replicas = known(deployment.replicas)
    least = [known(scaler.least) for scaler in scalers] or [1 if replicas is None else replicas]
    if 1 not in least:
        return None
    return "its autoscaler may leave one pod" if scalers else "it wants one pod"


@rule(
    steps.DEPLOYMENT,
    when=lambda walk, _: walk.order,
    source=f"{AUTOSCALING}#migrating-deployments",
    grade=Grade.REDUNDANCY,
)
@fix(
    "Leave `replicas` out of the Deployment, or let it ignore changes of `spec.replicas`.",
    look="kubectl describe hpa --namespace {namespace}",
)
def autoscaler_alone_counts(_walk: Walk, deployment: Deployment) -> str | None:
    """A Deployment with an autoscaler doesn't say a number of pods: each up would go back to that."""
    if deployment.keeps_replicas:
        return None
    scalers, replicas = known(deployment.autoscalers), known(deployment.replicas)
    return f"it has {replicas} beside the autoscaler" if scalers and replicas is not None else None


@rule(steps.DEPLOYMENT, when=is_own, source=f"{KUBERNETES}/security/service-accounts/")
@fix(
    "Create the ServiceAccount in the pods' namespace, or name none.",
    look="kubectl get serviceaccounts --namespace {namespace}",
    mend="kubectl create serviceaccount {service_account} --namespace {namespace}",
)
def service_account_is_there(walk: Walk, deployment: Deployment) -> str | None:
    """The pods' ServiceAccount is there: without it the cluster creates no pod."""
    name = known(deployment.service_account)
    if name in (None, DEFAULT_ACCOUNT) or known(walk.one(steps.SERVICE_ACCOUNT)):
        return None
    return f"there is no ServiceAccount {name} in namespace {deployment.namespace}"


@rule(steps.DEPLOYMENT, when=is_own, source=f"{DEPLOYMENTS}#failed-deployment")
@fix(
    "Create it in the pods' namespace, or take its name out of the service's settings.",
    look="kubectl get configmaps,secrets --namespace {namespace}",
)
def pods_find_what_they_read(walk: Walk, deployment: Deployment) -> str | None:
    """The ConfigMaps and Secrets that pods name are there: without one they don't start."""
    found = {(hop.type, known(hop.name)) for hop in walk.seen(steps.READ_BY_PODS)}
    missing = [named for named in known(deployment.reads) if (named.type, named.name) not in found]
    where = f"namespace {deployment.namespace}"
    if walk.order and missing:
        raise NotKnownError(f"{missing[0]} of {where} isn't made by the stack, and no pod starts without it")
    known(walk.every(steps.READ_BY_PODS))
    if gone := [named for named in missing if named.type != tokens.SECRET]:
        return f"there is no {listed(map(str, gone))} in {where}"
    if missing and not known(deployment.available):
        raise NotKnownError(
            f"whether {missing[0]} is in {where} the doctor may not see, and no pod has started"
        )
    return None


@rule(steps.DEPLOYMENT, source=POD_IDENTITY)
@fix(
    "Name the backend's cluster, and the pods' own namespace and ServiceAccount in the association.",
    look="kubectl describe serviceaccount {service_account} --namespace {namespace}",
)
def identity_is_the_pods(walk: Walk, deployment: Deployment) -> str | None:
    """A Pod Identity association is for the pods' cluster, namespace and ServiceAccount."""
    clusters = [intent.cluster_name for intent in present(walk.intent)]
    for identity in walk.seen(steps.POD_IDENTITY):
        given = known(identity.cluster), known(identity.namespace), known(identity.service_account)
        cluster = clusters[0] if clusters else given[0]
        meant = cluster, known(deployment.namespace), known(deployment.service_account)
        if given != meant:
            return f"it is for {_told(given)}, the pods are {_told(meant)}"
    return None


def _told(pods: tuple[str | None, str | None, str | None]) -> str:
    cluster, namespace, account = pods
    return f"{namespace}/{account or DEFAULT_ACCOUNT} of cluster {cluster}"


@rule(steps.DEPLOYMENT, when=lambda walk, _: walk.order, source=POD_IDENTITY)
@fix("Let the Deployment depend on the association.")
def pods_wait_for_their_identity(walk: Walk, deployment: Deployment) -> str | None:
    """Pods start after their Pod Identity association: those that are older don't get its credentials."""
    early = [hop for hop in walk.seen(steps.POD_IDENTITY) if not walk.waits(deployment, hop)]
    return f"it doesn't wait for {early[0].resource}" if early else None
