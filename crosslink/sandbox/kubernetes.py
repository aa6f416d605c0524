"""What a cluster would answer: defaulted metadata, and the load balancer of an Ingress."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from crosslink.sandbox.new_resource import New, Outputs
from crosslink.sandbox.record import Resource
from crosslink.sandbox.refusals import RefusedError

_INGRESS = "kubernetes:networking.k8s.io/v1:Ingress"
_INGRESS_CLASS = "kubernetes:networking.k8s.io/v1:IngressClass"
_CLASS_PARAMETERS = "kubernetes:eks.amazonaws.com/v1:IngressClassParams"
AUTO_MODE_CONTROLLER = "eks.amazonaws.com/alb"
_CLUSTER_WIDE = ("Namespace", "IngressClass", "IngressClassParams")


def created(new: New) -> Outputs:
    """The outputs of a Kubernetes object that is being created, its id as `id` among them."""
    kind = new.resource.type.rpartition(":")[2]
    metadata = dict(new.inputs.get("metadata", {}))
    metadata.setdefault("name", f"{new.resource.name}-{new.digits(8, salt='name')}")
    metadata["uid"] = new.uuid()
    if kind in _CLUSTER_WIDE:
        id_ = metadata["name"]
    else:
        metadata.setdefault("namespace", "default")
        id_ = f"{metadata['namespace']}/{metadata['name']}"
    outputs: Outputs = {"id": id_, "metadata": metadata}
    if new.resource.type == _INGRESS:
        outputs["status"] = {"loadBalancer": {"ingress": [{"hostname": _hostname(new, metadata)}]}}
    return outputs


def ingress_load_balancers(resources: Iterable[Resource]) -> Iterator[tuple[Resource, str]]:
    """Each Ingress that has a load balancer, with the load balancer's host name."""
    for resource in resources:
        if resource.type == _INGRESS and "status" in resource.outputs:
            yield resource, resource.outputs["status"]["loadBalancer"]["ingress"][0]["hostname"]


def _hostname(new: New, metadata: dict[str, Any]) -> str:
    """`internal-k8s-<namespace>-<name>-<hash>-<digits>.<region>.elb.amazonaws.com`

    The name is the controller's: github.com/kubernetes-sigs/aws-load-balancer-controller,
    `pkg/ingress/model_build_load_balancer.go`.
    """
    short = [re.sub(r"[^A-Za-z0-9]", "", metadata[key])[:8] for key in ("namespace", "name")]
    name = "-".join(["k8s", *short, new.digits(10, salt="alb")])
    scheme = "internal-" if _is_internal(new) else ""
    return f"{scheme}{name}-{new.digits(10, '0123456789', salt='dns')}.{new.region}.elb.amazonaws.com"


def _is_internal(new: New) -> bool:
    """Whether an Ingress gets an internal load balancer: as its class says, else the controller's default.

    Raises:
        RefusedError: no controller would take the Ingress, which would wait for its load balancer in vain.
    """
    class_name = new.inputs["spec"].get("ingressClassName", "")
    ingress_class = _beside(new, _INGRESS_CLASS, class_name)
    if ingress_class.get("controller") != AUTO_MODE_CONTROLLER:
        raise RefusedError(f"no IngressClass '{class_name}' of controller {AUTO_MODE_CONTROLLER} is there")
    if not (reference := ingress_class.get("parameters")):
        return True
    if not (parameters := _beside(new, _CLASS_PARAMETERS, reference["name"])):
        raise RefusedError(f"its class names IngressClassParams '{reference['name']}', which aren't there")
    return parameters.get("scheme", "internal") == "internal"


def _beside(new: New, type_: str, name: str) -> dict[str, Any]:
    """The spec of a cluster-wide object of the same cluster; empty if there is none of that name."""

    def fits(resource: Resource) -> bool:
        return resource.provider == new.resource.provider and resource.outputs["metadata"]["name"] == name

    found = new.existing(type_, fits)
    return dict(found.inputs.get("spec", {})) if found else {}
