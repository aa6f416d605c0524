"""What a cluster's API server would refuse: objects checked against the schemas of its Kubernetes version.

Of an up only, where all values are known. The real engine, too, can't ask the cluster in a first preview.
"""

from collections.abc import Mapping
from typing import Any

from jsonschema import ValidationError

from crosslink.graph import tokens
from crosslink.sandbox import admission, kubernetes_schemas
from crosslink.sandbox.record import ProgramError, Resource, Run
from crosslink.sandbox.world import World


def _object(properties: Mapping[str, Any], *required: str) -> dict[str, Any]:
    """The schema of an object that has no other properties."""
    closed = {"type": "object", "additionalProperties": False}
    return {**closed, "properties": properties, "required": list(required)}


_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}
_PAIRS = {"type": "array", "items": _object({"key": _TEXT, "value": _TEXT}, "key", "value")}
_SELECTOR = _object({"matchLabels": {"type": "object"}, "matchExpressions": {"type": "array"}})
_COMMON = {
    "scheme": {"enum": ["internal", "internet-facing"]},
    "namespaceSelector": _SELECTOR,
    "group": _object({"name": _TEXT}, "name"),
    "ipAddressType": {"enum": ["ipv4", "dualstack", "dualstack-without-public-ipv4"]},
    "tags": _PAIRS,
    "loadBalancerAttributes": _PAIRS,
}
_OF_AUTO_MODE = {
    **_COMMON,
    "subnets": _object({"ids": _TEXTS, "matchTags": {"type": "array"}}),
    "certificateARNs": _TEXTS,
}
_OF_CONTROLLER = {
    **_COMMON,
    "subnets": _object({"ids": _TEXTS, "tags": {"type": "object"}}),
    "certificateArn": _TEXTS,
    "inboundCIDRs": _TEXTS,
    "ipamConfiguration": _object({"ipv4IPAMPoolId": _TEXT}),
    "listeners": {"type": "array"},
    "loadBalancerName": {"type": "string", "maxLength": 32},
    "minimumLoadBalancerCapacity": _object({"capacityUnits": {"type": "integer"}}),
    "PrefixListsIDs": _TEXTS,
    "prefixListsIDs": _TEXTS,
    "sslPolicy": _TEXT,
    "sslRedirectPort": _TEXT,
    "targetType": {"enum": ["instance", "ip"]},
    "wafv2AclArn": _TEXT,
    "wafv2AclName": _TEXT,
}


_TERMS = {
    "type": "array",
    "minItems": 1,
    "maxItems": 30,
    "items": {**_object({"id": _TEXT, "name": _TEXT, "tags": {"type": "object"}}), "minProperties": 1},
}
# The tags by which EKS knows its nodes, as Karpenter refuses them in its own node class:
# https://karpenter.sh/docs/concepts/nodeclasses/#spectags
_NODE_TAGS = {
    "type": "object",
    "additionalProperties": _TEXT,
    "propertyNames": {
        "minLength": 1,
        "not": {
            "pattern": "^(eks:eks-cluster-name$|kubernetes\\.io/cluster|karpenter\\.sh/node(pool|claim)$)"
        },
    },
}
_OF_NODE_CLASS = {
    "role": {"type": "string", "minLength": 1},
    "subnetSelectorTerms": _TERMS,
    "securityGroupSelectorTerms": _TERMS,
    "tags": _NODE_TAGS,
    "snatPolicy": {"enum": ["Random", "Disabled"]},
    "networkPolicy": {"enum": ["DefaultAllow", "DefaultDeny"]},
    "networkPolicyEventLogs": {"enum": ["Enabled", "Disabled"]},
    "ephemeralStorage": {"type": "object"},
}
_DURATION = {"type": "string", "pattern": r"^(([0-9]+(s|m|h))+|Never)$"}
_REQUIREMENT = _object(
    {
        "key": _TEXT,
        "operator": {"enum": ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]},
        "values": _TEXTS,
        "minValues": {"type": "integer", "minimum": 1, "maximum": 50},
    },
    "key",
    "operator",
)
_NODE_SPEC = _object(
    {
        "nodeClassRef": _object({"group": _TEXT, "kind": _TEXT, "name": _TEXT}, "group", "kind", "name"),
        "requirements": {"type": "array", "maxItems": 100, "items": _REQUIREMENT},
        "taints": {"type": "array"},
        "startupTaints": {"type": "array"},
        "expireAfter": _DURATION,
        "terminationGracePeriod": _DURATION,
    },
    "nodeClassRef",
    "requirements",
)
_OF_NODE_POOL = {
    "template": _object({"metadata": {"type": "object"}, "spec": _NODE_SPEC}, "spec"),
    "disruption": _object(
        {
            "consolidationPolicy": {"enum": ["WhenEmpty", "WhenEmptyOrUnderutilized"]},
            "consolidateAfter": _DURATION,
            "budgets": {"type": "array", "minItems": 1, "maxItems": 50},
        },
        "consolidateAfter",
    ),
    "weight": {"type": "integer", "minimum": 1, "maximum": 100},
    "limits": {"type": "object"},
}


