"""The API's domain name, beside others' certificates and base paths."""

from crosslink.graph import tokens
from tests.faults.api import API_GUIDE
from tests.faults.change import edit, put, register, unpoint
from tests.faults.healthy.api import STAGE, TEAM
from tests.faults.healthy.variation import Variation

DOMAIN = (tokens.DOMAIN_NAME, "crosslink")
CERTIFICATE = "arn:aws:acm:us-west-2:111111111111:certificate/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"

VARIATIONS = (
    Variation(
        name="another certificate beside the domain's own",
        change=register(
            tokens.CERTIFICATE,
            "team",
            {"domainName": "team.example.com", "validationMethod": "DNS"},
            beside=STAGE,
        ),
        stack="domain",
    ),
    Variation(
        name="another certificate beside a domain whose own is named by its ARN",
        change=register(
            tokens.CERTIFICATE,
            "team",
            {"domainName": "other.example.com", "validationMethod": "DNS"},
            beside=STAGE,
        ),
        stack="existing-mixed",
    ),
    Variation(
        name="the domain's certificate is named by its ARN",
        change=unpoint(*DOMAIN, "regionalCertificateArn", value=CERTIFICATE),
        stack="domain",
        unknown=("certificate-covers-the-domain",),
    ),
    Variation(
        name="another base path of the domain leads to another API",  # H40
        change=register(
            tokens.BASE_PATH_MAPPING,
            "team",
            {"basePath": "team", "restApi": TEAM, "stageName": "v1"},
            beside=STAGE,
            domainName=(*DOMAIN, "domainName"),
        ),
        stack="domain",
        source=f"{API_GUIDE}/rest-api-mappings.html",
    ),
    Variation(
        name="the record is a CNAME",
        change=edit(
            tokens.DNS_RECORD,
            "crosslink",
            lambda record: record.update(type="CNAME", ttl=300.0, records=[record.pop("aliases")[0]["name"]]),
        ),
        stack="domain",
        blind=("preview",),
    ),
    Variation(
        name="the certificate is for all names of the zone",
        change=put(tokens.CERTIFICATE, "*", "domainName", value="*.example.com"),
        stack="domain",
    ),
    Variation(
        name="the certificate has the domain's name beside another",
        change=edit(
            tokens.CERTIFICATE,
            "*",
            lambda own: own.update(domainName="example.com", subjectAlternativeNames=["API.example.com"]),
        ),
        stack="domain",
    ),
    Variation(
        name="the domain takes older versions of TLS",
        change=edit(
            tokens.DOMAIN_NAME,
            "*",
            lambda own: own.update(securityPolicy="TLS_1_0", endpointAccessMode=None),
        ),
        stack="domain",
        unknown=("domain-takes-todays-clients",),
    ),
    Variation(
        name="the domain has routing rules, too",
        change=put(tokens.DOMAIN_NAME, "*", "routingMode", value="ROUTING_RULE_THEN_BASE_PATH_MAPPING"),
        stack="domain",
        unknown=("domain-heeds-base-paths",),
    ),
)
