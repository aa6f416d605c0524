"""The AWS providers: one per account and region, with its role, its allowed account and its tags."""

import json
import re
from collections.abc import Mapping
from functools import cache

import pulumi
import pytest

from components import accounts
from components.accounts import LEAST, Accounts, AssumedRole
from crosslink.sandbox.engine import run
from crosslink.sandbox.record import Resource, Run
from tests.components.support import CONSUMER, PROVIDER
from tests.runs import ROOT

ROLE = f"arn:aws:iam::{PROVIDER}:role/crosslink-deploy"
SDK_DEFAULTS = {"skipCredentialsValidation": "false", "skipRegionValidation": "true"}


@cache
def three_accounts() -> Run:
    def program() -> None:
        accounts = Accounts(
            roles={PROVIDER: AssumedRole(arn=ROLE, external_id="blue")}, tags={"owner": "platform"}
        )
        for _ in range(2):
            accounts.of(CONSUMER, "us-west-2")
            accounts.of(CONSUMER, "us-east-1")
            accounts.of(PROVIDER, "us-east-1")

    return run(program)


def test_each_account_and_region_has_one_provider_however_often_it_is_asked_for():
    assert sorted(resource.name for resource in three_accounts().of_type("pulumi:providers:aws")) == [
        "account-111111111111-us-east-1",
        "account-111111111111-us-west-2",
        "account-222222222222-us-east-1",
    ]


def test_asked_twice_it_gives_the_same_provider():
    given: list[bool] = []

    def program() -> None:
        accounts = Accounts(roles={}, tags={})
        given.append(accounts.of(CONSUMER, "us-west-2") is accounts.of(CONSUMER, "us-west-2"))

    run(program)
    assert given == [True]


def test_nothing_is_made_before_it_is_asked_for():
    assert not run(lambda: Accounts(roles={PROVIDER: AssumedRole(arn=ROLE)}, tags={})).resources


def test_an_account_with_a_role_assumes_it_and_refuses_any_other_account():
    assert _decoded(three_accounts().named("account-222222222222-us-east-1")) == {
        **SDK_DEFAULTS,
        "region": "us-east-1",
        "stsRegion": "us-east-1",
        "allowedAccountIds": [PROVIDER],
        "assumeRoles": [{"roleArn": ROLE, "externalId": "blue", "sessionName": "crosslink"}],
        "defaultTags": {"tags": {"owner": "platform"}},
    }


def test_an_account_without_a_role_uses_ambient_credentials_and_refuses_any_other_account():
    assert _decoded(three_accounts().named("account-111111111111-us-west-2")) == {
        **SDK_DEFAULTS,
        "region": "us-west-2",
        "stsRegion": "us-west-2",
        "allowedAccountIds": [CONSUMER],
        "defaultTags": {"tags": {"owner": "platform"}},
    }


def test_without_external_id_and_tags_the_inputs_are_absent():
    def program() -> None:
        Accounts(roles={PROVIDER: AssumedRole(arn=ROLE)}, tags={}).of(PROVIDER, "us-east-1")

    assert _decoded(run(program).one("pulumi:providers:aws")) == {
        **SDK_DEFAULTS,
        "region": "us-east-1",
        "stsRegion": "us-east-1",
        "allowedAccountIds": [PROVIDER],
        "assumeRoles": [{"roleArn": ROLE, "sessionName": "crosslink"}],
    }


def test_a_region_that_an_account_has_to_enable_is_told_once():
    def program() -> None:
        accounts = Accounts(roles={}, tags={})
        for region in ("us-east-1", "af-south-1", "af-south-1"):
            accounts.of(PROVIDER, region)

    (warning,) = run(program).warnings
    assert warning.startswith(f"Account {PROVIDER} needs the region af-south-1, which is off until")
    assert "aws account enable-region --region-name af-south-1" in warning


@pytest.mark.parametrize("version", ["7.50.0", "7.9.1", "6.83.0"])
def test_a_provider_that_puts_an_old_resource_policy_back_is_refused(monkeypatch, version):
    monkeypatch.setattr(accounts, "version", lambda _package: version)

    with pytest.raises(
        pulumi.RunError, match=rf"pulumi-aws {version} is installed: before 7\.51 .*\n.*pulumi install"
    ):
        Accounts(roles={}, tags={})


@pytest.mark.parametrize("version", ["7.51.0", "7.52.0a1", "7.100.0", "8.0.0"])
def test_a_provider_that_leaves_the_policy_alone_is_taken(monkeypatch, version):
    monkeypatch.setattr(accounts, "version", lambda _package: version)

    Accounts(roles={}, tags={})


def test_the_provider_is_refused_below_the_range_that_is_installed():
    """The range is a security bound: https://github.com/hashicorp/terraform-provider-aws/pull/48118."""
    (range_,) = re.findall(r'"pulumi-aws(.*)"', (ROOT / "pyproject.toml").read_text())
    assert range_ == f">={LEAST[0]}.{LEAST[1]},<8"


def test_the_plugin_is_of_the_sdks_version():
    """So that what is refused is the plugin too: nothing names another, as `plugins` and `version` would."""
    assert "plugins:" not in (ROOT / "Pulumi.yaml").read_text()
    sources = [ROOT / "__main__.py", *(ROOT / "components").rglob("*.py")]
    assert not [
        source
        for source in sources
        if re.search(r"Options\([^)]*\b(version|plugin_download_url)=", source.read_text())
    ]


def test_the_provider_that_is_pinned_is_one_whose_code_was_read():
    """With terraform-provider-aws #49823 an import without a policy would restore the old one. Before you pin
    a later version, look whether it has that: docs/adr/0010-who-may-call.md says what to do then."""
    (pinned,) = re.findall(r"^pulumi-aws==(\d+\.\d+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert pinned == "7.51"


def _decoded(provider: Resource) -> Mapping[str, object]:
    """The inputs of a provider, with lists and objects decoded from JSON."""
    return {name: json.loads(value) if value[0] in "[{" else value for name, value in provider.inputs.items()}
