"""What somebody adds beside the path: types that nothing judges, strangers' accounts, networks, policies."""

import json

from crosslink.graph import tokens
from policy.security.accounts import DOCUMENTS, ROLE
from policy.security.powers import ACCESS_ENTRY, ACCESS_POLICY
from policy.security.records import KEY
from tests.faults.change import put
from tests.faults.fault import Fault
from tests.policy.planting import GROUP, LIKE, NOBODYS, SOMEBODY, beside, component, fault

GITHUB = "token.actions.githubusercontent.com"


def policy(**statement: object) -> str:
    """A policy's text, of one statement."""
    whole = {"Effect": "Allow", "Action": "*", "Resource": "*", **statement}
    return json.dumps({"Version": "2012-10-17", "Statement": [whole]})


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
                    "authorizerUri": "arn:aws:apigateway:us-west-2:lambda:path/2015-03-31/functions/"
                    f"arn:aws:lambda:us-west-2:{NOBODYS}:function:yes/invocations"
                },
            ),
        ),
        (
            "has the image that pods run",
            put(
                tokens.KUBERNETES_DEPLOYMENT,
                "crosslink-apps-svc1",
                *("spec", "template", "spec", "containers", 0, "image"),
                value=f"{NOBODYS}.dkr.ecr.eu-west-1.amazonaws.com/x@sha256:{64 * '0'}",
            ),
        ),
    )
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
                    Principal={"Federated": f"arn:aws:iam::222222222222:oidc-provider/{GITHUB}"},
                    Condition={"StringLike": {f"{GITHUB}:sub": "repo:*"}},
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
FAULTS: tuple[Fault, ...] = (*TYPES, *ACCOUNTS, *POLICIES, *POWERS)
