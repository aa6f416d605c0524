"""What is no fault of security, though it looks like one."""

from dataclasses import replace

from crosslink.graph import tokens
from policy.security.accounts import DOCUMENTS, ROLE
from policy.security.exposure import HTTP_API, HTTP_ROUTE, SCHEME
from policy.security.records import KEY, LOG_GROUP
from tests.faults.change import Change, Nodes, put, together
from tests.policy.faults import ANYWHERE, ATTACHMENT
from tests.policy.planting import LIKE, NLB, allowing, also, component


def holding(change: Change) -> Change:
    """Put a resource into the component that a change adds."""

    def held(nodes: Nodes) -> Nodes:
        *rest, added = change(nodes)
        *_, inside = also(LOG_GROUP, {"retentionInDays": 30})(rest)
        return [*rest, added, replace(inside, parent=added.urn)]

    return held


HEALTHY: dict[str, Change] = {
    "a policy denies everything": also(DOCUMENTS[1], allowing(Effect="Deny", Action="*")),
    "a policy allows some actions of a name": also(DOCUMENTS[1], allowing(Action="ec2:Describe*")),
    "a role reads everything": also(ATTACHMENT, {"policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}),
    "a role has a policy of the stack's own": together(
        also(DOCUMENTS[0], allowing(Action="s3:GetObject"), beside=NLB),
        also(ROLE, {}, managedPolicyArns=(DOCUMENTS[0], "more")),
    ),
    "a key that can't be rotated": also(KEY, {"customerMasterKeySpec": "ECC_NIST_P256"}),
    "a key that is kept elsewhere": also(KEY, {"customKeyStoreId": "cks-1234567890abcdef0"}),
    "a route of an HTTP API asks for a token": also(HTTP_ROUTE, {"authorizationType": "JWT"}),
    "a route of a WebSocket takes messages": together(
        also(HTTP_API, {"protocolType": "WEBSOCKET"}, beside=NLB),
        also(HTTP_ROUTE, {"routeKey": "$default"}, apiId=(HTTP_API, "more")),
    ),
    "pods have a role of their own": also(
        tokens.POD_IDENTITY,
        {"serviceAccount": "more", "roleArn": "arn:aws:iam::222222222222:role/crosslink/orders"},
    ),
    "a component whose resources are judged by themselves": holding(component("team:index:Alarms")),
    "a security group lets everything out": also(
        tokens.SECURITY_GROUP_RULE, {"type": "egress", "cidrBlocks": ANYWHERE}
    ),
    "a cluster answers its own network only": put(
        tokens.EKS_CLUSTER,
        "*",
        "vpcConfig",
        value={"endpointPrivateAccess": True, "endpointPublicAccess": False, "subnetIds": []},
    ),
    "a security group that exists gets a rule": also(
        tokens.INGRESS_RULE, {"securityGroupId": "sg-0a1b2c3d4e5f60718", "cidrIpv4": "10.0.0.0/16"}
    ),
    "a Service asks for an internal load balancer": also(
        tokens.KUBERNETES_SERVICE,
        {
            "metadata": {"name": "more", "annotations": {SCHEME: "internal"}},
            "spec": {
                "type": "LoadBalancer",
                "selector": {"app": "more"},
                "loadBalancerSourceRanges": ["10.20.0.0/16"],
            },
        },
        beside=LIKE,
    ),
}
"""What is no fault of security."""
