"""The rules of the way between the regions: routes both ways, and the peering."""

from collections.abc import Callable
from itertools import chain, combinations, product

from crosslink.graph.unknown import NotKnownError, known, present
from crosslink.ip_ranges import network
from crosslink.path import steps
from crosslink.path.routes import Peering, Way
from crosslink.path.walk import Walk
from crosslink.rules.grade import CutOff
from crosslink.rules.rule import PEERING, VPC, fix, rule
from crosslink.rules.zones import ROUTES, cut_off_way


def _is_routed(_walk: Walk, way: Way) -> bool:
    return any(present(way.route))


def _route_given(fact: str) -> Callable[[Walk, Way], bool]:
    return lambda _walk, way: any(getattr(route, fact) is not None for route in present(way.route))


@rule(*ROUTES, source=f"{PEERING}/vpc-peering-routing.html")
@fix("Add a route to the subnet's own table, for the other network, over the accepted peering.")
def subnet_has_a_route(walk: Walk, way: Way) -> CutOff | None:
    """Every subnet of the gateway NLB has a route to every endpoint subnet, and each of those one back."""
    why = f"{way.subnet.cidr} has no route to {way.destination}"
    return None if known(way.route) else cut_off_way(why, walk, way)


@rule(*ROUTES, when=_is_routed, source=f"{PEERING}/vpc-peering-routing.html")
@fix("Point the route at the peering, and let no more specific route take its packets.")
def route_takes_the_peering(walk: Walk, way: Way) -> CutOff | None:
    """A route of the path goes over a peering of the two networks, or over an existing connection of them."""
    for route in present(way.route):
        peering = known(route.peering)
        if peering is None:
            if any(intent.connection == "existing" for intent in present(walk.intent)):
                raise NotKnownError(f"where the {route.over} of {way.subnet.cidr} leads isn't followed")
            why = f"{way.subnet.cidr} → {route.destination} doesn't go over a peering"
            return cut_off_way(why, walk, way)
        subnets = present(*(target.subnet for target in walk.seen(steps.TARGET)))
        ends = {known(end.vpc) for end in (*subnets, *walk.seen(steps.GATEWAY_NLB))}
        if not ends <= known(peering.vpcs):
            why = f"{way.subnet.cidr} → {route.destination} goes over a peering of other networks"
            return cut_off_way(why, walk, way)
    return None


@rule(*ROUTES, when=_route_given("over_accepter"), source=f"{PEERING}/accept-vpc-peering-connection.html")
@fix("Take the peering's id from the accepter: accepter.vpc_peering_connection_id.")
def route_waits_for_acceptance(walk: Walk, way: Way) -> str | None:
    """A route is made once the peering is accepted: over one that isn't active, packets vanish."""
    route = known(way.route)
    if route is None or route.over_accepter:
        return None
    accepters = [accepter for peering in present(route.peering) for accepter in present(peering.acceptance)]
    waits = walk.order and all(walk.order.after(way, accepter) for accepter in accepters)
    return None if waits else f"the route to {route.destination} doesn't wait for the accepter"


@rule(*ROUTES, when=_route_given("state"), source=f"{VPC}/VPC_Route_Tables.html", symptom=True)
@fix("A blackhole's peering is gone: `pulumi up --refresh` makes it again.")
def route_is_active(walk: Walk, way: Way) -> CutOff | None:
    """A route of the path is active."""
    for route in present(way.route):
        if (state := known(route.state)) != "active":
            return cut_off_way(f"the route to {route.destination} is a {state}", walk, way)
    return None


@rule(steps.PEERING, source=f"{PEERING}/create-vpc-peering-connection.html")
@fix("Set peer_region to the region of the peer VPC, and register the accepter there.")
def peering_is_accepted_where_it_is_asked(walk: Walk, peering: Peering) -> str | None:
    """The peering is asked for and accepted in the region of the peer VPC, the endpoint's."""
    region = {endpoint.region for endpoint in walk.seen(steps.ENDPOINT)}
    asked = known(peering.peer_region)
    accepted = {accepter.region for accepter in present(peering.acceptance)}
    if region and region != {asked}:
        return f"it is asked of {asked}, the endpoint is in {', '.join(map(str, region))}"
    return None if accepted <= {asked} else f"it is accepted in {accepted.pop()}, and asked of {asked}"


@rule(steps.PEERING, source=f"{PEERING}/accept-vpc-peering-connection.html")
@fix(
    """Register an accepter with auto_accept=True in the peer's region; a request that isn't accepted
    expires after seven days.""",
    mend="aws ec2 accept-vpc-peering-connection --vpc-peering-connection-id {id} --region {peer_region}",
)
def peering_is_accepted(_walk: Walk, peering: Peering) -> str | None:
    """The peering is accepted."""
    if known(peering.acceptance) is None:
        return "nobody accepts it"
    if (status := known(peering.status)) not in (None, "active"):
        return f"it is {status}"
    return None if known(peering.accepts) else "its accepter doesn't accept (auto_accept)"


@rule(steps.PEERING, source=f"{PEERING}/vpc-peering-basics.html")
@fix("Choose CIDRs that don't overlap: the settings refuse others.")
def peered_networks_are_apart(_walk: Walk, peering: Peering) -> str | None:
    """The CIDRs of peered networks don't overlap: such a peering fails."""
    both = known(peering.networks)
    if strange := [cidr for cidr in chain(*both) if isinstance(cidr, str) and network(cidr) is None]:
        return f"{', '.join(strange)} isn't a range"
    networks = [[own for cidr in present(*cidrs) if (own := network(cidr))] for cidrs in both]
    pairs = chain(*(product(*ends) for ends in combinations(networks, 2)))
    if overlap := next((pair for pair in pairs if pair[0].overlaps(pair[1])), None):
        return f"{overlap[0]} and {overlap[1]} overlap"
    for cidr in chain(*both):
        known(cidr)
    return None
