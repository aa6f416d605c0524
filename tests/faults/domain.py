"""Faults of the API's domain name."""

from crosslink.graph import tokens
from tests.faults.api import API_GUIDE, NOT_YET
from tests.faults.change import drop, point, put, together, unpoint
from tests.faults.fault import ORDER, STATE, CannotKnow, Fault

DNS = CannotKnow("Route 53 isn't asked: names may be anywhere")
ISSUED = CannotKnow("the domain is there, so its certificate was issued")
ELSEWHERE = {"name": "d-z9y8x7w6v5.execute-api.us-west-2.amazonaws.com", "zoneId": "Z2OJLYMUO9EFXC"}

FAULTS = (
    Fault(
        name="domain without a base path that leads to the stage",
        change=drop(tokens.BASE_PATH_MAPPING),
        rule="domain-leads-to-the-stage",
        stack="domain",
        source=f"{API_GUIDE}/rest-api-mappings.html",
    ),
    Fault(
        name="domain is missing",
        change=drop(tokens.DOMAIN_NAME),
        rule="domain-leads-to-the-stage",
        stack="domain",
    ),
    Fault(
        name="base path of another name",
        change=put(tokens.BASE_PATH_MAPPING, "*", "basePath", value="store"),
        rule="domain-leads-to-the-stage",
        stack="domain",
    ),
    Fault(
        name="domain leads to another stage",
        change=unpoint(tokens.BASE_PATH_MAPPING, "*", "stageName", value="test"),
        rule="domain-leads-to-the-stage",
        stack="domain",
    ),
    Fault(
        name="default endpoint answers beside the domain",
        change=together(
            put(tokens.REST_API, "*", "disableExecuteApiEndpoint", value=False),
            put(tokens.API_DEPLOYMENT, "*", "triggers", "disableExecuteApiEndpoint", value="false"),
        ),
        rule="only-the-domain-answers",
        stack="domain",
        source=f"{API_GUIDE}/rest-api-disable-default-endpoint.html",
    ),
    Fault(
        name="default endpoint switched off and not deployed",
        change=put(tokens.API_DEPLOYMENT, "*", "triggers", "disableExecuteApiEndpoint", value=None),
        rule="deployment-is-current",
        stack="domain",
        live=NOT_YET,
        source=f"{API_GUIDE}/rest-api-disable-default-endpoint.html",
    ),
    Fault(
        name="domain waits for the proof of whose it is",
        change=put(tokens.DOMAIN_NAME, "*", "domainNameStatus", value="PENDING_OWNERSHIP_VERIFICATION"),
        rule="domain-is-available",
        stack="domain",
        planned=STATE,
    ),
    Fault(
        name="domain takes a certificate that isn't issued yet",
        change=point(tokens.DOMAIN_NAME, "*", "regionalCertificateArn", to=(tokens.CERTIFICATE, "*")),
        rule="domain-waits-for-its-certificate",
        stack="domain",
        live=ORDER,
        source="https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html",
    ),
    Fault(
        name="nothing waits for the certificate",
        change=together(
            point(tokens.DOMAIN_NAME, "*", "regionalCertificateArn", to=(tokens.CERTIFICATE, "*")),
            drop(tokens.CERTIFICATE_VALIDATION),
        ),
        rule="domain-waits-for-its-certificate",
        stack="domain",
        live=ISSUED,
    ),
    Fault(
        name="record of the domain leads elsewhere",
        change=unpoint(tokens.DNS_RECORD, "crosslink", "aliases", value=[ELSEWHERE]),
        rule="alias-leads-to-the-domain",
        stack="domain",
        live=DNS,
        source="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-api-gateway.html",
    ),
)
