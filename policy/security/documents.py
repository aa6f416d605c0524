"""Policies that let everybody in: of roles, keys, buckets, queues, functions, by whatever property has one.

Whom a statement lets in is asked of a stranger, in three-valued logic: somebody with an account of his own,
who calls from the internet. What the conditions say of him that isn't known here makes it unknown, never a
pass. An account that is named is another rule's: `no-foreign-account`.
"""

import json
from collections.abc import Iterator, Mapping

from crosslink.graph import tokens
from crosslink.graph.node import Node, Value, fields, items, side_of, value_at
from crosslink.graph.unknown import Unknown, known
from crosslink.rules.policy_conditions import Truth, every, like, not_, some
from crosslink.rules.rule import AWS, fix
from crosslink.rules.text import listed
from policy.security.rule import ALL, ONLY_KNOWN, Stack, parsed, rule, several
from policy.security.stranger import anybody_of_provider, meets

IAM = f"{AWS}/IAM/latest/UserGuide"
# Properties that hold one policy, or nothing
POLICY_PROPERTIES = ("policy", "assumeRolePolicy")
PUBLIC_ACLS = ("public-read", "public-read-write", "authenticated-read")
# Where a function's permission says which of a service's or an organization's callers it is for
_NARROWS = ("sourceArn", "sourceAccount", "principalOrgId")
_GROUPS_OF_ALL = ("AllUsers", "AuthenticatedUsers")


@rule(ALL, source=f"{IAM}/reference_policies_elements_principal.html", same=(ONLY_KNOWN,))
@fix("""Name the principals: roles or accounts of the stack; where it must be `*`, a condition on
aws:PrincipalAccount, aws:PrincipalOrgID, aws:SourceArn or aws:SourceAccount.""")
def no_open_policy(_stack: Stack, node: Node) -> str | None:
    """No policy lets everybody in: no role's trust, no key's, bucket's, queue's or function's policy."""
    if node.type == tokens.LAMBDA_PERMISSION:
        return _permission(node)
    if node.type == tokens.ENDPOINT or (node.type == tokens.REST_API and side_of(node.urn) == "consumer"):
        # An endpoint's policy only narrows what others allow; the API's is judged with what its methods ask.
        return None
    if acl := _public_acl(node):
        return acl
    truths = {where: lets_everybody_in(document) for where, document in documents_of(node.properties)}
    if open_ := [where for where, truth in truths.items() if truth is True]:
        return f"its {listed(open_)} lets everybody in"
    for property_ in POLICY_PROPERTIES:
        known(node.get(property_))
    for truth in truths.values():
        known(truth)
    return None


def _permission(permission: Node) -> str | None:
    """What is wrong with a function's permission: it is for a service or `*`, and for all who use that."""
    principal = known(permission.get("principal"))
    if not isinstance(principal, str) or not (principal == "*" or principal.endswith(".amazonaws.com")):
        return None
    if any(permission.get(property_) for property_ in _NARROWS):
        return None
    who = "everybody" if principal == "*" else f"{principal}, on behalf of any account,"
    return f"{who} may invoke the function"


def _public_acl(node: Node) -> str | None:
    acl = node.get("acl")
    if isinstance(acl, str) and acl in PUBLIC_ACLS:
        return f"its ACL is {acl}"
    grants = json.dumps(node.get("accessControlPolicy") or node.get("grants"), default=str)
    return "its ACL lets everybody in" if any(group in grants for group in _GROUPS_OF_ALL) else None


def documents_of(properties: Mapping[str, Value]) -> Iterator[tuple[str, Value]]:
    """All policy documents among some properties, however deep, each with its property."""
    for name, value in properties.items():
        yield from ((name, document) for document in _documents(value))


def _documents(value: Value) -> Iterator[Value]:
    if isinstance(value, str) and value.lstrip().startswith("{"):
        value = parsed(value)
    if isinstance(value, dict):
        if "Statement" in fields(value):
            yield value
        else:
            for inner in fields(value).values():
                yield from _documents(inner)
    elif isinstance(value, list):
        for inner in items(value):
            yield from _documents(inner)


def lets_everybody_in(document: Value) -> Truth:
    """Whether a policy lets a stranger in; one without principals is about whoever has it."""
    statements = several(value_at(document, "Statement"))
    denied = [each for each in statements if value_at(each, "Effect") == "Deny"]
    return some(
        every(_is_for_everybody(each), *(not_(_denies(deny, each)) for deny in denied))
        for each in statements
        if value_at(each, "Effect") == "Allow"
    )


def _is_for_everybody(statement: Value) -> Truth:
    if value_at(statement, "NotPrincipal") is not None:
        return meets(statement)  # all but those whom it names
    principal = value_at(statement, "Principal")
    if isinstance(principal, Unknown):
        return principal
    if providers := several(value_at(principal, "Federated")):
        return some(anybody_of_provider(statement, provider) for provider in providers)
    named = [principal] if isinstance(principal, str) else several(value_at(principal, "AWS"))
    if any(isinstance(name, str) and "*" in name for name in named):
        return meets(statement)
    return next((name for name in named if isinstance(name, Unknown)), False)


def _denies(deny: Value, allow: Value) -> Truth:
    """Whether a statement denies a stranger all that another allows."""
    principal = value_at(deny, "Principal")
    everybody = principal == "*" or "*" in several(value_at(principal, "AWS"))
    if not everybody:
        return False
    covers = all(
        any(like(str(pattern).lower(), str(named).lower()) for pattern in several(value_at(deny, element)))
        for element in ("Action", "Resource")
        for named in several(value_at(allow, element))
    )
    if not covers and (value_at(deny, "NotAction") or value_at(deny, "NotResource")):
        return Unknown("what a Deny spares isn't judged")
    return every(covers, meets(deny))
