"""Cluster: EKS in Auto Mode and what it disables, its key, its logs, and the Kubernetes provider."""

import json
from functools import cache
from ipaddress import IPv4Network

import pulumi
import pulumi_eks as eks
from pulumi import ResourceOptions

from components.network.vpc import Nat, Network, NetworkArgs
from components.provider.cluster import Cluster, ClusterArgs
from crosslink.sandbox.engine import run
from crosslink.sandbox.record import UNKNOWN, Run
from settings.pods import Architecture
from tests.components.support import PROVIDER, account, children, counts, places, urns
from tests.waiting import depends

REGION = "us-east-1"
ROLE = f"arn:aws:iam::{PROVIDER}:role/crosslink-deploy"
ADMINS = (f"arn:aws:iam::{PROVIDER}:role/platform", f"arn:aws:iam::{PROVIDER}:user/on-call/anna")
VIEWER = f"arn:aws:iam::{PROVIDER}:role/crosslink-preview"
SWITCH = "kubernetes:core/v1:ConfigMapPatch"
TAGS = {"owner": "platform", "Cost.Center": "4711"}
NODE_CLASS, NODE_POOL = "kubernetes:eks.amazonaws.com/v1:NodeClass", "kubernetes:karpenter.sh/v1:NodePool"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
KEY = f"arn:aws:kms:{REGION}:{PROVIDER}:key/a1b2c3d4-5678-90ab-cdef-111111111111"
BOUNDARY = f"arn:aws:iam::{PROVIDER}:policy/crosslink-boundary"
CLUSTER, KUBERNETES = "eks:index:Cluster", "pulumi:providers:kubernetes"


@cache
def built(
    *,
    plain: bool = False,
    bounded: bool = False,
    protect: bool = False,
    architectures: frozenset[Architecture] = frozenset({"amd64"}),
    tagged: bool = False,
    metrics: bool = False,
    preview: bool = False,
) -> Run:
    """A cluster with admins, a viewer, an assumed role and a public endpoint; a plain one has none of them.

    A bounded one has a key of its own and a permissions boundary for its roles.
    """

    def program() -> None:
        opts = ResourceOptions(provider=account(PROVIDER, REGION))
        net = Network(
            "net",
            NetworkArgs(
                cidr=IPv4Network("10.20.0.0/16"),
                account_id=PROVIDER,
                region=REGION,
                tiers={"nodes": {"use1-az1": IPv4Network("10.20.32.0/20")}},
                nat=Nat(
                    tier="nodes",
                    public={"use1-az1": IPv4Network("10.20.48.0/26")},
                    gateway_zones=["use1-az1"],
                ),
            ),
            opts,
        )
        args = ClusterArgs(
            cluster_name="crosslink-test-apps",
            account_id=PROVIDER,
            region=REGION,
            version="1.36",
            vpc_id=net.vpc.id,
            subnet_ids=[subnet.id for subnet in net.subnets["nodes"].values()],
            egress=net.egress,
            public_access_cidrs=[]
            if plain
            else list(map(IPv4Network, ("203.0.113.0/24", "198.51.100.7/32"))),
            admins=() if plain else ADMINS,
            log_retention_days=90,
            metrics=metrics,
            viewers=() if plain else [VIEWER],
            role_arn=None if plain else ROLE,
            key_arn=KEY if bounded else None,
            permissions_boundary=BOUNDARY if bounded else None,
            architectures=architectures,
            tags=TAGS if tagged else {},
            protect=protect,
        )
        Cluster("apps", args, opts)

    return run(program, preview=preview)


def test_creates_a_cluster_its_key_its_log_group_and_a_kubernetes_provider():
    found = built()
    made = children(found, found.one("crosslink:provider:Cluster"))
    assert counts(made) == {
        "aws:kms/key:Key": 1,
        "aws:cloudwatch/logGroup:LogGroup": 1,
        CLUSTER: 1,
        KUBERNETES: 1,
        SWITCH: 1,
        "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole": 1,
        "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding": 1,
    }
    assert places(made) == {(PROVIDER, REGION)}


