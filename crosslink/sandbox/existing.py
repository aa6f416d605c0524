"""What exists beside a stack: `<stack>.aws.yaml` beside `Pulumi.<stack>.yaml` tells the sandbox of it.

All values are plain, so that a stack with what exists beside it can be handed to another process as JSON.
"""

import re
from collections.abc import Mapping
from dataclasses import field, replace
from ipaddress import IPv4Network
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel
from pydantic.dataclasses import dataclass
from pydantic_core import ErrorDetails

from crosslink.sandbox import go_yaml

_MODEL = ConfigDict(
    alias_generator=to_camel, validate_by_name=True, validate_by_alias=True, extra="forbid", strict=False
)
_MUST = {
    "string_type": "must be text, in quotes where YAML would read a number",
    "missing": "is required",
    "unexpected_keyword_argument": "is unknown",
    "tuple_type": "must be a list",
    "dict_type": "must be a mapping",
    "dataclass_type": "must be a mapping",
}


class ExistingError(Exception):
    """The file isn't as described here. Says which file and key, and what must hold."""


def _network(value: str) -> str:
    return str(IPv4Network(value))


def _id(prefix: str) -> StringConstraints:
    return StringConstraints(pattern=rf"^{prefix}-[0-9a-z]+$")


AccountId = Annotated[str, StringConstraints(pattern=r"^\d{12}$")]
Cidr = Annotated[str, AfterValidator(_network)]
SubnetId = Annotated[str, _id("subnet")]
RouteTableId = Annotated[str, _id("rtb")]
VpcId = Annotated[str, _id("vpc")]
ZoneId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+-az[1-9]$")]
Place: TypeAlias = tuple[str, str]  # account and region


@dataclass(frozen=True, kw_only=True, config=_MODEL)
class Route:
    """A route of a route table, besides those to the VPC itself."""

    to: str  # a CIDR, or the id of a prefix list
    over: str  # the id of what it leads to, `tgw-…`, `pcx-…`


@dataclass(frozen=True, kw_only=True, config=_MODEL)
class Subnet:
    """A subnet of a VPC."""

    zone_id: ZoneId
    cidr: Cidr
    route_table: RouteTableId | None = None  # None: the main one of its VPC


@dataclass(frozen=True, kw_only=True, config=_MODEL)
class Vpc:
    """A VPC. The first of its route tables is its main one."""

    id: VpcId
    account: AccountId
    region: str
    cidrs: Annotated[tuple[Cidr, ...], Field(min_length=1)]  # its primary CIDR is the first
    subnets: Mapping[SubnetId, Subnet] = Field(default_factory=dict[str, Subnet])
    route_tables: Mapping[RouteTableId, tuple[Route, ...]] = Field(
        default_factory=dict[str, tuple[Route, ...]]
    )

    def __post_init__(self) -> None:
        for id_, subnet in self.subnets.items():
            if not any(IPv4Network(subnet.cidr).subnet_of(IPv4Network(cidr)) for cidr in self.cidrs):
                raise ValueError(f"subnets.{id_}.cidr must be inside the VPC: {subnet.cidr}")
            if subnet.route_table and subnet.route_table not in self.route_tables:
                raise ValueError(f"subnets.{id_}.routeTable must be among routeTables: {subnet.route_table}")

    @property
    def place(self) -> Place:
        return self.account, self.region


@dataclass(frozen=True, kw_only=True, config=_MODEL)
class Cluster:
    """An EKS cluster."""

    name: str
    account: AccountId
    region: str
    vpc_id: VpcId
    version: str
    auto_mode: bool = False
    authentication_mode: Literal["API", "API_AND_CONFIG_MAP", "CONFIG_MAP"] = "API"

    @property
    def place(self) -> Place:
        return self.account, self.region


@dataclass(frozen=True, kw_only=True, config=_MODEL)
class ListenerRule:
    """A rule of an ALB's listener: a path pattern, and the route whose header it demands besides."""

    path: str
    route: str | None = None


@dataclass(frozen=True, kw_only=True, config=_MODEL)
class Listener:
    """A listener of a load balancer."""

    port: int
    protocol: Literal["HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP"]
    certificate_arn: str | None = None
    rules: tuple[ListenerRule, ...] = ()


