"""What AWS would compute: the ids, ARNs and names of each type of resource.

The forms are AWS's; the values are made from account, region and URN, so that all runs are alike.
ARNs: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from collections.abc import Iterator, Mapping

from crosslink.graph import tokens
from crosslink.sandbox import schemas
from crosslink.sandbox.new_resource import NewResource, Outputs, Template
from crosslink.sandbox.record import Resource


def name_in_preview(new: NewResource) -> Outputs:
    """The `name` output where the type has one that isn't given: Pulumi chooses it already in a preview."""
    cls = schemas.resource_class(new.resource.type)
    if "name" in new.inputs or cls is None or "name" not in schemas.resource_inputs(cls):
        return {}
    return {"name": new.name}


def zone_name(account: str, region: str | None, number: int) -> str:
    """An account's name of a zone: names differ between accounts, so they are the zones' numbers, shifted."""
    return f"{region}{'abcdef'[(number + int(account)) % 6]}"


def _zone(new: NewResource) -> str:
    zone_id: str = new.inputs.get("availabilityZoneId") or "1"
    return new.inputs.get("availabilityZone") or zone_name(new.account, new.region, int(zone_id[-1]))


def _api_path(new: NewResource) -> str:
    parent = new.existing(tokens.API_RESOURCE, lambda resource: resource.id == new.inputs["parentId"])
    return f"{parent.outputs['path'] if parent else ''}/{new.inputs['pathPart']}"


def _validation_records(new: NewResource) -> list[Outputs]:
    record: Outputs = {
        "domainName": new.inputs["domainName"],
        "resourceRecordName": new.text("_{hex:32:name}.{domainName}."),
        "resourceRecordType": "CNAME",
        "resourceRecordValue": new.text("_{hex:32:value}.{base36:10}.acm-validations.aws."),
    }
    return [record]


def _endpoint_state(new: NewResource) -> str:
    service = new.existing(
        tokens.ENDPOINT_SERVICE,
        lambda service: service.outputs["serviceName"] == new.inputs.get("serviceName"),
    )
    return "pendingAcceptance" if service and service.inputs["acceptanceRequired"] else "available"


def _endpoint_addresses(new: NewResource) -> list[Outputs]:
    """A set comes back in AWS's order, not in the order of the request."""
    asked: list[Outputs] = new.inputs.get("subnetConfigurations", [])
    return sorted(asked, key=lambda address: new.characters(8, salt=address.get("subnetId", "")))


def _endpoint_hosts(new: NewResource) -> list[Outputs]:
    host = new.text("vpce-{hex:17}-{hex:8}.vpce-svc.{region}.vpce.amazonaws.com")
    return [{"dnsName": host, "hostedZoneId": "Z7HUB22UULQXV"}]


def _zones_of_balancers(new: NewResource) -> list[str]:
    """A service is offered in the zones of its load balancers, by the names of the provider's account."""

    def found(type_: str, ids: list[str]) -> Iterator[Resource]:
        resources = (new.existing(type_, lambda resource, id_=id_: resource.id == id_) for id_ in ids)
        return filter(None, resources)

    balancers = found(tokens.LOAD_BALANCER, new.inputs.get("networkLoadBalancerArns", []))
    subnets = [id_ for balancer in balancers for id_ in balancer.inputs.get("subnets", [])]
    return sorted({subnet.outputs["availabilityZone"] for subnet in found(tokens.SUBNET, subnets)})


def _listener_arn(new: NewResource) -> str:
    balancer: str = new.inputs["loadBalancerArn"]
    return balancer.replace(":loadbalancer/", ":listener/") + new.text("/{hex:16}")


def _balancer_suffix(new: NewResource) -> str:
    kind = {"network": "net", "gateway": "gwy"}.get(new.inputs.get("loadBalancerType", ""), "app")
    return new.text(f"{kind}/{{name}}/{{hex:16}}")


def _api_gateway(path: str, id_: str = "{base36:6}") -> dict[str, Template]:
    """Id and ARN of what API Gateway makes. The ARN is without an account:
    https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html
    """
    return {"id": id_, "arn": f"arn:aws:apigateway:{{region}}::/{path}"}


