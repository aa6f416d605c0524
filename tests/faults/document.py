"""Faults of what else the API's document says: demands, key source, identity sources, timeouts."""

from typing import Any

from components.consumer.openapi_keys import (
    ANY_METHOD,
    API_KEY_SOURCE,
    AUTHORIZER,
    BINARY_MEDIA_TYPES,
    INTEGRATION,
    VALIDATOR,
    VALIDATORS,
)
from crosslink.graph import tokens
from tests.faults.api import API_GUIDE, integration
from tests.faults.change import Change, document, edit, point, put, register, together
from tests.faults.fault import Fault

AS_IT_COMES = "http://apps.crosslink.example.com:8000/svc1"
MAPPED = "integration.request.header."


def mapped(path: str, **headers: str | None) -> Change:
    """Map headers of an integration, called with underscores; None takes a mapping away."""

    def how(api: Any) -> None:
        parameters = api["paths"][path][ANY_METHOD][INTEGRATION]["requestParameters"]
        for name, value in headers.items():
            header = f"{MAPPED}{name.replace('_', '-')}"
            parameters.pop(header, None)
            if value is not None:
                parameters[header] = value

    return document(how)


def demanding(*parameters: dict[str, object], everywhere: bool = False, body: bool = False) -> Change:
    """Have a request validator, of a method or of the whole API, and parameters of the method."""

    def how(api: Any) -> None:
        operation = api["paths"]["/svc1"][ANY_METHOD]
        api[VALIDATORS] = {"all": {"validateRequestParameters": True, "validateRequestBody": body}}
        (api if everywhere else operation)[VALIDATOR] = "all"
        operation.setdefault("parameters", []).extend(parameters)

    return document(how)


def parameter(kind: str, name: str) -> dict[str, object]:
    return {"name": name, "in": kind, "required": True, "schema": {"type": "string"}}


def single_validator(**required: bool) -> Change:
    """The same of a method that is a resource of its own."""
    return together(
        register(
            tokens.REQUEST_VALIDATOR,
            "team",
            {"restApi": "a1b2c3d4e5", "validateRequestParameters": True, "validateRequestBody": False},
            beside=(tokens.STAGE, "*"),
        ),
        put(tokens.METHOD, "crosslink/team/svc1", "requestParameters", value=required),
        point(
            tokens.METHOD, "crosslink/team/svc1", "requestValidatorId", to=(tokens.REQUEST_VALIDATOR, "team")
        ),
    )


def authorizer(name: str, **members: object) -> Change:
    """Set members of an authorizer in the document."""
    return document(lambda api: api["components"]["securitySchemes"][name][AUTHORIZER].update(members))


DEMANDS = (
    Fault(
        name="validator demands a header that callers don't send",  # F07
        change=demanding(parameter("header", "X-Tenant")),
        rule="callers-send-what-is-demanded",
        source=f"{API_GUIDE}/api-gateway-request-validation-set-up.html",
    ),
    Fault(
        name="validator of the whole API demands a query string",
        change=demanding(parameter("query", "tenant"), everywhere=True),
        rule="callers-send-what-is-demanded",
    ),
    Fault(
        name="validator demands a header of the whole path",
        change=together(
            demanding(),
            document(lambda api: api["paths"]["/svc1"].update(parameters=[parameter("header", "X-Tenant")])),
        ),
        rule="callers-send-what-is-demanded",
    ),
    Fault(
        name="validator of an existing API demands a header",
        change=single_validator(**{"method.request.header.X-Tenant": True}),
        rule="callers-send-what-is-demanded",
        stack="existing-api",
    ),
)

KEYS = (
    Fault(
        name="API takes keys from an authorizer",  # F03
        change=put(tokens.REST_API, "*", "apiKeySource", value="AUTHORIZER"),
        rule="keys-come-in-the-header",
        stack="api-key",
        source=f"{API_GUIDE}/api-gateway-swagger-extensions-api-key-source.html",
    ),
    Fault(
        name="document says that keys come from an authorizer",
        change=document(lambda api: api.update({API_KEY_SOURCE: "AUTHORIZER"})),
        rule="keys-come-in-the-header",
        stack="mixed",
    ),
)

