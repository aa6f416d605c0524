"""The rules of what a Deployment says of its pods: whether they can start, and how they go."""

from crosslink.graph.unknown import known
from crosslink.path import steps
from crosslink.path.pods import Deployment
from crosslink.path.probes import STARTUP
from crosslink.path.walk import Walk
from crosslink.rules.grade import Grade, Graded
from crosslink.rules.pods import DEPLOYMENTS, PROBES, is_own
from crosslink.rules.rule import AWS, KUBERNETES, fix, rule

SECURITY = f"{KUBERNETES}/security/pod-security-standards/"
DEREGISTERED = (
    15  # seconds until a pod that is told to stop is deregistered: so long the ALB sends it requests
)


@rule(steps.DEPLOYMENT, when=is_own, source=DEPLOYMENTS)
@fix(
    """Let the Deployment be as Kubernetes takes it: `kubectl apply --dry-run=server -f FILE` tells the same
    without a change."""
)
def kubernetes_takes_the_pods(_walk: Walk, deployment: Deployment) -> str | None:
    """Kubernetes takes the Deployment, and nodes take its pods: no two settings exclude each other."""
    return next(iter(known(deployment.refused)), None)


@rule(steps.DEPLOYMENT, when=is_own, source=SECURITY)
@fix(
    """Set what the standard of the namespace asks for, or take out what it forbids; `kubectl label
    --dry-run=server --overwrite namespace NAME pod-security.kubernetes.io/enforce=restricted` lists what it
    refuses."""
)
def pods_meet_the_security_standard(_walk: Walk, deployment: Deployment) -> str | None:
    """The pods meet the security standard that their namespace enforces: others aren't created."""
    if deployment.available:
        return None
    found = known(deployment.insecure)
    return f"the namespace refuses its pods: {found[0]}" if found else None


@rule(steps.DEPLOYMENT, when=is_own, source=f"{DEPLOYMENTS}#pausing-and-resuming-a-deployment")
@fix("Take `paused` out; `kubectl -n NAMESPACE rollout resume deployment/NAME` does for the moment.")
def rollout_is_not_paused(_walk: Walk, deployment: Deployment) -> str | Graded | None:
    """The Deployment isn't paused: a new one makes no pods, one that has some keeps their version."""
    if not known(deployment.rollout).paused:
        return None
    return (
        Graded("it is paused: a new version doesn't come", Grade.HOUSE)
        if deployment.available
        else "it is paused"
    )


@rule(steps.DEPLOYMENT, when=is_own, source=f"{DEPLOYMENTS}#strategy", grade=Grade.STOPS_SOME)
@fix("Let the strategy be RollingUpdate with a `maxUnavailable` that leaves pods: 25% is the default.")
def rollouts_leave_pods(_walk: Walk, deployment: Deployment) -> str | None:
    """Pods serve on while a new version is rolled out."""
    replicas = known(deployment.replicas)
    wanted = replicas or max([known(scaler.least) or 1 for scaler in known(deployment.autoscalers)] or [1])
    rollout = known(deployment.rollout)
    told = f"strategy {rollout.strategy}, maxUnavailable {rollout.unavailable}"
    return (
        None
        if rollout.leaves(wanted) > 0
        else f"none of {wanted} pods serves while a new version comes ({told})"
    )


@rule(
    steps.DEPLOYMENT,
    when=is_own,
    source=f"{AWS}/eks/latest/best-practices/load-balancing.html",
    grade=Grade.STOPS_SOME,
)
@fix(
    """Let the container's preStop hook sleep until the ALB has deregistered the pod and the longest request
    is answered, and `terminationGracePeriodSeconds` be longer."""
)
def pods_drain(walk: Walk, deployment: Deployment) -> str | Graded | None:
    """A pod that is told to stop serves on until the ALB sends it no more, and finishes its requests."""
    drain = known(deployment.drain)
    longest = max([known(method.waits) or 0 for method in walk.seen(steps.METHOD)] or [0])
    for stop in drain.stops:
        if stop.otherwise:
            continue  # what its hook does nobody sees: it may well wait
        if stop.sleeps is None:
            if drain.grace < longest:
                return f"it is killed after {drain.grace} s, and a request may take {longest} s"
            return Graded(f"container {stop.container} may stop while the ALB sends to it", Grade.HOUSE)
        if stop.sleeps < DEREGISTERED:
            return f"it stops after {stop.sleeps} s, the ALB sends to it for {DEREGISTERED} s"
        if drain.grace < longest:
            return f"it is killed after {drain.grace} s, and a request may take {longest} s"
    return None


@rule(steps.DEPLOYMENT, when=is_own, source=PROBES)
@fix(
    """Let `initialDelaySeconds` and `periodSeconds` be short: a startup probe waits for those that start
    slowly."""
)
def pods_are_ready_in_time(_walk: Walk, deployment: Deployment) -> Graded | None:
    """The first answer to a probe that makes a pod ready comes before the rollout has failed."""
    deadline, probes = known(deployment.rollout).deadline, known(deployment.probes)
    slow = [known(probe.patience) or 0 for probe in probes if probe.kind == STARTUP]
    if max([0, *slow]) > deadline:
        why = f"a pod may take {max(slow)} s to start, the rollout fails after {deadline} s"
        return Graded(why, Grade.HOUSE if deployment.available else Grade.STOPS)
    late = [probe for probe in probes if probe.earliest > deadline]
    if not late:
        return None
    why = (
        f"the {late[0].kind} probe takes {late[0].earliest} s at least, the rollout fails after {deadline} s"
    )
    return Graded(why, Grade.HOUSE if deployment.available else Grade.STOPS)


@rule(steps.DEPLOYMENT, when=is_own, source="https://docs.kernel.org/networking/ip-sysctl.html")
@fix(
    """Let the container listen on a port from the sysctl `net.ipv4.ip_unprivileged_port_start` on, or set
    that lower."""
)
def ports_may_be_bound(_walk: Walk, deployment: Deployment) -> str | None:
    """The container may listen on its ports: those below a bound are for root alone."""
    first = known(deployment.first_port)
    low = [port for _name, port in known(deployment.ports) if first is not None and port < first]
    return f"it has port {low[0]}, and may listen from {first} on" if low else None


@rule(steps.DEPLOYMENT, when=is_own, source=f"{KUBERNETES}/configuration/configmap/")
@fix(
    """Name a key that the ConfigMap or Secret has: `kubectl -n NAMESPACE describe configmap NAME` lists
    them."""
)
def keys_are_there(walk: Walk, deployment: Deployment) -> str | None:
    """ConfigMaps and Secrets have the keys that the pods' environment names: without one no pod starts."""
    held = {(hop.type, known(hop.name)): hop for hop in walk.seen(steps.READ_BY_PODS)}
    for named, key in known(deployment.keys):
        found = held.get((named.type, named.name))
        if found and key not in known(found.keys):
            return f"{named} has no key {key}"
    return None
