"""Placeholders: account ids and addresses of examples, which belong to others or to nobody.

The stack `dev` and the examples have them, and so has what is copied from them: with one left, an `up` would
ask for a role in somebody else's account, or let nobody in. A stack that only the sandbox runs may keep them.
"""

import re
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from typing import NamedTuple, cast

from settings.decoding import decode
from settings.errors import Fault, key
from settings.rules.keys import ALLOW_PLACEHOLDERS, API, BACKENDS, CONSUMER

DOCUMENTATION = tuple(map(IPv4Network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")))
"""https://www.rfc-editor.org/rfc/rfc5737#section-3"""
EXAMPLE_ACCOUNTS = frozenset(
    [
        *(digit * 12 for digit in "0123456789"),
        *("123456789012", "012345678901", "210987654321", "098765432109"),
        *("111122223333", "222233334444", "333344445555", "444455556666", "555566667777", "777788889999"),
    ]
)
"""The ids in AWS's documentation and in this project's
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html)."""
NETWORKS = ("publicAccessCidrs", "sourceIps")
FREE_TEXT = ("env", "args", "command")
"""Settings that are handed on to pods: what they mean is the service's matter."""
_ACCOUNT = re.compile(r"arn:[^:]*:[^:]*:[^:]*:(\d{12}):|(\d{12})\.dkr\.ecr\.|(\d{12})$")
"""The account in an ARN, in the name of an image of ECR, and alone."""


class Placeholder(NamedTuple):
    """One of them: where it is, the whole value there, and the example's account or network in it."""

    path: str
    value: str
    found: str


def placeholders(given: Mapping[str, object]) -> Iterator[Placeholder]:
    """All placeholders of a stack's configuration.

    Args:
        given: Key → its decoded value.
    """
    for name in (CONSUMER, BACKENDS, API):
        yield from _inside(name, given.get(name))


def in_texts(values: Mapping[str, str | None]) -> list[str]:
    """The accounts and networks of examples that a stack's configuration has, each once; none if it may have
    them.

    Args:
        values: Key → its text.
    """
    given = {name: decode(name, text, []) for name, text in values.items()}
    if given.get(ALLOW_PLACEHOLDERS) is True:
        return []
    return list(dict.fromkeys(found for _, _, found in placeholders(given)))


def no_placeholders(given: Mapping[str, object]) -> Iterator[Fault]:
    """A fault for each placeholder."""
    for path, value, found in placeholders(given):
        network = "/" in found
        what, which = ("addresses", "these are") if network else ("an account", "its id is")
        yield Fault(
            path=path,
            value=value,
            must=f"must be {what} of yours: {which} an example's",
            fix=f"# your own, or {ALLOW_PLACEHOLDERS}: true for a stack of stand-ins",
        )


def _inside(path: str, value: object, name: str = "") -> Iterator[Placeholder]:
    match value:
        case dict():
            for inner, item in cast("Mapping[str, object]", value).items():
                if inner not in FREE_TEXT:
                    yield from _inside(key(path, inner), item, inner)
        case list():
            for index, item in enumerate(cast("list[object]", value)):
                yield from _inside(key(path, index), item, name)
        case str() if found := _network(value) if name in NETWORKS else _account(value):
            yield Placeholder(path, value, found)
        case _:
            pass


def _account(text: str) -> str | None:
    match = _ACCOUNT.match(text)
    return next((id_ for id_ in match.groups() if id_ in EXAMPLE_ACCOUNTS), None) if match else None


def _network(text: str) -> str | None:
    try:
        network = IPv4Network(text, strict=False)
    except ValueError:
        return None
    return text if any(network.subnet_of(range_) for range_ in DOCUMENTATION) else None
