"""`cluster` of a backend: the EKS cluster, made by the stack or existing."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from settings.fields import Model, Network, distinct, matching, not_everywhere, unfit
from settings.ids import KeyArn, PrincipalArn
from settings.logs import A_YEAR, RetentionDays

FIRST_MINOR_VERSION = 30
"""Pods pause before they stop by `preStop.sleep`, enabled by default from Kubernetes 1.30
(https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/)."""


def _version(value: object) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool):
        # YAML reads 1.30 as 1.3; since no version 1.3 is supported, it was 1.30.
        minor = str(value).partition(".")[2].ljust(2, "0")
        right = f'"1.{minor}"' if re.fullmatch(r"[3-9]\d", minor) else None
        raise unfit("must be in quotes: without them YAML reads a number", right)
    return value


def _supported(value: str) -> str:
    if int(value.partition(".")[2]) < FIRST_MINOR_VERSION:
        raise unfit(f"must be 1.{FIRST_MINOR_VERSION} or later: pods pause by preStop.sleep")
    return value


Version = Annotated[
    str,
    matching(r"1\.[1-9]\d?", "must be a version of Kubernetes, 1.NN"),
    AfterValidator(_supported),
    BeforeValidator(_version),
]
Source = Annotated[Network, not_everywhere("the cluster's API is only for those that Pulumi runs from")]


class Cluster(Model):
    """An EKS cluster that the stack creates."""

    version: Version = "1.34"
    """Version of Kubernetes, in quotes."""
    public_access_cidrs: Annotated[tuple[Source, ...], distinct(1, "networks")] = Field(
        examples=[["203.0.113.0/24"]]
    )
    """Networks that may reach the cluster's API from outside: where Pulumi runs."""
    admins: Annotated[tuple[PrincipalArn, ...], distinct(0, "principals")] = Field(
        default=(), examples=[["arn:aws:iam::222222222222:role/platform"]]
    )
    """ARNs of roles and users of the backend's account that administer the cluster, besides the role that
    creates it."""
    key_arn: KeyArn | None = Field(
        default=None,
        examples=["arn:aws:kms:us-east-1:222222222222:key/a1b2c3d4-5678-90ab-cdef-111111111111"],
    )
    """KMS key that encrypts the cluster's Secrets, of the backend's region, for the cluster's life; left out,
    the stack makes one."""
    log_retention_days: RetentionDays = A_YEAR
    """How many days the control plane's logs are kept."""


class ExistingCluster(Model):
    """An EKS cluster that this stack doesn't create, in the backend's account and region."""

    name: Annotated[
        str,
        matching(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}", "must be the name of a cluster, 1 to 100 of A-Za-z0-9_-"),
    ] = Field(examples=["platform"])
    """Name of an existing cluster in the backend's account and region."""
    controller: Literal["auto", "alb"] = Field(examples=["auto"])
    """Who makes its ALBs: `auto` for EKS Auto Mode, `alb` for the AWS Load Balancer Controller."""


class JoinedCluster(Model):
    """The key `cluster` with an existing cluster."""

    existing: ExistingCluster = Field(examples=[{"name": "platform", "controller": "auto"}])
    """An existing cluster; no other key of `cluster` beside it."""
