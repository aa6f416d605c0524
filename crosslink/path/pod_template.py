"""What a Deployment's template says of its pods, beside what requests are sent to."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from crosslink.graph.node import Value, doubt, fields, items, number
from crosslink.graph.unknown import Fact, Number, Unknown
from crosslink.path.label_selectors import selects

FIRST_PORT = "net.ipv4.ip_unprivileged_port_start"
GRACE = 30  # seconds from the signal to stop until a container is killed, where the template says none
DEADLINE = 600  # seconds for a rollout, likewise
# The fields of a pod that its environment may have
# (https://kubernetes.io/docs/concepts/workloads/pods/downward-api/)
FIELDS = frozenset(
    (
        *("metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName"),
        *("status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"),
    )
)
_BY_KEY = re.compile(r"metadata\.(labels|annotations)\['[^']+'\]")
USUAL = ("cpu", "memory", "ephemeral-storage")  # what every node has
ROLLING, RECREATE = "RollingUpdate", "Recreate"
QUARTER = "25%"
# https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
_SUFFIXES: Mapping[str, Decimal] = {
    **{suffix: Decimal(1000) ** power for power, suffix in enumerate(("", "k", "M", "G", "T", "P", "E"))},
    **{
        suffix: Decimal(1024) ** power for power, suffix in enumerate(("Ki", "Mi", "Gi", "Ti", "Pi", "Ei"), 1)
    },
    "m": Decimal("1e-3"),
    "u": Decimal("1e-6"),
    "n": Decimal("1e-9"),
}


@dataclass(frozen=True, kw_only=True)
class Rollout:
    """How a new version of the pods takes the place of the old one."""

    paused: bool
    strategy: str  # `RollingUpdate` or `Recreate`
    unavailable: int | str  # how many pods may be missing meanwhile: a number, or a part such as `25%`
    min_ready: int  # seconds that a pod has to be ready before it counts
    deadline: int  # seconds after which it has failed

    def leaves(self, replicas: int) -> int:
        """How many of the pods serve at least while it goes on."""
        if self.strategy == RECREATE:
            return 0
        percent = str(self.unavailable).removesuffix("%")
        if not percent.isdecimal():
            return replicas
        is_part = str(self.unavailable).endswith("%")
        return replicas - min(replicas, int(percent) * replicas // 100 if is_part else int(percent))


@dataclass(frozen=True, kw_only=True)
class Stop:
    """How a container stops that takes requests."""

    container: str
    sleeps: int | None  # seconds for which it serves on before the signal; None if it doesn't say
    otherwise: bool  # whether something else is done before the signal, which nobody sees


@dataclass(frozen=True, kw_only=True)
class Drain:
    """How a pod goes that is told to stop."""

    grace: int  # seconds until its containers are killed
    stops: tuple[Stop, ...]


@dataclass(frozen=True, kw_only=True)
class Needs:
    """What a pod asks of a node."""

    cpu: Decimal  # cores
    memory: Decimal  # bytes
    others: tuple[str, ...]  # devices and whatever else it asks for


def rollout_of(spec: Value) -> Fact[Rollout]:
    """How a Deployment is rolled out."""
    strategy = fields(fields(spec).get("strategy"))
    told = {name: value for name, value in fields(spec).items() if name != "template"}
    if unknown := doubt(told):
        return unknown
    unavailable = number(fields(strategy.get("rollingUpdate")).get("maxUnavailable"))
    return Rollout(
        paused=told.get("paused") is True,
        strategy=strategy.get("type") or ROLLING,
        unavailable=QUARTER if unavailable is None else unavailable,
        min_ready=number(told.get("minReadySeconds")) or 0,
        deadline=number(told.get("progressDeadlineSeconds")) or DEADLINE,
    )


def first_port_of(pod: Value) -> Number:
    """The first port that pods may listen on without being root, as a sysctl says; None if none does."""
    sysctls = fields(fields(pod).get("securityContext")).get("sysctls")
    found = [each for each in map(fields, items(sysctls)) if each.get("name") == FIRST_PORT]
    if unknown := doubt(sysctls):
        return unknown
    value = str(found[-1].get("value")) if found else ""
    return int(value) if value.isdecimal() else None


def drain_of(pod: Value) -> Fact[Drain]:
    """How the pods stop: those containers that have ports, or the first."""
    containers = [fields(container) for container in items(fields(pod).get("containers"))]
    grace = number(fields(pod).get("terminationGracePeriodSeconds"))
    serving = [container for container in containers if container.get("ports")] or containers[:1]
    if unknown := doubt(grace, [[each.get("lifecycle"), each.get("name")] for each in serving]):
        return unknown
    return Drain(grace=GRACE if grace is None else grace, stops=tuple(map(_stop, serving)))


def _stop(container: Mapping[str, Value]) -> Stop:
    before = fields(fields(container.get("lifecycle")).get("preStop"))
    sleeps = number(fields(before.get("sleep")).get("seconds"))
    return Stop(
        container=str(container.get("name")), sleeps=sleeps, otherwise=bool(before) and sleeps is None
    )


def needs_of(pod: Value) -> Fact[Needs]:
    """What a pod requests: its containers' together, where limits stand for requests that aren't given."""
    asked = [_asked(fields(container)) for container in items(fields(pod).get("containers"))]
    if unknown := doubt(asked):
        return unknown
    totals = {
        name: [quantity(resources.get(name)) for resources in asked if name in resources]
        for name in ("cpu", "memory")
    }
    for name, quantities in totals.items():
        if None in quantities:
            return Unknown(f"how much {name} the pods ask for can't be read")
    cpu, memory = (sum((each for each in found if each is not None), Decimal(0)) for found in totals.values())
    others = sorted({name for resources in asked for name in resources} - {*USUAL})
    return Needs(cpu=cpu, memory=memory, others=tuple(others))


def _asked(container: Mapping[str, Value]) -> dict[str, Value]:
    resources = fields(container.get("resources"))
    return {**fields(resources.get("limits")), **fields(resources.get("requests"))}


def quantity(value: Value) -> Decimal | None:
    """A quantity of Kubernetes, such as `100m` or `1.5Gi`; None if it is none."""
    text = str(value)
    digits = text.rstrip("".join({letter for suffix in _SUFFIXES for letter in suffix}))
    try:
        return Decimal(digits) * _SUFFIXES[text[len(digits) :]]
    except (InvalidOperation, KeyError):
        return None


def all_containers(pod: Value) -> Iterator[Mapping[str, Value]]:
    """The containers of a template, those that start before the others first."""
    for kind in ("initContainers", "containers"):
        yield from map(fields, items(fields(pod).get(kind)))


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
