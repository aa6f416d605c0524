"""The API's domain name, beside others' certificates and base paths."""

from crosslink.graph import tokens
from tests.faults.api import API_GUIDE
from tests.faults.change import register, unpoint
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
    ),
    Variation(
        name="another base path of the domain leads to another API",
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
)
