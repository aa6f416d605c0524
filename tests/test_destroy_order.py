"""The order in which a stack is taken down: each edge of the design's two chains, as a dependency.

Pulumi destroys in the reverse order of dependencies, so "A goes before B" is tested as "A depends on B".
"""

from collections.abc import Callable, Iterator

import pytest

from crosslink.sandbox.record import Resource, Run
from tests.runs import STACK_FILES, run_stack
from tests.waiting import depends

ATTACHMENT = "aws:lb/targetGroupAttachment:TargetGroupAttachment"
LISTENER = "aws:lb/listener:Listener"
TARGET_GROUP = "aws:lb/targetGroup:TargetGroup"
NLB = "aws:lb/loadBalancer:LoadBalancer"
STAGE = "aws:apigateway/stage:Stage"
DEPLOYMENT = "aws:apigateway/deployment:Deployment"
LINK = "aws:apigateway/vpcLink:VpcLink"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
ACCEPTER = "aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter"
SERVICE = "aws:ec2/vpcEndpointService:VpcEndpointService"
INGRESS = "kubernetes:networking.k8s.io/v1:Ingress"
INGRESS_CLASS = "kubernetes:networking.k8s.io/v1:IngressClass"
NODE_CLASS, NODE_POOL = "kubernetes:eks.amazonaws.com/v1:NodeClass", "kubernetes:karpenter.sh/v1:NodePool"
PODS = "kubernetes:apps/v1:Deployment"
PARAMETERS = "kubernetes:eks.amazonaws.com/v1:IngressClassParams"
CONTROLLER_PARAMETERS = "kubernetes:elbv2.k8s.aws/v1beta1:IngressClassParams"
KUBERNETES_SERVICE = "kubernetes:core/v1:Service"
NAMESPACE = "kubernetes:core/v1:Namespace"
KUBERNETES = "pulumi:providers:kubernetes"
CLUSTER = "eks:index:Cluster"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
REST_API = "aws:apigateway/restApi:RestApi"
METHOD = "aws:apigateway/method:Method"
INTEGRATION = "aws:apigateway/integration:Integration"
AUTHORIZER = "aws:apigateway/authorizer:Authorizer"
USAGE_PLAN = "aws:apigateway/usagePlan:UsagePlan"
PERMISSION = "aws:lambda/permission:Permission"
MAPPING = "aws:apigateway/basePathMapping:BasePathMapping"
DOMAIN = "aws:apigateway/domainName:DomainName"
CERTIFICATE = "aws:acm/certificate:Certificate"
VALIDATION = "aws:acm/certificateValidation:CertificateValidation"
RECORD = "aws:route53/record:Record"
CONSUMER, PROVIDER = "crosslink:consumer:ConsumerSide", "crosslink:provider:ProviderSide"


def _short(kind: str) -> str:
    return kind.rpartition(":")[2]


def every(_first: Resource, _after: Resource) -> bool:
    """It waits for all of a kind on that side."""
    return True


def own(first: Resource, after: Resource) -> bool:
    """It waits for the one of its own backend, after which both are named."""
    return f"{first.name}-".startswith(f"{after.name}-")


def same(first: Resource, after: Resource) -> bool:
    """It waits for the one of its own name."""
    return first.name == after.name


def inside(first: Resource, after: Resource) -> bool:
    """It waits for what is in its namespace, and for that itself."""
    metadata = after.inputs["metadata"]
    return first.inputs["metadata"]["namespace"] == metadata.get("namespace", metadata["name"])


def asking(first: Resource, after: Resource) -> bool:
    """It waits for the authorizer that its auth is about."""
    auths = {"COGNITO_USER_POOLS": "cognito", "CUSTOM": "lambda"}
    return after.name == f"crosslink-{auths.get(first.inputs['authorization'])}"


def validating(_first: Resource, after: Resource) -> bool:
    """It waits for the record that validates the certificate."""
    return after.name.endswith("-validation")


def tagging(_first: Resource, after: Resource) -> bool:
    """It waits for the policy that lets the cluster tag what it makes."""
    return after.name.endswith("-tags")


def leading(first: Resource, _after: Resource) -> bool:
    """The record that leads to the API waits."""
    return not first.name.endswith("-validation")


