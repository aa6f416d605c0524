"""The ALB: as AWS has it, or as its Ingress asks for it."""

from dataclasses import replace
from functools import partial
from typing import Any

from crosslink.graph import tokens
from crosslink.graph.graph import Graph, follow
from crosslink.graph.node import Node, NotOurs, Value, doubt, fields, items, number
from crosslink.graph.unknown import Fact, Number, Text, Unknown, visible
from crosslink.ip_ranges import EVERYBODY
from crosslink.path import of_ingresses
from crosslink.path.alb_actions import pairs
from crosslink.path.hop import (
    Hop,
    Read,
    Source,
    base_of,
    computed,
    hop,
    hops_at,
    if_known,
    only_aws,
    prop,
)
from crosslink.path.ingress import asked_of_class, host_name, parameters_of
from crosslink.path.ingress_rules import (
    annotation,
    read_json,
)
from crosslink.path.load_balancers import GROUPS, SUBNETS
from crosslink.path.network import INGRESS, Rules, SecurityGroupRule, Subnet, groups_of, rules_of

IDLE_TIMEOUT, DEFAULT_IDLE = "idle_timeout.timeout_seconds", 60
# How IngressClassParams list certificates: those of EKS Auto Mode, and of the AWS Load Balancer Controller
CERTIFICATES = ("certificateARNs", "certificateArn")


def either(of_ingress: Read, of_aws: Read) -> Any:  # noqa: ANN401 - the field's annotation has its type
    """A field that is read from the Ingress that asks for an ALB, or from the ALB as AWS has it."""
    return computed(lambda source: (of_ingress if source.node.type == tokens.INGRESS else of_aws)(source))


@hop
class AlbListener(Hop):
    """A listener of an ALB."""

    token = tokens.LISTENER
    port: Number = prop("port", convert=number)
    protocol: Text = prop("protocol")
    certificate: Text = prop("certificateArn")  # ARN of the one that it shows by default; None without
    tls_policy: Text = prop("sslPolicy")  # None for AWS's default


def scheme_of(graph: Graph, ingress: Node) -> Text:
    """Whether the ALB that an Ingress asks for is `internal`, the default, or `internet-facing`."""
    of_class = follow(parameters_of(graph, ingress), lambda node: node.get("spec", "scheme"))
    return of_class or annotation(ingress, "scheme") or "internal"


def let_in_by(graph: Graph, ingress: Node) -> Rules:
    """What the controller will let in to the listeners of an Ingress's ALB, by default everybody.

    Nobody can tell where the Ingress names security groups of its own.
    """
    cidrs = asked_of_class(graph, ingress, "inbound-cidrs", "inboundCIDRs")
    listeners = _asked_listeners(graph, ingress)
    if groups := annotation(ingress, "security-groups"):
        return Unknown(f"by the annotation security-groups {groups} decide, whose rules can't be seen")
    if unknown := doubt(cidrs, listeners):
        return unknown
    listed = items(cidrs) or [cidr.strip() for cidr in (cidrs or EVERYBODY).split(",")]
    ranges = tuple(listed)
    rule = partial(SecurityGroupRule, **base_of(ingress), ranges=ranges, protocol="tcp")
    ports = [listener.port for listener in visible(listeners)]
    return tuple(rule(from_port=port, to_port=port) for port in ports)


def _asked_listeners(graph: Graph, ingress: Node) -> Fact[tuple[AlbListener, ...]]:
    """The listeners that the controller will make: by default one for HTTPS if it is given a certificate."""
    certificate, ports = _certificate(graph, ingress), annotation(ingress, "listen-ports")
    if ports is None:
        ports = if_known(certificate, lambda given: '[{"HTTPS": 443}]' if given else '[{"HTTP": 80}]')
    if isinstance(ports, Unknown):
        return ports
    listener = partial(
        AlbListener, **base_of(ingress), tls_policy=asked_of_class(graph, ingress, "ssl-policy", "sslPolicy")
    )
    shown = certificate or _looked_for(ingress)
    return tuple(
        listener(port=port, protocol=protocol, certificate=shown if protocol == "HTTPS" else None)
        for entry in items(read_json(ports))
        for protocol, port in fields(entry).items()
        if isinstance(port, int)
    )


def _certificate(graph: Graph, ingress: Node) -> Text:
    """The certificate that the controller is given: the class's first one, or else the Ingress's own."""
    spec = follow(parameters_of(graph, ingress), lambda node: node.get("spec"))
    if isinstance(spec, Unknown):
        return spec
    of_class = next(filter(None, map(fields(spec).get, CERTIFICATES)), None)
    if isinstance(of_class, Unknown):
        return of_class
    own = annotation(ingress, "certificate-arn")
    return next(iter(items(of_class)), None) or (own.partition(",")[0] if isinstance(own, str) else own)