def _ec2(prefix: str, arn_type: str) -> dict[str, Template]:
    """Id and ARN of what EC2 makes: an id is a type's prefix and 17 hexadecimal digits."""
    return {"id": f"{prefix}-{{hex:17}}", "arn": f"arn:aws:ec2:{{region}}:{{account}}:{arn_type}/{{id}}"}


_NAME: Mapping[str, Template] = {"name": "{name}"}
_NAME_AS_ID: Mapping[str, Template] = {"id": "{name}", "name": "{name}"}
_OWNER: Mapping[str, Template] = {"ownerId": "{account}"}
_SECURITY_GROUP: Mapping[str, Template] = {**_ec2("sg", "security-group"), **_OWNER}
_RULE: Mapping[str, Template] = {**_ec2("sgr", "security-group-rule"), "securityGroupRuleId": "{id}"}

COMPUTED: Mapping[str, Mapping[str, Template]] = {
    tokens.CERTIFICATE: {
        "arn": "arn:aws:acm:{region}:{account}:certificate/{uuid}",
        "id": "{arn}",
        "domainValidationOptions": _validation_records,
        "status": "PENDING_VALIDATION",
        "type": "AMAZON_ISSUED",
    },
    # The provider has no better id than when the certificate was issued.
    tokens.CERTIFICATE_VALIDATION: {"id": "2026-01-01 00:00:00 +0000 UTC"},
    "aws:apigateway/account:Account": {"id": "api-gateway-account"},
    tokens.API_KEY: {**_api_gateway("apikeys/{id}", "{base36:10}"), **_NAME, "value": "{base36:40}"},
    tokens.AUTHORIZER: _api_gateway("restapis/{restApi}/authorizers/{id}"),
    tokens.BASE_PATH_MAPPING: {"id": "{domainName}/{basePath}"},
    tokens.API_DEPLOYMENT: {"id": "{base36:6}"},
    tokens.DOMAIN_NAME: {
        **_api_gateway("domainnames/{id}", "{domainName}"),
        "regionalDomainName": "d-{base36:10}.execute-api.{region}.amazonaws.com",
        "regionalZoneId": "Z2OJLYMUO9EFXC",
    },
    tokens.INTEGRATION: {"id": "agi-{restApi}-{resourceId}-{httpMethod}"},
    tokens.METHOD: {"id": "agm-{restApi}-{resourceId}-{httpMethod}"},
    tokens.API_METHOD_SETTINGS: {"id": "{restApi}-{stageName}-{methodPath}"},
    tokens.API_RESOURCE: {"id": "{base36:6}", "path": _api_path},
    tokens.REST_API: {
        **_api_gateway("restapis/{id}", "{base36:10}"),
        **_NAME,
        "executionArn": "arn:aws:execute-api:{region}:{account}:{id}",
        "rootResourceId": "{base36:10:root}",
    },
    tokens.STAGE: {
        **_api_gateway("restapis/{restApi}/stages/{stageName}", "ags-{restApi}-{stageName}"),
        "executionArn": "arn:aws:execute-api:{region}:{account}:{restApi}/{stageName}",
        "invokeUrl": "https://{restApi}.execute-api.{region}.amazonaws.com/{stageName}",
    },
    tokens.USAGE_PLAN: {**_api_gateway("usageplans/{id}"), **_NAME},
    tokens.USAGE_PLAN_KEY: {"id": "{keyId}"},
    tokens.VPC_LINK: {**_api_gateway("vpclinks/{id}"), **_NAME},
    "aws:cloudwatch/logGroup:LogGroup": {
        **_NAME_AS_ID,
        "arn": "arn:aws:logs:{region}:{account}:log-group:{name}",
    },
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": _SECURITY_GROUP,
    "aws:ec2/eip:Eip": {
        "id": "eipalloc-{hex:17}",
        "allocationId": "{id}",
        # RFC 5737: nobody's address.
        "publicIp": lambda new: f"198.51.100.{int(new.characters(2), 16)}",
    },
    "aws:ec2/flowLog:FlowLog": _ec2("fl", "vpc-flow-log"),
    "aws:ec2/internetGateway:InternetGateway": _ec2("igw", "internet-gateway"),
    tokens.NAT_GATEWAY: {"id": "nat-{hex:17}"},
    tokens.ROUTE: {"id": "r-{routeTableId}{hex:10}"},
    tokens.ROUTE_TABLE: _ec2("rtb", "route-table"),
    tokens.ASSOCIATION: {"id": "rtbassoc-{hex:17}"},
    tokens.SECURITY_GROUP: _SECURITY_GROUP,
    tokens.SUBNET: {**_ec2("subnet", "subnet"), **_OWNER, "availabilityZone": _zone},
    tokens.VPC: {
        **_ec2("vpc", "vpc"),
        **_OWNER,
        "mainRouteTableId": "rtb-{hex:17:main}",
        "defaultSecurityGroupId": "sg-{hex:17:default}",
    },
    tokens.ENDPOINT: {
        **_ec2("vpce", "vpc-endpoint"),
        **_OWNER,
        "state": _endpoint_state,
        "networkInterfaceIds": lambda new: [
            f"eni-{new.characters(17, salt=subnet)}" for subnet in sorted(new.inputs.get("subnetIds", []))
        ],
        "subnetConfigurations": _endpoint_addresses,
        "dnsEntries": _endpoint_hosts,
    },
    tokens.ACCEPTER: {"id": "{vpcEndpointServiceId}_{vpcEndpointId}", "vpcEndpointState": "available"},
    tokens.ENDPOINT_SERVICE: {
        **_ec2("vpce-svc", "vpc-endpoint-service"),
        "serviceName": "com.amazonaws.vpce.{region}.{id}",
        "serviceType": "Interface",
        "state": "Available",
        "availabilityZones": _zones_of_balancers,
        "baseEndpointDnsNames": lambda new: [new.text("vpce-svc-{hex:17}.{region}.vpce.amazonaws.com")],
    },
    tokens.PEERING: {"id": "pcx-{hex:17}", "acceptStatus": "pending-acceptance"},
    tokens.PEERING_ACCEPTER: {
        "id": "{vpcPeeringConnectionId}",
        "acceptStatus": lambda new: "active" if new.inputs.get("autoAccept") else "pending-acceptance",
    },
    tokens.EKS_CLUSTER: {
        **_NAME_AS_ID,
        "arn": "arn:aws:eks:{region}:{account}:cluster/{name}",
        "endpoint": "https://{HEX:32}.gr7.{region}.eks.amazonaws.com",
        "certificateAuthority": lambda new: {"data": new.characters(16, salt="certificate")},
        "status": "ACTIVE",
    },
    "aws:iam/role:Role": {
        **_NAME_AS_ID,
        "arn": lambda new: f"arn:aws:iam::{new.account}:role{new.inputs.get('path', '/')}{new.name}",
        "uniqueId": "AROA{base32:17}",
    },
    "aws:iam/rolePolicy:RolePolicy": {"name": "{name}", "id": "{role}:{name}"},
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {"id": "{role}-{decimal:26}"},
    "aws:kms/key:Key": {"id": "{uuid}", "keyId": "{id}", "arn": "arn:aws:kms:{region}:{account}:key/{id}"},
    tokens.LAMBDA_PERMISSION: {
        "id": lambda new: new.inputs.get("statementId") or new.name,
        "statementId": "{id}",
    },
    tokens.LISTENER: {"arn": _listener_arn, "id": "{arn}"},
    tokens.LOAD_BALANCER: {
        "name": "{name}",
        "arnSuffix": _balancer_suffix,
        "arn": "arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/{arnSuffix}",
        "id": "{arn}",
        "dnsName": "{name}-{hex:16}.elb.{region}.amazonaws.com",
        "zoneId": "Z18D5FSROUN65G",
    },
    tokens.TARGET_GROUP: {
        "name": "{name}",
        "arnSuffix": "targetgroup/{name}/{hex:16}",
        "arn": "arn:aws:elasticloadbalancing:{region}:{account}:{arnSuffix}",
        "id": "{arn}",
    },
    tokens.ATTACHMENT: {"id": "{targetGroupArn}-{decimal:26}"},
    tokens.DNS_RECORD: {
        "fqdn": lambda new: new.inputs["name"].removesuffix("."),
        "id": "{zoneId}_{fqdn}_{type}",
    },
    tokens.EGRESS_RULE: _RULE,
    tokens.INGRESS_RULE: _RULE,
    "aws:wafv2/webAclAssociation:WebAclAssociation": {"id": "{webAclArn},{resourceArn}"},
}
"""The computed outputs of each type: type token → output → how it is made."""
