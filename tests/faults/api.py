"""Faults of the API: methods, integrations, deployment, stage."""

from typing import Any

from components.consumer.openapi_keys import ANY_METHOD, INTEGRATION
from crosslink.graph import tokens
from crosslink.path.methods import BINDING
from crosslink.rules.grade import Grade
from tests.faults.change import Change, document, drop, put, register, together
from tests.faults.fault import PLAIN_ID, STATE, CannotKnow, Fault

API_GUIDE = "https://docs.aws.amazon.com/apigateway/latest/developerguide"
NOT_YET = CannotKnow("nothing is wrong yet: only the next change of the API will not be deployed")


def operation(path: str, verb: str = ANY_METHOD, **members: Any) -> Change:
    """Set members of a method in the document, by the document's name for its verb."""
    return document(lambda api: api["paths"][path][verb].update(members))


def integration(path: str, *, deployed: bool = True, **members: Any) -> Change:
    """Set members of a method's integration in the document; it is deployed again, unless it isn't."""
    return document(
        lambda api: api["paths"][path][ANY_METHOD][INTEGRATION].update(members), deployed=deployed
    )


def rename(old: str, new: str) -> Change:
    """Have a method at another path of the document."""
    return document(lambda api: api["paths"].update({new: api["paths"].pop(old)}))


def with_old_route(api: Any) -> None:
    """Have one more route in the document."""
    api["paths"]["/old"] = api["paths"]["/svc1"]


def with_keys(api: Any) -> None:
    """Have a method ask for API keys."""
    scheme = {"type": "apiKey", "name": "x-api-key", "in": "header"}
    api.setdefault("components", {}).setdefault("securitySchemes", {})["api_key"] = scheme
    api["paths"]["/svc1"][ANY_METHOD]["security"] = [{"api_key": []}]


ROUTES = (
    Fault(
        name="route without a method below it",
        change=document(lambda api: api["paths"].pop("/svc1/{proxy+}")),
        rule="route-is-whole",
    ),
    Fault(
        name="{proxy} isn't greedy",
        change=rename("/svc1/{proxy+}", "/svc1/{proxy}"),
        rule="route-is-whole",
        source=f"{API_GUIDE}/api-gateway-set-up-simple-proxy.html",
    ),
    Fault(
        name="{proxy} of an existing API isn't greedy",
        change=put(tokens.API_RESOURCE, "crosslink/team/svc1/{proxy+}", "pathPart", value="{proxy}"),
        rule="route-is-whole",
        stack="existing-api",
        source=f"{API_GUIDE}/api-gateway-set-up-simple-proxy.html",
    ),
    Fault(name="method of no declared route", change=document(with_old_route), rule="only-declared-routes"),
    Fault(
        name="removed route still deployed",
        change=together(
            document(with_old_route, deployed=False),
            document(lambda api: api["paths"].pop("/old"), deployed=False),
        ),
        rule="only-declared-routes",
        planned=STATE,
        source=f"{API_GUIDE}/how-to-deploy-api.html",
    ),
)

AUTH = (
    Fault(name="route open to everybody", change=operation("/svc1", security=[]), rule="method-has-its-auth"),
    Fault(
        name="method of an existing API open to everybody",
        change=put(tokens.METHOD, "crosslink/team/svc1", "authorization", value="NONE"),
        rule="method-has-its-auth",
        stack="existing-api",
    ),
    Fault(
        name="API keys are not required",
        change=operation("/svc1", security=[]),
        rule="method-has-its-auth",
        stack="api-key",
    ),
    Fault(
        name="method asks for credentials though the API is open",
        change=document(with_keys),
        rule="method-has-its-auth",
        stack="open-api",
    ),
)

