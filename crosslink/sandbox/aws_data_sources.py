"""What AWS would answer to data sources, `aws.lb.get_load_balancer(…)` and its like."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from crosslink.sandbox.kubernetes import ingress_load_balancers
from crosslink.sandbox.new_resource import NO_ACCOUNT, NewResource, Outputs
from crosslink.sandbox.record import Resource
from crosslink.sandbox.refusals import RefusedError


@dataclass(frozen=True)
class Call:
    """One call of a data source: its arguments, where it is asked, and the resources that exist."""

    args: Mapping[str, Any]
    account: str | None
    region: str | None
    existing: Mapping[str, Resource]


def answer(token: str, call: Call) -> Outputs:
    """The answer of a data source.

    Raises:
        RefusedError: AWS finds nothing, or the table below has no entry for the data source.
    """
    if token not in _ANSWERS:
        raise RefusedError(
            "the sandbox has no answer: add a function for it to crosslink/sandbox/aws_data_sources.py"
        )
    return _ANSWERS[token](call)


def _caller_identity(call: Call) -> Outputs:
    account = call.account or NO_ACCOUNT
    arn = f"arn:aws:sts::{account}:assumed-role/sandbox/sandbox"
    return {"id": account, "accountId": account, "arn": arn, "userId": "AROASANDBOX:sandbox"}


def _region(call: Call) -> Outputs:
    endpoint = f"ec2.{call.region}.amazonaws.com"
    return {"id": call.region, "name": call.region, "region": call.region, "endpoint": endpoint}


def _load_balancer_of_ingress(call: Call) -> Outputs:
    for ingress, host in ingress_load_balancers(call.existing.values()):
        name, id_ = host.partition(".")[0].removeprefix("internal-").rsplit("-", 1)
        if (ingress.account, ingress.region, name) == (call.account, call.region, call.args.get("name")):
            new = NewResource(ingress, call.existing)
            suffix = f"app/{name}/{new.characters(16, salt=id_)}"
            arn = f"arn:aws:elasticloadbalancing:{call.region}:{call.account}:loadbalancer/{suffix}"
            kind = {"internal": host.startswith("internal-"), "loadBalancerType": "application"}
            return {"id": arn, "arn": arn, "arnSuffix": suffix, "name": name, "dnsName": host, **kind}
    raise RefusedError(f"no load balancer {call.args.get('name')} in account {call.account}, {call.region}")


_ANSWERS: Mapping[str, Callable[[Call], Outputs]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getPartition:getPartition": lambda _call: {
        "id": "aws",
        "partition": "aws",
        "dnsSuffix": "amazonaws.com",
        "reverseDnsPrefix": "com.amazonaws",
    },
    "aws:index/getRegion:getRegion": _region,
    "aws:lb/getLoadBalancer:getLoadBalancer": _load_balancer_of_ingress,
}
