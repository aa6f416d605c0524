"""Keys of pods that users look for in a service: where the program has them, or why it doesn't."""

import json
from collections.abc import Mapping

from pydantic import ValidationError

from settings.fields import Model
from settings.pods import Autoscaling, EnvFrom, Health, Resources, ServiceAccount

MOVED: Mapping[str, tuple[str, type[Model], str]] = {
    "healthPath": ("health", Health, "path"),
    "livenessPath": ("health", Health, "path"),
    "readinessPath": ("health", Health, "readinessPath"),
    "healthPort": ("health", Health, "port"),
    "cpu": ("resources", Resources, "cpu"),
    "memory": ("resources", Resources, "memory"),
    "minReplicas": ("replicas", Autoscaling, "min"),
    "maxReplicas": ("replicas", Autoscaling, "max"),
    "secrets": ("envFrom", EnvFrom, "secrets"),
    "configMaps": ("envFrom", EnvFrom, "configMaps"),
    "roleArn": ("serviceAccount", ServiceAccount, "roleArn"),
}
"""Unknown key → the key in whose mapping it belongs, that mapping's model, and its key there."""

_SCALING = ("an autoscaler is replicas as a mapping", {"replicas": {"max": 6}})
_START = ("how long a pod may take to start is startupSeconds", {"startupSeconds": 90})
_SIZE = (
    "it is resources: what a pod is sure to have, and of memory the most",
    {"resources": {"memory": "512Mi"}},
)
_FOLDERS = (
    "pods keep nothing, and see nothing of their node: writablePaths are folders that begin empty",
    {"writablePaths": ["/var/cache"]},
)
_NOTHING: Mapping[str, object] = {}
_ONE = ("a pod has one container; pods of another shape are a Service of your own, under existing", _NOTHING)
_USER = "pods are restricted, and never run as root: they run as runAsUser, and ports under 1024 work"
_PROTOCOL = (
    "pods get HTTP/1.1: API Gateway sends nothing else, and an ALB passes it to no target of HTTP/2 or gRPC",
    _NOTHING,
)
INSTEAD: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "requests": _SIZE,
    "limits": _SIZE,
    "hpa": _SCALING,
    "autoscaling": _SCALING,
    "livenessProbe": ("what restarts a pod is health.path", {"health": {"path": "/healthz"}}),
    "readinessProbe": (
        "what tells that a pod is ready is health.readinessPath",
        {"health": {"readinessPath": "/ready"}},
    ),
    "startupProbe": _START,
    "initialDelaySeconds": _START,
    "nodeSelector": ("what a pod asks of its node is architecture", {"architecture": "arm64"}),
    "serviceAccountName": (
        "the stack makes the ServiceAccount: serviceAccount.roleArn is its role",
        {"serviceAccount": {"roleArn": "arn:aws:iam::222222222222:role/orders"}},
    ),
    "imagePullSecrets": ("there is one, imagePullSecret", {"imagePullSecret": "registry"}),
    "volumes": _FOLDERS,
    "volumeMounts": _FOLDERS,
    "hostPath": _FOLDERS,
    "securityContext": (_USER, {"runAsUser": 1000}),
    "runAsRoot": (_USER, {"runAsUser": 1000}),
    # https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
    "privileged": ("pods are restricted: none is privileged", _NOTHING),
    "capabilities": (
        "pods are restricted, and have no capabilities: ports under 1024 work without",
        _NOTHING,
    ),
    "hostNetwork": ("pods are restricted: none has the network of its node", _NOTHING),
    "sidecars": _ONE,
    "initContainers": _ONE,
    "containers": _ONE,
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html#target-group-protocol-version
    "protocol": _PROTOCOL,
    "http2": _PROTOCOL,
    "grpc": _PROTOCOL,
}
"""Unknown key → what there is instead, or why there is nothing; and an example of it."""


def moved(name: str, value: object) -> Mapping[str, object]:
    """The mapping with a value that was given outside of it, or with an example where the value doesn't fit.

    Args:
        name: A key of `MOVED`.
        value: The value.
    """
    outer, model, inner = MOVED[name]
    fields = {str(field.alias): field for field in model.model_fields.values()}
    found = {alias: (field.examples or [None])[0] for alias, field in fields.items() if field.is_required()}
    if inner == "min" and isinstance(value, int):
        found["max"] = max(value, 6)
    try:
        model.model_validate_json(json.dumps({**found, inner: value}))
    except ValidationError:
        value = (fields[inner].examples or [fields[inner].default])[0]
    return {outer: {**found, inner: value}}
