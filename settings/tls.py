"""`tls` of a backend: HTTPS from the API to its load balancer."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from settings.fields import Model, public_domain
from settings.ids import CertificateArn


class TlsName(Model):
    """TLS to a load balancer that isn't the stack's, and whose certificate is its owner's."""

    domain: Annotated[str, public_domain()] = Field(examples=["apps.example.com"])
    """Host of the integrations, which the certificate must cover; nothing resolves it."""


class Tls(TlsName):
    """TLS to the ALB of an Ingress."""

    example: ClassVar[Mapping[str, object]] = {
        "domain": "apps.example.com",
        "certificateArn": "arn:aws:acm:us-east-1:222222222222:certificate/"
        "12345678-1234-1234-1234-123456789012",
    }

    certificate_arn: CertificateArn = Field(examples=[example["certificateArn"]])
    """The ALB's certificate in ACM, of the backend's account and region."""
