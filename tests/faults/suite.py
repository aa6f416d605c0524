"""All planted faults, in the order of the path, and those of the field behind them."""

from tests.faults import (
    access,
    accounts,
    api,
    beside_pods,
    cluster,
    domain,
    field,
    gateway,
    identity,
    joined_balancers,
    joined_cluster,
    joined_networks,
    limits,
    near,
    network,
    order,
    policy,
    private_link,
    provider,
    sides,
)
from tests.faults.fault import Fault

FAULTS: tuple[Fault, ...] = (
    *api.FAULTS,
    *access.FAULTS,
    *identity.FAULTS,
    *policy.FAULTS,
    *limits.FAULTS,
    *domain.FAULTS,
    *gateway.FAULTS,
    *network.FAULTS,
    *private_link.FAULTS,
    *provider.FAULTS,
    *sides.FAULTS,
    *cluster.FAULTS,
    *beside_pods.FAULTS,
    *joined_networks.FAULTS,
    *joined_balancers.FAULTS,
    *joined_cluster.FAULTS,
    *accounts.FAULTS,
    *order.FAULTS,
    *near.FAULTS,
    *field.FIELD,
)
"""`field.FIELD` was written from AWS's troubleshooting pages by someone who had not seen the rules."""
