"""The rules of the pods that have a node: why they don't run there, in the cluster's own words."""

from collections.abc import Callable, Iterable, Iterator

from crosslink.graph.unknown import known, present
from crosslink.path import steps
from crosslink.path.pod_states import Container, Pod, Said
from crosslink.path.pods import Deployment
from crosslink.path.walk import Walk
from crosslink.rules.grade import Graded
from crosslink.rules.pod_states import asked, graded, is_whole, unready_pods
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


def _containers(
    deployment: Deployment, is_wrong: Callable[[Container], bool], told: Callable[[Container], str]
) -> Iterator[str]:
    for pod in unready_pods(deployment):
        yield from (f"pod {pod.name}: {told(found)}" for found in pod.containers if is_wrong(found))


@rule(steps.DEPLOYMENT, when=asked, source=f"{KUBERNETES}/containers/images/")
@fix(
    """Name an image that is there, for the nodes' processor, and let the nodes reach its registry: a NAT
    gateway or VPC endpoints, and the secret of a private one in `imagePullSecret`. `docker buildx
    imagetools inspect IMAGE` tells whether it is there."""
)
def image_is_pulled(_walk: Walk, deployment: Deployment) -> str | Graded | None:
    """The nodes pull the pods' images."""
    return graded(deployment, _waiting(deployment, PULLS, "can't pull the image {image}"))


def _waiting(deployment: Deployment, reasons: Iterable[str], what: str) -> Iterator[str]:
    def told(container: Container) -> str:
        (waiting,) = present(container.waiting)
        doing = what.format(image=container.image, name=container.name)
        return f"{doing}: {waiting}"

    def is_wrong(container: Container) -> bool:
        return container.waiting is not None and container.waiting.reason in reasons

    return _containers(deployment, is_wrong, told)


@rule(steps.DEPLOYMENT, when=asked, source=f"{DEBUG}/debug-pods/")
@fix(
    """Create what the message names, in the pods' namespace: ConfigMap, Secret, a key in it, a volume; or
    give the subnets more free addresses if it can't assign one."""
)
def containers_are_made(_walk: Walk, deployment: Deployment) -> str | Graded | None:
    """The nodes make the pods' containers: volumes, addresses, ConfigMaps and Secrets are there."""
    events = (
        f"pod {pod.name}: {said}"
        for pod in unready_pods(deployment)
        if not any(container.running for container in pod.containers)
        for said in pod.warnings
        if said.reason in UNMADE
    )
    refused = (
        f"pod {pod.name}: {pod.why}" for pod in unready_pods(deployment) if pod.why and _is_refused(pod.why)
    )
    made = _waiting(deployment, CREATIONS, "container {name} isn't made")
    return graded(deployment, (*made, *events, *refused))


def _is_refused(why: Said) -> bool:
    """Whether a node has refused a pod that it was to run."""
    return why.reason in ("SysctlForbidden", "UnexpectedAdmissionError", "NodeAffinity", "AppArmor")


@rule(steps.DEPLOYMENT, when=asked, source=f"{LIFECYCLE}#container-restarts")
@fix(
    """Read its last words: `kubectl -n NAMESPACE logs POD -c CONTAINER --previous` has them. Mend command,
    arguments or environment; give it more memory if it ran out of that, and more time to start if a probe
    killed it."""
)
def containers_keep_running(_walk: Walk, deployment: Deployment) -> str | Graded | None:
    """The pods' containers keep running."""

    def is_wrong(container: Container) -> bool:
        return not container.init and not container.ready and _has_crashed(container)

    return graded(deployment, _containers(deployment, is_wrong, _crash))


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


@rule(steps.DEPLOYMENT, when=asked, source=f"{KUBERNETES}/workloads/pods/init-containers/")
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

    return graded(deployment, (f"init: {why}" for why in _containers(deployment, is_wrong, told)))


@rule(steps.DEPLOYMENT, when=asked, source=f"{KUBERNETES}/configuration/liveness-readiness-startup-probes/")
@fix(
    """Let the probes ask the port and path that the container answers, in the time that it takes; `kubectl
    -n NAMESPACE logs POD` tells whether it listens."""
)
def pods_answer_their_probes(_walk: Walk, deployment: Deployment) -> str | Graded | None:
    """Running pods answer their probes."""
    return graded(
        deployment,
        (
            f"pod {pod.name}: {said.message}"
            for pod in unready_pods(deployment)
            if any(container.running and not container.ready for container in pod.containers)
            for said in pod.warnings
            if said.reason == UNHEALTHY
        ),
    )


@rule(steps.DEPLOYMENT, when=asked, source=f"{LIFECYCLE}#pod-readiness-gate")
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

    return graded(
        deployment,
        (
            told(pod, gate)
            for pod in unready_pods(deployment)
            if pod.containers and all(container.ready for container in pod.containers if not container.init)
            for gate in pod.gates
        ),
    )


@rule(steps.DEPLOYMENT, when=asked, source=f"{KUBERNETES}/scheduling-eviction/node-pressure-eviction/")
@fix(
    """Ask for as much memory and storage as the pods use, and keep what they write below the volume's
    `sizeLimit`."""
)
def pods_stay_on_their_nodes(_walk: Walk, deployment: Deployment) -> str | Graded | None:
    """Pods aren't evicted or preempted, and those that are deleted go."""
    failed = (
        f"pod {pod.name}: {pod.why}" for pod in unready_pods(deployment) if pod.phase == "Failed" and pod.why
    )
    leaving = (
        f"pod {pod.name} is being deleted, and still there"
        for pod in known(deployment.pods)
        if pod.leaving and not known(deployment.available)
    )
    return graded(deployment, () if is_whole(deployment) else (*failed, *leaving))


@rule(steps.DEPLOYMENT, when=given("available"), source=f"{DEPLOYMENTS}#deployment-status", symptom=True)
@fix(
    """Mend what the other findings of its pods tell; `kubectl -n NAMESPACE rollout undo deployment/NAME`
    goes back to the version before."""
)
def rollout_goes_on(_walk: Walk, deployment: Deployment) -> str | Graded | None:
    """The newest version of the Deployment is rolled out, or about to be."""
    stuck = (str(said) for status, said in deployment.conditions if status == "False" and _is_progress(said))
    return graded(deployment, stuck)


def _is_progress(said: Said) -> bool:
    return said.kind == "Progressing" and said.reason == "ProgressDeadlineExceeded"
