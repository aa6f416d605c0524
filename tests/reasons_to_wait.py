"""Why resources wait for others by `depends_on`: a new kind of wait needs a row here, with a reason.

What a resource takes a value from it needs; that isn't told here.
"""

from collections.abc import Mapping
from typing import TypeAlias

from crosslink.graph import tokens as t

Kind: TypeAlias = tuple[str, str]  # the types of what waits and of what it waits for

INTERNET_GATEWAY, EIP = "aws:ec2/internetGateway:InternetGateway", "aws:ec2/eip:Eip"
LOG_GROUP, FLOW_LOG = "aws:cloudwatch/logGroup:LogGroup", "aws:ec2/flowLog:FlowLog"
ROLE_POLICY, ADD_ON = "aws:iam/rolePolicy:RolePolicy", "aws:eks/addon:Addon"
POLICY_ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
CLUSTER, WORKLOAD = "eks:index:Cluster", "crosslink:provider:Workload"
RBAC = "kubernetes:rbac.authorization.k8s.io/v1"
CLUSTER_ROLE, BINDING = f"{RBAC}:ClusterRole", f"{RBAC}:ClusterRoleBinding"

_LIVE = "routes change for callers only when what is behind them is there"
_WAY = "a target that is replaced or destroyed goes before the way to it"
_WHILE_LINKED = "the rules go after the link, which a stage may use until then"
_NAMESPACE = "the namespace has an explicit name, so nothing refers to it"
_MAY_TAG = "the cluster couldn't tag what it makes of it"

REASONS: Mapping[Kind, str] = {
    (t.STAGE, t.LISTENER): _LIVE,
    (t.STAGE, t.ATTACHMENT): _LIVE,
    (t.STAGE, t.EGRESS_RULE): _LIVE,
    (t.STAGE, t.API_ACCOUNT): "a stage with access logs is refused in an account without a logging role",
    (t.VPC_LINK_V2, t.EGRESS_RULE): _WHILE_LINKED,
    (t.VPC_LINK_V2, t.INGRESS_RULE): _WHILE_LINKED,
    (t.API_ACCOUNT, POLICY_ATTACHMENT): "API Gateway tests the role when it is set",
    (t.API_DEPLOYMENT, t.INTEGRATION): "a deployment is a copy of what is there",
    (t.DNS_RECORD, t.BASE_PATH_MAPPING): "until the mapping exists, API Gateway answers the name with 403",
    (t.CERTIFICATE_VALIDATION, t.DNS_RECORD): "AWS looks for the record",
    (t.ATTACHMENT, t.ENDPOINT): _WAY,
    (t.ATTACHMENT, t.ACCEPTER): _WAY,
    (t.ATTACHMENT, t.PEERING): _WAY,
    (t.ATTACHMENT, t.PEERING_ACCEPTER): _WAY,
    (t.ATTACHMENT, t.ROUTE): _WAY,
    (t.ATTACHMENT, t.INGRESS_RULE): _WAY,
    (
        t.ATTACHMENT,
        t.INGRESS,
    ): "the ALB's listener has to be there, and is deleted last, of all its Ingresses",
    (EIP, INTERNET_GATEWAY): "an address's mapping may need the internet gateway",
    (t.NAT_GATEWAY, t.ROUTE): "a NAT gateway without a way to the internet serves nobody",
    (FLOW_LOG, ROLE_POLICY): "without the policy nothing is written",
    (CLUSTER, LOG_GROUP): "EKS makes a missing log group itself, and its logs never expire",
    (CLUSTER, t.ROUTE): "nodes need the internet, also while a stack is destroyed",
    (CLUSTER, t.ASSOCIATION): "nodes need the internet, also while a stack is destroyed",
    (ADD_ON, CLUSTER): "the cluster has an explicit name, so nothing refers to it",
    (t.INGRESS_CLASS_PARAMS, ROLE_POLICY): _MAY_TAG,
    (t.NODE_CLASS, ROLE_POLICY): _MAY_TAG,
    (t.NODE_POOL, t.NODE_CLASS): "a class that is deleted waits for its pools",
    (WORKLOAD, t.NODE_POOL): "pods get nodes of it, and a pool that is deleted waits for its nodes",
    (WORKLOAD, t.NAMESPACE): _NAMESPACE,
    (t.NETWORK_POLICY, t.NAMESPACE): _NAMESPACE,
    (t.KUBERNETES_DEPLOYMENT, t.POD_IDENTITY): "a pod gets its role as it starts",
    (t.KUBERNETES_DEPLOYMENT, t.SERVICE_ACCOUNT): "a pod is refused without its service account",
    (t.INGRESS_CLASS, t.INGRESS_CLASS_PARAMS): "a class without its parameters is invalid",
    (t.INGRESS_CLASS, t.CONTROLLER_CLASS_PARAMS): "a class without its parameters is invalid",
    (
        t.INGRESS,
        t.INGRESS_CLASS,
    ): "the controller ignores an Ingress without its class, and deletes the ALB by it",
    (
        t.INGRESS,
        t.KUBERNETES_SERVICE,
    ): "the controller makes nothing of an Ingress whose Services are missing",
    (BINDING, CLUSTER_ROLE): "a binding of a role that is missing says nothing",
}

FEW = 5
COSTS: Mapping[Kind, str] = {
    (CLUSTER, t.ROUTE): "it could come up while the NAT gateway does: its first nodes need that, later",
    (t.INGRESS, t.KUBERNETES_SERVICE): "Pulumi takes a Service for created once its pods are ready",
}
"""Without them a first `up` of dev would be more than a few seconds shorter: what they cost besides."""
