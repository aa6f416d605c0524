"""Networks that callers come from over the internet."""

from ipaddress import IPv4Network, collapse_addresses
from typing import Final

from settings.addresses import PRIVATE
from settings.described import Check
from settings.errors import as_yaml
from settings.fields import unfit

_OF_NO_CALLER: Final = (
    *PRIVATE,
    *map(
        IPv4Network,
        ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "198.18.0.0/15", "224.0.0.0/3"),
    ),
)
"""Ranges that no packet comes from over the internet: private, shared, loopback, link-local, for protocols
and for benchmarks (https://www.iana.org/assignments/iana-ipv4-special-registry), multicast, and reserved
ones. Those for documentation aren't among them: they stand for addresses that are still to be named."""
_EVERYWHERE = IPv4Network("0.0.0.0/0")


def on_the_internet(why: str) -> Check:
    """Any network but one whose addresses no caller has; `why` says what it would do."""
    must = "must be a network of the internet, neither private nor reserved"

    def check(value: IPv4Network) -> IPv4Network:
        if any(value.subnet_of(range_) for range_ in _OF_NO_CALLER):
            raise unfit(f"{must}: {why}")
        return value

    return Check(check, must)


def not_all_together(why: str) -> Check:
    """Networks that aren't the whole internet, such as 0.0.0.0/1 with 128.0.0.0/1; `why` says why not."""
    must = f"must not be all addresses together: {why}"

    def check(value: tuple[IPv4Network, ...]) -> tuple[IPv4Network, ...]:
        if _EVERYWHERE in collapse_addresses([*value, *_OF_NO_CALLER]):
            raise unfit(must)
        return value

    return Check(check)


def at_most(most: int, why: str) -> Check:
    """A list of at most `most` networks; `why` says whose limit that is."""
    must = f"must hold {most} networks or less: {why}"

    def check(value: tuple[IPv4Network, ...]) -> tuple[IPv4Network, ...]:
        if len(value) > most:
            fewer = list(collapse_addresses(value))
            raise unfit(must, as_yaml(fewer) if len(fewer) <= most else None)
        return value

    return Check(check, schema={"maxItems": most})
