"""Reads the ALB and its Ingress.

In a cluster objects refer to each other by name and namespace, which are explicit in this program, so that a
preview knows them, too.
"""

import json
from collections.abc import Iterator, Mapping

from reachability import tokens
from reachability.facts import Fact, Found, Hop, Unknown, present, visible
from reachability.graph import Graph, Node, Value, at, doubt, each, fields, follow, items, number
from reachability.hops.cluster import Alb, IngressRule
from reachability.hops.network import SecurityGroupRule
from reachability.reader.network import rules_of, subnet_facts

ANNOTATIONS = "alb.ingress.kubernetes.io"
"""https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/"""


def alb_of(graph: Graph, target: Node) -> Found[Node]:
    """The ALB that a target is, where AWS was asked; a program doesn't register it."""
    return graph.one(graph.named_by(target, "targetId", tokens.LOAD_BALANCER), tokens.LOAD_BALANCER, target)


def ingress_behind(graph: Graph, target: Node, path: str) -> Found[Node]:
    """The Ingress whose ALB a target is.

    A program's target waits for it; in AWS the ALB's name tells it. Failing both, it is the one there that
    has the route.
    """
    waited_for = graph.waited_for(target, tokens.INGRESS)
    alb = alb_of(graph, target)
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


def paths_of(ingress: Node) -> Iterator[str]:
    """The paths that an Ingress hands to Services."""
    for one in _rules(ingress):
        path = fields(one).get("path")
        if isinstance(path, str) and backend(one).get("port", {}).get("name") != "use-annotation":
            yield path


def alb_facts(graph: Graph, alb: Found[Node], ingress: Found[Node]) -> Found[Alb]:
    """The ALB: as AWS has it, or else as its Ingress asks for it."""
    answers = follow(
        ingress,
        lambda node: doubt(node.get("spec", "rules"), *_actions(node)) or _answers(node),
    )
    if answers is None:
        answers = Unknown("there is no Ingress to say it")
    if isinstance(alb, Node):
        listeners = graph.all(graph.naming(alb, "loadBalancerArn", tokens.LISTENER), tokens.LISTENER, alb)
        groups = graph.named_by(alb, "securityGroups", tokens.SECURITY_GROUP)
        rules = rules_of(graph, groups, tokens.INGRESS_RULE, alb)
        subnets = graph.all(graph.named_by(alb, "subnets", tokens.SUBNET), tokens.SUBNET, alb)
        return Alb(
            **at(alb),
            host_name=alb.get("dnsName"),
            scheme="internal" if alb.get("internal") is True else "internet-facing",
            listener_ports=listeners
            if isinstance(listeners, Unknown)
            else tuple(number(one.get("port")) for one in listeners if one.get("protocol") == "HTTP"),
            subnets=each(subnets, lambda one: subnet_facts(graph, one)),
            lets_in=rules,
            answers=answers,
            redirects_to=_annotation(ingress, "ssl-redirect") if isinstance(ingress, Node) else ingress,
            state=alb.get("state"),
        )
    if isinstance(alb, Unknown) or not graph.registered:
        return alb
    return follow(ingress, lambda node: _asked_for(graph, node, answers))


def _asked_for(graph: Graph, ingress: Node, answers: Fact[tuple[tuple[str, str], ...]]) -> Alb:
    parameters = _parameters(graph, ingress)
    named = graph.named_by(parameters, "spec", tokens.SUBNET) if isinstance(parameters, Node) else []
    ports = _annotation(ingress, "listen-ports")
    listening = _ports(ports) if isinstance(ports, str) else ports or (80,)
    scheme = parameters.get("spec", "scheme") if isinstance(parameters, Node) else None
    return Alb(
        **at(ingress),
        host_name=host_name(ingress),
        # The controller's defaults are internal, port 80 and everybody.
        scheme=scheme or _annotation(ingress, "scheme") or "internal",
        listener_ports=listening,
        subnets=tuple(subnet_facts(graph, one) for one in named)
        or Unknown("the IngressClassParams name no subnets: the controller looks for tagged ones"),
        lets_in=_let_in(ingress, listening),
        answers=answers,
        redirects_to=_annotation(ingress, "ssl-redirect"),
        state=None,
    )


def _let_in(ingress: Node, ports: Fact[tuple[int, ...]]) -> Fact[tuple[SecurityGroupRule, ...]]:
    """What the controller will let in to its listeners, unless it is given other security groups."""
    cidrs = _annotation(ingress, "inbound-cidrs")
    if groups := _annotation(ingress, "security-groups"):
        return Unknown(f"by the annotation security-groups {groups} decide, whose rules can't be seen")
    if unknown := doubt(cidrs, ports):
        return unknown
    return tuple(
        SecurityGroupRule(**at(ingress), cidr=cidr.strip(), protocol="tcp", from_port=port, to_port=port)
        for cidr in (cidrs or "0.0.0.0/0").split(",")
        for port in visible(ports)
    )


def _annotation(ingress: Node, name: str) -> Value:
    return ingress.get("metadata", "annotations", f"{ANNOTATIONS}/{name}")


def _ports(annotation: str) -> tuple[int, ...]:
    """The ports that it speaks HTTP on."""
    return tuple(
        port
        for entry in items(_json(annotation))
        for protocol, port in fields(entry).items()
        if protocol == "HTTP" and isinstance(port, int)
    )


def _actions(ingress: Node) -> list[Value]:
    """The annotations that say what the ALB answers itself."""
    annotations = ingress.get("metadata", "annotations")
    if isinstance(annotations, Unknown):
        return [annotations]
    return [
        value for name, value in fields(annotations).items() if name.startswith(f"{ANNOTATIONS}/actions.")
    ]


def _answers(ingress: Node) -> tuple[tuple[str, str], ...]:
    """The paths with a fixed response, whatever the host."""
    found: list[tuple[str, str]] = []
    for one in _rules(ingress):
        action = _annotation(ingress, f"actions.{backend(one).get('name')}")
        if isinstance(action, str) and backend(one).get("port", {}).get("name") == "use-annotation":
            code = fields(fields(_json(action)).get("fixedResponseConfig")).get("statusCode")
            if code is not None:
                found.append((str(one.get("path")), str(code)))
    return tuple(found)


def _json(text: str) -> Value:
    """What an annotation says; None where it isn't JSON: the controller makes nothing of it."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def _rules(ingress: Node) -> list[Mapping[str, Value]]:
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
    rules = _rules(ingress)
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
    parameters = _parameters(graph, ingress)
    port = fields(backend(rule).get("port"))
    return IngressRule(
        **at(ingress),
        ingress_class=ingress.get("spec", "ingressClassName"),
        controller=ingress_class.get("spec", "controller")
        if isinstance(ingress_class, Node)
        else ingress_class,
        parameters=follow(parameters, lambda node: str(node.get("metadata", "name"))),
        target_type=_annotation(ingress, "target-type"),
        path=rule.get("path"),
        path_type=rule.get("pathType"),
        service_name=backend(rule).get("name"),
        service_port=number(port.get("number")) or port.get("name"),
    )


def _class(graph: Graph, ingress: Node) -> Found[Node]:
    return named(graph, tokens.INGRESS_CLASS, ingress, None, ingress.get("spec", "ingressClassName"))


def _parameters(graph: Graph, ingress: Node) -> Found[Node]:
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
        _parameters(graph, ingress),
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
