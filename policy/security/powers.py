"""Who becomes more than he was: policies by which a role gives itself rights, and whom a cluster lets in."""

from collections.abc import Iterator
from itertools import product

from crosslink.graph.node import Node, Value, value_at
from crosslink.graph.unknown import Unknown, known
from crosslink.rules.policy_conditions import like
from crosslink.rules.rule import AWS, fix
from crosslink.rules.text import account_of, listed
from policy.security.accounts import DOCUMENTS, ROLE, WHOLE_SERVICE, deploying, inline_documents
from policy.security.rule import NO_FOREIGN, ONLY_KNOWN, Stack, rule, several

ACCESS_ENTRY = "aws:eks/accessEntry:AccessEntry"
ACCESS_POLICY = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"
# With one of these on whatever there is, one has all rights that any role has, or gives himself new ones.
ESCALATING = (
    *("iam:PassRole", "iam:UpdateAssumeRolePolicy", "iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"),
    *(f"iam:{verb}{whose}Policy" for verb in ("Put", "Attach") for whose in ("Role", "User", "Group")),
    *("iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary", "iam:AddUserToGroup"),
    *("iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile"),
    *("sts:AssumeRole", "lambda:UpdateFunctionCode", "kms:PutKeyPolicy", "kms:CreateGrant"),
    *("eks:CreateAccessEntry", "eks:AssociateAccessPolicy", "ec2:ModifyVpcEndpointServicePermissions"),
)
# A resource that nobody has named: which of these patterns fit is for all there are.
_ANY = (
    *(
        f"arn:aws:iam::000000000000:{kind}/nobody-has-named-it"
        for kind in ("role", "user", "group", "policy")
    ),
    "arn:aws:lambda:us-east-1:000000000000:function:nobody-has-named-it",
    "arn:aws:kms:us-east-1:000000000000:key/nobody-has-named-it",
    "arn:aws:eks:us-east-1:000000000000:cluster/nobody-has-named-it",
    "arn:aws:ec2:us-east-1:000000000000:vpc-endpoint-service/nobody-has-named-it",
)


@rule(
    *(DOCUMENTS),
    ROLE,
    source=f"{AWS}/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
    same=(ONLY_KNOWN,),
)
@fix(
    "Name the roles, keys or functions as Resource; of iam:PassRole also the service, by iam:PassedToService."
)
def no_privilege_escalation(_stack: Stack, node: Node) -> str | None:
    """No policy lets one take or give rights over all that there is: pass any role, write any policy."""
    found, doubts = set[str](), list[Unknown]()
    for document in inline_documents(node):
        for statement in several(value_at(document, "Statement")):
            if value_at(statement, "Effect") == "Allow" and (actions := set(_escalating(statement))):
                if value_at(statement, "Condition"):
                    doubts.append(Unknown(f"what the condition on {listed(actions)} leaves isn't judged"))
                else:
                    found |= actions
    if found:
        return f"it allows {listed(found)} on whatever there is"
    for doubt in doubts:
        known(doubt)
    return None


def _escalating(statement: Value) -> Iterator[str]:
    """What a statement allows of it, unless it is a whole service, of which another rule tells."""
    resources = [str(resource) for resource in several(value_at(statement, "Resource"))]
    spared = value_at(statement, "NotResource") is not None
    if not spared and not any(_is_any(resource) for resource in resources):
        return
    patterns = [str(action) for action in several(value_at(statement, "Action"))]
    for pattern, action in product(patterns, ESCALATING):
        if like(pattern.lower(), action.lower()) and not WHOLE_SERVICE.fullmatch(pattern):
            yield action


def _is_any(resource: str) -> bool:
    """Whether a resource's pattern is for whatever there is of its kind, in one account or all."""
    if account := account_of(resource):
        resource = resource.replace(f":{account}:", ":*:", 1)
    return any(like(resource, name) for name in _ANY)


@rule(
    ACCESS_ENTRY,
    ACCESS_POLICY,
    source=f"{AWS}/eks/latest/userguide/access-entries.html",
    same=(NO_FOREIGN, ONLY_KNOWN),
)
@fix("Take the access away, or name the role or user in `cluster.admins` of the backend.")
def only_declared_access(stack: Stack, node: Node) -> str | None:
    """A cluster lets in whom the settings name: its admins, and the role of previews to read."""
    if stack.declared is None:
        return None
    principal = node.get("principalArn")
    if isinstance(principal, Unknown) and node.references.get("principalArn"):
        return None  # of a role of the stack
    backends = stack.declared.backends.values()
    meant = {arn for backend in backends for arn in backend.admins} | set(deploying(stack))
    if known(principal) not in meant:
        return f"{principal} gets access to the cluster"
    readers = {backend.preview_role_arn for backend in backends} - {
        arn for backend in backends for arn in (*backend.admins, backend.role_arn)
    }
    if principal not in readers:
        return None
    more = "system:masters" in several(node.get("kubernetesGroups")) or node.type == ACCESS_POLICY
    return f"{principal}, which is for previews, may do more than read" if more else None
