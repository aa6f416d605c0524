"""What AWS would compute for the API's edge: names, certificates, authorizers, the web ACL."""

import re
from functools import cache

import pulumi_aws as aws
import pytest
from pulumi import ResourceOptions

from crosslink.sandbox.record import UNKNOWN, Run
from tests.crosslink.sandbox.programs import ACCOUNT, REGION, run_in_box

CERTIFICATE = "aws:acm/certificate:Certificate"
VALIDATION = "aws:acm/certificateValidation:CertificateValidation"
RECORD = "aws:route53/record:Record"
DOMAIN = "aws:apigateway/domainName:DomainName"
MAPPING = "aws:apigateway/basePathMapping:BasePathMapping"
AUTHORIZER = "aws:apigateway/authorizer:Authorizer"
PERMISSION = "aws:lambda/permission:Permission"
WEB_ACL = f"arn:aws:wafv2:{REGION}:{ACCOUNT}:regional/webacl/api/a1b2c3d4-5678-90ab-cdef-111111111111"
STAGE = f"arn:aws:apigateway:{REGION}::/restapis/a1b2c3d4e5/stages/v1"


def _edge(opts: ResourceOptions) -> None:
    certificate = aws.acm.Certificate(
        "api", domain_name="api.example.com", validation_method="DNS", opts=opts
    )
    option = certificate.domain_validation_options[0]
    record = aws.route53.Record(
        "validation",
        zone_id="Z0123456789",
        name=option.resource_record_name,
        type=option.resource_record_type,
        records=[option.resource_record_value],
        ttl=300,
        opts=opts,
    )
    issued = aws.acm.CertificateValidation(
        "api", certificate_arn=certificate.arn, validation_record_fqdns=[record.fqdn], opts=opts
    )
    domain = aws.apigateway.DomainName(
        "api", domain_name="api.example.com", regional_certificate_arn=issued.certificate_arn, opts=opts
    )
    for base_path in ("shop", None):
        aws.apigateway.BasePathMapping(
            base_path or "root",
            domain_name=domain.domain_name,
            base_path=base_path,
            rest_api="a1b2c3d4e5",
            stage_name="v1",
            opts=opts,
        )
    aws.apigateway.Authorizer("cognito", rest_api="a1b2c3d4e5", type="COGNITO_USER_POOLS", opts=opts)
    for statement_id in ("given", None):
        aws.lambda_.Permission(
            statement_id or "chosen",
            action="lambda:InvokeFunction",
            function="authorize",
            principal="apigateway.amazonaws.com",
            statement_id=statement_id,
            opts=opts,
        )
    aws.wafv2.WebAclAssociation("acl", resource_arn=STAGE, web_acl_arn=WEB_ACL, opts=opts)


@cache
def _up() -> Run:
    return run_in_box(_edge)


def test_an_authorizer_has_the_name_that_the_provider_makes():
    assert re.fullmatch(r"cognito-[0-9a-f]{7}", _up().one(AUTHORIZER).outputs["name"])


@pytest.mark.parametrize(
    ("type_", "output", "form"),
    [
        (CERTIFICATE, "arn", rf"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/\w{{8}}(-\w{{4}}){{3}}-\w{{12}}"),
        (RECORD, "fqdn", r"_[0-9a-f]{32}\.api\.example\.com"),
        (DOMAIN, "arn", rf"arn:aws:apigateway:{REGION}::/domainnames/api\.example\.com"),
        (DOMAIN, "regionalDomainName", rf"d-[a-z0-9]{{10}}\.execute-api\.{REGION}\.amazonaws\.com"),
        (DOMAIN, "regionalZoneId", r"Z[A-Z0-9]{13}"),
        (
            AUTHORIZER,
            "arn",
            rf"arn:aws:apigateway:{REGION}::/restapis/a1b2c3d4e5/authorizers/[a-z0-9]{{6}}",
        ),
    ],
)
def test_outputs_have_the_forms_of_aws(type_: str, output: str, form: str):
    assert re.fullmatch(form, _up().one(type_).outputs[output])


@pytest.mark.parametrize(
    ("type_", "name", "form"),
    [
        (CERTIFICATE, "api", r"arn:aws:acm:\S+"),
        (VALIDATION, "api", r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC"),
        (RECORD, "validation", r"Z0123456789__[0-9a-f]{32}\.api\.example\.com_CNAME"),
        (DOMAIN, "api", r"api\.example\.com"),
        (MAPPING, "shop", r"api\.example\.com/shop"),
        (MAPPING, "root", r"api\.example\.com/"),
        (AUTHORIZER, "cognito", r"[a-z0-9]{6}"),
        (PERMISSION, "given", "given"),
        (PERMISSION, "chosen", r"chosen-[0-9a-f]{7}"),
        ("aws:wafv2/webAclAssociation:WebAclAssociation", "acl", rf"{re.escape(WEB_ACL)},{STAGE}"),
    ],
)
def test_ids_have_the_forms_of_the_provider(type_: str, name: str, form: str):
    assert re.fullmatch(form, _up().one(type_, name).id or "")


def test_a_certificate_is_validated_by_one_record_for_its_one_name():
    (option,) = _up().one(CERTIFICATE).outputs["domainValidationOptions"]
    assert option["domainName"] == "api.example.com"
    assert re.fullmatch(r"_[0-9a-f]{32}\.api\.example\.com\.", option["resourceRecordName"])
    assert option["resourceRecordType"] == "CNAME"
    assert re.fullmatch(r"_[0-9a-f]{32}\.[a-z0-9]{10}\.acm-validations\.aws\.", option["resourceRecordValue"])
    assert option["resourceRecordName"].strip("_.").partition(".")[0] not in option["resourceRecordValue"]


def test_a_name_that_is_given_may_be_unknown_in_a_preview():
    record = run_in_box(_edge, preview=True).one(RECORD)
    assert record.inputs["name"] is UNKNOWN
    assert record.outputs["name"] is UNKNOWN
