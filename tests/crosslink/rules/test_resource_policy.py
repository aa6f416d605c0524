"""What a resource policy says to a request: policies as people write them."""

import json
from dataclasses import replace

import pytest

from crosslink.graph.unknown import Unknown
from crosslink.rules.resource_policy import effect
from tests.crosslink.rules.policies import (
    ALLOW,
    API,
    DENY,
    NOT_UNDERSTOOD,
    ROLE,
    SIGNED,
    UNSIGNED,
    USER,
    allows,
    policy,
    said,
    without,
)

# The policy as a whole


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([], None),
        ([ALLOW], "Allow"),
        ([DENY], "Deny"),
        ([ALLOW, DENY], "Deny"),
        ([DENY, ALLOW], "Deny"),
        ([{**ALLOW, "Resource": "execute-api:/v2/*"}], None),
        # What isn't understood matters only where it could change the answer.
        ([{**ALLOW, "Condition": NOT_UNDERSTOOD}], "?"),
        ([{**DENY, "Condition": NOT_UNDERSTOOD}], "?"),
        ([ALLOW, {**DENY, "Condition": NOT_UNDERSTOOD}], "?"),
        ([DENY, {**DENY, "Condition": NOT_UNDERSTOOD}], "Deny"),
        ([{**DENY, "Condition": NOT_UNDERSTOOD}, DENY], "Deny"),
        ([{**ALLOW, "Condition": NOT_UNDERSTOOD}, ALLOW], "Allow"),
        ([{**ALLOW, "Condition": NOT_UNDERSTOOD}, DENY], "Deny"),
        ([ALLOW, {**DENY, "Condition": NOT_UNDERSTOOD, "Resource": "execute-api:/v2/*"}], "Allow"),
    ],
)
def test_a_deny_wins_and_doubt_counts_where_it_matters(statements, expected) -> None:
    assert said(UNSIGNED, *statements) == expected


@pytest.mark.parametrize(
    "written",
    [
        json.dumps(policy(ALLOW)),
        policy(ALLOW),
        {"Statement": ALLOW},
        {"Version": "2008-10-17", "Id": "open", "Statement": [{"Sid": "all", **ALLOW}]},
    ],
)
def test_a_policy_is_text_or_data_and_a_statement_may_stand_alone(written) -> None:
    assert effect(written, UNSIGNED) == "Allow"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "no JSON",
        "[]",
        policy({**ALLOW, "Effect": "allow"}),
        policy(without("Effect", ALLOW)),
        policy(without("Principal", ALLOW)),
        policy(without("Action", ALLOW)),
        policy(without("Resource", ALLOW)),
        policy({**ALLOW, "NotAction": "execute-api:ManageConnections"}),
        policy({**ALLOW, "Principal": ROLE}),
        policy({**ALLOW, "condition": {}}),
        policy({**ALLOW, "Condition": []}),
    ],
)
def test_what_is_no_policy_is_unknown(written) -> None:
    found = effect(written, UNSIGNED)
    assert isinstance(found, Unknown)
    assert found.reason.startswith("the resource policy can't be read: ")


def test_an_unknown_effect_has_the_reason() -> None:
    assert effect(policy({**ALLOW, "Condition": NOT_UNDERSTOOD}), UNSIGNED) == Unknown(
        "aws:CurrentTime isn't looked at"
    )


# What the program itself writes


OWN = [
    {**DENY, "Condition": {"NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24"]}}},
    {**ALLOW, "Resource": ["execute-api:/v1/GET/open", "execute-api:/v1/GET/open/*"]},
    {
        **ALLOW,
        "Principal": {"AWS": [ROLE]},
        "Resource": ["execute-api:/v1/GET/svc1", "execute-api:/v1/GET/svc1/*"],
    },
    {
        **DENY,
        "Resource": ["execute-api:/v1/GET/svc1", "execute-api:/v1/GET/svc1/*"],
        "Condition": {"ArnNotLike": {"aws:PrincipalArn": [ROLE]}},
    },
]


@pytest.mark.parametrize(
    ("path", "principal", "source_ip", "expected"),
    [
        ("/svc1", ROLE, "203.0.113.9", "Allow"),
        ("/svc1/a/b", ROLE, "203.0.113.9", "Allow"),
        ("/svc1", ROLE, "198.51.100.1", "Deny"),
        ("/svc1", ROLE, None, "?"),
        ("/svc1", "arn:aws:iam::111111111111:role/other", "203.0.113.9", "Deny"),
        ("/svc1", "arn:aws:iam::111111111111:role/other", None, "Deny"),
        ("/svc1", None, "203.0.113.9", "Deny"),
        ("/svc10", ROLE, "203.0.113.9", None),
        ("/open/a", None, "203.0.113.9", "Allow"),
        ("/open/a", None, "198.51.100.1", "Deny"),
    ],
)
def test_the_programs_own_policy(path, principal, source_ip, expected) -> None:
    request = replace(UNSIGNED, path=path, principal=principal, source_ip=source_ip)
    assert said(request, *OWN) == expected


