"""Networks that callers come from."""

from collections.abc import Sequence
from ipaddress import IPv4Network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from settings.api import SourceNetworks
from settings.cluster import Cluster

EVERYWHERE = IPv4Network("0.0.0.0/0")


def is_taken(networks: Sequence[str]) -> bool:
    """Whether `sourceIps` takes networks; `publicAccessCidrs` must take the same."""
    try:
        TypeAdapter(SourceNetworks).validate_python(tuple(networks))
    except ValidationError:
        with pytest.raises(ValidationError):
            Cluster(public_access_cidrs=tuple(map(IPv4Network, networks)))
        return False
    assert Cluster(public_access_cidrs=tuple(map(IPv4Network, networks)))
    return True


@st.composite
def _parts(draw: st.DrawFn) -> list[IPv4Network]:
    """All addresses, in two to twenty parts."""
    parts = [EVERYWHERE]
    for _ in range(draw(st.integers(1, 19))):
        largest = min(parts, key=lambda part: part.prefixlen)
        whole = draw(st.sampled_from([part for part in parts if part.prefixlen < 8] or [largest]))
        parts.remove(whole)
        parts += whole.subnets()
    return draw(st.permutations(parts))


@settings(max_examples=20)
@given(_parts())
def test_no_parts_of_all_addresses_are_taken_together(parts: Sequence[IPv4Network]) -> None:
    assert not is_taken([str(part) for part in parts])


@pytest.mark.parametrize(
    "network",
    [
        *("10.0.0.0/8", "10.1.2.3/32", "172.31.0.0/16", "192.168.1.0/24", "100.64.0.0/10"),
        *("127.0.0.1/32", "169.254.169.254/32", "0.0.0.0/8", "192.0.0.0/29", "198.19.0.0/16"),
        *("224.0.0.0/4", "239.1.2.3/32", "240.0.0.0/4", "255.255.255.255/32"),
    ],
)
def test_a_network_that_no_caller_has_is_not_taken(network: str) -> None:
    assert not is_taken([network])


@pytest.mark.parametrize("networks", [["0.0.0.0/1"], ["11.0.0.0/8", "172.32.0.0/16"], ["203.0.113.0/24"]])
def test_other_networks_are_taken(networks: list[str]) -> None:
    assert is_taken(networks)
