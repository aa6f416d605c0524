"""Headers that tell services who calls: what sets them on each route of an API."""

from collections.abc import Mapping

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from components.consumer.openapi import Document, document, paths
from settings.api import Api
from settings.auth import Auth
from settings.route import Cors, RouteSettings
from tests.components.consumer.apis import AUTHS, DEEP, EACH_AUTH, SVC1, api_of, api_of_each_auth
from tests.components.consumer.existing import INTEGRATION as INTEGRATION_RESOURCE
from tests.components.consumer.existing import A, built

INTEGRATION = "x-amazon-apigateway-integration"
NOBODY = {
    "X-Crosslink-Caller-Arn": "'-'",
    "X-Crosslink-Caller-Subject": "'-'",
    "X-Crosslink-Caller-Principal": "'-'",
}
TOLD: Mapping[Auth, Mapping[str, str]] = {
    "iam": NOBODY | {"X-Crosslink-Caller-Arn": "context.identity.userArn"},
    "cognito": NOBODY | {"X-Crosslink-Caller-Subject": "context.authorizer.claims.sub"},
    "lambda": NOBODY | {"X-Crosslink-Caller-Principal": "context.authorizer.principalId"},
    "apiKey": NOBODY,
    "none": NOBODY,
}


def callers(described: Document) -> Mapping[str, Mapping[str, str]]:
    """Path and method → what sets the headers that tell who calls."""
    return {
        f"{path} {name}": _callers(operation[INTEGRATION].get("requestParameters", {}))
        for path, methods in described.items()
        for name, operation in methods.items()
    }


def _callers(parameters: Mapping[str, str]) -> Mapping[str, str]:
    names = {name.removeprefix("integration.request.header."): value for name, value in parameters.items()}
    return {name: value for name, value in names.items() if name.startswith("X-Crosslink-Caller-")}


def of_each_auth() -> Api:
    """An API of whose routes those tell who calls whose auth knows it."""
    routes = {
        path: route.model_copy(update={"identity_headers": route.auth not in ("apiKey", "none")})
        for path, route in api_of_each_auth().routes.items()
    }
    return api_of_each_auth(routes=routes)


def test_no_route_has_them_unless_the_settings_ask_for_it() -> None:
    assert set(map(len, callers(paths(api_of_each_auth(), EACH_AUTH)).values())) == {0}


@pytest.mark.parametrize("auth", AUTHS)
def test_each_auth_has_its_own_and_the_others_name_nobody(auth: Auth) -> None:
    found = callers(paths(of_each_auth(), EACH_AUTH))
    method = "x-amazon-apigateway-any-method"
    assert found[f"/{auth} {method}"] == found[f"/{auth}/{{proxy+}} {method}"] == TOLD[auth]


def test_as_soon_as_one_route_has_them_no_caller_of_another_can_send_them() -> None:
    api = api_of("none", routes={DEEP.path: RouteSettings(auth="iam", identity_headers=True)})
    found = callers(paths(api, [SVC1, DEEP]))
    assert set(found) == set(callers(paths(api_of("none"), [SVC1, DEEP])))
    for method, told in found.items():
        assert told == TOLD["iam" if method.startswith(DEEP.path) else "none"]


def test_a_route_has_the_apis_unless_it_says_otherwise() -> None:
    api = api_of(identity_headers=True, routes={DEEP.path: RouteSettings(identity_headers=False)})
    found = callers(paths(api, [SVC1, DEEP]))
    for method, told in found.items():
        assert told == (NOBODY if method.startswith(DEEP.path) else TOLD["iam"])


def test_each_of_a_routes_methods_tells_it_and_a_preflight_goes_to_nobody() -> None:
    cors = Cors(origins=("https://app.example.com",))
    api = api_of(routes={SVC1.path: RouteSettings(methods=("GET", "POST"), cors=cors, identity_headers=True)})
    assert {method.partition(" ")[2]: told for method, told in callers(paths(api, [SVC1])).items()} == {
        "get": TOLD["iam"],
        "post": TOLD["iam"],
        "options": {},
    }


def test_the_document_with_them_is_valid_openapi() -> None:
    whole = document(of_each_auth(), EACH_AUTH)
    described = {
        path.replace("{proxy+}", "{proxy}"): {"trace": operation}
        for path, methods in whole["paths"].items()
        for operation in methods.values()
    }
    assert list(OpenAPIV30SpecValidator(whole | {"paths": described}).iter_errors()) == []


@pytest.mark.parametrize("auth", AUTHS)
def test_on_an_existing_api_the_integrations_have_the_same(auth: Auth) -> None:
    api = api_of(
        auth,
        existing=True,
        routes={
            A.path: RouteSettings(
                scopes=("orders/read",) if auth == "cognito" else (),
                identity_headers=auth not in ("apiKey", "none"),
            ),
            "/other": RouteSettings(auth="iam", identity_headers=True),
        },
    )
    found = built(api, (A,)).of_type(INTEGRATION_RESOURCE)
    assert [_callers(resource.inputs["requestParameters"]) for resource in found] == [TOLD[auth]] * 2
