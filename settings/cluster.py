"""`cluster` of a backend: the EKS cluster, made by the stack or existing."""

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from settings.addresses import Network, not_everywhere
from settings.described import Check
from settings.fields import Model, distinct, matching, unfit
from settings.ids import KeyArn, PrincipalArn
from settings.kubernetes_versions import AS_OF, DEFAULT, SUPPORTED, minor, nearest
from settings.logs import A_YEAR, RetentionDays
from settings.sources import at_most, not_all_together, on_the_internet

_MINOR, MINOR = r"1\.[1-9]\d?", "must be a version of Kubernetes, 1.NN"
MADE_KEY = "made"  # in an output: a KMS key of the stack's own
LISTED = f"{', '.join(SUPPORTED)} on {AS_OF}"


def _version(value: object) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool):
        # YAML reads 1.40 as 1.4; since no version 1.4 is supported, it was 1.40.
        number = str(value).partition(".")[2].ljust(2, "0")
        right = _nearest(f"1.{number}") if re.fullmatch(r"[3-9]\d", number) else None
        raise unfit("must be in quotes: without them YAML reads a number", right)
    longer = re.fullmatch(rf"v?({_MINOR})([.-].*)?", value) if isinstance(value, str) else None
    if longer and longer[1] != value:
        raise unfit(MINOR, _nearest(longer[1]))
    return value


def _supported(value: str) -> str:
    if value in SUPPORTED:
        return value
    if minor(value) < minor(SUPPORTED[-1]):
        raise unfit(
            f"must be in standard support, as are {LISTED}: AWS upgrades older ones by itself",
            _nearest(value),
        )
    raise unfit(f"must be a version that EKS has: {LISTED}", _nearest(value))


def _nearest(version: str) -> str:
    return f'"{nearest(version)}"'


Version = Annotated[
    str,
    matching(_MINOR, MINOR),
    Check(_supported, f"must be in standard support: {LISTED}", {"enum": SUPPORTED}),
    BeforeValidator(_version),
]
NOT_FOR_ALL = "the cluster's API is only for those that Pulumi runs from"
MAX_SOURCES = 40
"""https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html; it can't be raised."""
Source = Annotated[
    Network,
    not_everywhere(NOT_FOR_ALL),
    # "The block cannot include reserved addresses":
    # https://docs.aws.amazon.com/eks/latest/userguide/config-cluster-endpoint.html
    on_the_internet("EKS takes no other. To reach the API from inside the VPC alone, set []"),
]


class Cluster(Model):
    """An EKS cluster that the stack creates."""

    version: Version = DEFAULT
    """Version of Kubernetes, in quotes. EKS goes up by one minor version at a time, and not back
    (`docs/operate.md`). The default is the newest that AWS supports for half a year more; an update of this
    program may change it."""
    public_access_cidrs: Annotated[
        tuple[Source, ...],
        distinct(0, "networks"),
        not_all_together(NOT_FOR_ALL),
        at_most(MAX_SOURCES, "EKS takes no more"),
    ] = Field(examples=[["203.0.113.0/24"]])
    """Networks that may reach the cluster's API: those that Pulumi, the doctor and `kubectl` run in. With
    `[]` it has a private endpoint alone: all of these must then run in the cluster's VPC, or in a network
    that is connected to it, resolves names by the VPC's DNS, and is let in on port 443 by the cluster's
    security group."""
    admins: Annotated[tuple[PrincipalArn, ...], distinct(0, "principals")] = Field(
        default=(), examples=[["arn:aws:iam::222222222222:role/platform"]]
    )
    """Roles and users of the backend's account that administer the cluster, besides the role that creates
    it."""
    key_arn: KeyArn | None = Field(
        default=None,
        examples=["arn:aws:kms:us-east-1:222222222222:key/a1b2c3d4-5678-90ab-cdef-111111111111"],
    )
    """KMS key of the backend's region that encrypts the cluster's Secrets, for the cluster's life; if left
    out, the stack makes one."""
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
