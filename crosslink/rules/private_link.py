"""The rules of PrivateLink: interface endpoint and endpoint service."""

from ipaddress import IPv4Address

from crosslink.graph.unknown import Beyond, NotKnownError, known, present
from crosslink.ip_ranges import network, within
from crosslink.path import steps
from crosslink.path.private_link import Endpoint, EndpointService, accept_command
from crosslink.path.walk import Walk
from crosslink.rules import by_hand
from crosslink.rules.grade import CutOff, Grade, Graded
from crosslink.rules.packet_filters import not_admitted
from crosslink.rules.pending import waits_for_another_team
from crosslink.rules.resource_policy import allows_all
from crosslink.rules.rule import AWS, PEERING, PRIVATELINK, fix, given, rule
from crosslink.rules.text import account_of
from crosslink.rules.zones import cut_off_nodes, gateway_pairs
from settings.address_plan import is_usable

ANYBODY = "*"  # as a principal


@rule(steps.ENDPOINT, source=f"{PRIVATELINK}/create-interface-endpoint.html")
@fix('Set vpc_endpoint_type="Interface": the default is Gateway.')
def endpoint_is_an_interface(_walk: Walk, endpoint: Endpoint) -> str | None:
    """The endpoint is an interface endpoint, which has addresses."""
    kind = known(endpoint.kind) or "Gateway"
    return None if kind == "Interface" else f"it is a {kind} endpoint"


@rule(steps.ENDPOINT, source=f"{AWS}/AWSEC2/latest/APIReference/API_SubnetConfiguration.html")
@fix("Choose each address from its own endpoint subnet, without the first four and the last.")
def addresses_fit_their_subnets(_walk: Walk, endpoint: Endpoint) -> str | None:
    """Each address of the endpoint is in its subnet, a subnet of its own, and not one that AWS keeps."""
    for interface in endpoint.interfaces:
        subnet, address = known(interface.subnet), known(interface.address)
        if subnet is None:
            return f"{address} is in none of the endpoint's subnets"
        cidr = known(subnet.cidr)
        if not within(address, cidr):
            return f"{address} isn't in {cidr}"
        if (own := network(cidr)) and not is_usable(own, IPv4Address(str(address))):
            return f"{address} is one that AWS keeps in {cidr}"
    taken = {subnet.urn for interface in endpoint.interfaces for subnet in present(interface.subnet)}
    return "two of its addresses share a subnet" if len(taken) < len(endpoint.interfaces) else None


@rule(
    steps.ENDPOINT,
    when=lambda _walk, endpoint: not endpoint.crosses,
    source=f"{PRIVATELINK}/create-interface-endpoint.html",
)
@fix("Give the endpoint subnets in zones of the provider's NLB only, by zone id.")
def endpoint_zones_are_the_services(walk: Walk, endpoint: Endpoint) -> str | None:
    """The endpoint's zones are among those of the provider's NLB, if they are in one region."""
    for balancer in walk.reach(steps.PROVIDER_NLB):
        offered = {known(subnet.zone) for subnet in known(balancer.subnets)}
        subnets = present(*(interface.subnet for interface in endpoint.interfaces))
        if beyond := {known(subnet.zone) for subnet in subnets} - offered:
            return f"the service isn't in {', '.join(sorted(map(str, beyond)))}"
    return None


@rule(steps.ENDPOINT, source=f"{PEERING}/vpc-peering-security-groups.html")
@fix("Add an ingress rule for the gateway NLB's subnets and the service's port, by CIDR.")
def endpoint_lets_the_gateway_in(walk: Walk, endpoint: Endpoint) -> CutOff | None:
    """The endpoint's security groups let every subnet of the gateway NLB in, on the targets' port."""
    rules = known(endpoint.lets_in)
    ports = {known(target.port) for target in known(walk.every(steps.TARGET))}
    subnets = [subnet for balancer in walk.seen(steps.GATEWAY_NLB) for subnet in known(balancer.subnets)]
    told = {
        subnet: not_admitted(rules, ((subnet.cidr, port) for port in ports), "{} to port {}")
        for subnet in subnets
    }
    shut = {subnet: text for subnet, text in told.items() if text}
    why = f"nothing lets in {', '.join(shut.values())}"
    return cut_off_nodes(why, gateway_pairs(walk), shut) if shut else None


