"""What a stack has: both sides of the path, or one."""

from collections.abc import Iterator

from settings.backend import ProvidedBackend, ServiceBackend
from settings.errors import ABSENT, Fault, key
from settings.rules.keys import CONSUMER, Backends


def check(backends: Backends, *, provider_only: bool) -> Iterator[Fault]:
    """Who may connect is told where the endpoint is another stack's, and what needs endpoints has them.

    Args:
        backends: The valid backends.
        provider_only: Whether consumer and API are another stack's.
    """
    for path, backend in backends.items():
        if isinstance(backend, ProvidedBackend):
            yield from _who_may_connect(path, backend, provider_only=provider_only)
        if not provider_only:
            continue
        if isinstance(backend, ServiceBackend):
            yield Fault(
                path=key(path, "service"),
                value=backend.service,
                must=f"needs {CONSUMER} and an API: there is nothing to make for a published service",
                fix=f"# {CONSUMER} and crosslink:api, or a backend of another kind",
            )
        if "crossing" in backend.model_fields_set:
            yield Fault(
                path=key(path, "crossing"),
                value=backend.crossing,
                must=f"must not be set without {CONSUMER}: the endpoint is another stack's. From where it "
                "may connect is supportedRegions",
                fix="# without crossing",
            )
        if backend.endpoint_addresses:
            yield Fault(
                path=key(path, "endpointAddresses"),
                value=dict(backend.endpoint_addresses),
                must=f"must not be set without {CONSUMER}: the endpoint is another stack's",
                fix="# without endpointAddresses",
            )


def _who_may_connect(path: str, backend: ProvidedBackend, *, provider_only: bool) -> Iterator[Fault]:
    given = "allowed_principals" in backend.model_fields_set
    if provider_only and not backend.allowed_principals:
        yield Fault(
            path=key(path, "allowedPrincipals"),
            value=backend.allowed_principals if given else ABSENT,
            must=f"is required without {CONSUMER}: who may connect. The service lets in nobody else",
            fix="allowedPrincipals: [arn:aws:iam::111111111111:root]",
        )
    if not provider_only and given:
        yield Fault(
            path=key(path, "allowedPrincipals"),
            value=backend.allowed_principals,
            must=f"must not be set with {CONSUMER}: its role makes the endpoint, and nobody else may",
            fix="# without allowedPrincipals",
        )