# Principal


@pytest.mark.parametrize(
    ("principal", "unsigned", "role", "user"),
    [
        ("*", True, True, True),
        ({"AWS": "*"}, True, True, True),
        ({"AWS": ROLE}, False, True, False),
        ({"AWS": [ROLE, USER]}, False, True, True),
        ({"AWS": "111111111111"}, False, True, False),
        ({"AWS": 222222222222}, False, False, True),
        ({"AWS": "arn:aws:iam::111111111111:root"}, False, True, False),
        ({"AWS": "arn:aws:iam::111111111111:role/caller"}, False, False, False),
        ({"AWS": "arn:aws:sts::111111111111:assumed-role/caller/ann"}, False, "?", False),
        ({"AWS": "arn:aws:iam::111111111111:role/team/*"}, False, "?", "?"),
        ({"AWS": "AROAEXAMPLEID"}, False, "?", "?"),
        ({"Service": "events.amazonaws.com"}, False, False, False),
        ({"Federated": "cognito-identity.amazonaws.com"}, False, "?", "?"),
        ({"Federated": "cognito-identity.amazonaws.com", "AWS": "*"}, True, True, True),
    ],
)
def test_principals(principal, unsigned, role, user) -> None:
    requests = (UNSIGNED, SIGNED, replace(UNSIGNED, principal=USER))
    assert [allows(request, Principal=principal) for request in requests] == [unsigned, role, user]


@pytest.mark.parametrize(
    ("spared", "request_", "expected"),
    [
        ({"AWS": ROLE}, UNSIGNED, "Deny"),
        ({"AWS": ROLE}, replace(UNSIGNED, principal=USER), "Deny"),
        ({"AWS": ROLE}, SIGNED, "?"),  # denied all the same if it has a permissions boundary
        ({"AWS": "111111111111"}, SIGNED, "?"),
        ("*", UNSIGNED, "?"),
    ],
)
def test_not_principal_denies_all_others(spared, request_, expected) -> None:
    assert said(request_, ALLOW, {**without("Principal", DENY), "NotPrincipal": spared}) == expected


def test_not_principal_with_allow_is_not_judged() -> None:
    assert allows(UNSIGNED, NotPrincipal={"AWS": ROLE}) == "?"


# Action


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("execute-api:Invoke", True),
        ("Execute-API:invoke", True),
        ("execute-api:*", True),
        ("execute-api:Inv?ke", True),
        ("*", True),
        (["execute-api:ManageConnections", "execute-api:Invoke"], True),
        ("execute-api:ManageConnections", False),
        ("execute-api:[I]nvoke", False),
        ("s3:*", False),
    ],
)
def test_actions(action, expected) -> None:
    assert allows(UNSIGNED, Action=action) is expected
    assert allows(UNSIGNED, NotAction=action) is not expected


# Resource


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("*", True),
        ("execute-api:/*", True),
        ("execute-api:/v1/GET/svc1/a", True),
        ("execute-api:/v1/GET/svc1/*", True),
        ("execute-api:/v1/*/svc1/a", True),
        ("execute-api:/*/a", True),
        ("execute-api:/v?/GET/svc1/?", True),
        ("execute-api:/v1/GET/svc1", False),
        ("execute-api:/v1/GET/svc1/a/*", False),
        ("execute-api:/v1/POST/svc1/a", False),
        ("execute-api:/v1/get/svc1/a", False),
        ("execute-api:/v1/GET/svc[1]/a", False),
        (["execute-api:/v2/*", "execute-api:/v1/GET/*"], True),
        (f"{API}/v1/GET/svc1/a", True),
        (f"{API}/*", True),
        ("arn:aws:execute-api:us-west-2:111111111111:*/GET/svc1/a", True),
        ("arn:aws:execute-api:*:*:*", True),
        ("arn:aws:execute-api:*", True),
        ("arn:aws:execute-api:us-west-2:111111111111:other/v1/GET/svc1/a", False),
        (API, False),
        ("execute-api:/v1/GET/${aws:username}", "?"),
        (["execute-api:/v1/GET/${aws:username}", "*"], True),
    ],
)
def test_resources(resource, expected) -> None:
    assert allows(UNSIGNED, Resource=resource) == expected
    assert allows(UNSIGNED, NotResource=resource) == ("?" if expected == "?" else not expected)


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("execute-api:/v1/GET/svc1/a", True),
        ("*", True),
        (f"{API}/v1/GET/svc1/*", "?"),
        ("arn:aws:execute-api:us-west-2:111111111111:*/GET/svc1/a", "?"),
        (f"{API}/v1/GET/svc2/*", False),
    ],
)
def test_a_whole_arn_may_be_anothers_where_the_api_is_not_known(resource, expected) -> None:
    assert allows(replace(UNSIGNED, api=None), Resource=resource) == expected
