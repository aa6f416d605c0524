"""All rules, in the order in which a request meets what they are about."""

from typing import Any

from crosslink.path.walk import Model, Walk
from crosslink.rules import (
    access,
    accounts,
    gateway_nlb,
    ingress,
    limits,
    load_balancers,
    methods,
    network,
    order,
    packet_filters,
    pods,
    policy,
    private_link,
    provider_nlb,
    stage,
)
from crosslink.rules.rule import STACK_TITLE, Rule

_CONSUMERS = (stage, policy, limits, methods, access, load_balancers, gateway_nlb)
_BEYOND = (network, private_link, provider_nlb, ingress, pods, packet_filters, accounts, order)
_RULES: list[Rule[Any]] = [
    found for module in (*_CONSUMERS, *_BEYOND) for found in vars(module).values() if isinstance(found, Rule)
]
# Those of the stack as a whole, and those of each route's walk
STACK_RULES: tuple[Rule[Model], ...] = tuple(rule for rule in _RULES if rule.titles == (STACK_TITLE,))
WALK_RULES: tuple[Rule[Walk], ...] = tuple(rule for rule in _RULES if rule.titles != (STACK_TITLE,))
