"""What AWS would compute: the ids, ARNs and names of each type of resource.

The forms are AWS's; the values are made from account, region and URN, so that all runs are alike.
ARNs: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from collections.abc import Mapping

from crosslink.graph import tokens
from crosslink.sandbox import pod_identity, private_link, schemas
from crosslink.sandbox.made_up import zone_id, zone_name, zone_number
from crosslink.sandbox.new_resource import NewResource, Outputs, Template


def name_in_preview(new: NewResource) -> Outputs:
    """The `name` output where the type has one that isn't given: Pulumi chooses it already in a preview."""
    cls = schemas.resource_class(new.resource.type)
    is_chosen = cls and "name" in schemas.resource_inputs(cls) and "name" not in new.inputs
    return {"name": new.name} if is_chosen else {}


def _zone_id(new: NewResource) -> str:
    name: str = new.inputs.get("availabilityZone", "")
    number = zone_number(new.account, name) if name else 1
    return new.inputs.get("availabilityZoneId") or zone_id(new.region, number)


def _zone(new: NewResource) -> str:
    number = int(_zone_id(new)[-1])
    return new.inputs.get("availabilityZone") or zone_name(new.account, new.region, number)


def _api_path(new: NewResource) -> str:
    parent = new.world.resource(tokens.API_RESOURCE, "id", new.inputs["parentId"])
    return f"{parent.outputs['path'] if parent else ''}/{new.inputs['pathPart']}"


def _listener_arn(new: NewResource) -> str:
    balancer: str = new.inputs["loadBalancerArn"]
    return balancer.replace(":loadbalancer/", ":listener/") + new.text("/{hex:16}")


def _balancer_suffix(new: NewResource) -> str:
    kind = {"network": "net", "gateway": "gwy"}.get(new.inputs.get("loadBalancerType", ""), "app")
    return new.text(f"{kind}/{{name}}/{{hex:16}}")


def _arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{{region}}:{{account}}:{resource}"


def _balancing(suffix: Template, resource: str) -> dict[str, Template]:
    return {**_NAME, "arnSuffix": suffix, "arn": _arn("elasticloadbalancing", resource), "id": "{arn}"}


def _api_gateway(path: str, id_: str = "{base36:6}") -> dict[str, Template]:
    """Id and ARN of what API Gateway makes. The ARN is without an account:
    https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html
    """
    return {"id": id_, "arn": f"arn:aws:apigateway:{{region}}::/{path}"}


def _ec2(prefix: str, arn_type: str) -> dict[str, Template]:
    """Id and ARN of what EC2 makes: an id is a type's prefix and 17 hexadecimal digits."""
    return {"id": f"{prefix}-{{hex:17}}", "arn": _arn("ec2", f"{arn_type}/{{id}}")}


_VALIDATION_RECORD: dict[str, Template] = {
    "domainName": "{domainName}",
    "resourceRecordName": "_{hex:32:name}.{domainName}.",
    "resourceRecordType": "CNAME",
    "resourceRecordValue": "_{hex:32:value}.{base36:10}.acm-validations.aws.",
}
_ENDPOINT_HOST = "vpce-{hex:17}-{hex:8}.vpce-svc.{region}.vpce.amazonaws.com"
_NAME: Mapping[str, Template] = {"name": "{name}"}
_NAME_AS_ID: Mapping[str, Template] = {"id": "{name}", "name": "{name}"}
_OWNER: Mapping[str, Template] = {"ownerId": "{account}"}
_SECURITY_GROUP: Mapping[str, Template] = {**_ec2("sg", "security-group"), **_OWNER}
_RULE: Mapping[str, Template] = {**_ec2("sgr", "security-group-rule"), "securityGroupRuleId": "{id}"}

