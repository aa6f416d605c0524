"""Both ends of PrivateLink. Facts only."""

from dataclasses import dataclass

from crosslink.graph.unknown import Fact, Flag, Found, Hop, Text
from crosslink.path.hops.network import SecurityGroupRule, Subnet


@dataclass(frozen=True, kw_only=True)
class Interface:
    """A network interface of an endpoint.

    Attributes:
        subnet: where it is.
        address: its own.
    """

    subnet: Found[Subnet]
    address: Text


@dataclass(frozen=True, kw_only=True)
class Endpoint(Hop):
    """The interface endpoint.

    Attributes:
        kind: `Interface`; None means `Gateway`.
        interfaces: its network interfaces.
        service_name: of the endpoint service that it connects to.
        lets_in: what its security groups let in.
        acceptance: what accepts it; None if nothing does.
        state: `available` and so on; None where AWS wasn't asked.
    """

    kind: Text
    interfaces: tuple[Interface, ...]
    service_name: Text
    lets_in: Fact[tuple[SecurityGroupRule, ...]]
    acceptance: Found[Hop]
    state: Text


@dataclass(frozen=True, kw_only=True)
class EndpointService(Hop):
    """The endpoint service.

    Attributes:
        name: by which endpoints find it.
        allowed_principals: who may connect.
        acceptance_required: whether each connection must be accepted.
        state: `Available` and so on; None where AWS wasn't asked.
    """

    name: Text
    allowed_principals: Fact[tuple[str, ...]]
    acceptance_required: Flag
    state: Text
