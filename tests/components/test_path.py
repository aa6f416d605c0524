"""The stack output `path`: what it says of every example, and that it is read back."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from crosslink.graph import tokens
from crosslink.graph.from_sandbox import declared_of
from crosslink.graph.unknown import given_in_the_up
from crosslink.path.intent import Place
from crosslink.path.output import Declared
from crosslink.sandbox.record import Resource, Run
from settings import Api, Backend, Consumer, ProvidedBackend, Settings
from settings.backend import (
    ClusterBackend,
    LoadBalancerBackend,
    NetworkLoadBalancerBackend,
    ServiceBackend,
)
from settings.cluster import JoinedCluster
from settings.networks import JoinedBackendNetwork, JoinedGateway, JoinedLanding
from settings.service import JoinedService
from tests.runs import DEV, LINKS, STACK_FILES, file_of, network_of, run_stack, settings_of

ACCOUNT = re.compile(r"(?<![\w-])(?:1{12}|2{12}|3{12})\b")  # those of the examples


@pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.stem)
def test_the_output_of_every_example(file: Path) -> None:
    run, settings = run_stack(file, preview=False), settings_of(file)
    landings = settings.consumer.landings if settings.consumer else {}
    path = dict(run.outputs["path"])
    networks = path.pop("networks")
    assert path == {
        "consumer": {
            **party(settings.consumer),
            "cidr": cidr_of(settings.consumer.network),
            "zoneIds": [*settings.consumer.network.zone_ids],
        }
        if settings.consumer
        else None,
        "api": api_of(run, settings.api) if settings.api else None,
        "routes": {
            served.path: {
                "backend": backend.name,
                "stripPrefix": served.strip_prefix,
                **(callers_of(settings.api, served.path) if settings.api else {}),
                **shared_of(settings, served.path),
            }
            for backend, served in settings.routes
        },
        "backends": {backend.name: backend_of(run, settings, backend) for backend in settings.backends},
        "landings": {region: cidr_of(landing) for region, landing in landings.items()},
        "connections": {region: landing.connection for region, landing in landings.items()},
        "accounts": sorted(
            {*ACCOUNT.findall(file.read_text()), *(backend.account_id for backend in settings.backends)}
        ),
    }
    assert networks == {
        name: {**place, "subnets": {id_: subnet_of(run, id_) for id_ in ids}}
        for name, place, ids in existing_networks(settings)
    }


def api_of(run: Run, api: Api) -> dict[str, object]:
    stage = run.one(tokens.STAGE)
    mapping = next((resource.inputs for resource in run.of_type(tokens.BASE_PATH_MAPPING)), {})
    return {
        "id": stage.inputs["restApi"],
        "stage": stage.inputs["stageName"],
        "vpcLinkId": run.one(LINKS[api.vpc_link]).id,
        "existing": not run.of_type(tokens.REST_API),
        "sourceIps": [str(network) for network in api.source_ips],
        "userPoolArn": api.cognito.user_pool_arn if api.cognito else None,
        "idTokens": api.cognito is not None and api.cognito.takes_id_tokens,
        "identityHeaders": any(route.identity_headers for route in api.routes.values()),
        "functionArn": api.lambda_.function_arn if api.lambda_ else None,
        "tokenHeader": api.lambda_.header if api.lambda_ else None,
        "authorizerType": api.lambda_.type if api.lambda_ else None,
        "cacheSeconds": api.lambda_.cache_seconds if api.lambda_ else None,
        "domain": mapping.get("domainName"),
        "basePath": mapping.get("basePath"),
    }


def callers_of(api: Api, path: str) -> dict[str, object]:
    """Who may call a route, and how."""
    route = api.route(path)
    return {
        "auth": api.auth_of(path),
        "methods": list(route.methods),
        "principals": list(route.principals),
        "scopes": list(route.scopes),
        "cors": route.cors is not None,
        "credentials": route.cors is not None and route.cors.credentials,
        "corsOrigins": list(route.cors.origins) if route.cors else [],
        "corsHeaders": list(route.cors.headers) if route.cors else [],
        "timeoutSeconds": route.timeout_seconds,
        "streaming": route.streaming,
        "tellsCaller": route.identity_headers is True,
    }


def shared_of(settings: Settings, path: str) -> dict[str, object]:
    """What a route has that two backends serve."""
    return next(
        (
            {
                "backend": next(iter(route.weights)),
                "weights": dict(route.weights),
                "slot": route.slot,
                "listenerPort": 8000 + route.slot,
                "healthPath": route.health_path,
            }
            for route in settings.shared_routes
            if route.path == path
        ),
        {},
    )


def backend_of(run: Run, settings: Settings, backend: Backend) -> dict[str, object]:
    name = f"crosslink-{backend.name}"
    found: dict[str, object] = {
        "accountId": backend.account_id,
        "region": backend.region,
        "crossing": backend.crossing,
        "kind": backend.kind,
        "existing": True,
        "port": backend.port,
        "tlsDomain": backend.tls_domain,
        "slot": backend.slot,
        "listenerPort": 8000 + backend.slot,
        "zoneIds": [*backend.zone_ids],
        "cidr": cidr_of(network_of(backend)),
        "addresses": addresses_of(run, settings.consumer, backend) if settings.consumer else {},
        "endpointId": run.one(tokens.ENDPOINT, name).id if settings.consumer else None,
        "allowedPrincipals": [],
        "supportedRegions": [],
        "admins": list(getattr(getattr(backend, "cluster", None), "admins", [])),
        "clusterKey": key_of(backend),
    }
    if isinstance(backend, ServiceBackend):
        return {**found, "serviceName": backend.service.name}
    assert isinstance(backend, ProvidedBackend)
    service = run.one(tokens.ENDPOINT_SERVICE, name)
    found |= {
        **party(backend),
        "serviceId": service.id,
        "serviceName": service.outputs["serviceName"],
        "allowedPrincipals": service.inputs["allowedPrincipals"],
        "supportedRegions": service.inputs.get("supportedRegions", []),
        "controller": None,
        "clusterName": None,
        "namespaces": [],
        "loadBalancerArn": None,
    }
    match backend:
        case LoadBalancerBackend():
            return {**found, "loadBalancerArn": backend.load_balancer.arn}
        case NetworkLoadBalancerBackend():
            return {**found, "loadBalancerArn": backend.network_load_balancer.arn}
        case ClusterBackend():
            cluster = backend.cluster
            classes = [resource for resource in run.of_type(tokens.INGRESS_CLASS) if is_of(resource, name)]
            (controller,) = {class_.inputs["spec"]["controller"] for class_ in classes}
            own = [resource for resource in run.of_type(tokens.NAMESPACE) if resource.name == name]
            joined = [s.existing.namespace for s in backend.services if isinstance(s, JoinedService)]
            return {
                **found,
                "existing": isinstance(cluster, JoinedCluster),
                "controller": controller,
                "clusterName": cluster.existing.name
                if isinstance(cluster, JoinedCluster)
                else run.one("eks:index:Cluster", name).inputs["name"],
                "namespaces": [*dict.fromkeys([*(node.inputs["metadata"]["name"] for node in own), *joined])],
            }
        case _:
            raise TypeError(backend.kind)


def addresses_of(run: Run, consumer: Consumer, backend: Backend) -> dict[str, str]:
    """Zone id → the address that the endpoint asks for there."""
    asked = run.one(tokens.ENDPOINT, f"crosslink-{backend.name}").inputs.get("subnetConfigurations", [])
    addresses = {subnet["ipv4"] for subnet in asked}
    targets = run.outputs["endpointAddresses"][backend.name]
    assert set(targets) <= set(consumer.endpoint_zones(backend))
    return {zone: address for zone, address in targets.items() if address in addresses}


def key_of(backend: Backend) -> str | None:
    """The ARN of a made cluster's key, or that the stack makes it; None without such a cluster."""
    if not isinstance(backend, ClusterBackend) or backend.joined:
        return None
    return getattr(backend.cluster, "key_arn", None) or "made"


