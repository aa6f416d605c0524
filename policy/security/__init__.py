"""The security rules: what of a stack is open, unencrypted, unrecorded or too powerful."""

from policy.security import (
    accounts,
    apis,
    connected,
    documents,
    endpoint_services,
    exposure,
    foreign,
    isolation,
    known,
    kubernetes,
    nodes,
    objects,
    path_groups,
    pods,
    powers,
    rbac,
    records,
    ways,
)
from policy.security.rule import SecurityRule

# All rules, in the order of the files; last those about whatever there is, of which others may have told
RULES: tuple[SecurityRule, ...] = tuple(
    value
    for module in (
        exposure,
        path_groups,
        endpoint_services,
        ways,
        connected,
        apis,
        records,
        accounts,
        powers,
        documents,
        rbac,
        pods,
        objects,
        kubernetes,
        nodes,
        isolation,
        foreign,
        known,
    )
    for value in vars(module).values()
    if isinstance(value, SecurityRule)
)
