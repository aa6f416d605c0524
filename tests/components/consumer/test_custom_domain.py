"""CustomDomain: certificate, domain name, mapping and records, with and without a hosted zone."""

from functools import cache
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest
from pulumi import ResourceOptions

from components.consumer.custom_domain import CustomDomain, CustomDomainArgs
from crosslink.sandbox.engine import run
from crosslink.sandbox.record import UNKNOWN, Run
from settings.domain import Domain, TlsVersion
from tests.components.support import CONSUMER, account, children, counts, places, urns
from tests.crosslink.sandbox.programs import Box

REGION = "us-west-2"
NAME = "api.example.com"
ZONE = "Z0123456789ABCDEFGHIJ"
GIVEN = f"arn:aws:acm:{REGION}:{CONSUMER}:certificate/a1b2c3d4-5678-90ab-cdef-111111111111"

COMPONENT = "crosslink:consumer:CustomDomain"
STAGE = "aws:apigateway/stage:Stage"
CERTIFICATE = "aws:acm/certificate:Certificate"
VALIDATION = "aws:acm/certificateValidation:CertificateValidation"
RECORD = "aws:route53/record:Record"
DOMAIN = "aws:apigateway/domainName:DomainName"
MAPPING = "aws:apigateway/basePathMapping:BasePathMapping"
ALIAS = "crosslink"
FOR_VALIDATION = "crosslink-validation"


@cache
def built(
    *,
    zone: str | None = None,
    certificate: str | None = None,
    tls: TlsVersion = "1.2",
    base_path: str | None = None,
    preview: bool = False,
) -> Run:
    def fill(opts: ResourceOptions) -> None:
        stage = aws.apigateway.Stage(
            "stage", rest_api="a1b2c3d4e5", deployment="dep123", stage_name="v1", opts=opts
        )
        domain = CustomDomain(
            "crosslink",
            CustomDomainArgs(
                domain=Domain(
                    name=NAME, hosted_zone_id=zone, certificate_arn=certificate, tls=tls, base_path=base_path
                ),
                rest_api_id="a1b2c3d4e5",
                stage_name=stage.stage_name,
            ),
            opts,
        )
        pulumi.export("url", domain.url)
        pulumi.export("target", domain.target)

    return run(lambda: Box(fill, account(CONSUMER, REGION)), preview=preview)


def zone_only(*, preview: bool = False) -> Run:
    return built(zone=ZONE, preview=preview)


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ({"zone": ZONE}, {CERTIFICATE: 1, VALIDATION: 1, RECORD: 2, DOMAIN: 1, MAPPING: 1}),
        ({"zone": ZONE, "certificate": GIVEN}, {RECORD: 1, DOMAIN: 1, MAPPING: 1}),
        ({"certificate": GIVEN}, {DOMAIN: 1, MAPPING: 1}),
    ],
)
@pytest.mark.parametrize("preview", [True, False])
def test_creates_what_is_not_given(given: dict[str, str], made: dict[str, int], preview: bool):
    found = built(**given, preview=preview)
    assert counts(children(found, found.one(COMPONENT))) == made
    assert places(children(found, found.one(COMPONENT))) == {(CONSUMER, REGION)}


@pytest.mark.parametrize(
    ("tls", "policy"),
    [
        ("1.2", {"securityPolicy": "TLS_1_2"}),
        (
            "1.3",
            {"securityPolicy": "SecurityPolicy_TLS13_1_3_2025_09", "endpointAccessMode": "STRICT"},
        ),
    ],
)
def test_the_domain_name_is_a_regional_one_with_its_policy(tls: TlsVersion, policy: dict[str, str]):
    assert built(certificate=GIVEN, tls=tls).one(DOMAIN).inputs == {
        "domainName": NAME,
        "endpointConfiguration": {"types": "REGIONAL"},
        "regionalCertificateArn": GIVEN,
        **policy,
    }


