"""`crosslink:api.domain`: a custom domain name for the API."""

import re
from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field

from settings.described import Check
from settings.fields import Model, Text, matching, public_domain, quoted, unfit
from settings.ids import CertificateArn

TlsVersion = Literal["1.2", "1.3"]
MAX_BASE_PATH = 300
"""https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html"""
ONE_SEGMENT = "must be one segment of A-Za-z0-9._-: a base path mapping holds no slash"
RESERVED_BASE_PATHS = ("ping", "sping")
"""API Gateway answers these at the root of a custom domain itself
(https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html)."""


def _tls_version(value: object) -> object:
    if str(value) not in get_args(TlsVersion):
        raise unfit('must be "1.2" or "1.3"')
    return quoted(value)


def _base_path(value: str) -> str:
    # Mappings with several segments need the API of HTTP APIs; a REST API's BasePathMapping can't make them.
    if not re.fullmatch(rf"[A-Za-z0-9._-]{{1,{MAX_BASE_PATH}}}", value) or value in (".", ".."):
        raise unfit(ONE_SEGMENT)
    if value in RESERVED_BASE_PATHS:
        raise unfit(f"must not be reserved, as {' and '.join(RESERVED_BASE_PATHS)} are")
    return value


HostedZoneId = Annotated[
    Text, matching(r"Z[A-Z0-9]{1,31}", "must be the id of a hosted zone, Z and then characters A-Z0-9")
]


class Domain(Model):
    """A custom domain name of the API, in the consumer's account and the API's region."""

    name: Annotated[str, public_domain()] = Field(examples=["api.example.com"])
    """Name of the API."""
    hosted_zone_id: HostedZoneId | None = Field(default=None, examples=["Z0123456789ABCDEFGHIJ"])
    """Public hosted zone of the consumer's account that the name lies in. It gets the name's record and,
    without `certificateArn`, the record that validates the certificate. Left out, you make the record."""
    certificate_arn: CertificateArn | None = Field(
        default=None,
        examples=["arn:aws:acm:us-west-2:111111111111:certificate/a1b2c3d4-5678-90ab-cdef-111111111111"],
    )
    """Certificate of ACM for the name, in the API's region; left out, the stack requests one."""
    tls: Annotated[TlsVersion, BeforeValidator(_tls_version)] = "1.2"
    """Least version of TLS for callers, in quotes."""
    base_path: Annotated[Text, Check(_base_path, ONE_SEGMENT, {"maxLength": MAX_BASE_PATH})] | None = Field(
        default=None, examples=["shop"]
    )
    """First segment of all paths under the name; none if left out."""
