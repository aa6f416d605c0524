"""What a hop says for people: a line of what it is wired to, and lines below it."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from crosslink.graph.unknown import Fact, Unknown, present, visible
from crosslink.path import alb, api, domain, ingress_rule, load_balancers, methods, pods, private_link, routes
from crosslink.path.hop import Hop

T = TypeVar("T")


def facts(hop: Hop) -> str:
    """What a hop is wired to, in a line."""
    match hop:
        case domain.Domain():
            text = f"{hop.url}{_state(hop.status)}"
        case api.Stage():
            text = f"{hop.name}, {hop.url}"
        case methods.Method():
            scopes = f", scope {listed(hop.scopes)}" if hop.scopes else ""
            text = f"{hop.http_method} {hop.path}, auth {hop.auth}{scopes}"
        case api.VpcLink():
            subnets = listed(hop.subnets, lambda subnet: f"{subnet.cidr} ({subnet.zone})")
            text = f"{hop.id}{f', in {subnets}' if hop.version == 'v2' else ''}{_state(hop.status)}"
        case (
            load_balancers.LoadBalancer(internal=Unknown() as unknown) | alb.Alb(scheme=Unknown() as unknown)
        ):
            text = str(unknown)  # as all else of it
        case load_balancers.LoadBalancer():
            reach = "internal" if hop.internal is True else f"internal: {hop.internal}"
            subnets = listed(hop.subnets, lambda subnet: f"{subnet.cidr} ({subnet.zone})")
            text = f"{reach}, in {subnets}{_state(hop.state)}"
        case load_balancers.Listener():
            text = f"{hop.protocol} {hop.port}"
        case load_balancers.TargetGroup():
            text = f"{hop.protocol} {hop.port} to targets of type {hop.target_type}"
        case load_balancers.Target():
            # Only the last part of an ARN: the rest repeats account and region.
            target = hop.target.split(":")[-1] if isinstance(hop.target, str) else hop.target
            zone = f", zone {hop.zone}" if hop.zone else ""
            text = f"{target}, port {hop.port}{zone}{_state(hop.health)}"
        case _:
            text = _facts_after_the_target(hop)
    return text


def _facts_after_the_target(hop: Hop) -> str:
    match hop:
        case routes.Way():
            text = _route(hop)
        case routes.Peering():
            networks = hop.networks
            told = networks if isinstance(networks, Unknown) else " and ".join(map(listed, networks))
            text = f"{told}, asked of {hop.peer_region}{_state(hop.status)}"
        case private_link.Endpoint():
            addresses = listed(interface.address for interface in hop.interfaces)
            crosses = f", to {hop.looks_in}" if hop.crosses else ""
            text = f"{hop.id}, addresses {addresses}{crosses}{_state(hop.state)}"
        case private_link.EndpointService():
            others = [region for region in visible(hop.regions) if region != hop.region]
            regions = f", in {listed(others)}, too" if others else ""
            text = f"{hop.id}, allows {listed(hop.allowed_principals)}{regions}{_state(hop.state)}"
        case alb.Alb():
            text = f"{hop.scheme}, {listening(hop)}, {hop.host_name}{_state(hop.state)}"
        case ingress_rule.IngressRule():
            text = f"{hop.path_type} {hop.path} → Service {hop.service_name}:{hop.service_port}"
        case pods.KubernetesService():
            text = f"port {hop.port} → port {hop.target_port} of the pods"
        case pods.Deployment():
            ready = "" if hop.available is None else f", {hop.available} ready"
            text = f"{_count(hop)} pods of {_short(str(hop.image))}, port {_ports(hop)}{ready}"
        case _:
            text = str(hop.id)
    return text


def pods_of(deployment: pods.Deployment) -> str:
    """How many pods there are to be, and their port."""
    return f"{_count(deployment)} pods, port {_ports(deployment)}"


def _ports(deployment: pods.Deployment) -> str:
    return listed(deployment.ports, lambda port: str(port[1]))


def _count(deployment: pods.Deployment) -> str:
    scaled = [f"{scaler.least} to {scaler.most}" for scaler in visible(deployment.autoscalers)]
    return scaled[0] if scaled else str(deployment.replicas)


def _short(image: str) -> str:
    """The image's name, of a digest the first 12 digits, as Docker prints it."""
    return re.sub(r"(@sha256:[0-9a-f]{12})[0-9a-f]+$", r"\1", image)


def _route(hop: routes.Way) -> str:
    route = hop.route
    if route is None or isinstance(route, Unknown):
        return f"{hop.subnet.cidr} → {hop.destination}: {route or 'no route'}"
    over = route.peering
    way = over if isinstance(over, Unknown) else "over the peering" if over else "not over a peering"
    return f"{hop.subnet.cidr} → {route.destination} {way}{_state(route.state)}"


def _state(state: Fact[str | None]) -> str:
    """The state that AWS reports; empty where AWS wasn't asked."""
    return "" if state is None else f", {state}"


def more(hop: Hop) -> Iterator[tuple[str, str]]:
    """The lines below a hop's first one, each with a title of its own."""
    match hop:
        case api.Stage():
            yield "sets", f"stage variable {listed(hop.variables, lambda variable: variable[0])}"
        case methods.Method():
            if hop.authorizers:
                yield "asks", listed(hop.authorizers)
            by = f" {hop.uri} by {hop.connection_type} {hop.connection_id}"
            yield "integration", f"{hop.integration_type}{'' if hop.integration_type == 'MOCK' else by}"
        case load_balancers.TargetGroup():
            for check in present(hop.health_check):
                answer = f" {check.path} for {check.matcher}" if check.path else ""  # by TCP it only connects
                yield "asked", f"{check.protocol}{answer}"
        case private_link.Endpoint():
            yield from _admissions(hop)
        case private_link.EndpointService() if hop.pending:
            yield "pending", listed(hop.pending, lambda endpoint: f"{endpoint[0]} of {endpoint[1]}")
        case pods.KubernetesService():
            yield "selects", listed(hop.selector, "=".join)
        case pods.Deployment():
            yield "labelled", listed(hop.labels, "=".join)
        case _:
            pass


def _admissions(hop: private_link.Endpoint) -> Iterator[tuple[str, str]]:
    if isinstance(hop.lets_in, Unknown):
        yield "admits", str(hop.lets_in)
    for rule in visible(hop.lets_in):
        yield "admits", f"{listed(rule.ranges) or 'no range of IPv4'} to port {rule.to_port}"
    if accepted := hop.acceptance:
        yield "accepted by", str(accepted) if isinstance(accepted, Unknown) else f"account {accepted.account}"


def listening(hop: alb.Alb) -> str:
    """Where an ALB listens, and for what."""
    return listed(hop.listeners, lambda listener: f"{listener.protocol} {listener.port}")


def listed(values: Iterable[T] | Unknown | None, text: Callable[[T], str] = str) -> str:
    """A fact that is a list, in a line."""
    return str(values) if values is None or isinstance(values, Unknown) else ", ".join(map(text, values))
