"""What a cluster would answer: defaulted metadata, and the load balancer of an Ingress."""

import re
from collections.abc import Mapping

from crosslink.graph import tokens
from crosslink.sandbox.new_resource import NewResource, Outputs
from crosslink.sandbox.record import Resource
from crosslink.sandbox.refusals import RefusedError

_AUTO_MODE_CONTROLLER = "eks.amazonaws.com/alb"
_CLUSTER_WIDE = (
    *("ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition", "IngressClass", "IngressClassParams"),
    *("Namespace", "NodeClass", "NodePool", "PersistentVolume", "PriorityClass", "StorageClass"),
)


def created(new: NewResource) -> Outputs:
    """The outputs of a Kubernetes object that is being created, its id as `id` among them."""
    kind = new.resource.type.rpartition(":")[2]
    own_name = f"{new.resource.name}-{new.characters(8, salt='name')}"
    metadata: Outputs = {"name": own_name, **new.inputs.get("metadata", {}), "uid": new.uuid}
    id_ = metadata["name"]
    if kind not in _CLUSTER_WIDE:
        id_ = f"{metadata.setdefault('namespace', 'default')}/{id_}"
    outputs: Outputs = {"id": id_, "metadata": metadata}
    if new.resource.type == tokens.INGRESS and (host := _hostname(new, metadata)):
        outputs["status"] = {"loadBalancer": {"ingress": [{"hostname": host}]}}
    return outputs


def load_balancer_host(resource: Resource) -> str | None:
    """The host name of an Ingress's load balancer; None of what has none."""
    has_one = resource.type == tokens.INGRESS and "status" in resource.outputs
    return resource.outputs["status"]["loadBalancer"]["ingress"][0]["hostname"] if has_one else None


def _hostname(new: NewResource, metadata: Mapping[str, str]) -> str | None:
    """`internal-k8s-<namespace>-<name>-<hash>-<digits>.<region>.elb.amazonaws.com`

    The name is the controller's: github.com/kubernetes-sigs/aws-load-balancer-controller,
    `pkg/ingress/model_build_load_balancer.go`. None where a controller of the team's takes the Ingress.

    Raises:
        RefusedError: no controller would take the Ingress, which would wait for its load balancer in vain.
    """
    class_name = new.inputs.get("spec", {}).get("ingressClassName", "")
    ingress_class = _beside(new, tokens.INGRESS_CLASS, class_name)
    controller: str = ingress_class.get("controller", "")
    if controller and not controller.startswith("eks.amazonaws.com/"):
        return None
    if controller != _AUTO_MODE_CONTROLLER:
        raise RefusedError(f"no IngressClass '{class_name}' of controller {_AUTO_MODE_CONTROLLER} is there")
    named = ingress_class.get("parameters", {}).get("name")
    parameters = _beside(new, tokens.INGRESS_CLASS_PARAMS, named) if named else {}
    if named and not parameters:
        raise RefusedError(f"its class names IngressClassParams '{named}', which aren't there")
    scheme = "internal-" if parameters.get("scheme", "internal") == "internal" else ""
    short = [re.sub(r"[^A-Za-z0-9]", "", metadata[key])[:8] for key in ("namespace", "name")]
    name = "-".join(["k8s", *short, new.characters(10, salt="alb")])
    return f"{scheme}{name}-{new.characters(10, 'decimal', 'dns')}.{new.region}.elb.amazonaws.com"


def _beside(new: NewResource, type_: str, name: str) -> Outputs:
    """The spec of a cluster-wide object of the same cluster; empty if there is none of that name."""
    for other in new.others.values():
        same_place = (other.type, other.provider) == (type_, new.resource.provider)
        if same_place and other.outputs["metadata"]["name"] == name:
            return other.inputs.get("spec", {})
    return {}
