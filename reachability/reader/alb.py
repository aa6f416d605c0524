"""Reads the ALB: as AWS has it, or as its Ingress asks for it."""

import json

from reachability import tokens
from reachability.facts import Fact, Found, Unknown, visible
from reachability.graph import Graph, Node, Value, at, doubt, each, fields, follow, items, number
from reachability.hops.cluster import Alb
from reachability.hops.network import SecurityGroupRule
from reachability.reader.ingress import ANNOTATIONS, annotation, backend, host_name, parameters_of, path_rules
from reachability.reader.network import rules_of, subnet_facts


def alb_of(graph: Graph, target: Node) -> Found[Node]:
    """The ALB that a target is, where AWS was asked; a program doesn't register it."""
    return graph.one(graph.named_by(target, "targetId", tokens.LOAD_BALANCER), tokens.LOAD_BALANCER, target)


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
            redirects_to=annotation(ingress, "ssl-redirect") if isinstance(ingress, Node) else ingress,
            state=alb.get("state"),
        )
    if isinstance(alb, Unknown) or not graph.registered:
        return alb
    return follow(ingress, lambda node: _asked_for(graph, node, answers))


def _asked_for(graph: Graph, ingress: Node, answers: Fact[tuple[tuple[str, str], ...]]) -> Alb:
    parameters = parameters_of(graph, ingress)
    named = graph.named_by(parameters, "spec", tokens.SUBNET) if isinstance(parameters, Node) else []
    ports = annotation(ingress, "listen-ports")
    listening = _ports(ports) if isinstance(ports, str) else ports or (80,)
    scheme = parameters.get("spec", "scheme") if isinstance(parameters, Node) else None
    return Alb(
        **at(ingress),
        host_name=host_name(ingress),
        # The controller's defaults are internal, port 80 and everybody.
        scheme=scheme or annotation(ingress, "scheme") or "internal",
        listener_ports=listening,
        subnets=tuple(subnet_facts(graph, one) for one in named)
        or Unknown("the IngressClassParams name no subnets: the controller looks for tagged ones"),
        lets_in=_let_in(ingress, listening),
        answers=answers,
        redirects_to=annotation(ingress, "ssl-redirect"),
        state=None,
    )


def _let_in(ingress: Node, ports: Fact[tuple[int, ...]]) -> Fact[tuple[SecurityGroupRule, ...]]:
    """What the controller will let in to its listeners, unless it is given other security groups."""
    cidrs = annotation(ingress, "inbound-cidrs")
    if groups := annotation(ingress, "security-groups"):
        return Unknown(f"by the annotation security-groups {groups} decide, whose rules can't be seen")
    if unknown := doubt(cidrs, ports):
        return unknown
    return tuple(
        SecurityGroupRule(**at(ingress), cidr=cidr.strip(), protocol="tcp", from_port=port, to_port=port)
        for cidr in (cidrs or "0.0.0.0/0").split(",")
        for port in visible(ports)
    )


def _ports(listen_ports: str) -> tuple[int, ...]:
    """The ports that it speaks HTTP on."""
    return tuple(
        port
        for entry in items(_json(listen_ports))
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
    for one in path_rules(ingress):
        action = annotation(ingress, f"actions.{backend(one).get('name')}")
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
