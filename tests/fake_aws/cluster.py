"""Amazon EKS, and AWS STS."""

from datetime import timedelta

from crosslink.graph import tokens
from tests.fake_aws.world import CREATED, Answer, AwsError, Place, members


def describe_cluster(here: Place, asked: Answer) -> Answer:
    node = here.find(tokens.EKS_CLUSTER, asked["name"])
    if node is None:
        raise AwsError("ResourceNotFoundException", f"No cluster found for name: {asked['name']}.", 404)
    subnet_ids = node.get("vpcConfig", "subnetIds") or []
    subnets = [subnet for id_ in subnet_ids if (subnet := here.find(tokens.SUBNET, id_))]
    return {
        "cluster": members(
            name=node.id,
            arn=node.get("arn"),
            createdAt=CREATED,
            version=node.get("version"),
            endpoint=node.get("endpoint"),
            status=node.get("status") or "ACTIVE",
            certificateAuthority=node.get("certificateAuthority"),
            resourcesVpcConfig=members(
                subnetIds=subnet_ids,
                vpcId=subnets[0].get("vpcId") if subnets else None,
                endpointPublicAccess=node.get("vpcConfig", "endpointPublicAccess"),
                endpointPrivateAccess=node.get("vpcConfig", "endpointPrivateAccess"),
                publicAccessCidrs=node.get("vpcConfig", "publicAccessCidrs"),
            ),
        )
    }


def get_caller_identity(here: Place, _asked: Answer) -> Answer:
    arn = f"arn:aws:sts::{here.account}:assumed-role/doctor/crosslink"
    return {"UserId": "AROAEXAMPLE:crosslink", "Account": here.account, "Arn": arn}


def assume_role(_here: Place, asked: Answer) -> Answer:
    account, role = asked["RoleArn"].split(":")[4], asked["RoleArn"].rpartition("/")[2]
    return {
        "Credentials": {
            "AccessKeyId": "ASIAEXAMPLEEXAMPLE",
            "SecretAccessKey": "example",
            "SessionToken": "example",
            "Expiration": CREATED + timedelta(days=3650),
        },
        "AssumedRoleUser": {
            "AssumedRoleId": f"AROAEXAMPLE:{asked['RoleSessionName']}",
            "Arn": f"arn:aws:sts::{account}:assumed-role/{role}/{asked['RoleSessionName']}",
        },
    }
