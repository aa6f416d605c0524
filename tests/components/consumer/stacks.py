"""Runs of ConsumerSide, by the names of backends and of an API."""

import json
from functools import cache
from ipaddress import IPv4Network
from typing import Any

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from components.accounts import Accounts
from components.consumer.side import ConsumerSide, ConsumerSideArgs, Landing, Reach
from crosslink.sandbox.engine import run
from crosslink.sandbox.record import Run
from settings.api import Api, ExistingApi
from settings.backend import Backend, BackendNetwork, Service
from settings.consumer import GatewayNetwork
from settings.limits import Throttle
from settings.tls import Tls
from tests.components.support import CERTIFICATE, CONSUMER, backend, network

HOME, AWAY, FAR = "us-west-2", "us-east-1", "eu-central-1"
LANDINGS = {AWAY: IPv4Network("10.11.0.0/20"), FAR: IPv4Network("10.12.0.0/20")}
ALL = ("apps", "billing", "europe", "local")
"""Backends: two in one region, one in another, and one in the API's own."""
NLB_CIDRS = {"usw2-az1": "10.10.32.0/26", "usw2-az2": "10.10.64.0/26"}
"""Zone → subnet of the gateway NLB, by the address plan."""


def _service(name: str, path: str) -> Service:
    return Service(name=name, path=path, image="hashicorp/http-echo:1.0", port=8080)


def _another(name: str, slot: int, account_id: str, region: str, zones: tuple[str, ...]) -> Backend:
    return backend(
        name=name,
        slot=slot,
        account_id=account_id,
        region=region,
        network=BackendNetwork(cidr=IPv4Network("10.20.0.0/16"), zone_ids=zones),
        services=(_service(name, f"/{name}"),),
    )


_SERVICES = (_service("svc1", "/svc1"), _service("svc2", "/team/svc2"))
_BACKENDS = {
    "apps": backend(services=_SERVICES),
    "apps by hand": backend(services=_SERVICES, acceptance="manual"),
    "apps over TLS": backend(
        services=_SERVICES, tls=Tls(domain="apps.example.com", certificate_arn=CERTIFICATE)
    ),
    "billing": _another("billing", 3, "333333333333", AWAY, ("use1-az2", "use1-az4")),
    "europe": _another("europe", 4, "333333333333", FAR, ("euc1-az1", "euc1-az2")),
    "local": _another("local", 1, CONSUMER, HOME, ("usw2-az1", "usw2-az3")),
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
    flow_log_days: int | None = None,
    protect: bool = False,
    preview: bool = False,
) -> Run:
    """The consumer's side of backends, whose endpoint services are named `service-<backend>`.

    Its outputs are the component's and its API's, by their names.
    """
    chosen = [_BACKENDS[name] for name in backends]

    def program() -> None:
        accounts = Accounts(roles={}, tags={})

        def reach(backend: Backend) -> Reach:
            theirs = accounts.of(backend.account_id, backend.region)
            net = network(f"far-{backend.name}", "10.20.0.0/16", {}, ResourceOptions(provider=theirs))
            service = aws.ec2.VpcEndpointService(
                f"service-{backend.name}",
                acceptance_required=backend.acceptance == "manual",
                opts=ResourceOptions(parent=net),
            )
            return Reach(backend=backend, service=service, port=443 if backend.tls else 80, account=theirs)

        regions = {backend.region: None for backend in chosen if backend.region != HOME}
        side = ConsumerSide(
            "crosslink",
            ConsumerSideArgs(
                account_id=CONSUMER,
                region=HOME,
                network=GatewayNetwork(cidr=IPv4Network("10.10.0.0/16"), zone_ids=tuple(NLB_CIDRS)),
                landings={
                    region: Landing(cidr=LANDINGS[region], account=accounts.of(CONSUMER, region))
                    for region in regions
                },
                reaches=[reach(backend) for backend in chosen],
                api=_APIS[api],
                permissions_boundary=None,
                flow_log_days=flow_log_days,
                protect=protect,
            ),
            ResourceOptions(provider=accounts.of(CONSUMER, HOME)),
        )
        for output in ("link_id", "endpoint_ids", "endpoint_addresses", "log_groups"):
            pulumi.export(output, getattr(side, output))
        for output in ("api_id", "stage_name", "url", "key"):
            pulumi.export(output, getattr(side.api, output))

    return run(program, preview=preview)


def uris(found: Run) -> dict[str, str]:
    """Path → URI, in the document of a new API."""
    document: dict[str, Any] = json.loads(found.one("aws:apigateway/restApi:RestApi").inputs["body"])
    return {
        path: methods["x-amazon-apigateway-any-method"]["x-amazon-apigateway-integration"]["uri"]
        for path, methods in document["paths"].items()
    }
