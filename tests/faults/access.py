"""Faults of who may call: methods, scopes, authorizers, the function's permission, preflights."""

from typing import Any

from components.consumer.openapi_keys import ANY_METHOD, AUTHORIZER, INTEGRATION
from crosslink.graph import tokens
from tests.faults.api import API_GUIDE, operation
from tests.faults.change import Change, document, drop, put, unpoint
from tests.faults.fault import Fault

ALLOWS = "method.response.header.Access-Control-Allow-Credentials"
OTHER_POOL = "arn:aws:cognito-idp:us-west-2:111111111111:userpool/us-west-2_z9Y8x7W6v"
OTHER_API = "arn:aws:execute-api:us-west-2:111111111111:z9y8x7w6v5/authorizers/*"
OTHER_FUNCTION = (
    "arn:aws:apigateway:us-west-2:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:us-west-2:111111111111:function:authorize/invocations"
)


def scheme(name: str, **members: Any) -> Change:
    """Set members of an authorizer in the document."""
    return document(lambda api: api["components"]["securitySchemes"][name][AUTHORIZER].update(members))


def preflight_on_dev(api: Any) -> None:
    """Have the API itself answer OPTIONS on a route without CORS."""
    api["paths"]["/svc1"]["options"] = {"responses": {}, INTEGRATION: {"type": "mock"}}


def any_for_get(api: Any) -> None:
    """Have a route that declares its methods take any."""
    api["paths"]["/admin"][ANY_METHOD] = api["paths"]["/admin"].pop("get")


def one_more(api: Any) -> None:
    """Have a route that declares its methods take one more."""
    api["paths"]["/status"]["post"] = api["paths"]["/status"]["get"]


def preflight_of_the_backend(api: Any) -> None:
    """Have the backend answer preflights, and so anybody's OPTIONS."""
    path = api["paths"]["/orders"]
    path["options"] = {**path[ANY_METHOD], "security": []}


METHODS = (
    Fault(
        name="route that declares its methods takes any",
        change=document(any_for_get),
        rule="only-declared-methods",
        stack="cognito",
    ),
    Fault(
        name="route takes a method that it doesn't declare",
        change=document(one_more),
        rule="only-declared-methods",
        stack="mixed",
    ),
    Fault(
        name="route answers preflights that it doesn't declare",
        change=document(preflight_on_dev),
        rule="only-declared-methods",
    ),
    Fault(
        name="backend answers preflights, and so anybody",
        change=document(preflight_of_the_backend),
        rule="only-declared-methods",
        stack="cognito",
    ),
    Fault(
        name="declared method is missing below the route",
        change=document(lambda api: api["paths"]["/admin/{proxy+}"].pop("delete")),
        rule="route-is-whole",
        stack="cognito",
    ),
)


def pages_with_cookies(api: Any) -> None:
    """Have a preflight let pages send credentials."""
    answer = api["paths"]["/orders"]["options"][INTEGRATION]["responses"]["default"]
    answer["responseParameters"][ALLOWS] = "'true'"


def pages_without_cookies(api: Any) -> None:
    """Have a preflight not let pages send credentials."""
    answer = api["paths"]["/orders"]["options"][INTEGRATION]["responses"]["default"]
    del answer["responseParameters"][ALLOWS]


