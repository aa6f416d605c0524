"""Whether ranges of addresses lie in others."""

from functools import cache
from ipaddress import IPv4Network

from crosslink.graph.unknown import Text

PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")


@cache  # the rules ask about the same few ranges again and again
def within(inner: Text, outer: Text) -> bool:
    """Whether an address or a range lies in a range; nothing does where one is unknown, or none of IPv4."""
    if not isinstance(inner, str) or not isinstance(outer, str):
        return False
    try:
        return IPv4Network(inner).subnet_of(IPv4Network(outer))
    except ValueError:
        return False


def is_private(cidr: str | None) -> bool:
    """Whether a range lies in those that the internet doesn't route (RFC 1918 and 6598)."""
    return any(within(cidr, one) for one in PRIVATE)
