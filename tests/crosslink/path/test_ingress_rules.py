"""Which rule of the Ingresses that share an ALB takes a route's requests."""

import json
from typing import Any

import pytest

from components.route_header import header_condition
from crosslink.graph import tokens
from crosslink.graph.node import Node
from crosslink.graph.unknown import Unknown
from crosslink.path.group_rules import asked_rules, with_rule
from crosslink.path.ingress_rules import ANNOTATIONS, Asked, demanded, routes_in

HEALTH = "/healthz"


def rule(service: str, path: str, kind: str = "Prefix", *, port: int | str = 80) -> dict[str, Any]:
    named = {"name": port} if isinstance(port, str) else {"number": port}
    return {"path": path, "pathType": kind, "backend": {"service": {"name": service, "port": named}}}


def ingress(
    name: str, *paths: dict[str, Any], order: int | None = None, **routes: str | tuple[str, ...]
) -> Node:
    """An Ingress whose rule for a Service demands the header of its route, or of several."""
    conditions = {
        f"{ANNOTATIONS}/conditions.{service}": json.dumps(
            [header_condition(route)] if isinstance(route, str) else list(map(header_condition, route))
        )
        for service, route in routes.items()
    }
    ordered = {} if order is None else {f"{ANNOTATIONS}/group.order": str(order)}
    return Node(
        urn=name,
        type=tokens.INGRESS,
        name=name,
        id=name,
        account="222222222222",
        region="us-east-1",
        properties={
            "metadata": {"namespace": name, "name": "apps", "annotations": {**conditions, **ordered}},
            "spec": {"rules": [{"http": {"paths": list(paths)}}]},
        },
        missing=None,
        references={},
        dependencies=frozenset(),
    )


def taken(ingresses: list[Node], asked: Asked) -> tuple[str, str, list[str]] | None:
    """Namespace and Service that a route reaches, and what other rules take of it."""
    found = with_rule(asked_rules(ingresses), asked)
    if found is None:
        return None
    assert isinstance(found, Node)
    return found.name, found.get("rule", "backend", "service", "name"), found.get("cut")


STRIPPED = [
    ingress("orders", rule("orders", "/"), order=1000, orders="/orders"),
    ingress("billing", rule("api", "/"), rule("web", "/ui"), api="/billing", web="/ui"),
]


@pytest.mark.parametrize(
    ("route", "path", "reached"),
    [
        ("/orders", "/", ("orders", "orders", [])),
        ("/billing", "/", ("billing", "api", [])),
        ("/ui", "/ui", ("billing", "web", [])),
    ],
)
def test_of_several_rules_for_all_paths_the_header_picks_one(
    route: str, path: str, reached: tuple[str, str, list[str]]
) -> None:
    assert taken(STRIPPED, Asked(route, path)) == reached


def test_the_routes_own_rule_is_followed_whatever_takes_its_requests_first() -> None:
    """Its own is the one for its header, in a namespace of the backend's."""
    early = ingress("z", rule("thief", "/"), order=-1)
    assert taken([*STRIPPED, early], Asked("/orders", "/")) == ("orders", "orders", [])
    thief = ingress("z", rule("thief", "/"), order=-1, thief="/orders")
    assert taken([*STRIPPED, thief], Asked("/orders", "/")) == ("z", "thief", [])
    found = with_rule(asked_rules([*STRIPPED, thief]), Asked("/orders", "/"), ("orders", "billing"))
    assert isinstance(found, Node)
    assert found.name == "orders"


def test_without_a_rule_of_its_own_the_first_that_takes_the_route_is_followed() -> None:
    """By the order of Ingresses, then by their namespaces."""
    first, last = ingress("z", rule("early", "/"), order=-1), ingress("y", rule("late", "/"), order=1000)
    assert taken([last, first], Asked("/orders", "/orders")) == ("z", "early", [])
    broken = ingress("a", rule("other", "/"), order=None)
    broken.get("metadata", "annotations")[f"{ANNOTATIONS}/group.order"] = "soon"
    assert taken([last, broken], Asked("/orders", "/orders")) == ("a", "other", [])
    names = [ingress("a-b", rule("dashed", "/")), ingress("a", rule("plain", "/"))]
    assert taken(names, Asked("/orders", "/orders")) == ("a-b", "dashed", [])


def test_within_an_ingress_longer_prefixes_come_first() -> None:
    nested = ingress("apps", rule("a", "/a"), rule("ab", "/a/b"), a="/a", ab="/a/b")
    assert taken([nested], Asked("/a/b", "/a/b")) == ("apps", "ab", [])
    assert taken([nested], Asked("/a", "/a")) == ("apps", "a", [])
    unbound = ingress("apps", rule("a", "/a"), rule("ab", "/a/b"))
    assert taken([unbound], Asked("/a", "/a")) == ("apps", "a", ["/a/b"])


def test_an_exact_answer_takes_a_path_of_a_route_without_its_prefix() -> None:
    """What is ImplementationSpecific comes after the prefixes, and takes nothing of them."""
    own, answer = rule("a", "/"), "use-annotation"
    exact = ingress("apps", own, rule("healthz", HEALTH, "Exact", port=answer), a="/a")
    assert taken([exact], Asked("/a", "/")) == ("apps", "a", [HEALTH])
    last = ingress("apps", rule("healthz", HEALTH, "ImplementationSpecific", port=answer), own, a="/a")
    assert taken([last], Asked("/a", "/")) == ("apps", "a", [])


def test_without_the_header_of_the_route_it_is_the_first_with_its_path() -> None:
    other = ingress("apps", rule("a", "/a"), a="/other")
    assert taken([other], Asked("/a", "/a")) == ("apps", "a", [])
    assert taken([other], Asked("/b", "/b")) is None
    wild = ingress("apps", rule("a", "/a*", "ImplementationSpecific"))
    assert taken([wild], Asked("/abc", "/abc")) == ("apps", "a", [])


def test_rules_that_are_unknown_leave_the_route_unknown() -> None:
    unread = ingress("apps", rule("a", "/a"))
    unread.properties["spec"]["rules"] = Unknown("not allowed")
    assert with_rule(asked_rules([unread]), Asked("/b", "/b")) == Unknown("not allowed")


def test_the_routes_of_an_ingress_are_what_its_rules_demand() -> None:
    assert list(routes_in(STRIPPED[1])) == ["/ui", "/billing"]
    assert list(routes_in(ingress("apps", rule("a", "/a"), rule("x", "/x", port="use-annotation")))) == ["/a"]
    assert demanded(STRIPPED[1], rule("api", "/")) == ("/billing",)
