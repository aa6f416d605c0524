"""The rule of an Ingress that takes the route, and what the ALB does by it."""

import re

from crosslink.graph import tokens
from crosslink.graph.controllers import ALB, AUTO_MODE
from crosslink.graph.graph import Graph, follow
from crosslink.graph.node import Node, Value, doubt, fields, items, number
from crosslink.graph.unknown import Fact, Found, Text, Unknown, visible
from crosslink.ip_ranges import covered
from crosslink.path.alb_actions import answer, beside, of_service, refused, sent_to
from crosslink.path.hop import Hop, Source, as_tuple, computed, each, hop, if_known, prop
from crosslink.path.ingress import (
    asked_of_class,
    class_of,
    group_of,
    is_of_own_namespace,
    object_named,
    parameters_of,
)
from crosslink.path.ingress_rules import annotation, demanded
from crosslink.path.label_selectors import is_valid, keys_of, selects
from crosslink.path.methods import is_preflight
from crosslink.path.unmet_conditions import Sent, Unmet, addresses_of, unmet

_FINALIZERS = ("group.ingress.", "ingress.k8s.aws/")
_GROUP = re.compile(r"(?=.{1,63}$)([a-z0-9][-a-z0-9.]*)?[a-z0-9]")
# Controller → the label of a namespace whose new pods are ready once the ALB finds them healthy
_GATES = {
    AUTO_MODE: "eks.amazonaws.com/pod-readiness-gate-inject",
    ALB: "elbv2.k8s.aws/pod-readiness-gate-inject",
}
NAME_LABEL = "kubernetes.io/metadata.name"  # Kubernetes gives it to every namespace


def _refused(source: Source) -> Fact[tuple[str, ...]]:
    """Of all Ingresses that share the ALB: the controller makes it for all of them, or not at all."""
    found = source.route.found("Ingress") if source.route else [source.node]
    ingresses = [source.node] if isinstance(found, Unknown) else found
    groups = {group_of(source.graph, ingress) for ingress in ingresses}
    bad = [f"{group} is no name of a group" for group in groups if group and not _is_group(group)]
    found = each(ingresses, lambda ingress: if_known(refused(ingress), list))
    return if_known(found, lambda annotations: (*sorted(bad), *annotations))


def _is_group(name: Text) -> bool:
    """https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#group.name"""
    return isinstance(name, Unknown) or bool(_GROUP.fullmatch(str(name)))


def _sign_in(source: Source) -> Text:
    """The Service says it, or else the Ingress; who isn't signed in may be let through.

    Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#authentication
    """
    found = source.route.node("Service") if source.route else None
    service = found if isinstance(found, Node) else source.node
    kind, else_ = (
        of_service(service, source.node, f"auth-{name}") for name in ("type", "on-unauthenticated-request")
    )
    if unknown := doubt(kind, else_):
        return unknown
    return None if kind in (None, "none") or else_ == "allow" else kind


def _controller(source: Source) -> Text:
    return follow(class_of(source.graph, source.node), lambda node: node.get("spec", "controller"))


def _parameters(source: Source) -> Found[str]:
    parameters = parameters_of(source.graph, source.node)
    return follow(parameters, lambda node: str(node.get("metadata", "name")))


def _service(source: Source) -> Text:
    return sent_to(source.node, source.node.get("rule")).get("name")


def _port(source: Source) -> Fact[int | str | None]:
    port = fields(sent_to(source.node, source.node.get("rule")).get("port"))
    return number(port.get("number")) or port.get("name")


def _target_type(source: Source) -> Text:
    """The class says it, or else the Service, or else the Ingress."""
    service = source.route.node("Service") if source.route else None
    of_service = annotation(service, "target-type") if isinstance(service, Node) else None
    asked = asked_of_class(source.graph, source.node, "target-type", "targetType")
    of_class = follow(parameters_of(source.graph, source.node), lambda node: node.get("spec", "targetType"))
    return of_class or of_service or asked


def _not_selected(source: Source) -> Fact[tuple[str, ...]]:
    """The namespaces of the ALB's Ingresses that their classes aren't for: the controller makes nothing then.

    One that has never been of the group is left out.

    Source: https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/ingress/group_loader.go
    """
    found = source.route.found("Ingress") if source.route else [source.node]
    others = [node for node in visible(found) if node.urn != source.node.urn and _is_member(node)]
    ingresses = [source.node, *others]
    namespaces = [ingress.get("metadata", "namespace") for ingress in ingresses]
    selected = [_is_selected(source.graph, ingress) for ingress in ingresses]
    refused = [name for name, fits in zip(namespaces, selected, strict=True) if fits is False]
    return doubt(*namespaces) or tuple(sorted(refused)) or doubt(*selected) or ()


def _waits_for_alb(source: Source) -> Fact[bool | None]:
    """Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/pod_readiness_gate/"""
    gate = if_known(_controller(source), lambda name: _GATES.get(str(name)))
    name = source.node.get("metadata", "namespace")
    found = object_named(source.graph, tokens.NAMESPACE, source.node, None, name)
    labels = follow(found, lambda node: node.get("metadata", "labels"))
    if unknown := doubt(gate, found, labels):
        return unknown
    return fields(labels).get(str(gate)) == "enabled" if found and gate else None


