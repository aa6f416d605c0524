"""What AWS refuses to create between networks and accounts: endpoints, services, peerings, routes, groups."""

import re
from collections.abc import Iterator
from itertools import chain

from crosslink.graph import tokens
from crosslink.graph.unknown import NotKnownError, Unknown, known, present, visible
from crosslink.ip_ranges import is_private, network
from crosslink.path import steps
from crosslink.path.hop import Hop
from crosslink.path.network import SecurityGroupRule
from crosslink.path.private_link import Endpoint, EndpointService
from crosslink.path.routes import DESTINATIONS, TARGETS, Peering, Way
from crosslink.path.walk import Walk
from crosslink.rules.grade import Grade
from crosslink.rules.rule import AWS, PEERING, VPC, fix, rule
from settings.zones import DEFAULT_REGIONS

EC2 = f"{AWS}/AWSEC2/latest/APIReference"
WAYS = (steps.ROUTE_OUT, steps.ROUTE_BACK, steps.EXIT)
GUARDED = (steps.GATEWAY_NLB, steps.ENDPOINT, steps.PROVIDER_NLB)
A_PROTOCOL = re.compile(r"-1|all|tcp|udp|icmp|icmpv6|\d{1,3}")
A_REGION = re.compile(r"[a-z]{2,3}(-[a-z]+)+-[1-9]")
LAST_PORT = 65535
WITH_PORTS = ("tcp", "udp", "6", "17")


@rule(steps.ENDPOINT, source=f"{EC2}/API_CreateVpcEndpoint.html")
@fix("Leave route tables to gateway endpoints, and auto_accept to a service of the endpoint's own account.")
def endpoint_is_accepted_by_aws(walk: Walk, endpoint: Endpoint) -> str | None:
    """An interface endpoint has no route tables, and accepts itself only at a service of its own account."""
    if tables := known(endpoint.routed_from):
        return f"it is an interface endpoint, and has route tables: {', '.join(map(str, tables))}"
    if known(endpoint.accepts_itself):
        for service in walk.reach(steps.SERVICE):
            if service.account != endpoint.account and known(service.acceptance_required):
                return f"it would accept itself at a service of {service.account}"
    return None


@rule(steps.SERVICE, source=f"{EC2}/API_CreateVpcEndpointServiceConfiguration.html")
@fix("Offer network load balancers only, by IPv4, in regions that there are.")
def service_is_accepted_by_aws(walk: Walk, service: EndpointService) -> str | None:
    """The endpoint service offers NLBs alone, by IPv4, and in regions that there are, its own among them."""
    if known(service.gateways):
        return "it offers gateway load balancers beside network load balancers"
    types = known(service.address_types)
    if types and "ipv4" not in types:
        return f"it is for {', '.join(map(str, types))}, the endpoint has addresses of ipv4"
    for balancer in walk.seen(steps.PROVIDER_NLB):
        if "ipv6" in types and known(balancer.address_type) != "dualstack":
            return "it is for ipv6, too, and its load balancer isn't dualstack"
    regions = list(map(str, known(service.regions)))
    if strange := [region for region in regions if not A_REGION.fullmatch(region)]:
        return f"there is no region {', '.join(strange)}"
    if regions and service.region not in regions:
        raise NotKnownError(f"whether it is offered in {service.region}, which it doesn't name, isn't known")
    if others := set(regions) - DEFAULT_REGIONS - {service.region}:
        raise NotKnownError(f"whether AWS offers it in {', '.join(sorted(others))} isn't known")
    return None


@rule(steps.PEERING, source=f"{PEERING}/create-vpc-peering-connection.html")
@fix("Ask with auto_accept=False, and register an accepter in the peer's account and region.")
def peering_is_accepted_by_aws(_walk: Walk, peering: Peering) -> str | None:
    """A peering of two regions doesn't accept itself, and is asked of the account that accepts it."""
    region = known(peering.peer_region)
    if known(peering.accepts_itself) and region not in (None, peering.region):
        return f"it would accept itself in {region}"
    owner = known(peering.peer_owner)
    accounts = {accepter.account for accepter in present(peering.acceptance)} - {None}
    wrong = owner is not None and accounts and owner not in accounts
    return (
        f"it is asked of account {owner}, and accepted in {', '.join(map(str, accounts))}" if wrong else None
    )


