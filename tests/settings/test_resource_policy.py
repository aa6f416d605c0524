"""The API's resource policy: its exact text, and its effect on any caller of any route.

How a policy changes who may call, for each kind of authorization:
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
"""

import json
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslink.rules.resource_policy import Request, effect
from settings.api import Api
from settings.resource_policy import EVERYTHING, method_arns, overruled, resource_policy
from settings.route import VERBS
from tests.settings.api_strategies import PRINCIPALS, SOURCE_IPS, api_files
from tests.settings.stack_file import STACK_FILE, edited, parsed
from tests.settings.test_settings_faults import faults

ACCOUNT, REGION = "111111111111", "us-west-2"
OTHERS = ("/team/x/orders", "/orders2", "/GET/orders", "/v1/GET/orders", "/team/orders/x")
"""Paths that contain `/orders` but neither equal it nor lie under it: `*/orders*` would match all of them."""
NESTED = ("/", "/orders/x", "/orders/x/y", "/team/x")
"""Paths above others, and below."""
SHOP, ANN, BUYER = PRINCIPALS
NOT_LISTED = ("arn:aws:iam::111111111111:role/shop2", "arn:aws:iam::333333333333:role/buyer")
INSIDE = {"203.0.113.0/24": "203.0.113.9", "198.51.100.7/32": "198.51.100.7", "192.0.2.128/25": "192.0.2.200"}
OUTSIDE = ("198.51.100.8", "192.0.2.5", "10.0.0.1")


def api_of(file: Mapping[str, Any]) -> Api:
    return Api.model_validate_json(json.dumps(file), by_alias=True, by_name=False)


def policy_of(file: Mapping[str, Any], *paths: str) -> Any:
    return resource_policy(api_of(file), paths)


def statement(effect: str, principal: object, resource: Sequence[str], **condition: object) -> dict[str, Any]:
    return {
        "Effect": effect,
        "Principal": principal,
        "Action": "execute-api:Invoke",
        "Resource": list(resource),
        **({"Condition": condition} if condition else {}),
    }


FROM_OFFICE = statement("Deny", "*", [EVERYTHING], NotIpAddress={"aws:SourceIp": ["203.0.113.0/24"]})
OFFICE = ["203.0.113.0/24"]
NOBODY_ELSE = {"ArnNotLike": {"aws:PrincipalArn": [SHOP]}}
OPEN = {"auth": "none", "allowUnauthenticated": True}


@pytest.mark.parametrize(
    "file",
    [
        {},
        {"auth": "none", "allowUnauthenticated": True},
        {"routes": {"/a": {"cors": {"origins": ["*"]}}, "/b": {"auth": "lambda", "methods": ["GET"]}}},
        # For a path that no service has, which another rule refuses.
        {"routes": {"/c": {"principals": [SHOP]}}},
    ],
)
def test_without_addresses_and_principals_there_is_no_policy(file: dict[str, Any]) -> None:
    assert policy_of(file, "/a", "/b") is None


@pytest.mark.parametrize(
    ("file", "statements"),
    [
        ({"sourceIps": OFFICE}, [FROM_OFFICE]),
        ({"sourceIps": OFFICE, "auth": "lambda"}, [FROM_OFFICE]),
        # Methods without a signature are denied by any policy that doesn't allow them.
        ({"sourceIps": OFFICE, **OPEN}, [FROM_OFFICE, statement("Allow", "*", [EVERYTHING])]),
        ({"sourceIps": OFFICE, "auth": "apiKey"}, [FROM_OFFICE, statement("Allow", "*", [EVERYTHING])]),
        (
            {"sourceIps": OFFICE, "routes": {"/a": {"auth": "cognito", "methods": ["GET"]}}},
            [FROM_OFFICE, statement("Allow", "*", ["execute-api:/v1/GET/a", "execute-api:/v1/GET/a/*"])],
        ),
        (
            {"routes": {"/a": {"principals": [SHOP], "methods": ["GET", "PUT"]}}},
            [
                statement("Allow", {"AWS": [SHOP]}, method_arns("v1", "/a", ["GET", "PUT"])),
                statement("Deny", "*", method_arns("v1", "/a", ["GET", "PUT"]), **NOBODY_ELSE),
            ],
        ),
        # Routes with the same principals share their statements.
        (
            {
                "stage": "prod",
                "routes": {
                    "/a": {"principals": [SHOP], "methods": ["GET"], "cors": {"origins": ["*"]}},
                    "/b": {"principals": [SHOP], "methods": ["PUT"]},
                },
            },
            [
                statement("Allow", "*", method_arns("prod", "/a", ["OPTIONS"])),
                statement(
                    "Allow",
                    {"AWS": [SHOP]},
                    [*method_arns("prod", "/a", ["GET"]), *method_arns("prod", "/b", ["PUT"])],
                ),
                statement(
                    "Deny",
                    "*",
                    [*method_arns("prod", "/a", ["GET"]), *method_arns("prod", "/b", ["PUT"])],
                    **NOBODY_ELSE,
                ),
            ],
        ),
    ],
)
def test_the_statements(file: dict[str, Any], statements: list[dict[str, Any]]) -> None:
    assert policy_of(file, "/a", "/b") == {"Version": "2012-10-17", "Statement": statements}


