"""The way of a cluster's nodes to the internet, by which they get images."""

import re
from collections.abc import Iterable

from crosslink.graph.unknown import NotKnownError, Text, known
from crosslink.path import steps
from crosslink.path.joined_nodes import JoinedExit
from crosslink.path.pods import Deployment
from crosslink.path.routes import PUBLIC, TARGETS, Route, Way
from crosslink.path.walk import Walk
from crosslink.rules.grade import Grade, Graded

# The VPC endpoints by which nodes without a way to the internet get images
# (https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html)
OF_ECR = ("ecr.api", "ecr.dkr", "s3")
ECR = re.compile(r"\d{12}\.dkr\.ecr\.")
# What may lead to the internet elsewhere: a central egress VPC, a firewall, a NAT instance
INTERNET_GATEWAY, NAT_GATEWAY = TARGETS["gatewayId"], TARGETS["natGatewayId"]
UP = (None, "available", "pending")  # states of a NAT gateway that works, or is about to
FOLLOWED_NO_FURTHER = ("transit gateway", "core network", "VPC endpoint", "network interface", "peering")


class NotFollowedError(NotKnownError):
    """Raised where a way leads to what isn't followed: whether it is one, only its owner knows."""


def joined_ways_out(walk: Walk, deployment: Deployment) -> Graded | None:
    """What is wrong with the ways out of an existing cluster's nodes, which are its owner's.

    Pods that are ready have got their images: then new ones alone don't, and what isn't followed is enough.
    """
    ready = bool(known(deployment.available))
    shut, subnets, reason = dict[str, str](), set[str](), None
    for way in known(walk.every(steps.JOINED_EXIT)):
        subnets.add(way.subnet.urn)
        try:
            if why := _joined_way_out(walk, way, deployment):
                shut.setdefault(way.subnet.urn, why)
        except NotFollowedError as error:
            reason = reason or (None if ready else error)
    if shut:
        why = f"{next(iter(shut.values()))}, in {len(shut)} of {len(subnets)} node subnets"
        lost = ready or len(shut) < len(subnets)
        return Graded(why, Grade.REDUNDANCY if lost else Grade.STOPS)
    if reason:
        raise reason
    return None


def _joined_way_out(walk: Walk, way: JoinedExit, deployment: Deployment) -> str | None:
    route = known(way.route)
    lost = route is not None and route.over == NAT_GATEWAY and known(route.nat) is None and way.owned
    gone = f"the default route of {way.subnet.cidr} leads to a NAT gateway that isn't there"
    why = gone if lost else no_way_out(walk, way, deployment, way.services)
    if why and not way.sure:
        raise NotFollowedError(f"{why}, and whether nodes are in that subnet isn't known")
    of_aws = {str(known(name)).rpartition(".")[2] for name in way.services} - {"s3", "dynamodb"}
    if why and route is None and (way.others or of_aws):
        raise NotFollowedError(f"{why}, and where else its nodes get images isn't followed")
    return why


def no_way_out(walk: Walk, way: Way, deployment: Deployment, services: Iterable[Text]) -> str | None:
    """What is wrong with the way that nodes of a subnet get images by.

    Args:
        services: the names of those that their VPC has endpoints for.

    Raises:
        NotFollowedError: it leads where nobody follows it.
    """
    services = [known(name) for name in services]
    endpoints = {part for name in services for part in str(name).split(".", 3)[3:]}
    route = known(way.route)
    if route is None:
        if not endpoints.issuperset(OF_ECR):
            return f"{way.subnet.cidr} has no default route"
        if not ECR.match(str(known(deployment.image))):
            told = f"whether the VPC's endpoints reach the registry of {deployment.image} isn't known"
            raise NotFollowedError(told)
    elif known(route.state) == "blackhole":
        return f"the default route of {way.subnet.cidr} leads to nothing"
    elif route.over in FOLLOWED_NO_FURTHER:
        told = f"where the {route.over} of {way.subnet.cidr}'s default route leads isn't followed"
        raise NotFollowedError(told)
    elif (route.over == NAT_GATEWAY or walk.order) and (why := _no_way(walk, route, way)):
        return f"the default route of {way.subnet.cidr} leads to {why}"
    return None


def _no_way(walk: Walk, route: Route, way: Way) -> str | None:
    """Why packets don't get to the internet over a route's NAT gateway.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html
    """
    nat, vpc = known(route.nat), known(way.subnet.vpc)
    if nat is None and walk.order:
        return "no NAT gateway"
    if nat is None:
        raise NotFollowedError(
            f"the NAT gateway of {way.subnet.cidr}'s default route isn't among those of its VPC"
        )
    ways = known(nat.ways_out)
    further = [over for over, _state in ways if over in FOLLOWED_NO_FURTHER]
    if further:
        raise NotFollowedError(f"where the {further[0]} leads behind {nat.resource} isn't followed")
    overs, own = {over for over, _state in ways}, "whose own subnet's default route"
    faults: dict[str, bool] = {
        f"which is {nat.state}: {nat.failure or 'no reason given'}": known(nat.state) not in UP,
        "which is private: nothing of the internet answers it": known(nat.connectivity) != PUBLIC,
        "which has no address of the internet": not known(nat.has_address),
        "which stands in another VPC": known(nat.vpc) != vpc,
        "whose own subnet has no default route": None in overs,
        f"{own} leads to a NAT gateway, not to an internet gateway": NAT_GATEWAY in overs,
        f"{own} leads to no internet gateway": bool(overs - {INTERNET_GATEWAY}),
        f"{own} leads to nothing": "blackhole" in {state for _over, state in ways},
    }
    return next((f"{nat.resource}, {why}" for why, is_so in faults.items() if is_so), None)
