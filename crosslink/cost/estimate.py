"""What a stack costs a month before any traffic, hop by hop, and what it can't say of that."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from crosslink.cost.charges import CHARGES, Charge
from crosslink.cost.pods import WHAT as NODES
from crosslink.cost.pods import nodes_of
from crosslink.cost.prices import Traffic, free, prices
from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, side_of
from crosslink.path import steps

BESIDE = "beside the path"
# Type → the hop that its cost is told at, by the side that it belongs to; `None` for either.
_HOPS: Mapping[str, Mapping[str | None, str]] = {
    tokens.STAGE: {None: steps.STAGE.title},
    tokens.LOAD_BALANCER: {"consumer": steps.GATEWAY_NLB.title, "provider": steps.PROVIDER_NLB.title},
    tokens.ENDPOINT: {"consumer": steps.ENDPOINT.title, "provider": steps.NODE_ENDPOINT.title},
    tokens.ENDPOINT_SERVICE: {None: steps.SERVICE.title},
    tokens.INGRESS: {None: steps.ALB.title},
    tokens.KUBERNETES_SERVICE: {None: steps.KUBERNETES_SERVICE.title},
    tokens.KUBERNETES_DEPLOYMENT: {None: steps.DEPLOYMENT.title},
    tokens.EKS_CLUSTER: {None: steps.CLUSTER.title},
    "aws:kms/key:Key": {"provider": steps.CLUSTER.title},
    tokens.NAT_GATEWAY: {"provider": steps.EXIT.title},
    "aws:ec2/eip:Eip": {"provider": steps.EXIT.title},
}
_ORDER = {title: place for place, title in enumerate([*(step.title for step in steps.STEPS), BESIDE])}


@dataclass(frozen=True, kw_only=True)
class Line:
    """So many of one thing, at one hop and in one account and region."""

    hop: str
    what: str
    account: str | None
    region: str | None
    quantity: int
    usd: Decimal  # a month, for all of them
    unconfirmed: str | None  # the only source of the price; None if others confirm it


@dataclass(frozen=True, kw_only=True)
class NotPriced:
    """Things that cost something, or may, and that nobody has a price of here."""

    hop: str
    what: str
    account: str | None
    region: str | None
    quantity: int
    why: str


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What a stack costs a month, in USD, on demand and before traffic."""

    lines: tuple[Line, ...]
    not_priced: tuple[NotPriced, ...]
    traffic: tuple[str, ...]  # what traffic costs besides

    @property
    def usd(self) -> Decimal:
        """All lines together."""
        return sum((line.usd for line in self.lines), Decimal(0))


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a change adds at one hop, in USD a month; less than nothing if it saves."""

    hop: str
    usd: Decimal


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Two estimates, and what the second one has more."""

    before: Estimate
    after: Estimate
    changes: tuple[Change, ...]  # of each hop that differs, the largest first

    @property
    def usd(self) -> Decimal:
        """What the change adds a month."""
        return self.after.usd - self.before.usd

    @property
    def beyond(self) -> tuple[str, ...]:
        """What of it isn't priced and differs: the amount doesn't say what that adds."""
        gaps = set(self.before.not_priced) ^ set(self.after.not_priced)
        return tuple(sorted({gap.what for gap in gaps}))


def estimate(graph: Graph) -> Estimate:
    """What the resources of a graph cost a month before any traffic.

    Only what the program registers: what it joins is somebody else's bill, or was paid before.

    Args:
        graph: resources as a preview or an up registers them.
    """
    lines: dict[tuple[str, ...], Line] = {}
    gaps: dict[tuple[str, ...], NotPriced] = {}
    for line in _told(graph):
        key = (line.hop, line.what, str(line.account), str(line.region))
        if isinstance(line, Line):
            lines[key] = _together(lines.get(key), line)
        else:
            key = (*key, line.why)
            quantity = line.quantity + (gaps[key].quantity if key in gaps else 0)
            gaps[key] = replace(line, quantity=quantity)
    return Estimate(
        lines=tuple(sorted(lines.values(), key=_place)),
        not_priced=tuple(sorted(gaps.values(), key=_place)),
        traffic=tuple(str(each) for each in prices().traffic if _brings(graph, each)),
    )


def difference(before: Estimate, after: Estimate) -> Difference:
    """What the second estimate has more than the first, hop by hop."""
    hops = dict.fromkeys(line.hop for line in (*before.lines, *after.lines))
    changes = [Change(hop=hop, usd=_of_hop(after, hop) - _of_hop(before, hop)) for hop in hops]
    found = sorted(filter(lambda change: change.usd, changes), key=lambda change: -abs(change.usd))
    return Difference(before=before, after=after, changes=tuple(found))


def _of_hop(found: Estimate, hop: str) -> Decimal:
    return sum((line.usd for line in found.lines if line.hop == hop), Decimal(0))


def _brings(graph: Graph, traffic: Traffic) -> bool:
    """Whether there is a resource with such traffic."""
    nodes = (node for type_ in traffic.of for node in graph.of_type(type_))
    return any(traffic.having is None or node.get(traffic.having) is not None for node in nodes)


def _told(graph: Graph) -> Iterator[Line | NotPriced]:
    for node in graph:
        yield from _of_node(graph, node)
    for node, why in nodes_of(graph):
        yield _gap(node, NODES, why)


def _of_node(graph: Graph, node: Node) -> Iterator[Line | NotPriced]:
    if node.type in CHARGES:
        for charge in CHARGES[node.type](graph, node):
            yield _line(node, charge) if isinstance(charge, Charge) else _gap(node, charge.what, charge.why)
    elif node.type not in free() and node.type != tokens.KUBERNETES_DEPLOYMENT and not _is_group(graph, node):
        yield _gap(node, node.type, "no price was looked up for this type")


def _is_group(graph: Graph, node: Node) -> bool:
    """Whether a resource is a component, which only groups others."""
    return node.account is None and any(other.parent == node.urn for other in graph)


def _line(node: Node, charge: Charge) -> Line | NotPriced:
    price, usd = prices().prices[charge.price], prices().monthly(charge.price, node.region)
    if usd is None:
        return _gap(node, price.what, f"the table has no price for {node.region}", charge.quantity)
    return Line(
        hop=_hop(node),
        what=price.what,
        account=node.account,
        region=node.region,
        quantity=charge.quantity,
        usd=charge.quantity * usd,
        unconfirmed=price.only_source(node.region),
    )


def _gap(node: Node, what: str, why: str, quantity: int = 1) -> NotPriced:
    return NotPriced(
        hop=_hop(node), what=what, account=node.account, region=node.region, quantity=quantity, why=why
    )


def _hop(node: Node) -> str:
    by_side = _HOPS.get(node.type, {})
    return by_side.get(side_of(node.urn)) or by_side.get(None) or BESIDE


def _together(before: Line | None, line: Line) -> Line:
    if before is None:
        return line
    return replace(line, quantity=before.quantity + line.quantity, usd=before.usd + line.usd)


def _place(line: Line | NotPriced) -> tuple[int, str, str, str]:
    return _ORDER[line.hop], str(line.region), str(line.account), line.what
