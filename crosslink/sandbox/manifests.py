"""What a cluster's API server would refuse: objects checked against the schemas of its Kubernetes version.

Of an up only, where all values are known. The real engine, too, can't ask the cluster in a first preview.
"""

from collections.abc import Mapping
from typing import Any

import jsonschema
from kubernetes_validate.utils import (  # pyright: ignore[reportMissingTypeStubs] - it has no py.typed
    SchemaNotFoundError,
    VersionNotSupportedError,
    latest_version,
    validate,
)

from crosslink.graph import tokens
from crosslink.sandbox import admission
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


def _custom(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of an object with this spec."""
    metadata = {"type": "object", "required": ["name"]}
    fields = {"apiVersion": _TEXT, "kind": _TEXT, "metadata": metadata, "spec": _object(spec)}
    return _object(fields, *fields)


# The custom resources of the two controllers, by API version and kind:
# https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html#ingress-reference
# https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/ingress_class/
_CUSTOM_RESOURCES = {
    ("eks.amazonaws.com/v1", "IngressClassParams"): _custom(_OF_AUTO_MODE),
    ("elbv2.k8s.aws/v1beta1", "IngressClassParams"): _custom(_OF_CONTROLLER),
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
            except jsonschema.ValidationError as fault:
                field = fault.json_path.removeprefix("$.").removeprefix("$")
                raise ProgramError(f"{resource}: {field or 'it'}: {fault.message}") from fault
            except (SchemaNotFoundError, VersionNotSupportedError) as unknown:
                raise ProgramError(f"{resource}: {unknown.message}") from unknown
            if refusal := next(admission.faults(resource.inputs), None):
                raise ProgramError(f"{resource}: {refusal}")


def _check(manifest: dict[str, Any], *, version: str) -> None:
    group, _, _ = manifest["apiVersion"].rpartition("/")
    if custom := _CUSTOM_RESOURCES.get((manifest["apiVersion"], manifest["kind"])):
        jsonschema.validate(manifest, custom)
    elif "." not in group or group.endswith(".k8s.io"):  # Kubernetes' own groups, such as apps
        validate(manifest, version, strict=True)


def _version(run: Run, resource: Resource) -> str:
    """The Kubernetes version of the cluster that an object's provider has its kubeconfig from."""
    provider = run.resources[resource.provider or ""]
    sources = (run.resources[urn] for urn in provider.property_dependencies.get("kubeconfig", ()))
    given = [source.inputs.get("version") for source in sources if source.type == tokens.EKS_CLUSTER]
    existing = World(existing=run.existing).cluster_of(provider.inputs.get("kubeconfig"))
    return next(filter(None, given), existing.version if existing else latest_version())
