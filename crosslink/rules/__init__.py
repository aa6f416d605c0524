"""All rules, in the order in which a request meets what they are about."""

from types import ModuleType
from typing import cast

from crosslink.path.walk import Model, Walk
from crosslink.rules import (
    access,
    acls,
    domain,
    gateway_nlb,
    ingress,
    limits,
    load_balancers,
    methods,
    network,
    pods,
    policy,
    private_link,
    provider_nlb,
    stage,
)
from crosslink.rules import stack as beside
from crosslink.rules.rule import Rule

STACK_RULES: tuple[Rule[Model], ...] = (
    beside.resource_has_its_account,
    beside.references_stay,
    beside.account_is_guarded,
)
"""Those of the stack as a whole."""

_MODULES = (
    domain,
    stage,
    policy,
    limits,
    methods,
    access,
    load_balancers,
    gateway_nlb,
    network,
    private_link,
    provider_nlb,
    ingress,
    pods,
    acls,
    beside,
)


def _of_walks(module: ModuleType) -> list[Rule[Walk]]:
    rules = [cast("Rule[Walk]", one) for one in vars(module).values() if isinstance(one, Rule)]
    return [one for one in rules if one not in STACK_RULES]


WALK_RULES: tuple[Rule[Walk], ...] = tuple(rule for module in _MODULES for rule in _of_walks(module))
"""Those of each route's walk."""
