"""The fields of the parts of an API's document: those of OpenAPI 3.0.1 and of API Gateway's extensions.

Extensions have the members of API Gateway's own structures, which botocore's model tells.

Sources:
    https://spec.openapis.org/oas/v3.0.1
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import botocore.session
from botocore.model import ListShape, Shape, StructureShape

from crosslink.fields.lists import FieldPath
from crosslink.path import document

_MODEL: Any = botocore.session.get_session().get_service_model("apigateway")
_SPELT = {"integrationResponses": "responses"}  # member → key in a document
_OPERATION = (
    *(
        "tags",
        "summary",
        "description",
        "externalDocs",
        "operationId",
        "parameters",
        "requestBody",
        "responses",
    ),
    *("callbacks", "deprecated", "security", "servers"),
)
_SCHEME = ("type", "description", "name", "in", "scheme", "bearerFormat", "flows", "openIdConnectUrl")


def _extensions(*names: str) -> Sequence[FieldPath]:
    return [(f"x-amazon-apigateway-{name}",) for name in names]


def _extension(name: str, shape: str, left_out: str, *others: str) -> Iterator[FieldPath]:
    """The fields of an extension that has the members of a structure, and some of HTTP APIs besides."""
    first = f"x-amazon-apigateway-{name}"
    for member, inner in _MODEL.shape_for(shape).members.items():
        if member not in left_out.split():
            yield from _members(inner, (first, _SPELT.get(str(member), str(member))))
    for other in others:
        yield first, *other.split(".")


def _members(shape: Shape, path: FieldPath) -> Iterator[FieldPath]:
    match shape:
        case StructureShape():
            for name, member in shape.members.items():
                yield from _members(member, (*path, name))
        case ListShape():
            yield from _members(shape.member, path)
        case _:
            yield path


_OPERATIONS = (
    *((name,) for name in _OPERATION),
    *_extensions("auth", "request-validator"),
    *_extension(
        *("integration", "Integration", "integrationResponses", "integrationSubtype", "payloadFormatVersion"),
        *("requestTemplates.application/json", "responses.default.statusCode"),
        *("responses.default.responseTemplates", "responses.default.responseParameters"),
    ),
)
DOCUMENTS: Mapping[str, Sequence[FieldPath]] = {
    document.DOCUMENT: (
        *((name,) for name in ("openapi", "info", "servers", "security", "tags", "externalDocs", "webhooks")),
        ("components", "schemas"),
        *_extensions("api-key-source", "binary-media-types", "cors", "documentation", "endpoint-access-mode"),
        *_extensions("endpoint-configuration", "gateway-responses", "importexport-version", "policy"),
        *_extensions("minimum-compression-size", "request-validator", "request-validators"),
        *_extensions("security-policy", "tag-value"),
    ),
    document.PATH: [(name,) for name in ("$ref", "summary", "description", "servers", "parameters", "trace")],
    document.OPERATION: _OPERATIONS,
    document.PREFLIGHT: _OPERATIONS,
    document.SCHEME: (
        *((name,) for name in _SCHEME),
        *_extensions("authtype"),
        *_extension(
            *("authorizer", "Authorizer", "id name authType"),
            *("authorizerPayloadFormatVersion", "enableSimpleResponses"),
        ),
    ),
}
