"""What the Ingresses that share an ALB say of it together."""

from collections.abc import Sequence
from dataclasses import replace

from crosslink.graph.node import Node, doubt, fields, items, number
from crosslink.graph.unknown import Fact, Text, Unknown, visible
from crosslink.path.alb_actions import sent_to
from crosslink.path.alb_conditions import AlbRule
from crosslink.path.group_rules import with_rule
from crosslink.path.hop import Source, each, if_known
from crosslink.path.ingress import asked_of_class, differences
from crosslink.path.ingress_rules import (
    ANNOTATIONS,
    Asked,
    action,
    annotation,
    backend,
    is_annotated,
    path_rules,
    read_json,
)


def answers(source: Source) -> Fact[tuple[tuple[str, str], ...]]:
    """The paths with a fixed response, whatever the host, of all Ingresses that share the ALB.

    An existing ALB has rules of its owner's, whose targets may answer.
    """
    ingresses = source.trail.found("Ingress") or Unknown("there is no Ingress to say it")
    return if_known(each(ingresses, _answered), tuple)


def _answered(ingress: Node) -> Fact[list[tuple[str, str]]]:
    annotations, prefix = ingress.get("metadata", "annotations"), f"{ANNOTATIONS}/actions."
    actions = [value for name, value in fields(annotations).items() if name.startswith(prefix)]
    unread = annotations if isinstance(annotations, Unknown) else actions
    if unknown := doubt(ingress.get("spec", "rules"), unread):
        return unknown
    found = [
        (str(rule.get("path")), fields(read_json(action(ingress, rule)))) for rule in path_rules(ingress)
    ]
    codes = [(path, fields(answer.get("fixedResponseConfig")).get("statusCode")) for path, answer in found]
    return [(path, str(code)) for path, code in codes if code is not None]


def probes(source: Source) -> Fact[tuple[tuple[str, str], ...]]:
    """The paths that pods answer whatever the host and the headers, each with their Service."""
    ingresses = source.trail.found("Ingress") or Unknown("there is no Ingress to say it")
    return if_known(each(ingresses, _asked), tuple)


def _asked(ingress: Node) -> Fact[list[tuple[str, str]]]:
    annotations = ingress.get("metadata", "annotations")
    if unknown := doubt(ingress.get("spec", "rules"), annotations):
        return unknown
    return [
        (str(rule.get("path")), str(sent_to(ingress, rule).get("name")))
        for rule in path_rules(ingress)
        if is_annotated(rule)
        and fields(read_json(action(ingress, rule))).get("type") == "forward"
        and not annotation(ingress, f"conditions.{backend(rule).get('name')}")
    ]


def redirects_to(source: Source) -> Text:
    ingresses = source.trail.found("Ingress")
    ports = (
        asked_of_class(source.graph, ingress, "ssl-redirect", "sslRedirectPort")
        for ingress in visible(ingresses)
    )
    return ingresses if isinstance(ingresses, Unknown) else next((port for port in ports if port), None)


def client_certificates(source: Source) -> Fact[tuple[tuple[int, str], ...]]:
    """Of each port with a say in it what its listener does about certificates of clients.

    Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#mutual-authentication
    """
    found = source.trail.found("Ingress")
    said = [annotation(ingress, "mutual-authentication") for ingress in visible(found)]
    if unknown := doubt(found if isinstance(found, Unknown) else None, said):
        return unknown
    entries = [fields(entry) for value in said for entry in items(read_json(value))]
    return tuple((number(entry.get("port")), str(entry.get("mode"))) for entry in entries)


def wrong_host(source: Source) -> Text:
    """Why no rule takes the route's requests, if one for another host would."""
    trail = source.trail
    ingresses = trail.found("Ingress")
    if isinstance(ingresses, Unknown) or not trail.lacks("Ingress rule"):
        return None  # another rule says what isn't known then
    asked = trail.asked
    hosts = _hosts_with_rule(ingresses, trail.asked_rules, asked)
    if hosts and asked.host is None:
        return Unknown(f"rules are for {', '.join(hosts)}, and which host requests are for isn't known")
    return f"its rules are for {', '.join(hosts)}, requests are for {asked.host}" if hosts else None


def _hosts_with_rule(ingresses: Sequence[Node], rules: Fact[Sequence[AlbRule]], asked: Asked) -> list[str]:
    """The hosts for which the Ingresses that share an ALB take a route's path."""
    hosts = {
        host: replace(asked, host=host.replace("*", "any"))
        for ingress in ingresses
        for rule in items(ingress.get("spec", "rules"))
        if isinstance(host := fields(rule).get("host"), str)
    }
    return sorted(host for host, other in hosts.items() if isinstance(with_rule(rules, other), Node))


def differing(source: Source) -> Fact[tuple[str, ...]]:
    ingresses = source.trail.found("Ingress")
    return ingresses if isinstance(ingresses, Unknown) else differences(source.graph, ingresses)
