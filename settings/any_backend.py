"""What a backend is to the rest of the program, whichever kind it is of."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, TypeAlias, cast

from pydantic import BeforeValidator, Field

from settings.addresses import private_address
from settings.alarms import Alarms
from settings.described import Check, OrNothing, Since
from settings.fields import AccountId, Model, RegionName, ZoneId, distinct, matching, unfit
from settings.ids import AccountPrincipalArn, ExternalId, PolicyArn, RoleArn
from settings.path import Path, PathSettings, ServedPath
from settings.tls import TlsName

FIRST_LISTENER_PORT = 8000
HTTP_PORT = 80
MAX_NAME = 12
"""Characters of a backend's name. With `crosslink-` before it and Pulumi's suffix it fits into the 32 of a
load balancer's name
(https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html)."""


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
Crossing: TypeAlias = Literal["peering", "native"]
Paths = Annotated[
    Mapping[Path, Annotated[PathSettings, OrNothing()]],
    Check(_some_paths, schema={"minProperties": 1}),
    BeforeValidator(_nothing_is_default),
]
EndpointAddresses = Mapping[ZoneId, Annotated[str, private_address()]]


class Backend(Model):
    """What the API's paths lead to, reached through one endpoint service."""

    kind: ClassVar[str]

    name: BackendName = Field(examples=["apps"])
    """Part of the names of its resources; unique in the stack, and kept for the backend's life."""
    slot: int = 0
    """Number of the backend from 0 to 49, unique in the stack: its listener on the gateway NLB has port 8000
    + slot, and its endpoint has host 10 + slot in each subnet."""
    account_id: AccountId = Field(examples=["222222222222"])
    """Id of account 2, in quotes."""
    region: RegionName = Field(examples=["us-east-1"])
    """Region of the endpoint service and all that is behind it. One that AWS opened after March 2019, such as
    af-south-1, must be enabled in both accounts."""
    crossing: Annotated[Crossing, Since("0.3")] = "peering"
    """How traffic gets from the API's region into the backend's: by a `peering` with the landing network that
    has the endpoint, or by PrivateLink itself (`native`), with the endpoint in the gateway network and no
    landing. `docs/adr/0018-native-crossing.md` compares them."""
    endpoint_addresses: EndpointAddresses = Field(
        default={}, examples=[{"use1-az1": "10.30.7.20", "use1-az2": "10.30.8.20"}]
    )
    """Zone id → address of the endpoint in an existing subnet: one in each zone, or AWS chooses them. In
    networks that the stack makes the address plan chooses. With `native` crossing the zones are the gateway
    network's."""

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

    def host(self, domain: str | None) -> str | None:
        """The host that requests are for.

        Args:
            domain: `backendDomain` of the API; None if it is another stack's.

        Returns:
            The certificate's domain, or else a name under the API's; None if that isn't known.
        """
        return self.tls_domain or (f"{self.name}.{domain}" if domain else None)

    @property
    @abstractmethod
    def health_path(self) -> str | None:
        """Path that answers health checks; None if nothing but a TCP connection can be asked for."""

    @property
    def joined(self) -> bool:
        """Whether its cluster, load balancer or endpoint service exists, and isn't this stack's."""
        return True

    @property
    @abstractmethod
    def served(self) -> tuple[ServedPath, ...]:
        """The paths of the API that it answers, in the order of the file."""


class ProvidedBackend(Backend):
    """A backend whose endpoint service the stack makes, in a provider account."""

    role_arn: RoleArn | None = Field(
        default=None, examples=["arn:aws:iam::222222222222:role/crosslink-deploy"]
    )
    """Role that Pulumi assumes in the account; if left out, the credentials that Pulumi runs with."""
    preview_role_arn: RoleArn | None = Field(
        default=None, examples=["arn:aws:iam::222222222222:role/crosslink-preview"]
    )
    """Role that previews of pull requests assume instead, which may only read: they need one for each
    `roleArn`. It must exist before the up."""
    external_id: ExternalId | None = Field(default=None, examples=["crosslink"])
    """External id of both roles; may be secret. Not for an account with a cluster, since `aws eks get-token`
    can't give one."""
    permissions_boundary: PolicyArn | None = Field(
        default=None, examples=["arn:aws:iam::222222222222:policy/crosslink-boundary"]
    )
    """Permissions boundary of the IAM roles that the stack makes in the account: a policy of the account or
    of AWS; none if left out."""
    alarms: Annotated[Alarms | None, Since("0.4")] = Field(
        default=None, examples=[{"topicArn": "arn:aws:sns:us-east-1:222222222222:on-call"}]
    )
    """Alarms of the backend's load balancers, NAT gateways and certificate, and a dashboard; none if left
    out."""
    acceptance: Literal["automatic", "manual"] = "automatic"
    """Who accepts the endpoint: AWS at once, or the backend's account. There the stack accepts an endpoint of
    its own in the same update; one of another stack is accepted by hand. `docs/security.md` compares them."""
    allowed_principals: Annotated[tuple[AccountPrincipalArn, ...], distinct(0, "principals")] = Field(
        default=(), examples=[["arn:aws:iam::111111111111:role/crosslink-deploy"]]
    )
    """Who may connect an endpoint. Required without `crosslink:consumer`, and refused beside it."""
    supported_regions: Annotated[tuple[RegionName, ...], distinct(0, "regions"), Since("0.3")] = Field(
        default=(), examples=[["us-west-2"]]
    )
    """Other regions whose endpoints may connect, besides the API's with `native` crossing: those of other
    stacks, or of an endpoint that is to replace this stack's. AWS charges the backend's account for each."""


class PathsBackend(Backend):
    """A backend without services of its own."""

    tls: TlsName | None = Field(default=None, examples=[{"domain": "apps.example.com"}])
    """HTTPS from the API to the load balancer; plain HTTP if left out."""
    paths: Paths = Field(examples=[{"/search": {}}])
    """Path of the API → nothing, or its settings. With `service.stack`, those published if left out."""

    @property
    def tls_domain(self) -> str | None:
        return self.tls.domain if self.tls else None

    @property
    def served(self) -> tuple[ServedPath, ...]:
        return tuple(ServedPath(path=p, strip_prefix=s.strip_prefix) for p, s in self.paths.items())