@rule(steps.ENDPOINT, source=f"{PRIVATELINK}/create-interface-endpoint.html")
@fix("Take the name from the service, service.service_name.")
def endpoint_has_a_service(walk: Walk, endpoint: Endpoint) -> str | None:
    """The endpoint connects to an endpoint service that is there, and goes before it.

    One of another stack's is the one that is declared.
    """
    if isinstance(walk.one(steps.SERVICE), Beyond):
        found, meant = known(endpoint.service_name), known(known(walk.intent).service_name)
        return None if found == meant else f"it connects to {found}, meant is {meant}"
    service = known(endpoint.service)
    if service is None:
        return f"{endpoint.service_name} isn't there"
    early = walk.waits(endpoint, service) is False
    return "it has the service's name as a text, and doesn't wait for it" if early else None


@rule(steps.ENDPOINT, source=f"{PRIVATELINK}/configure-endpoint-service.html")
@fix(
    "Register a VpcEndpointConnectionAccepter in the provider's account, or accept automatically.",
    mend="aws ec2 accept-vpc-endpoint-connections --service-id {service.id} --vpc-endpoint-ids {id} "
    "--region {service.region}",
)
def endpoint_is_accepted(walk: Walk, endpoint: Endpoint) -> str | None:
    """An endpoint whose service asks for acceptance is accepted, and no other: an accepter would fail."""
    service, accepter = known(walk.one(steps.SERVICE)), known(endpoint.acceptance)
    if service is None:
        return None
    required = known(service.acceptance_required)
    if required and not accepter:
        return "the service waits for acceptance, and nobody accepts"
    # AWS shows a connection that was accepted automatically as any other.
    unasked = walk.order and accepter and not required
    return "there is an accepter, and the service accepts by itself" if unasked else None


@rule(steps.ENDPOINT, when=given("state"), source=f"{PRIVATELINK}/concepts.html")
@fix("pendingAcceptance: accept it in the provider's account. rejected, failed: `pulumi up --replace`.")
def endpoint_is_available(walk: Walk, endpoint: Endpoint) -> str | None:
    """The endpoint is available."""
    if waits_for_another_team(walk, endpoint):
        command = accept_command(known(endpoint.service_name), endpoint.id, known(endpoint.looks_in))
        by = f"account {known(walk.intent).backend.account}, endpoint {endpoint.id}"
        raise NotKnownError(f"pending acceptance by {by}: ask them to run `{command}`")
    return None if known(endpoint.state) == "available" else f"it is {endpoint.state}"


@rule(
    steps.ENDPOINT,
    steps.NODE_ENDPOINT,
    when=given("policy"),
    source=f"{PRIVATELINK}/vpc-endpoints-access.html",
)
@fix("""Take the policy away: the default allows all. To look: `aws ec2 describe-vpc-endpoints`; to mend:
    `aws ec2 modify-vpc-endpoint --reset-policy --vpc-endpoint-id …`.""")
def endpoint_policy_allows_all(_walk: Walk, endpoint: Endpoint) -> None:
    """The endpoint's policy allows all, as the default does.

    What another one does isn't judged: AWS's page is about endpoints of AWS services, and says nothing of
    requests without a signature to an endpoint service of one's own.
    """
    if not allows_all(known(endpoint.policy) or ""):
        raise NotKnownError(f"what its policy does to requests isn't known: {endpoint.policy}")


def _consumers(walk: Walk) -> set[str | None]:
    """The consumer's account, or those of other stacks that are declared; none without an endpoint."""
    if isinstance(walk.one(steps.ENDPOINT), Beyond):
        return {account_of(principal) for principal in known(walk.intent).allowed_principals}
    return {endpoint.account for endpoint in present(known(walk.one(steps.ENDPOINT)))}


@rule(steps.SERVICE, source=f"{PRIVATELINK}/configure-endpoint-service.html")
@fix(
    "Allow the consumer's role, or else `arn:aws:iam::<consumer's account>:root`, and nobody else.",
    look=by_hand.PRINCIPALS,
)
def service_allows_the_consumer(walk: Walk, service: EndpointService) -> str | Graded | None:
    """The endpoint service allows principals of the consumer's account, and nobody else.

    In a stack without an API it allows all who are declared.
    """
    allowed, consumers = known(service.allowed_principals), _consumers(walk)
    strangers = [principal for principal in allowed if account_of(principal) not in consumers]
    if isinstance(walk.one(steps.ENDPOINT), Beyond):
        declared = known(walk.intent).allowed_principals
        if missing := [principal for principal in declared if principal not in allowed]:
            all_miss = len(missing) == len(declared)
            grade = Grade.STOPS if all_miss else Grade.STOPS_SOME
            return Graded(f"it doesn't allow {', '.join(missing)}", grade)
        strangers = [principal for principal in allowed if principal not in declared]
    if len(strangers) == len(allowed):
        grade = Grade.LETS_IN if ANYBODY in allowed else Grade.STOPS
        return Graded(f"it allows {', '.join(allowed) or 'nobody'}", grade)
    return Graded(f"it allows {', '.join(strangers)}, too", Grade.LETS_IN) if strangers else None


