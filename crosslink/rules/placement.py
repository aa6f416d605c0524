"""The rules of the nodes that pods take: a node pool has to make such, and enough of them."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from crosslink.graph.unknown import NotKnownError, known
from crosslink.path import steps
from crosslink.path.node_pools import Pods
from crosslink.path.placement import CATEGORY, REGION, ZONE
from crosslink.path.pod_template import Needs, quantity
from crosslink.path.pods import Deployment
from crosslink.path.walk import Walk
from crosslink.rules.grade import Grade, Graded
from crosslink.rules.node_fit import Pool, has_built_in, pools_of, without_class
from crosslink.rules.pod_states import is_whole
from crosslink.rules.rule import AWS, fix, rule, with_own_cluster
from crosslink.rules.text import listed

BUILT_IN_POOLS = f"{AWS}/eks/latest/userguide/set-builtin-node-pools.html"
LIMITS = "https://karpenter.sh/docs/concepts/nodepools/#speclimits"
GIB = 1024**3
# The largest machine of those categories, r8i.96xlarge, has so many cores and bytes
# (https://docs.aws.amazon.com/ec2/latest/instancetypes/mo.html)
LARGEST = {"cpu": Decimal(384), "memory": Decimal(3072 * GIB)}
# The smallest node has two cores: Auto Mode makes none with one. It counts as less than its machine's GiB.
CORES, SHARE = Decimal(2), Decimal("0.9")
MEMORY = {"c": 4, "m": 8, "r": 16}  # GiB of a category's machine with two cores; 4 of others, such as t


@rule(steps.DEPLOYMENT, when=with_own_cluster, source=BUILT_IN_POOLS)
@fix(
    """Let nodeSelector, affinity and resources ask for what a node pool has, or give the cluster a node
    pool that fits: `kubectl get nodepools -o yaml` shows what there is."""
)
def a_node_pool_fits_the_pods(walk: Walk, deployment: Deployment) -> str | Graded | None:
    """A node pool of the cluster makes nodes that the pods take, and that have room for one of them."""
    placement, needs = known(deployment.placement), known(deployment.needs)
    for name, asked in (("cpu", needs.cpu), ("memory", needs.memory)):
        if asked > LARGEST[name]:
            return f"a pod asks for more {name} than any node has"
    if needs.others:
        raise NotKnownError(f"which nodes have {', '.join(needs.others)} isn't known here")
    if not any(placement.alternatives) and has_built_in(walk):
        return None
    shut: list[str] = []  # why pools don't take the pods that would fit them
    unmet: list[str] = []
    for pool in pools_of(walk):
        whys = [pool.unmet(asked) for asked in placement.alternatives]
        if None not in whys:
            unmet += [why for why in whys if why]
        elif why := pool.shuts_out(placement.tolerations) or without_class(walk, pool) or _room(pool, needs):
            shut.append(why)
        else:
            return _unless_elsewhere(deployment)
    if shut and deployment.available and is_whole(deployment):
        return Graded(f"{'; '.join(shut)}: no pod gets a new node", Grade.REDUNDANCY)
    return "; ".join(dict.fromkeys(shut or unmet)) or "the cluster has no node pool"


def _unless_elsewhere(deployment: Deployment) -> str | None:
    """What pods ask of the region of their nodes; another rule tells of the region's zones."""
    region = str(deployment.region)
    for asked in known(deployment.placement).alternatives[0]:
        abroad = asked.key == ZONE and not any(value.startswith(region) for value in asked.values)
        if (asked.key == REGION and not asked.takes(region)) or (abroad and asked.operator == "In"):
            return f"they ask for {asked}, the cluster is in {region}"
    return None


@rule(steps.DEPLOYMENT, when=with_own_cluster, source=LIMITS, grade=Grade.REDUNDANCY)
@fix(
    """Raise spec.limits of the node pool above what all pods ask for that take no other, and above two nodes:
    `kubectl get nodepools -o yaml` shows what it has, and in its status what is taken."""
)
def node_pools_have_room(walk: Walk, deployment: Deployment) -> str | Graded | None:
    """The limits of the node pools have room for all pods that take no other, and for more than one node."""
    placement, needs = known(deployment.placement), known(deployment.needs)
    if not any(placement.alternatives) and has_built_in(walk):
        return None
    pools = list(pools_of(walk))
    fitting = [pool for pool in pools if pool.takes(placement) and not _room(pool, needs)]
    if not fitting or not all(map(_limits, fitting)):
        return None
    nodes = sum(_nodes(pool) for pool in fitting)
    names = f"node pool {listed(pool.name for pool in fitting)}"
    others = [pool for pool in pools if pool not in fitting]
    pods = [each for each in _pods(fitting) if not any(_may_take(pool, each) for pool in others)]
    for name in ("cpu", "memory"):
        limits = [_limits(pool).get(name) for pool in fitting]
        if None in limits:
            continue
        most = sum((limit for limit in limits if limit is not None), Decimal(0))
        asked = [Decimal(getattr(each.needs, name)) for each in pods]
        told = ", ".join(f"{dict(known(pool.own.limits))[name]}" for pool in fitting if pool.own)
        if sum(asked, Decimal(0)) > most:
            why = f"{names} has {told} of {name} at most, less than one pod of each Deployment that needs it"
            return Graded(why, Grade.REDUNDANCY if deployment.available else Grade.STOPS_SOME)
        wanted = sum((each.count * need for each, need in zip(pods, asked, strict=True)), Decimal(0))
        if wanted > most:
            count = sum(each.count for each in pods)
            return f"{names} has {told} of {name} at most, less than the {count} pods that need it"
    return f"{names} has limits for one node: all pods are on it, in one zone" if nodes == 1 else None


def _pods(pools: Sequence[Pool]) -> Iterator[Pods]:
    """All pods of the cluster."""
    found = {pods.name: pods for pool in pools if pool.own for pods in pool.own.pods}
    yield from found.values()


def _may_take(pool: Pool, pods: Pods) -> bool:
    """Whether pods may take a pool's nodes; also if nobody can tell."""
    try:
        return pool.takes(pods.placement) and not _room(pool, pods.needs)
    except NotKnownError:
        return True


def _limits(pool: Pool) -> dict[str, Decimal]:
    """The limits of a pool, of all its nodes together."""
    limits = known(pool.own.limits) if pool.own else ()
    read = {name: quantity(most) for name, most in limits if name in ("cpu", "memory", "nodes")}
    return {name: most for name, most in read.items() if most is not None}


def _smallest(pool: Pool) -> dict[str, Decimal]:
    """What the smallest node of a pool takes of its limits."""
    named = [each.values for each in pool.requirements if (each.key, each.operator) == (CATEGORY, "In")]
    memory = min((MEMORY.get(category, 4) for categories in named for category in categories), default=4)
    return {"cpu": CORES, "memory": memory * GIB * SHARE, "nodes": Decimal(1)}


def _room(pool: Pool, needs: Needs) -> str | None:
    """Why a pool's limits have no room for a node with one of some pods; None if they have."""
    for name, most in _limits(pool).items():
        smallest, needed = _smallest(pool)[name], {"cpu": needs.cpu, "memory": needs.memory}.get(name)
        if most < max(smallest, needed or 0):
            told = dict(known(pool.own.limits))[name] if pool.own else most
            less = "a pod asks for" if needed and needed > smallest else "its smallest node has"
            return f"node pool {pool.name} may have {told} of {name}, less than {less}"
    return None


def _nodes(pool: Pool) -> int:
    """How many nodes of a pool its limits have room for at most."""
    return int(min(most // _smallest(pool)[name] for name, most in _limits(pool).items()))
