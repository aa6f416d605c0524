"""Runs of ConsumerSide, by the names of backends and of an API."""

import json
from collections.abc import Mapping
from functools import cache
from ipaddress import IPv4Network
from typing import Any, TypeVar

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from components.accounts import Accounts
from components.consumer.interface_endpoint import Acceptance
from components.consumer.side import ConsumerSide, ConsumerSideArgs, Reach
from crosslink.sandbox.record import Run
from settings.api import Api, ExistingApi
from settings.backend import (
    Backend,
    ClusterBackend,
    LoadBalancerBackend,
    NetworkLoadBalancerBackend,
    ProvidedBackend,
    ServiceBackend,
)
from settings.consumer import Consumer
from settings.fields import Model
from settings.limits import Throttle
from settings.networks import BackendNetwork
from settings.service import Service
from settings.tls import Tls
from tests.components.beside import (
    FAR_SUBNETS,
    GATEWAY_TABLES,
    GATEWAY_VPC,
    LANDING_TABLE,
    LANDING_VPC,
    NEAR_SUBNETS,
    NLB_SUBNETS,
    run_beside,
)
from tests.components.support import CERTIFICATE, CONSUMER, backend, network

M = TypeVar("M", bound=Model)

HOME, AWAY, FAR = "us-west-2", "us-east-1", "eu-central-1"
_LANDINGS = {AWAY: {"cidr": "10.11.0.0/20"}, FAR: {"cidr": "10.12.0.0/20"}}
ALL = ("apps", "billing", "europe", "local")
"""Backends: two in one region, one in another, and one in the API's own."""
PUBLISHED = f"com.amazonaws.vpce.{AWAY}.vpce-svc-0a1b2c3d4e5f60718"
_BALANCER = f"arn:aws:elasticloadbalancing:{AWAY}:444444444444:loadbalancer"
NLB_CIDRS = {"usw2-az1": "10.10.32.0/26", "usw2-az2": "10.10.64.0/26"}
"""Zone → subnet of the gateway NLB, by the address plan."""


def _read(model: type[M], given: Mapping[str, Any]) -> M:
    """A model, as from a stack file."""
    return model.model_validate_json(json.dumps(given))


def _service(name: str, path: str) -> Service:
    return Service(name=name, path=path, image="hashicorp/http-echo:1.0", port=8080)


def _another(name: str, slot: int, account_id: str, region: str, zones: tuple[str, ...]) -> ClusterBackend:
    return backend(
        name=name,
        slot=slot,
        account_id=account_id,
        region=region,
        network=BackendNetwork(cidr=IPv4Network("10.20.0.0/16"), zone_ids=zones),
        services=(_service(name, f"/{name}"),),
    )


_SERVICES = (_service("svc1", "/svc1"), _service("svc2", "/team/svc2"))
_BACKENDS: dict[str, Backend] = {
    "apps": backend(services=_SERVICES),
    "apps by hand": backend(services=_SERVICES, acceptance="manual"),
    "apps over TLS": backend(
        services=_SERVICES, tls=Tls(domain="apps.example.com", certificate_arn=CERTIFICATE)
    ),
    "billing": _another("billing", 3, "333333333333", AWAY, ("use1-az2", "use1-az4")),
    "europe": _another("europe", 4, "333333333333", FAR, ("euc1-az1", "euc1-az2")),
    "local": _another("local", 1, CONSUMER, HOME, ("usw2-az1", "usw2-az3")),
    "apps at": backend(
        services=_SERVICES, endpoint_addresses={"use1-az1": "10.30.7.20", "use1-az2": "10.30.8.20"}
    ),
    "apps astray": backend(
        services=_SERVICES, endpoint_addresses={"use1-az1": "10.30.7.20", "use1-az2": "10.30.9.20"}
    ),
    "search": _read(
        LoadBalancerBackend,
        {
            "name": "search",
            "slot": 5,
            "accountId": "444444444444",
            "region": AWAY,
            "network": {"existing": {"vpcId": LANDING_VPC, "nlbSubnets": FAR_SUBNETS}},
            "loadBalancer": {
                "arn": f"{_BALANCER}/app/search/50dc6c495c0c9188",
                "port": 8443,
                "healthPath": "/status",
            },
            "tls": {"domain": "search.example.com"},
            "paths": {"/search": {"stripPrefix": True}},
        },
    ),
    "stream": _read(
        NetworkLoadBalancerBackend,
        {
            "name": "stream",
            "slot": 6,
            "accountId": "444444444444",
            "region": AWAY,
            "networkLoadBalancer": {
                "arn": f"{_BALANCER}/net/stream/50dc6c495c0c9188",
                "port": 9000,
                "zoneIds": ["use1-az1", "use1-az4"],
            },
            "paths": {"/stream": {}},
        },
    ),
    "theirs": _read(
        ServiceBackend,
        {
            "name": "theirs",
            "slot": 7,
            "accountId": "555555555555",
            "region": AWAY,
            "service": {"name": PUBLISHED, "port": 81, "zoneIds": ["use1-az1", "use1-az2"]},
            "paths": {"/": {}, "/theirs": {}},
        },
    ),
}
_GATEWAYS = {
    "made": {"cidr": "10.10.0.0/16", "zoneIds": list(NLB_CIDRS)},
    "existing": {
        "existing": {
            "vpcId": GATEWAY_VPC,
            "nlbSubnets": NLB_SUBNETS,
            "endpointSubnets": NEAR_SUBNETS,
            "routeTables": list(GATEWAY_TABLES),
        }
    },
}
_EXISTING_LANDING = {
    "existing": {"vpcId": LANDING_VPC, "endpointSubnets": FAR_SUBNETS, "routeTables": [LANDING_TABLE]}
}
_APIS = {
    "plain": Api(name="shop"),
    "open": Api(
        name="other",
        stage="live",
        auth="none",
        allow_unauthenticated=True,
        throttle=Throttle(rate=7.0, burst=9),
        backend_domain="apps.example.org",
    ),
    "key": Api(name="shop", auth="apiKey"),
    "no logs": Api.model_validate({"name": "shop", "logs": False}),
    "existing": Api(existing=ExistingApi(id="a1b2c3d4e5", root_resource_id="abc123")),
}


