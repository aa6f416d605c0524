"""Nested routes of an API with a resource policy: whoever the settings let in gets in, and nobody else.

All pairs of routes that the rules let through are tried against a small model of what API Gateway does with a
request: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal, NamedTuple

import pytest

from crosslink.rules.resource_policy import Request, effect
from settings import Api
from settings.backend import ServiceBackend
from settings.resource_policy import Policy, resource_policy
from settings.route import Verb
from settings.rules.access import nested_routes_with_a_policy

ACCOUNT = "111111111111"
SHOP, DESK = (f"arn:aws:iam::{ACCOUNT}:role/{name}" for name in ("shop", "desk"))
PARTNER, STRANGER = (f"arn:aws:iam::333333333333:role/{name}" for name in ("partner", "stranger"))
OFFICE, ELSEWHERE = "203.0.113.9", "198.51.100.7"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """One who calls.

    Attributes:
        principal: The role that signs the request; None if nobody does.
        permitted: Whether the role's own policies allow the call.
        key: Whether an API key is sent.
        token: Whether a token of the user pool is sent, with a scope of the route.
        answer: What the Lambda function says.
    """

    principal: str | None = None
    permitted: bool = False
    key: bool = False
    token: bool = False
    answer: Literal["Allow", "Deny"] | None = None


CALLERS = (
    Caller(),
    Caller(key=True),
    Caller(token=True),
    Caller(answer="Allow"),
    Caller(answer="Deny"),
    *(Caller(principal=role, permitted=own) for role in (SHOP, DESK) for own in (True, False)),
    *(Caller(principal=role, permitted=True) for role in (PARTNER, STRANGER)),
)
KINDS: tuple[Mapping[str, Any], ...] = (
    {"auth": "none", "allowUnauthenticated": True},
    {"auth": "apiKey"},
    {"auth": "cognito", "scopes": ["read"]},
    {"auth": "lambda"},
    {"auth": "iam"},
    {"auth": "iam", "principals": [SHOP, PARTNER]},
    {"auth": "iam", "principals": [SHOP]},
)
METHODS: tuple[Mapping[str, Any], ...] = ({}, {"methods": ["GET"]}, {"cors": {"origins": ["*"]}})
ROUTES = [{**kind, **methods} for kind, methods in product(KINDS, METHODS)]


class Call(NamedTuple):
    """A request of a caller, which the method of a route gets."""

    route: str
    path: str
    verb: Verb
    caller: Caller
    address: str

    @property
    def of_the_account(self) -> bool:
        return bool(self.caller.principal and f"::{ACCOUNT}:" in self.caller.principal)


def settings_let_in(api: Api, call: Call) -> bool:
    """Whether the settings of a route let a caller in."""
    route, caller = api.route(call.route), call.caller
    if api.source_ips and call.address != OFFICE:
        return False
    if route.cors and call.verb == "OPTIONS":
        return True
    return {
        "none": True,
        "apiKey": caller.key,
        "cognito": caller.token,
        "lambda": caller.answer == "Allow",
        "iam": caller.principal in route.principals and (call.of_the_account or caller.permitted)
        if route.principals
        else call.of_the_account and caller.permitted,
    }[api.auth_of(call.route)]


def api_gateway_lets_in(api: Api, policy: Policy | None, call: Call) -> bool:
    """Whether API Gateway lets a caller in to the method of a route."""
    caller = call.caller
    request = Request(
        api=f"arn:aws:execute-api:us-west-2:{ACCOUNT}:a1b2c3d4e5",
        stage=api.stage,
        method=call.verb,
        path=call.path,
        principal=caller.principal,
        source_ip=call.address,
    )
    said = effect(policy, request) if policy else None
    if said == "Deny":
        return False
    allowed = said == "Allow"
    without_more = allowed or policy is None
    if api.route(call.route).cors and call.verb == "OPTIONS":
        return without_more
    return {
        "none": without_more,
        "apiKey": without_more and caller.key,
        "cognito": without_more and caller.token,
        "lambda": caller.answer == "Allow" or (caller.answer is None and allowed),
        "iam": (caller.permitted or allowed) if call.of_the_account else caller.permitted and allowed,
    }[api.auth_of(call.route)]


def wronged(api: Api, upper: str, nested: str) -> Iterator[Call]:
    """The calls that API Gateway judges otherwise than the settings."""
    policy = resource_policy(api, [upper, nested])
    places = ((upper, f"{upper.rstrip('/')}/x"), (nested, nested), (nested, f"{nested}/x"))
    addresses = (OFFICE, ELSEWHERE) if api.source_ips else (OFFICE,)
    verbs: tuple[Verb, ...] = ("GET", "OPTIONS")
    for (route, path), verb in product(places, verbs):
        if verb in api.route(route).verbs or api.route(route).cors:
            for caller, address in product(CALLERS, addresses):
                call = Call(route, path, verb, caller, address)
                if settings_let_in(api, call) != api_gateway_lets_in(api, policy, call):
                    yield call


@pytest.mark.parametrize(
    ("upper", "nested", "addresses"),
    [("/a", "/a/b", []), ("/a", "/a/b", [f"{OFFICE}/32"]), ("/", "/a", [f"{OFFICE}/32"])],
    ids=["anywhere", "office", "root"],
)
def test_a_caller_is_wronged_if_and_only_if_the_routes_are_refused(
    upper: str, nested: str, addresses: list[str]
) -> None:
    service = {**ServiceBackend.example, "paths": {upper: {}, nested: {}}}
    backends = {"crosslink:backends[0]": ServiceBackend.model_validate_json(json.dumps(service))}
    refused = 0
    for above, below in product(ROUTES, ROUTES):
        file = {"name": "crosslink", "routes": {upper: above, nested: below}}
        file |= {"sourceIps": addresses} if addresses else {}
        api = Api.model_validate_json(json.dumps(file), by_alias=True, by_name=False)
        faults = [*nested_routes_with_a_policy(api, backends)]
        assert bool(faults) == (next(wronged(api, upper, nested), None) is not None), (above, below)
        refused += bool(faults)
    assert 0 < refused < len(ROUTES) ** 2
