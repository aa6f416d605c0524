"""The Ingress, from which the controller makes the ALB, and its rule for a route.

Objects of a cluster refer to each other by name and namespace, which a preview of this program knows, too.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import partial

from components.route_header import ROUTE_HEADER
from crosslink.graph import tokens
from crosslink.graph.graph import Graph, follow
from crosslink.graph.node import Node, NotOurs, Value, doubt, fields, items, number, same_place
from crosslink.graph.unknown import Fact, Found, Text, Unknown, present
from crosslink.path.hop import Hop, Source, computed, hop, if_known, prop

# https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/
ANNOTATIONS = "alb.ingress.kubernetes.io"


def annotation(ingress: Node, name: str) -> Value:
    """What an annotation tells the controller, by its name without the controller's prefix."""
    return ingress.get("metadata", "annotations", f"{ANNOTATIONS}/{name}")


def read_json(text: Value) -> Value:
    """What an annotation says; None if it isn't JSON: the controller makes nothing of it."""
    try:
        return json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return None


def host_name(ingress: Node) -> Value:
    """The name of an Ingress's ALB."""
    return ingress.output("status", "loadBalancer", "ingress", 0, "hostname")


def backend(rule: Value) -> Mapping[str, Value]:
    """Name and port of the Service that a rule of an Ingress sends to."""
    return fields(fields(fields(rule).get("backend")).get("service"))


def is_annotated(rule: Value) -> bool:
    """Whether an annotation says what the ALB does, instead of a Service behind the rule."""
    return fields(backend(rule).get("port")).get("name") == "use-annotation"


def action(ingress: Node, rule: Value) -> Value:
    """The annotation that says what the ALB does for a rule; None if a Service is behind it."""
    name = backend(rule).get("name")
    return annotation(ingress, f"actions.{name}") if is_annotated(rule) else None


def path_rules(ingress: Node, host: str | None = None) -> list[Mapping[str, Value]]:
    """The path rules for every host and for the host of requests, each with its host as a field.

    Health checks have no host: theirs is an address.
    """
    return [
        {**fields(path_rule), "host": fields(rule).get("host")}
        for rule in items(ingress.get("spec", "rules"))
        if _is_for(fields(rule).get("host"), host)
        for path_rule in items(fields(fields(rule).get("http")).get("paths"))
    ]


def _is_for(host: Value, asked: str | None) -> bool:
    """Whether rules of a host take requests for a host; a wildcard stands for one label.

    Source: https://kubernetes.io/docs/concepts/services-networking/ingress/#hostname-wildcards
    """
    if not host or not asked or not isinstance(host, str):
        return not host
    return fnmatchcase(asked, host) and host.count(".") == asked.count(".")


def paths_of(ingress: Node) -> list[str]:
    """The paths that an Ingress hands to Services."""
    paths = [rule.get("path") for rule in path_rules(ingress) if not is_annotated(rule)]
    return [path for path in paths if isinstance(path, str)]


def rule_for(ingress: Node, path: str, host: str | None) -> Mapping[str, Value] | None:
    """The rule that takes a route: an exact one before a prefix, a longer prefix before a shorter one.

    What is ImplementationSpecific is exact to this controller, except for wildcards.
    """
    rules = path_rules(ingress, host)
    exact = [rule for rule in rules if rule.get("pathType") != "Prefix" and rule.get("path") == path]
    prefixes = [rule for rule in rules if rule.get("pathType") == "Prefix"]
    # An Ingress compares whole segments.
    fitting = [rule for rule in prefixes if f"{path}/".startswith(str(rule.get("path")).rstrip("/") + "/")]
    return max(exact or fitting, key=lambda rule: len(str(rule.get("path"))), default=None)


def ingresses_behind(graph: Graph, target: Node, alb: Found[Node], path: str) -> Fact[list[Node]]:
    """The Ingresses whose ALB a target, or another resource beside them, leads to: one, or all of a group.

    A program's target waits for one of them; in AWS the name of `alb` tells them. Failing both, it is the
    one there that has the route.
    """
    beside = [ingress for ingress in graph.of_type(tokens.INGRESS) if same_place(ingress, target)]
    nobody = graph.why_not(tokens.INGRESS, target) or list[Node]()
    if isinstance(alb, Node):
        found = [ingress for ingress in beside if host_name(ingress) == alb.get("dnsName")]
        return found or doubt([host_name(ingress) for ingress in beside]) or nobody
    if waited := graph.waited_for(target, tokens.INGRESS):
        groups = {group for ingress in waited if isinstance(group := group_of(graph, ingress), str)}
        others = [ingress for ingress in beside if group_of(graph, ingress) in groups]
        return list({ingress.urn: ingress for ingress in (*waited, *others)}.values())
    arn = target.get("targetId")
    if isinstance(arn, str) and not target.references.get("targetId"):
        return [ingress for ingress in beside if _has_alb(ingress, arn)] or NotOurs.of(arn)
    named = [ingress for ingress in beside if rule_for(ingress, path, None)]
    return (named or beside)[:1] or nobody


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