def test_the_cluster_runs_in_auto_mode_with_everything_else_switched_off():
    found = built()
    assert found.one(CLUSTER).inputs == {
        "name": "crosslink-test-apps",
        "version": "1.36",
        "vpcId": found.one("aws:ec2/vpc:Vpc").id,
        "privateSubnetIds": [found.one("aws:ec2/subnet:Subnet", "net-nodes-use1-az1").id],
        "autoMode": {"enabled": True, "createNodeRole": True},
        "authenticationMode": "API",
        "accessEntries": {
            "role/platform": _admin(ADMINS[0]),
            "user/on-call/anna": _admin(ADMINS[1]),
            "role/crosslink-preview": {
                "principalArn": VIEWER,
                "kubernetesGroups": ["crosslink:viewers"],
            },
        },
        "corednsAddonOptions": {
            "enabled": False,
            # The SDK's defaults for an add-on, which are there even without one.
            "resolveConflictsOnCreate": "OVERWRITE",
            "resolveConflictsOnUpdate": "OVERWRITE",
        },
        "createInstanceRole": False,
        "upgradePolicy": {"supportType": "STANDARD"},
        "endpointPrivateAccess": True,
        "endpointPublicAccess": True,
        "publicAccessCidrs": ["203.0.113.0/24", "198.51.100.7/32"],
        "enabledClusterLogTypes": ["api", "audit", "authenticator", "controllerManager", "scheduler"],
        "encryptionConfigKeyArn": found.one("aws:kms/key:Key").outputs["arn"],
        "providerCredentialOpts": {"roleArn": ROLE},
    }


def test_without_networks_of_the_internet_the_endpoint_is_private_alone():
    inputs = built(plain=True).one(CLUSTER).inputs
    assert (inputs["endpointPrivateAccess"], inputs["endpointPublicAccess"]) == (True, False)
    assert "publicAccessCidrs" not in inputs


def test_viewers_read_what_the_program_makes_but_no_secrets():
    found = built()
    role = found.one("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole")
    kinds = {kind for rule in role.inputs["rules"] for kind in rule["resources"]}
    assert {"namespaces", "services", "deployments", "ingresses", "ingressclasses", "nodepools"} < kinds
    assert {"pods", "events", "nodes", "resourcequotas", "limitranges", "endpointslices"} < kinds
    assert not {kind for kind in kinds if "secret" in kind or "*" in kind or "/" in kind}
    assert {verb for rule in role.inputs["rules"] for verb in rule["verbs"]} == {"get", "list", "watch"}
    binding = found.one("kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding").inputs
    assert binding["roleRef"]["name"] == role.inputs["metadata"]["name"]
    assert [(subject["kind"], subject["name"]) for subject in binding["subjects"]] == [
        ("Group", "crosslink:viewers")
    ]
    assert not [made for made in built(plain=True).resources.values() if ":rbac." in made.type]


def test_network_policies_are_enforced():
    switch = built(plain=True).one(SWITCH).inputs
    assert switch["metadata"] == {"name": "amazon-vpc-cni", "namespace": "kube-system"}
    assert switch["data"] == {"enable-network-policy-controller": "true"}


def test_without_admins_and_viewers_there_is_no_access_entry():
    assert built(plain=True).one(CLUSTER).inputs["accessEntries"] == {}


def test_without_an_assumed_role_the_kubeconfig_uses_ambient_credentials():
    assert "providerCredentialOpts" not in built(plain=True).one(CLUSTER).inputs


def test_the_cluster_waits_for_its_log_group_and_for_the_nodes_way_to_the_internet():
    found = built()
    route, association = "aws:ec2/route:Route", "aws:ec2/routeTableAssociation:RouteTableAssociation"
    assert found.one(CLUSTER).dependencies == urns(
        found.one("aws:cloudwatch/logGroup:LogGroup"),
        found.one("aws:kms/key:Key"),
        found.one("aws:ec2/vpc:Vpc"),
        found.one("aws:ec2/subnet:Subnet", "net-nodes-use1-az1"),
        found.one(route, "net-nat-use1-az1"),
        found.one(route, "net-internet-use1-az1"),
        found.one(association, "net-nodes-use1-az1"),
        found.one(association, "net-public-use1-az1"),
    )


