"""The rules that the controller makes of Ingresses, in their order, and what it refuses."""

import json
from typing import Any

import pytest

from crosslink.graph.node import Node
from crosslink.graph.unknown import Unknown
from crosslink.path.alb_conditions import Condition
from crosslink.path.group_rules import asked_rules
from crosslink.path.ingress_rules import ANNOTATIONS
from crosslink.path.refused_rules import refused
from tests.crosslink.path.test_ingress_rules import ingress, rule


def annotated(node: Node, name: str, value: object) -> Node:
    node.get("metadata", "annotations")[f"{ANNOTATIONS}/{name}"] = value
    return node


def conditions(node: Node) -> tuple[Condition, ...]:
    found = asked_rules([node])
    assert isinstance(found, list)
    made = found[0].conditions
    assert isinstance(made, tuple)
    return made


def test_paths_are_sorted_within_the_rules_of_a_host() -> None:
    node = ingress(
        "apps",
        rule("any", "/*", "ImplementationSpecific"),
        rule("a", "/a"),
        rule("ab", "/a/b"),
        rule("exact", "/z", "Exact"),
    )
    node.get("spec", "rules").insert(
        0, {"host": "a.example.com", "http": {"paths": [rule("late", "/*", "x")]}}
    )
    found = asked_rules([node])
    assert isinstance(found, list)
    assert [made.answer for made in found] == [
        f"Service {name}" for name in ("late", "exact", "ab", "a", "any")
    ]


@pytest.mark.parametrize(
    ("path", "made"),
    [
        (rule("a", "/"), ("/*",)),
        (rule("a", "/a/"), ("/a", "/a/*")),
        (rule("a", "/a", "Exact"), ("/a",)),
        (rule("a", "/a*", "ImplementationSpecific"), ("/a*",)),
    ],
)
def test_a_path_becomes_patterns(path: dict[str, Any], made: tuple[str, ...]) -> None:
    assert conditions(ingress("apps", path)) == (Condition("path", made),)


def test_a_regular_expression_has_no_leading_slash() -> None:
    node = annotated(
        ingress("apps", rule("a", "/^/a/.*$", "ImplementationSpecific")), "use-regex-path-match", "true"
    )
    assert conditions(node) == (Condition("path", (), ("^/a/.*$",)),)


def test_an_annotation_adds_hosts_and_paths() -> None:
    said = [
        {"field": "host-header", "hostHeaderConfig": {"values": ["b.example.com"]}},
        {"field": "path-pattern", "pathPatternConfig": {"values": ["/b"]}},
        {"field": "query-string", "queryStringConfig": {"values": [{"key": "v", "value": "2"}]}},
        {"field": "http-headers", "httpHeaderConfig": {"values": ["dropped"]}},
    ]
    node = annotated(ingress("apps", rule("a", "/a", "Exact")), "conditions.a", json.dumps(said))
    assert conditions(node) == (
        Condition("path", ("/a", "/b")),
        Condition("host", ("b.example.com",)),
        Condition("query", ("v=2",)),
    )


def test_an_order_that_is_unknown_leaves_all_unknown() -> None:
    node = annotated(ingress("apps", rule("a", "/a")), "group.order", Unknown("not allowed"))
    assert asked_rules([node]) == Unknown("not allowed")


@pytest.mark.parametrize(
    ("node", "why"),
    [
        (ingress("apps", rule("a", "/a*")), "path /a* of type Prefix has a wildcard"),
        (ingress("apps", rule("a", "/a?", "Exact")), "path /a? of type Exact has a wildcard"),
        (ingress("apps", rule("a", "/a"), order=1001), "group.order is 1001"),
        (annotated(ingress("apps", rule("a", "/a")), "conditions.a", "{"), "conditions.a isn't a JSON list"),
        (
            annotated(
                ingress("apps", rule("a", "/a")),
                "conditions.a",
                '[{"field": "source-ip", "sourceIPConfig": {"values": []}}]',
            ),
            "conditions.a has a condition source-ip without values in sourceIPConfig",
        ),
        (
            annotated(
                ingress("apps", rule("a", "/a")),
                "conditions.a",
                '[{"field": "http-request-method", "httpRequestMethodConfig": {"values": '
                '["GET", "PUT", "POST", "HEAD"]}}]',
            ),
            "the rule /a has more than 5 values of conditions",
        ),
        (
            annotated(ingress("apps", rule("x", "/x", port="use-annotation")), "actions.x", "no JSON"),
            "actions.x isn't the JSON of an action",
        ),
    ],
)
def test_what_the_controller_refuses_is_told(node: Node, why: str) -> None:
    assert refused([node]) == (f"apps/apps: {why}",)


def test_two_default_backends_are_refused() -> None:
    nodes = [ingress(name, rule("a", "/a")) for name in ("one", "two")]
    for node in nodes:
        node.get("spec")["defaultBackend"] = rule("a", "/")["backend"]
    assert refused(nodes) == ("several Ingresses have a default backend",)
    assert refused(nodes[:1]) == ()
