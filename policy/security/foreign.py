"""Whose accounts a stack names: those of its settings, and those that a team has named with a reason.

An account is looked for in ARNs, wherever they stand, JSON documents and URIs included; in names of images
and queues; in ids of another account's security groups; and alone, in properties and keys of documents that
are for one. Not looked at are ids that don't show their account (of a VPC, a peering, a canonical user, a
role that is gone), names of buckets, and what a preview doesn't know yet.
"""

import json
import re
from collections.abc import Iterator
from functools import lru_cache

from crosslink.graph import tokens
from crosslink.graph.node import Node, Value, fields, items, texts_in
from crosslink.rules.rule import AWS, fix
from crosslink.rules.text import listed
from policy.security.rule import ALL, ONLY_KNOWN, Stack, rule
from settings.account_ids import ALONE, accounts_in

# Properties, and keys of policies, whose value is an account: accountId, peerOwnerId, registryId,
# aws:SourceAccount, and the principal `"AWS": "333333333333"`
_FOR_ACCOUNTS = re.compile(r"account|owner|principal|registry|^AWS$|^userIds?$", re.IGNORECASE)
_DOCUMENT = re.compile(r"\s*[\[{]")


@rule(
    ALL,
    source=f"{AWS}/IAM/latest/UserGuide/access_policies-cross-account-resource-access.html",
    same=("policy-lets-nobody-else-in", "peering-is-accepted-by-aws", ONLY_KNOWN),
)
@fix("""Take the account out; or name it in the settings, or with the reason in `policy/known.yaml`, under
`accounts`.""")
def no_foreign_account(stack: Stack, node: Node) -> str | None:
    """Nothing names an account that neither the settings nor the team has named."""
    known = named_accounts(stack)
    if node.type != tokens.AWS_ACCOUNT and node.account:
        known |= {node.account}  # where a resource is, its provider has told
    strangers = accounts_of(node) - known
    return f"it names the account {listed(strangers)}, which nobody declares" if strangers else None


@lru_cache(maxsize=4)
def named_accounts(stack: Stack) -> frozenset[str]:
    """The accounts that the settings name, as far as the stack tells them, and those of the team."""
    found = set(stack.known.accounts)
    if stack.declared:
        # As JSON, for tuples; what is unknown names none.
        for text in texts_in(json.loads(json.dumps(stack.declared.model_dump(), default=str))):
            found |= {text} if ALONE.fullmatch(text) else accounts_in(text)
    return frozenset(found)


def accounts_of(node: Node) -> set[str]:
    """The accounts that the properties of a resource name."""
    return set(_accounts("", dict(node.properties)))


def _accounts(key: str, value: Value) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in fields(value).items():
            yield from accounts_in(name)
            yield from _accounts(name, inner)
    elif isinstance(value, list):
        for inner in items(value):
            yield from _accounts(key, inner)
    elif isinstance(value, str):
        yield from accounts_in(value)
        if _FOR_ACCOUNTS.search(key) and ALONE.fullmatch(value):
            yield value
        elif _DOCUMENT.match(value):
            yield from _accounts(key, _parsed(value))
    elif isinstance(value, int | float) and not isinstance(value, bool) and _FOR_ACCOUNTS.search(key):
        yield from filter(ALONE.fullmatch, [f"{value:012.0f}"])


def _parsed(text: str) -> Value:
    try:
        return json.loads(text)
    except ValueError:
        return None