INTEGRATIONS = (
    Fault(
        name="integration goes over the internet",
        change=integration("/svc1", connectionType="INTERNET"),
        rule="integration-uses-the-link",
    ),
    Fault(
        name="integration names the VPC link itself",
        change=integration("/svc1", connectionId="p1dlvq"),
        rule="link-is-named-by-a-variable",
    ),
    Fault(
        name="integration names another VPC link",
        change=integration("/svc1", connectionId="zzzzzz"),
        rule="integration-uses-the-link",
        planned=PLAIN_ID,
    ),
    Fault(
        name="integration names a variable that the stage doesn't set",
        change=put(tokens.STAGE, "*", "variables", value={"vpcLink": "p1dlvq"}),
        rule="integration-uses-the-link",
    ),
    Fault(
        name="integration waits longer than the ALB does",
        change=integration("/svc1", timeoutInMillis=120_000),
        rule="alb-outwaits-the-api",
        source="https://repost.aws/knowledge-center/api-gateway-http-504-errors",
    ),
    Fault(
        name="integration without the route's path",
        grade=Grade.STOPS_SOME,
        change=integration("/svc1", uri="http://apps.crosslink.example.com:8000/"),
        rule="integration-keeps-the-path",
    ),
    Fault(
        name="integration with the stage's name in the path",
        change=integration("/svc2", uri="http://apps.crosslink.example.com:8000/v1/svc2"),
        rule="integration-keeps-the-path",
        source=f"{API_GUIDE}/set-up-private-integration.html",
    ),
    Fault(
        name="callers choose the header that binds route and Service",
        change=integration("/svc1", requestParameters={}),
        rule="integration-sets-the-header",
        source=f"{API_GUIDE}/request-response-data-mappings.html",
    ),
    Fault(
        name="integration sets the header of another route",
        change=integration("/svc1", requestParameters={BINDING: "'/svc2'"}),
        rule="integration-sets-the-header",
    ),
    Fault(
        name="header of an existing API is what the caller sends",
        change=put(
            tokens.INTEGRATION,
            "crosslink/team/svc1",
            "requestParameters",
            value={BINDING: "method.request.header.X-Crosslink-Route"},
        ),
        rule="integration-sets-the-header",
        stack="existing-api",
    ),
    Fault(
        name="what is below the route isn't passed on",
        change=integration("/svc1/{proxy+}", requestParameters={BINDING: "'/svc1'"}),
        rule="path-below-is-passed-on",
    ),
    Fault(
        name="integration's port has no listener",
        change=integration("/svc1", uri="http://apps.crosslink.example.com:8001/svc1"),
        rule="uri-picks-a-listener",
        grade=Grade.STOPS_SOME,  # what is below the route has one
    ),
    Fault(
        name="no integration's port has a listener",
        change=together(
            integration("/svc1", uri="http://apps.crosslink.example.com:8001/svc1"),
            integration("/svc1/{proxy+}", uri="http://apps.crosslink.example.com:8001/svc1/{proxy}"),
        ),
        rule="uri-picks-a-listener",
        grade=Grade.STOPS,
    ),
    Fault(
        name="integration without a port",
        change=integration("/svc1", uri="http://apps.crosslink.example.com/svc1"),
        rule="uri-picks-a-listener",
        grade=Grade.STOPS_SOME,
    ),
)

STAGE = (
    Fault(
        name="another API of the program uses the VPC link",
        change=register(
            tokens.STAGE,
            "team",
            {"stageName": "team", "restApi": "z9y8x7w6v5", "variables": {}},
            beside=(tokens.STAGE, "*"),
            variables=(tokens.VPC_LINK, "*"),
        ),
        rule="link-serves-one-api",
        live=CannotKnow("AWS doesn't tell which APIs use a link"),
    ),
    Fault(name="stage is missing", change=drop(tokens.STAGE), rule="stage-exists"),
    Fault(
        name="deployment was deleted",
        change=drop(tokens.API_DEPLOYMENT),
        rule="stage-has-deployment",
    ),
    Fault(
        name="deployment without a redeploy trigger",
        change=put(tokens.API_DEPLOYMENT, "*", "triggers", value=None),
        rule="deployment-is-current",
        live=NOT_YET,
        source=f"{API_GUIDE}/how-to-deploy-api.html",
    ),
    Fault(
        name="deployment of an existing API without a redeploy trigger",
        change=put(tokens.API_DEPLOYMENT, "*", "triggers", value=None),
        rule="deployment-is-current",
        stack="existing-api",
        live=NOT_YET,
        source=f"{API_GUIDE}/how-to-deploy-api.html",
    ),
    Fault(
        name="trigger is the digest of something else",
        change=put(tokens.API_DEPLOYMENT, "*", "triggers", value={"version": "1"}),
        rule="deployment-is-current",
        live=NOT_YET,
    ),
    Fault(
        name="API changed and not deployed again",
        change=integration("/svc1", deployed=False, uri="http://apps.crosslink.example.com:8001/svc1"),
        rule="deployment-is-current",
        source=f"{API_GUIDE}/how-to-deploy-api.html",
    ),
    Fault(
        name="integration went over to the internet and wasn't deployed again",
        change=integration("/svc1", deployed=False, connectionType="INTERNET"),
        rule="deployment-is-current",
        source=f"{API_GUIDE}/how-to-deploy-api.html",
    ),
    Fault(
        name="integration's type changed and wasn't deployed again",
        change=integration("/svc1", deployed=False, type="http"),
        rule="deployment-is-current",
    ),
    Fault(
        name="API can only be called from VPC endpoints",
        change=put(tokens.REST_API, "*", "endpointConfiguration", value={"types": "PRIVATE"}),
        rule="api-can-be-called",
    ),
    Fault(
        name="API's own address is switched off",
        change=together(
            put(tokens.REST_API, "*", "disableExecuteApiEndpoint", value=True),
            put(tokens.API_DEPLOYMENT, "*", "triggers", "disableExecuteApiEndpoint", value="true"),
        ),
        rule="api-can-be-called",
    ),
)

FAULTS = ROUTES + AUTH + INTEGRATIONS + STAGE