@rule(*WAYS, when=lambda _walk, way: any(present(way.route)), source=f"{EC2}/API_CreateRoute.html")
@fix("Give the route one destination and one target.")
def route_says_one_thing(_walk: Walk, way: Way) -> str | None:
    """A route has one destination and one target."""
    for route in present(way.route):
        for what, names in (("destination", DESTINATIONS), ("target", TARGETS)):
            own = [name for name in route.said if name in names]
            if len(own) > 1:
                return f"the route to {route.destination} has more than one {what}: {', '.join(own)}"
    return None


def _rules(walk: Walk, hop: Hop) -> Iterator[SecurityGroupRule]:
    for balancer in walk.seen(steps.GATEWAY_NLB, steps.PROVIDER_NLB):
        if balancer == hop:
            yield from chain(visible(balancer.lets_in), visible(balancer.lets_out))
    for endpoint in walk.seen(steps.ENDPOINT):
        if endpoint == hop:
            yield from visible(endpoint.lets_in)


def _mixed(walk: Walk, hop: Hop) -> str | None:
    """A group with rules of its own in a direction, beside such that are resources: an up takes one away."""
    for part in (*walk.seen(steps.GATEWAY_NLB, steps.PROVIDER_NLB), *walk.seen(steps.ENDPOINT)):
        ways = [part.lets_in] if isinstance(part, Endpoint) else [part.lets_in, part.lets_out]
        for rules in ways if part == hop else ():
            types = {found.resource_type for found in visible(rules)}
            if tokens.SECURITY_GROUP in types and len(types) > 1:
                return "a group has rules of its own beside rules that are resources"
    return None


def _has_rules(walk: Walk, hop: Hop) -> bool:
    return any(_rules(walk, hop))


@rule(*GUARDED, when=_has_rules, source=f"{EC2}/API_IpPermission.html")
@fix("Name one range, prefix list or group in each rule, and for TCP and UDP the first and the last port.")
def group_rules_are_accepted(walk: Walk, hop: Hop) -> str | None:
    """A rule of a security group names one source or destination, and ports in order where it has any.

    A group has rules of its own, or such that are resources: with both an up takes away the other's.
    Source: https://www.pulumi.com/registry/packages/aws/api-docs/ec2/securitygroup/
    """
    mixed = _mixed(walk, hop) if walk.order else None
    return mixed or next(filter(None, map(_refused_of, _rules(walk, hop))), None)


def _refused_of(group_rule: SecurityGroupRule) -> str | None:
    """Why AWS doesn't take a rule of a security group; None if it does, as far as it can be read."""
    first, last, protocol = group_rule.from_port, group_rule.to_port, group_rule.protocol
    strange = [cidr for cidr in visible(group_rule.ranges) if network(cidr) is None]
    why = None
    if strange:
        why = f"is for {strange[0]}, which is no range of IPv4"
    elif len(group_rule.named) > 1:
        why = f"has {' and '.join(group_rule.named)}"
    elif isinstance(protocol, str) and not A_PROTOCOL.fullmatch(protocol):
        why = f"is for {protocol}, which is no protocol"
    elif not (isinstance(first, Unknown) or isinstance(last, Unknown) or protocol not in WITH_PORTS):
        if first is None or last is None:
            why = f"is for {protocol}, and doesn't say which ports"
        elif not 0 <= first <= last <= LAST_PORT:
            why = f"is for ports {first} to {last}"
    return why and f"{group_rule.resource} {why}"


@rule(*GUARDED, when=_has_rules, source=f"{VPC}/vpc-security-groups.html", grade=Grade.LETS_IN)
@fix("Name the networks that may connect: the gateway NLB's subnets at the endpoint, nobody at the NLBs.")
def groups_are_closed_to_the_world(walk: Walk, hop: Hop) -> str | None:
    """The security groups of the path let in private ranges only."""
    own = (*walk.seen(steps.GATEWAY_NLB, steps.PROVIDER_NLB), *walk.seen(steps.ENDPOINT))
    rules = [found for part in own if part == hop for found in visible(part.lets_in)]
    world = {str(cidr) for found in rules for cidr in visible(found.ranges) if not is_private(cidr)}
    return f"they let in {', '.join(sorted(world))}" if world else None
