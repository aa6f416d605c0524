"""The rules of the pods that there are: why some aren't made or placed, in the cluster's own words."""

from collections.abc import Iterable, Iterator

from crosslink.graph.unknown import known
from crosslink.path import steps
from crosslink.path.pod_states import Pod
from crosslink.path.pods import Deployment
from crosslink.path.walk import Walk
from crosslink.rules.grade import Grade, Graded
from crosslink.rules.pods import DEPLOYMENTS
from crosslink.rules.rule import KUBERNETES, fix, given, rule

UNSCHEDULED, PLACED = ("Unschedulable", "SchedulingGated"), "PodScheduled"


asked = given("available")  # whether the cluster was


def _wanted(deployment: Deployment) -> int:
    replicas = known(deployment.replicas)
    return 1 if replicas is None else replicas


def is_whole(deployment: Deployment) -> bool:
    """Whether all pods that are wanted are ready, and all of those are of the newest version."""
    return (known(deployment.available) or 0) >= _wanted(deployment) and not _is_stuck(deployment)


def _is_stuck(deployment: Deployment) -> bool:
    return any((status, said.kind) == ("False", "Progressing") for status, said in deployment.conditions)


def unready_pods(deployment: Deployment) -> Iterator[Pod]:
    """The pods that aren't ready, though they are to be; none if as many are ready as are wanted."""
    if not is_whole(deployment):
        yield from (pod for pod in known(deployment.pods) if not pod.ready and not pod.leaving)


def graded(deployment: Deployment, why: Iterable[str]) -> str | Graded | None:
    """What keeps pods from being ready: with others that are, requests get through.

    With as many as are wanted it is a new version that doesn't come.
    """
    first = next(iter(why), None)
    ready, wanted = known(deployment.available) or 0, _wanted(deployment)
    if first is None or not ready:
        return first
    grade = Grade.REDUNDANCY if ready < wanted else Grade.HOUSE
    return Graded(f"{first} ({ready} of {wanted} pods are ready)", grade)


@rule(steps.DEPLOYMENT, when=asked, source=f"{DEPLOYMENTS}#failed-deployment")
@fix(
    """Do what the message says: raise the quota or the limit, create the ServiceAccount, or give the pods
    what the admission asks for. `kubectl -n NAMESPACE get deployment NAME -o yaml` has it in the
    conditions; `kubectl -n NAMESPACE describe resourcequotas,limitranges` shows what there is."""
)
def pods_are_created(_walk: Walk, deployment: Deployment) -> str | Graded | None:
    """The cluster creates the pods: no quota, limit, admission or missing ServiceAccount refuses them."""
    if is_whole(deployment):
        return None
    failures = [
        str(said)
        for status, said in deployment.conditions
        if (status, said.kind) == ("True", "ReplicaFailure") or said.reason == "ReplicaSetCreateError"
    ]
    warned = (str(said) for said in deployment.warnings if said.reason == "FailedCreate")
    return graded(deployment, (f"the cluster creates no pods: {why}" for why in (*failures, *warned)))


@rule(steps.DEPLOYMENT, when=asked, source=f"{KUBERNETES}/scheduling-eviction/kube-scheduler/")
@fix(
    """Let pods ask for what a node pool has: processor, zone, cpu and memory, tolerations; or give the
    cluster a node pool that fits. `kubectl get nodepools,nodeclaims` and `kubectl get nodes` show what
    there is."""
)
def pods_are_placed(_walk: Walk, deployment: Deployment) -> str | Graded | None:
    """The scheduler finds a node for each pod."""
    return graded(
        deployment,
        (
            f"pod {pod.name}: the scheduler says: {said.message or said.reason}"
            for pod in unready_pods(deployment)
            for said in pod.unmet
            if said.kind == PLACED and (said.reason in UNSCHEDULED or pod.node is None)
        ),
    )


@rule(steps.DEPLOYMENT, when=asked, source=f"{KUBERNETES}/architecture/nodes/#condition")
@fix(
    """Replace the node: `kubectl describe node NAME` shows its conditions; `kubectl drain NAME
    --ignore-daemonsets` and `kubectl delete nodeclaim` replace it in Auto Mode."""
)
def nodes_are_ready(_walk: Walk, deployment: Deployment) -> str | Graded | None:
    """The nodes that the pods are on are ready."""
    lost = [pod for pod in unready_pods(deployment) if pod.node is not None]
    if not lost:
        return None
    found = known(deployment.nodes)
    unready = {node.name: node.unready for node in found if node.unready}
    told = (f"node {pod.node} isn't ready: {unready[pod.node]}" for pod in lost if pod.node in unready)
    gone = {node.name for node in found}
    left = (f"node {pod.node} of pod {pod.name} is gone" for pod in lost if gone and pod.node not in gone)
    return graded(deployment, (*told, *left))
