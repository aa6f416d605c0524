"""AWS Lambda: who may invoke a function."""

import json

from crosslink.graph import tokens
from crosslink.graph.node import Node
from tests.fake_aws.world import Answer, AwsError, Place, members


def get_policy(here: Place, asked: Answer) -> Answer:
    """The policy of a function, an alias or a version: none without permissions."""
    statements = [
        _statement(node)
        for node in here.of(tokens.LAMBDA_PERMISSION)
        if _function(node) == asked["FunctionName"]
    ]
    if not statements:
        raise AwsError("ResourceNotFoundException", "The resource you requested does not exist.", 404)
    policy = {"Version": "2012-10-17", "Id": "default", "Statement": statements}
    return {"Policy": json.dumps(policy), "RevisionId": "1"}


def _function(permission: Node) -> str:
    qualifier = permission.get("qualifier")
    return permission.get("function") + (f":{qualifier}" if qualifier else "")


_CONDITIONS = {
    "sourceArn": ("ArnLike", "AWS:SourceArn"),
    "sourceAccount": ("StringEquals", "AWS:SourceAccount"),
    "eventSourceToken": ("StringEquals", "lambda:EventSourceToken"),
    "functionUrlAuthType": ("StringEquals", "lambda:FunctionUrlAuthType"),
    "invokedViaFunctionUrl": ("Bool", "lambda:InvokedViaFunctionUrl"),
    "principalOrgId": ("StringEquals", "aws:PrincipalOrgID"),
}
"""Pulumi's property → operator and key of the condition that AWS makes of it."""


def _statement(permission: Node) -> Answer:
    conditions: dict[str, dict[str, str]] = {}
    for name, (operator, key) in _CONDITIONS.items():
        if value := permission.get(name):
            conditions.setdefault(operator, {})[key] = "true" if value is True else value
    principal = permission.get("principal")
    service = "." in principal
    return members(
        Sid=permission.get("statementId"),
        Effect="Allow",
        Principal={"Service" if service else "AWS": principal} if principal != "*" else "*",
        Action=permission.get("action"),
        Resource=_function(permission),
        Condition=conditions or None,
    )
