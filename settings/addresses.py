"""Types of networks and addresses."""

from ipaddress import IPv4Address, IPv4Network
from typing import Annotated

from pydantic import AfterValidator, PlainValidator
from pydantic_core import PydanticKnownError

from settings.described import Check, told
from settings.fields import unfit

PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")))
"""RFC 1918 and RFC 6598: the addresses outside its VPC that a load balancer accepts as `ip` targets
(https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html)."""
IN_PRIVATE = "must lie in 10/8, 172.16/12, 192.168/16 or 100.64/10"
CIDR = "must be an IPv4 network in CIDR notation, without host bits"


def not_everywhere(why: str) -> AfterValidator:
    """Any network but 0.0.0.0/0; `why` says why that is refused."""

    def check(value: IPv4Network) -> IPv4Network:
        if value.prefixlen == 0:
            raise unfit(f"must not be all addresses: {why}")
        return value

    return AfterValidator(check)


def _network(value: object) -> IPv4Network:
    if isinstance(value, IPv4Network):
        return value
    if not isinstance(value, str):
        raise PydanticKnownError("string_type")
    try:
        network = IPv4Network(value, strict=False)
    except ValueError:
        raise unfit(CIDR) from None
    if str(network) != value:
        raise unfit(CIDR, str(network))
    return network


def private_network(largest: int, smallest: int) -> PlainValidator:
    """A private network that fits the address plan, with a prefix length from `largest` to `smallest`."""

    def check(value: object) -> IPv4Network:
        if isinstance(value, str) and "/" not in value:
            raise unfit(CIDR)
        network = _network(value)
        if not any(network.subnet_of(private) for private in PRIVATE):
            raise unfit(IN_PRIVATE)
        if not largest <= network.prefixlen <= smallest:
            prefix = min(max(network.prefixlen, largest), smallest)
            resized = IPv4Network((network.network_address, prefix), strict=False)
            raise unfit(f"must be a /{largest} to a /{smallest}", str(resized))
        return network

    must = f"must be a /{largest} to a /{smallest}, in 10/8, 172.16/12, 192.168/16 or 100.64/10"
    return PlainValidator(check, json_schema_input_type=Annotated[str, told(must)])


def private_address() -> AfterValidator:
    """A private IPv4 address."""

    def check(value: str) -> str:
        try:
            address = IPv4Address(value)
        except ValueError:
            raise unfit("must be an IPv4 address") from None
        if not any(address in private for private in PRIVATE):
            raise unfit(IN_PRIVATE)
        return value

    return Check(check, f"must be an IPv4 address{IN_PRIVATE.removeprefix('must lie')}")


Network = Annotated[IPv4Network, PlainValidator(_network, json_schema_input_type=Annotated[str, told(CIDR)])]
