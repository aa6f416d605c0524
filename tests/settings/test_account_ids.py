"""Which accounts a text names."""

import pytest

from settings.account_ids import accounts_in


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
