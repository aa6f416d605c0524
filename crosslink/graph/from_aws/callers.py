"""Reads who may call: by which plans keys use the stage, and who may invoke the function that authorizes."""

import json

from crosslink.graph import tokens
from crosslink.graph.from_aws.collector import Answer, Collector, fact
from crosslink.graph.node import Node, Value, fields, items, value_at
from crosslink.graph.unknown import Unknown

# Operator and key of a permission's condition, in lower case → Pulumi's property
# (https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html).
PERMISSION_CONDITIONS = {
    ("arnlike", "aws:sourcearn"): "sourceArn",
    ("bool", "lambda:invokedviafunctionurl"): "invokedViaFunctionUrl",
    ("stringequals", "aws:principalorgid"): "principalOrgId",
    ("stringequals", "aws:sourceaccount"): "sourceAccount",
    ("stringequals", "lambda:eventsourcetoken"): "eventSourceToken",
    ("stringequals", "lambda:functionurlauthtype"): "functionUrlAuthType",
}


def read_usage_plans(aws: Collector, api_id: str, stage_name: str, stage: Node | None) -> None:
    """The plans that name the stage, with their keys."""
    with aws.reading(tokens.USAGE_PLAN, tokens.USAGE_PLAN_KEY, tokens.API_KEY):
        for plan in aws.items("apigateway:GetUsagePlans"):
            stages = [(named["apiId"], named["stage"]) for named in plan.get("apiStages", [])]
            if (api_id, stage_name) in stages:
                entries = [{**named, "throttles": _throttles(named)} for named in plan.get("apiStages", [])]
                aws.add(tokens.USAGE_PLAN, {**plan, "apiStages": entries}, apiStages=stage)
                _keys(aws, plan["id"])


def _throttles(named: Answer) -> list[Answer]:
    """The limits of single methods, each with its path, `/svc1/GET`."""
    return [{**limit, "path": path} for path, limit in named.get("throttle", {}).items()]


def _keys(aws: Collector, plan_id: str) -> None:
    """The keys of a plan. Their values, which API Gateway sends along, are not kept."""
    with aws.reading(tokens.USAGE_PLAN_KEY, tokens.API_KEY):
        for member in aws.items("apigateway:GetUsagePlanKeys", usagePlanId=plan_id):
            key_id: str = member["id"]
            ids = {"id": f"{plan_id}/{key_id}", "keyId": key_id, "usagePlanId": plan_id}
            aws.add(tokens.USAGE_PLAN_KEY, {"keyType": member.get("type"), **ids})
            key = fact(aws.ask, "apigateway:GetApiKey", apiKey=key_id, includeValue=False)
            told = {"enabled": key} if isinstance(key, Unknown) else {"enabled": False, **key}
            told.pop("value", None)
            aws.add(tokens.API_KEY, {**told, "id": key_id})


def read_lambda_permissions(aws: Collector, function: str) -> None:
    """Who may invoke a function, an alias or a version, by its own policy."""
    with aws.reading(tokens.LAMBDA_PERMISSION):
        policy = json.loads(aws.ask("lambda:GetPolicy", FunctionName=function).get("policy", "{}"))
        for statement in items(value_at(policy, "Statement")):
            properties = {
                "id": statement["Sid"],
                "function": function,
                "action": statement.get("Action"),
                "statementId": statement["Sid"],
                "principal": _principal(statement.get("Principal")),
                **_conditions(statement),
            }
            aws.add(tokens.LAMBDA_PERMISSION, properties)


def _principal(named: Value) -> Value:
    """The one principal that a permission of Lambda's names."""
    return named if isinstance(named, str) else next(iter(fields(named).values()), None)


def _conditions(statement: Answer) -> Answer:
    """The conditions of a permission, as Pulumi has them; of others that there are any."""
    properties: dict[str, Value] = {}
    others = [] if statement.get("Effect") == "Allow" else [f"Effect {statement.get('Effect')}"]
    for operator, keys in fields(statement.get("Condition")).items():
        for key, value in fields(keys).items():
            name = PERMISSION_CONDITIONS.get((operator.lower(), key.lower()))
            if name and not isinstance(value, list):
                properties[name] = value
            else:
                others.append(f"{operator} {key}")
    return {**properties, "conditions": others}
