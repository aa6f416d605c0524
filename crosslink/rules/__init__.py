"""All rules, in the order in which a request meets what they are about."""

from importlib import import_module
from typing import Any

from crosslink.path.walk import Model, Walk
from crosslink.rules.rule import STACK_TITLE, Rule

_CONSUMERS = ("stage", "policy", "methods", "callers", "load_balancers")
_BEYOND = ("network", "private_link", "each_nlb", "alb_settings", "ingress", "alb_rules", "pods")
_REST = ("beside_pods", "node_pools", "packet_filters", "accounts")
_RULES: list[Rule[Any]] = [
    found
    for name in (*_CONSUMERS, *_BEYOND, *_REST)
    for found in vars(import_module(f"{__name__}.{name}")).values()
    if isinstance(found, Rule)
]
# Those of the stack as a whole, and those of each route's walk
STACK_RULES: tuple[Rule[Model], ...] = tuple(rule for rule in _RULES if rule.titles == (STACK_TITLE,))
WALK_RULES: tuple[Rule[Walk], ...] = tuple(rule for rule in _RULES if rule.titles != (STACK_TITLE,))
