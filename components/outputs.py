"""The stack's outputs: for callers, for operators, for other stacks, and for the toolkit."""

from collections.abc import Mapping

import pulumi

from components.consumer.side import ConsumerSide
from components.path import path_output
from components.provider.side import ProviderSide
from settings.backend import ProvidedBackend
from settings.reference import PUBLISHED
from settings.stack import Settings
from settings.version import VERSION

Outputs = Mapping[str, pulumi.Input[object] | None]


def outputs_of(
    stack: Settings, provider_sides: Mapping[str, ProviderSide], consumer_side: ConsumerSide | None
) -> Outputs:
    """The outputs; None for those that this stack doesn't have.

    Args:
        stack: the settings.
        provider_sides: name of a backend → its provider side.
        consumer_side: the consumer side; None if it is another stack's.
    """
    of_consumer = {"consumer": consumer_side.log_groups} if consumer_side else {}
    return {
        "version": VERSION,
        **(_of_api(consumer_side) if consumer_side else {}),
        "endpointServices": {name: side.service.service_name for name, side in provider_sides.items()},
        "logGroups": {
            **of_consumer,
            "backends": {name: side.log_groups for name, side in provider_sides.items()},
        },
        "dashboards": _dashboards(provider_sides, consumer_side) or None,
        PUBLISHED: None if consumer_side else _published(stack, provider_sides),
        "path": path_output(stack, provider_sides, consumer_side),
        "kubeconfigs": {
            name: side.kubeconfig for name, side in provider_sides.items() if side.kubeconfig is not None
        },
    }


def _of_api(side: ConsumerSide) -> Outputs:
    api = side.api
    return {
        "url": api.url,
        "routes": api.routes,
        "restApiId": api.api_id,
        "stage": api.stage_name,
        "vpcLinkId": side.link_id,
        "endpointAddresses": side.endpoint_addresses,
        "apiKey": api.key,
        "apiKeys": api.client_keys or None,
        "invokePolicies": api.invoke_policies or None,
        "domainTarget": api.domain_target,
    }


def _dashboards(
    provider_sides: Mapping[str, ProviderSide], consumer_side: ConsumerSide | None
) -> Mapping[str, object]:
    """`consumer` → name of the dashboard in account 1; `backends` → backend → name of that in its account."""
    backends = {name: side.dashboard for name, side in provider_sides.items() if side.dashboard is not None}
    of_consumer = consumer_side.dashboard if consumer_side else None
    found = {"consumer": of_consumer, "backends": backends or None}
    return {whose: names for whose, names in found.items() if names is not None}


def _published(stack: Settings, provider_sides: Mapping[str, ProviderSide]) -> Mapping[str, object]:
    """Name of a backend → its mapping in the settings of a stack that joins it, without a secret."""
    return {
        backend.name: _as_service(backend, provider_sides[backend.name].service.service_name)
        for backend in stack.provided
    }


def _as_service(backend: ProvidedBackend, service_name: pulumi.Input[str]) -> Mapping[str, object]:
    return {
        "accountId": backend.account_id,
        "region": backend.region,
        "service": {
            "name": service_name,
            "port": backend.port,
            "zoneIds": list(backend.zone_ids),
            "healthPath": backend.health_path,
        },
        "tls": {"domain": backend.tls_domain} if backend.tls_domain else None,
        "paths": {served.path: {"stripPrefix": served.strip_prefix} for served in backend.served},
    }
