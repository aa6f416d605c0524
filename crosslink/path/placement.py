"""On which nodes pods may run, and which a node pool can make.

Source: https://karpenter.sh/docs/concepts/scheduling/
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from crosslink.graph.node import Value, doubt, fields, items, number
from crosslink.graph.unknown import Fact

ARCHITECTURE, SYSTEM = "kubernetes.io/arch", "kubernetes.io/os"
ZONE, REGION = "topology.kubernetes.io/zone", "topology.kubernetes.io/region"
# The same zone by its name and by its id
ZONE_ID = "topology.k8s.aws/zone-id"
INSTANCE_TYPE = "node.kubernetes.io/instance-type"
CAPACITY, POOL = "karpenter.sh/capacity-type", "karpenter.sh/nodepool"
_EKS = "eks.amazonaws.com/instance-"
CATEGORY, FAMILY, GENERATION = f"{_EKS}category", f"{_EKS}family", f"{_EKS}generation"
# Labels of one value on all nodes of Auto Mode
# (https://docs.aws.amazon.com/eks/latest/userguide/create-node-pool.html)
ON_ALL: Mapping[str, str] = {SYSTEM: "linux", "eks.amazonaws.com/compute-type": "auto"}
# What the labels of nodes may be for which nothing else is said
VALUES: Mapping[str, frozenset[str]] = {
    ARCHITECTURE: frozenset(("amd64", "arm64")),
    CAPACITY: frozenset(("on-demand", "spot", "reserved")),
}
# Old names of labels, which nodes still have
OLD: Mapping[str, str] = {
    "beta.kubernetes.io/arch": ARCHITECTURE,
    "beta.kubernetes.io/os": SYSTEM,
    "beta.kubernetes.io/instance-type": INSTANCE_TYPE,
    "failure-domain.beta.kubernetes.io/zone": ZONE,
    "failure-domain.beta.kubernetes.io/region": REGION,
}
_TYPE = re.compile(r"([a-z]+)(\d+)([a-z-]*)\.")
_SHUTS_OUT = ("NoSchedule", "NoExecute")


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """What the label of a node has to be."""

    key: str
    operator: str  # `In`, `NotIn`, `Exists`, `DoesNotExist`, `Gt` or `Lt`
    values: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " ".join(filter(None, (self.key, self.operator, ", ".join(self.values))))

    def takes(self, value: str) -> bool:
        """Whether a label of that value is as required."""
        match self.operator:
            case "In":
                return value in self.values
            case "NotIn":
                return value not in self.values
            case "Gt" | "Lt" if value.isdecimal() and self.values and self.values[0].isdecimal():
                bound = int(self.values[0])
                return int(value) > bound if self.operator == "Gt" else int(value) < bound
            case "DoesNotExist":
                return False
            case _:
                return True


@dataclass(frozen=True, kw_only=True)
class Toleration:
    """A taint of nodes that pods put up with."""

    key: str  # empty for every key
    operator: str  # `Equal` or `Exists`
    value: str
    effect: str  # empty for every effect

    def covers(self, taint: "Taint") -> bool:
        """Whether it is for a taint."""
        if self.effect not in ("", taint.effect) or self.key not in ("", taint.key):
            return False
        return self.operator == "Exists" or (bool(self.key) and self.value == taint.value)


@dataclass(frozen=True, kw_only=True)
class Taint:
    """What keeps pods from nodes that don't tolerate it."""

    key: str
    value: str
    effect: str

    def __str__(self) -> str:
        return f"{self.key}{'=' if self.value else ''}{self.value}:{self.effect}"

    @property
    def shuts_out(self) -> bool:
        """Whether pods aren't placed, rather than rather not."""
        return self.effect in _SHUTS_OUT


@dataclass(frozen=True, kw_only=True)
class Placement:
    """The nodes that pods take: those that meet all requirements of one of the alternatives."""

    alternatives: tuple[tuple[Requirement, ...], ...]
    tolerations: tuple[Toleration, ...]


def placement_of(pod: Value) -> Fact[Placement]:
    """Which nodes pods take."""
    said = fields(pod)
    affinity = fields(fields(said.get("affinity")).get("nodeAffinity"))
    required = fields(affinity.get("requiredDuringSchedulingIgnoredDuringExecution"))
    if unknown := doubt(said.get("nodeSelector"), said.get("affinity"), said.get("tolerations")):
        return unknown
    own = [
        Requirement(key=OLD.get(key, key), operator="In", values=(str(value),))
        for key, value in fields(said.get("nodeSelector")).items()
    ]
    terms = [fields(term) for term in items(required.get("nodeSelectorTerms"))] or [fields(None)]
    return Placement(
        alternatives=tuple((*own, *requirements_of(term.get("matchExpressions"))) for term in terms),
        tolerations=tuple(_toleration(fields(each)) for each in items(said.get("tolerations"))),
    )


def _toleration(said: Mapping[str, Value]) -> Toleration:
    key, operator, value, effect = (
        str(said.get(name) or "") for name in ("key", "operator", "value", "effect")
    )
    return Toleration(key=key, operator=operator or "Equal", value=value, effect=effect)


def requirements_of(expressions: Value) -> tuple[Requirement, ...]:
    """Requirements as affinities and node pools say them."""
    return tuple(
        Requirement(
            key=OLD.get(str(said.get("key")), str(said.get("key"))),
            operator=str(said.get("operator")),
            values=tuple(str(number(value)) for value in items(said.get("values"))),
        )
        for said in map(fields, items(expressions))
    )


def taints_of(taints: Value) -> tuple[Taint, ...]:
    """The taints of a node pool's nodes."""
    return tuple(
        Taint(**{name: str(fields(said).get(name) or "") for name in ("key", "value", "effect")})
        for said in items(taints)
    )


def with_types(asked: Sequence[Requirement]) -> Iterator[Mapping[str, str]]:
    """What an instance type that is asked for by its name says of the node; one empty answer for none."""
    types = [
        value for each in asked if (each.key, each.operator) == (INSTANCE_TYPE, "In") for value in each.values
    ]
    for type_ in types:
        if found := _TYPE.match(type_):
            category, generation, more = found.groups()
            processor = "arm64" if "g" in more.partition("-")[0] or category == "a" else "amd64"
            family = {FAMILY: type_.partition(".")[0], ARCHITECTURE: processor}
            yield {INSTANCE_TYPE: type_, CATEGORY: category[0], GENERATION: generation, **family}
    if not types:
        yield {}
