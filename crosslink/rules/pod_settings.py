"""The rules of what a Deployment says of its pods: whether they can start, where, and how they go."""

from collections.abc import Sequence
from decimal import Decimal

from crosslink.graph.unknown import NotKnownError, known, present
from crosslink.path import steps
from crosslink.path.node_pools import NodePool
from crosslink.path.placement import (
    ARCHITECTURE,
    CAPACITY,
    CATEGORY,
    GENERATION,
    ON_ALL,
    POOL,
    REGION,
    VALUES,
    ZONE,
    Requirement,
    Taint,
    Toleration,
    with_types,
)
from crosslink.path.pod_template import quantity
from crosslink.path.pods import Deployment
from crosslink.path.probes import LIVENESS, STARTUP, Probe
from crosslink.path.walk import Walk
from crosslink.rules.grade import Grade, Graded
from crosslink.rules.pods import DEPLOYMENTS, PROBES, is_own
from crosslink.rules.rule import AWS, KUBERNETES, fix, rule

SECURITY = f"{KUBERNETES}/security/pod-security-standards/"
BUILT_IN_POOLS = f"{AWS}/eks/latest/userguide/set-builtin-node-pools.html"
GENERAL_PURPOSE = "general-purpose"
# What the built-in node pool `general-purpose` makes, which no program registers
BUILT_IN = (
    Requirement(key=CAPACITY, operator="In", values=("on-demand",)),
    Requirement(key=CATEGORY, operator="In", values=("c", "m", "r")),
    Requirement(key=GENERATION, operator="Gt", values=("4",)),
    Requirement(key=ARCHITECTURE, operator="In", values=("amd64",)),
    Requirement(key="kubernetes.io/os", operator="In", values=("linux",)),
)
# The largest machine of those categories, r8i.96xlarge, has so many cores and bytes
# (https://docs.aws.amazon.com/ec2/latest/instancetypes/mo.html)
LARGEST = {"cpu": Decimal(384), "memory": Decimal(3072 * 1024**3)}
DEREGISTERED = (
    15  # seconds until a pod that is told to stop is deregistered: so long the ALB sends it requests
)


def _has_own_nodes(walk: Walk, _deployment: Deployment) -> bool:
    """The nodes of an existing cluster are its owner's."""
    return not any(intent.shares_cluster for intent in present(walk.intent))


@rule(steps.DEPLOYMENT, when=is_own, source=DEPLOYMENTS)
@fix(
    """Let the Deployment be as Kubernetes takes it: `kubectl apply --dry-run=server -f FILE` tells the same without a
    change."""
)
def kubernetes_takes_the_pods(_walk: Walk, deployment: Deployment) -> str | None:
    """Kubernetes takes the Deployment, and nodes take its pods: no two settings exclude each other."""
    return next(iter(known(deployment.refused)), None)


