"""The rules of the nodes that pods take: a node pool has to make such."""

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
from crosslink.path.walk import Walk
from crosslink.rules.rule import AWS, fix, rule

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


def _has_own_nodes(walk: Walk, _deployment: Deployment) -> bool:
    """The nodes of an existing cluster are its owner's."""
    return not any(intent.shares_cluster for intent in present(walk.intent))


@rule(steps.DEPLOYMENT, when=_has_own_nodes, source=BUILT_IN_POOLS)
@fix(
    """Let nodeSelector, affinity and resources ask for what a node pool has, or give the cluster a node
    pool that fits: `kubectl get nodepools -o yaml` shows what there is."""
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