def _is_member(ingress: Node) -> bool:
    """Whether the controller has made something of an Ingress, which its finalizer says."""
    return any(str(name).startswith(_FINALIZERS) for name in items(ingress.get("metadata", "finalizers")))


def _is_selected(graph: Graph, ingress: Node) -> Fact[bool]:
    parameters = parameters_of(graph, ingress)
    selector = follow(parameters, lambda node: node.get("spec", "namespaceSelector"))
    if not selector or isinstance(selector, Unknown):
        return selector if isinstance(selector, Unknown) else True
    name = ingress.get("metadata", "namespace")
    if unknown := doubt(selector, name):
        return unknown
    if not is_valid(selector):
        return False
    labels = {NAME_LABEL: name}
    if keys_of(selector) - labels.keys():
        found = object_named(graph, tokens.NAMESPACE, ingress, None, name)
        own = follow(found, lambda node: node.get("metadata", "labels"))
        if unknown := doubt(own):
            return unknown
        if found is None and graph.registered:
            return Unknown(f"the labels of namespace {name} are its owner's")
        labels |= fields(own)
    return selects(selector, labels)


def _unmet(source: Source) -> Fact[tuple[Unmet, ...]]:
    rule = source.node.get("rule")
    others = if_known(_sent(source), lambda sent: unmet(source.node, rule, sent))
    own = _unmet_addresses(source, rule)
    certain = [condition for found in (others, own) if not isinstance(found, Unknown) for condition in found]
    return tuple(certain) or doubt(others, own) or ()


def _sent(source: Source) -> Fact[Sent]:
    methods = source.trail.own_methods
    own = [method for method in visible(methods) if not is_preflight(method)]
    verbs, asked = [method.http_method for method in own], source.trail.asked
    sets = [method.sets for method in own]
    if unknown := doubt(methods if isinstance(methods, Unknown) else None, *sets):
        return unknown
    mapped = {name: value for found in visible(sets) for name, value in visible(found)}
    known_verbs = frozenset[str]() if doubt(verbs) else frozenset(map(str, verbs))
    return Sent(asked.route, asked.host, known_verbs, mapped)


def _unmet_addresses(source: Source, rule: Value) -> Fact[tuple[Unmet, ...]]:
    """What conditions on addresses the NLB doesn't meet, from whose subnets all requests come."""
    conditions = list(addresses_of(source.node, rule))
    balancers = source.trail.found("provider NLB") if conditions else []
    subnets = each(balancers, lambda node: source.graph.all_named(node, "subnets", tokens.SUBNET))
    if isinstance(subnets, Unknown):
        return subnets
    cidrs = [subnet.get("cidrBlock") for subnet in subnets]
    if unknown := doubt(cidrs):
        return unknown
    met = [[covered(cidr, ranges) for cidr in cidrs] for ranges in conditions]
    return tuple(
        Unmet(
            f"it takes requests from {', '.join(map(str, ranges))} alone, they come from the NLB's "
            + " and ".join(map(str, cidrs)),
            by_all=not any(fits),
        )
        for ranges, fits in zip(conditions, met, strict=True)
        if not all(fits)
    )


@hop
class IngressRule(Hop):
    """The rule of an Ingress that takes the route."""

    token = tokens.INGRESS
    # whether its Services are the stack's
    own_namespace: Fact[bool] = computed(lambda source: is_of_own_namespace(source.node))
    ingress_class: Text = prop("spec", "ingressClassName")
    controller: Text = computed(_controller)  # of the class; None if there is no such class
    parameters: Found[str] = computed(_parameters)  # their name
    target_type: Text = computed(_target_type)  # `ip` or `instance`; None for the controller's default
    host: Text = prop("rule", "host")  # None for every host
    path: Text = prop("rule", "path")
    path_type: Text = prop("rule", "pathType")  # `Prefix` or `Exact`
    service_name: Text = computed(_service)
    service_port: Fact[int | str | None] = computed(_port)
    # what the ALB answers itself; None where it hands requests on
    answer: Text = computed(lambda source: answer(source.node, source.node.get("rule")))
    # where else it hands requests to, beside the Service
    shares_with: Fact[tuple[str, ...]] = computed(lambda source: beside(source.node, source.node.get("rule")))
    # the conditions that the route's requests don't meet, but for that on their own header
    unmet: Fact[tuple[Unmet, ...]] = computed(_unmet)
    # namespaces of the ALB's Ingresses that their classes aren't for
    not_selected: Fact[tuple[str, ...]] = computed(_not_selected)
    waits_for_alb: Fact[bool | None] = computed(_waits_for_alb)  # whether new pods do, to become ready
    refused: Fact[tuple[str, ...]] = computed(_refused)  # annotations that the controller can't carry out
    sign_in: Text = computed(_sign_in)  # what the ALB wants of callers, `oidc` or `cognito`; None for nothing
    wants_token: Fact[bool] = computed(
        lambda source: if_known(annotation(source.node, "jwt-validation"), bool)
    )
    demanded_header: Fact[tuple[str, ...] | None] = computed(  # None: it demands no header
        lambda source: demanded(source.node, source.node.get("rule"))
    )
    # the paths below its own that rules before it take from the route
    cut: Fact[tuple[str, ...]] = prop("cut", convert=as_tuple)