@cache
def consumer_side(
    *backends: str,
    api: str = "plain",
    gateway: str = "made",
    landing: str = "made",
    connection: str = "peering",
    waiting: bool = False,
    flow_log_days: int | None = None,
    protect: bool = False,
    preview: bool = False,
) -> Run:
    """The consumer's side of backends, whose endpoint services are named `service-<backend>`.

    Its outputs are the component's and its API's, by their names.

    Args:
        backends: names of backends.
        api: name of an API.
        gateway: whether the gateway network is "made" or "existing".
        landing: whether the landing network in `AWAY` is "made" or "existing".
        connection: its connection.
        waiting: whether AWS tells no addresses of endpoints yet.
        flow_log_days: as in the arguments.
        protect: as in the arguments.
        preview: run as in a preview.
    """
    chosen = [_BACKENDS[name] for name in backends]
    landings: dict[str, Any] = {
        backend.region: _LANDINGS[backend.region] for backend in chosen if backend.region != HOME
    }
    if AWAY in landings:
        away = _EXISTING_LANDING if landing == "existing" else landings[AWAY]
        landings[AWAY] = {**away, "connection": connection}
    consumer = _read(
        Consumer, {"accountId": CONSUMER, "region": HOME, "network": _GATEWAYS[gateway], "landings": landings}
    )

    def program() -> None:
        accounts = Accounts(roles={}, tags={})

        def reach(backend: Backend) -> Reach:
            if not isinstance(backend, ProvidedBackend):
                return Reach(backend=backend, service_name=PUBLISHED)
            theirs, manual = accounts.of(backend.account_id, backend.region), backend.acceptance == "manual"
            net = network(f"far-{backend.name}", "10.20.0.0/16", {}, ResourceOptions(provider=theirs))
            service = aws.ec2.VpcEndpointService(
                f"service-{backend.name}", acceptance_required=manual, opts=ResourceOptions(parent=net)
            )
            accepted = Acceptance(account=theirs, service_id=service.id)
            return Reach(
                backend=backend,
                service_name=service.service_name,
                acceptance=accepted if manual else None,
            )

        side = ConsumerSide(
            "crosslink",
            ConsumerSideArgs(
                consumer=consumer,
                landing_accounts={region: accounts.of(CONSUMER, region) for region in landings},
                reaches=[reach(backend) for backend in chosen],
                api=_APIS[api],
                flow_log_days=flow_log_days,
                protect=protect,
            ),
            ResourceOptions(provider=accounts.of(CONSUMER, HOME)),
        )
        for output in ("link_id", "endpoint_ids", "endpoint_addresses", "existing_networks", "log_groups"):
            pulumi.export(output, getattr(side, output))
        for output in ("api_id", "stage_name", "url", "key"):
            pulumi.export(output, getattr(side.api, output))

    return run_beside(program, waiting=waiting, preview=preview)


def uris(found: Run) -> dict[str, str]:
    """Path → URI, in the document of a new API."""
    document: dict[str, Any] = json.loads(found.one("aws:apigateway/restApi:RestApi").inputs["body"])
    return {
        path: methods["x-amazon-apigateway-any-method"]["x-amazon-apigateway-integration"]["uri"]
        for path, methods in document["paths"].items()
    }
