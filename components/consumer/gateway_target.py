"""A backend behind the gateway NLB, and what the NLB has to be let out to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from components.network.private_nlb import NextHop
from settings.address_plan import egress_group


@dataclass(frozen=True, kw_only=True)
class Target:
    """A backend behind the gateway NLB.

    Args:
        slot: the backend's slot.
        listener_port: the NLB's port for this backend, which is the port in the integration's URI.
        port: the port of the backend's endpoint.
        tls: whether the backend uses HTTPS.
        health_path: path that answers health checks; None for checks that only connect.
        addresses: zone id → address of the endpoint.
        ranges: key that never changes → CIDR that holds nothing but endpoints of the stack, together all
            addresses; None in an existing network, which holds other things too.
        inside: whether the endpoint is in the NLB's own VPC.
        connected: resources that must exist before traffic can flow through the endpoint.
    """

    slot: int
    listener_port: int
    port: int
    tls: bool
    health_path: str | None
    addresses: Mapping[str, pulumi.Input[str]]
    ranges: Mapping[str, pulumi.Input[str]] | None
    inside: bool
    connected: Sequence[pulumi.Resource]


def next_hops(targets: Mapping[str, Target]) -> Mapping[str, NextHop]:
    """The endpoints: by ranges that hold nothing else, or by their addresses in existing networks.

    A security group takes 60 rules by default. For 50 backends that is enough: those with one port share the
    rule of a range, and addresses of slots from 10 on are in groups of their own.
    """
    hops: dict[str, NextHop] = {}
    for backend, target in targets.items():
        if target.ranges is None:
            for zone, address in target.addresses.items():
                hops[f"{backend}-{zone}"] = NextHop(
                    what=f"Endpoint of {backend} in {zone}",
                    cidr=pulumi.Output.concat(address, "/32"),
                    port=target.port,
                    group=egress_group(target.slot),
                )
        else:
            for key, cidr in target.ranges.items():
                name = f"{key}-{target.port}"
                formerly = hops[name].formerly if name in hops else ()
                hops[name] = NextHop(
                    what=f"Endpoints in {key}",
                    cidr=cidr,
                    port=target.port,
                    formerly=sorted({*formerly, *_formerly(key, target)}),
                )
    return hops


def _formerly(key: str, target: Target) -> list[str]:
    """In version 0.1 the network of another region had a rule for each of its subnets."""
    return [] if key in target.addresses else [f"{zone}-{target.port}" for zone in target.addresses]