def _looked_for(ingress: Node) -> Unknown | None:
    """The certificate that the controller looks for if it is given none: one for the Ingress's hosts."""
    hosts = [*items(ingress.get("spec", "tls")), *items(ingress.get("spec", "rules"))]
    named = any(fields(host).get("host") or fields(host).get("hosts") for host in hosts)
    return Unknown("the controller looks for a certificate of the Ingress's hosts") if named else None


def _asked_idle(source: Source) -> Number:
    """The attribute in the IngressClassParams, or else in the Ingress's annotation `<name>=<value>,…`.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
    """
    of_class = follow(
        parameters_of(source.graph, source.node), lambda node: node.get("spec", "loadBalancerAttributes")
    )
    annotated = annotation(source.node, "load-balancer-attributes")
    if unknown := doubt(of_class, annotated):
        return unknown
    told = {**pairs(annotated)}
    told |= {str(pair.get("key")): pair.get("value") for pair in map(fields, items(of_class))}
    idle = told.get(IDLE_TIMEOUT)
    return int(idle) if isinstance(idle, str) and idle.isdigit() else DEFAULT_IDLE


def _asked_subnets(source: Source) -> Fact[tuple[Subnet, ...]]:
    parameters = parameters_of(source.graph, source.node)
    if isinstance(parameters, Node) and fields(parameters.get("spec")).get("subnets"):
        # Beside the subnets there are other ids in it.
        ids = replace(parameters, properties={"spec": parameters.get("spec", "subnets", "ids")})
        named = source.graph.all_named(ids, "spec", tokens.SUBNET)
        return hops_at(Subnet, source, named or NotOurs.of("a subnet of the IngressClassParams"))
    return Unknown("the IngressClassParams name no subnets: the controller looks for tagged ones")


def _or_default(idle: int | None) -> int:
    return DEFAULT_IDLE if idle is None else idle


def _scheme(internal: Value) -> str:
    return "internal" if internal is True else "internet-facing"


def _aws_listeners(source: Source) -> Fact[tuple[AlbListener, ...]]:
    listeners = source.graph.all_naming(source.node, "loadBalancerArn", tokens.LISTENER)
    return hops_at(AlbListener, source, listeners)


def _aws_subnets(source: Source) -> Fact[tuple[Subnet, ...]]:
    return hops_at(Subnet, source, source.graph.all_named(source.node, SUBNETS, tokens.SUBNET))


@hop
class Alb(Hop):
    """The ALB of an Ingress, as the Ingress asks for it, or as AWS has it."""

    token = tokens.LOAD_BALANCER
    host_name: Text = either(lambda source: host_name(source.node), lambda source: source.node.get("dnsName"))
    scheme: Text = either(
        lambda source: scheme_of(source.graph, source.node),
        lambda source: if_known(source.node.get("internal"), _scheme),
    )
    listeners: Fact[tuple[AlbListener, ...]] = either(
        lambda source: _asked_listeners(source.graph, source.node), _aws_listeners
    )
    subnets: Fact[tuple[Subnet, ...]] = either(_asked_subnets, _aws_subnets)
    lets_in: Rules = either(
        lambda source: let_in_by(source.graph, source.node), lambda source: rules_of(source, INGRESS, GROUPS)
    )
    groups: tuple[Hop, ...] = either(lambda _source: (), lambda source: groups_of(source, GROUPS))
    # how many seconds at most it waits for the next byte
    idle_timeout: Number = either(
        _asked_idle, lambda source: if_known(number(source.node.get("idleTimeout")), _or_default)
    )
    answers: Fact[tuple[tuple[str, str], ...]] = computed(of_ingresses.answers)  # path, status code
    # path, name of the Service whose pods are asked
    probes: Fact[tuple[tuple[str, str], ...]] = computed(of_ingresses.probes)
    redirects_to: Text = computed(of_ingresses.redirects_to)  # the port; None for no redirect
    wrong_host: Text = computed(
        of_ingresses.wrong_host
    )  # None if a rule takes the route, or none would for any host
    # port → `off`, `passthrough` or `verify`
    client_certificates: Fact[tuple[tuple[int, str], ...]] = computed(of_ingresses.client_certificates)
    differences: Fact[tuple[str, ...]] = computed(
        of_ingresses.differing
    )  # what its Ingresses don't say alike
    # `active` and so on; None where AWS wasn't asked
    state: Text = only_aws("state")
