"""The addresses of every subnet and every endpoint: pure CIDR arithmetic.

A network is divided into eight equal parts. Part *n* belongs to the zone whose id ends in *n* (`use1-az2` →
part 2); part 0 is unused. A subnet's CIDR thus depends on its own zone only: adding or removing a zone, a
backend or a service changes no other subnet, and the targets of a load balancer keep their addresses.
"""

from ipaddress import IPv4Address, IPv4Network
from itertools import islice

PARTS = 8
SMALL_PREFIX = 26
RESERVED_FIRST, RESERVED_LAST = 4, 1
"""How many addresses AWS keeps at the start and at the end of a subnet
(https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html)."""
FIRST_ENDPOINT_HOST = 10
"""After those that AWS keeps some more stay free."""
SLOTS = 50
"""Slots 0 to 49 are hosts 10 to 59 of a /26, whose last usable host is 62."""
SLOTS_OF_A_GROUP = 10
"""With addresses in at most six zones ten slots fill a security group, and five groups, as many as a network
interface takes, hold all slots (https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html)."""


def zone_number(zone_id: str) -> int:
    """The number at the end of a zone id: 2 for `use1-az2`."""
    return int(zone_id.rpartition("-az")[2])


def zone_part(network: IPv4Network, zone_id: str) -> IPv4Network:
    """The eighth of `network` that belongs to a zone."""
    return _nth(network, network.prefixlen + 3, zone_number(zone_id))


def gateway_nlb_subnet(network: IPv4Network, zone_id: str) -> IPv4Network:
    """In the gateway network (/22 or larger): the subnet of the gateway NLB's node in a zone."""
    return _nth(zone_part(network, zone_id), SMALL_PREFIX, 0)


def gateway_endpoint_subnet(network: IPv4Network, zone_id: str) -> IPv4Network:
    """In the gateway network: the endpoints of backends in the API's own region."""
    return _nth(zone_part(network, zone_id), SMALL_PREFIX, 1)


def landing_endpoint_subnet(network: IPv4Network, zone_id: str) -> IPv4Network:
    """In a landing network (/23 or larger): the endpoints of that region's backends."""
    return _nth(zone_part(network, zone_id), SMALL_PREFIX, 0)


def node_subnet(network: IPv4Network, zone_id: str) -> IPv4Network:
    """In a backend's network (/20 or larger): the cluster's nodes and pods, half of the zone's part."""
    part = zone_part(network, zone_id)
    return _nth(part, part.prefixlen + 1, 0)


def public_subnet(network: IPv4Network, zone_id: str) -> IPv4Network:
    """In a backend's network: the NAT gateway."""
    return _nth(_upper_half(network, zone_id), SMALL_PREFIX, 0)


def load_balancer_subnet(network: IPv4Network, zone_id: str) -> IPv4Network:
    """In a backend's network: the provider NLB and the ALB of the Ingress."""
    return _nth(_upper_half(network, zone_id), SMALL_PREFIX, 1)


def endpoint_address(subnet: IPv4Network, slot: int) -> IPv4Address:
    """The address of a backend's interface endpoint in one of its endpoint subnets."""
    return subnet[FIRST_ENDPOINT_HOST + slot]


def egress_group(slot: int) -> str:
    """The end of the name of the gateway NLB's security group that lets out to a backend's own addresses.

    It is empty for the NLB's first group, which also lets out to the endpoint subnets of made networks.
    """
    first = slot // SLOTS_OF_A_GROUP * SLOTS_OF_A_GROUP
    return f"-slots-{first}" if first else ""


def is_usable(subnet: IPv4Network, address: IPv4Address) -> bool:
    """Whether an address is one of a subnet's, and not one that AWS keeps."""
    return subnet[RESERVED_FIRST] <= address <= subnet[-1 - RESERVED_LAST]


def _upper_half(network: IPv4Network, zone_id: str) -> IPv4Network:
    part = zone_part(network, zone_id)
    return _nth(part, part.prefixlen + 1, 1)


def _nth(network: IPv4Network, prefix: int, n: int) -> IPv4Network:
    return next(islice(network.subnets(new_prefix=prefix), n, None))
