"""What the API's document may say besides, and what therefore is no fault."""

from typing import Any

from components.consumer.openapi_keys import ANY_METHOD, GATEWAY_RESPONSES
from crosslink.graph import tokens
from tests.faults.api import API_GUIDE, integration, operation
from tests.faults.change import document, edit, put, together
from tests.faults.document import authorizer, demanding, mapped, parameter
from tests.faults.healthy.variation import Variation
from tests.faults.preflights import allowing, preflight

ROLE = "arn:aws:iam::111111111111:role/authorizer"


def _described(api: Any) -> None:
    api["info"]["description"] = "Orders"
    api["tags"] = [{"name": "orders"}]
    api["paths"]["/svc1"]["summary"] = "Orders"
    api["paths"]["/svc1"][ANY_METHOD].update(operationId="orders", description="All orders", tags=["orders"])


VARIATIONS = (
    Variation(
        name="an authorizer is invoked by a role",
        change=authorizer("lambda", authorizerCredentials=ROLE),
        stack="mixed",
        not_judged="whether the role may invoke the function",
        source=f"{API_GUIDE}/configure-api-gateway-lambda-authorization.html",
    ),
    Variation(
        name="an authorizer of an existing API is invoked by a role",
        change=put(tokens.AUTHORIZER, "crosslink-lambda", "authorizerCredentials", value=ROLE),
        stack="existing-mixed",
        not_judged="whether the role may invoke the function",
    ),
    Variation(
        name="an authorizer's answers are kept by address, too",
        change=authorizer(
            "lambda",
            identitySource="method.request.header.X-Signature,context.identity.sourceIp",
        ),
        stack="mixed",
    ),
    Variation(
        name="a validator demands what callers send anyway",
        change=demanding(parameter("header", "Authorization"), parameter("header", "x-amz-date")),
    ),
    Variation(name="a validator demands nothing", change=demanding(everywhere=True, body=True)),
    Variation(
        name="a header is required, and no validator asks for it",
        change=operation("/svc1", parameters=[parameter("header", "X-Tenant")]),
        source=f"{API_GUIDE}/api-gateway-request-validation-set-up.html",
    ),
    Variation(name="the API is described", change=document(_described)),
    Variation(
        name="API Gateway tells its own defaults",
        change=integration(
            "/svc1",
            timeoutInMillis=29000,
            passthroughBehavior="when_no_match",
            responseTransferMode="BUFFERED",
            cacheNamespace="abc123",
            cacheKeyParameters=["method.request.querystring.page"],
            responses={"default": {"statusCode": "200"}},
        ),
    ),
    Variation(
        name="an integration sends the URI's host by name",
        change=mapped("/svc1", Host="'apps.crosslink.example.com'"),
    ),
    Variation(
        name="Ingress rules are for the host that is mapped",
        change=together(
            edit(
                tokens.INGRESS,
                "*",
                lambda ingress: ingress["spec"]["rules"].append(
                    {**ingress["spec"]["rules"][0], "host": "www.example.com"}
                ),
            ),
            *(
                mapped(path, Host="'www.example.com'")
                for path in ("/svc1", "/svc1/{proxy+}", "/svc2", "/svc2/{proxy+}")
            ),
        ),
    ),
    Variation(
        name="refusals have a text of their own",
        change=document(
            lambda api: api[GATEWAY_RESPONSES].update(
                {"UNAUTHORIZED": {"statusCode": 401, "responseTemplates": {"application/json": "{}"}}}
            )
        ),
    ),
    Variation(
        name="a preflight allows more than pages send",
        change=together(
            allowing("/catalog", "Access-Control-Allow-Headers", "authorization, content-type, x-page"),
            allowing("/catalog", "Access-Control-Allow-Methods", "GET,HEAD,OPTIONS"),
        ),
        stack="mixed",
    ),
    Variation(
        name="a preflight answers a 200",
        change=preflight(
            "/catalog",
            lambda mock: mock.update(
                requestTemplates={"application/json": '{"statusCode": 200}'},
                responses={"default": {**mock["responses"]["default"], "statusCode": "200"}},
            ),
        ),
        stack="mixed",
    ),
)
