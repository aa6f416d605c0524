"""Answers that the API gives itself: CORS preflights, and errors. Pure data.

Sources:
    https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
"""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from components.consumer.openapi_keys import INTEGRATION
from settings.route import Cors

REQUEST_ID_HEADER = "x-amzn-RequestId"
"""The header that API Gateway sets in every response, to `$context.requestId`."""
ORIGIN = "Access-Control-Allow-Origin"
CREDENTIALS = "Access-Control-Allow-Credentials"
"""https://fetch.spec.whatwg.org/#http-access-control-allow-credentials"""


def preflight(cors: Cors, methods: Sequence[str]) -> Mapping[str, Any]:
    """The operation `OPTIONS` of a path, answered without the backend, and without auth: browsers send none.

    Args:
        cors: the pages that may call.
        methods: the path's other methods.
    """
    headers = {
        "Access-Control-Allow-Methods": ",".join(methods),
        **({"Access-Control-Allow-Headers": ",".join(cors.headers)} if cors.headers else {}),
        "Access-Control-Max-Age": str(cors.max_age_seconds),
        "Vary": "Origin",
        **({CREDENTIALS: "true"} if cors.credentials else {}),
        # A response names one origin: with several, a template picks the one that asks.
        **({ORIGIN: cors.origins[0]} if len(cors.origins) == 1 else {}),
    }
    names = dict.fromkeys([*headers, ORIGIN])
    return {
        "security": [],
        "responses": {
            "204": {
                "description": "What a page of another origin may do",
                "headers": {name: {"schema": {"type": "string"}} for name in names},
            }
        },
        INTEGRATION: {
            "type": "mock",
            # Every media type is binary in this API, and no template applies to a binary request, which would
            # end in a 500 (https://github.com/aws/chalice/issues/1310).
            "contentHandling": "CONVERT_TO_TEXT",
            "passthroughBehavior": "when_no_match",
            "requestTemplates": {"application/json": json.dumps({"statusCode": 204})},
            "responses": {
                "default": {
                    "statusCode": "204",
                    "responseParameters": {
                        f"method.response.header.{name}": f"'{value}'" for name, value in headers.items()
                    },
                    **({} if ORIGIN in headers else {"responseTemplates": _asking_origin(cors.origins)}),
                }
            },
        },
    }


def gateway_responses(every: Collection[Cors]) -> Mapping[str, Any]:
    """API Gateway's own errors, all in the same format, with the request's id as it is in the logs.

    Args:
        every: the CORS settings of all routes that have some. Pages must be able to read why a call was
            refused. Errors are configured for the whole API and contain nothing secret, so any page may read
            them. With credentials browsers demand the page's own origin, which can't be picked by a condition
            here: it is named if it is the only one.
    """
    shape = '{"message":$context.error.messageString,"requestId":"$context.requestId"}'
    response: dict[str, Any] = {"responseTemplates": {"application/json": shape}}
    if every:
        origins = {origin for cors in every for origin in cors.origins}
        alone = next(iter(origins)) if len(origins) == 1 else "*"
        named = alone != "*" and any(cors.credentials for cors in every)
        headers = {
            ORIGIN: alone if named else "*",
            **({CREDENTIALS: "true"} if named else {}),
            "Access-Control-Expose-Headers": REQUEST_ID_HEADER,
        }
        response["responseParameters"] = {
            f"gatewayresponse.header.{name}": f"'{value}'" for name, value in headers.items()
        }
    return {"DEFAULT_4XX": response, "DEFAULT_5XX": response}


def _asking_origin(origins: Sequence[str]) -> Mapping[str, str]:
    """A template that returns the request's origin if it is an allowed one.

    HTTP/2 has header names in lower case.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html
    """
    ours = " || ".join(f'$origin == "{origin}"' for origin in origins)
    lines = (
        '#set($origin = $input.params().header.get("Origin"))',
        '#if(!$origin || $origin == "")#set($origin = $input.params().header.get("origin"))#end',
        f"#if({ours})#set($context.responseOverride.header.{ORIGIN} = $origin)#end",
    )
    return {"application/json": "\n".join(lines)}
