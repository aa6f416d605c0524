"""What pulumi-eks would answer: `eks.Cluster` is a component that its plugin fills, not the program.

Of the resources inside, only the one that others refer to is recorded: the cluster itself, as
github.com/pulumi/pulumi-eks, `nodejs/eks/cluster/cluster.ts` makes it for Auto Mode.
"""

import json
from dataclasses import replace

from crosslink.graph import tokens
from crosslink.sandbox.new_resource import NewResource, Outputs
from crosslink.sandbox.protobuf import Reference
from crosslink.sandbox.record import UNKNOWN, Options, Resource
from crosslink.sandbox.refusals import RefusedError
from crosslink.sandbox.world import World

CLUSTER = "eks:index:Cluster"
_SAME_IN_AWS = ("name", "version", "enabledClusterLogTypes", "upgradePolicy")
_CREDENTIALS_API = "client.authentication.k8s.io/v1beta1"
_COMPUTED = ("kubeconfig", "kubeconfigJson", "autoModeNodeRoleName", "clusterSecurityGroupId")
_NETWORK_IN_AWS = ("endpointPrivateAccess", "endpointPublicAccess", "publicAccessCidrs")


def control_plane(cluster: Resource) -> Resource:
    """The `aws.eks.Cluster` inside an `eks.Cluster`, before it is created.

    Raises:
        RefusedError: the plugin would not take the arguments.
    """
    given, mode = cluster.inputs, cluster.inputs.get("authenticationMode")
    is_auto = bool(given.get("autoMode", {}).get("enabled"))
    if is_auto and mode not in ("API", "API_AND_CONFIG_MAP"):
        raise RefusedError("Auto Mode needs authenticationMode API or API_AND_CONFIG_MAP")
    subnets = "subnetIds" if "subnetIds" in given else "privateSubnetIds"
    network = {key: given[key] for key in _NETWORK_IN_AWS if key in given}
    inputs = {
        **{key: given[key] for key in _SAME_IN_AWS if key in given},
        "vpcConfig": {**network, "subnetIds": given.get(subnets, [])},
        "accessConfig": {"authenticationMode": mode, "bootstrapClusterCreatorAdminPermissions": True},
        "bootstrapSelfManagedAddons": not is_auto,
        "computeConfig": {
            "enabled": is_auto,
            **({"nodePools": ["general-purpose", "system"]} if is_auto else {}),
        },
        "kubernetesNetworkConfig": {"elasticLoadBalancing": {"enabled": is_auto}, "ipFamily": "ipv4"},
        "storageConfig": {"blockStorage": {"enabled": is_auto}},
    }
    properties = {"vpcConfig": cluster.property_dependencies.get(subnets, frozenset())}
    if "encryptionConfigKeyArn" in given:
        key = given["encryptionConfigKeyArn"]
        inputs["encryptionConfig"] = {"provider": {"keyArn": key}, "resources": ["secrets"]}
        properties["encryptionConfig"] = cluster.property_dependencies["encryptionConfigKeyArn"]
    name = f"{cluster.name}-eksCluster"
    urn = cluster.urn.replace(f"{CLUSTER}::{cluster.name}", f"{CLUSTER}${tokens.EKS_CLUSTER}::{name}")
    return replace(
        cluster,
        urn=urn,
        type=tokens.EKS_CLUSTER,
        name=name,
        component=False,
        parent=cluster.urn,
        inputs=inputs,
        secrets=frozenset(),
        provider=cluster.providers["aws"],
        providers={},
        dependencies=frozenset[str]().union(*properties.values()),
        property_dependencies=properties,
        options=Options(),
    )


def outputs(cluster: Resource, inside: Resource) -> Outputs:
    """The outputs of an `eks.Cluster`, given the `aws.eks.Cluster` inside; unknown ones are `UNKNOWN`."""
    computed: Outputs = {"eksCluster": Reference(inside.urn, inside.id)}
    if inside.id is None:
        return computed | dict.fromkeys(_COMPUTED, UNKNOWN)
    computed["kubeconfig"] = _kubeconfig(cluster, inside)
    computed["kubeconfigJson"] = json.dumps(computed["kubeconfig"])
    new = NewResource(cluster, World())
    computed["autoModeNodeRoleName"] = f"{cluster.name}-nodeRole-role-{new.characters(7)}"
    computed["clusterSecurityGroupId"] = f"sg-{new.characters(17, salt='group')}"
    return computed


def _kubeconfig(cluster: Resource, inside: Resource) -> Outputs:
    """As `generateKubeconfig` of the plugin."""
    role = cluster.inputs.get("providerCredentialOpts", {}).get("roleArn")
    arguments = ["--region", cluster.region, "eks", "get-token", "--cluster-name", inside.outputs["name"]]
    arguments += ["--output", "json", *(["--role", role] if role else [])]
    certificate = inside.outputs["certificateAuthority"]["data"]
    server = {"server": inside.outputs["endpoint"], "certificate-authority-data": certificate}
    env = [{"name": "KUBERNETES_EXEC_INFO", "value": json.dumps({"apiVersion": _CREDENTIALS_API})}]
    credentials = {"apiVersion": _CREDENTIALS_API, "command": "aws", "args": arguments, "env": env}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "kubernetes", "cluster": server}],
        "contexts": [{"name": "aws", "context": {"cluster": "kubernetes", "user": "aws"}}],
        "current-context": "aws",
        "users": [{"name": "aws", "user": {"exec": credentials}}],
    }
