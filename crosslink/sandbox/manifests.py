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

from crosslink.sandbox.record import ProgramError, Resource, Run

_CLUSTER = "aws:eks/cluster:Cluster"
_TEXTS = {"type": "array", "items": {"type": "string"}}
_PAIRS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["key", "value"],
        "additionalProperties": False,
        "properties": {"key": {"type": "string"}, "value": {"type": "string"}},
    },
}
_CUSTOM_RESOURCES: Mapping[tuple[str, str], Mapping[str, Any]] = {
    # https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html#ingress-reference
    ("eks.amazonaws.com/v1", "IngressClassParams"): {
        "type": "object",
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "additionalProperties": False,
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"type": "object", "required": ["name"]},
            "spec": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "scheme": {"enum": ["internal", "internet-facing"]},
                    "namespaceSelector": {"type": "object"},
                    "group": {
                        "type": "object",
                        "required": ["name"],
                        "additionalProperties": False,
                        "properties": {"name": {"type": "string"}},
                    },
                    "ipAddressType": {"enum": ["ipv4", "dualstack", "dualstack-without-public-ipv4"]},
                    "subnets": {
                        "type": "object",
                        "additionalProperties": False,
                        "properties": {"ids": _TEXTS, "matchTags": {"type": "array"}},
                    },
                    "certificateARNs": _TEXTS,
                    "tags": _PAIRS,
                    "loadBalancerAttributes": _PAIRS,
                },
            },
        },
    },
}
"""The custom resources that EKS brings, by API version and kind: what AWS's documentation knows of them."""


def check(run: Run) -> None:
    """Refuse an up with Kubernetes objects that their cluster wouldn't take.

    Raises:
        ProgramError: which object, and what is wrong with it.
    """
    for resource in run.resources.values():
        if resource.package == "kubernetes":
            try:
                _check(resource.inputs, version=_version(run, resource))
            except jsonschema.ValidationError as fault:
                field = fault.json_path.removeprefix("$.").removeprefix("$")
                raise ProgramError(f"{resource}: {field or 'it'}: {fault.message}") from fault
            except (SchemaNotFoundError, VersionNotSupportedError) as unknown:
                raise ProgramError(f"{resource}: {unknown.message}") from unknown


def _check(manifest: Mapping[str, Any], *, version: str) -> None:
    custom = _CUSTOM_RESOURCES.get((manifest["apiVersion"], manifest["kind"]))
    if custom:
        jsonschema.validate(manifest, custom)
    else:
        validate(dict(manifest), version, strict=True)


def _version(run: Run, resource: Resource) -> str:
    """The Kubernetes version of the cluster that an object's provider has its kubeconfig from."""
    provider = run.resources[resource.provider or ""]
    sources = (run.resources[urn] for urn in provider.property_dependencies.get("kubeconfig", ()))
    given = [source.inputs.get("version") for source in sources if source.type == _CLUSTER]
    return next(filter(None, given), latest_version())
