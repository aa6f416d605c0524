"""Types of ARNs and ids of what exists in AWS."""

import re
from typing import Annotated

from pydantic import BeforeValidator

from settings.fields import MaybeSecret, matching, unfit


def _external_id(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"[\w+=,.@:/-]{2,1224}", value, re.ASCII):
        raise unfit("must be 2 to 1224 of the characters A-Za-z0-9_+=,.@:/-")
    return value


_PATH = r"([\w+=,.@/-]{1,510}/)?"
_NAME = r"[\w+=,.@-]{1,64}"
"""Path and name of a role or user; a policy's name may have twice as many characters
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length)."""
RoleArn = Annotated[
    str,
    matching(
        rf"arn:aws:iam::\d{{12}}:role/{_PATH}{_NAME}", "must be the ARN of an IAM role in partition aws"
    ),
]
PrincipalArn = Annotated[
    str,
    matching(
        rf"arn:aws:iam::\d{{12}}:(role|user)/{_PATH}{_NAME}",
        "must be the ARN of an IAM role or user in partition aws",
    ),
]
AccountPrincipalArn = Annotated[
    str,
    matching(
        rf"arn:aws:iam::\d{{12}}:(root|role/{_NAME}|user/{_NAME})",
        "must be the ARN of an account's root, or of an IAM role or user without a path, in partition aws",
    ),
]
"""Who may connect to an endpoint service, which doesn't take everybody here
(https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#add-remove-permissions)."""
PolicyArn = Annotated[
    str,
    matching(
        rf"arn:aws:iam::(\d{{12}}|aws):policy/{_PATH}[\w+=,.@-]{{1,128}}",
        "must be the ARN of a managed policy in partition aws",
    ),
]
KeyArn = Annotated[
    str,
    matching(
        r"arn:aws:kms:[a-z0-9-]+:\d{12}:key/(mrk-)?[0-9a-f-]{32,36}",
        "must be the ARN of a KMS key in partition aws, not of an alias",
    ),
]
CertificateArn = Annotated[
    str,
    matching(
        r"arn:aws:acm:[a-z0-9-]+:\d{12}:certificate/[0-9a-f-]{36}",
        "must be the ARN of an ACM certificate in partition aws",
    ),
]
TopicArn = Annotated[
    str,
    matching(
        r"arn:aws:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}",
        "must be the ARN of a standard SNS topic in partition aws",
    ),
]
"""Not a FIFO topic: no page of AWS's was found that says an alarm can tell one."""
VpcId = Annotated[str, matching(r"vpc-([0-9a-f]{8}|[0-9a-f]{17})", "must be the id of a VPC")]
SubnetId = Annotated[str, matching(r"subnet-([0-9a-f]{8}|[0-9a-f]{17})", "must be the id of a subnet")]
RouteTableId = Annotated[str, matching(r"rtb-([0-9a-f]{8}|[0-9a-f]{17})", "must be the id of a route table")]
ExternalId = Annotated[MaybeSecret, BeforeValidator(_external_id)]
"""https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"""