def cidr_of(network: object) -> str | None:
    """CIDR of a network that the stack makes."""
    cidr = getattr(network, "cidr", None)
    return str(cidr) if cidr else None


def is_of(resource: Resource, side: str) -> bool:
    """Whether a resource is one of a provider side's."""
    return f"{resource.name}-".startswith(f"{side}-")


def existing_networks(settings: Settings) -> Iterator[tuple[str, Mapping[str, str], set[str]]]:
    """Name, account, region and VPC, and the subnets in use, of each existing network."""
    for backend in settings.provided:
        network = network_of(backend)
        if isinstance(network, JoinedBackendNetwork):
            given = network.existing
            place = {"accountId": backend.account_id, "region": backend.region, "vpcId": given.vpc_id}
            tiers = (given.nlb_subnets, given.alb_subnets, given.node_subnets)
            yield backend.name, place, {id_ for subnets in tiers for id_ in subnets.values()}
    if (consumer := settings.consumer) is None:
        return
    for region, network in {consumer.region: consumer.network, **consumer.landings}.items():
        if isinstance(network, JoinedGateway | JoinedLanding):
            backends = [backend for backend in settings.backends if backend.region == region]
            zones = {zone for backend in backends for zone in consumer.endpoint_zones(backend)}
            ids = {network.existing.endpoint_subnets[zone] for zone in zones}
            if isinstance(network, JoinedGateway):
                ids |= {*network.existing.nlb_subnets.values()}
            vpc_id = network.existing.vpc_id
            yield (
                f"consumer/{region}",
                {"accountId": consumer.account_id, "region": region, "vpcId": vpc_id},
                ids,
            )


