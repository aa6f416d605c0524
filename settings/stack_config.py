"""The keys of a stack file and their models, of which the reference and the schema of settings are made."""

from typing import Annotated, Any

from pydantic import ConfigDict, Discriminator, Field, Tag
from pydantic.alias_generators import to_camel

from settings.api import Api
from settings.backend import (
    KINDS,
    ClusterBackend,
    LoadBalancerBackend,
    NetworkLoadBalancerBackend,
    ServiceBackend,
)
from settings.consumer import Consumer
from settings.described import Since
from settings.fields import Model
from settings.logs import FlowLogs
from settings.quotas import Quotas
from settings.tags import Tags


def _kind(value: Any) -> str | None:  # noqa: ANN401 - what YAML holds
    return next((kind for kind in KINDS if kind in value), None)


AnyBackend = Annotated[
    Annotated[ClusterBackend, Tag("cluster")]
    | Annotated[LoadBalancerBackend, Tag("loadBalancer")]
    | Annotated[NetworkLoadBalancerBackend, Tag("networkLoadBalancer")]
    | Annotated[ServiceBackend, Tag("service")],
    Discriminator(_kind),
]


class StackConfig(Model):
    """What a stack file of this program says under `config`."""

    model_config = ConfigDict(alias_generator=lambda name: f"crosslink:{to_camel(name)}")

    consumer: Consumer | None = Field(default=None, examples=[Consumer.example])
    """Account 1, with the API's region and the networks of the endpoints. Without it and `crosslink:api` the
    stack makes the provider side alone, which another stack may join."""
    backends: tuple[AnyBackend, ...] = Field(min_length=1, examples=[[ClusterBackend.example]])
    """What the API's paths lead to. One of the keys `cluster`, `loadBalancer`, `networkLoadBalancer` and
    `service` tells which kind a backend is of. With those of kind `service` alone the stack makes the
    consumer side alone."""
    api: Api | None = Field(default=None, examples=[Api.example])
    """The public REST API, new or existing."""
    tags: Tags | None = Field(default=None, examples=[Tags.example])
    """Tags of all that the stack makes and AWS can tag, in every account: 40 at most, also on the load
    balancers, nodes and volumes of clusters."""
    flow_logs: FlowLogs | None = Field(default=None, examples=[FlowLogs.example])
    """Flow logs of all networks that the stack makes; none if left out."""
    quotas: Annotated[Quotas | None, Since("0.2")] = Field(default=None, examples=[Quotas.example])
    """What AWS has raised its quotas to, at your request; AWS's defaults if left out."""
    protect: bool = False
    """Whether Pulumi refuses to delete or replace networks, endpoint services, the gateway NLB, the VPC link,
    the API and clusters."""
    allow_placeholders: Annotated[bool, Since("0.2")] = False
    """Whether `pulumi up` takes account ids and addresses of examples, which it otherwise refuses: for a
    stack that is tried against stand-ins of AWS. The sandbox only warns of them."""