# The computed outputs of each type: type token → output → how it is made.
COMPUTED: Mapping[str, Mapping[str, Template]] = {
    tokens.CERTIFICATE: {
        "arn": _arn("acm", "certificate/{uuid}"),
        "id": "{arn}",
        "domainValidationOptions": [_VALIDATION_RECORD],
        "status": "PENDING_VALIDATION",
        "type": "AMAZON_ISSUED",
    },
    # The provider has no better id than when the certificate was issued.
    tokens.CERTIFICATE_VALIDATION: {"id": "2026-01-01 00:00:00 +0000 UTC"},
    "aws:apigateway/account:Account": {"id": "api-gateway-account"},
    tokens.API_KEY: {**_api_gateway("apikeys/{id}", "{base36:10}"), **_NAME, "value": "{base36:40}"},
    tokens.AUTHORIZER: {**_api_gateway("restapis/{restApi}/authorizers/{id}"), **_NAME},
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
        "executionArn": _arn("execute-api", "{id}"),
        "rootResourceId": "{base36:10:root}",
    },
    tokens.STAGE: {
        **_api_gateway("restapis/{restApi}/stages/{stageName}", "ags-{restApi}-{stageName}"),
        "executionArn": _arn("execute-api", "{restApi}/{stageName}"),
        "invokeUrl": "https://{restApi}.execute-api.{region}.amazonaws.com/{stageName}",
    },
    tokens.USAGE_PLAN: {**_api_gateway("usageplans/{id}"), **_NAME},
    tokens.USAGE_PLAN_KEY: {"id": "{keyId}"},
    tokens.VPC_LINK: {**_api_gateway("vpclinks/{id}"), **_NAME},
    tokens.VPC_LINK_V2: {**_api_gateway("vpclinks/{id}"), **_NAME},
    tokens.DASHBOARD: {
        "id": "{dashboardName}",
        "dashboardArn": "arn:aws:cloudwatch::{account}:dashboard/{dashboardName}",
    },
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": _NAME_AS_ID,
    tokens.METRIC_ALARM: {
        **_NAME_AS_ID,
        "arn": _arn("cloudwatch", "alarm:{name}"),
        "evaluateLowSampleCountPercentiles": lambda new: (
            new.inputs.get("evaluateLowSampleCountPercentiles") or "evaluate"
        ),
    },
    "aws:cloudwatch/logGroup:LogGroup": {**_NAME_AS_ID, "arn": _arn("logs", "log-group:{name}")},
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
    tokens.SUBNET: {
        **_ec2("subnet", "subnet"),
        **_OWNER,
        "availabilityZone": _zone,
        "availabilityZoneId": _zone_id,
    },
    tokens.VPC: {
        **_ec2("vpc", "vpc"),
        **_OWNER,
        "mainRouteTableId": "rtb-{hex:17:main}",
        "defaultSecurityGroupId": "sg-{hex:17:default}",
    },
    tokens.ENDPOINT: {
        **_ec2("vpce", "vpc-endpoint"),
        **_OWNER,
        "state": private_link.endpoint_state,
        "networkInterfaceIds": lambda new: [
            f"eni-{new.characters(17, salt=subnet)}" for subnet in sorted(new.inputs.get("subnetIds", []))
        ],
        "subnetConfigurations": private_link.endpoint_addresses,
        "dnsEntries": [{"dnsName": _ENDPOINT_HOST, "hostedZoneId": "Z7HUB22UULQXV"}],
    },
    tokens.ACCEPTER: {"id": "{vpcEndpointServiceId}_{vpcEndpointId}", "vpcEndpointState": "available"},
    tokens.ENDPOINT_SERVICE: {
        **_ec2("vpce-svc", "vpc-endpoint-service"),
        "serviceName": "com.amazonaws.vpce.{region}.{id}",
        "serviceType": "Interface",
        "state": private_link.service_state,
        "availabilityZones": private_link.zones_of_service,
        "baseEndpointDnsNames": ["vpce-svc-{hex:17}.{region}.vpce.amazonaws.com"],
    },
    tokens.PEERING: {"id": "pcx-{hex:17}", "acceptStatus": "pending-acceptance"},
    tokens.PEERING_ACCEPTER: {
        "id": "{vpcPeeringConnectionId}",
        "acceptStatus": lambda new: "active" if new.inputs.get("autoAccept") else "pending-acceptance",
    },
    tokens.EKS_CLUSTER: {
        **_NAME_AS_ID,
        "arn": _arn("eks", "cluster/{name}"),
        "endpoint": "https://{HEX:32}.gr7.{region}.eks.amazonaws.com",
        "certificateAuthority": {"data": "{hex:16:certificate}"},
        # A role that pulumi-eks makes beside the cluster.
        "roleArn": lambda new: (
            f"arn:aws:iam::{new.account}:role/"
            f"{new.resource.name.removesuffix('Cluster')}Role-role-{new.characters(7, salt='role')}"
        ),
        "status": "ACTIVE",
    },
    "aws:eks/addon:Addon": {
        "id": "{clusterName}:{addonName}",
        "arn": _arn("eks", "addon/{clusterName}/{addonName}/{uuid}"),
        "addonVersion": lambda new: new.inputs.get("addonVersion") or "v1.0.0-eksbuild.1",
        "createdAt": "2026-01-01T00:00:00Z",
        "modifiedAt": "{createdAt}",
    },
    tokens.POD_IDENTITY: {
        "id": pod_identity.association_id,
        "associationId": "{id}",
        "associationArn": _arn("eks", "podidentityassociation/{clusterName}/{id}"),
        "externalId": "",  # only with a target role
    },
    "aws:iam/role:Role": {
        **_NAME_AS_ID,
        "arn": lambda new: f"arn:aws:iam::{new.account}:role{new.inputs.get('path', '/')}{new.name}",
        "uniqueId": "AROA{base32:17}",
    },
    "aws:iam/rolePolicy:RolePolicy": {"name": "{name}", "id": "{role}:{name}"},
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {"id": "{role}-{decimal:26}"},
    "aws:kms/key:Key": {"id": "{uuid}", "keyId": "{id}", "arn": _arn("kms", "key/{id}")},
    tokens.LAMBDA_PERMISSION: {
        "id": lambda new: new.inputs.get("statementId") or new.name,
        "statementId": "{id}",
    },
    tokens.LISTENER: {"arn": _listener_arn, "id": "{arn}"},
    tokens.LOAD_BALANCER: {
        **_balancing(_balancer_suffix, "loadbalancer/{arnSuffix}"),
        "dnsName": "{name}-{hex:16}.elb.{region}.amazonaws.com",
        "zoneId": "Z18D5FSROUN65G",
    },
    tokens.TARGET_GROUP: _balancing("targetgroup/{name}/{hex:16}", "{arnSuffix}"),
    tokens.ATTACHMENT: {"id": "{targetGroupArn}-{decimal:26}"},
    tokens.DNS_RECORD: {
        "fqdn": lambda new: new.inputs["name"].removesuffix("."),
        "id": "{zoneId}_{fqdn}_{type}",
    },
    tokens.EGRESS_RULE: _RULE,
    tokens.INGRESS_RULE: _RULE,
    "aws:wafv2/webAclAssociation:WebAclAssociation": {"id": "{webAclArn},{resourceArn}"},
}
