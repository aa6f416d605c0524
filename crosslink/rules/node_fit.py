"""Which node pools of a cluster make nodes that pods take, and why others don't."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crosslink.graph.unknown import NotKnownError, known
from crosslink.path import steps
from crosslink.path.node_pools import NodePool
from crosslink.path.placement import (
    ARCHITECTURE,
    CAPACITY,
    CATEGORY,
    GENERATION,
    INSTANCE_TYPE,
    ON_ALL,
    POOL,
    REGION,
    VALUES,
    ZONE,
    ZONE_ID,
    Placement,
    Requirement,
    Toleration,
    with_types,
)
from crosslink.path.walk import Walk

GENERAL_PURPOSE = "general-purpose"
# What the built-in node pool `general-purpose` makes, which no program registers
BUILT_IN = (
    Requirement(key=CAPACITY, operator="In", values=("on-demand",)),
    Requirement(key=CATEGORY, operator="In", values=("c", "m", "r")),
    Requirement(key=GENERATION, operator="Gt", values=("4",)),
    Requirement(key=ARCHITECTURE, operator="In", values=("amd64",)),
    Requirement(key="kubernetes.io/os", operator="In", values=("linux",)),
)
BUILT_IN_CLASS = "default"  # which is there with a built-in node pool alone


@dataclass(frozen=True, kw_only=True)
class Pool:
    """A node pool that pods may take."""

    name: str
    requirements: tuple[Requirement, ...]
    own: NodePool | None = None  # None for the built-in one, which has neither taints nor limits

    def unmet(self, asked: Sequence[Requirement]) -> str | None:
        """Which requirement of pods its nodes don't meet; None if they meet all."""
        labels = {POOL: self.name, **(dict(known(self.own.labels)) if self.own else {})}
        return _unmet(asked, self.requirements, labels)

    def shuts_out(self, tolerations: Sequence[Toleration]) -> str | None:
        """By which taint it keeps pods away; None if by none."""
        for taint in known(self.own.taints) if self.own else ():
            if taint.shuts_out and not any(toleration.covers(taint) for toleration in tolerations):
                return f"node pool {self.name} has the taint {taint}, which they don't tolerate"
        return None

    def takes(self, placement: Placement) -> bool:
        """Whether it makes nodes for pods, as far as they need not be many."""
        if self.shuts_out(placement.tolerations):
            return False
        return any(self.unmet(asked) is None for asked in placement.alternatives)


def pools_of(walk: Walk) -> Iterator[Pool]:
    """The node pools of a walk's cluster, the built-in one for all pods last."""
    own = known(walk.every(steps.NODE_POOL))
    for pool in own:
        yield Pool(name=str(known(pool.name)), requirements=known(pool.requirements), own=pool)
    if GENERAL_PURPOSE not in [known(pool.name) for pool in own] and has_built_in(walk):
        yield Pool(name=GENERAL_PURPOSE, requirements=BUILT_IN)


def has_built_in(walk: Walk) -> bool:
    """Whether the cluster has the built-in node pool for all pods."""
    return all(GENERAL_PURPOSE in known(cluster.built_in_pools) for cluster in walk.seen(steps.CLUSTER))


def without_class(walk: Walk, pool: Pool) -> str | None:
    """That a pool takes a node class that isn't there; None if it takes another."""
    of_none = any(not known(cluster.built_in_pools) for cluster in walk.seen(steps.CLUSTER))
    if pool.own and of_none and known(pool.own.node_class) == BUILT_IN_CLASS:
        return f"node pool {pool.name} is of node class {BUILT_IN_CLASS}, there with a built-in pool alone"
    return None


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
    if (
        asked.key in (ZONE, ZONE_ID, REGION)
        or _is_known(asked.key)
        or asked.operator in ("NotIn", "DoesNotExist")
    ):
        return None
    raise NotKnownError(f"which nodes have the label {asked.key} isn't known here")


def _is_known(key: str) -> bool:
    """Whether Auto Mode's nodes have a label of their own by that name."""
    return key.startswith("eks.amazonaws.com/instance-") or key in (
        *VALUES,
        INSTANCE_TYPE,
    )
