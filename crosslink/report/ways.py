"""The way of each route in a line; what several routes share is told once, before them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile

from rich.text import Text
from rich.tree import Tree

from crosslink.graph.unknown import Beyond, Found, Unknown, present
from crosslink.path import alb, api, domain, load_balancers, methods, pods, private_link, routes, steps
from crosslink.path.hop import Hop
from crosslink.path.ingress_rule import IngressRule
from crosslink.path.walk import Walk
from crosslink.report.cause_lines import listed as counted_list
from crosslink.report.causes import grouped
from crosslink.report.hops import listed, listening, pods_of
from crosslink.report.marks import MARKS, worst_of
from crosslink.report.walk import judged_hops
from crosslink.rules.verdict import WORST_FIRST, Result, Verdict

MOST = 4  # ways beside each other; of more the worst are told, and how many others there are
# What is told with the hop before it, unless something is wrong with it.
_TOLD_BEFORE = (load_balancers.Listener, load_balancers.TargetGroup, routes.Way, methods.Method)


@dataclass(frozen=True)
class Stop:
    """A step on a way."""

    text: str
    result: Result | None  # what the rules say of it; None for nothing
    reached: bool = True


@dataclass(frozen=True)
class _Way:
    name: str  # of the route
    result: Result
    stops: Sequence[Stop]


def ways(walks: Sequence[Walk], verdicts: Mapping[str, Sequence[Verdict]]) -> Tree:
    """All ways, as a tree of what they share.

    Args:
        walks: the walks of the routes.
        verdicts: walk, by its name → what the rules say of it.
    """
    tree = Tree(Text("Routes", "bold"), guide_style="dim")
    found = [
        _Way(walk.name, worst_of(verdicts[walk.name]) or Result.HOLDS, [*_stops(walk, verdicts[walk.name])])
        for walk in walks
    ]
    _grow(tree, found)
    return tree


def _grow(tree: Tree, found: Sequence[_Way]) -> None:
    groups = [*grouped(found, lambda way: tuple(way.stops[:1])).values()]
    groups.sort(key=lambda group: min(WORST_FIRST.index(way.result) for way in group))
    for group in groups[:MOST] if len(groups) > MOST + 1 else groups:
        if len({tuple(way.stops) for way in group}) == 1:
            tree.add(_line(group[0].stops, group))
        else:
            shared = _shared(group)
            rest = [_Way(way.name, way.result, way.stops[shared:]) for way in group]
            _grow(tree.add(_line(group[0].stops[:shared])), rest)
    if len(groups) > MOST + 1:
        others = [way for group in groups[MOST:] for way in group]
        tree.add(Text(f"and {len(others)} more routes", "dim"))


def _shared(group: Sequence[_Way]) -> int:
    """How many stops all ways begin with; ways that aren't alike have others behind them."""
    alike = (len({*stops}) == 1 for stops in zip(*(way.stops for way in group), strict=False))
    return len([*takewhile(bool, alike)])


def _line(stops: Sequence[Stop], group: Sequence[_Way] = ()) -> Text:
    """Stops, with the routes that end there."""
    text = Text()
    if group:
        sign, style = MARKS[group[0].result]
        text.append(f"{sign} ", style).append(f"{counted_list([way.name for way in group])}  ", "bold")
    for number, (reached, alike) in enumerate(groupby(stops, lambda stop: stop.reached)):
        told = [*alike]
        if reached:
            text.append_text(Text(" → ").join(map(_stop, told)))
        else:
            text.append(f"{'; ' if number else ''}not reached: {listed(told, lambda stop: stop.text)}", "dim")
    return text


def _stop(stop: Stop) -> Text:
    if stop.result in (None, Result.HOLDS):
        return Text(stop.text)
    sign, style = MARKS[stop.result]
    return Text(f"{sign} {stop.text}", style)


def _stops(walk: Walk, verdicts: Sequence[Verdict]) -> Iterator[Stop]:
    hops = judged_hops(walk, verdicts)
    for (title, reached), group in groupby(hops, lambda told: (told[0], told[3])):
        told = [*group]
        beside = [hop for _, hop, _, _ in told]
        result = worst_of(verdict for _, _, own, _ in told for verdict in own)
        first = beside[0]
        is_told = isinstance(first, _TOLD_BEFORE) or type(first) is load_balancers.Target
        if is_told and (result in (None, Result.HOLDS) or not reached):
            continue
        text = title if not reached else _told(title, first, beside, walk)
        yield Stop(text, result if reached else None, reached)


def _told(title: str, first: Found[Hop], beside: Sequence[Found[Hop]], walk: Walk) -> str:
    """A step in a few words."""
    match first:
        case load_balancers.LoadBalancer():
            step = steps.LISTENER if title == steps.GATEWAY_NLB.title else steps.PROVIDER_LISTENER
            ports = [listener.port for listener in present(walk.one(step))]
            text = f"{title}{f' port {listed(ports)}' if ports else ''}"
        case load_balancers.AddressTarget():
            targets = [hop for hop in beside if isinstance(hop, load_balancers.AddressTarget)]
            text = listed(dict.fromkeys(target.target for target in targets))
        case Hop():
            text = _of_hop(title, first)
        case None:
            text = f"{title} missing"
        case Beyond():
            text = str(first)
        case Unknown():
            text = f"{title} unknown"
    return text


def _of_hop(title: str, hop: Hop) -> str:
    match hop:
        case domain.Domain():
            text = f"domain {hop.url}"
        case api.Stage():
            text = f"API {hop.url}"
        case api.VpcLink() | routes.Peering() | private_link.Endpoint() | private_link.EndpointService():
            text = f"{title} {hop.id}"
        case alb.Alb():
            text = f"ALB {listening(hop)}"
        case IngressRule():
            text = f"Ingress {hop.path}"
        case pods.KubernetesService():
            text = f"Service {hop.resource_name}"
        case pods.Deployment():
            text = pods_of(hop)
        case _:
            text = title
    return text
