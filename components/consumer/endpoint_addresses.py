"""The addresses of an interface endpoint: those asked for, those that AWS gave, those that are targets."""

from collections.abc import Collection, Iterable, Mapping
from ipaddress import IPv4Address, IPv4Network
from typing import cast

import pulumi

from settings.address_plan import (
    RESERVED_FIRST,
    RESERVED_LAST,
    endpoint_address,
    gateway_endpoint_subnet,
    is_usable,
    landing_endpoint_subnet,
)
from settings.backend import Backend
from settings.consumer import Consumer
from settings.networks import GatewayNetwork, Landing


def asked_addresses(consumer: Consumer, backend: Backend) -> dict[str, str] | None:
    """Zone id → the address that is asked for a backend's endpoint; None if AWS chooses them.

    In a network that the stack makes they follow from the address plan, in an existing one the settings name
    them, or don't.

    Args:
        consumer: the consumer's settings.
        backend: the backend's settings.
    """
    if consumer.endpoint_subnets(backend) is not None:
        return dict(backend.endpoint_addresses) or None
    return {
        zone: str(endpoint_address(cidr, backend.slot))
        for zone, cidr in endpoint_cidrs(
            consumer, consumer.endpoint_region(backend), consumer.endpoint_zones(backend)
        ).items()
    }


def endpoint_cidrs(consumer: Consumer, region: str, zones: Iterable[str]) -> dict[str, IPv4Network]:
    """Zone id → CIDR of the endpoint subnet in a network that the stack makes, by the address plan.

    Args:
        consumer: the consumer's settings.
        region: the network's region.
        zones: ids of the zones.
    """
    match consumer.network_in(region):
        case GatewayNetwork() as network:
            return {zone: gateway_endpoint_subnet(network.cidr, zone) for zone in zones}
        case Landing() as network:
            return {zone: landing_endpoint_subnet(network.cidr, zone) for zone in zones}
        case _:
            raise ValueError(f"the network in {region} isn't made by the stack")


def in_its_subnet(name: str, zone: str, address: str, cidr: str) -> str:
    """The address, which the endpoint's subnet in the zone has to give.

    Args:
        name: the endpoint's name, for the error.
        zone: id of the zone.
        address: the address that is asked for.
        cidr: the subnet's CIDR.

    Raises:
        pulumi.RunError: it isn't in the subnet, or AWS keeps it.
    """
    subnet = IPv4Network(cidr)
    if IPv4Address(address) in subnet and not is_usable(subnet, IPv4Address(address)):
        raise pulumi.RunError(
            f"endpoint {name}: {address} is reserved by AWS, as the first four addresses and the last one of "
            f"each subnet are: {cidr} in {zone}.\n"
            f"Set endpointAddresses of the backend to addresses from {subnet[RESERVED_FIRST]} to "
            f"{subnet[-1 - RESERVED_LAST]}, or "
            "leave it out."
        )
    if IPv4Address(address) not in subnet:
        raise pulumi.RunError(
            f"endpoint {name}: {address} isn't in the endpoint subnet in {zone}, {cidr}.\n"
            "Set endpointAddresses of the backend to addresses of its endpoint subnets, or leave it out."
        )
    return address


def given_addresses(
    name: str, planned: Mapping[str, str], given: Iterable[str | None], interfaces: Collection[str]
) -> dict[str, str]:
    """Zone id → the endpoint's actual address; none while the endpoint has no network interfaces.

    AWS returns the addresses as a set without zones: they must be the planned ones. The provider reads them
    from the network interfaces. Without any, as an endpoint may be that waits for acceptance, its state keeps
    the addresses that were asked for, and the plan would be compared with itself
    (https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ec2/vpc_endpoint.go).

    Args:
        name: the endpoint's name, for the error.
        planned: zone id → planned address.
        given: the addresses in the provider's state, in any order.
        interfaces: ids of the endpoint's network interfaces.

    Raises:
        pulumi.RunError: AWS assigned other addresses than planned.
    """
    taken = {address for address in given if address}
    if not taken or not interfaces:
        return {}
    if taken != set(planned.values()):
        message = (
            f"endpoint {name}: planned {_list(planned.values())}, but AWS gave {_list(taken)}.\n"
            "The gateway NLB's targets are the planned ones. Run pulumi up again: it sets the endpoint's "
            "addresses anew. If this stays, another network interface has taken them: free them."
        )
        raise pulumi.RunError(message)
    return dict(planned)


def chosen_addresses(
    subnet_ids: Mapping[str, str], given: Iterable[tuple[str | None, str | None]]
) -> dict[str, str]:
    """Zone id → the address that AWS has chosen.

    Args:
        subnet_ids: zone id → id of the endpoint's subnet.
        given: subnet ids and the addresses there, in any order; none if AWS tells none yet.
    """
    by_subnet = dict(given)
    found = {zone: by_subnet.get(id_) for zone, id_ in subnet_ids.items()}
    return {zone: address for zone, address in found.items() if address}


def target_addresses(name: str, zones: Iterable[str], chosen: Mapping[str, str]) -> dict[str, str]:
    """Zone id → the address that AWS has chosen, as a target.

    An endpoint that waits for acceptance was seen to have network interfaces, and so addresses; no page of
    AWS's promises it. The preview of an update has the addresses from before it: in another subnet there is
    none yet, and the target is unknown.

    Args:
        name: the endpoint's name, for the error.
        zones: ids of the endpoint's zones.
        chosen: zone id → address.

    Raises:
        pulumi.RunError: in an up, AWS hasn't told all of them yet.
    """
    missing = set(zones).difference(chosen)
    if missing and not pulumi.runtime.is_dry_run():
        raise pulumi.RunError(
            f"endpoint {name}: AWS hasn't told the addresses that it has chosen in {_list(missing)}, the "
            "targets of the gateway NLB.\n"
            "If the endpoint waits for acceptance, ask the owner of the endpoint service to accept it. Then "
            "run pulumi up --refresh, which reads the addresses again. Addresses in endpointAddresses of the "
            "backend are known before."
        )
    return {zone: chosen.get(zone, cast("str", pulumi.UNKNOWN)) for zone in zones}


def _list(texts: Iterable[str]) -> str:
    return ", ".join(sorted(texts))
