"""The AWS providers of a stack: one per account and region, and no default provider."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version

import pulumi
import pulumi_aws as aws
from pydantic import SecretStr

from components.secret import carried
from settings.zones import is_opt_in

LEAST = (7, 51)
"""The first version of pulumi-aws that leaves a changed resource policy as the API's document has it; those
before put the old one back, without an error
(https://github.com/hashicorp/terraform-provider-aws/pull/48118)."""


@dataclass(frozen=True, kw_only=True)
class AssumedRole:
    """The role that the program assumes in an account.

    Args:
        arn: ARN of the role.
        external_id: the external id that the role's trust policy requires; None for none.
    """

    arn: str
    external_id: str | SecretStr | None = None


class Accounts:
    """The providers by account and region, each created when it is first needed.

    An AWS provider object is called an *account* everywhere in this program. Its name is
    `account-<id>-<region>`, in a component after the component's. A provider for another region replaces
    everything that the one before created; one for another account replaces nothing, and looks for all of it
    in an account where it isn't. So `settings/final.py` refuses another account of what is deployed.

    Args:
        roles: account id → role to assume there; an account without one is accessed with the ambient
            credentials.
        tags: default tags of every resource that can have tags, in every account.
        parent: the component that they are part of; None for the stack itself.

    Regions that an account has to enable first are told in a warning.

    Raises:
        pulumi.RunError: pulumi-aws is older than `LEAST`. The SDK asks for the plugin of its own version.

    Sources:
        https://www.pulumi.com/registry/packages/aws/api-docs/provider/
        https://github.com/pulumi/pulumi-aws/issues/6385
        https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
    """

    def __init__(
        self,
        *,
        roles: Mapping[str, AssumedRole],
        tags: Mapping[str, str],
        parent: pulumi.Resource | None = None,
    ) -> None:
        _refuse_older(version("pulumi-aws"))
        self._roles = roles
        self._tags = tags
        self._parent = parent
        self._prefix = f"{parent.pulumi_resource_name}-" if parent else ""
        self._accounts: dict[tuple[str, str], aws.Provider] = {}

    def of(self, account_id: str, region: str) -> aws.Provider:
        """The provider for account `account_id` (12 digits) in `region`; it refuses any other account."""
        key = (account_id, region)
        if key not in self._accounts:
            self._accounts[key] = self._make(account_id, region)
        return self._accounts[key]

    def _make(self, account_id: str, region: str) -> aws.Provider:
        role = self._roles.get(account_id)
        if is_opt_in(region):
            pulumi.log.warn(
                f"Account {account_id} needs the region {region}, which is off until it is enabled there: "
                f"aws account enable-region --region-name {region}. "
                "So does an account whose credentials assume a role there."
            )
        # The Args classes, not dicts: the SDK passes a provider's dict on in snake case, the plugin ignores
        # `role_arn`, and the program would silently run with the ambient credentials.
        return aws.Provider(
            f"{self._prefix}account-{account_id}-{region}",
            region=region,
            # A session of the global endpoint of STS is valid only in regions that every account has
            # (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html).
            sts_region=region,
            allowed_account_ids=[account_id],
            assume_roles=[
                aws.ProviderAssumeRoleArgs(
                    role_arn=role.arn, external_id=carried(role.external_id), session_name="crosslink"
                )
            ]
            if role
            else None,
            default_tags=aws.ProviderDefaultTagsArgs(tags=self._tags) if self._tags else None,
            opts=pulumi.ResourceOptions(parent=self._parent),
        )


def _refuse_older(installed: str) -> None:
    """Refuses a version such as `7.50.1`, which an environment from before an upgrade may have."""
    found = re.match(r"(\d+)\.(\d+)", installed)
    if found and (int(found[1]), int(found[2])) < LEAST:
        least = ".".join(map(str, LEAST))
        raise pulumi.RunError(
            f"pulumi-aws {installed} is installed: before {least} a changed resource policy of the API is "
            "overwritten by the old one, without an error.\n"
            "Run pulumi install, or pip install --requirement requirements.txt."
        )
