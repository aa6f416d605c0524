"""What the rules of an existing ALB demand of a route's requests."""

from typing import Any

import pytest

from components.route_header import ROUTE_HEADER
from crosslink.graph import tokens
from crosslink.graph.node import Node
from crosslink.path.ingress_rules import Asked
from crosslink.path.listener_rules import demands

ASKED = Asked("/search", "/search", "search.example.com")


def rule(priority: int, *conditions: dict[str, Any]) -> Node:
    return Node(
        urn=f"rule {priority}",
        type=tokens.LISTENER_RULE,
        name=str(priority),
        id=f"rule {priority}",
        account="222222222222",
        region="us-east-1",
        properties={"priority": priority, "conditions": list(conditions)},
        missing=None,
        references={},
        dependencies=frozenset(),
    )


def path(*patterns: str) -> dict[str, Any]:
    return {"pathPattern": {"values": list(patterns)}}


def header(*values: str, name: str = ROUTE_HEADER) -> dict[str, Any]:
    return {"httpHeader": {"httpHeaderName": name, "values": list(values)}}


@pytest.mark.parametrize(
    ("rules", "demanded"),
    [
        ([rule(1, path("/search*"), header("/search"))], ("/search",)),
        ([rule(1, path("/search*"), header("/search", name=ROUTE_HEADER.lower()))], ("/search",)),
        ([rule(1, path("/search*"))], None),
        # The lowest number comes first, in whatever order AWS tells them.
        (
            [rule(9, path("/search*")), rule(2, path("/search"), header("/search", "/find"))],
            ("/search", "/find"),
        ),
        # What these demand or take the route's requests don't have.
        ([rule(1, header("/other")), rule(2, header("/search"))], ("/search",)),
        ([rule(1, path("/other*")), rule(2, header("/search"))], ("/search",)),
        ([rule(1, {"hostHeader": {"values": ["*.org"]}}), rule(2, header("/search"))], ("/search",)),
        ([rule(1, {"httpRequestMethod": {"values": ["GET"]}}), rule(2, header("/search"))], ("/search",)),
        ([rule(1, header("yes", name="X-Canary")), rule(2, header("/search"))], ("/search",)),
        ([rule(1, {"hostHeader": {"values": ["*.example.com"]}})], None),
        ([], None),
    ],
)
def test_the_first_rule_that_takes_the_route_says_what_it_needs(
    rules: list[Node], demanded: tuple[str, ...] | None
) -> None:
    assert next(demands(rules, ASKED), None) == demanded
