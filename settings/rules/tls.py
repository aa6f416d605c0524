"""Certificates for TLS between the API and the backends."""

from collections.abc import Iterator

from settings.any_backend import PathsBackend
from settings.backend import HTTPS_PORT
from settings.errors import ABSENT, Fault, key
from settings.rules.keys import Backends, Clusters, of_kind


def certificate_in_the_backends_account_and_region(clusters: Clusters) -> Iterator[Fault]:
    """A load balancer accepts certificates of its own account and region
    (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html)."""
    for path, backend in clusters.items():
        if not backend.tls:
            continue
        arn = backend.tls.certificate_arn
        right = f"arn:aws:acm:{backend.region}:{backend.account_id}:{arn.rpartition(':')[2]}"
        if arn != right:
            yield Fault(
                path=key(path, "tls", "certificateArn"),
                value=arn,
                must="must be a certificate of the backend's account and region",
                fix=f"certificateArn: {right}",
            )


def tls_with_its_port(backends: Backends) -> Iterator[Fault]:
    """Without `tls` API Gateway sends plain HTTP, which a listener on the port of HTTPS refuses."""
    for path, backend in of_kind(backends, PathsBackend).items():
        if backend.port == HTTPS_PORT and not backend.tls:
            yield Fault(
                path=key(path, "tls"),
                value=ABSENT,
                must=f"is required with port {HTTPS_PORT}: what listens there takes TLS, not plain HTTP",
                fix="tls: { domain: apps.example.com }  # a name of its certificate",
            )
