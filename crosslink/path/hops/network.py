"""What lies between load balancers and endpoints: subnets, routes, peerings, security groups."""

from dataclasses import dataclass

from crosslink.graph.unknown import Fact, Flag, Found, Hop, Number, Text


@dataclass(frozen=True, kw_only=True)
class AclEntry:
    """An entry of a network ACL. The one with the lowest number that fits decides.

    Attributes:
        number: its place among the others.
        outwards: whether it is for packets that leave the subnet.
        allows: whether it lets them pass.
        protocol: `tcp`, its number 6, or `-1` for all.
        cidr: where they go, or come from.
        from_port: the first port that they go to; of no meaning where it is for all protocols.
        to_port: the last one.
    """

    number: int
    outwards: bool
    allows: bool
    protocol: str
    cidr: str | None
    from_port: int | None
    to_port: int | None


@dataclass(frozen=True, kw_only=True)
class Subnet(Hop):
    """A subnet.

    Attributes:
        zone: its zone id.
        cidr: its range.
        vpc: URN of its VPC.
        acl: the entries of its network ACL; None if it has the VPC's default one, which lets all pass.
    """

    zone: Text
    cidr: Text
    vpc: Text
    acl: Found[tuple[AclEntry, ...]]


@dataclass(frozen=True, kw_only=True)
class SecurityGroupRule(Hop):
    """What a security group lets in, or out.

    Attributes:
        cidr: the range it is for; None for a rule that names a group or a prefix list.
        protocol: `tcp`, or `-1` for all.
        from_port: the first port.
        to_port: the last port.
    """

    cidr: Text
    protocol: Text
    from_port: Number
    to_port: Number


@dataclass(frozen=True, kw_only=True)
class Peering(Hop):
    """A peering of two VPCs.

    Attributes:
        vpcs: URNs of both.
        cidrs: their ranges.
        peer_region: where the request says that the other VPC is.
        acceptance: the resource that accepts it; where AWS was asked, the peering as its other side has it.
        accepts: whether that one does accept.
        status: `active` and so on; None where AWS wasn't asked.
    """

    vpcs: frozenset[str]
    cidrs: tuple[Text, ...]
    peer_region: Text
    acceptance: Found[Hop]
    accepts: Flag
    status: Text


@dataclass(frozen=True, kw_only=True)
class Route(Hop):
    """A route.

    Attributes:
        destination: the range it is for.
        peering: the peering that it goes over; None if it goes elsewhere.
        nat: the NAT gateway that it goes over; None if it goes elsewhere.
        over_accepter: whether it waits for the peering's acceptance; None where that can't be seen.
        state: `active` or `blackhole`; None where AWS wasn't asked.
    """

    destination: Text
    peering: Found[Peering]
    nat: Hop | None
    over_accepter: bool | None
    state: Text


@dataclass(frozen=True, kw_only=True)
class Way(Hop):
    """What becomes of packets from a subnet to a destination. Its resource is the route, or else the subnet.

    Attributes:
        subnet: where the packets come from.
        destination: the range they go to.
        route: the one that they take, the most specific; None if there is none.
    """

    subnet: Subnet
    destination: Text
    route: Found[Route]


@dataclass(frozen=True, kw_only=True)
class Account(Hop):
    """A Pulumi provider for one account and region.

    Attributes:
        allowed: the accounts that it agrees to act in.
        roles: ARNs of the roles that it assumes, one after the other; None for one that has no ARN.
    """

    allowed: Fact[tuple[str, ...]]
    roles: Fact[tuple[str | None, ...]]
