"""The rules of an endpoint's region and its service's: PrivateLink may cross regions by itself."""

import re
from collections.abc import Iterable

from crosslink.graph.unknown import Beyond, Unknown, known, present
from crosslink.path import steps
from crosslink.path.network import Subnet
from crosslink.path.private_link import Endpoint, EndpointService
from crosslink.path.walk import Walk
from crosslink.rules.grade import Grade, Graded
from crosslink.rules.nlb_times import IDLE
from crosslink.rules.rule import PRIVATELINK, fix, rule
from crosslink.rules.text import listed
from settings.networks import MIN_ZONES
from settings.zones import lacking

CROSS_REGION = f"{PRIVATELINK}/privatelink-share-your-services.html#endpoint-service-cross-region"
A_SERVICE = re.compile(r"com\.amazonaws\.vpce\.([a-z0-9-]+)\.")
AVAILABLE = "Available"


@rule(steps.ENDPOINT, steps.NODE_ENDPOINT, source=f"{PRIVATELINK}/create-interface-endpoint.html")
@fix("Set service_region to the service's region, and leave it out where that is the endpoint's own.")
def endpoint_asks_in_the_services_region(walk: Walk, endpoint: Endpoint) -> str | None:
    """An endpoint looks for its service where that is: in its own region, unless it names another."""
    asked, where = known(endpoint.looks_in), _region_of_service(walk, endpoint)
    return None if asked == where else f"it looks for its service in {asked}, which is in {where}"


def _region_of_service(walk: Walk, endpoint: Endpoint) -> str | None:
    """Where an endpoint's service is; another team's says it in its name, and those of AWS are everywhere."""
    if endpoint not in walk.seen(steps.ENDPOINT):
        return endpoint.region
    for service in walk.seen(steps.SERVICE):
        return service.region
    named = A_SERVICE.match(str(known(endpoint.service_name)))
    return named[1] if named else endpoint.region


def _others(walk: Walk, service: EndpointService) -> set[str]:
    """The other regions that other stacks' endpoints are declared to be in."""
    declared = {region for intent in present(walk.intent) for region in intent.supported_regions}
    return declared - {str(service.region)}


def _is_crossed(walk: Walk, service: EndpointService) -> bool:
    """Whether the service is for an endpoint in another region; in a stack without an API, for others'."""
    endpoints = walk.every(steps.ENDPOINT)
    if isinstance(endpoints, Beyond):
        return bool(_others(walk, service))
    if isinstance(endpoints, Unknown) or not endpoints:
        return any(intent.native for intent in present(walk.intent))
    return any(endpoint.crosses for endpoint in endpoints)


def _regions(walk: Walk, service: EndpointService) -> set[str]:
    """The other regions that the service is for: the endpoint's, or those declared for other stacks'."""
    if isinstance(walk.one(steps.ENDPOINT), Beyond):
        return _others(walk, service)
    endpoint = known(walk.one(steps.ENDPOINT)) or known(walk.intent).landing
    return {str(endpoint.region)} if endpoint else set()


@rule(steps.SERVICE, when=_is_crossed, source=CROSS_REGION)
@fix("""Name the endpoint's region among the service's supported_regions, beside its own; Pending takes
    minutes. In the service's account it is `aws ec2 modify-vpc-endpoint-service-configuration --service-id …
    --add-supported-regions …`.""")
def service_supports_the_endpoints_region(walk: Walk, service: EndpointService) -> str | Graded | None:
    """The endpoint service supports the region of the endpoint, and is available there.

    An endpoint that is there already keeps its access; a new one is refused.
    """
    meant = sorted(_regions(walk, service))
    offered = list(map(str, known(service.regions))) or [str(service.region)]
    states = dict(known(service.region_states) or ())
    missing = [region for region in meant if region not in offered]
    waiting = [region for region in meant if known(states.get(region)) not in (None, AVAILABLE)]
    if missing:
        why = f"it doesn't support {listed(missing)}, but {listed(offered)}"
    elif waiting:
        why = f"it is {listed(f'{states[region]} in {region}' for region in waiting)}"
    elif known(service.remote) is False:
        why = f"it takes endpoints of {service.region} alone"
    else:
        return None
    if any(endpoint.state == "available" for endpoint in walk.seen(steps.ENDPOINT)):
        return Graded(
            f"{why}: the endpoint that is there keeps its access, a new one is refused", Grade.HOUSE
        )
    theirs = isinstance(walk.one(steps.ENDPOINT), Beyond)
    return Graded(why, Grade.STOPS_SOME if theirs else Grade.STOPS)


@rule(steps.SERVICE, told_at=steps.PROVIDER_LISTENER, when=_is_crossed, source=CROSS_REGION)
@fix("""Leave tcp_idle_timeout_seconds out, or cross by a peering: PrivateLink crosses regions to no network
    load balancer with a timeout of its own.""")
def crossing_leaves_the_idle_timeout(walk: Walk, _service: EndpointService) -> str | None:
    """With an endpoint in another region the provider NLB has no TCP idle timeout of its own.

    Of an existing NLB the other listeners aren't looked at.
    """
    waits = [known(listener.idle) for listener in known(walk.every(steps.PROVIDER_LISTENER))]
    own = [idle for idle in waits if idle not in (None, IDLE)]
    return f"its TCP idle timeout is {own[0]} s, not the default of {IDLE} s" if own else None


def _excluded(subnets: Iterable[Subnet]) -> Graded | None:
    """The zones of some subnets that AWS excludes."""
    zones = {str(known(subnet.zone)) for subnet in subnets}
    excluded = {zone for zone in zones if lacking(zone, ["native crossing"])}
    why = f"PrivateLink doesn't cross regions in {listed(excluded)}"
    return Graded(why, Grade.STOPS_SOME if excluded < zones else Grade.STOPS) if excluded else None


@rule(steps.ENDPOINT, when=lambda _walk, endpoint: endpoint.crosses, source=CROSS_REGION)
@fix("Take other zones for the endpoint, by their ids: AWS names those that it excludes.")
def crossing_endpoint_has_its_zones(_walk: Walk, endpoint: Endpoint) -> Graded | None:
    """An endpoint in another region than its service is in no zone that AWS excludes from that."""
    return _excluded(present(*(known(interface.subnet) for interface in endpoint.interfaces)))


@rule(steps.SERVICE, told_at=steps.PROVIDER_NLB, when=_is_crossed, source=CROSS_REGION)
@fix("Take other zones for the provider NLB, by their ids: AWS names those that it excludes.")
def crossed_service_has_its_zones(walk: Walk, _service: EndpointService) -> Graded | None:
    """A service for endpoints of other regions is in no zone that AWS excludes from that."""
    balancers = known(walk.every(steps.PROVIDER_NLB))
    return _excluded(subnet for balancer in balancers for subnet in known(balancer.subnets))


@rule(
    steps.SERVICE,
    told_at=steps.PROVIDER_NLB,
    when=_is_crossed,
    source=CROSS_REGION,
    grade=Grade.REDUNDANCY,
)
@fix("Give the provider NLB subnets in two zones or more.")
def crossed_service_is_in_two_zones(walk: Walk, _service: EndpointService) -> str | None:
    """A service for endpoints of other regions is in two zones or more: it fails over between these."""
    balancers = known(walk.every(steps.PROVIDER_NLB))
    zones = {str(known(subnet.zone)) for balancer in balancers for subnet in known(balancer.subnets)}
    return f"it is in {listed(zones)} alone" if 0 < len(zones) < MIN_ZONES else None
