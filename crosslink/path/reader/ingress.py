"""Reads the Ingress, from which the controller makes the ALB.

In a cluster objects refer to each other by name and namespace, which are explicit in this program, so that a
preview knows them, too.
"""

from collections.abc import Iterator, Mapping

from crosslink.graph import tokens
from crosslink.graph.graph import Graph, Node, Value, at, doubt, fields, follow, items, number
from crosslink.graph.unknown import Found, Hop, present
from crosslink.path.hops.cluster import IngressRule

ANNOTATIONS = "alb.ingress.kubernetes.io"
"""https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/"""


def ingress_behind(graph: Graph, target: Node, alb: Found[Node], path: str) -> Found[Node]:
    """The Ingress whose ALB a target is.

    A program's target waits for it; in AWS the ALB's name tells it. Failing both, it is the one there that
    has the route.

    Args:
        graph: all resources.
        target: the target, or whatever else is in the Ingress's account and region.
        alb: the ALB that it is, where AWS was asked.
        path: the route.
    """
    waited_for = graph.waited_for(target, tokens.INGRESS)
    beside = [one for one in graph.of_type(tokens.INGRESS) if same_place(one, target)]
    if isinstance(alb, Node):
        named = [one for one in beside if host_name(one) == alb.get("dnsName")]
        doubts = doubt([host_name(one) for one in beside])
        return next(iter(named), None) or doubts or graph.one([], tokens.INGRESS, target)
    return graph.one(
        waited_for or [one for one in beside if rule_for(one, path)] or beside, tokens.INGRESS, target
    )


def host_name(ingress: Node) -> Value:
    """The name of an Ingress's ALB."""
    return ingress.output("status", "loadBalancer", "ingress", 0, "hostname")


def annotation(ingress: Node, name: str) -> Value:
    """What an annotation tells the controller, by its name without the controller's prefix."""
    return ingress.get("metadata", "annotations", f"{ANNOTATIONS}/{name}")


def paths_of(ingress: Node) -> Iterator[str]:
    """The paths that an Ingress hands to Services."""
    for one in path_rules(ingress):
        path = fields(one).get("path")
        if isinstance(path, str) and backend(one).get("port", {}).get("name") != "use-annotation":
            yield path


def path_rules(ingress: Node) -> list[Mapping[str, Value]]:
    """The path rules that are for every host: health checks and our requests bring hosts of their own."""
    return [
        fields(one)
        for rule in items(ingress.get("spec", "rules"))
        if not fields(rule).get("host")
        for one in items(fields(fields(rule).get("http")).get("paths"))
    ]


def backend(rule: Mapping[str, Value]) -> Mapping[str, Value]:
    """Name and port of the Service that a rule of an Ingress sends to."""
    return fields(fields(rule.get("backend")).get("service"))


def rule_for(ingress: Node, path: str) -> Mapping[str, Value] | None:
    """The rule that takes a route: an exact one before a prefix, a longer prefix before a shorter one.

    What is ImplementationSpecific is exact to this controller, but for wildcards.
    """
    rules = path_rules(ingress)
    exact = [one for one in rules if one.get("pathType") != "Prefix" and one.get("path") == path]
    prefixes = [
        one for one in rules if one.get("pathType") == "Prefix" and _below(path, str(one.get("path")))
    ]
    return max(exact or prefixes, key=lambda one: len(str(one.get("path"))), default=None)


def _below(path: str, prefix: str) -> bool:
    """Whether a path is a prefix or lies under it, by whole segments as an Ingress has it."""
    return f"{path}/".startswith(f"{prefix.rstrip('/')}/")


def rule_facts(graph: Graph, ingress: Node, path: str) -> Found[IngressRule]:
    """The rule of an Ingress that takes a route."""
    rule = rule_for(ingress, path)
    if rule is None:
        return doubt(ingress.get("spec", "rules"))
    ingress_class = _class(graph, ingress)
    parameters = parameters_of(graph, ingress)
    port = fields(backend(rule).get("port"))
    return IngressRule(
        **at(ingress),
        ingress_class=ingress.get("spec", "ingressClassName"),
        controller=ingress_class.get("spec", "controller")
        if isinstance(ingress_class, Node)
        else ingress_class,
        parameters=follow(parameters, lambda node: str(node.get("metadata", "name"))),
        target_type=annotation(ingress, "target-type"),
        path=rule.get("path"),
        path_type=rule.get("pathType"),
        service_name=backend(rule).get("name"),
        service_port=number(port.get("number")) or port.get("name"),
    )


def _class(graph: Graph, ingress: Node) -> Found[Node]:
    return named(graph, tokens.INGRESS_CLASS, ingress, None, ingress.get("spec", "ingressClassName"))


def parameters_of(graph: Graph, ingress: Node) -> Found[Node]:
    """The IngressClassParams of an Ingress's class."""
    return follow(
        _class(graph, ingress),
        lambda one: named(
            graph, tokens.INGRESS_CLASS_PARAMS, ingress, None, one.get("spec", "parameters", "name")
        ),
    )


def parts_of(graph: Graph, ingress: Node) -> Iterator[Hop]:
    """What an Ingress's load balancer is made from: namespace, class and parameters."""
    namespace = ingress.get("metadata", "namespace")
    for part in present(
        named(graph, tokens.NAMESPACE, ingress, None, namespace),
        _class(graph, ingress),
        parameters_of(graph, ingress),
    ):
        yield Hop(**at(part))


def same_place(one: Node, other: Node) -> bool:
    """Whether two resources are in one account and region."""
    return (one.account, one.region) == (other.account, other.region)


def named(graph: Graph, type_: str, beside: Node, namespace: Value, name: Value) -> Found[Node]:
    """The object of that name where another one is: two clusters may have objects of one name."""
    fitting = [
        node
        for node in graph.of_type(type_)
        if same_place(node, beside)
        and (node.get("metadata", "namespace"), node.get("metadata", "name")) == (namespace, name)
    ]
    others = [
        node.get("metadata", key)
        for node in graph.of_type(type_)
        if same_place(node, beside)
        for key in ("namespace", "name")
    ]
    return next(iter(fitting), None) or doubt(namespace, name, others) or graph.one([], type_, beside)
