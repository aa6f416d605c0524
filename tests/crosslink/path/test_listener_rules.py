"""What the rules of an existing ALB make of a route's requests."""

from typing import Any

import pytest

from components.route_header import ROUTE_HEADER
from crosslink.graph import tokens
from crosslink.graph.unknown import Fact, known
from crosslink.path import steps
from crosslink.path.listener_rules import JoinedOrder
from tests.faults.change import edit, in_aws, together
from tests.faults.fault import model_of
from tests.faults.healthy.joined import another_rule
from tests.faults.joined_balancers import rule_before


def order(change: Any) -> JoinedOrder:
    [walk] = model_of("live", "load-balancer", change).walks
    [found] = walk.seen(steps.JOINED_ORDER)
    return found


def path(*patterns: str) -> dict[str, Any]:
    return {"pathPattern": {"values": list(patterns)}}


def header(*values: str, name: str = ROUTE_HEADER) -> dict[str, Any]:
    return {"httpHeader": {"httpHeaderName": name, "values": list(values)}}


def host(*names: str) -> dict[str, Any]:
    return {"hostHeader": {"values": list(names)}}


def rule(*conditions: dict[str, Any]) -> Any:
    """The route's rule with other conditions."""
    return in_aws(edit(tokens.LISTENER_RULE, "*", lambda found: found.update(conditions=list(conditions))))


@pytest.mark.parametrize(
    ("change", "demanded"),
    [
        (rule(header("/search")), {("/search",)}),
        (rule(path("/*"), header("/search", name=ROUTE_HEADER.lower())), {("/search",)}),
        (rule(header("/search", "/find")), {("/search", "/find")}),
        (rule(path("/*")), {None}),
        # The lowest number comes first, in whatever order AWS tells them.
        (
            together(rule(header("/search")), another_rule(1, header("/search", "/find"))),
            {("/search", "/find")},
        ),
        # What these demand or take the route's requests don't have.
        (another_rule(1, header("/other")), {("/search",)}),
        (another_rule(1, path("/other*")), {("/search",)}),
        (another_rule(1, host("*.org")), {("/search",)}),
    ],
)
def test_the_rules_that_take_the_route_say_what_they_need(change: Any, demanded: Fact[Any]) -> None:
    found = order(change)

    assert found.demanded == demanded
    assert [taken for taken in known(found.taken) if not taken.is_own or taken.doubt] == []


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        (header("yes", name="X-Tenant"), "it depends on whether callers send header X-Tenant yes"),
        ({"queryStrings": [{"key": "v", "value": "2"}]}, "it depends on whether callers send ?v=2"),
    ],
)
def test_what_the_routes_own_rule_asks_of_callers_nobody_can_tell(condition: Any, why: str) -> None:
    found = order(rule(path("/*"), header("/search"), condition))

    assert {taken.doubt for taken in known(found.taken)} == {why}


def test_what_is_done_before_requests_are_forwarded_is_told() -> None:
    def authenticates(found: Any) -> None:
        endpoints = ("issuer", "authorizationEndpoint", "tokenEndpoint", "userInfoEndpoint")
        oidc = {"clientId": "search", **dict.fromkeys(endpoints, "https://idp.example.com")}
        found["actions"].insert(0, {"type": "authenticate-oidc", "order": 1, "authenticateOidc": oidc})

    assert order(in_aws(edit(tokens.LISTENER_RULE, "*", authenticates))).first_actions == (
        "authenticate-oidc",
    )


def test_a_rule_for_others_that_forwards_to_the_routes_targets_is_as_good() -> None:
    nobodys = order(None)
    [group] = known(nobodys.groups)
    found = order(rule_before([path("/*")], {"type": "forward", "targetGroupArn": group}))

    assert {taken.is_own for taken in known(found.taken)} == {True}
    assert found.groups == (group,)
