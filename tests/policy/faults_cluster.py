"""What opens up in a cluster, beside what `tests/policy/beside` has."""

from collections.abc import Callable, Mapping
from typing import Any

from crosslink.graph import tokens
from crosslink.path.ingress_rules import ANNOTATIONS
from crosslink.path.pod_security import ENFORCE
from policy.security.exposure import SCHEME
from policy.security.pods import ROLE_ARN
from tests.faults.change import edit, put
from tests.faults.fault import Fault
from tests.policy.beside.by_default import BY_DEFAULT
from tests.policy.planting import LIKE, beside, fault

RBAC = "kubernetes:rbac.authorization.k8s.io/v1"
SERVICE = "crosslink-apps-svc1"
POD = ("spec", "template", "spec")
BALANCER = {"type": "LoadBalancer", "selector": {"app": "more"}}


def _also(peer: Mapping[str, object]) -> Callable[[Any], None]:
    """Lets somebody in, too, by a rule of its own."""
    return lambda policy: policy["spec"]["ingress"].append({"from": [peer]})


RIGHTS: tuple[Fault, ...] = (
    fault(
        "roles-are-narrow",
        "role has the rules of whatever roles have a label",
        beside(f"{RBAC}:ClusterRole", {"aggregationRule": {"clusterRoleSelectors": [{}]}, "rules": []}, LIKE),
    ),
    fault(
        "roles-are-narrow",
        "role binds roles, in its own namespace",
        beside(
            f"{RBAC}:Role",
            {"rules": [{"apiGroups": [""], "resources": ["roles"], "verbs": ["get", "bind"]}]},
            LIKE,
        ),
    ),
    fault(
        "only-declared-bindings",
        "Kubernetes's own role is bound to pods of another namespace",
        beside(
            f"{RBAC}:RoleBinding",
            {
                "metadata": {"namespace": "crosslink-apps", "name": "more"},
                "roleRef": {"kind": "ClusterRole", "name": "view"},
                "subjects": [{"kind": "ServiceAccount", "name": "default", "namespace": "default"}],
            },
            LIKE,
        ),
    ),
    fault(
        "only-declared-bindings",
        "the viewers' own binding is for whoever signs in",
        put(
            f"{RBAC}:ClusterRoleBinding",
            "*",
            "subjects",
            value=[
                {"kind": "Group", "name": "crosslink:viewers"},
                {"kind": "Group", "name": "system:authenticated"},
            ],
        ),
    ),
    fault(
        "system-is-left-alone",
        "the ConfigMap aws-auth lets a role of the account administer the cluster",
        beside(
            "kubernetes:core/v1:ConfigMapPatch",
            {
                "metadata": {"namespace": "kube-system", "name": "aws-auth"},
                "data": {"mapRoles": "- groups: [system:masters]"},
            },
            LIKE,
        ),
    ),
    fault(
        "system-is-left-alone",
        "network policies aren't enforced any more",
        put(
            "kubernetes:core/v1:ConfigMapPatch",
            "*",
            "data",
            "enable-network-policy-controller",
            value="false",
        ),
    ),
    fault(
        "accounts-name-no-role",
        "a patch gives a service account a role",
        beside(
            f"{tokens.SERVICE_ACCOUNT}Patch",
            {
                "metadata": {
                    "namespace": "crosslink-apps",
                    "name": "default",
                    "annotations": {ROLE_ARN: "arn:aws:iam::222222222222:role/orders"},
                }
            },
            LIKE,
        ),
    ),
)
PODS: tuple[Fault, ...] = (
    *(
        fault(
            "pods-are-restricted",
            f"service's pods {what}",
            put(tokens.KUBERNETES_DEPLOYMENT, SERVICE, *POD, *path, value=value),
        )
        for what, path, value in (
            ("are privileged", ("containers", 0, "securityContext", "privileged"), True),
            ("are on the network of their node", ("hostNetwork",), True),
            ("run as root", ("containers", 0, "securityContext", "runAsUser"), 0.0),
        )
    ),
    fault(
        "pods-are-restricted",
        "a Job says nothing of what its pods may do",
        beside(
            "kubernetes:batch/v1:Job",
            {"spec": {"template": {"spec": {"containers": [{"name": "more", "image": "busybox:1"}]}}}},
            LIKE,
        ),
    ),
    fault(
        "namespaces-are-restricted",
        "the services' namespace takes less restricted pods, too",
        put(tokens.NAMESPACE, "*", "metadata", "labels", ENFORCE, value="baseline"),
    ),
)
WAYS_IN: tuple[Fault, ...] = (
    fault(
        "services-stay-inside",
        "an internal load balancer of a Service lets everybody in",
        beside(
            tokens.KUBERNETES_SERVICE,
            {"metadata": {"name": "more", "annotations": {SCHEME: "internal"}}, "spec": BALANCER},
            LIKE,
        ),
    ),
    *(
        fault(
            "only-the-path-reaches-pods",
            f"a service's network policy lets in {whom}",
            edit(tokens.NETWORK_POLICY, SERVICE, _also(peer)),
        )
        for whom, peer in (
            (
                "pods of all namespaces",
                {"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": "x"}}},
            ),
            ("all of 10.0.0.0/8", {"ipBlock": {"cidr": "10.0.0.0/8"}}),
        )
    ),
    fault(
        "only-the-path-reaches-pods",
        "an Ingress has a class that isn't the stack's",
        beside(
            tokens.INGRESS,
            {
                "metadata": {
                    "namespace": "crosslink-apps",
                    "name": "more",
                    "annotations": {f"{ANNOTATIONS}/inbound-cidrs": "10.20.48.64/26"},
                },
                "spec": {"ingressClassName": "nginx"},
            },
            LIKE,
        ),
    ),
    fault(
        "classes-are-internal",
        "a class lets everybody in at its load balancers",
        beside(
            tokens.CONTROLLER_CLASS_PARAMS,
            {
                "metadata": {"name": "more"},
                "spec": {"inboundCIDRs": ["0.0.0.0/0"], "tags": [{"key": "owner", "value": "more"}]},
            },
            LIKE,
        ),
    ),
)
NODES: tuple[Fault, ...] = (
    fault(
        "no-public-addresses",
        "nodes get public addresses",
        put(tokens.NODE_CLASS, "*", "spec", "advancedNetworking", value={"associatePublicIPAddress": True}),
    ),
    fault(
        "no-public-addresses",
        "what starts in the nodes' subnets gets a public address",
        put(tokens.SUBNET, "crosslink-apps-nodes-*", "mapPublicIpOnLaunch", value=True),
    ),
)
DEFAULTS: tuple[Fault, ...] = tuple(
    fault(opening.rule, opening.what, opening.change)
    for opening in BY_DEFAULT
    if opening.rule not in ("no-unauthenticated-method", "no-open-policy", "no-public-addresses")
)
FAULTS: tuple[Fault, ...] = (*RIGHTS, *PODS, *WAYS_IN, *NODES, *DEFAULTS)
