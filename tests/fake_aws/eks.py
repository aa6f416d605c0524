"""Amazon EKS."""

from crosslink.graph import tokens
from tests.fake_aws.structures import structure
from tests.fake_aws.world import CREATED, Answer, AwsError, Place


def describe_cluster(here: Place, asked: Answer) -> Answer:
    node = here.find(tokens.EKS_CLUSTER, asked["name"])
    if node is None:
        raise AwsError("ResourceNotFoundException", f"No cluster found for name: {asked['name']}.", 404)
    encryption = node.get("encryptionConfig")
    cluster = structure(
        "eks",
        "Cluster",
        node,
        id=None,  # of clusters on Outposts only
        name=node.id,
        createdAt=CREATED,
        status=node.get("status") or "ACTIVE",
        encryptionConfig=[encryption] if encryption else None,
    )
    network = cluster["resourcesVpcConfig"]
    subnets = (here.find(tokens.SUBNET, id_) for id_ in network.get("subnetIds", []))
    if subnet := next(filter(None, subnets), None):
        network["vpcId"] = subnet.get("vpcId")
    return {"cluster": cluster}
