"""Texts that several rules say or read."""

from collections.abc import Iterable


def listed(names: Iterable[str]) -> str:
    """Names in their order, or that there are none."""
    return ", ".join(sorted(names)) or "none"


def account_of(arn: str | None) -> str | None:
    """The account that an ARN names; None for what is no ARN, such as `*`."""
    match (arn or "").split(":", 5):
        case ["arn", _, _, _, account, _]:
            return account
        case _:
            return None