@dataclass(frozen=True, kw_only=True, config=_MODEL)
class LoadBalancer:
    """An ALB or an NLB; its ARN tells which, and its account and region."""

    arn: Annotated[
        str,
        StringConstraints(
            pattern=r"^arn:aws:elasticloadbalancing:[a-z0-9-]+:\d{12}:loadbalancer/(app|net)/[^/]+/[0-9a-f]+$"
        ),
    ]
    vpc_id: VpcId
    subnets: Annotated[tuple[SubnetId, ...], Field(min_length=1)]
    listeners: tuple[Listener, ...] = ()
    security_groups: tuple[str, ...] = ()
    internal: bool = True

    @property
    def place(self) -> Place:
        _, _, _, region, account, _ = self.arn.split(":")
        return account, region

    @property
    def name(self) -> str:
        return self.arn.split("/")[2]


@dataclass(frozen=True, kw_only=True, config=_MODEL)
class EndpointService:
    """An endpoint service that somebody else offers."""

    name: Annotated[str, StringConstraints(pattern=r"^com\.amazonaws\.vpce\.[a-z0-9-]+\.vpce-svc-[0-9a-f]+$")]
    account: AccountId
    zone_ids: tuple[ZoneId, ...] = ()
    acceptance_required: bool = False
    supported_regions: tuple[str, ...] = ()  # whose endpoints may connect; none: whichever ask

    @property
    def region(self) -> str:
        return self.name.split(".")[3]


@dataclass(frozen=True, kw_only=True, config=_MODEL)
class Existing:
    """All that exists beside a stack; nothing by default.

    Another stack's outputs are those of an up of its file, which lies beside this one. A stack without a file
    is there, but has no outputs: it was never deployed, or it is destroyed.
    """

    vpcs: tuple[Vpc, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    load_balancers: tuple[LoadBalancer, ...] = ()
    endpoint_services: tuple[EndpointService, ...] = ()
    stacks: Mapping[str, str | None] = Field(default_factory=dict[str, str | None])  # full name → file
    file: str = field(default="", compare=False)  # where all this is told, or would be

    def __post_init__(self) -> None:
        subnets = {(vpc.id, subnet) for vpc in self.vpcs for subnet in vpc.subnets}
        for i, cluster in enumerate(self.clusters):
            if not any((vpc.id, vpc.place) == (cluster.vpc_id, cluster.place) for vpc in self.vpcs):
                must = "must be among vpcs, in the same account and region"
                raise ValueError(f"clusters[{i}].vpcId {must}: {cluster.vpc_id}")
        for i, balancer in enumerate(self.load_balancers):
            for subnet in balancer.subnets:
                if (balancer.vpc_id, subnet) not in subnets:
                    must = f"must be subnets of {balancer.vpc_id} among vpcs"
                    raise ValueError(f"loadBalancers[{i}].subnets {must}: {subnet}")


NOTHING = Existing()


def file_beside(stack_file: Path) -> Path:
    """The file that tells what exists beside a stack, given the stack's own."""
    return stack_file.with_name(f"{stack_file.stem.removeprefix('Pulumi.')}.aws.yaml")


def read(file: Path) -> Existing:
    """What a file tells; nothing if there is no such file.

    Raises:
        ExistingError: the file isn't as described here.
    """
    if not file.exists():
        return replace(NOTHING, file=str(file))
    try:
        document = go_yaml.load(file)
        existing = TypeAdapter(Existing).validate_python(document or {})
    except go_yaml.NotYamlError as error:
        raise ExistingError(f"{file}: {error}") from error
    except OSError as error:
        raise ExistingError(f"{file} can't be read: {error.strerror}") from error
    except ValidationError as error:
        raise ExistingError("\n".join(f"{file}: {_fault(detail)}" for detail in error.errors())) from None
    return replace(existing, file=str(file))


def _fault(detail: ErrorDetails) -> str:
    """`vpcs[0].region is required`"""
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in detail["loc"])
    place = re.sub(r"\.?\[key\]$", "", place.removeprefix("."))
    if detail["type"] == "value_error":
        text = detail["msg"].removeprefix("Value error, ")
        return f"{place}.{text}".removeprefix(".") if text[0].islower() else f"{place}: {text}"
    must = _MUST.get(detail["type"], detail["msg"][0].lower() + detail["msg"][1:])
    given = "" if detail["type"] in ("missing", "dataclass_type") else f": {detail['input']!r}"
    return f"{place or 'it'} {must}{given}"
