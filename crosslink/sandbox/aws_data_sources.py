"""What AWS would answer to data sources, `aws.lb.get_load_balancer(…)` and its like."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from crosslink.sandbox.aws import zone_name
from crosslink.sandbox.kubernetes import load_balancer_host
from crosslink.sandbox.new_resource import NO_ACCOUNT, NewResource, Outputs
from crosslink.sandbox.record import Invoke, Resource
from crosslink.sandbox.refusals import RefusedError

Existing: TypeAlias = Mapping[str, Resource]
_SUFFIXES = {"dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws"}
_PARTITION = {"id": "aws", "partition": "aws", **_SUFFIXES}


def answer(call: Invoke, existing: Existing) -> Outputs:
    """The answer of a data source, given the resources so far by URN.

    Raises:
        RefusedError: AWS finds nothing, or the table below has no entry for the data source.
    """
    if call.token not in _ANSWERS:
        here = "crosslink/sandbox/aws_data_sources.py"
        raise RefusedError(f"the sandbox has no answer: add a function for it to {here}")
    return _ANSWERS[call.token](call, existing)


def _caller_identity(call: Invoke, *_: object) -> Outputs:
    account = call.account or NO_ACCOUNT
    arn = f"arn:aws:sts::{account}:assumed-role/sandbox/sandbox"
    return {"id": account, "accountId": account, "arn": arn, "userId": "AROASANDBOX:sandbox"}


def _region(call: Invoke, *_: object) -> Outputs:
    endpoint = f"ec2.{call.region}.amazonaws.com"
    return {"id": call.region, "name": call.region, "region": call.region, "endpoint": endpoint}


def _availability_zones(call: Invoke, *_: object) -> Outputs:
    """Three zones under the account's names: of us-east-1, `use1-az1` to `use1-az3`."""
    area, *direction, number = str(call.region).split("-")
    words = re.findall("north|south|east|west|central|gov|iso", "".join(direction))
    prefix = f"{area}{''.join(word[0] for word in words)}{number}"
    account = call.account or NO_ACCOUNT
    zones = sorted((zone_name(account, call.region, zone), f"{prefix}-az{zone}") for zone in (1, 2, 3))
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


def _load_balancer_of_ingress(call: Invoke, existing: Existing) -> Outputs:
    hosts = [(new, host) for new in existing.values() if (host := load_balancer_host(new))]
    for ingress, host in hosts:
        name, id_ = host.partition(".")[0].removeprefix("internal-").rsplit("-", 1)
        if (ingress.account, ingress.region, name) == (call.account, call.region, call.args.get("name")):
            suffix = f"app/{name}/{NewResource(ingress, existing).characters(16, salt=id_)}"
            arn = f"arn:aws:elasticloadbalancing:{call.region}:{call.account}:loadbalancer/{suffix}"
            kind = {"internal": host.startswith("internal-"), "loadBalancerType": "application"}
            return {"id": arn, "arn": arn, "arnSuffix": suffix, "name": name, "dnsName": host, **kind}
    raise RefusedError(f"no load balancer {call.args.get('name')} in account {call.account}, {call.region}")


_ANSWERS: Mapping[str, Callable[[Invoke, Existing], Outputs]] = {
    "aws:iam/getPolicyDocument:getPolicyDocument": _policy_document,
    "aws:index/getAvailabilityZones:getAvailabilityZones": _availability_zones,
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getPartition:getPartition": lambda _call, _existing: _PARTITION,
    "aws:index/getRegion:getRegion": _region,
    "aws:lb/getLoadBalancer:getLoadBalancer": _load_balancer_of_ingress,
}
