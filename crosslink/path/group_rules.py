"""The rules of the Ingresses that share an ALB, and which of them is a route's own.

The ALB takes the first rule that fits in this order: Ingresses by their group.order, then by namespace and
name; within the rules of a host what is Exact, then prefixes, longer ones first, then what is
ImplementationSpecific, as written.

Sources:
    https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#group.order
    https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/spec/
    https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/ingress/model_build_listener_rules.go
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from crosslink.graph.node import Node, Value, doubt, fields, items, number
from crosslink.graph.unknown import Fact, Found, Unknown
from crosslink.path.alb_conditions import AlbRule, Condition, Request, takes
from crosslink.path.hop import if_known
from crosslink.path.ingress_rules import (
    CONFIGS,
    PREFIX,
    Asked,
    Rule,
    action,
    annotation,
    backend,
    is_annotated,
    place_of,
    read_json,
)

_TRUE = ("1", "t", "true")


def asked_rules(ingresses: Sequence[Node]) -> Fact[list[AlbRule]]:
    """The rules that the controller makes of the Ingresses of a group, in the order of the ALB."""
    orders = [annotation(ingress, "group.order") for ingress in ingresses]
    rules = [ingress.get("spec", "rules") for ingress in ingresses]
    if unknown := doubt(*orders, *rules):
        return unknown
    return [
        AlbRule(
            ingress,
            _told(ingress, path_rule),
            conditions_of(ingress, host, path_rule),
            _answer(ingress, path_rule),
            {**fields(path_rule), "host": host},
        )
        for ingress in sorted(ingresses, key=_order)
        for rule in items(ingress.get("spec", "rules"))
        for host in (fields(rule).get("host"),)
        for path_rule in sorted(items(fields(fields(rule).get("http")).get("paths")), key=place_of)
    ]


def _told(ingress: Node, path_rule: Value) -> str:
    metadata = fields(ingress.get("metadata"))
    path = fields(path_rule).get("path") or "for every path"
    return f"rule {path} of Ingress {metadata.get('namespace')}/{metadata.get('name')}"


def _answer(ingress: Node, path_rule: Value) -> str:
    """What the ALB does with the requests that a rule takes, for people."""
    if not is_annotated(path_rule):
        return f"Service {backend(path_rule).get('name')}"
    told = fields(if_known(action(ingress, path_rule), lambda text: fields(read_json(text))))
    code = fields(told.get("fixedResponseConfig")).get("statusCode")
    return f"the ALB's own {code}" if code else str(told.get("type") or "an action that isn't there")


def conditions_of(ingress: Node, host: Value, path_rule: Value) -> Fact[tuple[Condition, ...]]:
    """The conditions that the controller makes of a path of an Ingress and of the annotation for its backend.

    Those on hosts and paths are added to the Ingress's own: one of them is enough. Without any it takes all.

    Source: https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/ingress/model_build_listener_rules.go
    """
    said = annotation(ingress, f"conditions.{backend(path_rule).get('name')}")
    regex = annotation(ingress, "use-regex-path-match")
    if unknown := doubt(said, regex, path_rule):
        return unknown
    found: list[Condition] = [_of_path(fields(path_rule), by_regex=str(regex).lower() in _TRUE)]
    found += [Condition("host", (str(host),) if host else ())]
    for condition in map(fields, items(read_json(said))):
        field, config = CONFIGS.get(str(condition.get("field")), (None, ""))
        if field is None:
            continue  # one that the controller drops
        given = fields(condition.get(config))
        values, regexes = _texts(given.get("values")), _texts(given.get("regexValues"))
        place = {"path": 0, "host": 1}.get(field)
        if place is None:
            found.append(Condition(field, values, regexes, str(given.get("httpHeaderName") or "")))
        else:
            old = found[place]
            found[place] = Condition(field, (*old.values, *values), (*old.regexes, *regexes))
    return tuple(condition for condition in found if condition.values or condition.regexes)


def _of_path(path_rule: Rule, *, by_regex: bool) -> Condition:
    path, kind = str(path_rule.get("path") or ""), path_rule.get("pathType")
    if not path or kind == "Exact":
        return Condition("path", (path,) if path else ())
    if kind == PREFIX:
        own = path.rstrip("/") if path != "/" else ""
        return Condition("path", (own, f"{own}/*") if own else ("/*",))
    return Condition("path", (), (path[1:],)) if by_regex else Condition("path", (path,))


def _texts(values: Value) -> tuple[str, ...]:
    """The values of a condition; a pair of a query is a text, too."""
    return tuple(
        f"{pair.get('key') or '*'}={pair.get('value')}" if (pair := fields(value)) else str(value)
        for value in items(values)
    )


def with_rule(rules: Fact[Sequence[AlbRule]], asked: Asked, namespaces: Collection[str] = ()) -> Found[Node]:
    """The Ingress with the one of an ALB's rules that is a route's own.

    It has the rule as a property, and the paths below the route that rules before it take. If none is the
    route's own, it is the first that takes it, or else the first with its path.

    Args:
        namespaces: those of the backend's own services; none if they can't be seen.
    """
    if isinstance(rules, Unknown):
        return rules
    request = asked.request()
    below = request.below()
    fitting = [rule for rule in rules if _fits(rule, request)]
    taking = [rule for rule in fitting if takes(rule.conditions, request) is not False]
    own = own_rule(fitting, asked, namespaces)
    for rule in (own, *taking, *fitting) if own else (*taking, *fitting):
        cut = [
            str(earlier.path_rule.get("path"))
            for earlier in rules[: rules.index(rule)]
            if _is_below(earlier.path_rule, asked.path)
            and _is_open_to(earlier, asked)
            and takes(earlier.conditions, below) is False
        ]
        return replace(rule.owner, properties={**rule.owner.properties, "rule": rule.path_rule, "cut": cut})
    return None


def own_rule(rules: Sequence[AlbRule], asked: Asked, namespaces: Collection[str] = ()) -> AlbRule | None:
    """The rule that is meant for a route: it sends what has the route's header, or its path, to a Service."""
    sending = [rule for rule in rules if _sends(rule)]
    home = [rule for rule in sending if rule.owner.get("metadata", "namespace") in namespaces]
    bound = [rule for rule in home or sending if _binds(rule, asked.route)]
    named = [
        rule
        for rule in home or sending
        if (rule.path_rule.get("pathType"), rule.path_rule.get("path")) == (PREFIX, asked.path)
    ]
    open_ = [rule for rule in named if rule.demands() is None]
    return next(iter((*bound, *open_, *named)), None)


