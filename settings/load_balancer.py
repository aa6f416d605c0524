"""Backends with a load balancer that exists: an ALB, or an NLB."""

from typing import Annotated, cast

from pydantic import BeforeValidator, Field

from settings.any_backend import HTTP_PORT, PathsBackend, ProvidedBackend
from settings.fields import Model, Port, ZoneId, distinct, matching, unfit
from settings.networks import JoinedBackendNetwork
from settings.path import HealthPath

_BALANCER = "arn:aws:elasticloadbalancing:us-east-1:222222222222:loadbalancer"


def _existing(value: object) -> object:
    if isinstance(value, dict) and "existing" not in value:
        raise unfit("must be existing: the load balancer's own VPC")
    return cast("object", value)


class LoadBalancer(Model):
    """An internal ALB that the stack doesn't create, in the backend's account and region.

    Its rules are its owner's: `docs/recipes/load-balancer.md` has those that bind a route to its targets.
    """

    arn: Annotated[
        str,
        matching(
            r"arn:aws:elasticloadbalancing:[a-z0-9-]+:\d{12}:loadbalancer/app/[A-Za-z0-9-]{1,32}/[0-9a-f]{16}",
            "must be the ARN of an Application Load Balancer in partition aws",
        ),
    ] = Field(examples=[f"{_BALANCER}/app/search/50dc6c495c0c9188"])
    """ARN of an internal ALB in the backend's account and region."""
    port: Port = HTTP_PORT
    """Port of its listener."""
    health_path: HealthPath = Field(examples=["/health"])
    """Path that it answers with a status of 200 to 399, whatever the host."""


class NetworkLoadBalancer(Model):
    """An internal NLB that the stack doesn't create, in the backend's account and region.

    What is behind it is its owner's, as for `loadBalancer`.
    """

    arn: Annotated[
        str,
        matching(
            r"arn:aws:elasticloadbalancing:[a-z0-9-]+:\d{12}:loadbalancer/net/[A-Za-z0-9-]{1,32}/[0-9a-f]{16}",
            "must be the ARN of a Network Load Balancer in partition aws",
        ),
    ] = Field(examples=[f"{_BALANCER}/net/search/50dc6c495c0c9188"])
    """ARN of an internal NLB in the backend's account and region."""
    port: Port = HTTP_PORT
    """Port of its listener."""
    zone_ids: Annotated[tuple[ZoneId, ...], distinct(1, "zones")] = Field(examples=[["use1-az1", "use1-az2"]])
    """Ids of its zones."""
    health_path: HealthPath | None = Field(default=None, examples=["/health"])
    """Path that is answered with a status of 200 to 399 behind it, whatever the host; if left out, health
    checks only connect."""


class LoadBalancerBackend(PathsBackend, ProvidedBackend):
    """An existing ALB, offered by an NLB and an endpoint service that the stack makes."""

    kind = "loadBalancer"

    network: Annotated[JoinedBackendNetwork, BeforeValidator(_existing)] = Field(
        examples=[JoinedBackendNetwork.example]
    )
    """The ALB's VPC; without `nodeSubnets`."""
    load_balancer: LoadBalancer = Field(
        examples=[{"arn": f"{_BALANCER}/app/search/50dc6c495c0c9188", "healthPath": "/health"}]
    )
    """An existing ALB."""

    @property
    def zone_ids(self) -> tuple[str, ...]:
        return self.network.zone_ids

    @property
    def port(self) -> int:
        return self.load_balancer.port

    @property
    def health_path(self) -> str | None:
        return self.load_balancer.health_path


class NetworkLoadBalancerBackend(PathsBackend, ProvidedBackend):
    """An existing NLB, offered by an endpoint service that the stack makes."""

    kind = "networkLoadBalancer"

    network_load_balancer: NetworkLoadBalancer = Field(
        examples=[{"arn": f"{_BALANCER}/net/search/50dc6c495c0c9188", "zoneIds": ["use1-az1", "use1-az2"]}]
    )
    """An existing NLB."""

    @property
    def zone_ids(self) -> tuple[str, ...]:
        return self.network_load_balancer.zone_ids

    @property
    def port(self) -> int:
        return self.network_load_balancer.port

    @property
    def health_path(self) -> str | None:
        return self.network_load_balancer.health_path
