"""Who does it: providers, tags, and what the roles may do that the stack makes."""

import re
from collections.abc import Iterator
from itertools import chain

from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, Value, fields, items, value_at
from crosslink.graph.unknown import Unknown, known
from crosslink.rules.rule import AWS, fix
from crosslink.rules.text import account_of, listed
from policy.security.rule import NO_FOREIGN, ONLY_KNOWN, SECURITY_HUB, Stack, parsed, rule, several, sure

POLICY = "aws:iam/policy:Policy"
DOCUMENTS = (POLICY, *(f"aws:iam/{whose.lower()}Policy:{whose}Policy" for whose in ("Role", "User", "Group")))
ROLE = "aws:iam/role:Role"
ATTACHED = {  # what attaches policies → the property with their ARNs
    ROLE: "managedPolicyArns",
    "aws:iam/policyAttachment:PolicyAttachment": "policyArn",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "policyArn",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": "policyArn",
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": "policyArn",
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": "policyArns",
    "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive": "policyArns",
    "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive": "policyArns",
}
# AWS's own policies that allow a whole service, or everything, as far as their names tell
OF_AWS = re.compile(r"arn:[\w-]+:iam::aws:policy/(?:.*/)?(.*(?:FullAccess|Administrator|PowerUserAccess).*)")
WHOLE_SERVICE = re.compile(r"(?:[\w*-]+:)?[*?]+")


@rule(
    "aws:",
    "kubernetes:",
    tokens.AWS_ACCOUNT,
    source="https://www.pulumi.com/docs/iac/concepts/providers/#disable-default-providers",
    same=("resource-has-its-account", "account-is-guarded"),
)
@fix("Give the resource its account: a parent whose provider it inherits, or a provider of its own.")
def no_default_provider(_stack: Stack, node: Node) -> str | None:
    """No resource is left to a default provider, which acts wherever the credentials of the moment lead.

    The engine gives one to whatever asks for none; without any are components alone.
    """
    provider = node.urn if node.type == tokens.AWS_ACCOUNT else node.provider
    return "it has no explicit provider" if provider and _is_default(provider) else None


def _is_default(provider: str) -> bool:
    """Whether a provider is the engine's: `default`, or `default_7_51_1`."""
    # github.com/pulumi/pulumi, `pkg/resource/deploy/providers/provider.go`
    return re.fullmatch(r"default(_.*)?", provider.rpartition("::")[2]) is not None


@rule(
    tokens.AWS_ACCOUNT,
    tokens.INGRESS_CLASS_PARAMS,
    tokens.CONTROLLER_CLASS_PARAMS,
    tokens.NODE_CLASS,
    source="https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html",
)
@fix("Set `crosslink:tags`, the tags of every account, and of what its clusters make.")
def required_tags(stack: Stack, node: Node) -> str | None:
    """Every account, and every cluster, puts the required tags on all that it makes.

    Which resources take tags, no property says; default tags reach all that do. What a cluster makes has
    those of its node classes, and of the parameters of its Ingress classes.
    """
    if not stack.required_tags or _is_default(node.urn):
        return None  # a default provider has none, and is a fault of its own
    missing = set(stack.required_tags).difference(_tags_given_by(node))
    return f"its tags lack {listed(missing)}" if missing else None


def _tags_given_by(node: Node) -> Iterator[str]:
    """The keys of the tags that a resource gives what it makes."""
    if node.type == tokens.AWS_ACCOUNT:
        # Complex inputs of a provider are JSON texts.
        yield from fields(known(value_at(parsed(node.get("defaultTags")), "tags")))
    elif node.type == tokens.NODE_CLASS:
        yield from fields(known(node.get("spec", "tags")))
    else:
        yield from (str(fields(tag).get("key")) for tag in items(known(node.get("spec", "tags"))))


@rule(
    tokens.POD_IDENTITY,
    source=f"{AWS}/eks/latest/best-practices/identity-and-access-management.html",
    same=(NO_FOREIGN,),
)
@fix(
    "Give the service a role of its own in the cluster's account, which allows what its pods do and no more."
)
def pods_have_roles_of_their_own(stack: Stack, node: Node) -> str | None:
    """Pods have a role of their own account, and not the one that deploys the stack.

    Whoever gets into a pod has its role's rights.
    """
    roles = [role for key in ("roleArn", "targetRoleArn") if (role := node.get(key))]
    own = set(deploying(stack))
    for role in roles:
        if isinstance(role, str) and role in own:
            return f"{role} is the stack's own"
        if isinstance(role, str) and account_of(role) != node.account:
            return f"{role} is of another account"
    return sure(roles)


def deploying(stack: Stack) -> Iterator[str]:
    """ARNs of the roles by which the program and the doctor act."""
    declared = stack.declared
    parties = (declared.consumer, *declared.backends.values()) if declared else ()
    for party in filter(None, parties):
        yield from filter(None, (party.role_arn, party.preview_role_arn))


@rule(*DOCUMENTS, *ATTACHED, source=f"{SECURITY_HUB}/iam-controls.html#iam-21", same=(ONLY_KNOWN,))
@fix("Name the actions that are needed, or attach a policy of AWS's that does.")
def no_wildcard_actions(stack: Stack, node: Node) -> str | None:
    """No policy of the stack's roles allows everything, be it all that there is or all of one service.

    What one says of a resource, such as a key's policy, is about that resource alone and not judged here.
    """
    documents, attached = list(inline_documents(node)), list(_attached(stack.graph, node))
    wide = set(chain.from_iterable(map(_wildcards, documents)))
    wide |= {found[1] for arn in attached if (found := OF_AWS.fullmatch(str(arn)))}
    return f"it allows {listed(wide)}" if wide else sure([*documents, *attached])


def inline_documents(node: Node) -> Iterator[Value]:
    """The policies that a resource holds; a role's trust policy allows nothing but to become it."""
    if node.type in DOCUMENTS:
        yield parsed(node.get("policy"))
    for policy in several(node.get("inlinePolicies")):
        yield parsed(value_at(policy, "policy"))


def _attached(graph: Graph, node: Node) -> Iterator[Value]:
    """ARNs of the policies that a resource attaches; the stack's own are judged where they are made."""
    property_ = ATTACHED.get(node.type, "")
    own = graph.named_by(node, property_, POLICY)
    yield from (arn for arn in several(node.get(property_)) if not (own and isinstance(arn, Unknown)))


def _wildcards(document: Value) -> Iterator[str]:
    """What the statements of a policy allow that is more than single actions."""
    for statement in several(value_at(document, "Statement")):
        if value_at(statement, "Effect") == "Allow":
            yield from filter(WHOLE_SERVICE.fullmatch, map(str, several(value_at(statement, "Action"))))
            if spared := several(value_at(statement, "NotAction")):
                yield f"all but {listed(map(str, spared))}"
