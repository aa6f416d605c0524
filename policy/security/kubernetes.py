"""What the objects of a cluster have in common, and those of Kubernetes itself, which are left alone."""

from crosslink.graph.node import Node
from crosslink.graph.unknown import known
from crosslink.rules.rule import KUBERNETES, fix
from policy.security.rule import ONLY_KNOWN, Stack, rule

SYSTEM = "system-is-left-alone"  # other rules tell the same of an object in better words
_SYSTEM = ("kube-system", "kube-public", "kube-node-lease")
# What the program itself sets there: network policies are enforced.
_CNI, _ENFORCED = "amazon-vpc-cni", {"enable-network-policy-controller": "true"}


def of_kinds(group: str, *kinds: str, version: str = "v1") -> tuple[str, ...]:
    """The tokens of kinds of an API group, and those of the patches of objects of them.

    Source: https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/
    """
    return tuple(f"{group}/{version}:{kind}{patch}" for kind in kinds for patch in ("", "Patch"))


@rule("kubernetes:", source=f"{KUBERNETES}/overview/working-with-objects/namespaces/", same=(ONLY_KNOWN,))
@fix("Put the object into a namespace of its own; whom a cluster lets in, `cluster.admins` says.")
def system_is_left_alone(_stack: Stack, node: Node) -> str | None:
    """Nothing changes the namespaces of Kubernetes itself, nor what is in them: such as the ConfigMap
    aws-auth, which says who administers the cluster.
    """
    metadata = ("metadata", "namespace"), ("metadata", "name")
    namespace, name = (known(node.get(*path)) for path in metadata)
    if namespace not in _SYSTEM:
        return f"it changes {name} itself" if "Namespace" in node.type and name in _SYSTEM else None
    if name == _CNI and known(node.get("data")) == _ENFORCED:
        return None
    return f"it is {name} of {namespace}"
