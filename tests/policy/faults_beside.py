"""What somebody adds beside the path, in accounts of its own: types, accounts, networks and policies of strangers."""

import json

from crosslink.graph import tokens
from policy.security.accounts import DOCUMENTS, ROLE
from policy.security.endpoint_services import ALLOWED_PRINCIPAL
from policy.security.exposure import HTTP_API
from policy.security.powers import ACCESS_ENTRY, ACCESS_POLICY
from policy.security.records import KEY
from policy.security.ways import INTERNET_GATEWAY
from tests.faults.change import Change, put, register, together
from tests.faults.fault import Fault
from tests.policy.planting import GROUP, LIKE, NLB, also, component, fault

NOBODYS = "999999999999"
SOMEBODY = f"arn:aws:iam::{NOBODYS}:root"
GATEWAY_NLB = (tokens.LOAD_BALANCER, "crosslink-gateway")
ENDPOINT_GROUP = (tokens.SECURITY_GROUP, "111111111111/crosslink-apps")


def beside(type_: str, properties: dict[str, object], near: tuple[str, str] = NLB, **references) -> Change:
    """Register a resource in `__main__.py`, with the provider of another."""
    return register(type_, "more", properties, beside=near, **references)


def policy(**statement: object) -> str:
    """A policy's text, of one statement."""
    whole = {"Effect": "Allow", "Action": "*", "Resource": "*", **statement}
    return json.dumps({"Version": "2012-10-17", "Statement": [whole]})


def each(cidrs: range, type_: str = tokens.INGRESS_RULE, **more: object) -> Change:
    """A rule of one security group for each /8."""
    return together(
        *(
            register(
                type_,
                f"more-{number}",
                {"cidrIpv4": f"{number}.0.0.0/8", "ipProtocol": "-1", **more},
                beside=GROUP,
                securityGroupId=GROUP,
            )
            for number in cidrs
        )
    )


