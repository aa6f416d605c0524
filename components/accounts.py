"""The AWS providers of a stack: one per account and region, none of them a default one."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_aws as aws


@dataclass(frozen=True, kw_only=True)
class AssumedRole:
    """The role that the program takes on in an account.

    Args:
        arn: ARN of the role.
        external_id: what the role's trust policy asks for besides, if it does.
    """

    arn: str
    external_id: str | None = None


class Accounts:
    """Gives the provider for an account and region, made when it is first asked for.

    A Pulumi provider object is called an *account* everywhere in this program. Its name is
    `account-<id>-<region>`: a provider that is renamed replaces everything it made.

    Args:
        roles: account id → role to assume there; an account without one is reached with the credentials
            that Pulumi runs with.
        tags: put on every resource of every account that takes tags.

    Source: https://www.pulumi.com/registry/packages/aws/api-docs/provider/
    """

    def __init__(self, *, roles: Mapping[str, AssumedRole], tags: Mapping[str, str]) -> None:
        self._roles = roles
        self._tags = tags
        self._accounts: dict[tuple[str, str], aws.Provider] = {}

    def of(self, account_id: str, region: str) -> aws.Provider:
        """The account `account_id` (12 digits) in `region`; it refuses to act in any other account."""
        key = (account_id, region)
        if key not in self._accounts:
            self._accounts[key] = self._make(account_id, region)
        return self._accounts[key]

    def _make(self, account_id: str, region: str) -> aws.Provider:
        role = self._roles.get(account_id)
        # The Args classes, not dicts: the SDK hands a provider's dict over in snake case, the plugin
        # doesn't know `role_arn`, and the program would silently run with the ambient credentials.
        return aws.Provider(
            f"account-{account_id}-{region}",
            region=region,
            allowed_account_ids=[account_id],
            assume_roles=[
                aws.ProviderAssumeRoleArgs(
                    role_arn=role.arn, external_id=role.external_id, session_name="crosslink"
                )
            ]
            if role
            else None,
            default_tags=aws.ProviderDefaultTagsArgs(tags=self._tags) if self._tags else None,
        )
