"""AWS STS."""

from datetime import timedelta

from tests.fake_aws.world import CREATED, Answer, Place


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
