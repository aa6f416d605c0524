"""What a hop says for people: a line of what it is wired to, and lines below it."""

from collections.abc import Iterable
from functools import singledispatch
from typing import TypeAlias

from crosslink.graph.unknown import Fact, Unknown
from crosslink.path.alb import Alb
from crosslink.path.api import Stage, VpcLink
from crosslink.path.domain import Domain
from crosslink.path.hop import Hop
from crosslink.path.ingress import IngressRule
from crosslink.path.load_balancers import Listener, LoadBalancer, Target, TargetGroup
from crosslink.path.methods import Method
from crosslink.path.pods import Deployment, KubernetesService
from crosslink.path.private_link import Endpoint, EndpointService
from crosslink.path.routes import Peering, Way

Lines: TypeAlias = list[tuple[str, str]]
"""The lines below a hop's first one, each with a title of its own."""


def named(hop: Hop) -> str:
    """The name of a hop's resource; a tag Name may have blanks in it, a type has none."""
    return hop.resource.partition(" ")[2]


@singledispatch
def facts(hop: Hop) -> str:
    """What a hop is wired to, in a line."""
    return str(hop.id)


@facts.register
def _(hop: Domain) -> str:
    return f"{hop.url}{_state(hop.status)}"


@facts.register
def _(hop: Stage) -> str:
    return f"{hop.name}, {hop.url}"


@facts.register
def _(hop: Method) -> str:
    scopes = f", scope {listed(hop.scopes)}" if hop.scopes else ""
    return f"{hop.http_method} {hop.path}, auth {hop.auth}{scopes}"


@facts.register
def _(hop: VpcLink) -> str:
    return f"{hop.id}{_state(hop.status)}"


@facts.register
def _(hop: LoadBalancer) -> str:
    reach = "internal" if hop.internal is True else f"internal: {hop.internal}"
    subnets = hop.subnets
    where = subnets if isinstance(subnets, Unknown) else listed(f"{one.cidr} ({one.zone})" for one in subnets)
    return f"{reach}, in {where}{_state(hop.state)}"


@facts.register
def _(hop: Listener) -> str:
    return f"{hop.protocol} {hop.port}"


@facts.register
def _(hop: TargetGroup) -> str:
    return f"{hop.protocol} {hop.port} to targets of type {hop.target_type}"


@facts.register
def _(hop: Target) -> str:
    # Of an ARN, which says account and region once more, the last part.
    target = hop.target.split(":")[-1] if isinstance(hop.target, str) else hop.target
    return f"{target}, port {hop.port}{f', zone {hop.zone}' if hop.zone else ''}{_state(hop.health)}"


@facts.register
def _(hop: Way) -> str:
    route = hop.route
    if route is None or isinstance(route, Unknown):
        return f"{hop.subnet.cidr} → {hop.destination}: {route or 'no route'}"
    over = route.peering
    way = over if isinstance(over, Unknown) else "over the peering" if over else "not over a peering"
    return f"{hop.subnet.cidr} → {route.destination} {way}{_state(route.state)}"


@facts.register
def _(hop: Peering) -> str:
    told = hop.networks
    if not isinstance(told, Unknown):
        told = " and ".join(", ".join(map(str, cidrs)) for cidrs in told)
    return f"{told}, asked of {hop.peer_region}{_state(hop.status)}"


@facts.register
def _(hop: Endpoint) -> str:
    return f"{hop.id}, addresses {listed(one.address for one in hop.interfaces)}{_state(hop.state)}"


@facts.register
def _(hop: EndpointService) -> str:
    return f"{hop.id}, allows {listed(hop.allowed_principals)}{_state(hop.state)}"


@facts.register
def _(hop: Alb) -> str:
    return f"{hop.scheme}, {listening(hop)}, {hop.host_name}{_state(hop.state)}"


@facts.register
def _(hop: IngressRule) -> str:
    return f"{hop.path_type} {hop.path} → Service {hop.service_name}:{hop.service_port}"


@facts.register
def _(hop: KubernetesService) -> str:
    return f"port {hop.port} → port {hop.target_port} of the pods"


@facts.register
def _(hop: Deployment) -> str:
    ready = "" if hop.available is None else f", {hop.available} ready"
    ports = hop.ports if isinstance(hop.ports, Unknown) else listed(number for _name, number in hop.ports)
    return f"{hop.replicas} pods of {hop.image}, port {ports}{ready}"


def _state(state: Fact[str | None]) -> str:
    """What AWS says of it, where AWS was asked."""
    return "" if state is None else f", {state}"


@singledispatch
def more(_hop: Hop) -> Lines:
    """What else a hop has to say."""
    return []


@more.register
def _(hop: Stage) -> Lines:
    variables = hop.variables
    names = variables if isinstance(variables, Unknown) else listed(name for name, _value in variables)
    return [("sets", f"stage variable {names}")]


@more.register
def _(hop: Method) -> Lines:
    asks = [("asks", listed(hop.authorizers))] if hop.authorizers else []
    if hop.integration_type == "MOCK":
        return [*asks, ("integration", "MOCK")]
    by = f"{hop.connection_type} {hop.connection_id}"
    return [*asks, ("integration", f"{hop.integration_type} {hop.uri} by {by}")]


@more.register
def _(hop: TargetGroup) -> Lines:
    check = hop.health_check
    if check is None or isinstance(check, Unknown):
        return []
    return [("asked", f"{check.protocol} {check.path} for {check.matcher}")]


@more.register
def _(hop: Endpoint) -> Lines:
    rules = hop.lets_in
    if isinstance(rules, Unknown):
        admits = [("admits", str(rules))]
    else:
        admits = [
            ("admits", f"{listed(rule.ranges) or 'no range of IPv4'} to port {rule.to_port}")
            for rule in rules
        ]
    accepted = hop.acceptance
    by = str(accepted) if isinstance(accepted, Unknown) else accepted.resource if accepted else None
    return admits + ([("accepted by", by)] if by else [])


@more.register
def _(hop: KubernetesService) -> Lines:
    return [("selects", _labels(hop.selector))]


@more.register
def _(hop: Deployment) -> Lines:
    return [("labelled", _labels(hop.labels))]


def listening(alb: Alb) -> str:
    """Where an ALB listens, and for what."""
    listeners = alb.listeners
    if isinstance(listeners, Unknown):
        return str(listeners)
    return listed(f"{one.protocol} {one.port}" for one in listeners)


def listed(values: Iterable[object] | Unknown | None) -> str:
    """A fact that is a list, in a line."""
    return str(values) if values is None or isinstance(values, Unknown) else ", ".join(map(str, values))


def _labels(labels: Fact[Iterable[tuple[str, str]]]) -> str:
    return str(labels) if isinstance(labels, Unknown) else listed(f"{key}={value}" for key, value in labels)
