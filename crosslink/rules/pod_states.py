"""The rules of the pods that there are: why those that don't run don't, in the cluster's own words."""

from collections.abc import Callable, Iterable, Iterator

from crosslink.graph.unknown import known, present
from crosslink.path import steps
from crosslink.path.pod_states import Container, Pod, Said
from crosslink.path.pods import Deployment
from crosslink.path.walk import Walk
from crosslink.rules.grade import Grade, Graded
from crosslink.rules.pods import DEPLOYMENTS
from crosslink.rules.rule import KUBERNETES, fix, given, rule

LIFECYCLE = f"{KUBERNETES}/workloads/pods/pod-lifecycle/"
DEBUG = "https://kubernetes.io/docs/tasks/debug/debug-application"
# The reasons for which a container waits, as the kubelet names them
# (https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/images/types.go,
# https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/container/sync_result.go)
PULLS = (
    *("ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName", "ImageInspectError"),
    *("RegistryUnavailable", "SignatureValidationFailed"),
)
CREATIONS = (
    *("CreateContainerConfigError", "CreateContainerError", "RunContainerError", "PreCreateHookError"),
    *("PreStartHookError", "PostStartHookError", "CreatePodSandboxError", "ConfigPodSandboxError"),
)
# The events of a pod whose containers aren't made, though no container says why
UNMADE = ("FailedMount", "FailedAttachVolume", "FailedCreatePodSandBox", "NetworkNotReady", "SysctlForbidden")
UNHEALTHY = "Unhealthy"  # the event of a probe that fails
CRASHES = "CrashLoopBackOff"
UNSCHEDULED, PLACED = ("Unschedulable", "SchedulingGated"), "PodScheduled"


def _asked(_walk: Walk, deployment: Deployment) -> bool:
    """Whether the cluster was asked, and fewer pods are ready than there are to be, or a rollout is stuck."""
    return deployment.available is not None


def _wanted(deployment: Deployment) -> int:
    replicas = known(deployment.replicas)
    return 1 if replicas is None else replicas


def _is_whole(deployment: Deployment) -> bool:
    """Whether all pods that are wanted are ready, and all of those are of the newest version."""
    return (known(deployment.available) or 0) >= _wanted(deployment) and not _is_stuck(deployment)


def _is_stuck(deployment: Deployment) -> bool:
    return any((status, said.kind) == ("False", "Progressing") for status, said in deployment.conditions)


def _pods(deployment: Deployment) -> Iterator[Pod]:
    """The pods that aren't ready, though they are to be; none if as many are ready as are wanted."""
    if not _is_whole(deployment):
        yield from (pod for pod in known(deployment.pods) if not pod.ready and not pod.leaving)


def _graded(deployment: Deployment, why: Iterable[str]) -> str | Graded | None:
    """What keeps pods from being ready: with others that are, requests get through.

    With as many as are wanted it is a new version that doesn't come.
    """
    first = next(iter(why), None)
    ready, wanted = known(deployment.available) or 0, _wanted(deployment)
    if first is None or not ready:
        return first
    grade = Grade.REDUNDANCY if ready < wanted else Grade.HOUSE
    return Graded(f"{first} ({ready} of {wanted} pods are ready)", grade)


def _containers(
    deployment: Deployment, is_wrong: Callable[[Container], bool], told: Callable[[Container], str]
) -> Iterator[str]:
    for pod in _pods(deployment):
        yield from (f"pod {pod.name}: {told(found)}" for found in pod.containers if is_wrong(found))


@rule(steps.DEPLOYMENT, when=_asked, source=f"{DEPLOYMENTS}#failed-deployment")
@fix(
    """Do what the message says: raise the quota or the limit, create the ServiceAccount, or give the pods
    what the admission asks for. `kubectl -n NAMESPACE get deployment NAME -o yaml` has it in the
    conditions; `kubectl -n NAMESPACE describe resourcequotas,limitranges` shows what there is."""
)
def pods_are_created(_walk: Walk, deployment: Deployment) -> str | Graded | None:
    """The cluster creates the pods: no quota, limit, admission or missing ServiceAccount refuses them."""
    if _is_whole(deployment):
        return None
    failures = [
        str(said)
        for status, said in deployment.conditions
        if (status, said.kind) == ("True", "ReplicaFailure") or said.reason == "ReplicaSetCreateError"
    ]
    warned = (str(said) for said in deployment.warnings if said.reason == "FailedCreate")
    return _graded(deployment, (f"the cluster creates no pods: {why}" for why in (*failures, *warned)))


