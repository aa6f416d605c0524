"""The stack output `path`: the resources and settings of the path, for the toolkit."""

from collections.abc import Mapping
from typing import Any

import pulumi

from components.consumer.endpoint_addresses import asked_addresses
from components.consumer.side import ConsumerSide
from components.provider.side import ProviderSide
from components.secret import carried
from settings.account_ids import named_accounts
from settings.api import Api
from settings.backend import Backend, ClusterBackend, ProvidedBackend, ServiceBackend
from settings.cluster import Cluster
from settings.consumer import Consumer
from settings.networks import made_cidr
from settings.path import ServedPath
from settings.shared_route import SharedRoute
from settings.stack import Settings


def path_output(
    stack: Settings, provider_sides: Mapping[str, ProviderSide], consumer_side: ConsumerSide | None
) -> Mapping[str, Any]:
    """The output, as `crosslink/path/output.py` reads it.

    Args:
        stack: the settings.
        provider_sides: name of a backend → its provider side; none for one of kind `service`.
        consumer_side: the consumer side; None if it is another stack's.

    Returns:
        Plain data and outputs, with keys in camelCase.
    """
    sides, consumer = provider_sides, stack.consumer
    existing = {name: side.existing_network for name, side in sides.items() if side.existing_network}
    return {
        "consumer": {
            **_party(consumer),
            "cidr": made_cidr(consumer.network),
            "zoneIds": list(consumer.network.zone_ids),
        }
        if consumer
        else None,
        "api": _api(stack.api, consumer_side) if stack.api and consumer_side else None,
        "routes": {
            **{served.path: _route(stack.api, served, backend) for backend, served in stack.routes},
            **{route.path: _shared(stack.api, route) for route in stack.shared_routes},
        },
        "backends": {
            backend.name: {
                **_backend(backend, sides.get(backend.name)),
                "addresses": asked_addresses(consumer, backend) or {} if consumer else {},
                "endpointId": consumer_side.endpoint_ids[backend.name] if consumer_side else None,
                "allowedPrincipals": _allowed(stack, backend),
                "supportedRegions": _supported(stack, backend),
                "admins": _admins(backend),
            }
            for backend in stack.backends
        },
        "networks": {**existing, **(consumer_side.existing_networks if consumer_side else {})},
        "landings": {region: made_cidr(landing) for region, landing in consumer.landings.items()}
        if consumer
        else {},
        "connections": {region: landing.connection for region, landing in consumer.landings.items()}
        if consumer
        else {},
        "accounts": sorted(named_accounts(stack)),
    }


def _api(api: Api, side: ConsumerSide) -> Mapping[str, object]:
    return {
        "id": side.api.api_id,
        "stage": api.stage,
        "vpcLinkId": side.link_id,
        "existing": api.existing is not None,
        "sourceIps": [str(network) for network in api.source_ips],
        "userPoolArn": api.cognito.user_pool_arn if api.cognito else None,
        "idTokens": api.cognito is not None and api.cognito.takes_id_tokens,
        "identityHeaders": api.has_identity_headers,
        "functionArn": api.lambda_.function_arn if api.lambda_ else None,
        "tokenHeader": api.lambda_.header if api.lambda_ else None,
        "authorizerType": api.lambda_.type if api.lambda_ else None,
        "cacheSeconds": api.lambda_.cache_seconds if api.lambda_ else None,
        "domain": api.domain.name if api.domain else None,
        "basePath": api.domain.base_path if api.domain else None,
    }


def _route(api: Api | None, served: ServedPath, backend: Backend) -> Mapping[str, object]:
    where = {"backend": backend.name, "stripPrefix": served.strip_prefix}
    if api is None:
        return where
    route = api.route(served.path)
    return {
        **where,
        "auth": api.auth_of(served.path),
        "methods": list(route.methods),
        "principals": list(route.principals),
        "scopes": list(route.scopes),
        "cors": route.cors is not None,
        "credentials": route.cors is not None and route.cors.credentials,
        "corsOrigins": list(route.cors.origins) if route.cors else [],
        "corsHeaders": list(route.cors.headers) if route.cors else [],
        "timeoutSeconds": route.timeout_seconds,
        "streaming": route.streaming,
        "tellsCaller": api.tells_caller(served.path),
    }


def _shared(api: Api | None, route: SharedRoute) -> Mapping[str, object]:
    """A route that two backends serve, told with the first one."""
    first = route.backends[0]
    served = next(served for served in first.served if served.path == route.path)
    return {
        **_route(api, served, first),
        "weights": dict(route.weights),
        "slot": route.slot,
        "listenerPort": route.listener_port,
        "healthPath": route.health_path,
    }


def _backend(backend: Backend, side: ProviderSide | None) -> Mapping[str, object]:
    known = {
        "accountId": backend.account_id,
        "region": backend.region,
        "crossing": backend.crossing,
        "kind": backend.kind,
        "existing": backend.joined,
        "port": backend.port,
        "tlsDomain": backend.tls_domain,
        "slot": backend.slot,
        "listenerPort": backend.listener_port,
        "zoneIds": list(backend.zone_ids),
        "cidr": made_cidr(backend.network) if isinstance(backend, ClusterBackend) else None,
        "clusterKey": backend.cluster_key if isinstance(backend, ClusterBackend) else None,
    }
    if side is None or not isinstance(backend, ProvidedBackend):
        return {**known, "serviceName": backend.service.name if isinstance(backend, ServiceBackend) else None}
    return {
        **known,
        **_party(backend),
        "serviceId": side.service.id,
        "serviceName": side.service.service_name,
        "controller": side.controller,
        "clusterName": side.cluster_name,
        "namespaces": list(side.namespaces),
        "loadBalancerArn": side.load_balancer_arn,
    }


def _allowed(stack: Settings, backend: Backend) -> list[str]:
    return list(stack.may_connect(backend)) if isinstance(backend, ProvidedBackend) else []


def _supported(stack: Settings, backend: Backend) -> list[str]:
    return list(stack.supported_regions(backend)) if isinstance(backend, ProvidedBackend) else []


def _admins(backend: Backend) -> list[str]:
    match backend:
        case ClusterBackend(cluster=Cluster(admins=admins)):
            return list(admins)
        case _:
            return []


def _party(party: Consumer | ProvidedBackend) -> Mapping[str, pulumi.Input[str] | None]:
    return {
        "accountId": party.account_id,
        "region": party.region,
        "roleArn": party.role_arn,
        "previewRoleArn": party.preview_role_arn,
        "externalId": carried(party.external_id),
    }
