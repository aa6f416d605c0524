"""The parts of an API's OpenAPI document: each is a resource of its own for the lists of fields.

An operation, with its integration, is that of a method; the path, the security schemes and the document are
what else decides about its requests.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, cast

from components.consumer.openapi_keys import INTEGRATION, INTEGRATION_TARGET, OPERATIONS
from crosslink.graph import tokens
from crosslink.graph.node import Node, Value, fields
from crosslink.graph.unknown import Text, Unknown
from crosslink.path.hop import Hop, base_of

# The types of the parts. No program registers them: they are in the body of a REST API.
DOCUMENT = "openapi:document:Document"
PATH = "openapi:document:Path"
OPERATION = "openapi:document:Operation"
PREFLIGHT = "openapi:document:Preflight"
SCHEME = "openapi:document:SecurityScheme"
_SCHEMES = "securitySchemes"


def body_of(api: Node) -> Text:
    """The text of an API's document; unknown, too, if it isn't understood."""
    body = api.get("body")
    balancers = [urn for urn in api.references.get("body", ()) if tokens.LOAD_BALANCER in urn]
    if isinstance(body, Unknown) and balancers:
        return Unknown(f"the API's document has the ARN of a load balancer: {body.reason}")
    if isinstance(body, str) and body and parsed(body) is None:
        return Unknown("the API's document is no JSON object")
    return body


def documented(api: Node) -> Mapping[str, Any]:
    """The document of an API; an empty one if it has none, or if it isn't known."""
    body = api.get("body")
    return (parsed(body) if isinstance(body, str) else None) or {}


@lru_cache(maxsize=8)  # several steps of each route read the same document
def parsed(body: str) -> Mapping[str, Any] | None:
    """The object that a text is as JSON, which nobody may change; None if it is none."""
    try:
        document = json.loads(body)
    except ValueError:
        return None
    return cast("Mapping[str, Any]", document) if isinstance(document, dict) else None


def without_targets(document: Mapping[str, Any]) -> tuple[Mapping[str, Any], frozenset[str]]:
    """A document without the targets of its integrations through a VPC link v2, and these targets."""
    targets: set[str] = set()
    paths: dict[str, Any] = {}
    for path, operations in fields(document.get("paths")).items():
        paths[path] = dict(fields(operations)) or operations
        for name in fields(operations).keys() & set(OPERATIONS):
            integration = dict(fields(fields(operations[name]).get(INTEGRATION)))
            if target := integration.pop(INTEGRATION_TARGET, None):
                targets.add(str(target))
                paths[path][name] = {**operations[name], INTEGRATION: integration}
    return {**document, "paths": paths}, frozenset(targets)


def schemes_of(document: Mapping[str, Any]) -> Mapping[str, Mapping[str, Value]]:
    """Name → security scheme."""
    return fields(fields(document.get("components")).get(_SCHEMES))


def document_nodes(api: Node) -> Iterator[Node]:
    """All parts of an API's document."""
    document = documented(api)
    if document:
        yield _document(api, document)
    for name, scheme in schemes_of(document).items():
        yield _scheme(api, name, scheme)
    for path, operations in fields(document.get("paths")).items():
        yield _path(api, path, operations)
        for name in operations.keys() & set(OPERATIONS):
            yield _operation(api, path, name, operations[name])


def document_hop(api: Node) -> Hop | None:
    """The document, without paths and security schemes; None of an API whose document isn't known."""
    document = documented(api)
    return Hop(**base_of(_document(api, document))) if document else None


def document_parts(
    api: Node, path: str, operations: Mapping[str, Any], name: str, schemes: Mapping[str, Mapping[str, Value]]
) -> Sequence[Node]:
    """The parts that decide about the requests of an operation.

    Args:
        api: the API.
        path: the path that has the operation.
        operations: all that the document has at the path.
        name: the document's name for the operation's verb.
        schemes: the security schemes that the operation asks for, by name.
    """
    return (
        _operation(api, path, name, operations[name]),
        _path(api, path, operations),
        *(_scheme(api, scheme, content) for scheme, content in schemes.items()),
    )


def text_of(value: Value) -> Value:
    """A value of a document where it has a text or a number; as JSON if it is of another form."""
    return json.dumps(value) if isinstance(value, dict | list) else value


def _document(api: Node, document: Mapping[str, Any]) -> Node:
    components = dict(fields(document.get("components")))
    components.pop(_SCHEMES, None)
    whole = {key: value for key, value in document.items() if key != "paths"}
    return _part(api, DOCUMENT, "document", {**whole, "components": components})


def _path(api: Node, path: str, operations: Mapping[str, Any]) -> Node:
    rest = {key: value for key, value in operations.items() if key not in OPERATIONS}
    return _part(api, PATH, path, rest)


def _operation(api: Node, path: str, name: str, operation: Mapping[str, Any]) -> Node:
    kind = str(fields(operation.get(INTEGRATION)).get("type")).upper()
    type_ = PREFLIGHT if (name, kind) == ("options", "MOCK") else OPERATION
    return _part(api, type_, f"{name} {path}", operation)


def _scheme(api: Node, name: str, scheme: Mapping[str, Any]) -> Node:
    return _part(api, SCHEME, name, scheme)


def _part(api: Node, type_: str, name: str, properties: Mapping[str, Value]) -> Node:
    kind = type_.rpartition(":")[2]
    return replace(
        api,
        urn=f"{api.urn}#{kind}/{name}",
        type=type_,
        name=f"{name} of {api.name}",
        properties=properties,
        references={},
        given=None,
    )