def test_the_log_group_has_the_name_that_eks_writes_to_and_a_retention():
    assert built().one("aws:cloudwatch/logGroup:LogGroup").inputs == {
        "name": "/aws/eks/crosslink-test-apps/cluster",
        "retentionInDays": 90,
    }


def test_the_key_for_secrets_rotates():
    assert built().one("aws:kms/key:Key").inputs == {
        "description": "Secrets of the EKS cluster crosslink-test-apps",
        "enableKeyRotation": True,
        "tags": {"Name": "apps"},
    }


def test_a_key_that_is_given_is_used_and_none_is_made():
    found = built(bounded=True)
    assert found.one(CLUSTER).inputs["encryptionConfigKeyArn"] == KEY
    assert found.of_type("aws:kms/key:Key") == []


def test_each_role_inside_the_cluster_gets_the_boundary(monkeypatch):
    transforms = []
    init = eks.Cluster.__init__

    def noted(*args, opts, **given):
        transforms.append(opts.transforms)
        init(*args, opts=opts, **given)

    monkeypatch.setattr(eks.Cluster, "__init__", noted)
    built.__wrapped__()
    built.__wrapped__(bounded=True)
    none, (transform,) = transforms
    assert none is None
    role = transform(_registered("aws:iam/role:Role", {"assumeRolePolicy": "{}"}))
    assert role.props == {"assumeRolePolicy": "{}", "permissionsBoundary": BOUNDARY}
    assert transform(_registered("aws:eks/cluster:Cluster", {})) is None


def test_the_kubernetes_provider_knows_its_cluster_by_arn():
    found = built()
    assert found.one(KUBERNETES).inputs == {
        "kubeconfig": found.one(CLUSTER).outputs["kubeconfigJson"],
        "clusterIdentifier": found.one("aws:eks/cluster:Cluster").outputs["arn"],
    }
    assert found.one(CLUSTER).urn in found.one(KUBERNETES).dependencies


def test_the_kubeconfig_is_a_secret_everywhere():
    found = built()
    component = found.one("crosslink:provider:Cluster")
    assert "kubeconfig" in found.one(KUBERNETES).secrets
    assert component.outputs == {"kubeconfig": found.one(CLUSTER).outputs["kubeconfigJson"]}
    assert component.secrets == {"kubeconfig"}


def test_the_cluster_is_what_can_be_protected():
    assert [
        resource.type for resource in built(protect=True).resources.values() if resource.options.protect
    ] == [CLUSTER]
    assert not built().one(CLUSTER).options.protect


def test_a_preview_knows_the_clusters_arn_though_not_its_kubeconfig():
    assert built(preview=True).one(KUBERNETES).inputs == {
        "kubeconfig": UNKNOWN,
        "clusterIdentifier": f"arn:aws:eks:{REGION}:{PROVIDER}:cluster/crosslink-test-apps",
    }


def test_tagged_nodes_are_those_of_the_built_in_class_but_for_their_tags():
    found = built(tagged=True)
    cluster = found.one(CLUSTER).outputs
    assert found.one(NODE_CLASS).inputs == {
        "apiVersion": "eks.amazonaws.com/v1",
        "kind": "NodeClass",
        "metadata": {"name": "crosslink"},
        "spec": {
            "role": cluster["autoModeNodeRoleName"],
            "subnetSelectorTerms": [{"id": found.one("aws:ec2/subnet:Subnet", "net-nodes-use1-az1").id}],
            "securityGroupSelectorTerms": [{"id": cluster["clusterSecurityGroupId"]}],
            "tags": TAGS,
        },
    }


def test_nodes_are_those_of_the_built_in_pool_that_is_asked_after_it():
    pool = built(tagged=True).one(NODE_POOL)
    assert pool.inputs == {
        "apiVersion": "karpenter.sh/v1",
        "kind": "NodePool",
        "metadata": {"name": "crosslink-amd64"},
        "spec": {
            "template": {
                "spec": {
                    "nodeClassRef": {"group": "eks.amazonaws.com", "kind": "NodeClass", "name": "crosslink"},
                    "requirements": [
                        _in("karpenter.sh/capacity-type", "on-demand"),
                        _in("eks.amazonaws.com/instance-category", "c", "m", "r"),
                        {"key": "eks.amazonaws.com/instance-generation", "operator": "Gt", "values": ["4"]},
                        _in("kubernetes.io/arch", "amd64"),
                    ],
                    "expireAfter": "336h",
                    "terminationGracePeriod": "24h",
                }
            },
            "disruption": {
                "consolidationPolicy": "WhenEmptyOrUnderutilized",
                "consolidateAfter": "30s",
                "budgets": [{"nodes": "10%"}],
            },
            "weight": 10,
        },
    }
    assert pool.options.custom_timeouts == {"delete": "30m"}


