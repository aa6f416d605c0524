"""What Kubernetes refuses of a Deployment, or a node of its pods, though its schema takes it."""

import re
from collections.abc import Iterator, Mapping, Sequence

from crosslink.graph.node import Value, doubt, fields, items, number
from crosslink.graph.unknown import Fact, Unknown
from crosslink.path.label_selectors import selects
from crosslink.path.pod_template import (
    GRACE,
    RECREATE,
    ROLLING,
    Rollout,
    all_containers,
    quantity,
    rollout_of,
)

# The fields of a pod that its environment may have
# (https://kubernetes.io/docs/concepts/workloads/pods/downward-api/)
FIELDS = frozenset(
    (
        *("metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName"),
        *("status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"),
    )
)
_BY_KEY = re.compile(r"metadata\.(labels|annotations)\['[^']+'\]")


def refused_of(spec: Value) -> Fact[tuple[str, ...]]:
    """What Kubernetes refuses of a Deployment, or a node of its pods, though its schema takes it.

    Source: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go
    """
    deployment = fields(spec)
    pod = fields(fields(deployment.get("template")).get("spec"))
    names = ("strategy", "selector", "minReadySeconds", "progressDeadlineSeconds")
    containers = [
        {name: value for name, value in container.items() if name not in ("env", "image", "args", "command")}
        | {"env": [_without_value(variable) for variable in items(container.get("env"))]}
        for container in all_containers(pod)
    ]
    told = [deployment.get(name) for name in names], containers, pod.get("volumes")
    if unknown := doubt(*told):
        return unknown
    return (*_of_rollout(deployment), *_of_pod(pod), *_of_containers(pod, containers))


def _without_value(variable: Value) -> Value:
    """A variable of the environment, whose own value may not be known."""
    value = fields(variable).get("value")
    return {**fields(variable), "value": "unknown"} if isinstance(value, Unknown) else variable


def _of_rollout(deployment: Mapping[str, Value]) -> Iterator[str]:
    labels = fields(fields(fields(deployment.get("template")).get("metadata")).get("labels"))
    if not selects(deployment.get("selector"), labels):
        yield "its selector doesn't select its own pods"
    strategy = fields(deployment.get("strategy"))
    rolling = fields(strategy.get("rollingUpdate"))
    if strategy.get("type", ROLLING) not in (ROLLING, RECREATE):
        yield f"strategy {strategy['type']} isn't known"
    if strategy.get("type") == RECREATE and rolling:
        yield "its strategy is Recreate, and has rollingUpdate"
    none = [
        str(number(rolling.get(name))).removesuffix("%") == "0" for name in ("maxSurge", "maxUnavailable")
    ]
    if all(none):
        yield "its maxSurge and its maxUnavailable are both 0"
    rollout = rollout_of(deployment)
    if isinstance(rollout, Rollout) and rollout.min_ready >= rollout.deadline:
        yield (
            f"its progressDeadlineSeconds {rollout.deadline} isn't beyond minReadySeconds {rollout.min_ready}"
        )


def _of_pod(pod: Mapping[str, Value]) -> Iterator[str]:
    if pod.get("restartPolicy", "Always") != "Always":
        yield f"restartPolicy {pod['restartPolicy']} isn't Always"
    if pod.get("activeDeadlineSeconds") is not None:
        yield "activeDeadlineSeconds isn't for pods of a Deployment"
    if pod.get("ephemeralContainers"):
        yield "ephemeralContainers aren't for a template"
    if fields(pod.get("os")).get("name", "linux") != "linux":
        yield "its nodes have Linux"
    if pod.get("dnsPolicy") == "None" and not items(fields(pod.get("dnsConfig")).get("nameservers")):
        yield "dnsPolicy None has no nameservers"
    if pod.get("hostPID") is True and pod.get("shareProcessNamespace") is True:
        yield "hostPID and shareProcessNamespace exclude each other"


def _of_containers(pod: Mapping[str, Value], containers: Sequence[Mapping[str, Value]]) -> Iterator[str]:
    volumes = {fields(volume).get("name") for volume in items(pod.get("volumes"))}
    grace = number(pod.get("terminationGracePeriodSeconds"))
    seen: set[str] = set()
    for container in containers:
        name = str(container.get("name"))
        if name in seen:
            yield f"two containers are called {name}"
        seen.add(name)
        mounts = [fields(mount) for mount in items(container.get("volumeMounts"))]
        if missing := [mount.get("name") for mount in mounts if mount.get("name") not in volumes]:
            yield f"container {name} mounts volume {missing[0]}, which the pods don't have"
        paths = [mount.get("mountPath") for mount in mounts]
        if len(set(paths)) < len(paths):
            yield f"container {name} mounts two volumes at one path"
        yield from _of_environment(name, container.get("env"))
        yield from _of_resources(name, fields(container.get("resources")))
        yield from _of_probes(name, container)
        sleeps = number(
            fields(fields(fields(container.get("lifecycle")).get("preStop")).get("sleep")).get("seconds")
        )
        if sleeps is not None and not 0 <= sleeps <= (GRACE if grace is None else grace):
            yield f"container {name} sleeps {sleeps} s before it stops, and has {grace or GRACE} s in all"
        yield from _of_user(
            name, fields(pod.get("securityContext")), fields(container.get("securityContext"))
        )


def _of_environment(name: str, env: Value) -> Iterator[str]:
    for variable in map(fields, items(env)):
        given = fields(variable.get("valueFrom"))
        if (variable.get("value") not in (None, "")) + len(given) > 1:
            yield f"variable {variable.get('name')} of container {name} has several values"
        path = fields(given.get("fieldRef")).get("fieldPath")
        if path is not None and not (path in FIELDS or _BY_KEY.fullmatch(str(path))):
            yield f"variable {variable.get('name')} of container {name} is of no field {path}"


def _of_resources(name: str, resources: Mapping[str, Value]) -> Iterator[str]:
    limits = fields(resources.get("limits"))
    for resource, asked in fields(resources.get("requests")).items():
        least, most = quantity(asked), quantity(limits.get(resource, asked))
        if least is not None and most is not None and least > most:
            yield f"container {name} asks for {asked} of {resource}, and its limit is {limits[resource]}"


def _of_probes(name: str, container: Mapping[str, Value]) -> Iterator[str]:
    for kind in ("startup", "liveness", "readiness"):
        if (probe := container.get(f"{kind}Probe")) is None:
            continue
        asked = [
            way for way in ("httpGet", "tcpSocket", "grpc", "exec") if fields(probe).get(way) is not None
        ]
        if len(asked) != 1:
            yield f"the {kind} probe of {name} asks in {len(asked)} ways"
        if kind != "readiness" and number(fields(probe).get("successThreshold")) not in (None, 1):
            yield f"the {kind} probe of {name} has a successThreshold"
        if kind == "readiness" and fields(probe).get("terminationGracePeriodSeconds") is not None:
            yield f"the readiness probe of {name} has terminationGracePeriodSeconds"


def _of_user(name: str, of_pod: Mapping[str, Value], own: Mapping[str, Value]) -> Iterator[str]:
    both = {**of_pod, **own}
    if both.get("runAsNonRoot") is True and number(both.get("runAsUser")) == 0:
        yield f"container {name} runs as root (runAsUser 0), which runAsNonRoot forbids"
    if own.get("privileged") is True and own.get("allowPrivilegeEscalation") is False:
        yield f"container {name} is privileged without allowPrivilegeEscalation"