def _sends(rule: AlbRule) -> bool:
    """Whether a rule sends requests on, and the ALB doesn't answer them itself."""
    said = action(rule.owner, rule.path_rule)
    return not is_annotated(rule.path_rule) or fields(read_json(said)).get("type") == "forward"


def _binds(rule: AlbRule, route: str) -> bool:
    values = rule.demands()
    return isinstance(values, tuple) and route.lower() in [value.lower() for value in values]


def _order(ingress: Node) -> tuple[int, str]:
    order, metadata = annotation(ingress, "group.order"), fields(ingress.get("metadata"))
    digits = str(order or 0).removeprefix("-").isdigit()
    return int(number(order or 0)) if digits else 0, f"{metadata.get('namespace')}/{metadata.get('name')}"


def _fits(rule: AlbRule, request: Request) -> bool:
    """Whether a rule takes a path and a host, or may; a host that an annotation asks for is a condition."""
    fields_ = ("path", "host") if rule.path_rule.get("host") else ("path",)
    of_place = if_known(
        rule.conditions, lambda found: tuple(condition for condition in found if condition.field in fields_)
    )
    return takes(of_place, request) is not False


def _is_below(rule: Rule, path: str) -> bool:
    """Whether a rule takes something below a path."""
    own = str(rule.get("path"))
    return own != path and own.startswith(f"{path.rstrip('/')}/")


def _is_open_to(rule: AlbRule, asked: Asked) -> bool:
    """Whether the header that a rule demands is a route's, as far as it can be known."""
    values = rule.demands()
    return not isinstance(values, tuple) or asked.route in values
