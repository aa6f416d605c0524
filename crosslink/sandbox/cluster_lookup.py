"""What AWS would answer about EKS clusters."""

from crosslink.graph import tokens
from crosslink.sandbox.lookups import criterion, is_here, missing, own
from crosslink.sandbox.made_up import characters
from crosslink.sandbox.new_resource import Outputs
from crosslink.sandbox.record import Invoke, Resource
from crosslink.sandbox.world import World, server


def cluster(call: Invoke, world: World) -> Outputs:
    """`aws.eks.get_cluster(name=…)`"""
    _, name = criterion(call, "name")
    for made in own(call, world, tokens.EKS_CLUSTER):
        if made.outputs.get("name") == name:
            return _made(made, world)
    found = next((cluster for cluster in world.existing.clusters if cluster.name == name), None)
    here = [
        cluster
        for cluster in world.existing.clusters
        if cluster.name == name and is_here(call, cluster.place)
    ]
    if not here:
        placed = f'name: {name}, account: "{call.account}", region: {call.region}'
        entry = {"clusters": f'{{ {placed}, vpcId: vpc-…, version: "1.36", autoMode: true }}'}
        raise missing(call, world, f"EKS cluster {name}", entry, found and found.place)
    (found,) = here
    vpc = next(vpc for vpc in world.existing.vpcs if vpc.id == found.vpc_id)
    return {
        "id": name,
        "name": name,
        "arn": f"arn:aws:eks:{call.region}:{call.account}:cluster/{name}",
        "accessConfigs": [_access(found.authentication_mode)],
        "certificateAuthorities": [{"data": characters(f"{server(found)}/certificate", 16)}],
        "computeConfigs": [_compute(enabled=found.auto_mode)],
        "endpoint": server(found),
        "region": call.region,
        "status": "ACTIVE",
        "version": found.version,
        "vpcConfig": {
            "clusterSecurityGroupId": f"sg-{characters(f'{server(found)}/group', 17)}",
            "endpointPrivateAccess": True,
            "endpointPublicAccess": True,
            "publicAccessCidrs": ["0.0.0.0/0"],
            "securityGroupIds": [],
            "subnetIds": sorted(vpc.subnets),
            "vpcId": found.vpc_id,
        },
    }


def _made(made: Resource, world: World) -> Outputs:
    """The answer about a cluster of the run, which may be inside an `eks.Cluster`."""
    outputs = made.outputs
    outer = world.resources.get(made.parent or "")
    auto_mode = bool(outer and outer.inputs.get("autoMode", {}).get("enabled"))
    config = outputs.get("vpcConfig", {})
    subnet = world.resource(tokens.SUBNET, "id", next(iter(config.get("subnetIds", [])), None))
    mode = outputs.get("accessConfig", {}).get("authenticationMode", "CONFIG_MAP")
    same = ("name", "arn", "endpoint", "status", "version")
    return {
        **{key: outputs[key] for key in same if key in outputs},
        "id": made.id,
        "accessConfigs": [_access(mode)],
        "certificateAuthorities": [outputs["certificateAuthority"]],
        "computeConfigs": [_compute(enabled=auto_mode)],
        "region": made.region,
        "vpcConfig": {**config, **({"vpcId": subnet.inputs["vpcId"]} if subnet else {})},
    }


def _access(mode: str) -> Outputs:
    return {"authenticationMode": mode, "bootstrapClusterCreatorAdminPermissions": False}


def _compute(*, enabled: bool) -> Outputs:
    return {"enabled": enabled, "nodePools": ["general-purpose"] if enabled else [], "nodeRoleArn": ""}
