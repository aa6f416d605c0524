"""What a method demands of a request before anything is sent on: its request validator's parameters and body.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-validation-set-up.html
"""

from collections.abc import Iterable, Mapping
from typing import Any

from components.consumer.openapi_keys import VALIDATOR, VALIDATORS
from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, NotOurs, Value, fields, items
from crosslink.graph.unknown import Fact, Unknown
from crosslink.path.hop import if_known

_REQUEST = "method.request."
_KINDS = {"query": "querystring"}  # kind of parameter in a document → in API Gateway's names


def documented_demands(
    document: Mapping[str, Any], operations: Mapping[str, Any], operation: Mapping[str, Any]
) -> Mapping[str, Value]:
    """The demands of a method in a document: its own validator's, or else that of the whole API."""
    name = operation.get(VALIDATOR, document.get(VALIDATOR))
    every = fields(document.get(VALIDATORS))
    validator = fields(every.get(name) if isinstance(name, str) else None)
    parameters = {
        f"{_REQUEST}{_KINDS.get(kind, kind)}.{parameter.get('name')}": parameter.get("required")
        for parameter in map(
            fields, (*items(operations.get("parameters")), *items(operation.get("parameters")))
        )
        for kind in [str(parameter.get("in"))]
    }
    return _demands(validator, parameters, has_model="requestBody" in operation)


def single_demands(graph: Graph, method: Node) -> Mapping[str, Value]:
    """The demands of a method that is a resource of its own."""
    named = method.get("requestValidatorId")
    validator = next(iter(graph.named_by(method, "requestValidatorId", tokens.REQUEST_VALIDATOR)), None)
    if named is None and validator is None:
        return _demands({}, {}, has_model=False)
    if validator is None:
        stranger = named if isinstance(named, Unknown) else NotOurs.of(f"request validator {named}")
        return {"required": stranger, "bodyIsChecked": stranger}
    models = bool(fields(method.get("requestModels")))
    return _demands(validator.properties, fields(method.get("requestParameters")), has_model=models)


def _demands(
    validator: Mapping[str, Value], parameters: Mapping[str, Value], *, has_model: bool
) -> Mapping[str, Value]:
    checks = validator.get("validateRequestParameters") or False
    bodies = validator.get("validateRequestBody") or False
    return {
        "required": if_known(checks, lambda on: tuple(_required(parameters.items())) if on else ()),
        "bodyIsChecked": if_known(bodies, lambda on: bool(on) and has_model),
    }


def _required(parameters: Iterable[tuple[str, Fact[Value]]]) -> Iterable[str]:
    """`header.X-Tenant` of each parameter that must be there, but for parts of the path, which always are."""
    for name, required in parameters:
        told = name.removeprefix(_REQUEST)
        if required is True and not told.startswith("path."):
            yield told
