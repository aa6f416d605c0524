"""What AWS would answer: the ids, ARNs and names it computes for each type of resource.

The forms are AWS's; the values are made from account, region and URN, so that all runs are alike. An up needs
an entry for each AWS type that the program uses: without one its outputs would silently be None.
"""

from collections.abc import Callable, Mapping
from typing import Any

from crosslink.sandbox import api_gateway, dns, ec2, elb
from crosslink.sandbox.new_resource import New, Outputs
from crosslink.sandbox.record import Resource
from crosslink.sandbox.refusals import RefusedError


def created(resource: Resource, existing: Mapping[str, Resource]) -> Outputs:
    """The outputs AWS computes for a resource that is being created, its physical id as `id` among them.

    Raises:
        RefusedError: the table below has no entry for its type.
    """
    compute = _COMPUTED.get(resource.type)
    if compute is None:
        raise RefusedError(
            "crosslink/sandbox/aws.py doesn't know what AWS would compute for this type: add it there"
        )
    return compute(New(resource, existing))


def look_up(
    token: str, args: Mapping[str, Any], provider: Resource, existing: Mapping[str, Resource]
) -> Outputs:
    """The answer of a data source, called in the provider's account and region.

    Raises:
        RefusedError: AWS finds nothing, or the table below has no entry for the data source.
    """
    answer = _DATA_SOURCES.get(token)
    if answer is None:
        raise RefusedError("crosslink/sandbox/aws.py doesn't know what AWS would answer: add it there")
    return answer(args, provider, existing)


def _role(new: New) -> Outputs:
    name = new.name()
    return {
        "id": name,
        "name": name,
        "arn": f"arn:aws:iam::{new.account}:role{new.inputs.get('path', '/')}{name}",
        "uniqueId": f"AROA{new.digits(17, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}",
    }


def _key(new: New) -> Outputs:
    id_ = new.uuid()
    return {"id": id_, "keyId": id_, "arn": new.arn("kms", f"key/{id_}")}


def _log_group(new: New) -> Outputs:
    return {"id": new.name(), "name": new.name(), "arn": new.arn("logs", f"log-group:{new.name()}")}


def _eks_cluster(new: New) -> Outputs:
    name = new.name()
    return {
        "id": name,
        "name": name,
        "arn": new.arn("eks", f"cluster/{name}"),
        "endpoint": f"https://{new.digits(32).upper()}.gr7.{new.region}.eks.amazonaws.com",
        "certificateAuthority": {"data": new.digits(16, salt="certificate")},
        "status": "ACTIVE",
    }


def _lambda_permission(new: New) -> Outputs:
    id_ = new.inputs.get("statementId") or new.name()
    return {"id": id_, "statementId": id_}


_COMPUTED: Mapping[str, Callable[[New], Outputs]] = {
    "aws:acm/certificate:Certificate": dns.certificate,
    "aws:acm/certificateValidation:CertificateValidation": dns.certificate_validation,
    "aws:apigateway/account:Account": lambda _: {"id": "api-gateway-account"},
    "aws:apigateway/apiKey:ApiKey": api_gateway.api_key,
    "aws:apigateway/authorizer:Authorizer": api_gateway.authorizer,
    "aws:apigateway/basePathMapping:BasePathMapping": api_gateway.base_path_mapping,
    "aws:apigateway/deployment:Deployment": lambda new: {"id": new.api_id(6)},
    "aws:apigateway/domainName:DomainName": api_gateway.domain_name,
    "aws:apigateway/integration:Integration": api_gateway.api_method("agi"),
    "aws:apigateway/method:Method": api_gateway.api_method("agm"),
    "aws:apigateway/methodSettings:MethodSettings": lambda new: {
        "id": f"{new.inputs['restApi']}-{new.inputs['stageName']}-{new.inputs['methodPath']}"
    },
    "aws:apigateway/resource:Resource": api_gateway.api_resource,
    "aws:apigateway/restApi:RestApi": api_gateway.rest_api,
    "aws:apigateway/stage:Stage": api_gateway.stage,
    "aws:apigateway/usagePlan:UsagePlan": api_gateway.api_object("usageplans", 6),
    "aws:apigateway/usagePlanKey:UsagePlanKey": lambda new: {"id": new.inputs["keyId"]},
    "aws:apigateway/vpcLink:VpcLink": api_gateway.api_object("vpclinks", 6),
    "aws:cloudwatch/logGroup:LogGroup": _log_group,
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ec2.security_group,
    "aws:ec2/eip:Eip": ec2.eip,
    "aws:ec2/internetGateway:InternetGateway": ec2.with_id("igw", "internet-gateway"),
    "aws:ec2/natGateway:NatGateway": ec2.with_id("nat"),
    "aws:ec2/route:Route": lambda new: {"id": f"r-{new.inputs['routeTableId']}{new.digits(10)}"},
    "aws:ec2/routeTable:RouteTable": ec2.with_id("rtb", "route-table"),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": ec2.with_id("rtbassoc"),
    "aws:ec2/securityGroup:SecurityGroup": ec2.security_group,
    "aws:ec2/subnet:Subnet": ec2.subnet,
    "aws:ec2/vpc:Vpc": ec2.vpc,
    "aws:ec2/vpcEndpoint:VpcEndpoint": ec2.endpoint,
    "aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter": ec2.endpoint_accepter,
    "aws:ec2/vpcEndpointService:VpcEndpointService": ec2.endpoint_service,
    "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": ec2.peering,
    "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter": ec2.peering_accepter,
    "aws:eks/cluster:Cluster": _eks_cluster,
    "aws:iam/role:Role": _role,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": lambda new: {
        "id": f"{new.inputs['role']}-{new.digits(26, '0123456789')}"
    },
    "aws:kms/key:Key": _key,
    "aws:lambda/permission:Permission": _lambda_permission,
    "aws:lb/listener:Listener": elb.listener,
    "aws:lb/loadBalancer:LoadBalancer": elb.load_balancer,
    "aws:lb/targetGroup:TargetGroup": elb.target_group,
    "aws:lb/targetGroupAttachment:TargetGroupAttachment": elb.attachment,
    "aws:route53/record:Record": dns.record,
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": ec2.security_group_rule,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ec2.security_group_rule,
    "aws:wafv2/webAclAssociation:WebAclAssociation": lambda new: {
        "id": f"{new.inputs['webAclArn']},{new.inputs['resourceArn']}"
    },
}

_DATA_SOURCES: Mapping[str, Callable[[Mapping[str, Any], Resource, Mapping[str, Resource]], Outputs]] = {
    "aws:lb/getLoadBalancer:getLoadBalancer": elb.of_ingress,
}
