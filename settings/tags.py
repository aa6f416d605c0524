"""`crosslink:tags`: tags of all resources, in every account."""

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import AfterValidator, RootModel

from settings.errors import as_yaml
from settings.fields import Text, matching, unfit

MAX_TAGS = 40
"""AWS allows 50 tags on a resource; the others are for the program's own tags and those of EKS."""
RESERVED = re.compile(
    r"eks:"
    r"|kubernetes\.io/cluster"
    r"|karpenter\.(sh|k8s\.aws)/"
    r"|(ingress|service)\.(k8s\.aws|eks\.amazonaws\.com)/"
    r"|elbv2\.k8s\.aws/"
)
"""How the keys begin that EKS and its controllers give nodes and load balancers, by which they know them: an
API server refuses some of them in a NodeClass, and the others are overwritten
(https://karpenter.sh/docs/concepts/nodeclasses/#spectags,
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonEKSLoadBalancingPolicy.html)."""


def _tags(value: Mapping[str, str]) -> Mapping[str, str]:
    if len(value) > MAX_TAGS:
        raise unfit(f"must hold {MAX_TAGS} tags or less")
    # Those of IAM are the same in any case (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html).
    if len({key.lower() for key in value}) < len(value):
        raise unfit("must not hold keys that differ only in case: a role can't have both")
    return value


def _not_reserved(value: str) -> str:
    if RESERVED.match(value):
        raise unfit("must not be a tag that EKS or its controllers give: they know by it what is theirs")
    return value


def _trimmed(value: str) -> str:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-tags.html"""
    if value != value.strip():
        raise unfit(
            "must not begin or end with a space, which load balancers don't take", as_yaml(value.strip())
        )
    return value


TagKey = Annotated[
    str,
    matching(
        r"(?i:(?!aws:))[\w .:/=+@-]{1,128}",
        "must be a tag key of 1 to 128 of the characters A-Za-z0-9 _.:/=+-@, not beginning with aws:",
    ),
    AfterValidator(_trimmed),
    AfterValidator(_not_reserved),
]
"""The characters that all services allow (https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html)."""
TagValue = Annotated[
    Text,
    matching(
        r"(?i:(?!aws:))[\w .:/=+@-]{0,256}",
        "must be a tag value of at most 256 of the characters A-Za-z0-9 _.:/=+-@, not beginning with aws:",
    ),
    AfterValidator(_trimmed),
]


class Tags(RootModel[Annotated[Mapping[TagKey, TagValue], AfterValidator(_tags)]]):
    """The tags, key → value: up to 40 on every resource that AWS can tag, those that EKS makes among them.

    A change reaches ALBs, with their listeners, target groups and security groups, in place. Nodes of a
    cluster that the stack makes are replaced by tagged ones, with their volumes, some at a time; with the
    first tags, nodes that run already follow within 14 days. The nodes of an existing cluster are its
    owner's, and so is the role of one in Auto Mode, which needs a policy for tags of the ALB
    (https://docs.aws.amazon.com/eks/latest/userguide/auto-cluster-iam-role.html#tag-prop).
    """

    example: ClassVar[Mapping[str, object]] = {"owner": "platform"}
