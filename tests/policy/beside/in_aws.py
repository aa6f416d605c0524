"""Openings in the accounts: types, networks, policies and APIs that nobody declares."""

import json

from crosslink.graph import tokens
from tests.faults.change import document, put, register
from tests.policy.beside.opening import (
    ANYWHERE,
    GATEWAY_NLB,
    NLB,
    ONLY_KNOWN,
    STRANGER,
    Opening,
    added,
    altered,
    policy,
)

SERVICE = (tokens.ENDPOINT_SERVICE, "crosslink-apps")
API = (tokens.REST_API, "crosslink")
STAGE = (tokens.STAGE, "crosslink")
GROUP = (tokens.SECURITY_GROUP, "crosslink-apps-nlb")
ENDPOINT_GROUP = (tokens.SECURITY_GROUP, "111111111111/crosslink-apps")
EVERY_8 = [f"{number}.0.0.0/8" for number in range(1, 224)]
EVERYBODY = {"Principal": "*"}
OPEN_BODY = json.dumps(
    {"openapi": "3.0.1", "paths": {"/{proxy+}": {"x-amazon-apigateway-any-method": {"responses": {}}}}}
)
FOREIGN_FUNCTION = (
    "arn:aws:apigateway:us-west-2:lambda:path/2015-03-31/functions/"
    f"arn:aws:lambda:us-west-2:{STRANGER}:function:yes/invocations"
)
ROUTE_TABLE = (tokens.ROUTE_TABLE, "crosslink-apps-load-balancers-use1-az1")


def _group_of_all(id_: str):
    """A security group with a rule for each /8 but one, which is the opening's own."""

    def change(nodes):
        nodes = register(tokens.SECURITY_GROUP, f"{id_}-group", {}, beside=NLB)(nodes)
        for number, cidr in enumerate(EVERY_8[1:]):
            nodes = register(
                tokens.INGRESS_RULE,
                f"{id_}-{number}",
                {"cidrIpv4": cidr, "ipProtocol": "-1"},
                beside=NLB,
                securityGroupId=(tokens.SECURITY_GROUP, f"{id_}-group"),
            )(nodes)
        return nodes

    return change


def _foreign_authorizer(definition) -> None:
    definition["components"]["securitySchemes"]["more"] = {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "x-amazon-apigateway-authtype": "custom",
        "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": FOREIGN_FUNCTION},
    }


