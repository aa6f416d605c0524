"""What pods may do: the Pod Security Standards, whatever makes the pods, and namespaces that enforce them."""

from collections.abc import Iterator, Mapping
from typing import cast

from crosslink.graph.node import Node, Value, doubt, fields, items, side_of, value_at
from crosslink.graph.unknown import Unknown, known
from crosslink.path.pod_security import BASELINE, ENFORCE, RESTRICTED, refused
from crosslink.path.pod_template import all_containers
from crosslink.rules.rule import KUBERNETES, fix
from crosslink.rules.text import listed
from policy.security.kubernetes import SYSTEM, of_kinds
from policy.security.rule import NO_FOREIGN, ONLY_KNOWN, Stack, rule, sure

STANDARDS = f"{KUBERNETES}/security/pod-security-standards"
_TEMPLATE = ("spec", "template", "spec")
# What makes pods → where their specification is
MAKERS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(of_kinds("kubernetes:core", "Pod"), ("spec",)),
    **dict.fromkeys(of_kinds("kubernetes:core", "PodTemplate"), ("template", "spec")),
    **dict.fromkeys(of_kinds("kubernetes:core", "ReplicationController"), _TEMPLATE),
    **dict.fromkeys(
        of_kinds("kubernetes:apps", "Deployment", "DaemonSet", "StatefulSet", "ReplicaSet"), _TEMPLATE
    ),
    **dict.fromkeys(of_kinds("kubernetes:batch", "Job"), _TEMPLATE),
    **dict.fromkeys(of_kinds("kubernetes:batch", "CronJob"), ("spec", "jobTemplate", *_TEMPLATE)),
}
NAMESPACES = of_kinds("kubernetes:core", "Namespace")
SERVICE_ACCOUNTS = of_kinds("kubernetes:core", "ServiceAccount")
ROLE_ARN = "eks.amazonaws.com/role-arn"
_SHOWN = 3


@rule(
    *MAKERS,
    source=f"{STANDARDS}/#restricted",
    same=("pods-meet-the-security-standard", SYSTEM, ONLY_KNOWN),
)
@fix("""Give each container `allowPrivilegeEscalation: false` and `capabilities: {drop: [ALL]}`, the pods
`runAsNonRoot: true` and `seccompProfile: {type: RuntimeDefault}`, and nothing of the host.""")
def pods_are_restricted(_stack: Stack, node: Node) -> str | None:
    """Pods keep to the Pod Security Standard `restricted`, whatever makes them: none is privileged, runs as
    root, or has a part of its node.
    """
    pod = node.get(*MAKERS[node.type])
    if pod is None and node.type.endswith("Patch"):
        return None  # it leaves the pods as they are
    found = list(dict.fromkeys(_refused(fields(known(pod)), patched=node.type.endswith("Patch"))))
    if found:
        more = len(found) - _SHOWN
        return f"{listed(found[:_SHOWN])}{f', and {more} more' if more > 0 else ''}"
    return sure([pod])


def _refused(pod: Mapping[str, Value], *, patched: bool) -> Iterator[str]:
    """What is refused of a pod for sure, container by container: what is unknown of one hides no other."""
    shown = fields(_without_unknown(dict(pod)))
    yield from refused(shown, strictly=False)
    volumes, of_pod = shown.get("volumes"), pod.get("securityContext")
    for container in all_containers(pod):
        own = container.get("securityContext")
        if doubt(own, of_pod):
            continue
        if not patched:
            # Without a context of its own nothing is dropped.
            alone: dict[str, Value] = {**container, "securityContext": own or {"capabilities": {}}}
            yield from refused(
                {"securityContext": of_pod, "volumes": volumes, "containers": [alone]}, strictly=True
            )
        elif value_at(own, "allowPrivilegeEscalation") is True or value_at(own, "runAsUser") == 0:
            yield f"container {container.get('name')} gets more rights"


def _without_unknown(value: Value) -> Value:
    """A value without what is unknown of it, which then is as if nobody had set it."""
    if isinstance(value, dict):
        kept = cast("Mapping[str, Value]", value).items()
        return {key: _without_unknown(inner) for key, inner in kept if not isinstance(inner, Unknown)}
    return [_without_unknown(each) for each in items(value)] if isinstance(value, list) else value


@rule(*NAMESPACES, source=f"{KUBERNETES}/security/pod-security-admission/", same=(SYSTEM, ONLY_KNOWN))
@fix(f"Set the label {ENFORCE}: {RESTRICTED}; where others' pods need more, {BASELINE}.")
def namespaces_are_restricted(_stack: Stack, node: Node) -> str | None:
    """A namespace enforces a Pod Security Standard: `restricted` where the program's own pods run, at least
    `baseline` elsewhere. Without the label EKS lets privileged pods in.
    """
    level: Value = known(node.get("metadata", "labels", ENFORCE))
    if level is None and node.type.endswith("Patch"):
        return None  # it leaves the label as it is
    allowed = (RESTRICTED,) if side_of(node.urn) else (BASELINE, RESTRICTED)
    if level in allowed:
        return None
    return f"it enforces {level}" if level else "it enforces no Pod Security Standard"


@rule(
    *SERVICE_ACCOUNTS,
    source="https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html",
    same=(SYSTEM, NO_FOREIGN, ONLY_KNOWN),
)
@fix(f"Take the annotation {ROLE_ARN} away, and name the role as `roleArn` of the service.")
def accounts_name_no_role(_stack: Stack, node: Node) -> str | None:
    """No service account takes a role by an annotation: what roles pods have, the settings say."""
    role = node.get("metadata", "annotations", ROLE_ARN)
    return f"its pods become {known(role)}" if role is not None else None
