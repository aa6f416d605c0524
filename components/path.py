"""The stack output `path`: the resources and settings of the path, for the toolkit."""

from collections.abc import Collection, Mapping
from typing import Any

import pulumi

from components.consumer.side import ConsumerSide
from components.provider.side import ProviderSide
from components.secret import carried
from settings.api import Api
from settings.backend import Backend
from settings.consumer import Consumer


def path_output(
    *,
    consumer: Consumer,
    api: Api,
    backends: Collection[Backend],
    provider_sides: Mapping[str, ProviderSide],
    consumer_side: ConsumerSide,
) -> Mapping[str, Any]:
    """The output, as `crosslink/path/output.py` reads it.

    Args:
        consumer: the consumer's account, region and roles.
        api: the API's settings.
        backends: the backends' settings.
        provider_sides: name of a backend → its provider side.
        consumer_side: the consumer side.

    Returns:
        Plain data and outputs, with keys in camelCase.
    """
    return {
        "consumer": _party(consumer),
        "api": {
            "id": consumer_side.api.api_id,
            "stage": api.stage,
            "vpcLinkId": consumer_side.link_id,
            "existing": api.existing is not None,
            "sourceIps": [str(network) for network in api.source_ips],
            "userPoolArn": api.cognito.user_pool_arn if api.cognito else None,
            "functionArn": api.lambda_.function_arn if api.lambda_ else None,
            "tokenHeader": api.lambda_.header if api.lambda_ else None,
            "domain": api.domain.name if api.domain else None,
            "basePath": api.domain.base_path if api.domain else None,
        },
        "routes": {
            service.path: _route(api, service.path, backend.name)
            for backend in backends
            for service in backend.services
        },
        "backends": {
            backend.name: {
                **_party(backend),
                "endpointId": consumer_side.endpoint_ids[backend.name],
                "serviceId": provider_sides[backend.name].service.id,
                "clusterName": provider_sides[backend.name].cluster_name,
                "namespace": provider_sides[backend.name].namespace,
                "tlsDomain": backend.tls.domain if backend.tls else None,
            }
            for backend in backends
        },
    }


def _route(api: Api, path: str, backend: str) -> Mapping[str, object]:
    route = api.route(path)
    return {
        "backend": backend,
        "auth": api.auth_of(path),
        "methods": list(route.methods),
        "principals": list(route.principals),
        "scopes": list(route.scopes),
        "cors": route.cors is not None,
    }


def _party(party: Consumer | Backend) -> Mapping[str, pulumi.Input[str] | None]:
    return {
        "accountId": party.account_id,
        "region": party.region,
        "roleArn": party.role_arn,
        "previewRoleArn": party.preview_role_arn,
        "externalId": carried(party.external_id),
    }
