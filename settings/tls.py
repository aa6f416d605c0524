"""`tls` of a backend: its ALB's certificate."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from settings.fields import CertificateArn, Model, public_domain


class Tls(Model):
    """TLS from the API to a backend's ALB.

    Attributes:
        domain: Host name in the API's integrations, which the certificate must cover; it is never resolved.
        certificate_arn: The ALB's certificate in ACM, in the backend's account and region.
    """

    example: ClassVar[Mapping[str, object]] = {
        "domain": "apps.example.com",
        "certificateArn": "arn:aws:acm:us-east-1:222222222222:certificate/"
        "12345678-1234-1234-1234-123456789012",
    }

    domain: Annotated[str, public_domain()] = Field(examples=[example["domain"]])
    certificate_arn: CertificateArn = Field(examples=[example["certificateArn"]])
