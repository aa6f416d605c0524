"""The rules of the Ingresses that share an ALB, and which of them takes a route's requests.

The ALB takes the first rule that fits in this order: Ingresses by their group.order, then by namespace and
name; within the rules of a host what is Exact, then prefixes, longer ones first, then what is
ImplementationSpecific, as written.

Sources:
    https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#group.order
    https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/spec/
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from components.route_header import ROUTE_HEADER
from crosslink.graph.node import Node, Value, doubt, fields, items, number
from crosslink.graph.unknown import Fact, Found, Unknown
from crosslink.path.hop import if_known

# https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/
ANNOTATIONS = "alb.ingress.kubernetes.io"
PREFIX = "Prefix"
_TYPES = ("Exact", PREFIX)  # what is ImplementationSpecific comes after them

Rule = Mapping[str, Value]


@dataclass(frozen=True)
class Asked:
    """A route's requests, as the ALB gets them."""

    route: str  # the value of the header that binds the route
    path: str  # for the route itself; that of what is below it begins so
    host: str | None = None  # None for one that can't be told, or an address


def annotation(ingress: Node, name: str) -> Value:
    """What an annotation tells the controller, by its name without the controller's prefix."""
    return ingress.get("metadata", "annotations", f"{ANNOTATIONS}/{name}")


def read_json(text: Value) -> Value:
    """What an annotation says; None if it isn't JSON: the controller makes nothing of it."""
    try:
        return json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return None


def backend(rule: Value) -> Rule:
    """Name and port of the Service that a rule of an Ingress sends to."""
    return fields(fields(fields(rule).get("backend")).get("service"))


def is_annotated(rule: Value) -> bool:
    """Whether an annotation says what the ALB does, instead of a Service behind the rule."""
    return fields(backend(rule).get("port")).get("name") == "use-annotation"


def action(ingress: Node, rule: Value) -> Value:
    """The annotation that says what the ALB does for a rule; None if a Service is behind it."""
    name = backend(rule).get("name")
    return annotation(ingress, f"actions.{name}") if is_annotated(rule) else None


def path_rules(ingress: Node, host: str | None = None) -> list[Rule]:
    """The path rules for every host and for the host of requests, each with its host as a field.

    Health checks have no host: theirs is an address.
    """
    return [
        {**fields(path_rule), "host": fields(rule).get("host")}
        for rule in items(ingress.get("spec", "rules"))
        if _is_for(fields(rule).get("host"), host)
        for path_rule in sorted(items(fields(fields(rule).get("http")).get("paths")), key=_place)
    ]


def _is_for(host: Value, asked: str | None) -> bool:
    """Whether rules of a host take requests for a host; a wildcard stands for one label.

    Source: https://kubernetes.io/docs/concepts/services-networking/ingress/#hostname-wildcards
    """
    if not host or not asked or not isinstance(host, str):
        return not host
    return fnmatchcase(asked, host) and host.count(".") == asked.count(".")


def _place(path_rule: Value) -> tuple[int, int]:
    kind, path = fields(path_rule).get("pathType"), str(fields(path_rule).get("path"))
    return (_TYPES.index(kind), -len(path) if kind == PREFIX else 0) if kind in _TYPES else (len(_TYPES), 0)


def demanded(ingress: Node, rule: Value) -> Fact[tuple[str, ...] | None]:
    """The values of the binding header of which a request needs one; None if the rule demands no header.

    The controller drops a condition on a field that it doesn't know, without an error.

    Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#conditions
    """
    conditions = if_known(annotation(ingress, f"conditions.{backend(rule).get('name')}"), read_json)
    configs = [
        fields(condition.get("httpHeaderConfig"))
        for condition in map(fields, items(conditions))
        if condition.get("field") == "http-header"
    ]
    values = (
        tuple(map(str, items(config.get("values"))))
        for config in configs
        if str(config.get("httpHeaderName")).lower() == ROUTE_HEADER.lower()
    )
    return conditions if isinstance(conditions, Unknown) else next(values, None)


def routes_in(ingress: Node) -> Iterator[str]:
    """The routes that an Ingress hands to Services: what its rules demand, or else their paths."""
    for rule in path_rules(ingress):
        path, routes = rule.get("path"), demanded(ingress, rule)
        if not is_annotated(rule) and isinstance(path, str):
            yield from routes if isinstance(routes, tuple) else (path,)


def with_rule(ingresses: Fact[Sequence[Node]], asked: Asked) -> Found[Node]:
    """Of the Ingresses that share an ALB the one with the rule that takes a route.

    It has the rule as a property, and the paths below the route that rules before it take. If none has both
    the path and the header of the route, it is the first with the path.
    """
    if isinstance(ingresses, Unknown):
        return ingresses
    ordered = [
        (ingress, rule)
        for ingress in sorted(ingresses, key=_order)
        for rule in path_rules(ingress, asked.host)
    ]
    fitting = [(ingress, rule) for ingress, rule in ordered if _fits(rule, asked.path)]
    taking = [(ingress, rule) for ingress, rule in fitting if _is_open_to(ingress, rule, asked)]
    for ingress, rule in taking or fitting:
        place = ordered.index((ingress, rule))
        cut = [
            str(earlier.get("path"))
            for owner, earlier in ordered[:place]
            if _is_below(earlier, asked.path) and _is_open_to(owner, earlier, asked)
        ]
        return replace(ingress, properties={**ingress.properties, "rule": rule, "cut": cut})
    return doubt(*(ingress.get("spec", "rules") for ingress in ingresses))


def _order(ingress: Node) -> tuple[int, str, str]:
    order, metadata = annotation(ingress, "group.order"), fields(ingress.get("metadata"))
    digits = str(order or 0).removeprefix("-").isdigit()
    return int(number(order or 0)) if digits else 0, str(metadata.get("namespace")), str(metadata.get("name"))


def _fits(rule: Rule, path: str) -> bool:
    """Whether a rule takes a path. A prefix is compared by whole segments, what is
    ImplementationSpecific is exact to this controller, except for wildcards.
    """
    own = str(rule.get("path"))
    if rule.get("pathType") == PREFIX:
        return f"{path.rstrip('/')}/".startswith(own.rstrip("/") + "/")
    return own == path or (rule.get("pathType") != "Exact" and fnmatchcase(path, own.replace("[", "[[]")))


def _is_below(rule: Rule, path: str) -> bool:
    """Whether a rule takes something below a path."""
    own = str(rule.get("path"))
    return own != path and own.startswith(f"{path.rstrip('/')}/")


def _is_open_to(ingress: Node, rule: Rule, asked: Asked) -> bool:
    """Whether the conditions of a rule let a route's requests pass, as far as they can be known."""
    values = demanded(ingress, rule)
    return values is None or isinstance(values, Unknown) or asked.route in values
