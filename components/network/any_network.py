"""What the path needs of a network, whether the stack makes it or it exists."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import pulumi

from components.network.subnets import Subnet


class AnyNetwork(Protocol):
    """A network that the stack makes (`components/network/vpc.py`), or an existing one.

    Attributes:
        vpc_id: id of the VPC.
        subnets: tier → zone id → subnet.
        route_tables: tier → key that never changes → id of a route table of the tier's subnets.
        destinations: tier → end of a route's name → CIDR that routes to the tier lead to.
        log_group: name of the flow logs' log group; None without flow logs.
    """

    @property
    def vpc_id(self) -> pulumi.Input[str]: ...

    @property
    def subnets(self) -> Mapping[str, Mapping[str, Subnet]]: ...

    @property
    def route_tables(self) -> Mapping[str, Mapping[str, pulumi.Input[str]]]: ...

    @property
    def destinations(self) -> Mapping[str, Mapping[str, pulumi.Input[str]]]: ...

    @property
    def log_group(self) -> pulumi.Output[str] | None: ...


@dataclass(frozen=True, kw_only=True)
class ExistingNetwork:
    """A network that the stack doesn't create. Nothing in it is written but routes to its route tables.

    Args:
        vpc_id: id of the VPC.
        subnets: tier → zone id → subnet.
        route_tables: tier → key that never changes → id of a route table of the tier's subnets.
        log_group: None: its flow logs are its owner's.
    """

    vpc_id: str
    subnets: Mapping[str, Mapping[str, Subnet]]
    route_tables: Mapping[str, Mapping[str, str]]
    log_group: None = None

    @property
    def destinations(self) -> Mapping[str, Mapping[str, pulumi.Input[str]]]:
        """The subnets: the VPC may have several CIDRs, and holds other things too."""
        return {
            tier: {f"-{zone}": subnet.cidr for zone, subnet in subnets.items()}
            for tier, subnets in self.subnets.items()
        }