AUTHORIZERS = (
    Fault(
        name="authorizer asks for a second identity source",  # F05
        change=authorizer(
            "lambda",
            type="request",
            identitySource="method.request.header.Authorization, method.request.querystring.tenant",
        ),
        rule="authorizer-reads-what-callers-send",
        stack="mixed",
        source="https://repost.aws/knowledge-center/api-gateway-401-error-lambda-authorizer",
    ),
    Fault(
        name="authorizer looks into another header",
        change=document(
            lambda api: api["components"]["securitySchemes"]["cognito"].update(name="X-Id-Token")
        ),
        rule="authorizer-reads-what-callers-send",
        stack="cognito",
    ),
    Fault(
        name="function is sent the whole request in the place of a token",
        change=put(tokens.AUTHORIZER, "crosslink-lambda", "type", value="REQUEST"),
        rule="authorizer-reads-what-callers-send",
        stack="existing-mixed",
    ),
    Fault(
        name="authorizer of an existing API asks for a query string too",
        change=edit(
            tokens.AUTHORIZER,
            "crosslink-lambda",
            lambda own: own.update(
                type="REQUEST",
                identitySource=f"{own['identitySource']},method.request.querystring.tenant",
            ),
        ),
        rule="authorizer-reads-what-callers-send",
        stack="existing-mixed",
    ),
    Fault(
        name="function is invoked in another region",
        change=authorizer(
            "lambda",
            authorizerUri="arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
            "arn:aws:lambda:us-west-2:111111111111:function:authorize:live/invocations",
        ),
        rule="authorizer-reads-what-callers-send",
        stack="mixed",
    ),
    Fault(
        name="authorizer keeps answers for an hour",
        change=authorizer("lambda", authorizerResultTtlInSeconds=3600),
        rule="authorizer-reads-what-callers-send",
        stack="mixed",
    ),
)

INTEGRATIONS = (
    Fault(
        name="integration gives up before an answer can come",  # F18
        change=integration("/svc1", timeoutInMillis=50),
        rule="integration-waits-as-declared",
    ),
    Fault(
        name="integration waits less than the route declares",
        change=integration("/svc1/{proxy+}", timeoutInMillis=5000),
        rule="integration-waits-as-declared",
    ),
    Fault(
        name="integration of an existing API gives up after a second",
        change=put(tokens.INTEGRATION, "crosslink/team/svc1", "timeoutMilliseconds", value=1000),
        rule="integration-waits-as-declared",
        stack="existing-api",
    ),
    Fault(
        name="integration keeps back the answers of a route that streams",
        change=integration("/stock", responseTransferMode="BUFFERED"),
        rule="integration-streams-as-declared",
        stack="callers",
        source=f"{API_GUIDE}/response-transfer-mode.html",
    ),
    Fault(
        name="integration sends every request as POST",
        change=integration("/svc1", httpMethod="POST"),
        rule="integration-keeps-the-verb",
    ),
    Fault(
        name="integration of an existing API sends every request as GET",
        change=put(tokens.INTEGRATION, "crosslink/team/svc1", "integrationHttpMethod", value="GET"),
        rule="integration-keeps-the-verb",
        stack="existing-api",
    ),
    Fault(
        name="bodies are sent on in Base64",
        change=integration("/svc1", contentHandling="CONVERT_TO_TEXT"),
        rule="integration-leaves-bodies-alone",
        source=f"{API_GUIDE}/api-gateway-payload-encodings-workflow.html",
    ),
    Fault(
        name="only images are binary for the API",
        change=document(lambda api: api.update({BINARY_MEDIA_TYPES: ["image/png"]})),
        rule="bodies-are-binary",
    ),
    Fault(
        name="integration sends a query string to the path itself",
        change=integration("/svc1", uri=f"{AS_IT_COMES}?debug=1"),
        rule="integration-keeps-the-path",
    ),
    Fault(
        name="{proxy} is a fixed text",
        change=document(
            lambda api: api["paths"]["/svc1/{proxy+}"][ANY_METHOD][INTEGRATION]["requestParameters"].update(
                {"integration.request.path.proxy": "'health'"}
            )
        ),
        rule="path-below-is-passed-on",
    ),
    Fault(
        name="links lead past the stage",
        change=mapped("/svc1", X_Forwarded_Prefix="'/'"),
        rule="links-keep-their-prefix",
    ),
    Fault(
        name="integration sends a Host that the Ingress's rules aren't for",
        change=together(
            put(tokens.INGRESS, "*", "spec", "rules", 0, "host", value="apps.crosslink.example.com"),
            mapped("/svc1", Host="'www.example.com'"),
        ),
        rule="integration-sends-its-own-host",
        source="https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/1671",
    ),
)

FAULTS = DEMANDS + KEYS + AUTHORIZERS + INTEGRATIONS
