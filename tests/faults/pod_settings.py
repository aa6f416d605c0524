"""Faults of what a Deployment says of its pods, and of the NAT gateway by which its images come."""

from typing import Any

from crosslink.graph import tokens
from tests.faults.change import Change, edit, point, put, register, together, unpoint
from tests.faults.cluster import SVC1, container
from tests.faults.fault import CannotKnow, Fault
from tests.faults.healthy.pods import of_the_namespace

DEPLOYMENT = (tokens.KUBERNETES_DEPLOYMENT, SVC1)
POD = (*DEPLOYMENT, "spec", "template", "spec")
NAT, NODES = (tokens.NAT_GATEWAY, "*"), (tokens.SUBNET, "crosslink-apps-nodes-use1-az1")
PUBLIC = (tokens.ROUTE, "crosslink-apps-internet-*")
VALIDATION = "https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/deployment-v1/"
SECURITY = "https://kubernetes.io/docs/concepts/security/pod-security-standards/"
TAKEN = CannotKnow("pods are there and ready, so that the cluster has taken them")


def _fault(name: str, rule: str, change: Change, **more: Any) -> Fault:
    return Fault(name=name, change=change, rule=rule, **more)


def _first(change: dict[str, Any]) -> Change:
    """A change of the first container's own security."""
    return edit(
        *DEPLOYMENT,
        lambda deployment: deployment["spec"]["template"]["spec"]["containers"][0]["securityContext"].update(
            change
        ),
    )


def affinity(key: str, *values: str, operator: str = "In") -> Change:
    """What nodes have to be, by an affinity."""
    expression = {"key": key, "operator": operator, "values": list(values)}
    terms = {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}
    return put(
        *POD,
        "affinity",
        "nodeAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution",
        value=terms,
    )


def selector(**labels: str) -> Change:
    """What nodes have to be, by their labels."""
    return put(
        *POD, "nodeSelector", value={key.replace("__", "/").replace("_", "."): labels[key] for key in labels}
    )


def _object(type_: str, name: str, **content: Any) -> Change:
    """A ConfigMap or Secret in the services' namespace."""
    metadata = {"namespace": "crosslink-apps", "name": name}
    kind = type_.rpartition(":")[2]
    return register(
        type_,
        name,
        {"apiVersion": "v1", "kind": kind, "metadata": metadata, **content},
        beside=(tokens.NAMESPACE, "crosslink-apps"),
    )


def _from(kind: str, name: str, key: str) -> dict[str, Any]:
    """A variable of the environment that is a key of an object."""
    return {"name": "SETTING", "valueFrom": {kind: {"name": name, "key": key}}}


QUOTA, QUOTA_PAGE = (
    "kubernetes:core/v1:ResourceQuota",
    "https://kubernetes.io/docs/concepts/policy/resource-quotas/",
)
IN_A_PRIVATE_SUBNET = point(*NAT, "subnetId", to=NODES)
"""F41: a NAT gateway stands in a node subnet, whose own way out is the NAT gateway."""
NATS = (
    _fault(
        "NAT gateway stands in a node subnet",  # F41
        "nodes-reach-the-internet",
        IN_A_PRIVATE_SUBNET,
        source="https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html",
    ),
    _fault(
        "NAT gateway stands in a subnet of the NLB, which has no way out",
        "nodes-reach-the-internet",
        point(*NAT, "subnetId", to=(tokens.SUBNET, "crosslink-apps-load-balancers-use1-az1")),
    ),
    _fault(
        "NAT gateway is private",
        "nodes-reach-the-internet",
        together(put(*NAT, "connectivityType", value="private"), unpoint(*NAT, "allocationId")),
        source="https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html",
    ),
    _fault(
        "NAT gateway has no Elastic IP",
        "nodes-reach-the-internet",
        unpoint(*NAT, "allocationId"),
    ),
    _fault(
        "NAT gateway's public subnet has no default route",
        "nodes-reach-the-internet",
        put(*PUBLIC, "destinationCidrBlock", value="192.0.2.0/24"),
    ),
    _fault(
        "NAT gateway has failed",
        "nodes-reach-the-internet",
        together(
            put(*NAT, "state", value="failed"), put(*NAT, "failureMessage", value="InsufficientFreeAddresses")
        ),
        planned=CannotKnow("AWS's own state: nothing of it is registered"),
    ),
)