TYPES = tuple(
    fault("only-known-types", f"{what} beside the path", change)
    for what, change in (
        (
            "an accelerator with the NLB behind it",
            beside("aws:globalaccelerator/endpointGroup:EndpointGroup", {}),
        ),
        (
            "a load balancer by its old token",
            beside("aws:applicationloadbalancing/loadBalancer:LoadBalancer", {}),
        ),
        ("another provider's security group", beside("aws-native:ec2:SecurityGroup", {})),
        (
            "a command",
            beside("command:local:Command", {"create": "aws ec2 authorize-security-group-ingress"}),
        ),
        ("a dynamic resource", beside("pulumi-nodejs:dynamic:Resource", {})),
        ("a stack of CloudFormation", beside("aws:cloudformation/stack:Stack", {})),
        ("a Helm release", beside("kubernetes:helm.sh/v3:Release", {}, LIKE)),
        ("a component that hides what it makes", component("team:index:Alarms")),
        ("a chart, which a first preview can't look into,", component("kubernetes:helm.sh/v4:Chart")),
    )
)
ACCOUNTS = tuple(
    fault("no-foreign-account", f"a stranger's account {where}", change)
    for where, change in (
        (
            "owns the security group that is let in",
            beside(
                tokens.INGRESS_RULE, {"referencedSecurityGroupId": f"{NOBODYS}/sg-0a1b2c3d4e5f60718"}, GROUP
            ),
        ),
        (
            "has the policy that a role is given",
            beside(
                "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
                {"role": "more", "policyArn": f"arn:aws:iam::{NOBODYS}:policy/anything"},
            ),
        ),
        ("trusts a role", beside(ROLE, {"assumeRolePolicy": policy(Principal={"AWS": NOBODYS})})),
        (
            "may use a key",
            beside(KEY, {"enableKeyRotation": True, "policy": policy(Principal={"AWS": SOMEBODY})}),
        ),
        (
            "may invoke a function",
            beside(tokens.LAMBDA_PERMISSION, {"principal": NOBODYS, "action": "lambda:InvokeFunction"}),
        ),
        (
            "has the function that decides about callers",
            beside(
                tokens.AUTHORIZER,
                {
                    "authorizerUri": f"arn:aws:apigateway:us-west-2:lambda:path/2015-03-31/functions/arn:aws:lambda:"
                    f"us-west-2:{NOBODYS}:function:yes/invocations"
                },
            ),
        ),
        (
            "has the image that pods run",
            beside(
                tokens.KUBERNETES_DEPLOYMENT,
                {
                    "spec": {
                        "template": {
                            "spec": {
                                "containers": [{"image": f"{NOBODYS}.dkr.ecr.eu-west-1.amazonaws.com/x"}]
                            }
                        }
                    }
                },
                LIKE,
            ),
        ),
    )
)
RANGES = (
    fault("no-ingress-from-anywhere", "256 rules of a /8 in one security group", each(range(256))),
    fault("no-ingress-from-anywhere", "every other /8 in one security group", each(range(11, 127, 2))),
    fault(
        "no-ingress-from-anywhere",
        "a list of all /8 in one security group",
        also(tokens.SECURITY_GROUP, {"ingress": [{"cidrBlocks": [f"{n}.0.0.0/8" for n in range(256)]}]}),
    ),
    fault(
        "no-ingress-from-anywhere",
        "cluster's API answers all /8",
        put(
            tokens.EKS_CLUSTER,
            "*",
            "vpcConfig",
            "publicAccessCidrs",
            value=[f"{number}.0.0.0/8" for number in range(1, 224)],
        ),
    ),
    fault(
        "no-ingress-from-anywhere",
        "security group rule admits a prefix list by its plain id",
        beside(tokens.INGRESS_RULE, {"prefixListId": "pl-3b927c52"}, GROUP),
    ),
    *(
        fault(
            "only-the-path-gets-in",
            f"{cidr} gets in at the endpoint beside the gateway NLB",
            beside(
                tokens.INGRESS_RULE,
                {"cidrIpv4": cidr, "ipProtocol": "-1"},
                ENDPOINT_GROUP,
                securityGroupId=ENDPOINT_GROUP,
            ),
        )
        for cidr in ("10.0.0.0/8", "10.10.0.0/16")
    ),
    fault(
        "only-the-path-gets-in",
        "10.0.0.0/8 gets in at the NLB by a rule of the old kind",
        beside(
            tokens.SECURITY_GROUP_RULE,
            {"type": "ingress", "cidrBlocks": ["10.0.0.0/8"]},
            GROUP,
            securityGroupId=GROUP,
        ),
    ),
)
WAYS = (
    *(
        fault(
            "routes-stay-on-the-path",
            f"where the NLB is, a route leads to {where}",
            beside(
                tokens.ROUTE,
                {"destinationCidrBlock": "0.0.0.0/0", **target},
                NLB,
                routeTableId=(tokens.ROUTE_TABLE, "crosslink-apps-load-balancers-use1-az1"),
            ),
        )
        for where, target in (
            ("an internet gateway", {"gatewayId": "igw-0a1b2c3d4e5f60718"}),
            ("a transit gateway", {"transitGatewayId": "tgw-0a1b2c3d4e5f60718"}),
            ("a stranger's peering", {"vpcPeeringConnectionId": "pcx-0a1b2c3d4e5f60718"}),
        )
    ),
    fault(
        "routes-stay-on-the-path",
        "half of the internet is routed to a gateway in the consumer's network",
        beside(
            tokens.ROUTE,
            {"destinationCidrBlock": "128.0.0.0/1", "gatewayId": "igw-0a1b2c3d4e5f60718"},
            GATEWAY_NLB,
            routeTableId=(tokens.ROUTE_TABLE, "crosslink-gateway-nlb-usw2-az1"),
        ),
    ),
    fault(
        "no-other-internet-gateway",
        "an internet gateway in the consumer's network",
        beside(INTERNET_GATEWAY, {}, GATEWAY_NLB, vpcId=(tokens.VPC, "crosslink-gateway")),
    ),
    fault(
        "only-declared-peerings",
        "the provider's network is peered with a stranger's",
        beside(
            tokens.PEERING,
            {"peerVpcId": "vpc-0a1b2c3d4e5f60718", "peerOwnerId": NOBODYS},
            vpcId=(tokens.VPC, "crosslink-apps"),
        ),
    ),
    fault(
        "only-declared-peerings",
        "the provider's network is peered with the gateway's",
        beside(
            tokens.PEERING,
            {},
            vpcId=(tokens.VPC, "crosslink-apps"),
            peerVpcId=(tokens.VPC, "crosslink-gateway"),
        ),
    ),
    fault(
        "only-declared-peerings",
        "a peering that the stack doesn't ask for is accepted",
        beside(
            tokens.PEERING_ACCEPTER, {"vpcPeeringConnectionId": "pcx-0a1b2c3d4e5f60718", "autoAccept": True}
        ),
    ),
    fault(
        "only-declared-endpoints",
        "an endpoint leads to a stranger's service",
        beside(
            tokens.ENDPOINT,
            {
                "vpcEndpointType": "Interface",
                "serviceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d4e5f60718",
            },
            GATEWAY_NLB,
            vpcId=(tokens.VPC, "crosslink-gateway"),
        ),
    ),
    *(
        fault(
            "only-declared-principals",
            f"a stranger is allowed at {whose}",
            beside(ALLOWED_PRINCIPAL, {"principalArn": SOMEBODY, **named}, **references),
        )
        for whose, named, references in (
            ("a service that exists", {"vpcEndpointServiceId": "vpce-svc-0a1b2c3d4e5f60718"}, {}),
            ("the service", {}, {"vpcEndpointServiceId": (tokens.ENDPOINT_SERVICE, "*")}),
        )
    ),
)
CALLERS = (
    fault(
        "only-the-declared-stage",
        "a second stage of the API has the link, and no limits",
        beside(
            tokens.STAGE,
            {"stageName": "debug"},
            (tokens.STAGE, "*"),
            restApi=(tokens.REST_API, "*"),
            deployment=(tokens.API_DEPLOYMENT, "*"),
        ),
    ),
    fault(
        "no-bodies-in-logs",
        "the stage logs what requests carry",
        put(tokens.API_METHOD_SETTINGS, "crosslink", "settings", "dataTraceEnabled", value=True),
    ),
    fault(
        "no-unauthenticated-method",
        "an API without a stage is open to everybody",
        beside(
            tokens.REST_API,
            {"body": json.dumps({"openapi": "3.0.1", "paths": {"/all": {"get": {}}}})},
            (tokens.STAGE, "*"),
        ),
    ),
    fault(
        "no-unauthenticated-method",
        "quick create makes an HTTP API without a route of its own",
        beside(HTTP_API, {"protocolType": "HTTP", "target": "https://example.com"}),
    ),
)
POLICIES = (
    *(
        fault("no-open-policy", f"{whose} lets everybody in{how}", beside(type_, {property_: text, **more}))
        for whose, how, type_, property_, text, more in (
            ("role", "", ROLE, "assumeRolePolicy", policy(Principal="*", Action="sts:AssumeRole"), {}),
            (
                "role",
                " who comes over TLS",
                ROLE,
                "assumeRolePolicy",
                policy(Principal={"AWS": ["*"]}, Condition={"Bool": {"aws:SecureTransport": "true"}}),
                {},
            ),
            (
                "role",
                " who has a repository",
                ROLE,
                "assumeRolePolicy",
                policy(
                    Principal={
                        "Federated": "arn:aws:iam::222222222222:oidc-provider/token.actions.githubusercontent.com"
                    },
                    Condition={"StringLike": {"token.actions.githubusercontent.com:sub": "repo:*"}},
                ),
                {},
            ),
            ("role", " but some", ROLE, "assumeRolePolicy", policy(NotPrincipal={"AWS": "222222222222"}), {}),
            ("key", "", KEY, "policy", policy(Principal="*", Action="kms:*"), {"enableKeyRotation": True}),
            ("bucket", "", "aws:s3/bucketPolicy:BucketPolicy", "policy", policy(Principal="*"), {}),
            ("bucket", " by its ACL", "aws:s3/bucketAcl:BucketAcl", "acl", "public-read-write", {}),
            ("function", "", tokens.LAMBDA_PERMISSION, "principal", "*", {"action": "lambda:InvokeFunction"}),
            (
                "function",
                " who has an API",
                tokens.LAMBDA_PERMISSION,
                "principal",
                "apigateway.amazonaws.com",
                {"action": "lambda:InvokeFunction"},
            ),
            (
                "API",
                " by a resource beside it",
                "aws:apigateway/restApiPolicy:RestApiPolicy",
                "policy",
                policy(Principal="*", Action="execute-api:Invoke"),
                {},
            ),
        )
    ),
)
POWERS = (
    *(
        fault("no-privilege-escalation", f"role's policy allows {what}", beside(type_, properties))
        for what, type_, properties in (
            (
                "to pass any role, and to write its policy",
                DOCUMENTS[1],
                {"policy": policy(Action=["iam:PassRole", "iam:PutRolePolicy"])},
            ),
            (
                "to become any role of its account",
                DOCUMENTS[1],
                {"policy": policy(Action="sts:Assume*", Resource="arn:aws:iam::222222222222:role/*")},
            ),
            (
                "to write any policy, inside it",
                ROLE,
                {"inlinePolicies": [{"policy": policy(Action="iam:CreatePolicyVersion")}]},
            ),
        )
    ),
    *(
        fault("only-declared-access", f"the cluster has {who}", beside(type_, properties))
        for who, type_, properties in (
            (
                "an admin that nobody declares",
                ACCESS_POLICY,
                {
                    "principalArn": "arn:aws:iam::222222222222:role/somebody",
                    "policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
                },
            ),
            ("a stranger's entry", ACCESS_ENTRY, {"principalArn": f"arn:aws:iam::{NOBODYS}:role/somebody"}),
            (
                "previews that may do more than read",
                ACCESS_ENTRY,
                {
                    "principalArn": "arn:aws:iam::222222222222:role/crosslink-preview",
                    "kubernetesGroups": ["system:masters"],
                },
            ),
        )
    ),
)
FAULTS: tuple[Fault, ...] = (*TYPES, *ACCOUNTS, *RANGES, *WAYS, *CALLERS, *POLICIES, *POWERS)
