"""What an Ingress says: annotations, and its rules with what they demand."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from components.route_header import ROUTE_HEADER
from crosslink.graph.node import Node, Value, fields, items
from crosslink.graph.unknown import Fact, Unknown
from crosslink.path.alb_conditions import Field, Request
from crosslink.path.hop import if_known

# https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/
ANNOTATIONS = "alb.ingress.kubernetes.io"
PREFIX = "Prefix"
_TYPES = ("Exact", PREFIX)  # what is ImplementationSpecific comes after them

CONFIGS: Mapping[str, tuple[Field, str]] = {  # field of a condition → what it is of, and where its values are
    "host-header": ("host", "hostHeaderConfig"),
    "path-pattern": ("path", "pathPatternConfig"),
    "http-header": ("header", "httpHeaderConfig"),
    "http-request-method": ("method", "httpRequestMethodConfig"),
    "query-string": ("query", "queryStringConfig"),
    "source-ip": ("source", "sourceIPConfig"),
}
Rule = Mapping[str, Value]


@dataclass(frozen=True)
class Asked:
    """A route's requests, as the ALB gets them."""

    route: str  # the value of the header that binds the route
    path: str  # for the route itself; that of what is below it begins so
    host: str | None = None  # None for one that can't be told, or an address

    def request(self) -> Request:
        """The one for the route itself."""
        return Request(self.path, self.route, self.host)


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
        for path_rule in sorted(items(fields(fields(rule).get("http")).get("paths")), key=place_of)
    ]


def _is_for(host: Value, asked: str | None) -> bool:
    """Whether rules of a host take requests for a host; a wildcard stands for one label.

    Source: https://kubernetes.io/docs/concepts/services-networking/ingress/#hostname-wildcards
    """
    if not host or not asked or not isinstance(host, str):
        return not host
    return fnmatchcase(asked, host) and host.count(".") == asked.count(".")


def place_of(path_rule: Value) -> tuple[int, int]:
    """Where a path comes among those of one host."""
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
