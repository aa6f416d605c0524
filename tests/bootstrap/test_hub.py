"""The hub account: who on GitHub gets which role, and who may use the state."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from settings.backend import MAX_NAME
from tests.bootstrap.templates import ACCOUNT, REGION, as_list, render, source

PREVIEW = [
    "arn:aws:iam::111111111111:role/crosslink-preview",
    "arn:aws:iam::222222222222:role/crosslink-preview",
]
DEPLOY = [
    "arn:aws:iam::111111111111:role/crosslink-deploy",
    "arn:aws:iam::222222222222:role/crosslink-deploy",
]
WRITERS = [f"arn:aws:iam::{ACCOUNT}:role/crosslink-deploy-hub"]
READERS = [f"arn:aws:iam::{ACCOUNT}:role/crosslink-{name}-hub" for name in ("preview", "drift")]
GITHUB = "token.actions.githubusercontent.com"


def hub(identity_provider: str = "create", repository: str = "acme/crosslink"):
    return render(
        "github.yaml",
        Repository=repository,
        PreviewRoleArns=PREVIEW,
        DeployRoleArns=DEPLOY,
        IdentityProvider=identity_provider,
    )


def state():
    return render("state.yaml", WriterRoleArns=WRITERS, ReaderRoleArns=READERS)


@pytest.mark.parametrize(
    ("role", "environment", "roles"),
    [
        ("crosslink-preview-hub", "preview", PREVIEW),
        ("crosslink-drift-hub", "drift", PREVIEW),
        ("crosslink-deploy-hub", "production", DEPLOY),
    ],
)
@pytest.mark.parametrize(
    ("identity_provider", "arn"),
    [("create", "<GitHub.Arn>"), ("existing", f"arn:aws:iam::{ACCOUNT}:oidc-provider/{GITHUB}")],
)
def test_a_role_trusts_one_environment_and_takes_on_its_accounts_roles(
    role, environment, roles, identity_provider, arn
):
    made = hub(identity_provider).of_type("AWS::IAM::Role").values()
    (properties,) = [one for one in made if one["RoleName"] == role]
    assert properties["AssumeRolePolicyDocument"]["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"Federated": arn},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
                "StringEquals": {
                    f"{GITHUB}:aud": "sts.amazonaws.com",
                    f"{GITHUB}:ref": "refs/heads/main",
                    f"{GITHUB}:sub": f"repo:acme/crosslink:environment:{environment}",
                }
            },
        }
    ]
    (policy,) = properties["Policies"]
    allowed = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": roles}
    assert policy["PolicyDocument"]["Statement"] == [allowed]


@pytest.mark.parametrize("repository", ["acme/crosslink", "acme@1234/crosslink@5678"])
def test_a_repository_is_named_as_its_tokens_name_it(repository):
    pattern = source("github.yaml")["Parameters"]["Repository"]["AllowedPattern"]
    assert re.fullmatch(pattern, repository)
    assert not re.fullmatch(pattern, f"{repository}:*")
    for role in hub(repository=repository).of_type("AWS::IAM::Role").values():
        (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
        subject = statement["Condition"]["StringEquals"][f"{GITHUB}:sub"]
        assert subject.startswith(f"repo:{repository}:environment:")


def test_the_identity_provider_is_made_once():
    (provider,) = hub().of_type("AWS::IAM::OIDCProvider").values()
    assert provider == {"Url": f"https://{GITHUB}", "ClientIdList": ["sts.amazonaws.com"]}
    assert not hub("existing").of_type("AWS::IAM::OIDCProvider")


@pytest.mark.parametrize(
    ("name", "bucket_name", "encryption"),
    [
        ("Bucket", "crosslink-state", {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "<Key.Arn>"}),
        ("Logs", "crosslink-state-logs", {"SSEAlgorithm": "AES256"}),
    ],
)
def test_the_state_and_its_logs_are_versioned_encrypted_and_private(name, bucket_name, encryption):
    bucket = state().of_type("AWS::S3::Bucket")[name]
    assert bucket["BucketName"] == f"{bucket_name}-{ACCOUNT}-{REGION}"
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    (by,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert by["ServerSideEncryptionByDefault"] == encryption
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


def test_old_states_are_deleted():
    bucket = state().of_type("AWS::S3::Bucket")["Bucket"]
    (rule,) = bucket["LifecycleConfiguration"]["Rules"]
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 90}


def test_who_uses_the_state_is_logged_where_s3_alone_writes():
    bucket = state().of_type("AWS::S3::Bucket")["Bucket"]
    assert bucket["LoggingConfiguration"] == {"DestinationBucketName": "<Logs>", "LogFilePrefix": "state/"}
    (allowed,) = [statement for statement in statements(policy_of("Logs")) if statement["Effect"] == "Allow"]
    assert allowed["Principal"] == {"Service": "logging.s3.amazonaws.com"}
    assert (allowed["Action"], allowed["Resource"]) == ("s3:PutObject", "<Logs.Arn>/state/*")
    assert allowed["Condition"] == {
        "ArnEquals": {"aws:SourceArn": f"arn:aws:s3:::{bucket['BucketName']}"},
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
    }


def test_the_state_its_logs_and_its_key_outlive_the_stack():
    for key in ("Bucket", "Logs", "Key"):
        assert state().resources[key]["DeletionPolicy"] == "Retain"
        assert state().resources[key]["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("name", ["Bucket", "Logs"])
def test_nothing_reaches_the_state_without_tls(name):
    denied = [statement for statement in statements(policy_of(name)) if statement["Effect"] == "Deny"]
    assert denied == [
        {
            "Sid": "NothingWithoutTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [f"<{name}.Arn>", f"<{name}.Arn>/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ]


def test_who_deploys_writes_and_who_previews_reads():
    assert uses(policy_of("Bucket")) == {
        tuple(WRITERS): {"s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"},
        tuple(READERS): {"s3:ListBucket", "s3:GetObject"},
    }
    (key,) = state().of_type("AWS::KMS::Key").values()
    assert uses(key["KeyPolicy"]) == {
        tuple(WRITERS): {"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"},
        tuple(READERS): {"kms:Decrypt", "kms:DescribeKey"},
    }


def test_the_account_itself_only_administers_the_key():
    root = f"arn:aws:iam::{ACCOUNT}:root"
    (key,) = state().of_type("AWS::KMS::Key").values()
    (own,) = [one for one in key["KeyPolicy"]["Statement"] if one["Principal"] == {"AWS": root}]
    assert "kms:PutKeyPolicy" in own["Action"]
    use = ("kms:Decrypt", "kms:Encrypt", "kms:Generate", "kms:ReEncrypt", "kms:CreateGrant")
    assert not [action for action in own["Action"] if "*" in action or action.startswith(use)]


CLUSTER_KEY = "cluster-key.yaml"


def test_a_clusters_key_outlives_its_stack_and_is_rotated():
    made = render(CLUSTER_KEY, Backend="apps").resources["Key"]
    assert (made["DeletionPolicy"], made["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert made["Properties"]["EnableKeyRotation"] is True
    assert made["Properties"]["Tags"] == [{"Key": "Name", "Value": "crosslink-apps"}]


@pytest.mark.parametrize("name", ["a", "apps", "a1-b", "a" * 12])
def test_a_cluster_has_the_name_of_its_backend(name):
    pattern = source(CLUSTER_KEY)["Parameters"]["Backend"]["AllowedPattern"]
    assert re.fullmatch(pattern, name)
    assert not re.fullmatch(pattern, f"{name}-")
    assert not re.fullmatch(pattern, "a" * (MAX_NAME + 1))


def policy_of(bucket: str) -> dict[str, Any]:
    """A bucket's policy."""
    (document,) = (
        policy["PolicyDocument"]
        for policy in state().of_type("AWS::S3::BucketPolicy").values()
        if policy["Bucket"] == f"<{bucket}>"
    )
    return document


def statements(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    return document["Statement"]


def uses(document: Mapping[str, Any]) -> dict[tuple[str, ...], set[str]]:
    """Roles → what they may do."""
    found: dict[tuple[str, ...], set[str]] = {}
    for statement in statements(document):
        match statement:
            case {"Effect": "Allow", "Principal": {"AWS": list(roles)}}:
                found.setdefault(tuple(roles), set()).update(as_list(statement["Action"]))
    return found