@rule(steps.DEPLOYMENT, when=_asked, source=f"{KUBERNETES}/scheduling-eviction/kube-scheduler/")
@fix(
    """Let pods ask for what a node pool has: processor, zone, cpu and memory, tolerations; or give the
    cluster a node pool that fits. `kubectl get nodepools,nodeclaims` and `kubectl get nodes` show what
    there is."""
)
def pods_are_placed(_walk: Walk, deployment: Deployment) -> str | Graded | None:
    """The scheduler finds a node for each pod."""
    return _graded(
        deployment,
        (
            f"pod {pod.name}: the scheduler says: {said.message or said.reason}"
            for pod in _pods(deployment)
            for said in pod.unmet
            if said.kind == PLACED and (said.reason in UNSCHEDULED or pod.node is None)
        ),
    )


@rule(steps.DEPLOYMENT, when=_asked, source=f"{KUBERNETES}/architecture/nodes/#condition")
@fix(
    """Replace the node: `kubectl describe node NAME` shows its conditions; `kubectl drain NAME
    --ignore-daemonsets` and `kubectl delete nodeclaim` replace it in Auto Mode."""
)
def nodes_are_ready(_walk: Walk, deployment: Deployment) -> str | Graded | None:
    """The nodes that the pods are on are ready."""
    lost = [pod for pod in _pods(deployment) if pod.node is not None]
    if not lost:
        return None
    found = known(deployment.nodes)
    unready = {node.name: node.unready for node in found if node.unready}
    told = (f"node {pod.node} isn't ready: {unready[pod.node]}" for pod in lost if pod.node in unready)
    gone = {node.name for node in found}
    left = (f"node {pod.node} of pod {pod.name} is gone" for pod in lost if gone and pod.node not in gone)
    return _graded(deployment, (*told, *left))


@rule(steps.DEPLOYMENT, when=_asked, source=f"{KUBERNETES}/containers/images/")
@fix(
    """Name an image that is there, for the nodes' processor, and let the nodes reach its registry: a NAT
    gateway or VPC endpoints, and the secret of a private one in `imagePullSecret`. `docker buildx
    imagetools inspect IMAGE` tells whether it is there."""
)
def image_is_pulled(_walk: Walk, deployment: Deployment) -> str | Graded | None:
    """The nodes pull the pods' images."""
    return _graded(deployment, _waiting(deployment, PULLS, "can't pull the image {image}"))


def _waiting(deployment: Deployment, reasons: Iterable[str], what: str) -> Iterator[str]:
    def told(container: Container) -> str:
        (waiting,) = present(container.waiting)
        doing = what.format(image=container.image, name=container.name)
        return f"{doing}: {waiting}"

    def is_wrong(container: Container) -> bool:
        return container.waiting is not None and container.waiting.reason in reasons

    return _containers(deployment, is_wrong, told)


@rule(steps.DEPLOYMENT, when=_asked, source=f"{DEBUG}/debug-pods/")
@fix(
    """Create what the message names, in the pods' namespace: ConfigMap, Secret, a key in it, a volume; or
    give the subnets more free addresses if it can't assign one."""
)
def containers_are_made(_walk: Walk, deployment: Deployment) -> str | Graded | None:
    """The nodes make the pods' containers: volumes, addresses, ConfigMaps and Secrets are there."""
    events = (
        f"pod {pod.name}: {said}"
        for pod in _pods(deployment)
        if not any(container.running for container in pod.containers)
        for said in pod.warnings
        if said.reason in UNMADE
    )
    refused = (f"pod {pod.name}: {pod.why}" for pod in _pods(deployment) if pod.why and _is_refused(pod.why))
    made = _waiting(deployment, CREATIONS, "container {name} isn't made")
    return _graded(deployment, (*made, *events, *refused))


def _is_refused(why: Said) -> bool:
    """Whether a node has refused a pod that it was to run."""
    return why.reason in ("SysctlForbidden", "UnexpectedAdmissionError", "NodeAffinity", "AppArmor")


@rule(steps.DEPLOYMENT, when=_asked, source=f"{LIFECYCLE}#container-restarts")
@fix(
    """Read its last words: `kubectl -n NAMESPACE logs POD -c CONTAINER --previous` has them. Mend command,
    arguments or environment; give it more memory if it ran out of that, and more time to start if a probe
    killed it."""
)
def containers_keep_running(_walk: Walk, deployment: Deployment) -> str | Graded | None:
    """The pods' containers keep running."""

    def is_wrong(container: Container) -> bool:
        return not container.init and not container.ready and _has_crashed(container)

    return _graded(deployment, _containers(deployment, is_wrong, _crash))