PLACES = (
    _fault(
        "pods ask for arm64 by affinity",
        "a-node-pool-fits-the-pods",
        together(put(*POD, "nodeSelector", value=None), affinity("kubernetes.io/arch", "arm64")),
        source="https://dev.to/aws-heroes/moving-from-node-groups-to-nodepools-on-amazon-eks-1kc5",
    ),
    _fault(
        "pods ask for amd64 and for a type of arm64",
        "a-node-pool-fits-the-pods",
        affinity("node.kubernetes.io/instance-type", "m7g.large"),
    ),
    _fault(
        "pods ask for spot",
        "a-node-pool-fits-the-pods",
        affinity("karpenter.sh/capacity-type", "spot"),
    ),
    _fault(
        "pods ask for a category that Auto Mode's pool doesn't have",
        "a-node-pool-fits-the-pods",
        put(*POD, "nodeSelector", value={"eks.amazonaws.com/instance-category": "t"}),
    ),
    _fault(
        "pods ask for an old generation",
        "a-node-pool-fits-the-pods",
        affinity("eks.amazonaws.com/instance-generation", "5", operator="Lt"),
    ),
    _fault(
        "pods ask for a zone of another region",
        "a-node-pool-fits-the-pods",
        affinity("topology.kubernetes.io/zone", "us-west-2a"),
    ),
    _fault(
        "pods ask for Windows",
        "a-node-pool-fits-the-pods",
        put(*POD, "nodeSelector", value={"kubernetes.io/os": "windows"}),
    ),
    _fault(
        "pods ask for a node pool that has a taint",
        "a-node-pool-fits-the-pods",
        put(*POD, "nodeSelector", "karpenter.sh/nodepool", value="system"),
    ),
    _fault(
        "pods ask for more memory than any node has",
        "a-node-pool-fits-the-pods",
        container(resources={"requests": {"memory": "4Ti"}}),
    ),
)

REFUSED = tuple(
    _fault(name, "kubernetes-takes-the-pods", change, source=VALIDATION)
    for name, change in (
        ("Deployment's selector isn't its pods'", put(
            *DEPLOYMENT, "spec", "selector", value={"matchLabels": {"a": "b"}}
        )),
        ("rollout may neither add pods nor leave some out", put(
            *DEPLOYMENT, "spec", "strategy", value={"rollingUpdate": {"maxSurge": 0.0, "maxUnavailable": 0.0}}
        )),
        ("rollout fails before pods count", put(*DEPLOYMENT, "spec", "minReadySeconds", value=900.0)),
        ("container mounts a volume that isn't there", container(
            volumeMounts=[{"name": "data", "mountPath": "/data"}]
        )),
        ("container asks for more than its limit", container(
            resources={"requests": {"memory": "512Mi"}, "limits": {"memory": "256Mi"}}
        )),
        ("hook sleeps longer than the pod has", put(*POD, "terminationGracePeriodSeconds", value=30.0)),
        ("pods are to end", put(*POD, "restartPolicy", value="OnFailure")),
        ("pods have no name servers", put(*POD, "dnsPolicy", value="None")),
    )
)  # fmt: skip

SECURED = tuple(
    _fault(name, "pods-meet-the-security-standard", change, live=TAKEN, source=SECURITY)
    for name, change in (
        ("pods use the node's network", put(*POD, "hostNetwork", value=True)),
        ("container may gain rights", _first({"allowPrivilegeEscalation": True})),
        ("container adds a capability", _first({"capabilities": {"drop": ["ALL"], "add": ["NET_ADMIN"]}})),
        ("pods may run as root", put(*POD, "securityContext", "runAsNonRoot", value=None)),
        ("pods mount a folder of the node", put(
            *POD, "volumes", value=[{"name": "tmp", "hostPath": {"path": "/var/log"}}]
        )),
    )
)  # fmt: skip

