"""What the API answers itself: browsers that ask before they call, and errors. Pure data.

Sources:
    https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from settings.route import Cors

REQUEST_ID_HEADER = "x-amzn-RequestId"
"""API Gateway sets it on every answer; the value is `$context.requestId`."""
ORIGIN = "Access-Control-Allow-Origin"


def preflight(cors: Cors, methods: Sequence[str]) -> Mapping[str, Any]:
    """The operation `OPTIONS` of a path: answered without auth, since browsers send none, and without the
    backend.

    Args:
        cors: who may call.
        methods: that the path has besides.
    """
    headers = {
        "Access-Control-Allow-Methods": ",".join(methods),
        **({"Access-Control-Allow-Headers": ",".join(cors.headers)} if cors.headers else {}),
        "Access-Control-Max-Age": str(cors.max_age_seconds),
        "Vary": "Origin",
        # Of several origins only the asking one may be named, which takes a template.
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
        "x-amazon-apigateway-integration": {
            "type": "mock",
            # Every media type is binary here, and a binary request has no template: it would end as a 500
            # (https://github.com/aws/chalice/issues/1310).
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


def gateway_responses(*, cors: bool) -> Mapping[str, Any]:
    """API Gateway's own errors, all in one shape, with the id by which the logs name the request.

    Args:
        cors: whether a route has CORS. A page must be able to read why its call was refused, and the errors
            are those of the whole API: they hold nothing that is secret, so any page may.
    """
    shape = '{"message":$context.error.messageString,"requestId":"$context.requestId"}'
    response: dict[str, Any] = {"responseTemplates": {"application/json": shape}}
    if cors:
        response["responseParameters"] = {
            f"gatewayresponse.header.{ORIGIN}": "'*'",
            "gatewayresponse.header.Access-Control-Expose-Headers": f"'{REQUEST_ID_HEADER}'",
        }
    return {"DEFAULT_4XX": response, "DEFAULT_5XX": response}


def _asking_origin(origins: Sequence[str]) -> Mapping[str, str]:
    """A template that names the asking origin if it is one of ours; HTTP/2 has header names in lower case.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html
    """
    ours = " || ".join(f'$origin == "{origin}"' for origin in origins)
    lines = (
        '#set($origin = $input.params().header.get("Origin"))',
        '#if(!$origin || $origin == "")#set($origin = $input.params().header.get("origin"))#end',
        f"#if({ours})#set($context.responseOverride.header.{ORIGIN} = $origin)#end",
    )
    return {"application/json": "\n".join(lines)}
