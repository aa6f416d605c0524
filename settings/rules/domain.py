"""The API's domain name, and the resources that must be in the API's account and region."""

from collections.abc import Iterator

from settings.api import Api
from settings.consumer import Consumer
from settings.errors import ABSENT, Fault, key
from settings.rules.keys import API

DOMAIN = key(API, "domain")
MAX_COMMON_NAME = 64
"""https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html"""


def zone_or_certificate(api: Api) -> Iterator[Fault]:
    """The stack's own certificate is validated by a record in the zone: without a zone, one must exist."""
    if api.domain and not (api.domain.hosted_zone_id or api.domain.certificate_arn):
        yield Fault(
            path=key(DOMAIN, "hostedZoneId"),
            value=ABSENT,
            must="is required: at least one of hostedZoneId | certificateArn",
            fix="hostedZoneId: Z0123456789ABCDEFGHIJ",
        )


def name_fits_the_certificate(api: Api) -> Iterator[Fault]:
    """The stack's own certificate has the domain name as its common name, whose length ACM limits."""
    if api.domain and not api.domain.certificate_arn and len(api.domain.name) > MAX_COMMON_NAME:
        yield Fault(
            path=key(DOMAIN, "name"),
            value=api.domain.name,
            must=f"must have {MAX_COMMON_NAME} characters or less, or a certificateArn beside it: "
            "ACM takes no longer common name",
            fix="name: api.example.com",
        )


def certificate_in_the_apis_region(api: Api, consumer: Consumer) -> Iterator[Fault]:
    """A regional domain name takes a certificate of its own account and region
    (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-regional-api-custom-domain-create.html)."""
    arn = api.domain.certificate_arn if api.domain else None
    if arn and (right := _moved(arn, consumer)) != arn:
        yield Fault(
            path=key(DOMAIN, "certificateArn"),
            value=arn,
            must="must be a certificate of the consumer's account, in the API's region: "
            "the domain name is a regional one",
            fix=f"certificateArn: {right}",
        )


def web_acl_in_the_apis_region(api: Api, consumer: Consumer) -> Iterator[Fault]:
    """A web ACL protects resources of its own account and region
    (https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html)."""
    arn = api.web_acl_arn
    if arn and (right := _moved(arn, consumer)) != arn:
        yield Fault(
            path=key(API, "webAclArn"),
            value=arn,
            must="must be a web ACL of the consumer's account, in the API's region",
            fix=f"webAclArn: {right}",
        )


def no_tls_1_3_with_existing(api: Api) -> Iterator[Fault]:
    """The TLS handshake at a domain name follows the security policy of the API behind it
    (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-custom-domain-tls-version.html)."""
    if api.existing and api.domain and api.domain.tls == "1.3":
        yield Fault(
            path=key(DOMAIN, "tls"),
            value=api.domain.tls,
            must="must not be 1.3 with existing: the API's security policy decides, "
            "and applies to all its routes",
            fix='tls: "1.2"',
        )


def _moved(arn: str, consumer: Consumer) -> str:
    """The ARN with the account and region that the API is in."""
    partition, service, _, _, rest = arn.split(":", maxsplit=5)[1:]
    return ":".join(("arn", partition, service, consumer.region, consumer.account_id, rest))
