"""Whom a method asks about its callers: the authorizers of its security schemes, or single ones."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from components.consumer.openapi_keys import AUTHORIZER, AUTHTYPE
from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, Value, fields, number
from crosslink.graph.unknown import Fact, Number, Text
from crosslink.path.hop import Hop, Source, hop, prop, read

HEADER = "method.request.header."


def _several(sources: Value) -> tuple[str, ...]:
    return tuple(source.strip() for source in str(sources or "").split(",") if source.strip())


@hop
class Authorizer(Hop):
    """What looks at what callers show."""

    token = tokens.AUTHORIZER
    kind: Text = prop("type")  # `TOKEN`, `REQUEST` or `COGNITO_USER_POOLS`
    # where what callers show is: each must be there
    sources: Fact[tuple[str, ...]] = prop("identitySource", convert=_several)
    expression: Text = prop("identityValidationExpression")  # what it must look like; None for anything
    uri: Text = prop("authorizerUri")  # of the function's invocation
    seconds: Number = prop("authorizerResultTtlInSeconds", convert=number)  # its answers are kept; None: 300


def of_scheme(graph: Graph, scheme: Node) -> Authorizer | None:
    """The authorizer of a security scheme; None for one without.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html
    """
    authorizer = fields(scheme.get(AUTHORIZER))
    if not authorizer:
        return None
    kind = str(authorizer.get("type") or "").upper()
    # Of a function that is sent the request the scheme's own name is no header.
    alone = None if kind == "REQUEST" else f"{HEADER}{scheme.get('name')}"
    told = {**_texts(authorizer), "type": kind, "identitySource": authorizer.get("identitySource") or alone}
    return read(Authorizer, Source(graph, replace(scheme, properties=told)))


def _texts(authorizer: Mapping[str, Value]) -> Mapping[str, Value]:
    known = ("identityValidationExpression", "authorizerUri", "authorizerResultTtlInSeconds")
    return {key: authorizer.get(key) for key in known if not isinstance(authorizer.get(key), dict | list)}


def auth_of_scheme(scheme: Mapping[str, Any]) -> str:
    """What API Gateway calls a security scheme; a function's may have any name.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authtype.html
    """
    match scheme.get(AUTHTYPE), scheme:
        case "awsSigv4", _:
            return "AWS_IAM"
        case "cognito_user_pools", _:
            return "COGNITO_USER_POOLS"
        case _, {"name": "x-api-key"} if AUTHORIZER not in scheme:
            return "API_KEY"
        case _:
            return "CUSTOM"
