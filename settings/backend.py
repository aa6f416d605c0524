"""`crosslink:backends`: applications on EKS, each reached through an endpoint service of its own."""

import re
from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from settings.fields import (
    AccountId,
    ExternalId,
    KeyArn,
    MaybeSecret,
    Model,
    Network,
    PolicyArn,
    PrincipalArn,
    RegionName,
    RoleArn,
    Text,
    ZoneIds,
    between,
    distinct,
    matching,
    not_everywhere,
    private_network,
    quoted,
    unfit,
)
from settings.logs import A_YEAR, RetentionDays
from settings.tls import Tls

FIRST_LISTENER_PORT = 8000
MAX_NAME = 12
"""Characters of a backend's name. With `crosslink-` before it and Pulumi's suffix it fits into the 32 of a
load balancer's name
(https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html)."""
FIRST_MINOR_VERSION = 30
"""Pods pause before they stop by `preStop.sleep`, enabled by default from Kubernetes 1.30
(https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/)."""
MAX_SEGMENTS = 5
MAX_PATH = 126
"""A path pattern of an ALB rule has at most 128 characters, including `/*`
(https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html)."""
MAX_SERVICE_NAME = 52
"""The name of an annotation has at most 63 characters, of which `conditions.` takes 11
(https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/#syntax-and-character-set)."""
HEALTH_NAME = "healthz"
RESERVED_PATHS = ("/healthz", "/ping", "/sping")
"""The ALB answers the first for the NLBs' health checks; API Gateway reserves the others
(https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html)."""


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


def _path(value: str) -> str:
    # The characters that API Gateway allows in a path part, without the colon: Kubernetes and the ALB must
    # accept the path too.
    literal = re.fullmatch(r"(/[A-Za-z0-9._-]+)+", value)
    if not literal or {".", ".."}.intersection(value.split("/")):
        raise unfit("must be a path of literal segments of A-Za-z0-9._-, without a slash at its end")
    if value.count("/") > MAX_SEGMENTS:
        raise unfit(f"must have {MAX_SEGMENTS} segments or less")
    if len(value) > MAX_PATH:
        raise unfit(f"must have {MAX_PATH} characters or less, for the ALB's rule")
    if value in RESERVED_PATHS:
        raise unfit(f"must not be reserved, as {', '.join(RESERVED_PATHS)} are")
    return value


def _not_health(value: str) -> str:
    if value == HEALTH_NAME:
        raise unfit(f"must not be {HEALTH_NAME}: the ALB's own answer to health checks has that name")
    return value


def _some(value: tuple["Service", ...]) -> tuple["Service", ...]:
    if not value:
        raise unfit("must hold one or more services")
    return value


Path = Annotated[str, AfterValidator(_path)]
EnvName = Annotated[
    str,
    matching(r"[-._A-Za-z][-._A-Za-z0-9]*", "must be a name of A-Za-z0-9._-, not beginning with a digit"),
]
EnvValue = Annotated[MaybeSecret, BeforeValidator(quoted)]
BackendName = Annotated[
    str,
    matching(
        rf"[a-z]([a-z0-9-]{{0,{MAX_NAME - 2}}}[a-z0-9])?",
        f"must be 1 to {MAX_NAME} of the characters a-z0-9-, "
        "beginning with a letter, not ending with a hyphen",
    ),
]
ServiceName = Annotated[
    str,
    matching(
        rf"[a-z]([a-z0-9-]{{0,{MAX_SERVICE_NAME - 2}}}[a-z0-9])?",
        f"must be 1 to {MAX_SERVICE_NAME} of the characters a-z0-9-, "
        "beginning with a letter, not ending with a hyphen",
    ),
    AfterValidator(_not_health),
]
"""The name of a Kubernetes Service is an RFC 1035 label."""
Version = Annotated[
    str,
    matching(r"1\.[1-9]\d?", "must be a version of Kubernetes, 1.NN"),
    AfterValidator(_supported),
    BeforeValidator(_version),
]
Source = Annotated[Network, not_everywhere("the cluster's API is only for those that Pulumi runs from")]


class BackendNetwork(Model):
    """The provider's VPC.

    Attributes:
        cidr: CIDR of the VPC, /16 to /20.
        zone_ids: Ids of the zones of nodes, load balancers and endpoints.
        nat: One NAT gateway for all zones, or one per zone.
    """

    cidr: Annotated[IPv4Network, private_network(16, 20)] = Field(examples=["10.20.0.0/16"])
    zone_ids: ZoneIds = Field(examples=[["use1-az1", "use1-az2"]])
    nat: Literal["single", "per-zone"] = "single"


