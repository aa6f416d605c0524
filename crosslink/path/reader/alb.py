"""Reads the ALB: as AWS has it, or as its Ingress asks for it."""

import json

from crosslink.graph import tokens
from crosslink.graph.graph import Graph, Node, Value, at, doubt, each, fields, follow, items, number
from crosslink.graph.unknown import Fact, Found, Text, Unknown, visible
from crosslink.path.hops.cluster import Alb, AlbListener
from crosslink.path.hops.network import SecurityGroupRule
from crosslink.path.reader.ingress import (
    ANNOTATIONS,
    annotation,
    backend,
    host_name,
    parameters_of,
    path_rules,
)
from crosslink.path.reader.network import rules_of, subnet_facts


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
            listeners=each(listeners, _listener),
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
    listeners = _listeners(ingress, parameters)
    scheme = parameters.get("spec", "scheme") if isinstance(parameters, Node) else None
    return Alb(
        **at(ingress),
        host_name=host_name(ingress),
        # The controller's defaults are internal and everybody.
        scheme=scheme or annotation(ingress, "scheme") or "internal",
        listeners=listeners,
        subnets=tuple(subnet_facts(graph, one) for one in named)
        or Unknown("the IngressClassParams name no subnets: the controller looks for tagged ones"),
        lets_in=_let_in(ingress, listeners),
        answers=answers,
        redirects_to=annotation(ingress, "ssl-redirect"),
        state=None,
    )


def _let_in(ingress: Node, listeners: Fact[tuple[AlbListener, ...]]) -> Fact[tuple[SecurityGroupRule, ...]]:
    """What the controller will let in to its listeners, unless it is given other security groups."""
    cidrs = annotation(ingress, "inbound-cidrs")
    if groups := annotation(ingress, "security-groups"):
        return Unknown(f"by the annotation security-groups {groups} decide, whose rules can't be seen")
    if unknown := doubt(cidrs, listeners):
        return unknown
    return tuple(
        SecurityGroupRule(
            **at(ingress), cidr=cidr.strip(), protocol="tcp", from_port=one.port, to_port=one.port
        )
        for cidr in (cidrs or "0.0.0.0/0").split(",")
        for one in visible(listeners)
    )


def _listener(listener: Node) -> AlbListener:
    """A listener as AWS has it."""
    return AlbListener(
        port=number(listener.get("port")),
        protocol=listener.get("protocol"),
        certificate=listener.get("certificateArn"),
        tls_policy=listener.get("sslPolicy"),
    )


def _listeners(ingress: Node, parameters: Found[Node]) -> Fact[tuple[AlbListener, ...]]:
    """The listeners that the controller will make: by default one for HTTPS if it is given a certificate."""
    certificate, ports = _certificate(ingress, parameters), annotation(ingress, "listen-ports")
    if ports is None:
        if isinstance(certificate, Unknown):
            return certificate
        ports = '[{"HTTPS": 443}]' if certificate else '[{"HTTP": 80}]'
    if isinstance(ports, Unknown):
        return ports
    return tuple(
        AlbListener(
            port=port,
            protocol=protocol,
            certificate=(certificate or _looked_for(ingress)) if protocol == "HTTPS" else None,
            tls_policy=annotation(ingress, "ssl-policy"),
        )
        for entry in items(_json(ports))
        for protocol, port in fields(entry).items()
        if isinstance(port, int)
    )


def _certificate(ingress: Node, parameters: Found[Node]) -> Text:
    """The certificate that the controller is given: the class's first one, or else the Ingress's own."""
    of_class = follow(parameters, lambda node: node.get("spec", "certificateARNs"))
    if isinstance(of_class, Unknown):
        return of_class
    own = annotation(ingress, "certificate-arn")
    return next(iter(items(of_class)), None) or (own.partition(",")[0] if isinstance(own, str) else own)


def _looked_for(ingress: Node) -> Unknown | None:
    """The certificate that the controller looks for where it is given none: one for the Ingress's hosts."""
    hosts = [*items(ingress.get("spec", "tls")), *items(ingress.get("spec", "rules"))]
    named = any(fields(one).get("host") or fields(one).get("hosts") for one in hosts)
    return Unknown("the controller looks for a certificate of the Ingress's hosts") if named else None


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
