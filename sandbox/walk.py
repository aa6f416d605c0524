"""How a walk is printed: a line per hop, under the account and region that the hop is in."""

from collections.abc import Iterable
from functools import singledispatch
from typing import TypeAlias

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from reachability.facts import Hop, Unknown
from reachability.hops import (
    Deployment,
    Endpoint,
    EndpointService,
    IngressRule,
    KubernetesService,
    Listener,
    LoadBalancer,
    Method,
    Route,
    Stage,
    Target,
    TargetGroup,
)
from reachability.model import Walk

_TITLE_WIDTH = 18

Lines: TypeAlias = list[tuple[str, str]]
"""The lines below a hop's first one, each with a title of its own."""


def render(walk: Walk) -> RenderableType:
    """A walk for people."""
    parts: list[RenderableType] = [Text(f"Walk of {walk.path}", "bold")]
    place: tuple[str | None, str | None] | None = None
    table = _table()
    for title, hop in walk.hops():
        if hop and place != (hop.account, hop.region):
            place = (hop.account, hop.region)
            table = _table()
            parts += [Text(f"  {hop.account} {hop.region}"), Padding(table, (0, 0, 0, 4), expand=False)]
        if hop is None:
            table.add_row(Text(title, "cyan"), Text("missing", "bold red"))
            continue
        name = hop.resource.rpartition(" ")[2]
        table.add_row(Text(title, "cyan"), _known_or_not(Text.assemble(_facts(hop), (f"  {name}", "dim"))))
        for below, facts in _more(hop):
            table.add_row(Text(f"  {below}", "cyan"), _known_or_not(Text(facts)))
    return Group(*parts)


def _table() -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(width=_TITLE_WIDTH)
    table.add_column(overflow="fold")
    return table


def _known_or_not(facts: Text) -> Text:
    facts.highlight_words(["unknown"], "yellow")
    return facts


@singledispatch
def _facts(hop: Hop) -> str:
    """What a hop is wired to, in a line."""
    return str(hop.id)


@_facts.register
def _(hop: Method) -> str:
    return f"{hop.http_method} {hop.path}, auth {hop.auth}"


@_facts.register
def _(hop: Stage) -> str:
    return f"{hop.name}, {hop.url}"


@_facts.register
def _(hop: LoadBalancer) -> str:
    reach = "internal" if hop.internal is True else f"internal: {hop.internal}"
    return f"{reach}, in {listed(f'{subnet.cidr} ({subnet.zone})' for subnet in hop.subnets)}"


@_facts.register
def _(hop: Listener) -> str:
    return f"{hop.protocol} {hop.port}"


@_facts.register
def _(hop: TargetGroup) -> str:
    return f"{hop.protocol} {hop.port} to targets of type {hop.target_type}"


@_facts.register
def _(hop: Target) -> str:
    # Of an ARN, which says account and region once more, the last part.
    target = hop.target.split(":")[-1] if isinstance(hop.target, str) else hop.target
    return f"{target}, port {hop.port}" + (f", zone {hop.zone}" if hop.zone else "")


@_facts.register
def _(hop: Route) -> str:
    way = "over the peering" if hop.peering else "not over an accepted peering"
    return f"{hop.subnet.cidr} → {hop.destination} {way}"


@_facts.register
def _(hop: Endpoint) -> str:
    return f"{hop.id}, addresses {listed(hop.addresses)}"


@_facts.register
def _(hop: EndpointService) -> str:
    return f"{hop.id}, allows {listed(hop.allowed_principals)}"


@_facts.register
def _(hop: IngressRule) -> str:
    return f"{hop.scheme}, ports {listed(hop.listener_ports)}, {hop.host_name}"


@_facts.register
def _(hop: KubernetesService) -> str:
    return f"port {hop.port} → port {hop.target_port} of the pods"


@_facts.register
def _(hop: Deployment) -> str:
    return f"{hop.replicas} pods of {hop.image}, port {hop.container_port}"


@singledispatch
def _more(_hop: Hop) -> Lines:
    """What else a hop has to say."""
    return []


@_more.register
def _(hop: Method) -> Lines:
    by = f"{hop.connection_type} {hop.connection_id}"
    return [("integration", f"{hop.integration_type} {hop.uri} by {by}")]


@_more.register
def _(hop: Stage) -> Lines:
    return [("sets", f"stage variable {listed(hop.variables)}")]


@_more.register
def _(hop: TargetGroup) -> Lines:
    check = hop.health_check
    return [("asked", f"{check.protocol} {check.path} for {check.matcher}")] if check else []


@_more.register
def _(hop: Endpoint) -> Lines:
    admits = [("admits", f"{rule.source} to port {rule.port}") for rule in hop.admissions]
    return admits + ([("accepted by", hop.acceptance)] if hop.acceptance else [])


@_more.register
def _(hop: IngressRule) -> Lines:
    rule = f"{hop.path_type} {hop.path} → Service {hop.service_name}:{hop.service_port}"
    return [("rule", rule)]


@_more.register
def _(hop: KubernetesService) -> Lines:
    return [("selects", _labels(hop.selector))]


@_more.register
def _(hop: Deployment) -> Lines:
    return [("labelled", _labels(hop.labels))]


def listed(values: Iterable[object] | Unknown | None) -> str:
    """A fact that is a list, in a line."""
    return str(values) if values is None or isinstance(values, Unknown) else ", ".join(map(str, values))


def _labels(labels: Iterable[tuple[str, str]] | Unknown | None) -> str:
    if labels is None or isinstance(labels, Unknown):
        return str(labels)
    return listed(f"{key}={value}" for key, value in labels)
