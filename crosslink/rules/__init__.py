"""All rules, in the order in which a request meets what they are about."""

from importlib import import_module
from typing import Any

from crosslink.path.walk import Model, Walk
from crosslink.rules.rule import STACK_TITLE, Rule

_FILES = (
    "stage",
    "domain_settings",
    "policy",
    "methods",
    "callers",
    "authorizers",
    "document",
    "stage_settings",
    "link_v2",
    "load_balancers",
    "network",
    "native_crossing",
    "private_link",
    "each_nlb",
    "weights",
    "alb_settings",
    "alb",
    "joined_alb",
    "alb_access",
    "ingress",
    "alb_rules",
    "pod_states",
    "container_states",
    "pod_settings",
    "placement",
    "node_zones",
    "pod_capacity",
    "pods",
    "beside_pods",
    "eks_cluster",
    "packet_filters",
    "accounts",
    "alarms",
    "nlb_times",
    "refused",
    "refused_links",
    "dns",
)
_ALL: list[Rule[Any]] = [
    found
    for name in _FILES
    for found in vars(import_module(f"{__name__}.{name}")).values()
    if isinstance(found, Rule)
]
# Those of the stack as a whole, and those of each route's walk
STACK_RULES: tuple[Rule[Model], ...] = tuple(rule for rule in _ALL if rule.titles == (STACK_TITLE,))
WALK_RULES: tuple[Rule[Walk], ...] = tuple(rule for rule in _ALL if rule.titles != (STACK_TITLE,))
RULES: tuple[Rule[Any], ...] = (*WALK_RULES, *STACK_RULES)
