"""What a Deployment's template says of its pods, beside what requests are sent to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from crosslink.graph.node import Value, doubt, fields, items, number
from crosslink.graph.unknown import Fact, Number, Unknown

FIRST_PORT = "net.ipv4.ip_unprivileged_port_start"
GRACE = 30  # seconds from the signal to stop until a container is killed, where the template says none
DEADLINE = 600  # seconds for a rollout, likewise
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
