"""Openings in a cluster: who may do what in it, what its pods may do, and who gets at them."""

from dataclasses import replace

from crosslink.graph import tokens
from crosslink.path.ingress_rules import ANNOTATIONS
from tests.faults.change import register
from tests.policy.beside.opening import OBJECT, ONLY_KNOWN, Opening, added, named

RBAC = "kubernetes:rbac.authorization.k8s.io/v1"
BINDING, ROLE = f"{RBAC}:ClusterRoleBinding", f"{RBAC}:ClusterRole"
POWERS, BINDINGS, PODS = "roles-are-narrow", "only-declared-bindings", "pods-are-restricted"
NAMESPACES, SERVICES = "namespaces-are-restricted", "services-stay-inside"
REACHED = "only-the-path-reaches-pods"


def object_(
    id_: str, what: str, rule: str, type_: str, spec: dict[str, object], **metadata: dict[str, str]
) -> Opening:
    """An object with a `spec`."""
    return added(
        id_,
        what,
        rule,
        type_,
        {"metadata": named(id_, "crosslink-apps", **metadata), "spec": spec},
        near=OBJECT,
    )


def binding(id_: str, what: str, role: str, group: str) -> Opening:
    """A binding of a role to a group, all over the cluster."""
    properties = {
        "metadata": named(id_, None),
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": group}],
    }
    return added(id_, what, BINDINGS, BINDING, properties, near=OBJECT)


def role(id_: str, what: str, *rules: dict[str, object]) -> Opening:
    """A role all over the cluster."""
    return added(id_, what, POWERS, ROLE, {"metadata": named(id_, None), "rules": list(rules)}, near=OBJECT)


def pods(container: dict[str, object], **spec: object) -> dict[str, object]:
    """Pods that are as they should be but for what is given."""
    secured = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}, **container}
    return {
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [{"name": "more", "image": "busybox:1", "securityContext": secured}],
        **spec,
    }


def component(id_: str, what: str, type_: str) -> Opening:
    """A component, which a first preview shows without what is inside."""
    registered = register(type_, id_, {}, beside=OBJECT)

    def change(nodes):
        component_, *others = registered(nodes)
        return [replace(component_, provider=None, account=None, region=None), *others]

    return Opening(id=id_, what=what, rule=ONLY_KNOWN, change=change, name=id_)


