"""`crosslink:backends`: what the API's paths lead to, each backend through an endpoint service of its own.

A backend is of one of five kinds, by what the stack makes of it and what exists. Each kind tells the rest of
the program the same few things (`Backend`); nothing else asks which kind it is.
"""

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar, Literal, cast

from pydantic import AfterValidator, BeforeValidator, Field

from settings.cluster import Cluster, JoinedCluster
from settings.fields import (
    EXISTING_OR_NOT,
    AccountId,
    AccountPrincipalArn,
    ExternalId,
    Joined,
    Made,
    Model,
    PolicyArn,
    RegionName,
    RoleArn,
    ZoneId,
    between,
    distinct,
    matching,
    private_address,
    unfit,
)
from settings.networks import AnyBackendNetwork, JoinedBackendNetwork
from settings.path import Path, PathSettings, ServedPath
from settings.service import JoinedService, Service
from settings.tls import Tls, TlsName

FIRST_LISTENER_PORT = 8000
HTTP_PORT, HTTPS_PORT = 80, 443
HEALTH_PATH = "/healthz"
"""The ALB of an Ingress of ours answers this path itself, whatever the host."""
MAX_NAME = 12
"""Characters of a backend's name. With `crosslink-` before it and Pulumi's suffix it fits into the 32 of a
load balancer's name
(https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html)."""
_NETWORK = {"cidr": "10.20.0.0/16", "zoneIds": ["use1-az1", "use1-az2"]}
_BALANCER = "arn:aws:elasticloadbalancing:us-east-1:222222222222:loadbalancer"


def _some(value: tuple[object, ...]) -> tuple[object, ...]:
    if not value:
        raise unfit("must hold one or more services")
    return value


def _some_paths(value: Mapping[str, PathSettings]) -> Mapping[str, PathSettings]:
    if not value:
        raise unfit("must hold one or more paths")
    return value


def _nothing_is_default(value: object) -> object:
    """A path without settings: YAML reads it as null."""
    if not isinstance(value, dict):
        return value
    paths: dict[str, object] = cast("Any", value)
    return {path: cast("object", {}) if given is None else given for path, given in paths.items()}


BackendName = Annotated[
    str,
    matching(
        rf"[a-z]([a-z0-9-]{{0,{MAX_NAME - 2}}}[a-z0-9])?",
        f"must be 1 to {MAX_NAME} of the characters a-z0-9-, "
        "beginning with a letter, not ending with a hyphen",
    ),
]
Port = Annotated[int, between(1, 65535)]
HealthPath = Annotated[str, matching(r"/\S*", "must begin with a slash and hold no space")]
Paths = Annotated[
    Mapping[Path, PathSettings], AfterValidator(_some_paths), BeforeValidator(_nothing_is_default)
]
AnyService = Annotated[Annotated[Service, Made] | Annotated[JoinedService, Joined], EXISTING_OR_NOT]
EndpointAddresses = Mapping[ZoneId, Annotated[str, private_address()]]


class Backend(Model):
    """What the API's paths lead to, reached through one endpoint service.

    Attributes:
        name: Part of the names of its resources.
        slot: Number of its listener port on the gateway NLB and of its host in the endpoint subnets, 0 to 49.
        account_id: Account id, 12 digits.
        region: Region of the endpoint service.
        endpoint_addresses: Zone id → address of the endpoint, in existing endpoint subnets; empty for those
            of the address plan, or for those that AWS chooses in existing subnets.
    """

    kind: ClassVar[str]

    name: BackendName = Field(examples=["apps"])
    slot: int = 0
    account_id: AccountId = Field(examples=["222222222222"])
    region: RegionName = Field(examples=["us-east-1"])
    endpoint_addresses: EndpointAddresses = Field(
        default={}, examples=[{"use1-az1": "10.30.7.20", "use1-az2": "10.30.8.20"}]
    )

    @property
    def listener_port(self) -> int:
        """The gateway NLB's listener port for this backend."""
        return FIRST_LISTENER_PORT + self.slot

    @property
    @abstractmethod
    def zone_ids(self) -> tuple[str, ...]:
        """Ids of the zones of its endpoint service."""

    @property
    @abstractmethod
    def port(self) -> int:
        """The port that its endpoint service listens on."""

    @property
    @abstractmethod
    def tls_domain(self) -> str | None:
        """Host name of the integrations, which its certificate covers; None for plain HTTP."""

    @property
    @abstractmethod
    def health_path(self) -> str | None:
        """Path that answers health checks; None if nothing but a TCP connection can be asked for."""

    @property
    @abstractmethod
    def served(self) -> tuple[ServedPath, ...]:
        """The paths of the API that it answers, in the order of the file."""


