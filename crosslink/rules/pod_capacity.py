"""The rules of how many pods there may be, and are to be left."""

from crosslink.graph.unknown import known
from crosslink.path import steps
from crosslink.path.pods import Deployment, KubernetesService
from crosslink.path.walk import Walk
from crosslink.rules.grade import Grade, Graded
from crosslink.rules.pods import DEPLOYMENTS, is_own
from crosslink.rules.rule import KUBERNETES, KUBERNETES_NETWORK, fix, given, rule


@rule(steps.DEPLOYMENT, when=is_own, source=f"{KUBERNETES}/policy/resource-quotas/")
@fix(
    """Raise the quota or the limit, or let the containers ask for less, and say what it counts: `kubectl -n
    NAMESPACE describe resourcequotas,limitranges` shows what there is."""
)
def quota_has_room_for_the_pods(_walk: Walk, deployment: Deployment) -> str | None:
    """The namespace's quotas and limits leave room for the pods, and they say what these count."""
    if deployment.available:
        return None
    return next(iter(known(deployment.over_quota)), None)


@rule(
    steps.DEPLOYMENT,
    when=given("available"),
    source=f"{DEPLOYMENTS}#deployment-status",
    symptom=True,
)
@fix(
    """Mend what the other findings of its pods tell: `kubectl -n NAMESPACE get pods` shows which aren't
    ready."""
)
def another_pod_is_ready(_walk: Walk, deployment: Deployment) -> Graded | None:
    """Where several pods are wanted, more than one is ready."""
    wanted = known(deployment.replicas) or 1
    lonely = wanted > 1 and known(deployment.available) == 1
    return Graded(f"1 of {wanted} pods is ready", Grade.REDUNDANCY) if lonely else None


@rule(
    steps.KUBERNETES_SERVICE,
    when=given("endpoints"),
    source=f"{KUBERNETES_NETWORK}/endpoint-slices/",
)
@fix(
    """Let the Service's selector and port be the pods': `kubectl -n NAMESPACE get endpointslices -l
    kubernetes.io/service-name=NAME` shows what it has found."""
)
def service_has_ready_endpoints(walk: Walk, service: KubernetesService) -> str | None:
    """The Service has found its ready pods: the ALB's targets are its endpoints."""
    ready = any(known(deployment.available) for deployment in walk.seen(steps.DEPLOYMENT))
    return "its pods are ready, and it has no endpoint" if ready and not known(service.endpoints) else None


@rule(
    steps.DEPLOYMENT,
    when=is_own,
    source="https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
    grade=Grade.HOUSE,
)
@fix("Let the budget's maxUnavailable be 1, or minAvailable one pod less than there are.")
def pods_may_be_moved(walk: Walk, deployment: Deployment) -> str | None:
    """A PodDisruptionBudget lets pods go, so that nodes drain, but not all at once."""
    replicas = known(deployment.replicas) or 1
    budgets = known(walk.every(steps.DISRUPTION_BUDGET))
    held = [budget for budget in budgets if budget.allowed(replicas) < 1]
    if held:
        return f"{held[0].resource} lets none of {replicas} pods be moved"
    all_at_once = replicas > 1 and all(budget.allowed(replicas) >= replicas for budget in budgets)
    return (
        f"no PodDisruptionBudget keeps one of {replicas} pods while nodes are replaced"
        if all_at_once
        else None
    )