GOING = (
    _fault(
        "rollout stops all pods before the new come",
        "rollouts-leave-pods",
        put(*DEPLOYMENT, "spec", "strategy", value={"type": "Recreate"}),
    ),
    _fault(
        "rollout may leave all pods out",
        "rollouts-leave-pods",
        put(*DEPLOYMENT, "spec", "strategy", value={"rollingUpdate": {"maxUnavailable": "100%"}}),
    ),
    _fault(
        "pods stop while the ALB sends to them",
        "pods-drain",
        container(lifecycle={"preStop": {"sleep": {"seconds": 2.0}}}),
        source="https://docs.aws.amazon.com/eks/latest/best-practices/load-balancing.html",
    ),
    _fault(
        "pods are killed within a request",
        "pods-drain",
        together(
            container(lifecycle={"preStop": {"sleep": {"seconds": 15.0}}}),
            put(*POD, "terminationGracePeriodSeconds", value=20.0),
        ),
    ),
    _fault(
        "Deployment is paused",
        "rollout-is-not-paused",
        put(*DEPLOYMENT, "spec", "paused", value=True),
        live=CannotKnow("pods of before are there: it stops none of them"),
    ),
    _fault(
        "readiness waits longer than the rollout",
        "pods-are-ready-in-time",
        container(readinessProbe={"httpGet": {"path": "/", "port": "http"}, "initialDelaySeconds": 3600.0}),
        live=CannotKnow("pods of before are ready: the rollout alone fails"),
    ),
    _fault(
        "a rollout has less time than the pods' startup probe gives them",
        "pods-are-ready-in-time",
        put(*DEPLOYMENT, "spec", "progressDeadlineSeconds", value=16),
        live=CannotKnow("pods of before are ready: the rollout alone fails"),
    ),
    _fault(
        "container may not listen on its port",
        "ports-may-be-bound",
        put(*POD, "securityContext", "sysctls", 0, "value", value="9000"),
    ),
    _fault(
        "disruption budget lets no pod go",
        "pods-may-be-moved",
        put(tokens.DISRUPTION_BUDGET, SVC1, "spec", "maxUnavailable", value=0.0),
    ),
)

POLICIES = (
    _fault(
        "network policy of somebody else's is alone, and denies all",  # F62
        "pods-admit-the-alb",
        put(
            tokens.NETWORK_POLICY,
            "*",
            "spec",
            value={"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
        ),
        source="https://kube-dojo.github.io/cloud/eks-deep-dive/module-5.2-eks-networking",
    ),
    _fault(
        "network policy admits pods of the namespace alone",
        "pods-admit-the-alb",
        put(tokens.NETWORK_POLICY, SVC1, "spec", "ingress", value=[{"from": [{"podSelector": {}}]}]),
    ),
    _fault(
        "network policy is for another service's pods",
        "pods-admit-the-alb",
        put(tokens.NETWORK_POLICY, SVC1, "spec", "podSelector", value={"matchLabels": {"app": "svc1"}}),
    ),
    _fault(
        "network policy admits UDP",
        "pods-admit-the-alb",
        put(tokens.NETWORK_POLICY, SVC1, "spec", "ingress", 0, "ports", 0, "protocol", value="UDP"),
    ),
)

QUOTAS = tuple(
    _fault(name, "quota-has-room-for-the-pods", of_the_namespace(kind, spec), live=TAKEN, source=source)
    for name, kind, spec, source in (
        ("quota is smaller than the pods need", QUOTA, {"hard": {"pods": "1"}}, QUOTA_PAGE),
        ("quota counts what the pods don't say", QUOTA, {"hard": {"limits.cpu": "100"}}, QUOTA_PAGE),
        ("quota of memory is too small", QUOTA, {"hard": {"requests.memory": "256Mi"}}, QUOTA_PAGE),
        (
            "limit of containers is below the pods'",
            "kubernetes:core/v1:LimitRange",
            {"limits": [{"type": "Container", "max": {"memory": "64Mi"}}]},
            "https://kubernetes.io/docs/concepts/policy/limit-range/",
        ),
    )
)
READ = (
    _fault(
        "environment names a key that the Secret doesn't have",
        "keys-are-there",
        together(
            _object("kubernetes:core/v1:Secret", "cert", stringData={"crt": "x"}),
            container(env=[_from("secretKeyRef", "cert", "key")]),
        ),
        live=CannotKnow("the doctor may not see Secrets"),
    ),
    _fault(
        "environment names a key that the ConfigMap doesn't have",
        "keys-are-there",
        together(
            _object(tokens.CONFIG_MAP, "settings", data={"a": "1"}),
            container(env=[_from("configMapKeyRef", "settings", "b")]),
        ),
    ),
)

FAULTS = QUOTAS + READ + NATS + PLACES + REFUSED + SECURED + GOING + POLICIES
