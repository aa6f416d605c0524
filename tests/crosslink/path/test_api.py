"""The API's deployment: whether the stage serves what the API's definition says."""

import dataclasses
import json

import pytest

from components.consumer.openapi_keys import INTEGRATION
from crosslink.graph import tokens
from crosslink.graph.unknown import Unknown
from crosslink.path import steps
from tests.crosslink.walks import declared_of_dev, nodes_of_dev, read_of, there
from tests.faults.change import put
from tests.faults.fault import model_of


@pytest.mark.parametrize(("connection", "current"), [(None, True), ("INTERNET", True), ("VPC_LINK", False)])
def test_in_aws_a_method_without_a_connection_type_goes_over_the_internet(
    connection: str | None, current: bool
) -> None:
    """So does one that the API answers itself: neither its document nor API Gateway need say so."""
    body = json.dumps({"paths": {"/svc1": {"options": {INTEGRATION: {"type": "mock"}}}}})
    method = {"path": "/svc1", "httpMethod": "OPTIONS", "authorizationType": "NONE", "type": "MOCK"}
    served = {"body": body, "definition": [{**method, "connectionType": connection}]}
    nodes = [
        dataclasses.replace(node, properties={**node.properties, **served})
        if node.type == tokens.REST_API
        else node
        for node in nodes_of_dev()
    ]
    walk = read_of(nodes, declared_of_dev(), registered=False)["/svc1"]
    assert there(walk, steps.SNAPSHOT).current is current


def test_a_permission_for_an_unknown_alias_is_for_an_unknown_function() -> None:
    unknown = Unknown("the up gives it")
    model = model_of("planned", "mixed", put(tokens.LAMBDA_PERMISSION, "*", "qualifier", value=unknown))
    functions = [permission.function for walk in model.walks for permission in walk.seen(steps.PERMISSION)]
    assert set(functions) == {unknown}
