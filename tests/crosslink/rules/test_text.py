"""Texts that several rules say or read."""

import pytest

from crosslink.rules.text import account_of


@pytest.mark.parametrize(
    ("arn", "account"),
    [
        ("arn:aws:iam::111111111111:role/a:b", "111111111111"),
        ("arn:aws-cn:iam::111111111111:root", "111111111111"),
        ("*", None),
        ("111111111111", None),
        ("arn:aws:iam", None),
        (None, None),
    ],
)
def test_only_an_arn_has_an_account(arn: str | None, account: str | None) -> None:
    assert account_of(arn) == account
