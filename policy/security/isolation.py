"""What keeps others out by default: of namespaces, clusters, and of whatever has security groups."""

from collections.abc import Iterator

from crosslink.graph import tokens
from crosslink.graph.node import Node, Value, doubt, items, side_of, texts_in, value_at
from crosslink.graph.unknown import known
from crosslink.rules.rule import AWS, KUBERNETES_NETWORK, fix
from crosslink.rules.text import listed
from policy.security.kubernetes import SYSTEM
from policy.security.ranges import SECURITY_GROUPS
from policy.security.rule import ONLY_KNOWN, Stack, parsed, rule, several

ADDON = "aws:eks/addon:Addon"
# Whatever has security groups of its own → where it names them
_NAMING = {
    tokens.LOAD_BALANCER: ("securityGroups",),
    tokens.ENDPOINT: ("securityGroupIds",),
    tokens.EKS_CLUSTER: ("vpcConfig", "securityGroupIds"),
}


@rule(
    tokens.NAMESPACE,
    source=f"{KUBERNETES_NETWORK}/network-policies/#default-deny-all-ingress-traffic",
    same=(SYSTEM, "policy-keeps-addresses-out"),
)
@fix("""Leave the NetworkPolicy default-deny-ingress in the namespace, for all of its pods: an empty
`podSelector`, `policyTypes: [Ingress]` and no rules.""")
def namespaces_deny_by_default(stack: Stack, node: Node) -> str | None:
    """In the program's namespaces a network policy of its own is for all pods, so that nobody gets at a pod
    whom no other policy lets in.
    """
    if side_of(node.urn) is None:
        return None
    name = node.get("metadata", "name")
    policies = [
        policy
        for policy in stack.graph.of_type(tokens.NETWORK_POLICY)
        if policy.provider == node.provider and policy.get("metadata", "namespace") == name
    ]
    if any(map(_closes_all_pods, policies)):
        return None
    known(doubt(name, *(policy.get("spec") for policy in policies)))
    return "no network policy closes all of its pods: those that none selects take connections of everybody"


def _closes_all_pods(policy: Node) -> bool:
    """Whether a network policy selects all pods of its namespace, and lets nobody in."""
    if policy.get("spec", "ingress"):
        return False
    selector = policy.get("spec", "podSelector")
    selects = any(items(part) if isinstance(part, list) else part for part in _parts(selector))
    types = policy.get("spec", "policyTypes")
    # https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
    return not selects and (types is None or "Ingress" in items(types))


def _parts(selector: Value) -> Iterator[Value]:
    yield from (value_at(selector, "matchLabels"), value_at(selector, "matchExpressions"))


@rule(*_NAMING, source=f"{AWS}/vpc/latest/userguide/vpc-security-groups.html")
@fix("Take the group away, or let the stack make it: the rules of its own groups are judged.")
def groups_are_the_stacks(stack: Stack, node: Node) -> str | None:
    """Load balancers, endpoints and clusters have security groups of the stack: those of others let in whom
    nobody here knows.
    """
    own = {
        name for type_ in SECURITY_GROUPS for group in stack.graph.of_type(type_) for name in group.names()
    }
    given = several(node.get(*_NAMING[node.type]))
    others = [group for group in given if isinstance(group, str) and group not in own]
    return (
        f"it has {listed(others)}, which isn't the stack's: nobody here knows whom it lets in"
        if others
        else None
    )


@rule(
    tokens.EKS_CLUSTER,
    source=f"{AWS}/eks/latest/userguide/grant-k8s-access.html",
    same=("cluster-knows-access-entries",),
)
@fix("Set the authentication mode API: whom a cluster lets in, its access entries say.")
def access_entries_alone(_stack: Stack, node: Node) -> str | None:
    """A cluster asks its access entries who comes, and not the ConfigMap aws-auth, which whoever may write it
    gives more.
    """
    mode = known(node.get("accessConfig", "authenticationMode"))
    # CONFIG_MAP is the default of a cluster that AWS makes for others than its console.
    return None if mode == "API" else f"its authentication mode is {mode or 'CONFIG_MAP, the default'}"


@rule(ADDON, source=f"{AWS}/eks/latest/userguide/eks-add-ons.html", same=(ONLY_KNOWN,))
@fix("""Take the role or the setting away: what roles pods have, the settings say, and network policies are
enforced.""")
def addons_take_no_rights(stack: Stack, node: Node) -> str | None:
    """An add-on has no role that the stack doesn't make, and leaves network policies on."""
    identities = several(node.get("podIdentityAssociations"))
    roles = [node.get("serviceAccountRoleArn"), *(value_at(each, "roleArn") for each in identities)]
    if others := [role for role in roles if isinstance(role, str) and not _is_made(stack, role)]:
        return f"its pods become {listed(others)}"
    settings = parsed(node.get("configurationValues"))
    enforced = value_at(settings, "enableNetworkPolicy")
    return "it turns network policies off" if str(enforced).lower() == "false" else None


def _is_made(stack: Stack, role: str) -> bool:
    return any(role in made.names() for made in stack.graph.of_type("aws:iam/role:Role"))


@rule(tokens.AWS_ACCOUNT, source="https://www.pulumi.com/registry/packages/aws/api-docs/provider/")
@fix("Take the setting away: providers ask AWS itself, and know it by its certificate.")
def providers_ask_aws(_stack: Stack, node: Node) -> str | None:
    """A provider of AWS talks to AWS's own endpoints: any other is shown its credentials."""
    urls = texts_in(parsed(node.get("endpoints")))
    others = [url for url in urls if not _of_aws(url)]
    if others:
        return f"it talks to {listed(others)}"
    return "it trusts whoever answers" if str(known(node.get("insecure"))).lower() == "true" else None


def _of_aws(url: str) -> bool:
    host = url.partition("://")[2].partition("/")[0].partition(":")[0]
    return host.endswith((".amazonaws.com", ".amazonaws.com.cn", ".api.aws"))