def _custom(spec: Mapping[str, Any], *required: str) -> kubernetes_schemas.Validator:
    """What checks an object with this spec."""
    metadata = {"type": "object", "required": ["name"]}
    fields = {"apiVersion": _TEXT, "kind": _TEXT, "metadata": metadata, "spec": _object(spec, *required)}
    return kubernetes_schemas.checks(_object(fields, *fields))


# The custom resources of the two controllers and of the nodes, by API version and kind:
# https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html#ingress-reference
# https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/ingress_class/
# https://docs.aws.amazon.com/eks/latest/userguide/create-node-class.html
# https://github.com/kubernetes-sigs/karpenter/blob/main/pkg/apis/crds/karpenter.sh_nodepools.yaml
_CUSTOM_RESOURCES = {
    ("eks.amazonaws.com/v1", "IngressClassParams"): _custom(_OF_AUTO_MODE),
    ("elbv2.k8s.aws/v1beta1", "IngressClassParams"): _custom(_OF_CONTROLLER),
    ("eks.amazonaws.com/v1", "NodeClass"): _custom(
        _OF_NODE_CLASS, "role", "subnetSelectorTerms", "securityGroupSelectorTerms"
    ),
    ("karpenter.sh/v1", "NodePool"): _custom(_OF_NODE_POOL, "template"),
}


def check(run: Run) -> None:
    """Refuse an up with Kubernetes objects that their cluster wouldn't take.

    Custom resources of other API groups are not checked: only their definitions know them.

    Raises:
        ProgramError: which object, and what is wrong with it.
    """
    for resource in run.resources.values():
        # A Helm release, which is no object of the cluster's API, has no apiVersion.
        if resource.package == "kubernetes" and "apiVersion" in resource.inputs:
            try:
                _check(dict(resource.inputs), version=_version(run, resource))
            except ValidationError as fault:
                field = fault.json_path.removeprefix("$.").removeprefix("$")
                raise ProgramError(f"{resource}: {field or 'it'}: {fault.message}") from fault
            except kubernetes_schemas.UNKNOWN as unknown:
                raise ProgramError(f"{resource}: {unknown.message}") from unknown
            if refusal := next(admission.faults(resource.inputs), None):
                raise ProgramError(f"{resource}: {refusal}")


def _check(manifest: dict[str, Any], *, version: str) -> None:
    group, _, _ = manifest["apiVersion"].rpartition("/")
    if custom := _CUSTOM_RESOURCES.get((manifest["apiVersion"], manifest["kind"])):
        custom.validate(manifest)
    elif "." not in group or group.endswith(".k8s.io"):  # Kubernetes' own groups, such as apps
        kubernetes_schemas.validator(version, manifest["apiVersion"], manifest["kind"]).validate(manifest)


def _version(run: Run, resource: Resource) -> str:
    """The Kubernetes version of the cluster that an object's provider has its kubeconfig from."""
    provider = run.resources[resource.provider or ""]
    sources = (run.resources[urn] for urn in provider.property_dependencies.get("kubeconfig", ()))
    given = [source.inputs.get("version") for source in sources if source.type == tokens.EKS_CLUSTER]
    existing = World(existing=run.existing).cluster_of(provider.inputs.get("kubeconfig"))
    return next(filter(None, given), existing.version if existing else kubernetes_schemas.latest())
