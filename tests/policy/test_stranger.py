"""Whom the conditions of a policy's statements let in, and which accounts a text names."""

import json
from collections.abc import Mapping

import pytest

from crosslink.graph.unknown import Unknown
from policy.known import read_known
from policy.security.documents import documents_of, lets_everybody_in
from policy.security.ranges import everybody_in
from settings.account_ids import accounts_in

GITHUB = "token.actions.githubusercontent.com"
PROVIDER = {"Federated": f"arn:aws:iam::222222222222:oidc-provider/{GITHUB}"}
OWN = "222222222222"


@pytest.mark.parametrize(
    ("open_", "principal", "condition"),
    [
        (True, "*", {}),
        (True, {"AWS": ["*", OWN]}, {}),
        (False, {"AWS": OWN}, {}),
        (False, {"Service": "ec2.amazonaws.com"}, {}),
        (True, "*", {"Bool": {"aws:SecureTransport": "true"}}),
        (True, "*", {"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}}),
        (False, "*", {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),
        (True, "*", {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}),
        (False, "*", {"StringEquals": {"kms:ViaService": "s3.amazonaws.com", "kms:CallerAccount": OWN}}),
        (False, "*", {"StringEquals": {"aws:PrincipalAccount": OWN}}),
        (True, "*", {"StringNotEquals": {"aws:PrincipalAccount": OWN}}),
        (True, "*", {"StringLike": {"aws:PrincipalAccount": "*"}}),
        (True, "*", {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}}),
        (False, "*", {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/*"}}),
        (False, "*", {"ArnEquals": {"aws:SourceArn": "arn:aws:s3:::a-bucket"}}),
        (None, "*", {"StringEquals": {"sts:ExternalId": "hush"}}),
        (None, "*", {"StringEquals": {"aws:PrincipalOrgID": "o-0a1b2c3d4e"}}),
        (None, "*", {"DateLessThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}}),
        (True, PROVIDER, {}),
        (True, PROVIDER, {"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}}),
        (True, PROVIDER, {"StringLike": {f"{GITHUB}:sub": "repo:*"}}),
        (False, PROVIDER, {"StringLike": {f"{GITHUB}:sub": "repo:acme/shop:*"}}),
        (False, {"Federated": f"arn:aws:iam::{OWN}:saml-provider/directory"}, {}),
    ],
)
def test_whom_a_statement_lets_in(
    open_: bool | None, principal: object, condition: Mapping[str, object]
) -> None:
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": principal}
    said = lets_everybody_in({"Statement": [{**statement, "Condition": condition}]})
    assert (None if isinstance(said, Unknown) else said) is open_


@pytest.mark.parametrize(
    ("open_", "deny"),
    [
        (False, {"Condition": {"StringNotEquals": {"aws:PrincipalAccount": OWN}}}),
        (True, {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}),
        (True, {"Action": "s3:PutObject"}),
        (False, {}),
    ],
)
def test_what_is_denied_is_not_let_in(open_: bool, deny: Mapping[str, object]) -> None:
    allow = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}
    denied = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", **deny}
    assert lets_everybody_in({"Statement": [allow, denied]}) is open_


def test_documents_are_found_wherever_they_stand() -> None:
    text = json.dumps({"Statement": []})
    properties = {"policy": text, "inline": [{"policy": text}], "body": json.dumps({"x": {"Statement": []}})}
    assert [name for name, _document in documents_of(properties)] == ["policy", "inline", "body"]


@pytest.mark.parametrize(
    ("text", "accounts"),
    [
        ("arn:aws:iam::333333333333:root", {"333333333333"}),
        ("arn:aws:iam::aws:policy/ReadOnlyAccess", set()),
        (
            "arn:aws:apigateway:us-east-1:lambda:path/x/functions/arn:aws:lambda:us-east-1:333333333333:function:f/x",
            {"333333333333"},
        ),
        ("333333333333.dkr.ecr.us-east-1.amazonaws.com/shop:1", {"333333333333"}),
        ("https://sqs.us-east-1.amazonaws.com/333333333333/orders", {"333333333333"}),
        ("333333333333/sg-0a1b2c3d4e5f60718", {"333333333333"}),
        (
            "arn:aws:acm:us-east-1:222222222222:certificate/12345678-1234-1234-1234-123456789012",
            {"222222222222"},
        ),
        (
            "arn:aws:elasticloadbalancing:us-west-2:111111111111:targetgroup/x/368486463920e2a0",
            {"111111111111"},
        ),
        ("1732662000000 and 333333333333", set()),
    ],
)
def test_accounts_are_told_from_other_digits(text: str, accounts: set[str]) -> None:
    assert accounts_in(text) == accounts


@pytest.mark.parametrize(
    ("ranges", "told"),
    [
        (["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"], None),
        (["203.0.113.0/24"], None),
        (["3.0.0.0/8"], "3.0.0.0/8"),
        (["0.0.0.0/1", "128.0.0.0/1"], "0.0.0.0/0"),
        (["10.0.0.0/8", "11.0.0.0/8"], "10.0.0.0/7"),
        ([f"{number}.0.0.0/9" for number in (3, 5)], "3.0.0.0/9, 5.0.0.0/9"),
        (["2600::/12"], "2600::/12"),
        (["fc00::/7", "2001:db8::/32"], None),
    ],
)
def test_ranges_are_taken_together(ranges: list[str], told: str | None) -> None:
    assert everybody_in(ranges) == told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("types: {topic: why}", "types.topic"),
        ('accounts: {"123": why}', "accounts.123"),
        ('accounts: {"444455556666": " "}', "accounts.444455556666"),
        ("kinds: {}", "kinds"),
    ],
)
def test_what_a_team_names_wrongly_is_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=f"policy/known.yaml: {said}"):
        read_known(text)


def test_what_a_team_names_has_its_reason() -> None:
    known = read_known('types: {"aws:sns/topic:Topic": alarms}\naccounts: {"444455556666": the log archive}')
    assert (known.types, known.accounts) == (
        {"aws:sns/topic:Topic": "alarms"},
        {"444455556666": "the log archive"},
    )
