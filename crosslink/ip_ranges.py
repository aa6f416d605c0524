"""Ranges of IPv4 addresses: whether one lies in others, and what of it is left without them."""

from collections.abc import Iterable
from functools import cache
from ipaddress import IPv4Network, collapse_addresses

from crosslink.graph.unknown import Text
from settings.addresses import PRIVATE

EVERYBODY = "0.0.0.0/0"


@cache  # the rules ask about the same few ranges again and again
def network(cidr: Text) -> IPv4Network | None:
    """A range, or a single address as one; None where it is unknown, or not of IPv4."""
    try:
        return IPv4Network(cidr) if isinstance(cidr, str) else None
    except ValueError:
        return None


@cache
def within(inner: Text, outer: Text) -> bool:
    """Whether an address or a range lies in a range; False where one is unknown, or not of IPv4."""
    small, large = network(inner), network(outer)
    return small is not None and large is not None and small.subnet_of(large)


def covered(inner: Text, ranges: Iterable[Text]) -> bool:
    """Whether an address or a range lies in several ranges taken together: a /26 in its two halves, too."""
    small = network(inner)
    together = collapse_addresses(large for cidr in ranges if (large := network(cidr)))
    return small is not None and any(small.subnet_of(large) for large in together)


def without(ranges: Iterable[IPv4Network], taken: IPv4Network) -> list[IPv4Network]:
    """What is left of ranges when one is taken out of them."""
    left: list[IPv4Network] = []
    for whole in ranges:
        if taken.subnet_of(whole):
            left += whole.address_exclude(taken)
        elif not whole.subnet_of(taken):
            left.append(whole)
    return left


def is_private(cidr: str | None) -> bool:
    """Whether a range lies in those that the internet doesn't route."""
    own = network(cidr)
    return own is not None and any(own.subnet_of(private) for private in PRIVATE)
