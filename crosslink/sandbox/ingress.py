"""What EKS Auto Mode and the AWS Load Balancer Controller make of an Ingress: an ALB with a host name.

Its name is the controller's (`pkg/ingress/model_build_load_balancer.go` of
github.com/kubernetes-sigs/aws-load-balancer-controller), as is which Ingresses it takes (`class_loader.go`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from crosslink.graph import tokens
from crosslink.graph.controllers import ALB, AUTO_MODE, PARAMETERS
from crosslink.sandbox.made_up import characters
from crosslink.sandbox.new_resource import NewResource, Outputs
from crosslink.sandbox.record import Resource
from crosslink.sandbox.refusals import RefusedError

_ANNOTATIONS = "alb.ingress.kubernetes.io"
_NAME_LABEL = "kubernetes.io/metadata.name"  # Kubernetes gives it to each namespace


@dataclass(frozen=True)
class _Class:
    controller: str
    parameters: Outputs


def load_balancer_host(resource: Resource) -> str | None:
    """The host name of an Ingress's load balancer; None of what has none."""
    has_one = resource.type == tokens.INGRESS and "status" in resource.outputs
    return resource.outputs["status"]["loadBalancer"]["ingress"][0]["hostname"] if has_one else None


def host_name(new: NewResource, metadata: Mapping[str, str]) -> str | None:
    """`internal-k8s-<namespace>-<name>-<hash>-<digits>.<region>.elb.amazonaws.com`, or with a group's name.

    None where a controller of the team's takes the Ingress.

    Raises:
        RefusedError: no controller would take the Ingress, which would wait for its load balancer in vain.
    """
    class_name = new.inputs.get("spec", {}).get("ingressClassName", "")
    controller: str = _spec(new, class_name).get("controller", "")
    if controller and controller not in PARAMETERS and not controller.startswith("eks.amazonaws.com/"):
        return None
    taken = _class(new, class_name)
    _admitted(new, metadata["namespace"], taken.parameters)
    name, seed = _name(new, metadata, _group(new, taken))
    annotated = _annotation(new, "scheme") if taken.controller == ALB else None
    internal = (taken.parameters.get("scheme") or annotated or "internal") == "internal"
    digits = characters(f"{seed}/dns", 10, "decimal")
    return f"{'internal-' if internal else ''}{name}-{digits}.{new.region}.elb.amazonaws.com"


def _class(new: NewResource, name: str) -> _Class:
    """The class of an Ingress, and what it says of its load balancers."""
    spec = _spec(new, name)
    controller: str = spec.get("controller", "")
    if controller not in PARAMETERS:
        raise RefusedError(f"no IngressClass '{name}' of controller {AUTO_MODE} or {ALB} is there")
    cluster = new.world.cluster_of(_provider(new).inputs.get("kubeconfig"))
    if cluster and controller == AUTO_MODE and not cluster.auto_mode:
        fixture = f"{new.world.existing.file} may say autoMode: true of it"
        raise RefusedError(
            f"cluster {cluster.name} has no Auto Mode, whose controller is {AUTO_MODE}: {fixture}"
        )
    if not (given := spec.get("parameters")):
        return _Class(controller, {})
    group, type_ = PARAMETERS[controller]
    if given.get("apiGroup") != group:
        raise RefusedError(f"the parameters of its class must be of apiGroup {group}, for {controller}")
    if (parameters := _object(new, type_, given["name"])) is None:
        raise RefusedError(f"its class names IngressClassParams '{given['name']}', which aren't there")
    return _Class(controller, parameters.inputs.get("spec", {}))


def _group(new: NewResource, taken: _Class) -> str | None:
    """The group whose Ingresses share a load balancer. Auto Mode takes none from an annotation:
    https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html
    """
    annotated = _annotation(new, "group.name") if taken.controller == ALB else None
    return taken.parameters.get("group", {}).get("name") or annotated


def _name(new: NewResource, metadata: Mapping[str, str], group: str | None) -> tuple[str, str]:
    """The name of the load balancer, and what all that is made up of it comes from."""
    if group is not None:
        seed = f"{new.account}/{new.region}/{new.resource.provider}/{group}"
        return f"k8s-{_clean(group)[:17]}-{characters(seed, 10)}", seed
    seed = f"{new.account}/{new.region}/{new.resource.urn}"
    short = [_clean(metadata[key])[:8] for key in ("namespace", "name")]
    return "-".join(["k8s", *short, characters(seed, 10)]), seed


def _admitted(new: NewResource, namespace: str, parameters: Outputs) -> None:
    """Refuse an Ingress of a namespace that its class is not for. Of a namespace that isn't of the run only
    its name is known.
    """
    selector: Outputs | None = parameters.get("namespaceSelector")
    own = _object(new, tokens.NAMESPACE, namespace)
    given: Mapping[str, str] = own.outputs["metadata"].get("labels", {}) if own else {}
    labels = {**given, _NAME_LABEL: namespace}
    if selector is not None and not _selects(selector, labels):
        why = "namespaceSelector of its IngressClassParams doesn't admit"
        raise RefusedError(f"{why} namespace {namespace}: the controller leaves it without a load balancer")


def _selects(selector: Outputs, labels: Mapping[str, str]) -> bool:
    """https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors"""

    def holds(expression: Outputs) -> bool:
        value, values = labels.get(expression["key"]), expression.get("values", [])
        match expression["operator"]:
            case "In":
                return value in values
            case "NotIn":
                return value not in values
            case "Exists":
                return value is not None
            case "DoesNotExist":
                return value is None
            case operator:
                raise RefusedError(f"namespaceSelector: '{operator}' is not an operator")

    exact = selector.get("matchLabels", {}).items()
    return all(labels.get(key) == value for key, value in exact) and all(
        map(holds, selector.get("matchExpressions", []))
    )


def _provider(new: NewResource) -> Resource:
    return new.world.resources[new.resource.provider or ""]


def _annotation(new: NewResource, name: str) -> str | None:
    return new.inputs.get("metadata", {}).get("annotations", {}).get(f"{_ANNOTATIONS}/{name}")


def _clean(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", text)


def _spec(new: NewResource, class_name: str) -> Outputs:
    """The spec of an IngressClass; empty if there is none of that name."""
    found = _object(new, tokens.INGRESS_CLASS, class_name)
    return found.inputs.get("spec", {}) if found else {}


def _object(new: NewResource, type_: str, name: str) -> Resource | None:
    """A cluster-wide object of the same cluster."""
    for other in new.world.resources.of_type(type_):
        if other.provider == new.resource.provider and other.outputs["metadata"]["name"] == name:
            return other
    return None