AUTHORIZERS = (
    Fault(
        name="route with a function open to everybody",
        change=operation("/webhooks", "post", security=[]),
        rule="method-has-its-auth",
        stack="mixed",
    ),
    Fault(
        name="method of an existing API doesn't ask its function",
        change=put(tokens.METHOD, "crosslink/team/hooks", "authorization", value="NONE"),
        rule="method-has-its-auth",
        stack="existing-mixed",
    ),
    Fault(
        name="method asks for no scope",
        change=operation("/orders", security=[{"cognito": []}]),
        rule="method-asks-for-its-scopes",
        stack="cognito",
        source=f"{API_GUIDE}/apigateway-enable-cognito-user-pool.html",
    ),
    Fault(
        name="method asks for the scope of another route",
        change=operation("/admin", "get", security=[{"cognito": ["orders/read"]}]),
        rule="method-asks-for-its-scopes",
        stack="cognito",
    ),
    Fault(
        name="method of an existing API asks for no scope",
        change=put(tokens.METHOD, "crosslink-get/team/orders", "authorizationScopes", value=None),
        rule="method-asks-for-its-scopes",
        stack="existing-mixed",
    ),
    Fault(
        name="authorizer asks another user pool",
        change=scheme("cognito", providerARNs=[OTHER_POOL]),
        rule="method-asks-the-authorizer",
        stack="cognito",
    ),
    Fault(
        name="authorizer of an existing API asks another user pool",
        change=put(tokens.AUTHORIZER, "crosslink-cognito", "providerArns", value=[OTHER_POOL]),
        rule="method-asks-the-authorizer",
        stack="existing-mixed",
    ),
    Fault(
        name="authorizer asks the function instead of its alias",
        change=scheme("lambda", authorizerUri=OTHER_FUNCTION),
        rule="method-asks-the-authorizer",
        stack="mixed",
    ),
    Fault(
        name="API Gateway may not invoke the function",
        change=drop(tokens.LAMBDA_PERMISSION),
        rule="function-may-be-invoked",
        stack="existing-mixed",
        source=f"{API_GUIDE}/configure-api-gateway-lambda-authorization.html",
    ),
    Fault(
        name="API Gateway may invoke the function, but not its alias",
        change=put(tokens.LAMBDA_PERMISSION, "*", "qualifier", value=None),
        rule="function-may-be-invoked",
        stack="mixed",
    ),
    Fault(
        name="another API may invoke the function",
        change=unpoint(tokens.LAMBDA_PERMISSION, "*", "sourceArn", value=OTHER_API),
        rule="function-may-be-invoked",
        stack="mixed",
    ),
    Fault(
        name="another service may invoke the function",
        change=put(tokens.LAMBDA_PERMISSION, "*", "principal", value="events.amazonaws.com"),
        rule="function-may-be-invoked",
        stack="mixed",
    ),
)

PREFLIGHTS = (
    Fault(
        name="no preflight below the route",
        change=document(lambda api: api["paths"]["/orders/{proxy+}"].pop("options")),
        rule="preflights-are-answered",
        stack="cognito",
        source=f"{API_GUIDE}/how-to-cors.html",
    ),
    Fault(
        name="preflight asks for a token",
        change=operation("/orders", "options", security=[{"cognito": ["orders/read"]}]),
        rule="preflights-are-answered",
        stack="cognito",
        source=f"{API_GUIDE}/how-to-cors.html",
    ),
    Fault(
        name="preflight stays binary",
        change=document(lambda api: api["paths"]["/orders"]["options"][INTEGRATION].pop("contentHandling")),
        rule="preflight-has-a-text",
        stack="cognito",
        source="https://github.com/aws/chalice/issues/1310",
    ),
)

CREDENTIALS = (
    Fault(
        name="preflight lets pages send cookies, which the route doesn't declare",
        change=document(pages_with_cookies),
        rule="preflight-allows-credentials",
        stack="cognito",
        source="https://fetch.spec.whatwg.org/#http-access-control-allow-credentials",
    ),
    Fault(
        name="preflight doesn't let pages send the cookies that the route declares",
        change=document(pages_without_cookies),
        rule="preflight-allows-credentials",
        stack="callers",
        source="https://fetch.spec.whatwg.org/#http-access-control-allow-credentials",
    ),
)

ID_TOKENS = (
    Fault(
        name="method for ID tokens asks for a scope",
        change=operation("/orders", security=[{"cognito": ["orders/read"]}]),
        rule="method-asks-for-its-scopes",
        stack="callers",
        source=f"{API_GUIDE}/apigateway-enable-cognito-user-pool.html",
    ),
)

FAULTS = METHODS + AUTHORIZERS + PREFLIGHTS + CREDENTIALS + ID_TOKENS
