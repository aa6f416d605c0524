"""Under which conditions a resource policy says what it says."""

from dataclasses import replace

import pytest

from tests.crosslink.rules.policies import (
    FROM_OFFICE,
    NOT_UNDERSTOOD,
    ROLE,
    SIGNED,
    UNSIGNED,
    USER,
    allows,
    met,
)


@pytest.mark.parametrize(
    ("operator", "values", "expected"),
    [
        ("StringEquals", [ROLE], True),
        ("StringEquals", ["arn:aws:iam::111111111111:role/*"], False),
        ("StringEquals", [ROLE.upper()], False),
        ("StringEqualsIgnoreCase", [USER, ROLE.upper()], True),
        ("StringLike", ["*:role/team/?aller"], True),
        ("StringLike", ["*:role/team/[c]aller"], False),
        ("StringLike", ["${aws:PrincipalArn}"], "?"),
        ("StringLike", ["${aws:PrincipalArn}", "*"], True),
        ("ArnEquals", ["arn:aws:iam::*:role/team/*"], True),
        ("ArnLike", ["arn:aws:iam::111111111111:role/*"], True),
        ("ArnLike", ["arn:aws:iam:*:role/team/caller"], "?"),
        ("ArnLike", ["*"], "?"),
        ("ArnLike", [USER], False),
        ("Null", ["false"], True),
        ("Null", [True], False),
        ("Null", ["yes"], "?"),
        ("NullIfExists", ["true"], "?"),
        ("ForAnyValue:StringEquals", [ROLE], True),
        ("ForAllValues:ArnNotLike", [ROLE], False),
        ("ForSomeValue:StringEquals", [ROLE], "?"),
        ("NotStringEquals", [USER], "?"),
        ("StringEquals", [], "?"),
        ("Bool", ["yes"], "?"),
        ("NumericEquals", ["1"], "?"),
    ],
)
def test_operators(operator, values, expected) -> None:
    assert met(SIGNED, operator, "aws:PrincipalArn", *values) == expected
    assert met(SIGNED, operator, "AWS:principalARN", *values) == expected


NEGATIONS = {
    "StringEquals": "StringNotEquals",
    "StringEqualsIgnoreCase": "StringNotEqualsIgnoreCase",
    "StringLike": "StringNotLike",
    "ArnEquals": "ArnNotEquals",
    "ArnLike": "ArnNotLike",
    "IpAddress": "NotIpAddress",
}


@pytest.mark.parametrize(("operator", "negation"), NEGATIONS.items())
def test_a_negated_operator_is_true_where_no_value_matches_and_where_the_key_is_missing(operator, negation):
    key, yes, no = "aws:PrincipalArn", ROLE, USER
    if operator == "IpAddress":
        key, yes, no = "aws:SourceIp", "203.0.113.0/24", "198.51.100.0/24"
    request = replace(SIGNED, source_ip="203.0.113.9")
    assert (met(request, operator, key, yes, no), met(request, negation, key, yes, no)) == (True, False)
    assert (met(request, operator, key, no), met(request, negation, key, no)) == (False, True)
    missing = "aws:SourceVpce"
    assert (met(request, operator, missing, yes), met(request, negation, missing, yes)) == (False, True)
    assert met(request, f"{operator}IfExists", missing, yes) is True
    assert met(request, f"{negation}IfExists", missing, yes) is True
    assert met(request, f"{operator}IfExists", key, no) is False


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["203.0.113.9"], True),
        (["203.0.113.9/24"], True),
        (["198.51.100.0/24", "203.0.113.0/24"], True),
        (["198.51.100.0/24"], False),
        (["2001:db8::/32"], False),
        (["the office"], "?"),
    ],
)
def test_source_addresses(values, expected) -> None:
    assert met(FROM_OFFICE, "IpAddress", "aws:SourceIp", *values) == expected
    assert met(UNSIGNED, "IpAddress", "aws:SourceIp", *values) == "?"
    assert met(UNSIGNED, "Null", "aws:SourceIp", "false") == "?"


@pytest.mark.parametrize(
    ("key", "value", "unsigned", "signed"),
    [
        ("aws:PrincipalArn", ROLE, False, True),
        ("aws:PrincipalAccount", "111111111111", False, True),
        ("aws:PrincipalAccount", 111111111111, False, True),
        ("aws:PrincipalAccount", "anonymous", True, False),
        ("aws:SecureTransport", True, True, True),
        ("aws:SourceVpc", "vpc-1", False, False),
        ("aws:SourceVpce", "vpce-1", False, False),
        ("aws:VpcSourceIp", "10.0.0.1", False, False),
        ("aws:PrincipalOrgID", "o-1", "?", "?"),
    ],
)
def test_keys(key, value, unsigned, signed) -> None:
    assert [met(request, "StringEquals", key, value) for request in (UNSIGNED, SIGNED)] == [unsigned, signed]


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("ForAnyValue:StringEquals", False),
        ("ForAnyValue:StringNotEquals", "?"),
        ("ForAnyValue:StringEqualsIfExists", "?"),
        ("ForAllValues:StringEquals", True),
        ("ForAllValues:StringNotEquals", True),
    ],
)
def test_a_set_without_values(operator, expected) -> None:
    assert met(SIGNED, operator, "aws:SourceVpce", "vpce-1") == expected


def test_all_conditions_have_to_hold() -> None:
    both = {"Bool": {"aws:SecureTransport": "TRUE"}, "StringEquals": {"aws:SourceVpce": "vpce-1"}}
    assert allows(UNSIGNED, Condition=both) is False
    assert allows(UNSIGNED, Condition={"Bool": both["Bool"]}) is True
    assert allows(UNSIGNED, Condition={**both, **NOT_UNDERSTOOD}) is False
    two_keys = {"StringEquals": {"aws:PrincipalAccount": "111111111111", "aws:PrincipalArn": USER}}
    assert allows(SIGNED, Condition=two_keys) is False
