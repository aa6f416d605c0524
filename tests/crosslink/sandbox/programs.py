"""Small programs: one component in one account, with what a test puts into it."""

from collections.abc import Callable

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from crosslink.sandbox.engine import run
from crosslink.sandbox.existing import NOTHING, Existing
from crosslink.sandbox.record import Run

ACCOUNT = "222222222222"
REGION = "us-east-1"


class Box(pulumi.ComponentResource):
    """A component that holds what `fill` creates with the options it gets."""

    def __init__(self, fill: Callable[[ResourceOptions], object], provider: aws.Provider) -> None:
        super().__init__("crosslink:provider:Box", "box", None, ResourceOptions(provider=provider))
        fill(ResourceOptions(parent=self))
        self.register_outputs({})


def account(name: str = "account", account_id: str = ACCOUNT, region: str = REGION) -> aws.Provider:
    """The provider object of an account."""
    return aws.Provider(name, region=region, allowed_account_ids=[account_id])


def run_in_box(
    fill: Callable[[ResourceOptions], object], *, preview: bool = False, existing: Existing = NOTHING
) -> Run:
    """Run a program whose one component is filled by `fill`, with what exists beside it."""
    return run(lambda: Box(fill, account()), preview=preview, existing=existing)
