"""Account ids in texts: in ARNs, names of images and queues, and ids of what another account owns."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import cast

from pydantic import BaseModel

from settings.stack import Settings

_ACCOUNT = re.compile(
    r"arn:[\w-]+:[\w-]*:[\w-]*:(\d{12})(?=:)"  # of a resource: a session's, or an identity provider's, too
    r"|(?<!\d)(\d{12})\.dkr\.ecr\b"  # of the registry of an image
    r"|\bsqs[\w.-]*/(\d{12})(?=/)"  # of a queue's URL
    r"|(?<![\w-])(\d{12})/(?=sg-)"  # of another account's security group
)
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html,
https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html,
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html,
https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html"""
ALONE = re.compile(r"\d{12}")


def accounts_in(text: str) -> set[str]:
    """The accounts that a text names; not digits that stand alone, which may be anything."""
    return {account for groups in _ACCOUNT.findall(text) for account in groups if account}


def named_accounts(stack: Settings) -> set[str]:
    """The accounts that a stack's settings name, wherever; those inside secrets aren't looked at."""
    found = set[str]()
    for text in _texts(stack):
        found |= {text} if ALONE.fullmatch(text) else accounts_in(text)
    return found


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            entries = cast("Mapping[object, object]", value)
            yield from chain.from_iterable(map(_texts, chain(entries.keys(), entries.values())))
        case list() | tuple():
            yield from chain.from_iterable(map(_texts, cast("Sequence[object]", value)))
        case BaseModel():
            yield from _texts(dict(value))
        case Settings():
            yield from _texts(vars(value))
        case _:
            pass