def test_arm64_has_a_pool_of_its_own_which_pods_that_ask_for_nothing_get_last():
    found = built(architectures=frozenset({"arm64"}))
    pools = {pool.name: pool.inputs["spec"] for pool in found.of_type(NODE_POOL)}
    assert {name: spec.get("weight") for name, spec in pools.items()} == {
        "apps-amd64": 10,
        "apps-arm64": None,
    }
    for name, spec in pools.items():
        nodes = spec["template"]["spec"]
        assert nodes["requirements"][-1] == _in("kubernetes.io/arch", name.removeprefix("apps-"))
        assert nodes["nodeClassRef"]["name"] == "default"  # the built-in one, for there are no tags
    assert [node.type for node in found.resources.values() if node.type in (NODE_CLASS, ROLE_POLICY)] == []


def test_a_second_architecture_leaves_the_pool_of_the_first_as_it_is():
    one, both = built(tagged=True), built(tagged=True, architectures=frozenset({"amd64", "arm64"}))
    assert both.one(NODE_POOL, "apps-amd64").inputs == one.one(NODE_POOL).inputs


def test_without_tags_and_other_processors_the_built_in_nodes_are_enough():
    extra = ("crosslink:provider:NodePools", NODE_CLASS, NODE_POOL, ROLE_POLICY)
    assert [node.type for node in built().resources.values() if node.type in extra] == []


def test_the_clusters_role_may_tag_what_is_its_own():
    policy = built(tagged=True).one(ROLE_POLICY)
    assert policy.inputs["role"] == "apps-eksRole-role-" + policy.inputs["role"][-7:]
    own = "${aws:PrincipalTag/eks:eks-cluster-name}"
    made, there = "aws:RequestTag/eks:eks-cluster-name", "aws:ResourceTag/eks:eks-cluster-name"
    allowed = {
        action: next(key for key in (made, there) if statement["Condition"]["StringEquals"].get(key) == own)
        for statement in json.loads(policy.inputs["policy"])["Statement"]
        for action in statement["Action"]
    }
    assert allowed == {
        **dict.fromkeys(("ec2:CreateFleet", "ec2:CreateLaunchTemplate", "ec2:RunInstances"), made),
        **dict.fromkeys(("ec2:CreateNetworkInterface", "ec2:CreateSecurityGroup"), made),
        **{f"elasticloadbalancing:Create{kind}": made for kind in ("LoadBalancer", "Listener", "Rule")},
        "elasticloadbalancing:CreateTargetGroup": made,
        **dict.fromkeys(("elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"), there),
        **dict.fromkeys(("ec2:CreateTags", "ec2:DeleteTags"), there),
    }


def _in(key: str, *values: str) -> dict[str, object]:
    return {"key": key, "operator": "In", "values": list(values)}


def _registered(type_: str, props: dict[str, object]) -> pulumi.ResourceTransformArgs:
    return pulumi.ResourceTransformArgs(
        custom=True, type_=type_, name="apps-role", props=props, opts=ResourceOptions()
    )


def _admin(arn: str) -> dict[str, object]:
    policy = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
    return {
        "principalArn": arn,
        "accessPolicies": {"admin": {"policyArn": policy, "accessScope": {"type": "cluster"}}},
    }


def test_the_metrics_server_is_there_if_something_scales():
    assert built().of_type("aws:eks/addon:Addon") == []
    found = built(metrics=True)
    addon = found.one("aws:eks/addon:Addon")
    assert addon.inputs == {"clusterName": "crosslink-test-apps", "addonName": "metrics-server"}
    assert depends(found, addon, on=found.one(CLUSTER))
