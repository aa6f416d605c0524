"""The stack output `path`: where everything on the path is, for `reachability/` and the doctor."""

from collections.abc import Mapping
from typing import Any

from components.consumer.side import ConsumerSide
from components.provider.side import ProviderSide
from settings import Settings
from settings.backend import Backend
from settings.consumer import Consumer


def path_output(
    settings: Settings, provider_sides: Mapping[str, ProviderSide], consumer_side: ConsumerSide
) -> Mapping[str, Any]:
    """The output, as `reachability/declared.py` reads it.

    Args:
        settings: the stack's.
        provider_sides: backend → its provider side.
        consumer_side: the consumer's.
    """
    return {
        "consumer": _party(settings.consumer),
        "api": {
            "id": consumer_side.api_id,
            "stage": settings.api.stage,
            "vpcLinkId": consumer_side.link_id,
        },
        "routes": {
            service.path: {"backend": backend.name, "auth": settings.api.auth}
            for backend in settings.backends
            for service in backend.services
        },
        "backends": {
            backend.name: {
                **_party(backend),
                "endpointId": consumer_side.endpoint_ids[backend.name],
                "serviceId": provider_sides[backend.name].service.id,
                "clusterName": provider_sides[backend.name].cluster_name,
                "namespace": provider_sides[backend.name].namespace,
            }
            for backend in settings.backends
        },
    }


def _party(party: Consumer | Backend) -> Mapping[str, str | None]:
    return {
        "accountId": party.account_id,
        "region": party.region,
        "roleArn": party.role_arn,
        "externalId": party.external_id,
    }
