"""Whom the statements of a policy let in, as their conditions say."""

import json
from collections.abc import Mapping

import pytest

from crosslink.graph.unknown import Unknown
from policy.security.documents import documents_of, lets_everybody_in

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
