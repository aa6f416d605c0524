"""Elastic Load Balancing v2: the rules of an ALB's listeners."""

from typing import Any

from crosslink.graph import tokens
from crosslink.graph.node import Node
from tests.fake_aws.load_balancers import action_of
from tests.fake_aws.world import Answer, AwsError, Place, UnplayedError, made_up, members, whole


def describe_rules(here: Place, asked: Answer) -> Answer:
    """The rules of a listener, its default action last."""
    listener = here.find(tokens.LISTENER, arn := asked["ListenerArn"])
    if listener is None:
        raise AwsError("ListenerNotFound", f"One or more listeners not found: {arn}")
    own = [node for node in here.of(tokens.LISTENER_RULE) if node.get("listenerArn") == arn]
    default = {
        "RuleArn": f"{arn.replace(':listener/', ':listener-rule/')}/{made_up(arn, digits=16)}",
        "Priority": "default",
        "Conditions": [],
        "Actions": [action_of(action) for action in listener.get("defaultActions") or []],
        "IsDefault": True,
    }
    return {"Rules": [*(_rule(node) for node in own), default]}


def _rule(node: Node) -> Answer:
    return {
        "RuleArn": node.id,
        "Priority": str(whole(node.get("priority"))),
        "Conditions": [_condition(condition) for condition in node.get("conditions")],
        "Actions": [action_of(action) for action in node.get("actions")],
        "IsDefault": False,
    }


def _condition(condition: dict[str, Any]) -> Answer:
    ((kind, given),) = condition.items()
    match kind:
        case "httpHeader":
            values, regexes = given.get("values"), given.get("regexValues")
            header = members(HttpHeaderName=given["httpHeaderName"], Values=values, RegexValues=regexes)
            return {"Field": "http-header", "HttpHeaderConfig": header}
        case "queryStrings":
            pairs = [members(Key=pair.get("key"), Value=pair["value"]) for pair in given]
            return {"Field": "query-string", "QueryStringConfig": {"Values": pairs}}
        case "httpRequestMethod":
            return {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": given["values"]}}
        case "sourceIp":
            return {"Field": "source-ip", "SourceIpConfig": {"Values": given["values"]}}
        case "hostHeader" | "pathPattern":  # whose values AWS tells twice
            field = {"hostHeader": "host-header", "pathPattern": "path-pattern"}[kind]
            config = f"{kind[0].upper()}{kind[1:]}Config"
            values, regexes = given.get("values"), given.get("regexValues")
            return members(
                Field=field, Values=values, **{config: members(Values=values, RegexValues=regexes)}
            )
        case _:
            raise UnplayedError(f"no condition {kind} is played here")
