"""What differs between two values of a property, and how types are shown."""

from typing import Any

import pytest

from crosslink.compare.changes import ABSENT, differences, displayed
from crosslink.sandbox.record import UNKNOWN


@pytest.mark.parametrize(
    ("type_", "shown"),
    [
        ("aws:ec2/vpc:Vpc", "aws:ec2:Vpc"),
        ("kubernetes:apps/v1:Deployment", "kubernetes:apps/v1:Deployment"),
        ("pulumi:providers:aws", "pulumi:providers:aws"),
        ("any/thing", "any/thing"),
    ],
)
def test_types_are_shown_as_the_cli_does(type_: str, shown: str) -> None:
    assert displayed(type_) == shown


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (1.0, 1.0, []),
        ({"a": [1.0, {"b": 2.0}]}, {"a": [1.0, {"b": 2.0}]}, []),
        ('{"a": 1, "b": 2}', '{"b":2,"a":1}', []),
        ('{"a": 1}', '{"a": 2}', [("p.a", "1", "2")]),
        ("{not JSON", "{not json", [("p", "{not JSON", "{not json")]),
        ({"a": 1.0}, {"a": 1.5, "b": None}, [("p.a", "1", "1.5"), ("p.b", None, "null")]),
        (["a", "b"], ["a", "c"], [("p", '["a", "b"]', '["a", "c"]')]),
        ([{"a": 1.0}, {"b": 1.0}], [{"b": 1.0}], [("p[0]", '{"a": 1}', None)]),
        ([{"a": 1.0}], [{"c": 1.0}, {"a": 1.0}], [("p[0]", None, '{"c": 1}')]),
        ([{"a": 1.0}], [{"a": 2.0}], [("p[0].a", "1", "2")]),
        (UNKNOWN, "x", [("p", "unknown until the up", "x")]),
        (ABSENT, True, [("p", None, "true")]),
        (
            '{"openapi": "3", "paths": {"/a": {"get": {}}}, "info": 1}',
            '{"openapi": "3", "paths": {"/a": '
            '{"x-amazon-apigateway-any-method": {"security": [{"sigv4": []}]}}}}',
            [
                ("p GET /a", "no authentication → no integration", None),
                ("p ANY /a", None, "sigv4 → no integration"),
                ("p.info", "1", None),
            ],
        ),
        (
            '{"openapi": "3", "paths": {"/a": {"get": {"timeout": 1}, "parameters": [1]}}}',
            '{"openapi": "3", "paths": {"/a": {"get": {"timeout": 2}, "parameters": [2]}}}',
            [("p GET /a.timeout", "1", "2"), ("p PARAMETERS /a", "[1]", "[2]")],
        ),
    ],
)
def test_differences_are_told_by_the_leaf(
    before: Any, after: Any, expected: list[tuple[str, Any, Any]]
) -> None:
    found = differences("p", before, after)
    assert [(one.path, one.before, one.after) for one in found] == expected