def test_any_means_all_verbs_except_the_one_that_cors_answers() -> None:
    any_method = {"routes": {"/a": {"principals": [SHOP]}}}
    with_cors = {"routes": {"/a": {"principals": [SHOP], "cors": {"origins": ["*"]}}}}
    assert policy_of(any_method, "/a")["Statement"][0]["Resource"] == method_arns("v1", "/a", VERBS)
    allowed = {
        json.dumps(statement["Principal"]): statement["Resource"]
        for statement in policy_of(with_cors, "/a")["Statement"][:2]
    }
    assert allowed == {
        '"*"': method_arns("v1", "/a", ["OPTIONS"]),
        json.dumps({"AWS": [SHOP]}): method_arns("v1", "/a", [verb for verb in VERBS if verb != "OPTIONS"]),
    }


def test_the_arns_of_the_root_are_those_of_everything() -> None:
    assert method_arns("v1", "/", ["GET"]) == ["execute-api:/v1/GET/", "execute-api:/v1/GET/*"]
    assert method_arns("v1", "/a", ["GET"]) == ["execute-api:/v1/GET/a", "execute-api:/v1/GET/a/*"]


def roles(count: int) -> list[str]:
    return [f"arn:aws:iam::111111111111:role/r{n:02}" for n in range(count)]


def networks(count: int) -> list[str]:
    return [f"203.0.{n // 256}.{n % 256}/32" for n in range(count)]


@pytest.mark.parametrize(
    ("path", "items", "most", "at", "found"),
    [
        ("crosslink:api.routes./svc1.principals", roles, 80, "crosslink:api.routes", 8219),
        ("crosslink:api.sourceIps", networks, 481, "crosslink:api.sourceIps", 8195),
    ],
)
def test_more_than_fits_is_refused(path: str, items: Any, most: int, at: str, found: int) -> None:
    parsed(edited(STACK_FILE, {path: items(most)}))
    (fault,) = faults(edited(STACK_FILE, {path: items(most + 1)}))
    assert str(fault).startswith(f"{at} = ")
    assert fault.must == (
        "must make a resource policy of 8192 characters or less: "
        f"with the methods of all routes this makes {found}. "
        "AWS raises it on request; then set crosslink:quotas.resourcePolicyCharacters"
    )


def served_by(api: Api, paths: Sequence[str], requested: str, verb: str) -> str | None:
    """The route of a request: the longest path that has the method."""
    fitting = [
        path
        for path in paths
        if verb in {*api.route(path).verbs, *(["OPTIONS"] if api.route(path).cors else [])}
        and f"{requested}/".startswith(f"{path.rstrip('/')}/")
    ]
    return max(fitting, key=len, default=None)


def expected(api: Api, path: str, verb: str, caller: str | None, address: str | None) -> str | None:
    """The effect that the policy must have on a call of an existing method."""
    route = api.route(path)
    if api.source_ips and address in OUTSIDE:
        return "Deny"
    if route.cors and verb == "OPTIONS":
        return "Allow"
    if route.principals:
        return "Allow" if caller in route.principals else "Deny"
    # An `Allow` would let callers of other accounts in, or overrule the function.
    return None if api.auth_of(path) in ("iam", "lambda") else "Allow"


LISTED = {"auth": "iam", "principals": [SHOP, ANN]}
SIGNED = {"auth": "iam"}