def subnet_of(run: Run, id_: str) -> dict[str, str]:
    """A subnet as the file beside the stack tells it."""
    (found,) = [vpc.subnets[id_] for vpc in run.existing.vpcs if id_ in vpc.subnets]
    return {"zoneId": found.zone_id, "cidr": found.cidr}


def test_it_has_the_auth_of_each_route() -> None:
    nothing = {
        "stripPrefix": False,
        "methods": [],
        "principals": [],
        "scopes": [],
        "cors": False,
        "credentials": False,
        "corsOrigins": [],
        "corsHeaders": [],
        "timeoutSeconds": 29,
        "streaming": False,
        "tellsCaller": False,
    }
    path = run_stack(file_of("mixed"), preview=False).outputs["path"]
    assert path["routes"] == {
        "/orders": {
            **nothing,
            "backend": "apps",
            "auth": "iam",
            "principals": ["arn:aws:iam::111111111111:role/shop"],
            "timeoutSeconds": 10,
            "tellsCaller": True,
        },
        "/catalog": {
            **nothing,
            "backend": "apps",
            "auth": "cognito",
            "methods": ["GET"],
            "scopes": ["catalog/read"],
            "cors": True,
            "corsOrigins": ["https://app.example.com"],
            "corsHeaders": [
                "Authorization",
                "Content-Type",
                "X-Amz-Date",
                "X-Amz-Security-Token",
                "X-Api-Key",
            ],
        },
        "/partners": {**nothing, "backend": "apps", "auth": "apiKey"},
        "/webhooks": {
            **nothing,
            "backend": "apps",
            "auth": "lambda",
            "methods": ["POST"],
            "tellsCaller": True,
        },
        "/status": {**nothing, "backend": "apps", "auth": "none", "methods": ["GET", "HEAD"]},
    }
    assert path["api"]["sourceIps"] == ["203.0.113.0/24"]
    assert path["api"]["functionArn"] == "arn:aws:lambda:us-west-2:111111111111:function:authorize:live"


@pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.stem)
def test_a_preview_knows_all_of_it_except_ids(file: Path) -> None:
    before, after = declared(file, preview=True), declared(file, preview=False)
    unknown, settings = given_in_the_up(), settings_of(file)
    backends = {
        backend.name: after.backends[backend.name].model_copy(
            update={
                "endpoint_id": unknown if settings.consumer else None,
                # A service that exists has a name; nobody here knows its id.
                **({"service_id": unknown, "service_name": unknown} if backend in settings.provided else {}),
            }
        )
        for backend in settings.backends
    }
    api = after.api
    if api and settings.api:
        existing = settings.api.existing
        api = api.model_copy(update={"id": existing.id if existing else unknown, "vpc_link_id": unknown})
    assert before == after.model_copy(update={"api": api, "backends": backends})
    assert before.places() == after.places()


def test_it_is_read_back_from_what_the_cli_prints() -> None:
    printed = json.dumps(run_stack(DEV, preview=False).outputs["path"])
    found = Declared.model_validate_json(printed)
    assert found == declared(DEV, preview=False)
    assert found.consumer
    assert found.consumer.role_arn == "arn:aws:iam::111111111111:role/crosslink-deploy"
    assert found.backends["apps"].place == Place(account="222222222222", region="us-east-1")


def declared(file: Path, *, preview: bool) -> Declared:
    found = declared_of(run_stack(file, preview=preview))
    assert found
    return found


def party(side: Consumer | ProvidedBackend) -> dict[str, object]:
    return {
        "accountId": side.account_id,
        "region": side.region,
        "roleArn": side.role_arn,
        "previewRoleArn": side.preview_role_arn,
        "externalId": side.external_id,
    }