def _has_one_consumer(walk: Walk, _service: EndpointService) -> bool:
    """A stack without an API may be published for several."""
    return not isinstance(walk.one(steps.ENDPOINT), Beyond)


@rule(
    steps.SERVICE,
    when=_has_one_consumer,
    source=f"{PRIVATELINK}/configure-endpoint-service.html",
    grade=Grade.HOUSE,
)
@fix("Allow the role that makes the consumer's endpoint alone.", look=by_hand.PRINCIPALS)
def service_allows_one_principal(walk: Walk, service: EndpointService) -> str | None:
    """Of the consumer's account the endpoint service allows one principal: others can pass the API by."""
    consumers = _consumers(walk)
    own = [principal for principal in known(service.allowed_principals) if account_of(principal) in consumers]
    return f"it allows {', '.join(own)}" if len(own) > 1 else None


@rule(steps.SERVICE, source=f"{PRIVATELINK}/configure-endpoint-service.html", grade=Grade.LETS_IN)
@fix(
    "Reject the connection, and offer the load balancer by one endpoint service alone.",
    look=by_hand.CONNECTIONS,
)
def service_connects_our_endpoints_only(walk: Walk, service: EndpointService) -> str | None:
    """The endpoint service lets in endpoints of the consumer's account only, and no other offers its NLB."""
    consumers = _consumers(walk)
    strangers = [
        f"{name} of {known(owner)}" for name, owner in known(service.others) if known(owner) not in consumers
    ]
    if strangers:
        return f"it lets in {', '.join(strangers)}"
    beside = known(service.beside)
    return f"{', '.join(beside)} offers its load balancer, too" if beside else None


@rule(
    steps.SERVICE,
    when=_has_one_consumer,
    source=f"{PRIVATELINK}/configure-endpoint-service.html",
    grade=Grade.HOUSE,
)
@fix("Send what uses the other endpoint through the API, and delete it.", look=by_hand.CONNECTIONS)
def service_has_one_endpoint(_walk: Walk, service: EndpointService) -> str | None:
    """The path's endpoint is the only one: what comes by another one doesn't pass the API."""
    others = [name for name, _owner in known(service.others)]
    return f"{', '.join(others)} is connected, too" if others else None


@rule(
    steps.SERVICE,
    when=lambda walk, service: service.pending is not None and not _has_one_consumer(walk, service),
    source=f"{PRIVATELINK}/configure-endpoint-service.html",
)
@fix("Run the command for the endpoints of those who may connect.", look=by_hand.CONNECTIONS)
def service_has_accepted_its_endpoints(walk: Walk, service: EndpointService) -> None:
    """No endpoint of an account that may connect waits for its acceptance."""
    consumers = _consumers(walk)
    waiting = [name for name, owner in known(service.pending) or () if owner in consumers]
    if waiting:
        commands = " and ".join(f"`{accept_command(service.id, name, service.region)}`" for name in waiting)
        pending = f"pending acceptance by this account, endpoint {', '.join(waiting)}"
        raise NotKnownError(f"{pending}: run {commands}")


@rule(steps.SERVICE, when=given("state"), source=f"{PRIVATELINK}/create-endpoint-service.html")
@fix("Pending takes minutes; Failed: `pulumi up --replace` on it.")
def service_is_available(_walk: Walk, service: EndpointService) -> str | None:
    """The endpoint service is available."""
    return None if known(service.state) == "Available" else f"it is {service.state}"


@rule(steps.SERVICE, told_at=steps.PROVIDER_NLB, source=f"{PRIVATELINK}/create-endpoint-service.html")
@fix("Offer the provider's NLB by the endpoint service.")
def service_offers_an_nlb(walk: Walk, _service: EndpointService) -> str | None:
    """The endpoint service offers a load balancer that is there."""
    return None if known(walk.one(steps.PROVIDER_NLB)) else "its load balancer isn't there"
