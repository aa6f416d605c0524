"""Who does it: providers, tags, and what the roles may do that the stack makes."""

import json
import re
from collections.abc import Iterable, Iterator

from policy.security.exposure import SECURITY_HUB
from policy.security.rule import Stack, rule, sure
from reachability import tokens
from reachability.facts import known
from reachability.graph import Node, Value, fields, items
from reachability.rules.words import listed

IAM_GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide"
ATTACHMENTS = (
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:iam/policyAttachment:PolicyAttachment",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment",
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
)
DOCUMENTS = (
    "aws:iam/policy:Policy",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/userPolicy:UserPolicy",
    "aws:iam/groupPolicy:GroupPolicy",
)
ROLE = "aws:iam/role:Role"
OF_AWS = re.compile(
    r"arn:[\w-]+:iam::aws:policy/(?:.*/)?(\w*(?:FullAccess|AdministratorAccess|PowerUserAccess)\b.*)"
)
"""AWS's own policies whose actions are a whole service's, or everything."""
WHOLE_SERVICE = re.compile(r"\*|[\w-]+:\*+")


@rule(
    "aws:",
    "kubernetes:",
    tokens.AWS_ACCOUNT,
    fix="Give the resource its account: a parent whose provider it inherits, or a provider of its own.",
    source="https://www.pulumi.com/docs/iac/concepts/providers/#disable-default-providers",
    same=("resource-has-its-account", "account-is-guarded"),
)
def no_default_provider(_stack: Stack, node: Node) -> str | None:
    """No resource is left to a default provider, which acts wherever the credentials of the moment lead."""
    provider = node.urn if node.type == tokens.AWS_ACCOUNT else node.provider
    return "it has no explicit provider" if provider is None or _is_default(provider) else None


def _is_default(provider: str) -> bool:
    """Whether a provider is the engine's: `default`, or `default_7_51_1`.

    Source: github.com/pulumi/pulumi, `pkg/resource/deploy/providers/provider.go`
    """
    return re.fullmatch(r"default(_.*)?", provider.rpartition("::")[2]) is not None


@rule(
    tokens.AWS_ACCOUNT,
    fix="Set `tags` of `crosslink:consumer`, the default tags of every account.",
    source="https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html",
)
def required_tags(stack: Stack, node: Node) -> str | None:
    """Every account puts the required tags on all that it makes: they are among its default tags.

    Which resources take tags, no property says; default tags reach all that do.
    """
    if _is_default(node.urn):
        return None  # there should be none
    given = known(node.get("defaultTags"))
    # Complex inputs of a provider are JSON texts.
    tags = known(fields(json.loads(given) if isinstance(given, str) else given).get("tags"))
    missing = set(stack.required_tags).difference(fields(tags))
    return f"its default tags lack {listed(missing)}" if missing else None


@rule(
    ROLE,
    *DOCUMENTS,
    *ATTACHMENTS,
    fix="Name the actions that are needed, or attach a policy of AWS's that does.",
    source=f"{SECURITY_HUB}/iam-controls.html#iam-21",
)
def no_wildcard_actions(_stack: Stack, node: Node) -> str | None:
    """No policy of the stack's roles allows everything, be it all that there is or all of one service."""
    documents, attached = list(_documents(node)), list(_attached(node))
    wide = {one for document in documents for one in _wildcards(document)}
    wide |= {one[1] for arn in attached if (one := OF_AWS.fullmatch(str(arn)))}
    return f"it allows {listed(wide)}" if wide else sure([*documents, *attached])


def _documents(node: Node) -> Iterator[Value]:
    """The policies that a resource holds; a role's trust policy allows nothing but to become it."""
    if node.type in DOCUMENTS:
        yield node.get("policy")
    for place in range(len(items(known(node.get("inlinePolicies"))))):
        yield node.get("inlinePolicies", place, "policy")


def _attached(node: Node) -> Iterable[Value]:
    """ARNs of the policies that a resource attaches; one of the stack's own is judged where it is made."""
    if node.type == ROLE:
        return items(known(node.get("managedPolicyArns")))
    if node.type in ATTACHMENTS and not node.references.get("policyArn"):
        return [node.get("policyArn")]
    return []


def _wildcards(document: Value) -> Iterator[str]:
    """What the statements of a policy allow that is more than single actions."""
    policy = json.loads(document) if isinstance(document, str) else document
    for statement in _several(fields(policy).get("Statement")):
        if fields(statement).get("Effect") == "Allow":
            actions = map(str, _several(fields(statement).get("Action")))
            yield from (one for one in actions if WHOLE_SERVICE.fullmatch(one))
            if spared := _several(fields(statement).get("NotAction")):
                yield f"all but {listed(map(str, spared))}"


def _several(value: Value) -> list[Value]:
    """The items of a list; a single one may stand without."""
    return items(value) if isinstance(value, list) or not value else [value]