class ProvidedBackend(Backend):
    """A backend whose endpoint service the stack makes, in a provider account.

    Attributes:
        role_arn: Role that Pulumi assumes in the account; None for ambient credentials.
        preview_role_arn: Read-only role that replaces `role_arn` in previews of pull requests.
        external_id: External id for both roles; `SecretStr` as in `env` of a service.
        permissions_boundary: ARN of the policy that bounds the IAM roles of the stack there; None for none.
        acceptance: Whether AWS accepts endpoint connections, or the provider account does: in the same
            update, or by hand if the endpoint is another stack's. `docs/security.md` compares them.
        allowed_principals: ARNs of those who may connect, if the consumer is another stack's.
    """

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
    acceptance: Literal["automatic", "manual"] = "automatic"
    allowed_principals: Annotated[tuple[AccountPrincipalArn, ...], distinct(0, "principals")] = Field(
        default=(), examples=[["arn:aws:iam::111111111111:role/crosslink-deploy"]]
    )


class ClusterBackend(ProvidedBackend):
    """Services in an EKS cluster, which the stack makes or which exists, behind an Ingress of the stack.

    Attributes:
        network: The provider's VPC.
        cluster: The EKS cluster.
        tls: TLS from the API to the ALB; None for plain HTTP.
        services: One or more.
    """

    kind = "cluster"
    example: ClassVar[Mapping[str, object]] = {
        "name": "apps",
        "accountId": "222222222222",
        "region": "us-east-1",
        "network": _NETWORK,
        "cluster": {"publicAccessCidrs": ["203.0.113.0/24"]},
        "services": [{"name": "svc1", "path": "/svc1", "image": "hashicorp/http-echo:1.0", "port": 8080}],
    }

    network: AnyBackendNetwork = Field(examples=[_NETWORK])
    cluster: Annotated[Annotated[Cluster, Made] | Annotated[JoinedCluster, Joined], EXISTING_OR_NOT] = Field(
        examples=[{"publicAccessCidrs": ["203.0.113.0/24"]}]
    )
    tls: Tls | None = Field(default=None, examples=[Tls.example])
    services: Annotated[tuple[AnyService, ...], AfterValidator(_some)] = Field(
        examples=[[{"name": "svc1", "path": "/svc1", "image": "hashicorp/http-echo:1.0", "port": 8080}]]
    )

    @property
    def zone_ids(self) -> tuple[str, ...]:
        return self.network.zone_ids

    @property
    def port(self) -> int:
        return HTTPS_PORT if self.tls else HTTP_PORT

    @property
    def tls_domain(self) -> str | None:
        return self.tls.domain if self.tls else None

    @property
    def health_path(self) -> str | None:
        return HEALTH_PATH

    @property
    def served(self) -> tuple[ServedPath, ...]:
        return tuple(ServedPath(path=s.path, strip_prefix=s.strip_prefix) for s in self.services)


class LoadBalancer(Model):
    """An internal ALB that the stack doesn't create, in the backend's account and region.

    Its rules are its owner's: `docs/recipes/load-balancer.md` has those that bind a route to its targets.

    Attributes:
        arn: Its ARN.
        port: The port of its listener, 1 to 65535.
        health_path: Path that it answers with a status from 200 to 399, whatever the host.
    """

    arn: Annotated[
        str,
        matching(
            r"arn:aws:elasticloadbalancing:[a-z0-9-]+:\d{12}:loadbalancer/app/[A-Za-z0-9-]{1,32}/[0-9a-f]{16}",
            "must be the ARN of an Application Load Balancer in partition aws",
        ),
    ] = Field(examples=[f"{_BALANCER}/app/search/50dc6c495c0c9188"])
    port: Port = HTTP_PORT
    health_path: HealthPath = Field(examples=["/health"])


class NetworkLoadBalancer(Model):
    """An internal NLB that the stack doesn't create, in the backend's account and region.

    What is behind it is its owner's, as for `loadBalancer`.

    Attributes:
        arn: Its ARN.
        port: The port of its listener, 1 to 65535.
        zone_ids: Ids of its zones.
        health_path: Path that is answered with a status from 200 to 399 behind it, whatever the host; None
            for health checks that only connect.
    """

    arn: Annotated[
        str,
        matching(
            r"arn:aws:elasticloadbalancing:[a-z0-9-]+:\d{12}:loadbalancer/net/[A-Za-z0-9-]{1,32}/[0-9a-f]{16}",
            "must be the ARN of a Network Load Balancer in partition aws",
        ),
    ] = Field(examples=[f"{_BALANCER}/net/search/50dc6c495c0c9188"])
    port: Port = HTTP_PORT
    zone_ids: Annotated[tuple[ZoneId, ...], distinct(1, "zones")] = Field(examples=[["use1-az1", "use1-az2"]])
    health_path: HealthPath | None = Field(default=None, examples=["/health"])


