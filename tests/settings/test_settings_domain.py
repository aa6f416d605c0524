"""Valid values of `crosslink:api.domain`; the invalid ones are in faults/domain.yaml."""

from typing import Any

import pytest

from tests.settings.stack_file import DROP, STACK_FILE, api_of, edited, parsed

NAME = "api.example.com"
ZONE = "Z0123456789ABCDEFGHIJ"
ARN = "arn:aws:acm:us-west-2:111111111111:certificate/a1b2c3d4-5678-90ab-cdef-111111111111"
SIXTY_FOUR = f"{'x' * 40}.{'y' * 11}.example.com"
EXISTING = {
    "crosslink:api.name": DROP,
    "crosslink:api.existing": {"id": "a1b2c3d4e5", "rootResourceId": "abc123"},
}


@pytest.mark.parametrize(
    ("domain", "beside"),
    [
        ({"name": SIXTY_FOUR, "hostedZoneId": ZONE}, {}),
        ({"name": f"x{SIXTY_FOUR}", "certificateArn": ARN}, {}),
        ({"name": NAME, "hostedZoneId": ZONE, "certificateArn": ARN}, {}),
        ({"name": NAME, "certificateArn": ARN, "tls": "1.3", "basePath": "Shop_1.0-x"}, {}),
        ({"name": NAME, "certificateArn": ARN, "basePath": "x" * 300}, {}),
        ({"name": NAME, "certificateArn": ARN, "tls": "1.2", "basePath": "shop"}, EXISTING),
    ],
)
def test_it_is_read_unchanged(domain: dict[str, str], beside: dict[str, Any]) -> None:
    found = api_of(parsed(edited(STACK_FILE, {"crosslink:api.domain": domain, **beside}))).domain
    assert found is not None
    assert found.model_dump(by_alias=True, exclude_unset=True) == domain


def test_the_defaults_are_tls_1_2_and_no_base_path() -> None:
    found = api_of(
        parsed(edited(STACK_FILE, {"crosslink:api.domain": {"name": NAME, "hostedZoneId": ZONE}}))
    ).domain
    assert found is not None
    assert (found.tls, found.base_path, found.certificate_arn) == ("1.2", None, None)


def test_without_it_the_api_keeps_the_name_that_api_gateway_gives_it() -> None:
    assert api_of(parsed(STACK_FILE)).domain is None
