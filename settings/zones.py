"""The zones and regions of AWS: which there are, which have what a network needs, and which must be enabled.

A zone has the same id in every account, `use1-az2`; a network is asked for by these.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, TypeAlias

Service: TypeAlias = Literal["EKS", "NLB", "ALB", "interface endpoint", "native crossing", "VPC link v2"]
"""What the path has in zones. A VPC link v1 has none of its own: it leads to the gateway NLB."""

_CONSTRAINED = ("use1-az3", "usw1-az2", "apne1-az3", "cac1-az3")
"""Zones that AWS no longer grows: what is new there is refused, and newer accounts don't have them
(https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html#constrained-zones).
AWS doesn't name them on that page. These are the ones that EKS, VPC links, VPC Lattice and PrivateLink across
regions all leave out (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-vpc-links-v2.html,
https://docs.aws.amazon.com/vpc-lattice/latest/ug/quotas.html)."""
WITHOUT: dict[Service, tuple[str, ...]] = {
    # "can't reside in": https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html#network-requirements-subnets
    # names all but apne1-az3, where its control plane has no capacity.
    "EKS": _CONSTRAINED,
    # "You can't specify a subnet in a constrained Availability Zone":
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/availability-zones.html
    "NLB": _CONSTRAINED,
    "ALB": _CONSTRAINED,
    # Its service must have the zone, by an NLB:
    # https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html
    "interface endpoint": _CONSTRAINED,
    # https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#endpoint-service-cross-region
    "native crossing": (*(zone for zone in _CONSTRAINED if zone != "cac1-az3"), "apne2-az2", "apne2-az4"),
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-vpc-links-v2.html
    # lists the zones that have them.
    "VPC link v2": (*_CONSTRAINED, "ape1-az1", "apne2-az4", "cac1-az4", "euw3-az2"),
}
"""Service → the zones that don't have it."""
_USUAL: Sequence[Service] = ("EKS", "NLB", "ALB", "interface endpoint")
"""What stands in most zones, whatever the settings choose."""

_NUMBERS = {"use1": "123456", "usw2": "1234", "cac1": "124", "apne1": "1234", "apne2": "1234", "euw2": "1234"}
"""Start of a region's zone ids → the numbers of its zones, if they aren't 1 to 3
(https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html).
AWS adds zones: others are accepted, but not proposed."""
_ZONE = re.compile(r"\b([a-z]{3,4}\d)-az[1-7]\b")

DEFAULT_REGIONS = frozenset(
    {
        *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1"),
        *("eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3"),
        *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3"),
        *("ap-south-1", "ap-southeast-1", "ap-southeast-2"),
    }
)
"""The regions that each account has. All others are off until the account enables them
(https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html)."""


def is_opt_in(region: str) -> bool:
    """Whether an account has a region of partition aws only once it was enabled there."""
    return region not in DEFAULT_REGIONS


def zone_prefix(region: str) -> str:
    """The start of a region's zone ids: `use1` for us-east-1, `apse2` for ap-southeast-2
    (https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html)."""
    area, direction, number = region.split("-")
    short = {"northeast": "ne", "southeast": "se"}.get(direction, direction[0])
    return f"{area}{short}{number}"


def lacking(zone: str, services: Iterable[Service]) -> list[Service]:
    """Which of some services a zone doesn't have."""
    return [service for service in services if zone in WITHOUT[service]]


def usable_zones(region: str, services: Iterable[Service] = _USUAL) -> list[str]:
    """The ids of a region's zones that have some services: those to propose."""
    prefix = zone_prefix(region)
    zones = [f"{prefix}-az{number}" for number in _NUMBERS.get(prefix, "123")]
    return [zone for zone in zones if not lacking(zone, (*_USUAL, *services))]


def in_region(text: str, region: str) -> str:
    """Text such as an example, with zones of a region in place of another's: each of these as another one."""
    named = list(dict.fromkeys(match[0] for match in _ZONE.finditer(text)))
    own = [zone for zone in named if zone.startswith(f"{zone_prefix(region)}-")]
    free = _others(own, region)
    moved = {zone: zone if zone in own else next(free, zone) for zone in named}
    return _ZONE.sub(lambda match: moved[match[0]], text)


def _others(taken: Iterable[str], region: str) -> Iterator[str]:
    return (zone for zone in usable_zones(region) if zone not in taken)
