"""What AWS would answer to data sources, `aws.lb.get_load_balancer(…)` and its like."""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from crosslink.sandbox import balancer_lookups, cluster_lookup, network_lookups
from crosslink.sandbox.made_up import zone_id, zone_name
from crosslink.sandbox.new_resource import NO_ACCOUNT, Outputs
from crosslink.sandbox.record import Invoke
from crosslink.sandbox.refusals import RefusedError
from crosslink.sandbox.world import World

_SUFFIXES = {"dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws"}
_PARTITION = {"id": "aws", "partition": "aws", **_SUFFIXES}


def answer(call: Invoke, world: World) -> Outputs:
    """The answer of a data source in a world.

    Raises:
        RefusedError: AWS finds nothing, or the table below has no entry for the data source.
    """
    if call.token not in _ANSWERS:
        here = "crosslink/sandbox/aws_data_sources.py"
        raise RefusedError(f"the sandbox has no answer: add a function for it to {here}")
    return _ANSWERS[call.token](call, world)


def _caller_identity(call: Invoke, *_: object) -> Outputs:
    account = call.account or NO_ACCOUNT
    arn = f"arn:aws:sts::{account}:assumed-role/sandbox/sandbox"
    return {"id": account, "accountId": account, "arn": arn, "userId": "AROASANDBOX:sandbox"}


def _region(call: Invoke, *_: object) -> Outputs:
    endpoint = f"ec2.{call.region}.amazonaws.com"
    return {"id": call.region, "name": call.region, "region": call.region, "endpoint": endpoint}


def _availability_zones(call: Invoke, *_: object) -> Outputs:
    """Three zones under the account's names: of us-east-1, `use1-az1` to `use1-az3`."""
    account = call.account or NO_ACCOUNT
    numbers = (1, 2, 3)
    zones = sorted((zone_name(account, call.region, zone), zone_id(call.region, zone)) for zone in numbers)
    names, ids = map(list, zip(*zones, strict=True))
    return {"id": call.region, "names": names, "zoneIds": ids}


def _policy_document(call: Invoke, *_: object) -> Outputs:
    """The document as the provider writes it: github.com/hashicorp/terraform-provider-aws,
    `internal/service/iam/policy_document_data_source.go`.
    """
    if merged := [name for name in call.args if name.endswith("PolicyDocuments")]:
        raise RefusedError(f"{merged[0]}: the sandbox doesn't merge policy documents")
    version, id_ = call.args.get("version", "2012-10-17"), call.args.get("policyId")
    statements = [*map(_statement, call.args.get("statements", []))]
    parts = {"Version": version, "Id": id_, "Statement": statements}
    document = {name: part for name, part in parts.items() if part}
    minified = json.dumps(document, separators=(",", ":"))
    return {"id": "policy", "json": json.dumps(document, indent=2), "minifiedJson": minified}


def _statement(given: Mapping[str, Any]) -> Outputs:
    statement: Outputs = {"Sid": given.get("sid"), "Effect": given.get("effect", "Allow")}
    for key in ("Action", "NotAction", "Resource", "NotResource"):
        statement[key] = _single_or_list(sorted(given.get(f"{key[0].lower()}{key[1:]}s", []), reverse=True))
    for key in ("Principal", "NotPrincipal"):
        ids: defaultdict[str, list[str]] = defaultdict(list)
        for principal in given.get(f"{key[0].lower()}{key[1:]}s", []):
            ids[principal["type"]] += sorted(principal["identifiers"], reverse=True)
        principals = {type_: _single_or_list(ids[type_]) for type_ in sorted(ids)}
        statement[key] = "*" if principals == {"*": "*"} else principals
    conditions: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for condition in given.get("conditions", []):
        conditions[condition["test"]][condition["variable"]] += condition["values"]
    statement["Condition"] = {
        test: {variable: _single_or_list(values) for variable, values in sorted(tests.items())}
        for test, tests in sorted(conditions.items())
    }
    return {name: value for name, value in statement.items() if value}


def _single_or_list(values: list[str]) -> str | list[str]:
    """`&{` stands for `${`, as in the provider's documentation."""
    texts = [value.replace("&{", "${") for value in values]
    return texts[0] if len(texts) == 1 else texts


_ANSWERS: Mapping[str, Callable[[Invoke, World], Outputs]] = {
    "aws:ec2/getRouteTable:getRouteTable": network_lookups.route_table,
    "aws:ec2/getSubnet:getSubnet": network_lookups.subnet,
    "aws:ec2/getVpc:getVpc": network_lookups.vpc,
    "aws:ec2/getVpcEndpointService:getVpcEndpointService": network_lookups.endpoint_service,
    "aws:eks/getCluster:getCluster": cluster_lookup.cluster,
    "aws:iam/getPolicyDocument:getPolicyDocument": _policy_document,
    "aws:index/getAvailabilityZones:getAvailabilityZones": _availability_zones,
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getPartition:getPartition": lambda _call, _world: _PARTITION,
    "aws:index/getRegion:getRegion": _region,
    "aws:lb/getListener:getListener": balancer_lookups.listener,
    "aws:lb/getLoadBalancer:getLoadBalancer": balancer_lookups.load_balancer,
}
