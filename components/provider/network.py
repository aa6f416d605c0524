"""The network of a backend, made by the stack or existing, as what is in it needs it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi import InvokeOutputOptions, ResourceOptions

from components.network.subnets import Subnet, existing_subnets
from components.network.vpc import Nat, Network, NetworkArgs
from settings.address_plan import load_balancer_subnet, node_subnet, public_subnet
from settings.backend import ProvidedBackend
from settings.networks import BackendNetwork, ExistingBackendNetwork

NODES = "nodes"
LOAD_BALANCERS = "load-balancers"


@dataclass(frozen=True, kw_only=True)
class ProviderNetwork:
    """A VPC with the subnets of a backend.

    Args:
        vpc_id: id of the VPC.
        nlb_subnets: zone id → subnet of the provider NLB.
        alb_subnets: zone id → subnet of the ALB.
        node_subnets: zone id → subnet of the nodes of a cluster that the stack makes.
        egress: resources that must exist before nodes can reach the internet.
        log_group: name of the flow logs' log group; None without flow logs of the stack.
        nat_gateway_ids: zone id → id of a NAT gateway that the stack makes.
    """

    vpc_id: pulumi.Input[str]
    nlb_subnets: Mapping[str, Subnet]
    alb_subnets: Mapping[str, Subnet]
    node_subnets: Mapping[str, Subnet]
    egress: Sequence[pulumi.Resource] = ()
    log_group: pulumi.Output[str] | None = None
    nat_gateway_ids: Mapping[str, pulumi.Output[str]] = field(default_factory=dict[str, pulumi.Output[str]])


def made_network(
    name: str,
    backend: ProvidedBackend,
    network: BackendNetwork,
    parent: pulumi.Resource,
    *,
    flow_log_days: int | None,
    protect: bool,
) -> ProviderNetwork:
    """A VPC with a subnet per zone for nodes, one for both load balancers, and a public one for NAT.

    Args:
        name: the logical name of the network.
        backend: whose network it is.
        network: its settings.
        parent: its parent.
        flow_log_days: how long its flow logs are kept; None for no flow logs.
        protect: Pulumi refuses to delete the VPC.
    """
    cidr, zones = network.cidr, network.zone_ids
    made = Network(
        name,
        NetworkArgs(
            cidr=cidr,
            account_id=backend.account_id,
            region=backend.region,
            tiers={
                NODES: {zone: node_subnet(cidr, zone) for zone in zones},
                LOAD_BALANCERS: {zone: load_balancer_subnet(cidr, zone) for zone in zones},
            },
            # Auto Mode places internal load balancers in subnets with this tag.
            tier_tags={LOAD_BALANCERS: {"kubernetes.io/role/internal-elb": "1"}},
            nat=Nat(
                tier=NODES,
                public={zone: public_subnet(cidr, zone) for zone in zones},
                gateway_zones=network.nat_zones,
            ),
            flow_log_days=flow_log_days,
            permissions_boundary=backend.permissions_boundary,
            protect=protect,
        ),
        ResourceOptions(parent=parent),
    )
    return ProviderNetwork(
        vpc_id=made.vpc_id,
        nlb_subnets=made.subnets[LOAD_BALANCERS],
        alb_subnets=made.subnets[LOAD_BALANCERS],
        node_subnets=made.subnets[NODES],
        egress=made.egress,
        log_group=made.log_group,
        nat_gateway_ids=made.nat_gateway_ids,
    )


def existing_network(
    network: ExistingBackendNetwork, backend: str, parent: pulumi.Resource
) -> ProviderNetwork:
    """A VPC that the stack doesn't create, and in which it changes nothing.

    Args:
        network: its settings.
        backend: the backend's name, for errors.
        parent: tells the account and region.

    Raises:
        pulumi.RunError: from the CIDRs, if a subnet isn't in the VPC and zone that the settings say.
    """
    opts = InvokeOutputOptions(parent=parent)

    def subnets(key: str, ids: Mapping[str, str]) -> Mapping[str, Subnet]:
        setting = f"network.existing.{key} of backend {backend}"
        return existing_subnets(network.vpc_id, ids, opts, setting=setting)

    nlb_subnets = subnets("nlbSubnets", network.nlb_subnets)
    return ProviderNetwork(
        vpc_id=network.vpc_id,
        nlb_subnets=nlb_subnets,
        alb_subnets=subnets("albSubnets", network.alb_subnets) or nlb_subnets,
        node_subnets=subnets("nodeSubnets", network.node_subnets),
    )
