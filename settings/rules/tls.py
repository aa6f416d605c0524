"""Certificates for TLS between the API and the backends."""

from collections.abc import Iterator

from settings.errors import Fault, key
from settings.rules.keys import Clusters


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
