"""The rules of the nodes that pods run on."""

from crosslink.graph.unknown import known, present
from crosslink.path import steps
from crosslink.path.pods import Deployment
from crosslink.path.walk import Walk
from crosslink.rules.rule import AWS, fix, rule

# Those of the node pool general-purpose, which no program registers
BUILT_IN = frozenset({"amd64"})


def _has_own_nodes(walk: Walk, deployment: Deployment) -> bool:
    """The nodes of an existing cluster are its owner's; pods that name no processor take any."""
    own = not any(intent.shares_cluster for intent in present(walk.intent))
    return own and deployment.architecture is not None


@rule(steps.DEPLOYMENT, when=_has_own_nodes, source=f"{AWS}/eks/latest/userguide/set-builtin-node-pools.html")
@fix(
    "Give the cluster a node pool for that processor: the program makes one for `architecture: arm64`.",
    look="kubectl get nodepools --output yaml",
)
def nodes_have_the_pods_processor(walk: Walk, deployment: Deployment) -> str | None:
    """The cluster has a node pool with the processor that the pods are built for."""
    wanted = known(deployment.architecture)
    pools = walk.every(steps.NODE_POOL) if wanted not in BUILT_IN else ()
    has = BUILT_IN.union(*(known(pool.architectures) for pool in known(pools)))
    return None if wanted in has else f"they ask for {wanted}, its node pools have {', '.join(sorted(has))}"