class _PathsBackend(Backend):
    """A backend without services of its own.

    Attributes:
        paths: The paths of the API that lead to it.
        tls: TLS from the API to it; None for plain HTTP.
    """

    tls: TlsName | None = Field(default=None, examples=[{"domain": "apps.example.com"}])
    paths: Paths = Field(examples=[{"/search": {}}])

    @property
    def tls_domain(self) -> str | None:
        return self.tls.domain if self.tls else None

    @property
    def served(self) -> tuple[ServedPath, ...]:
        return tuple(ServedPath(path=p, strip_prefix=s.strip_prefix) for p, s in self.paths.items())


class LoadBalancerBackend(_PathsBackend, ProvidedBackend):
    """An existing ALB, offered by an NLB and an endpoint service that the stack makes.

    Attributes:
        network: The ALB's VPC.
        load_balancer: The ALB.
    """

    kind = "loadBalancer"

    network: JoinedBackendNetwork = Field(examples=[JoinedBackendNetwork.example])
    load_balancer: LoadBalancer = Field(
        examples=[{"arn": f"{_BALANCER}/app/search/50dc6c495c0c9188", "healthPath": "/health"}]
    )

    @property
    def zone_ids(self) -> tuple[str, ...]:
        return self.network.zone_ids

    @property
    def port(self) -> int:
        return self.load_balancer.port

    @property
    def health_path(self) -> str | None:
        return self.load_balancer.health_path


class NetworkLoadBalancerBackend(_PathsBackend, ProvidedBackend):
    """An existing NLB, offered by an endpoint service that the stack makes.

    Attributes:
        network_load_balancer: The NLB.
    """

    kind = "networkLoadBalancer"

    network_load_balancer: NetworkLoadBalancer = Field(
        examples=[{"arn": f"{_BALANCER}/net/search/50dc6c495c0c9188", "zoneIds": ["use1-az1", "use1-az2"]}]
    )

    @property
    def zone_ids(self) -> tuple[str, ...]:
        return self.network_load_balancer.zone_ids

    @property
    def port(self) -> int:
        return self.network_load_balancer.port

    @property
    def health_path(self) -> str | None:
        return self.network_load_balancer.health_path


class PublishedService(Model):
    """An endpoint service that another team has published.

    Attributes:
        name: Its name, `com.amazonaws.vpce.<region>.vpce-svc-…`.
        port: The port that it listens on, 1 to 65535.
        zone_ids: Ids of its zones.
        health_path: Path that is answered with a status from 200 to 399 behind it, whatever the host; None
            for health checks that only connect.
    """

    name: Annotated[
        str,
        matching(
            r"com\.amazonaws\.vpce\.[a-z0-9-]+\.vpce-svc-[0-9a-f]{17}",
            "must be the name of an endpoint service, com.amazonaws.vpce.<region>.vpce-svc-…",
        ),
    ] = Field(examples=["com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d4e5f60718"])
    port: Port = HTTP_PORT
    zone_ids: Annotated[tuple[ZoneId, ...], distinct(1, "zones")] = Field(examples=[["use1-az1", "use1-az2"]])
    health_path: HealthPath | None = Field(default=None, examples=["/healthz"])


class ServiceBackend(_PathsBackend):
    """An endpoint service that another team has published; the stack makes nothing in its account.

    Attributes:
        service: The endpoint service.
    """

    kind = "service"
    example: ClassVar[Mapping[str, object]] = {
        "name": "apps",
        "accountId": "222222222222",
        "region": "us-east-1",
        "service": {
            "name": "com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d4e5f60718",
            "zoneIds": ["use1-az1", "use1-az2"],
        },
        "paths": {"/svc1": {}},
    }

    service: PublishedService = Field(examples=[example["service"]])

    @property
    def zone_ids(self) -> tuple[str, ...]:
        return self.service.zone_ids

    @property
    def port(self) -> int:
        return self.service.port

    @property
    def health_path(self) -> str | None:
        return self.service.health_path


KINDS: Mapping[str, type[Backend]] = {
    "cluster": ClusterBackend,
    "loadBalancer": LoadBalancerBackend,
    "networkLoadBalancer": NetworkLoadBalancerBackend,
    "service": ServiceBackend,
}
"""The key that tells a kind → its model. A cluster may be made or existing."""


def endpoint_zones(backends: Iterable[Backend], region: str) -> tuple[str, ...]:
    """The zones in which the consumer has endpoints in a region: those of the backends there, sorted."""
    return tuple(sorted({zone for b in backends if b.region == region for zone in b.zone_ids}))
