"""Elastic Load Balancing: an id is the ARN, a physical name is part of it."""

from collections.abc import Mapping
from typing import Any

from crosslink.sandbox.kubernetes import ingress_load_balancers
from crosslink.sandbox.new_resource import New, Outputs
from crosslink.sandbox.record import Resource
from crosslink.sandbox.refusals import RefusedError


def load_balancer(new: New) -> Outputs:
    kind = {"network": "net", "gateway": "gwy"}.get(new.inputs.get("loadBalancerType", ""), "app")
    name, digits = new.name(), new.digits(16)
    arn = new.arn("elasticloadbalancing", f"loadbalancer/{kind}/{name}/{digits}")
    return {
        "id": arn,
        "arn": arn,
        "arnSuffix": f"{kind}/{name}/{digits}",
        "name": name,
        "dnsName": f"{name}-{digits}.elb.{new.region}.amazonaws.com",
        "zoneId": "Z18D5FSROUN65G",
    }


def target_group(new: New) -> Outputs:
    suffix = f"targetgroup/{new.name()}/{new.digits(16)}"
    arn = new.arn("elasticloadbalancing", suffix)
    return {"id": arn, "arn": arn, "arnSuffix": suffix, "name": new.name()}


def listener(new: New) -> Outputs:
    arn = new.inputs["loadBalancerArn"].replace(":loadbalancer/", ":listener/") + f"/{new.digits(16)}"
    return {"id": arn, "arn": arn}


def attachment(new: New) -> Outputs:
    return {"id": f"{new.inputs['targetGroupArn']}-{new.digits(26, '0123456789')}"}


def of_ingress(args: Mapping[str, Any], provider: Resource, existing: Mapping[str, Resource]) -> Outputs:
    """`aws.lb.get_load_balancer(name=…)` of a load balancer that an Ingress has made."""
    for ingress, hostname in ingress_load_balancers(existing.values()):
        name, id_ = hostname.partition(".")[0].removeprefix("internal-").rsplit("-", 1)
        if (ingress.account, ingress.region, name) == (provider.account, provider.region, args["name"]):
            new = New(ingress, existing)
            suffix = f"app/{name}/{new.digits(16, salt=id_)}"
            arn = new.arn("elasticloadbalancing", f"loadbalancer/{suffix}")
            return {
                "id": arn,
                "arn": arn,
                "arnSuffix": suffix,
                "name": name,
                "dnsName": hostname,
                "internal": hostname.startswith("internal-"),
                "loadBalancerType": "application",
            }
    raise RefusedError(f"no load balancer {args['name']} in account {provider.account}, {provider.region}")
