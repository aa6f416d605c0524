"""AWS WAF: the web ACL in front of a stage."""

from crosslink.graph import tokens
from crosslink.graph.from_aws.property_names import camel_case
from crosslink.graph.node import Value
from tests.fake_aws.world import Answer, Place


def get_web_acl(here: Place, asked: Answer) -> Answer:
    """The web ACL of a name and id: one that allows everything if no program has made it."""
    place, name, id_ = f"{here.region}:{here.account}", asked["Name"], asked["Id"]
    arn = f"arn:aws:wafv2:{place}:regional/webacl/{name}/{id_}"
    node = next((node for node in here.of(tokens.WEB_ACL) if node.get("arn") == arn), None)
    given: Answer = {**node.properties} if node else {"defaultAction": {"allow": {}}}
    visible = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": name}
    rules = [
        {
            "Priority": priority,
            "Statement": {"GeoMatchStatement": {"CountryCodes": ["AQ"]}},
            "VisibilityConfig": {**visible, "MetricName": rule["name"]},
            **{_pascal(key): _actions(value) for key, value in rule.items() if key in _TOLD},
        }
        for priority, rule in enumerate(given.get("rules") or [])
    ]
    acl = {"Name": name, "Id": id_, "ARN": arn, "DefaultAction": _actions(given["defaultAction"])}
    return {"WebACL": {**acl, "Rules": rules, "VisibilityConfig": visible, "Capacity": len(rules)}}


_TOLD = ("name", "priority", "action", "overrideAction")


def _pascal(name: str) -> str:
    return name[0].upper() + name[1:]


def _actions(value: Value) -> Value:
    return {_pascal(camel_case(key)): {} for key in value} if isinstance(value, dict) else value