@pytest.mark.parametrize(
    ("base_path", "inputs", "url"),
    [
        (None, {}, "https://api.example.com"),
        ("shop", {"basePath": "shop"}, "https://api.example.com/shop"),
    ],
)
@pytest.mark.parametrize("preview", [True, False])
def test_the_stage_is_mapped_under_the_base_path(
    base_path: str | None, inputs: dict[str, str], url: str, preview: bool
):
    found = built(certificate=GIVEN, base_path=base_path, preview=preview)
    assert found.one(MAPPING).inputs == {
        "domainName": NAME,
        "restApi": "a1b2c3d4e5",
        "stageName": "v1",
        **inputs,
    }
    assert found.outputs["url"] == url


def test_the_mapping_is_created_after_the_domain_name_and_the_stage_and_deleted_before_them():
    found = zone_only()
    assert found.one(MAPPING).dependencies == urns(found.one(DOMAIN), found.one(STAGE))


def test_a_certificate_of_our_own_is_validated_in_the_zone():
    found = zone_only()
    certificate = found.one(CERTIFICATE)
    assert certificate.inputs == {"domainName": NAME, "validationMethod": "DNS"}
    (option,) = certificate.outputs["domainValidationOptions"]
    assert found.one(RECORD, FOR_VALIDATION).inputs == {
        "zoneId": ZONE,
        "name": option["resourceRecordName"],
        "type": "CNAME",
        "records": [option["resourceRecordValue"]],
        "ttl": 300,
    }
    assert found.one(VALIDATION).inputs == {"certificateArn": certificate.outputs["arn"]}
    assert found.one(RECORD, FOR_VALIDATION).urn in found.one(VALIDATION).dependencies


def test_the_domain_name_waits_until_the_certificate_is_issued():
    found = zone_only()
    assert found.one(DOMAIN).inputs["regionalCertificateArn"] == found.one(CERTIFICATE).outputs["arn"]
    assert found.one(DOMAIN).dependencies == urns(found.one(VALIDATION))
    assert found.one(VALIDATION).dependencies == urns(
        found.one(CERTIFICATE), found.one(RECORD, FOR_VALIDATION)
    )


@pytest.mark.parametrize("certificate", [None, GIVEN])
def test_with_a_zone_the_name_is_an_alias_of_the_regional_domain_name(certificate: str | None):
    found = built(zone=ZONE, certificate=certificate)
    assert found.one(RECORD, ALIAS).inputs == {
        "zoneId": ZONE,
        "name": NAME,
        "type": "A",
        "aliases": [
            {
                "name": found.one(DOMAIN).outputs["regionalDomainName"],
                "zoneId": found.one(DOMAIN).outputs["regionalZoneId"],
                "evaluateTargetHealth": False,
            }
        ],
    }


def test_the_name_leads_to_the_api_once_it_is_mapped():
    found = zone_only()
    assert found.one(RECORD, ALIAS).dependencies == urns(found.one(DOMAIN), found.one(MAPPING))


def test_a_given_certificate_is_used_beside_a_zone():
    found = built(zone=ZONE, certificate=GIVEN)
    assert found.one(DOMAIN).inputs["regionalCertificateArn"] == GIVEN


def test_no_existing_record_is_overwritten():
    records = [resource for resource in zone_only().resources.values() if resource.type == RECORD]
    assert [resource.inputs.get("allowOverwrite") for resource in records] == [None, None]


def test_outputs_are_the_url_and_the_records_target():
    found = built(certificate=GIVEN)
    outputs: dict[str, Any] = {
        "url": "https://api.example.com",
        "target": found.one(DOMAIN).outputs["regionalDomainName"],
    }
    assert found.outputs == outputs
    assert found.one(COMPONENT).outputs == outputs


def test_a_preview_shows_all_but_what_acm_and_api_gateway_choose():
    found = zone_only(preview=True)
    assert found.one(DOMAIN).inputs["regionalCertificateArn"] is UNKNOWN
    assert found.one(RECORD, FOR_VALIDATION).inputs == {
        "zoneId": ZONE,
        "name": UNKNOWN,
        "type": UNKNOWN,
        "records": [UNKNOWN],
        "ttl": 300,
    }
    assert found.one(RECORD, ALIAS).inputs["name"] == NAME
    assert found.outputs == {"url": "https://api.example.com", "target": UNKNOWN}
