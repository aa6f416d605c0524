"""What must hold between settings, and between them and AWS: one small function per rule.

A rule is given all values that are valid by themselves, so that an invalid key hides no unrelated fault. The
consumer and the backends are given by path, `crosslink:backends[0]`, since some backends may be missing.
"""

from collections.abc import Iterator

from settings.api import Api
from settings.backend import ClusterBackend, ProvidedBackend
from settings.consumer import Consumer
from settings.errors import Fault
from settings.quotas import Quotas
from settings.rules import (
    access,
    accounts,
    alarms,
    domain,
    environment,
    existing,
    networks,
    rest_api,
    routes,
    services,
    shapes,
    shared_routes,
    stack,
    tls,
)
from settings.rules import quotas as within_quota
from settings.rules.keys import CONSUMER, Backends, of_kind

__all__ = ["check"]


def check(
    stack_name: str,
    consumer: Consumer | None,
    backends: Backends,
    api: Api | None,
    quotas: Quotas | None,
    *,
    all_read: bool,
    as_preview: bool,
    provider_only: bool,
) -> Iterator[Fault]:
    """All faults between settings.

    Args:
        stack_name: The stack's name.
        consumer: None if it is invalid, or another stack's.
        backends: The valid backends.
        api: None if it is invalid, or another stack's.
        quotas: None if they are invalid.
        all_read: Whether `backends` are all that the file has.
        as_preview: Whether preview roles replace the others.
        provider_only: Whether consumer and API are another stack's.
    """
    yield from _sides(stack_name, consumer, backends, as_preview=as_preview, provider_only=provider_only)
    yield from networks.zones_in_their_region(consumer, backends)
    yield from networks.zones_with_what_is_needed(consumer, backends, api)
    if consumer:
        yield from networks.peered_networks_apart(consumer)
        yield from networks.landing_per_region(consumer, backends)
        yield from networks.no_landing_in_the_apis_region(consumer)
        yield from networks.crossing_between_regions(consumer, backends)
        yield from existing.of_consumer(consumer, backends)
        if all_read:
            yield from networks.no_unused_landing(consumer, backends)
    if api:
        yield from _of_api(api, backends, all_read=all_read)
    if api and consumer:
        yield from domain.certificate_in_the_apis_region(api, consumer)
        yield from domain.web_acl_in_the_apis_region(api, consumer)
        yield from alarms.existing_api_by_its_name(consumer, api)
        yield from access.function_in_the_apis_account_and_region(api, consumer)
    if quotas:
        yield from _quotas(consumer, backends, api, quotas, all_read=all_read, provider_only=provider_only)


def _sides(
    stack_name: str, consumer: Consumer | None, backends: Backends, *, as_preview: bool, provider_only: bool
) -> Iterator[Fault]:
    """What is there without an API: accounts, zones, clusters, and the paths of backends."""
    clusters = of_kind(backends, ClusterBackend)
    sides = ({CONSUMER: consumer} if consumer else {}) | dict(of_kind(backends, ProvidedBackend))

    yield from existing.name_fits_shared_clusters(stack_name, clusters)
    yield from stack.name_fits_clusters(stack_name, clusters)
    yield from shapes.check(backends, provider_only=provider_only)
    yield from existing.check(backends)

    yield from accounts.roles_in_their_account(sides)
    yield from accounts.one_role_per_account(sides)
    yield from accounts.preview_role_beside_another(sides)
    if as_preview:
        yield from accounts.preview_role_for_each_role(sides)
    yield from accounts.no_external_id_beside_a_cluster(sides, clusters)
    yield from accounts.external_id_beside_a_role(sides)
    yield from accounts.boundaries_in_their_account(sides)
    yield from accounts.of_clusters(clusters)
    yield from alarms.topics_in_their_region(sides)

    yield from services.check(clusters)
    yield from tls.certificate_in_the_backends_account_and_region(clusters)
    yield from tls.tls_with_its_port(backends)

    yield from routes.names_unique(backends, clusters)
    if not provider_only:
        yield from routes.slots_unique(backends)
    yield from routes.services_once(clusters)
    yield from routes.namespaces_of_others(clusters, stack_name)
    yield from routes.paths_unique(backends, provider_only=provider_only)
    yield from environment.environments_fit(clusters)


def _quotas(
    consumer: Consumer | None,
    backends: Backends,
    api: Api | None,
    quotas: Quotas,
    *,
    all_read: bool,
    provider_only: bool,
) -> Iterator[Fault]:
    """What AWS limits, unless it has raised the limit."""
    if not provider_only:
        yield from routes.api_resources_within_quota(backends, quotas)
    clusters = of_kind(backends, ClusterBackend)
    yield from routes.listener_rules_within_quota(clusters, api, quotas)
    yield from within_quota.networks_within_quota(consumer, clusters, quotas)
    if consumer:
        yield from within_quota.egress_within_quota(consumer, backends, quotas)
    if api:
        yield from within_quota.timeouts_within_quota(api, quotas)
    if api and consumer and all_read:
        yield from access.policy_within_quota(api, backends, consumer, quotas)


def _of_api(api: Api, backends: Backends, *, all_read: bool) -> Iterator[Fault]:
    yield from rest_api.new_or_existing(api)
    yield from rest_api.clients_unique(api)
    yield from rest_api.bursts_cover_rates(api)
    yield from rest_api.nothing_api_wide_on_an_existing_api(api)
    yield from domain.zone_or_certificate(api)
    yield from domain.name_fits_the_certificate(api)
    yield from domain.no_tls_1_3_with_existing(api)
    yield from access.open_on_purpose(api)
    yield from access.principals_with_iam(api)
    yield from access.options_once(api)
    yield from access.pages_named_for_credentials(api)
    if all_read:
        elsewhere = [*access.routes_of_backends(api, backends)]
        yield from elsewhere
        yield from routes.backends_of_routes(api, backends)
        yield from shared_routes.check(api, backends)
        if not elsewhere:
            yield from access.scopes_with_cognito(api, backends)
            yield from access.callers_known(api, backends)
            yield from access.authorizers_in_use(api, backends)
            yield from access.nested_routes_with_a_policy(api, backends)