ENTRANCES: tuple[Opening, ...] = (
    added(
        "allowed-principal",
        "a stranger's account may connect to our endpoint service",
        "only-declared-principals",
        "aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple",
        {"principalArn": f"arn:aws:iam::{STRANGER}:root"},
        vpcEndpointServiceId=SERVICE,
    ),
    added(
        "second-service",
        "a second endpoint service on our NLB is for a stranger",
        "only-declared-principals",
        tokens.ENDPOINT_SERVICE,
        {"acceptanceRequired": False, "allowedPrincipals": [f"arn:aws:iam::{STRANGER}:root"]},
        networkLoadBalancerArns=[NLB],
    ),
    added(
        "accelerator",
        "Global Accelerator leads to the NLB",
        ONLY_KNOWN,
        "aws:globalaccelerator/endpointGroup:EndpointGroup",
        {"endpointGroupRegion": "us-east-1"},
        endpointConfigurations=[NLB],
    ),
    added(
        "vpc-origin",
        "CloudFront reaches the NLB by a VPC origin",
        ONLY_KNOWN,
        "aws:cloudfront/vpcOrigin:VpcOrigin",
        {"vpcOriginEndpointConfig": {"name": "more", "httpPort": 80}},
    ),
    added(
        "old-alb",
        "a public load balancer by the old token of the ALB",
        ONLY_KNOWN,
        "aws:applicationloadbalancing/loadBalancer:LoadBalancer",
        {"internal": False},
    ),
    added(
        "old-classic",
        "a public load balancer by the old token of the classic one",
        ONLY_KNOWN,
        "aws:elasticloadbalancing/loadBalancer:LoadBalancer",
        {"internal": False},
    ),
    added(
        "api-policy",
        "a policy beside the API overwrites that of the document",
        "no-open-policy",
        "aws:apigateway/restApiPolicy:RestApiPolicy",
        {"policy": policy(**EVERYBODY, Action="execute-api:Invoke")},
        near=STAGE,
        restApiId=API,
    ),
    added(
        "quick-create",
        "an HTTP API by quick create, which has no route of its own",
        "no-unauthenticated-method",
        "aws:apigatewayv2/api:Api",
        {"protocolType": "HTTP", "target": "https://example.com"},
        near=STAGE,
    ),
    added(
        "api-without-stage",
        "an API that is open to everybody, and whose stage is made elsewhere",
        "no-unauthenticated-method",
        tokens.REST_API,
        {"body": OPEN_BODY},
        near=STAGE,
    ),
    added(
        "second-stage",
        "a second stage of the API has the link, and no throttle",
        "only-the-declared-stage",
        tokens.STAGE,
        {"stageName": "debug"},
        near=STAGE,
        restApi=API,
        deployment=(tokens.API_DEPLOYMENT, "*"),
    ),
    altered(
        "traced-bodies",
        "the stage logs what requests carry",
        "no-bodies-in-logs",
        "crosslink",
        put(tokens.API_METHOD_SETTINGS, "crosslink", "settings", "dataTraceEnabled", value=True),
    ),
    altered(
        "foreign-authorizer",
        "a function of a stranger's account decides about callers, in the document",
        "no-foreign-account",
        "crosslink",
        document(_foreign_authorizer),
    ),
    added(
        "lambda-permission",
        "everybody may invoke a function",
        "no-open-policy",
        tokens.LAMBDA_PERMISSION,
        {"principal": "*", "action": "lambda:InvokeFunction", "function": "more"},
        near=STAGE,
    ),
    added(
        "lattice",
        "a VPC Lattice service asks nothing of callers",
        ONLY_KNOWN,
        "aws:vpclattice/service:Service",
        {"authType": "NONE"},
    ),
)
NETWORKS: tuple[Opening, ...] = (
    added(
        "every-8",
        "a security group lets in 223 networks of /8, a rule each",
        "no-ingress-from-anywhere",
        tokens.INGRESS_RULE,
        {"cidrIpv4": EVERY_8[0], "ipProtocol": "-1"},
        with_=_group_of_all("every-8"),
        securityGroupId=(tokens.SECURITY_GROUP, "every-8-group"),
    ),
    added(
        "list-of-8",
        "a security group lets in all /8 by its own list",
        "no-ingress-from-anywhere",
        tokens.SECURITY_GROUP,
        {"ingress": [{"protocol": "-1", "cidrBlocks": EVERY_8}]},
    ),
    altered(
        "cluster-of-8",
        "the cluster's API answers all /8",
        "no-ingress-from-anywhere",
        "crosslink-apps-eksCluster",
        put(tokens.EKS_CLUSTER, "*", "vpcConfig", "publicAccessCidrs", value=EVERY_8),
    ),
    added(
        "prefix-list",
        "a prefix list gets in by its plain id",
        "no-ingress-from-anywhere",
        tokens.INGRESS_RULE,
        {"prefixListId": "pl-3b927c52", "ipProtocol": "-1", "securityGroupId": "sg-0a1b2c3d4e5f60718"},
    ),
    added(
        "foreign-group",
        "a stranger's security group gets in",
        "no-foreign-account",
        tokens.INGRESS_RULE,
        {"referencedSecurityGroupId": f"{STRANGER}/sg-0a1b2c3d4e5f60718", "ipProtocol": "-1"},
        securityGroupId=GROUP,
    ),
    added(
        "private-world",
        "all of 10.0.0.0/8 gets in at the endpoint",
        "only-the-path-gets-in",
        tokens.INGRESS_RULE,
        {"cidrIpv4": "10.0.0.0/8", "ipProtocol": "-1"},
        near=GATEWAY_NLB,
        securityGroupId=ENDPOINT_GROUP,
    ),
    added(
        "peering",
        "the provider's network is peered with a stranger's",
        "only-declared-peerings",
        tokens.PEERING,
        {"peerVpcId": "vpc-0a1b2c3d4e5f60718", "peerOwnerId": STRANGER},
        vpcId=(tokens.VPC, "crosslink-apps"),
    ),
    added(
        "transit-gateway",
        "the provider's network is attached to a transit gateway",
        ONLY_KNOWN,
        "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
        {"transitGatewayId": "tgw-0a1b2c3d4e5f60718"},
        vpcId=(tokens.VPC, "crosslink-apps"),
    ),
    added(
        "internet-gateway",
        "an internet gateway opens the gateway network",
        "no-other-internet-gateway",
        "aws:ec2/internetGateway:InternetGateway",
        {},
        near=GATEWAY_NLB,
        vpcId=(tokens.VPC, "crosslink-gateway"),
    ),
    added(
        "public-instance",
        "an instance with a public address stands in the gateway network",
        ONLY_KNOWN,
        "aws:ec2/instance:Instance",
        {"associatePublicIpAddress": True},
        near=GATEWAY_NLB,
    ),
    added(
        "default-route",
        "where the NLB is, the default route leads to an internet gateway",
        "routes-stay-on-the-path",
        tokens.ROUTE,
        {"destinationCidrBlock": ANYWHERE},
        routeTableId=ROUTE_TABLE,
        gatewayId=("aws:ec2/internetGateway:InternetGateway", "crosslink-apps*"),
    ),
    added(
        "network-acl",
        "a network ACL lets everything through",
        ONLY_KNOWN,
        tokens.NETWORK_ACL,
        {"ingress": [{"protocol": "-1", "action": "allow", "cidrBlock": ANYWHERE}]},
    ),
)
POWERS: tuple[Opening, ...] = (
    added(
        "trusted-by-all",
        "everybody may take a role",
        "no-open-policy",
        "aws:iam/role:Role",
        {"assumeRolePolicy": policy(**EVERYBODY, Action="sts:AssumeRole")},
    ),
    added(
        "access-entry",
        "a stranger administers the cluster",
        "only-declared-access",
        "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
        {
            "principalArn": f"arn:aws:iam::{STRANGER}:role/somebody",
            "policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
            "accessScope": {"type": "cluster"},
        },
    ),
    added(
        "bucket-policy",
        "everybody may write to a bucket",
        "no-open-policy",
        "aws:s3/bucketPolicy:BucketPolicy",
        {"bucket": "more", "policy": policy(**EVERYBODY, Action="s3:PutObject")},
    ),
    added(
        "bucket-acl",
        "everybody may write to a bucket by its ACL",
        "no-open-policy",
        "aws:s3/bucketAcl:BucketAcl",
        {"bucket": "more", "acl": "public-read-write"},
    ),
    added(
        "key-policy",
        "everybody may use a key",
        "no-open-policy",
        "aws:kms/key:Key",
        {"enableKeyRotation": True, "policy": policy(**EVERYBODY, Action="kms:*")},
    ),
    added(
        "key-grant",
        "a stranger is granted a key",
        "no-foreign-account",
        "aws:kms/grant:Grant",
        {"granteePrincipal": f"arn:aws:iam::{STRANGER}:role/somebody", "operations": ["Decrypt"]},
    ),
    added(
        "pass-and-put",
        "a role passes any role, and writes its policy",
        "no-privilege-escalation",
        "aws:iam/rolePolicy:RolePolicy",
        {"role": "more", "policy": policy(Action=["iam:PassRole", "iam:PutRolePolicy"])},
    ),
    added(
        "assume-and-write",
        "a role becomes any role, and writes new versions of policies",
        "no-privilege-escalation",
        "aws:iam/rolePolicy:RolePolicy",
        {
            "role": "more",
            "policy": policy(Action=["iam:PassRole", "sts:AssumeRole", "iam:CreatePolicyVersion"]),
        },
    ),
    added(
        "foreign-policy",
        "a role has a policy that a stranger writes",
        "no-foreign-account",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        {"role": "more", "policyArn": f"arn:aws:iam::{STRANGER}:policy/anything"},
    ),
    added(
        "user-policy",
        "a user has a policy that allows everything",
        "no-wildcard-actions",
        "aws:iam/userPolicy:UserPolicy",
        {"user": "more", "policy": policy()},
    ),
    added("access-key", "a user has a key", ONLY_KNOWN, "aws:iam/accessKey:AccessKey", {"user": "more"}),
    added(
        "native-group",
        "another provider's security group lets everybody in",
        ONLY_KNOWN,
        "aws-native:ec2:SecurityGroup",
        {"securityGroupIngress": [{"cidrIp": ANYWHERE, "ipProtocol": "-1"}]},
    ),
    added(
        "native-role",
        "another provider's role administers the account",
        ONLY_KNOWN,
        "aws-native:iam:Role",
        {"managedPolicyArns": ["arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"]},
    ),
    added(
        "dynamic",
        "a dynamic resource does anything",
        ONLY_KNOWN,
        "pulumi-python:dynamic:Resource",
        {"__provider": "anything"},
    ),
    added(
        "command",
        "a command does anything",
        ONLY_KNOWN,
        "command:local:Command",
        {"create": "aws ec2 authorize-security-group-ingress --cidr 0.0.0.0/0"},
    ),
    added(
        "cloudformation",
        "a stack of CloudFormation makes anything",
        ONLY_KNOWN,
        "aws:cloudformation/stack:Stack",
        {"templateUrl": "https://example.com/template.json"},
    ),
)
IN_AWS: tuple[Opening, ...] = (*ENTRANCES, *NETWORKS, *POWERS)
