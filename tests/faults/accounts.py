"""Faults of accounts and regions: Pulumi providers, and resources or references in the wrong place."""

from crosslink.graph import tokens
from tests.faults.change import move, point, put, wait
from tests.faults.fault import ORDER, CannotKnow, Fault
from tests.faults.names import LANDING

NOT_MADE = CannotKnow("AWS finds no subnet of another account's, and makes none")
PULUMIS = CannotKnow("a setting of Pulumi, which AWS doesn't know")

PLACES = (
    Fault(
        name="cluster in the wrong account",
        change=move(tokens.EKS_CLUSTER, "*", "111111111111", "us-east-1"),
        rule="resource-has-its-account",
        live="ingress-has-the-route",
    ),
    Fault(
        name="NAT gateway without an explicit provider",
        change=move(tokens.NAT_GATEWAY, "*", None, None),
        rule="resource-has-its-account",
        live="nodes-reach-the-internet",
    ),
    Fault(
        name="NAT gateway in the consumer's network",
        change=point(
            tokens.NAT_GATEWAY,
            "*",
            "subnetId",
            to=(tokens.SUBNET, f"{LANDING}-endpoints-use1-az1"),
        ),
        rule="nodes-reach-the-internet",
        live=NOT_MADE,
    ),
    Fault(
        name="cluster waits for the consumer's network",
        change=wait(tokens.EKS_CLUSTER, "*", for_=(tokens.VPC, LANDING)),
        rule="references-stay",
        live=ORDER,
    ),
)

PROVIDERS = (
    Fault(
        name="provider may act in any account",
        change=put(tokens.AWS_ACCOUNT, "account-222222222222-us-east-1", "allowedAccountIds", value=None),
        rule="account-is-guarded",
        live=PULUMIS,
    ),
    Fault(
        name="provider's role is lost, because a dict names it",
        change=put(
            tokens.AWS_ACCOUNT,
            "account-222222222222-us-east-1",
            "assumeRoles",
            value='[{"role_arn": "arn:aws:iam::222222222222:role/crosslink-deploy"}]',
        ),
        rule="account-is-guarded",
        live=PULUMIS,
        source="https://www.pulumi.com/registry/packages/aws/api-docs/provider/",
    ),
)

FAULTS = PLACES + PROVIDERS