def with_rule(ingresses: Fact[Sequence[Node]], path: str, host: str | None) -> Found[Node]:
    """Of the Ingresses that share an ALB the one with the rule for a route, which it has as a property."""
    if isinstance(ingresses, Unknown):
        return ingresses
    for ingress in ingresses:
        if rule := rule_for(ingress, path, host):
            return replace(ingress, properties={**ingress.properties, "rule": rule})
    return doubt(*(ingress.get("spec", "rules") for ingress in ingresses))


def object_named(graph: Graph, type_: str, beside: Node, namespace: Value, name: Value) -> Found[Node]:
    """The object of that name where another one is: two clusters may have objects of one name."""
    there = [node for node in graph.of_type(type_) if same_place(node, beside)]
    names = [[node.get("metadata", key) for key in ("namespace", "name")] for node in there]
    fitting = (node for node, full_name in zip(there, names, strict=True) if full_name == [namespace, name])
    return next(fitting, None) or doubt(namespace, name, *names) or graph.why_not(type_, beside)


def class_of(graph: Graph, ingress: Node) -> Found[Node]:
    """The IngressClass of an Ingress."""
    return object_named(graph, tokens.INGRESS_CLASS, ingress, None, ingress.get("spec", "ingressClassName"))


def parameters_of(graph: Graph, ingress: Node) -> Found[Node]:
    """The IngressClassParams of an Ingress's class."""
    named = partial(object_named, graph, tokens.INGRESS_CLASS_PARAMS, ingress, None)
    return follow(class_of(graph, ingress), lambda class_: named(class_.get("spec", "parameters", "name")))


def parts_of(graph: Graph, ingress: Node) -> list[Node]:
    """What an Ingress's load balancer is made from: namespace, class and parameters."""
    namespace = object_named(graph, tokens.NAMESPACE, ingress, None, ingress.get("metadata", "namespace"))
    return list(present(namespace, class_of(graph, ingress), parameters_of(graph, ingress)))


def _controller(source: Source) -> Text:
    return follow(class_of(source.graph, source.node), lambda node: node.get("spec", "controller"))


def _parameters(source: Source) -> Found[str]:
    parameters = parameters_of(source.graph, source.node)
    return follow(parameters, lambda node: str(node.get("metadata", "name")))


def _port_of(rule: Value) -> Fact[int | str | None]:
    port = fields(backend(rule).get("port"))
    return number(port.get("number")) or port.get("name")


def _demanded_header(source: Source) -> Fact[tuple[str, ...] | None]:
    """The values of the binding header of which a request needs one, by the conditions for the Service.

    The controller drops a condition on a field that it doesn't know, without an error.

    Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#conditions
    """
    name = backend(source.node.get("rule")).get("name")
    conditions = if_known(annotation(source.node, f"conditions.{name}"), read_json)
    headers = [
        condition for condition in map(fields, items(conditions)) if condition.get("field") == "http-header"
    ]
    configs = [fields(condition.get("httpHeaderConfig")) for condition in headers]
    demanded = (
        tuple(map(str, items(config.get("values"))))
        for config in configs
        if str(config.get("httpHeaderName")).lower() == ROUTE_HEADER.lower()
    )
    return conditions if isinstance(conditions, Unknown) else next(demanded, None)


@hop
class IngressRule(Hop):
    """The rule of an Ingress that takes the route."""

    token = tokens.INGRESS
    ingress_class: Text = prop("spec", "ingressClassName")
    controller: Text = computed(_controller)  # of the class; None if there is no such class
    parameters: Found[str] = computed(_parameters)  # their name
    target_type: Text = computed(lambda source: annotation(source.node, "target-type"))  # `ip` or `instance`
    host: Text = prop("rule", "host")  # None for every host
    path: Text = prop("rule", "path")
    path_type: Text = prop("rule", "pathType")  # `Prefix` or `Exact`
    service_name: Text = computed(lambda source: backend(source.node.get("rule")).get("name"))
    service_port: Fact[int | str | None] = prop("rule", convert=_port_of)
    demanded_header: Fact[tuple[str, ...] | None] = computed(_demanded_header)  # None: it demands no header