@rule(steps.DEPLOYMENT, when=is_own, source=SECURITY)
@fix(
    """Set what the standard of the namespace asks for, or take out what it forbids;
    `kubectl label --dry-run=server --overwrite namespace NAME pod-security.kubernetes.io/enforce=restricted` lists
    what it refuses."""
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
    """Let the container's preStop hook sleep until the ALB has deregistered the pod and the longest request is answered,
    and `terminationGracePeriodSeconds` be longer."""
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
                return f"it is killed {drain.grace} s after it is told to stop, and a request may take {longest} s"
            return Graded(f"container {stop.container} may stop while the ALB sends to it", Grade.HOUSE)
        if stop.sleeps < DEREGISTERED:
            return f"container {stop.container} stops after {stop.sleeps} s, the ALB sends to it for {DEREGISTERED} s"
        if drain.grace < longest:
            return (
                f"it is killed {drain.grace} s after it is told to stop, and a request may take {longest} s"
            )
    return None


@rule(steps.DEPLOYMENT, when=is_own, source=PROBES)
@fix(
    "Let `initialDelaySeconds` and `periodSeconds` be short: a startup probe waits for those that start slowly."
)
def pods_are_ready_in_time(_walk: Walk, deployment: Deployment) -> str | None:
    """The first answer to a probe that makes a pod ready comes before the rollout has failed."""
    deadline, probes = known(deployment.rollout).deadline, known(deployment.probes)
    slow = [known(probe.patience) or 0 for probe in probes if probe.kind == STARTUP]
    if max([0, *slow]) > deadline:
        return f"a pod may take {max(slow)} s to start, the rollout fails after {deadline} s"
    late = [probe for probe in probes if probe.earliest > deadline]
    return (
        f"the {late[0].kind} probe takes {late[0].earliest} s at least, the rollout fails after {deadline} s"
        if late
        else None
    )


@rule(steps.DEPLOYMENT, when=is_own, source="https://docs.kernel.org/networking/ip-sysctl.html")
@fix(
    "Let the container listen on a port from the sysctl `net.ipv4.ip_unprivileged_port_start` on, or set that lower."
)
def ports_may_be_bound(_walk: Walk, deployment: Deployment) -> str | None:
    """The container may listen on its ports: those below a bound are for root alone."""
    first = known(deployment.first_port)
    low = [port for _name, port in known(deployment.ports) if first is not None and port < first]
    return f"it has port {low[0]}, and may listen from {first} on" if low else None


@rule(steps.DEPLOYMENT, when=_has_own_nodes, source=BUILT_IN_POOLS)
@fix(
    """Let nodeSelector, affinity and resources ask for what a node pool has, or give the cluster a node pool that fits:
    `kubectl get nodepools -o yaml` shows what there is."""
)
def a_node_pool_fits_the_pods(walk: Walk, deployment: Deployment) -> str | None:
    """A node pool of the cluster makes nodes that the pods take, and that have room for one of them."""
    placement, needs = known(deployment.placement), known(deployment.needs)
    for name, asked in (("cpu", needs.cpu), ("memory", needs.memory)):
        if asked > LARGEST[name]:
            return f"a pod asks for more {name} than any node has"
    if needs.others:
        raise NotKnownError(f"which nodes have {', '.join(needs.others)} isn't known here")
    if not any(placement.alternatives):
        return None
    pools = known(walk.every(steps.NODE_POOL))
    reasons: list[str | None] = []
    for asked in placement.alternatives:
        reasons += [_unfit(pool, asked, placement.tolerations, needs.cpu, needs.memory) for pool in pools]
        if GENERAL_PURPOSE not in [known(pool.name) for pool in pools]:
            reasons.append(_unmet(asked, BUILT_IN, {POOL: GENERAL_PURPOSE}))
    if None in reasons:
        return _unless_elsewhere(placement.alternatives, deployment)
    return next(reason for reason in reasons if reason)


def _unless_elsewhere(alternatives: Sequence[Sequence[Requirement]], deployment: Deployment) -> str | None:
    """What pods ask of the place of their nodes, or of labels that nobody but their owner knows."""
    for asked in alternatives[0]:
        if asked.key == REGION and not asked.takes(str(deployment.region)):
            return f"they ask for {asked}, the cluster is in {deployment.region}"
        if asked.key == ZONE and asked.operator == "In":
            if not any(value.startswith(str(deployment.region)) for value in asked.values):
                return f"they ask for {asked}, the cluster is in {deployment.region}"
            raise NotKnownError(
                f"whether the cluster has nodes in {', '.join(asked.values)} isn't known here"
            )
    return None


def _unfit(
    pool: NodePool,
    asked: Sequence[Requirement],
    tolerations: Sequence[Toleration],
    cpu: Decimal,
    memory: Decimal,
) -> str | None:
    """Why a node pool makes no node for pods; None if it does."""
    taints: Sequence[Taint] = [taint for taint in known(pool.taints) if taint.shuts_out]
    for taint in taints:
        if not any(toleration.covers(taint) for toleration in tolerations):
            return f"node pool {pool.name} has the taint {taint.key}, which they don't tolerate"
    limits = dict(known(pool.limits))
    for name, needed in (("cpu", cpu), ("memory", memory)):
        most = quantity(limits.get(name))
        if most is not None and needed > most:
            return f"node pool {pool.name} has {limits[name]} of {name} at most"
    return _unmet(asked, known(pool.requirements), {POOL: str(known(pool.name)), **dict(known(pool.labels))})


def _unmet(asked: Sequence[Requirement], has: Sequence[Requirement], labels: dict[str, str]) -> str | None:
    """Which requirement of pods the nodes of a pool don't meet; None if they meet all."""
    unmet = [_unmet_by(asked, has, {**ON_ALL, **labels, **type_}) for type_ in with_types(asked)]
    return None if None in unmet else unmet[0]


def _unmet_by(asked: Sequence[Requirement], has: Sequence[Requirement], labels: dict[str, str]) -> str | None:
    pool = labels.get(POOL)
    for own in has:
        if own.key in labels and not own.takes(labels[own.key]):
            return f"they ask for {labels[own.key]}, node pool {pool} has {own}"
    for requirement in asked:
        if why := _unmet_one(requirement, has, labels):
            return f"they ask for {requirement}, {why}"
    return None


def _unmet_one(asked: Requirement, has: Sequence[Requirement], labels: dict[str, str]) -> str | None:
    """Why nodes with some labels, of a pool with some requirements, don't meet what is asked of one label."""
    pool = labels.get(POOL)
    if asked.key in labels:
        return None if asked.takes(labels[asked.key]) else f"nodes of {pool} have {labels[asked.key]}"
    own = [requirement for requirement in has if requirement.key == asked.key]
    values = {value for each in (asked, *own) if each.operator == "In" for value in each.values}
    bounds = [int(value) for each in (asked, *own) for value in each.values if value.isdecimal()]
    values |= VALUES.get(asked.key, {str(bound + more) for bound in bounds for more in (-1, 1)})
    if values and own:
        fits = any(all(each.takes(value) for each in (asked, *own)) for value in values)
        return None if fits else f"node pool {pool} has {', '.join(map(str, own))}"
    if asked.key in (ZONE, REGION) or _is_known(asked.key) or asked.operator in ("NotIn", "DoesNotExist"):
        return None
    raise NotKnownError(f"which nodes have the label {asked.key} isn't known here")


def _is_known(key: str) -> bool:
    """Whether Auto Mode's nodes have a label of their own by that name."""
    return key.startswith("eks.amazonaws.com/instance-") or key in (
        *VALUES,
        "node.kubernetes.io/instance-type",
    )


@rule(
    steps.DEPLOYMENT,
    when=is_own,
    source="https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
    grade=Grade.HOUSE,
)
@fix("Let the budget's maxUnavailable be 1, or minAvailable one pod less than there are.")
def pods_may_be_moved(walk: Walk, deployment: Deployment) -> str | None:
    """A PodDisruptionBudget lets pods go, so that nodes drain, but not all at once."""
    replicas = known(deployment.replicas) or 1
    budgets = known(walk.every(steps.DISRUPTION_BUDGET))
    held = [budget for budget in budgets if budget.allowed(replicas) < 1]
    if held:
        return f"{held[0].resource} lets none of {replicas} pods be moved"
    all_at_once = replicas > 1 and all(budget.allowed(replicas) >= replicas for budget in budgets)
    return (
        f"no PodDisruptionBudget keeps one of {replicas} pods while nodes are replaced"
        if all_at_once
        else None
    )


@rule(steps.DEPLOYMENT, when=is_own, source=f"{KUBERNETES}/configuration/configmap/")
@fix(
    "Name a key that the ConfigMap or Secret has: `kubectl -n NAMESPACE describe configmap NAME` lists them."
)
def keys_are_there(walk: Walk, deployment: Deployment) -> str | None:
    """The ConfigMaps and Secrets have the keys that the pods' environment names: without one no pod starts."""
    held = {(hop.type, known(hop.name)): hop for hop in walk.seen(steps.READ_BY_PODS)}
    for named, key in known(deployment.keys):
        found = held.get((named.type, named.name))
        if found and key not in known(found.keys):
            return f"{named} has no key {key}"
    return None


@rule(steps.DEPLOYMENT, when=is_own, source=PROBES)
@fix(
    "Let the liveness probe ask what the startup probe asks, or something that the container is known to answer."
)
def liveness_asks_what_has_started(_walk: Walk, deployment: Deployment) -> str | None:
    """The liveness probe asks what the startup probe asks, or pods that run have answered it."""
    if deployment.available:
        return None
    started = {probe.container: probe for probe in known(deployment.probes) if probe.kind == STARTUP}
    for probe in known(deployment.probes):
        first = started.get(probe.container)
        if probe.kind == LIVENESS and first and probe.path and first.path and _asked(probe) != _asked(first):
            told = f"whether container {probe.container} answers {_told(probe)} isn't known"
            raise NotKnownError(f"{told}: its startup probe asks {_told(first)}")
    return None


def _asked(probe: Probe) -> tuple[object, ...]:
    return known(probe.port), known(probe.path), known(probe.headers)


def _told(probe: Probe) -> str:
    sent = ", ".join(f"{name}: {value}" for name, value in known(probe.headers))
    return f"{known(probe.path)} at {known(probe.port)}" + (f" with {sent}" if sent else "")
