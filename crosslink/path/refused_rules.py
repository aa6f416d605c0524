"""What the load balancer controller refuses of the rules of an Ingress: then it makes none of the group's.

Sources:
    https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/ingress/config_types.go
    https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/ingress/group_loader.go
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
"""

import re
from collections.abc import Iterator, Sequence

from crosslink.graph.node import Node, doubt, fields, items
from crosslink.graph.unknown import Fact, visible
from crosslink.path.group_rules import asked_rules
from crosslink.path.ingress_rules import CONFIGS, PREFIX, action, annotation, backend, is_annotated, read_json

LAST = 1000  # the highest group.order, and the lowest below zero
MAX_VALUES = 5  # of all conditions of a rule
_BOOLEANS = ("1", "t", "true", "0", "f", "false")


def refused(ingresses: Sequence[Node]) -> Fact[tuple[str, ...]]:
    """What the controller, or AWS, refuses of the Ingresses of a group, for people."""
    read = [(ingress.get("metadata", "annotations"), ingress.get("spec", "rules")) for ingress in ingresses]
    defaults = [ingress for ingress in ingresses if ingress.get("spec", "defaultBackend")]
    several = ["several Ingresses have a default backend"] if len(defaults) > 1 else []
    own = (f"{_name(ingress)}: {why}" for ingress in ingresses for why in _of(ingress))
    return doubt(*read) or tuple(dict.fromkeys((*several, *own)))


def _name(ingress: Node) -> str:
    return f"{ingress.get('metadata', 'namespace')}/{ingress.get('metadata', 'name')}"


def _of(ingress: Node) -> Iterator[str]:
    order = annotation(ingress, "group.order")
    if order is not None and not (re.fullmatch(r"[+-]?\d{1,5}", str(order)) and abs(int(order)) <= LAST):
        yield f"group.order is {order}"
    if str(annotation(ingress, "use-regex-path-match") or "true").lower() not in _BOOLEANS:
        yield f"use-regex-path-match is {annotation(ingress, 'use-regex-path-match')}"
    for rule in visible(asked_rules([ingress])):
        path, kind = str(rule.path_rule.get("path") or ""), rule.path_rule.get("pathType")
        if kind in ("Exact", PREFIX) and re.search(r"[*?]", path):
            yield f"path {path} of type {kind} has a wildcard"
        conditions = visible(rule.conditions)
        if sum(len(condition.values) + len(condition.regexes) for condition in conditions) > MAX_VALUES:
            yield f"the rule {path} has more than {MAX_VALUES} values of conditions"
        for condition in conditions:
            if condition.values and condition.regexes:
                yield f"the rule {path} has both patterns and regular expressions for the {condition.field}"
        name = str(backend(rule.path_rule).get("name"))
        yield from _of_annotations(ingress, name)
        told = action(ingress, rule.path_rule)
        if is_annotated(rule.path_rule) and told is not None and not fields(read_json(told)).get("type"):
            yield f"actions.{name} isn't the JSON of an action"


def _of_annotations(ingress: Node, name: str) -> Iterator[str]:
    said = annotation(ingress, f"conditions.{name}")
    if said is None:
        return
    found = read_json(said)
    if not isinstance(found, list):
        yield f"conditions.{name} isn't a JSON list"
    for condition in map(fields, items(found)):
        field = str(condition.get("field"))
        _, config = CONFIGS.get(field, (None, ""))
        given = fields(condition.get(config))
        if config and bool(given.get("values")) == bool(given.get("regexValues")):
            yield f"conditions.{name} has a condition {field} without values in {config}"