RIGHTS: tuple[Opening, ...] = (
    binding(
        "anonymous-admin",
        "who shows nothing administers the cluster",
        "cluster-admin",
        "system:unauthenticated",
    ),
    binding("all-may-edit", "all who can sign in change whatever there is", "edit", "system:authenticated"),
    binding("other-group", "a group that nobody declares reads the cluster", "view", "strangers"),
    role(
        "wildcard-role",
        "a role may do everything",
        {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]},
    ),
    role(
        "escalating-role",
        "a role reads all secrets, and gets into all pods",
        {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get", "list"]},
        {"apiGroups": [""], "resources": ["pods/exec"], "verbs": ["create"]},
    ),
    added(
        "annotated-account",
        "a service account takes a role by an annotation",
        "accounts-name-no-role",
        tokens.SERVICE_ACCOUNT,
        {
            "metadata": named(
                "annotated-account",
                annotations={"eks.amazonaws.com/role-arn": "arn:aws:iam::222222222222:role/crosslink-deploy"},
            )
        },
        near=OBJECT,
    ),
)
WORKLOADS: tuple[Opening, ...] = (
    object_(
        "host-pod",
        "a privileged pod on the host's network",
        PODS,
        tokens.POD,
        pods({"privileged": True}, hostNetwork=True),
    ),
    object_(
        "host-daemons",
        "pods of a DaemonSet read the nodes' files",
        PODS,
        "kubernetes:apps/v1:DaemonSet",
        {
            "template": {
                "spec": pods(
                    {"capabilities": {"add": ["SYS_ADMIN"]}},
                    volumes=[{"name": "host", "hostPath": {"path": "/"}}],
                )
            }
        },
    ),
    object_(
        "root-job",
        "pods of a CronJob run as root",
        PODS,
        "kubernetes:batch/v1:CronJob",
        {"jobTemplate": {"spec": {"template": {"spec": pods({"runAsUser": 0.0, "runAsNonRoot": False})}}}},
    ),
    object_(
        "patched-pods",
        "a patch gives the pods of a Deployment more than they should have",
        PODS,
        "kubernetes:apps/v1:DeploymentPatch",
        {"template": {"spec": pods({"allowPrivilegeEscalation": True}, hostPID=True)}},
    ),
    added(
        "privileged-namespace",
        "a namespace lets privileged pods in",
        NAMESPACES,
        tokens.NAMESPACE,
        {
            "metadata": named(
                "privileged-namespace", None, labels={"pod-security.kubernetes.io/enforce": "privileged"}
            )
        },
        near=OBJECT,
    ),
    added(
        "plain-namespace",
        "a namespace enforces no standard",
        NAMESPACES,
        tokens.NAMESPACE,
        {"metadata": named("plain-namespace", None)},
        near=OBJECT,
    ),
)
WAYS_IN: tuple[Opening, ...] = (
    object_(
        "balancer-service",
        "a Service asks for a load balancer",
        "no-public-load-balancer",
        tokens.KUBERNETES_SERVICE,
        {"type": "LoadBalancer", "selector": {"app": "more"}, "ports": [{"port": 80.0}]},
    ),
    object_(
        "node-port",
        "a Service opens a port of all nodes",
        SERVICES,
        tokens.KUBERNETES_SERVICE,
        {"type": "NodePort", "selector": {"app": "more"}, "ports": [{"port": 80.0, "nodePort": 30080.0}]},
    ),
    object_(
        "external-addresses",
        "a Service takes addresses from outside",
        SERVICES,
        tokens.KUBERNETES_SERVICE,
        {"type": "ClusterIP", "selector": {"app": "more"}, "externalIPs": ["198.51.100.7"]},
    ),
    object_(
        "second-ingress",
        "an Ingress of our class asks to face the internet",
        "no-public-load-balancer",
        tokens.INGRESS,
        {"ingressClassName": "crosslink-apps"},
        annotations={
            f"{ANNOTATIONS}/scheme": "internet-facing",
            f"{ANNOTATIONS}/inbound-cidrs": "10.20.48.64/26,10.20.80.64/26",
        },
    ),
    object_(
        "wide-ingress",
        "an Ingress of our class lets all of 10.0.0.0/8 in",
        REACHED,
        tokens.INGRESS,
        {"ingressClassName": "crosslink-apps"},
        annotations={f"{ANNOTATIONS}/inbound-cidrs": "10.0.0.0/8"},
    ),
    added(
        "public-class",
        "a class makes load balancers that face the internet",
        "classes-are-internal",
        tokens.INGRESS_CLASS_PARAMS,
        {
            "metadata": named("public-class", None),
            "spec": {"scheme": "internet-facing", "tags": [{"key": "owner", "value": "more"}]},
        },
        near=OBJECT,
    ),
    object_(
        "open-network-policy",
        "a network policy lets everybody at all pods",
        REACHED,
        tokens.NETWORK_POLICY,
        {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{}]},
    ),
)
INSTALLED: tuple[Opening, ...] = (
    object_(
        "helm-release",
        "a Helm release installs anything",
        ONLY_KNOWN,
        "kubernetes:helm.sh/v3:Release",
        {"chart": "more"},
    ),
    component("config-file", "a ConfigFile makes anything", "kubernetes:yaml:ConfigFile"),
    component("config-group", "a ConfigGroup makes anything", "kubernetes:yaml/v2:ConfigGroup"),
    object_(
        "gateway",
        "a Gateway takes requests past the Ingress",
        ONLY_KNOWN,
        "kubernetes:gateway.networking.k8s.io/v1:Gateway",
        {"gatewayClassName": "more", "listeners": [{"name": "http", "port": 80.0, "protocol": "HTTP"}]},
    ),
    added(
        "webhook",
        "a webhook of a stranger changes whatever is made in the cluster",
        ONLY_KNOWN,
        "kubernetes:admissionregistration.k8s.io/v1:MutatingWebhookConfiguration",
        {
            "metadata": named("webhook", None),
            "webhooks": [{"name": "x.example.com", "clientConfig": {"url": "https://example.com"}}],
        },
        near=OBJECT,
    ),
)
IN_CLUSTER: tuple[Opening, ...] = (*RIGHTS, *WORKLOADS, *WAYS_IN, *INSTALLED)
