"""The rules of what waits for what: in the order of an up, and in the opposite order of a destroy."""

from collections.abc import Iterable

from crosslink.path import steps
from crosslink.path.hop import Hop
from crosslink.path.steps import STEPS
from crosslink.path.walk import Walk
from crosslink.rules.rule import fix, rule

DESTROY = "https://www.pulumi.com/docs/iac/concepts/resources/options/dependson/"
CONSUMERS = [step for step in STEPS if step.side in ("api", "landing")]


@rule(*CONSUMERS, when=lambda walk, _: walk.order, source=DESTROY)
@fix("Take away the reference or depends_on: EKS and the VPC link take long and don't need each other.")
def consumer_goes_ahead(walk: Walk, hop: Hop) -> str | None:
    """Nothing on the consumer's side waits for the Ingress, and so for the cluster."""
    waits = any(walk.waits(hop, rule_) for rule_ in walk.seen(steps.INGRESS_RULE))
    return "it waits for the Ingress" if waits else None


@rule(steps.INGRESS_RULE, when=lambda walk, _: walk.order, source=DESTROY)
@fix("Let the Ingress depend on its Services, its class and the class's parameters.")
def ingress_waits_for_its_parts(walk: Walk, hop: Hop) -> str | None:
    """The Ingress is made after its Service and class, and goes before them: else its ALB stays for ever."""
    return _early(walk, hop, [*walk.seen(steps.KUBERNETES_SERVICE), *walk.seen(steps.INGRESS_PART)])


@rule(steps.INGRESS_RULE, when=lambda walk, _: walk.order, source=DESTROY)
@fix("Let the cluster depend on its NAT routes and route table associations.")
def cluster_waits_for_its_way_out(walk: Walk, hop: Hop) -> str | None:
    """The cluster, and so the Ingress, goes before the routes that its nodes need to clean up."""
    return _early(walk, hop, walk.seen(steps.EGRESS))


def _early(walk: Walk, hop: Hop, parts: Iterable[Hop]) -> str | None:
    early = [part.resource for part in parts if not walk.waits(hop, part)]
    return f"it doesn't wait for {', '.join(early)}" if early else None