def _has_crashed(container: Container) -> bool:
    crashing = container.waiting is not None and container.waiting.reason == CRASHES
    return crashing or (container.ended is not None and not (container.init and container.ended.code == 0))


def _crash(container: Container) -> str:
    told = [f"container {container.name} has ended {container.restarts} times"]
    if ended := container.ended:
        reason = "out of memory (OOMKilled)" if ended.reason == "OOMKilled" else ended.reason
        told += [f"the last time with exit code {ended.code}", reason, ended.message]
    elif container.waiting:
        told.append(container.waiting.message)
    return ", ".join(filter(None, told))


@rule(steps.DEPLOYMENT, when=_asked, source=f"{KUBERNETES}/workloads/pods/init-containers/")
@fix(
    """Let it end: `kubectl -n NAMESPACE logs POD -c CONTAINER` tells what it waits for. One that is to run
    beside the others needs `restartPolicy: Always`."""
)
def init_containers_end(_walk: Walk, deployment: Deployment) -> str | Graded | None:
    """Init containers end, and well: the pod's own containers start after them."""

    def is_wrong(container: Container) -> bool:
        stays = container.running and not known(deployment.available)
        return container.init and not container.ready and (stays or _has_crashed(container))

    def told(container: Container) -> str:
        return _crash(container) if _has_crashed(container) else f"container {container.name} hasn't ended"

    return _graded(deployment, (f"init: {why}" for why in _containers(deployment, is_wrong, told)))


@rule(steps.DEPLOYMENT, when=_asked, source=f"{KUBERNETES}/configuration/liveness-readiness-startup-probes/")
@fix(
    """Let the probes ask the port and path that the container answers, in the time that it takes; `kubectl
    -n NAMESPACE logs POD` tells whether it listens."""
)
def pods_answer_their_probes(_walk: Walk, deployment: Deployment) -> str | Graded | None:
    """Running pods answer their probes."""
    return _graded(
        deployment,
        (
            f"pod {pod.name}: {said.message}"
            for pod in _pods(deployment)
            if any(container.running and not container.ready for container in pod.containers)
            for said in pod.warnings
            if said.reason == UNHEALTHY
        ),
    )


@rule(steps.DEPLOYMENT, when=_asked, source=f"{LIFECYCLE}#pod-readiness-gate")
@fix(
    """A gate of `target-health.elbv2.k8s.aws` waits until the pod is healthy in the ALB's target group:
    `aws elbv2 describe-target-health --target-group-arn ARN`. Of others the controller has to set the
    condition."""
)
def readiness_gates_are_met(_walk: Walk, deployment: Deployment) -> str | Graded | None:
    """The readiness gates of running pods are met: the ALB's that it takes the pod for healthy."""

    def told(pod: Pod, gate: str) -> str:
        said = [str(said) for said in pod.unmet if said.kind == gate]
        return f"pod {pod.name}: gate {gate} isn't met: {said[0] if said else 'nobody has set it'}"

    return _graded(
        deployment,
        (
            told(pod, gate)
            for pod in _pods(deployment)
            if pod.containers and all(container.ready for container in pod.containers if not container.init)
            for gate in pod.gates
        ),
    )


@rule(steps.DEPLOYMENT, when=_asked, source=f"{KUBERNETES}/scheduling-eviction/node-pressure-eviction/")
@fix(
    """Ask for as much memory and storage as the pods use, and keep what they write below the volume's
    `sizeLimit`."""
)
def pods_stay_on_their_nodes(_walk: Walk, deployment: Deployment) -> str | Graded | None:
    """Pods aren't evicted or preempted, and those that are deleted go."""
    failed = (f"pod {pod.name}: {pod.why}" for pod in _pods(deployment) if pod.phase == "Failed" and pod.why)
    leaving = (
        f"pod {pod.name} is being deleted, and still there"
        for pod in known(deployment.pods)
        if pod.leaving and not known(deployment.available)
    )
    return _graded(deployment, () if _is_whole(deployment) else (*failed, *leaving))


@rule(steps.DEPLOYMENT, when=given("available"), source=f"{DEPLOYMENTS}#deployment-status", symptom=True)
@fix(
    """Mend what the other findings of its pods tell; `kubectl -n NAMESPACE rollout undo deployment/NAME`
    goes back to the version before."""
)
def rollout_goes_on(_walk: Walk, deployment: Deployment) -> str | Graded | None:
    """The newest version of the Deployment is rolled out, or about to be."""
    stuck = (str(said) for status, said in deployment.conditions if status == "False" and _is_progress(said))
    return _graded(deployment, stuck)


def _is_progress(said: Said) -> bool:
    return said.kind == "Progressing" and said.reason == "ProgressDeadlineExceeded"
