"""Who may do what in a cluster: roles, and those whom they are bound to."""

from collections.abc import Iterator

from crosslink.graph.node import Node, Value, doubt, fields, items, side_of, value_at
from crosslink.rules.rule import KUBERNETES, fix
from crosslink.rules.text import listed
from policy.security.kubernetes import SYSTEM, of_kinds
from policy.security.powers import ACCESS_ENTRY
from policy.security.rule import ONLY_KNOWN, Stack, rule, several, sure

_GROUP = "kubernetes:rbac.authorization.k8s.io"
ROLES = of_kinds(_GROUP, "ClusterRole", "Role")
BINDINGS = of_kinds(_GROUP, "ClusterRoleBinding", "RoleBinding")
_SERVICE_ACCOUNTS = of_kinds("kubernetes:core", "ServiceAccount")
_CLUSTER = "eks:index:Cluster"
_GOOD_PRACTICES = f"{KUBERNETES}/security/rbac-good-practices"
# With these somebody takes more rights than he was given.
_ESCALATING = {"bind", "escalate", "impersonate", "approve", "sign"}
# They lead into pods and nodes, or are as good as the rights of others.
_WAYS_IN = {
    *(f"pods/{way}" for way in ("exec", "attach", "portforward", "proxy", "ephemeralcontainers")),
    *("nodes/proxy", "services/proxy", "serviceaccounts/token"),
}
_READING = {"get", "list", "watch"}
# Whoever writes these in all namespaces has what any pod, any node or any account has.
_WRITTEN = {
    *("pods", "deployments", "daemonsets", "statefulsets", "replicasets", "replicationcontrollers", "jobs"),
    *(
        "cronjobs",
        "persistentvolumes",
        "nodes",
        "namespaces",
        "serviceaccounts",
        "networkpolicies",
        "secrets",
    ),
    *("roles", "rolebindings", "clusterroles", "clusterrolebindings", "ingresses", "ingressclassparams"),
    *("mutatingwebhookconfigurations", "validatingwebhookconfigurations", "customresourcedefinitions"),
    *("certificatesigningrequests", "certificatesigningrequests/approval", "nodepools", "nodeclasses"),
    # Where requests lead, what the cluster's own parts read, and what is asked before an object is taken
    *("services", "endpoints", "endpointslices", "ingressclasses", "targetgroupbindings", "configmaps"),
    *("apiservices", "validatingadmissionpolicies", "validatingadmissionpolicybindings"),
    *("mutatingadmissionpolicies", "mutatingadmissionpolicybindings"),
}


@rule(*ROLES, source=f"{_GOOD_PRACTICES}/#least-privilege", same=(SYSTEM, ONLY_KNOWN))
@fix("""Name resources and verbs, without `*`; Secrets in a Role of their own namespace, with `resourceNames`;
what leads into pods not at all.""")
def roles_are_narrow(_stack: Stack, node: Node) -> str | None:
    """No role in a cluster allows everything, gives itself more, reads all Secrets or leads into pods."""
    if node.get("aggregationRule"):
        return "it allows whatever the roles allow that its labels select"
    cluster_wide = "ClusterRole" in node.type.rpartition(":")[2]
    rules = node.get("rules")
    found = [told for each in items(rules) for told in _allowed(fields(each), cluster_wide=cluster_wide)]
    return f"it allows {'; '.join(dict.fromkeys(found))}" if found else sure([rules])


def _allowed(allowing: Value, *, cluster_wide: bool) -> Iterator[str]:
    """What a rule of a role allows that is too much."""
    names = ("verbs", "resources", "apiGroups", "nonResourceURLs")
    verbs, resources, groups, urls = (set(map(str, items(value_at(allowing, name)))) for name in names)
    everywhere = cluster_wide and not value_at(allowing, "resourceNames")
    what = listed(resources | urls)
    if "*" in verbs:
        yield f"to do everything with {what}"
    elif any("*" in resource for resource in resources) or "*" in groups:
        yield f"to {listed(verbs)} all that there is"
    else:
        if escalating := verbs & _ESCALATING:
            yield f"to {listed(escalating)} {what}"
        if ways := resources & _WAYS_IN:
            yield f"what leads into pods and nodes, {listed(ways)}"
        if everywhere and "secrets" in resources and verbs & _READING:
            yield "to read the Secrets of all namespaces"
        if everywhere and (written := resources & _WRITTEN) and (writing := verbs - _READING):
            yield f"to {listed(writing)} {listed(written)} of all namespaces"


@rule(*BINDINGS, source=f"{_GOOD_PRACTICES}/#least-privilege", same=(SYSTEM, ONLY_KNOWN))
@fix("""Bind a role of the stack to a service account of the stack, or to a group that an access entry gives;
who administers the cluster stands in `cluster.admins` of the backend.""")
def only_declared_bindings(stack: Stack, node: Node) -> str | None:
    """In a cluster roles of the stack are bound to its service accounts, and to groups that its access
    entries give: not to Kubernetes's own groups, which hold everybody, and no role that nobody here knows.
    """
    role, subjects = node.get("roleRef", "name"), node.get("subjects")
    strangers = [told for subject in several(subjects) if (told := _stranger(stack, node, subject))]
    if strangers:
        return f"it gives {role if isinstance(role, str) else 'a role'} to {listed(dict.fromkeys(strangers))}"
    if isinstance(role, str) and not _is_own_role(stack, node, role):
        return f"it gives {role}, which isn't a role of the stack"
    return sure([role, subjects])


def _is_own_role(stack: Stack, binding: Node, role: str) -> bool:
    kind = binding.get("roleRef", "kind")
    return any(
        other.get("metadata", "name") == role and other.type.rpartition(":")[2] == kind
        for type_ in ROLES
        for other in stack.graph.of_type(type_)
    )


def _stranger(stack: Stack, binding: Node, subject: Value) -> str | None:
    """Whom a subject is if nobody has declared him; None if somebody has, or nobody can tell."""
    kind, name = value_at(subject, "kind"), value_at(subject, "name")
    if doubt(kind, name):
        return None
    if kind == "ServiceAccount":
        own = [
            [other.get("metadata", key) for key in ("namespace", "name")]
            for type_ in _SERVICE_ACCOUNTS
            for other in stack.graph.of_type(type_)
        ]
        namespace = value_at(subject, "namespace") or binding.get("metadata", "namespace")
        return None if [namespace, name] in own or doubt(own) else f"service account {namespace}/{name}"
    given = list(_given(stack))
    declared = side_of(binding.urn) is not None or name in given or doubt(given)
    return None if declared and not str(name).startswith("system:") else f"{str(kind).lower()} {name}"


def _given(stack: Stack) -> Iterator[Value]:
    """The groups and users that access entries give."""
    entries = [node.properties for node in stack.graph.of_type(ACCESS_ENTRY)]
    for cluster in stack.graph.of_type(_CLUSTER):
        entries += map(fields, fields(cluster.get("accessEntries")).values())
    for entry in entries:
        for key in ("kubernetesGroups", "userName", "username"):
            yield from several(value_at(entry, key))
