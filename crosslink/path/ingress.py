"""The Ingress, from which the controller makes the ALB, and its rule for a route.

Objects of a cluster refer to each other by name and namespace, which a preview of this program knows, too.
"""

from collections.abc import Sequence

from crosslink.graph import tokens
from crosslink.graph.controllers import PARAMETERS
from crosslink.graph.graph import Graph, follow
from crosslink.graph.node import Node, NotOurs, Value, doubt, fields
from crosslink.graph.unknown import Fact, Found, Text, Unknown, present
from crosslink.path.group_rules import asked_rules, with_rule
from crosslink.path.ingress_rules import annotation
from crosslink.path.trail import Trail

# Annotations that must have one value in a group, whichever Ingresses say it: else nothing is made of it
# https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/
EXCLUSIVE = ("inbound-cidrs", "scheme", "security-groups", "ssl-policy", "ssl-redirect", "subnets")


_PARAMETERS = "IngressClassParams"
NAME_LABEL = "kubernetes.io/metadata.name"  # Kubernetes gives it to every namespace


def host_name(ingress: Node) -> Value:
    """The name of an Ingress's ALB."""
    return ingress.output("status", "loadBalancer", "ingress", 0, "hostname")


def ingresses_behind(trail: Trail, target: Node, alb: Found[Node]) -> Fact[list[Node]]:
    """The Ingresses whose ALB a target, or another resource beside them, leads to: one, or all of a group.

    A program's target waits for one of them; in AWS the name of `alb` tells them. Failing both, it is the
    one there that has the route.
    """
    graph = trail.graph
    beside = graph.beside(target, tokens.INGRESS)
    nobody = graph.why_not(tokens.INGRESS, target) or list[Node]()
    if isinstance(alb, Node):
        found = [ingress for ingress in beside if host_name(ingress) == alb.get("dnsName")]
        return found or doubt([host_name(ingress) for ingress in beside]) or nobody
    if waited := graph.waited_for(target, tokens.INGRESS):
        return _with_their_groups(graph, waited, beside)
    arn = target.get("targetId")
    if isinstance(arn, str) and not target.references.get("targetId"):
        return [ingress for ingress in beside if _has_alb(ingress, arn)] or NotOurs.of(arn)
    named = [
        ingress for ingress in beside if isinstance(with_rule(asked_rules([ingress]), trail.asked), Node)
    ]
    return _with_their_groups(graph, (named or beside)[:1], beside) or nobody


def _with_their_groups(graph: Graph, ingresses: Sequence[Node], beside: Sequence[Node]) -> list[Node]:
    groups = {group for ingress in ingresses if isinstance(group := group_of(graph, ingress), str)}
    others = [ingress for ingress in beside if group_of(graph, ingress) in groups]
    return list({ingress.urn: ingress for ingress in (*ingresses, *others)}.values())


def _has_alb(ingress: Node, arn: str) -> bool:
    """Whether an ARN is of an Ingress's ALB: the host name has its name between `internal-` and an id."""
    label = str(host_name(ingress)).partition(".")[0].removeprefix("internal-")
    return label.rpartition("-")[0] in arn.split("/")


def group_of(graph: Graph, ingress: Node) -> Text:
    """The group whose Ingresses share an ALB: the class's, or else the Ingress's own; None for no group.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html
    """
    of_class = follow(parameters_of(graph, ingress), lambda node: node.get("spec", "group", "name"))
    return of_class or annotation(ingress, "group.name")


def differences(graph: Graph, ingresses: Sequence[Node]) -> Fact[tuple[str, ...]]:
    """What Ingresses that are to share an ALB don't say alike: their group, and what is the ALB's.

    One without parameters has no group before it has those.
    """
    classed = [ingress for ingress in ingresses if parameters_of(graph, ingress) is not None]
    said: dict[str, list[Value]] = {"group": [group_of(graph, ingress) for ingress in classed]}
    for name in EXCLUSIVE:
        values = (annotation(ingress, name) for ingress in ingresses)
        said[name] = [value for value in values if value is not None]
    found = (name for name, values in said.items() if len(set(map(str, values))) > 1)
    return doubt(*said.values()) or tuple(found)


def object_named(graph: Graph, type_: str, beside: Node, namespace: Value, name: Value) -> Found[Node]:
    """The object of that name where another one is: two clusters may have objects of one name."""
    fitting = graph.objects_named(name, namespace, beside, type_)
    return fitting[0] if fitting else _not_named(graph, type_, beside, namespace, name)


def _not_named(graph: Graph, type_: str, beside: Node, namespace: Value, name: Value) -> Unknown | None:
    """Why an object may be there all the same: one of those beside may have that name."""
    there = graph.beside(beside, type_)
    names = [[node.get("metadata", key) for key in ("namespace", "name")] for node in there]
    return doubt(namespace, name, *names) or graph.why_not(type_, beside)


def class_of(graph: Graph, ingress: Node) -> Found[Node]:
    """The IngressClass of an Ingress."""
    return object_named(graph, tokens.INGRESS_CLASS, ingress, None, ingress.get("spec", "ingressClassName"))


def parameters_of(graph: Graph, ingress: Node) -> Found[Node]:
    """The IngressClassParams of an Ingress's class, of the kind that the class's controller reads."""

    def of_class(class_: Node) -> Found[Node]:
        controller, named = class_.get("spec", "controller"), class_.get("spec", "parameters")
        if unknown := doubt(controller, named):
            return unknown
        group, type_ = PARAMETERS.get(controller, (None, None))
        told = tuple(fields(named).get(key) for key in ("apiGroup", "kind", "scope"))
        if type_ is None or told not in ((group, _PARAMETERS, None), (group, _PARAMETERS, "Cluster")):
            return None
        return object_named(graph, type_, ingress, None, fields(named).get("name"))

    return follow(class_of(graph, ingress), of_class)


def parts_of(graph: Graph, ingress: Node) -> list[Node]:
    """What an Ingress's load balancer is made from: namespace, class and parameters."""
    namespace = object_named(graph, tokens.NAMESPACE, ingress, None, ingress.get("metadata", "namespace"))
    return list(present(namespace, class_of(graph, ingress), parameters_of(graph, ingress)))


def is_of_own_namespace(ingress: Node) -> Fact[bool]:
    """Whether an Ingress is in the namespace of the stack's own services, which is named as Ingresses are."""
    namespace, name = ingress.get("metadata", "namespace"), ingress.get("metadata", "name")
    return doubt(namespace, name) or namespace == name


def asked_of_class(graph: Graph, ingress: Node, name: str, *path: str) -> Value:
    """A setting of the ALB: what the IngressClassParams say, or else the Ingress's annotation."""
    of_class = follow(parameters_of(graph, ingress), lambda node: node.get("spec", *path))
    return annotation(ingress, name) if of_class in (None, "", []) else of_class
