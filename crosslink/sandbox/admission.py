"""What a cluster's API server refuses though an object's schema takes it.

Source: `pkg/apis/core/validation` and `pkg/apis/autoscaling/validation` of github.com/kubernetes/kubernetes
"""

from collections.abc import Iterator, Mapping
from typing import Any

_UNITS = {"m": 0.001, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "k": 1e3, "M": 1e6, "G": 1e9, "": 1}


def faults(manifest: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with an object."""
    match manifest:
        case {"kind": "HorizontalPodAutoscaler", "spec": {"minReplicas": least, "maxReplicas": most}}:
            if most < least:
                yield f"spec.maxReplicas: {most:g} is less than minReplicas, {least:g}"
        case {"kind": "Deployment", "spec": {"template": {"spec": pod}}}:
            for place, container in enumerate(pod.get("containers", [])):
                where = f"spec.template.spec.containers[{place}]"
                yield from (f"{where}.{fault}" for fault in _of_container(container))
        case _:
            pass


def _of_container(container: Mapping[str, Any]) -> Iterator[str]:
    resources = container.get("resources", {})
    limits = resources.get("limits", {})
    for name, request in resources.get("requests", {}).items():
        if name in limits and _amount(request) > _amount(limits[name]):
            yield f"resources.requests.{name}: {request} is more than the limit of {limits[name]}"
    for kind in ("startupProbe", "livenessProbe"):
        if container.get(kind, {}).get("successThreshold", 1) != 1:
            yield f"{kind}.successThreshold: must be 1"


def _amount(quantity: str) -> float:
    """https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/"""
    digits = quantity.rstrip("mkKMGTi")
    return float(digits) * _UNITS[quantity.removeprefix(digits)]
