"""The fields of custom resources, of which Pulumi's SDK has no types: those of their public definitions."""

from collections.abc import Mapping

from crosslink.graph import tokens

METADATA = (
    *("annotations", "clusterName", "creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp"),
    *("finalizers", "generateName", "generation", "labels", "managedFields", "name", "namespace"),
    *("ownerReferences", "resourceVersion", "selfLink", "uid"),
)
# https://github.com/kubernetes-sigs/karpenter/blob/main/pkg/apis/crds/karpenter.sh_nodepools.yaml
_NODE_POOL = (
    *("disruption.budgets.duration", "disruption.budgets.nodes", "disruption.budgets.reasons"),
    *("disruption.budgets.schedule", "disruption.consolidateAfter", "disruption.consolidationPolicy"),
    *("limits", "replicas", "weight", "template.metadata.annotations", "template.metadata.labels"),
    *(f"template.spec.{name}" for name in ("expireAfter", "terminationGracePeriod")),
    *(f"template.spec.nodeClassRef.{name}" for name in ("group", "kind", "name")),
    *(f"template.spec.requirements.{name}" for name in ("key", "minValues", "operator", "values")),
    *(
        f"template.spec.{taints}.{name}"
        for taints in ("startupTaints", "taints")
        for name in ("effect", "key", "timeAdded", "value")
    ),
)
FIELDS: Mapping[str, tuple[str, ...]] = {
    tokens.NODE_POOL: tuple(f"spec.{name}" for name in _NODE_POOL),
}


def fields_of(type_: str) -> tuple[str, ...]:
    """The fields of a type of custom resource, with dots between their keys; none for another type."""
    own = FIELDS.get(type_, ())
    return (*own, "apiVersion", "kind", "status", *(f"metadata.{name}" for name in METADATA)) if own else ()