CHAINS = [
    # number, what goes first (on which side), which of what goes after it (on which side)
    (1, STAGE, CONSUMER, every, DEPLOYMENT, CONSUMER),
    (2, DEPLOYMENT, CONSUMER, every, REST_API, CONSUMER),
    (3, DEPLOYMENT, CONSUMER, every, INTEGRATION, CONSUMER),
    (4, DEPLOYMENT, CONSUMER, every, METHOD, CONSUMER),
    (5, STAGE, CONSUMER, every, LINK, CONSUMER),
    (6, LINK, CONSUMER, every, NLB, CONSUMER),
    (7, LISTENER, CONSUMER, own, TARGET_GROUP, CONSUMER),
    (8, LISTENER, CONSUMER, every, NLB, CONSUMER),
    (9, ATTACHMENT, CONSUMER, own, ACCEPTER, CONSUMER),
    (10, ACCEPTER, CONSUMER, own, ENDPOINT, CONSUMER),
    (11, ATTACHMENT, CONSUMER, own, ENDPOINT, CONSUMER),
    (12, ENDPOINT, CONSUMER, own, SERVICE, PROVIDER),
    (13, SERVICE, PROVIDER, every, NLB, PROVIDER),
    (14, ATTACHMENT, PROVIDER, every, INGRESS, PROVIDER),
    (15, INGRESS, PROVIDER, same, INGRESS_CLASS, PROVIDER),
    (16, INGRESS, PROVIDER, same, PARAMETERS, PROVIDER),
    (17, INGRESS, PROVIDER, inside, KUBERNETES_SERVICE, PROVIDER),
    (18, INGRESS, PROVIDER, inside, NAMESPACE, PROVIDER),
    (19, KUBERNETES_SERVICE, PROVIDER, every, NAMESPACE, PROVIDER),
    (20, NAMESPACE, PROVIDER, every, KUBERNETES, PROVIDER),
    (21, INGRESS_CLASS, PROVIDER, every, KUBERNETES, PROVIDER),
    (22, PARAMETERS, PROVIDER, every, KUBERNETES, PROVIDER),
    (23, KUBERNETES, PROVIDER, every, CLUSTER, PROVIDER),
    (24, CLUSTER, PROVIDER, every, "aws:ec2/natGateway:NatGateway", PROVIDER),
    (25, CLUSTER, PROVIDER, every, "aws:ec2/route:Route", PROVIDER),
    (26, CLUSTER, PROVIDER, same, LOG_GROUP, PROVIDER),
    (27, MAPPING, CONSUMER, every, STAGE, CONSUMER),
    (28, MAPPING, CONSUMER, every, DOMAIN, CONSUMER),
    (29, DOMAIN, CONSUMER, every, VALIDATION, CONSUMER),
    (30, VALIDATION, CONSUMER, every, CERTIFICATE, CONSUMER),
    (31, VALIDATION, CONSUMER, validating, RECORD, CONSUMER),
    (32, RECORD, CONSUMER, leading, MAPPING, CONSUMER),
    (33, "aws:wafv2/webAclAssociation:WebAclAssociation", CONSUMER, every, STAGE, CONSUMER),
    (34, "aws:apigateway/methodSettings:MethodSettings", CONSUMER, every, STAGE, CONSUMER),
    (35, USAGE_PLAN, CONSUMER, every, STAGE, CONSUMER),
    (36, "aws:apigateway/usagePlanKey:UsagePlanKey", CONSUMER, own, USAGE_PLAN, CONSUMER),
    (37, METHOD, CONSUMER, asking, AUTHORIZER, CONSUMER),
    (38, INTEGRATION, CONSUMER, same, METHOD, CONSUMER),
    (39, PERMISSION, CONSUMER, every, REST_API, CONSUMER),
    (40, FLOW_LOG, CONSUMER, same, LOG_GROUP, CONSUMER),
    (41, FLOW_LOG, CONSUMER, same, ROLE_POLICY, CONSUMER),
    (42, FLOW_LOG, PROVIDER, every, "aws:ec2/vpc:Vpc", PROVIDER),
    (43, INGRESS, PROVIDER, same, CONTROLLER_PARAMETERS, PROVIDER),
    (44, CONTROLLER_PARAMETERS, PROVIDER, every, KUBERNETES, PROVIDER),
    (45, PODS, PROVIDER, every, NODE_POOL, PROVIDER),
    (46, NODE_POOL, PROVIDER, every, NODE_CLASS, PROVIDER),
    (47, NODE_CLASS, PROVIDER, tagging, ROLE_POLICY, PROVIDER),
    (48, PARAMETERS, PROVIDER, tagging, ROLE_POLICY, PROVIDER),
    (49, NODE_CLASS, PROVIDER, every, KUBERNETES, PROVIDER),
]


@pytest.mark.parametrize(
    ("first", "first_side", "which", "after", "after_side"),
    [edge[1:] for edge in CHAINS],
    ids=[f"{edge[0]}-{_short(edge[1])}-before-{_short(edge[4])}" for edge in CHAINS],
)
def test_edge(
    first: str, first_side: str, which: Callable[[Resource, Resource], bool], after: str, after_side: str
) -> None:
    shown = 0
    for file in STACK_FILES:
        run = run_stack(file, preview=False)
        for resource in _on(run, first_side, first):
            others = [
                other
                for other in _on(run, after_side, after)
                if which(resource, other)
                and (first_side != after_side or _side_of(run, other) == _side_of(run, resource))
            ]
            assert all(depends(run, resource, other) for other in others), (file.stem, resource)
            shown += len(others)
    assert shown, "no stack file shows this edge"


def _on(run: Run, side: str, kind: str) -> Iterator[Resource]:
    return (resource for resource in run.of_type(kind) if f"{side}$" in resource.urn)


def _side_of(run: Run, resource: Resource) -> str:
    """The side that a resource belongs to: there is one for each backend."""
    while resource.parent:
        resource = run.resources[resource.parent]
    return resource.urn