class Cluster(Model):
    """An EKS cluster that the stack creates.

    Attributes:
        version: Kubernetes version, `1.NN`.
        public_access_cidrs: CIDRs that may reach the cluster's public API endpoint: where Pulumi runs.
        admins: ARNs of roles and users that administer the cluster, besides the role that creates it.
        key_arn: ARN of the KMS key that encrypts the cluster's Secrets, for the cluster's life; None for one
            that the stack makes.
        log_retention_days: How long the control plane's logs are kept.
    """

    version: Version = "1.34"
    public_access_cidrs: Annotated[tuple[Source, ...], distinct(1, "networks")] = Field(
        examples=[["203.0.113.0/24"]]
    )
    admins: Annotated[tuple[PrincipalArn, ...], distinct(0, "principals")] = Field(
        default=(), examples=[["arn:aws:iam::222222222222:role/platform"]]
    )
    key_arn: KeyArn | None = Field(
        default=None,
        examples=["arn:aws:kms:us-east-1:222222222222:key/a1b2c3d4-5678-90ab-cdef-111111111111"],
    )
    log_retention_days: RetentionDays = A_YEAR


class Service(Model):
    """One path of the API and the pods behind it.

    Attributes:
        name: Name of the Kubernetes objects.
        path: Path in the API and on the ALB, such as `/svc1`.
        image: The container's image, best with its digest: `name:tag@sha256:…`.
        args: The container's arguments.
        env: The container's environment; values are `SecretStr` if Pulumi keeps part of the key secret.
        port: The port that the container listens on, 1 to 65535.
        replicas: Number of pods, 1 or more.
        health_path: Path that the ALB's health checks and the pods' probes request.
    """

    name: ServiceName = Field(examples=["svc1"])
    path: Path = Field(examples=["/svc1"])
    image: Annotated[str, matching(r"\S+", "must not be empty, nor hold a space")] = Field(
        examples=["hashicorp/http-echo:1.0"]
    )
    args: tuple[Text, ...] = Field(default=(), examples=[["-text=svc1", "-listen=:8080"]])
    env: Mapping[EnvName, EnvValue] = Field(default={}, examples=[{"LOG_LEVEL": "info"}])
    port: Annotated[int, between(1, 65535)] = Field(examples=[8080])
    replicas: Annotated[int, between(1, None)] = 2
    health_path: Annotated[str, matching(r"/\S*", "must begin with a slash and hold no space")] = "/"


class Backend(Model):
    """One application in a provider account, reached through one endpoint service.

    Attributes:
        name: Part of the names of its resources.
        slot: Number of its listener port on the gateway NLB and of its host in the endpoint subnets, 0 to 49.
        account_id: Account id, 12 digits.
        region: Region of the cluster and the endpoint service.
        role_arn: Role that Pulumi assumes in the account; None for ambient credentials.
        preview_role_arn: Read-only role that replaces `role_arn` in previews of pull requests.
        external_id: External id for both roles; `SecretStr` as in `env`.
        permissions_boundary: ARN of the policy that bounds the IAM roles of the stack there; None for none.
        network: The provider's VPC.
        acceptance: Whether AWS accepts endpoint connections, or the provider account does in the same update:
            `docs/security.md` compares them.
        cluster: The EKS cluster.
        tls: TLS from the API to the ALB; None for plain HTTP.
        services: One or more.
    """

    example: ClassVar[Mapping[str, object]] = {
        "name": "apps",
        "accountId": "222222222222",
        "region": "us-east-1",
        "network": {"cidr": "10.20.0.0/16", "zoneIds": ["use1-az1", "use1-az2"]},
        "cluster": {"publicAccessCidrs": ["203.0.113.0/24"]},
        "services": [{"name": "svc1", "path": "/svc1", "image": "hashicorp/http-echo:1.0", "port": 8080}],
    }
    not_yet: ClassVar[Mapping[str, str]] = {"loadBalancer": "cluster", "service": "cluster"}

    name: BackendName = Field(examples=["apps"])
    slot: int = 0
    account_id: AccountId = Field(examples=["222222222222"])
    region: RegionName = Field(examples=["us-east-1"])
    role_arn: RoleArn | None = Field(
        default=None, examples=["arn:aws:iam::222222222222:role/crosslink-deploy"]
    )
    preview_role_arn: RoleArn | None = Field(
        default=None, examples=["arn:aws:iam::222222222222:role/crosslink-preview"]
    )
    external_id: ExternalId | None = Field(default=None, examples=["crosslink"])
    permissions_boundary: PolicyArn | None = Field(
        default=None, examples=["arn:aws:iam::222222222222:policy/crosslink-boundary"]
    )
    network: BackendNetwork = Field(examples=[{"cidr": "10.20.0.0/16", "zoneIds": ["use1-az1", "use1-az2"]}])
    acceptance: Literal["automatic", "manual"] = "automatic"
    cluster: Cluster = Field(examples=[{"publicAccessCidrs": ["203.0.113.0/24"]}])
    tls: Tls | None = Field(default=None, examples=[Tls.example])
    services: Annotated[tuple[Service, ...], AfterValidator(_some)] = Field(
        examples=[[{"name": "svc1", "path": "/svc1", "image": "hashicorp/http-echo:1.0", "port": 8080}]]
    )

    @property
    def listener_port(self) -> int:
        """The gateway NLB's listener port for this backend."""
        return FIRST_LISTENER_PORT + self.slot


def endpoint_zones(backends: Iterable[Backend], region: str) -> tuple[str, ...]:
    """The zones in which the consumer has endpoints in a region: those of the backends there, sorted."""
    return tuple(sorted({zone for b in backends if b.region == region for zone in b.network.zone_ids}))
