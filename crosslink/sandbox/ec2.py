"""Amazon EC2 and VPC: an id is a type's prefix and 17 hexadecimal digits."""

from collections.abc import Callable
from typing import Any

from crosslink.sandbox.new_resource import New, Outputs
from crosslink.sandbox.record import Resource

LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer"
SUBNET = "aws:ec2/subnet:Subnet"


def with_id(prefix: str, arn_type: str | None = None) -> Callable[[New], Outputs]:
    def compute(new: New) -> Outputs:
        id_ = f"{prefix}-{new.digits(17)}"
        return {"id": id_} | ({"arn": new.arn("ec2", f"{arn_type}/{id_}")} if arn_type else {})

    return compute


def vpc(new: New) -> Outputs:
    return with_id("vpc", "vpc")(new) | {
        "ownerId": new.account,
        "mainRouteTableId": f"rtb-{new.digits(17, salt='main')}",
        "defaultSecurityGroupId": f"sg-{new.digits(17, salt='default')}",
    }


def subnet(new: New) -> Outputs:
    zone_id: str = new.inputs.get("availabilityZoneId") or ""
    # Zone names differ between accounts: an account's names are its zones' numbers, shifted.
    letter = "abcdef"[(int(zone_id[-1:] or 1) + int(new.account or 0)) % 6]
    return {"availabilityZone": f"{new.region}{letter}", "ownerId": new.account} | with_id(
        "subnet", "subnet"
    )(new)


def security_group(new: New) -> Outputs:
    return with_id("sg", "security-group")(new) | {"ownerId": new.account}


def security_group_rule(new: New) -> Outputs:
    id_ = f"sgr-{new.digits(17)}"
    return {"id": id_, "securityGroupRuleId": id_, "arn": new.arn("ec2", f"security-group-rule/{id_}")}


def eip(new: New) -> Outputs:
    id_ = f"eipalloc-{new.digits(17)}"
    last = int(new.digits(2), 16)
    return {"id": id_, "allocationId": id_, "publicIp": f"198.51.100.{last}"}  # RFC 5737: nobody's


def peering(new: New) -> Outputs:
    return with_id("pcx")(new) | {"acceptStatus": "pending-acceptance"}


def peering_accepter(new: New) -> Outputs:
    accepted = "active" if new.inputs.get("autoAccept") else "pending-acceptance"
    return {"id": new.inputs["vpcPeeringConnectionId"], "acceptStatus": accepted}


def endpoint_service(new: New) -> Outputs:
    id_ = f"vpce-svc-{new.digits(17)}"
    name = f"com.amazonaws.vpce.{new.region}.{id_}"
    return {
        "id": id_,
        "arn": new.arn("ec2", f"vpc-endpoint-service/{id_}"),
        "serviceName": name,
        "serviceType": "Interface",
        "state": "Available",
        "availabilityZones": _zones_of_balancers(new),
        "baseEndpointDnsNames": [f"{id_}.{new.region}.vpce.amazonaws.com"],
    }


def _zones_of_balancers(new: New) -> list[str]:
    """A service is offered in the zones of its load balancers, which the provider's account calls so."""
    balancers = [
        new.existing(LOAD_BALANCER, _has_id(arn)) for arn in new.inputs.get("networkLoadBalancerArns", [])
    ]
    subnets = [id_ for balancer in balancers if balancer for id_ in balancer.inputs.get("subnets", [])]
    found = [new.existing(SUBNET, _has_id(id_)) for id_ in subnets]
    return sorted({subnet.outputs["availabilityZone"] for subnet in found if subnet})


def _has_id(id_: str) -> Callable[[Resource], bool]:
    return lambda resource: resource.id == id_


def endpoint(new: New) -> Outputs:
    id_ = f"vpce-{new.digits(17)}"
    service = new.existing(
        "aws:ec2/vpcEndpointService:VpcEndpointService",
        lambda one: one.outputs["serviceName"] == new.inputs.get("serviceName"),
    )
    waits = service is not None and service.inputs["acceptanceRequired"]
    asked: list[dict[str, Any]] = new.inputs.get("subnetConfigurations", [])
    subnets: list[str] = new.inputs.get("subnetIds", [])
    host = f"{id_}-{new.digits(8)}.vpce-svc.{new.region}.vpce.amazonaws.com"
    return {
        "id": id_,
        "arn": new.arn("ec2", f"vpc-endpoint/{id_}"),
        "ownerId": new.account,
        "state": "pendingAcceptance" if waits else "available",
        "networkInterfaceIds": [f"eni-{new.digits(17, salt=subnet)}" for subnet in sorted(subnets)],
        # A set: in AWS's order, not in the one asked for.
        "subnetConfigurations": sorted(asked, key=lambda one: new.digits(8, salt=one["subnetId"])),
        "dnsEntries": [{"dnsName": host, "hostedZoneId": "Z7HUB22UULQXV"}],
    }


def endpoint_accepter(new: New) -> Outputs:
    id_ = f"{new.inputs['vpcEndpointServiceId']}_{new.inputs['vpcEndpointId']}"
    return {"id": id_, "vpcEndpointState": "available"}
