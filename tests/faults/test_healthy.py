"""What somebody may have on a healthy path, and what is therefore no fault."""

from typing import Any

import pytest

from crosslink.graph import tokens
from crosslink.rules.verdict import Result, judge
from tests.faults.change import Change, add, document, edit, put
from tests.faults.fault import VANTAGES, model_of
from tests.faults.provider import annotation


def _sidecar_first(deployment: Any) -> None:
    containers = deployment["spec"]["template"]["spec"]["containers"]
    containers.insert(0, {"name": "proxy", "image": "envoy", "ports": [{"containerPort": 15001.0}]})


def _policy(**statement: object) -> Change:
    everyone = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "execute-api:Invoke",
        "Resource": "execute-api:/*",
    }
    own = {**everyone, "Effect": "Allow", "Principal": {"AWS": "111111111111"}}
    policy = {"Version": "2012-10-17", "Statement": [own, {**everyone, **statement}]}
    return document(lambda api: api.update({"x-amazon-apigateway-policy": policy}))


HEALTHY: dict[str, Change] = {
    "a sidecar is the first container": edit(tokens.KUBERNETES_DEPLOYMENT, "*-svc1", _sidecar_first),
    "one principal is denied": _policy(Principal={"AWS": "arn:aws:iam::999999999999:root"}),
    "another stage is denied": _policy(Resource="execute-api:/test/*"),
    "another path is denied": _policy(Resource="execute-api:/v1/DELETE/foreign"),
    "callers from a VPC are denied": _policy(Condition={"StringEquals": {"aws:SourceVpc": "vpc-1"}}),
    "all are denied but those of an endpoint or an office": _policy(
        Condition={
            "StringNotEquals": {"aws:SourceVpce": "vpce-1"},
            "NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24"]},
        }
    ),
    "another path of the API has no requests": add(
        (tokens.API_METHOD_SETTINGS, "*"),
        "foreign",
        {"methodPath": "foreign/GET", "settings": {"throttlingRateLimit": 0.0, "throttlingBurstLimit": 0.0}},
        stageName=(tokens.STAGE, "*"),
        restApi=(tokens.REST_API, "*"),
    ),
    "the ALB has listeners of others": annotation("listen-ports", '[{"HTTP": 80}, {"HTTP": 8080}]'),
    "a load balancer lacks room to scale": put(tokens.LOAD_BALANCER, "*", "state", value="active_impaired"),
    "a group lets more in than it must": put(tokens.INGRESS_RULE, "*", "ipProtocol", value="-1"),
}


@pytest.mark.parametrize("vantage", VANTAGES)
@pytest.mark.parametrize("change", HEALTHY.values(), ids=HEALTHY)
def test_it_raises_nothing(change: Change, vantage: str) -> None:
    judgement = judge(model_of(vantage, "dev", change))

    assert judgement.rules(Result.BROKEN) == []
    assert judgement.rules(Result.UNKNOWN) == []


def test_a_range_that_is_not_read_is_no_alarm() -> None:
    """A rule for a prefix list may let everybody in who has to, or nobody."""
    change = put(tokens.INGRESS_RULE, "crosslink-apps-*", "cidrIpv4", value=None)
    prefix_list = put(tokens.INGRESS_RULE, "crosslink-apps-*", "prefixListId", value="pl-0123456789abcdef0")
    judgement = judge(model_of("live", "dev", lambda nodes: prefix_list(change(nodes))))

    assert judgement.rules(Result.BROKEN) == []
    assert judgement.rules(Result.UNKNOWN) == ["endpoint-lets-the-gateway-in"]
