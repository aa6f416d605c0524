"""What pulumi-eks would answer: `eks.Cluster` is a component that its plugin fills, not the program.

Of what the plugin makes for an Auto Mode cluster, the one that others refer to is recorded:
the cluster itself, as github.com/pulumi/pulumi-eks, `nodejs/eks/cluster/cluster.ts` makes it.
"""

import json

from crosslink.sandbox.new_resource import New, Outputs
from crosslink.sandbox.protobuf import Reference
from crosslink.sandbox.record import UNKNOWN, Options, Resource
from crosslink.sandbox.refusals import RefusedError

CLUSTER = "eks:index:Cluster"
_ACCESS_ENTRY_MODES = ("API", "API_AND_CONFIG_MAP")
_SAME_IN_AWS = ("name", "version", "enabledClusterLogTypes", "upgradePolicy")
_NETWORK_IN_AWS = ("endpointPrivateAccess", "endpointPublicAccess", "publicAccessCidrs")


def control_plane(cluster: Resource) -> Resource:
    """The `aws.eks.Cluster` inside an `eks.Cluster`, before it is created.

    Raises:
        RefusedError: the plugin would not take the arguments.
    """
    given = cluster.inputs
    if (
        given.get("autoMode", {}).get("enabled")
        and given.get("authenticationMode") not in _ACCESS_ENTRY_MODES
    ):
        raise RefusedError("Auto Mode needs authenticationMode API or API_AND_CONFIG_MAP")
    subnets = "subnetIds" if "subnetIds" in given else "privateSubnetIds"
    inputs = {
        **{key: given[key] for key in _SAME_IN_AWS if key in given},
        "vpcConfig": {
            **{key: given[key] for key in _NETWORK_IN_AWS if key in given},
            "subnetIds": given.get(subnets, []),
        },
        "accessConfig": {
            "authenticationMode": given.get("authenticationMode"),
            "bootstrapClusterCreatorAdminPermissions": True,
        },
    }
    properties = {"vpcConfig": cluster.property_dependencies.get(subnets, frozenset())}
    if "encryptionConfigKeyArn" in given:
        key = given["encryptionConfigKeyArn"]
        inputs["encryptionConfig"] = {"provider": {"keyArn": key}, "resources": ["secrets"]}
        properties["encryptionConfig"] = cluster.property_dependencies["encryptionConfigKeyArn"]
    name = f"{cluster.name}-eksCluster"
    return Resource(
        urn=cluster.urn.replace(f"{CLUSTER}::{cluster.name}", f"{CLUSTER}$aws:eks/cluster:Cluster::{name}"),
        type="aws:eks/cluster:Cluster",
        name=name,
        component=False,
        id=None,
        parent=cluster.urn,
        inputs=inputs,
        outputs={},
        secrets=frozenset(),
        provider=cluster.providers["aws"],
        providers={},
        account=cluster.account,
        region=cluster.region,
        dependencies=frozenset[str]().union(*properties.values()),
        property_dependencies=properties,
        options=Options(),
    )


def outputs(cluster: Resource, inside: Resource) -> Outputs:
    """The outputs of an `eks.Cluster`, given the `aws.eks.Cluster` inside; unknown ones are `UNKNOWN`."""
    computed: Outputs = {"eksCluster": Reference(inside.urn, inside.id)}
    if inside.id is None:
        return computed | {"kubeconfig": UNKNOWN, "kubeconfigJson": UNKNOWN, "autoModeNodeRoleName": UNKNOWN}
    kubeconfig = _kubeconfig(cluster, inside)
    return computed | {
        "kubeconfig": kubeconfig,
        "kubeconfigJson": json.dumps(kubeconfig),
        "autoModeNodeRoleName": f"{cluster.name}-eksAutoNodeRole-{New(cluster, {}).digits(7)}",
    }


def _kubeconfig(cluster: Resource, inside: Resource) -> Outputs:
    """As `generateKubeconfig` of the plugin."""
    arguments = ["--region", cluster.region, "eks", "get-token", "--cluster-name", inside.outputs["name"]]
    arguments += ["--output", "json"]
    if role := cluster.inputs.get("providerCredentialOpts", {}).get("roleArn"):
        arguments += ["--role", role]
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {
                "name": "kubernetes",
                "cluster": {
                    "server": inside.outputs["endpoint"],
                    "certificate-authority-data": inside.outputs["certificateAuthority"]["data"],
                },
            }
        ],
        "contexts": [{"name": "aws", "context": {"cluster": "kubernetes", "user": "aws"}}],
        "current-context": "aws",
        "users": [
            {
                "name": "aws",
                "user": {
                    "exec": {
                        "apiVersion": "client.authentication.k8s.io/v1beta1",
                        "command": "aws",
                        "args": arguments,
                        "env": [
                            {
                                "name": "KUBERNETES_EXEC_INFO",
                                "value": '{"apiVersion": "client.authentication.k8s.io/v1beta1"}',
                            }
                        ],
                    }
                },
            }
        ],
    }