@pytest.mark.parametrize(
    ("upper", "nested", "harmed"),
    [
        (OPEN, OPEN, False),
        (OPEN, {"auth": "apiKey"}, False),
        (OPEN, LISTED, False),
        (OPEN, SIGNED, True),
        (OPEN, {"auth": "lambda"}, True),
        (LISTED, OPEN, True),
        (LISTED, SIGNED, True),
        (LISTED, {"auth": "lambda"}, True),
        (LISTED, LISTED, False),
        (LISTED, {"auth": "iam", "principals": [ANN]}, False),
        (LISTED, {"auth": "iam", "principals": [ANN, BUYER]}, True),
        (SIGNED, OPEN, False),
        (SIGNED, LISTED, False),
        ({"auth": "lambda"}, SIGNED, False),
        # Without a verb in common no ARN is.
        ({**OPEN, "methods": ["GET"]}, {**SIGNED, "methods": ["PUT"]}, False),
        # Preflights are open, or kept out.
        ({**SIGNED, "cors": {"origins": ["*"]}}, SIGNED, True),
        ({**SIGNED, "cors": {"origins": ["*"]}}, {**SIGNED, "methods": ["GET"]}, False),
        (LISTED, {**LISTED, "cors": {"origins": ["*"]}}, True),
        ({**LISTED, "methods": ["GET"]}, {**LISTED, "cors": {"origins": ["*"]}}, False),
    ],
)
@pytest.mark.parametrize("paths", [("/a", "/a/b"), ("/", "/a")], ids=["nested", "root"])
def test_a_policy_that_harms_a_nested_route_is_found(
    paths: tuple[str, str], upper: dict[str, Any], nested: dict[str, Any], harmed: bool
) -> None:
    file = {"sourceIps": OFFICE, "routes": dict(zip(paths, (upper, nested), strict=True))}
    assert list(overruled(api_of(file), paths)) == ([paths] if harmed else [])


def test_only_a_policy_harms_and_only_routes_below() -> None:
    routes = {"/a": OPEN, "/ab": SIGNED, "/a.b/c": SIGNED}
    assert list(overruled(api_of({"sourceIps": OFFICE, "routes": routes}), routes)) == []
    assert list(overruled(api_of({"routes": {"/a": OPEN, "/a/b": SIGNED}}), ["/a", "/a/b"])) == []


@hypothesis.settings(max_examples=30)
@given(st.data())
def test_the_effect_on_every_caller_is_what_the_settings_say(data: st.DataObject) -> None:
    others = st.lists(st.sampled_from([*OTHERS, *NESTED]), min_size=1, max_size=3, unique=True)
    paths = ["/orders", *data.draw(others)]
    file = data.draw(api_files(paths, ACCOUNT, REGION))
    file.pop("existing", None)
    if listed := data.draw(st.lists(st.sampled_from(PRINCIPALS), max_size=2, unique=True)):
        file["routes"]["/orders"] = {"auth": "iam", "principals": listed}
    if data.draw(st.booleans()):
        file["sourceIps"] = data.draw(SOURCE_IPS)
    api = api_of(file)
    policy = resource_policy(api, paths)
    if policy is None:
        assert not api.source_ips
        assert not any(api.route(path).principals for path in paths)
        return
    addresses = [INSIDE[str(network)] for network in api.source_ips]
    harmed, wrong = {nested for _, nested in overruled(api, paths)}, set[str]()
    for path in paths:
        below = data.draw(st.sampled_from(["", "/", "/a", "/GET/orders", "/v1/PUT/orders/a"]))
        requested = f"{path.rstrip('/')}{below}" or "/"
        verbs = [verb for verb in VERBS if served_by(api, paths, requested, verb) == path]
        for verb, caller, address in product(
            verbs, [None, *PRINCIPALS, *NOT_LISTED], [*addresses, *OUTSIDE] if addresses else [OUTSIDE[0]]
        ):
            request = Request(
                api=f"arn:aws:execute-api:{REGION}:{ACCOUNT}:a1b2c3d4e5",
                stage=api.stage,
                method=verb,
                path=requested,
                principal=caller,
                source_ip=address,
            )
            if effect(policy, request) != expected(api, path, verb, caller, address):
                assert path in harmed, request
                wrong.add(path)
        if requested == path:
            assert (path in wrong) == (path in harmed)
