"""Keys of pods that users look for in a service: where the program has them, or why it doesn't."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeAlias, cast

from pydantic import ValidationError

from settings.decoding import listed
from settings.fields import Model
from settings.pods import Autoscaling, EnvFrom, Health, Resources, ServiceAccount

Right: TypeAlias = Callable[[object], Mapping[str, object]]
"""From the value in the wrong place, what is right in its stead."""
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
_STOP = (
    "a pod that is told to stop answers its longest request first, by timeoutSeconds of its route",
    _NOTHING,
)
_TURNS = (
    "rollouts and disruptions take pods in turns, and pods spread over the zones, always alike",
    _NOTHING,
)
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
    "fsGroup": (_USER, {"runAsUser": 1000}),
    "runAsGroup": (_USER, {"runAsUser": 1000}),
    "readOnlyRootFilesystem": _FOLDERS,
    **dict.fromkeys(("terminationGracePeriodSeconds", "gracePeriodSeconds", "preStop", "lifecycle"), _STOP),
    **dict.fromkeys(
        ("podDisruptionBudget", "pdb", "strategy", "rollingUpdate", "topologySpreadConstraints"), _TURNS
    ),
    "imagePullPolicy": ("nodes pull what they don't have: another image has another tag or digest", _NOTHING),
    "secretEnv": ("values of env may be secret, set by pulumi config set --secret --path", _NOTHING),
    "workingDir": ("it is the image's", _NOTHING),
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


def _flat(value: object) -> Mapping[str, object]:
    """CPU and memory of `requests` or `limits`."""
    given = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    return {name: given[name] for name in ("cpu", "memory") if name in given} or {"memory": "512Mi"}


def _named(key: str, value: object) -> Mapping[str, object]:
    """The list of one object's name, from a reference to it."""
    named = cast("dict[str, object]", value).get("name") if isinstance(value, dict) else value
    return {key: [named]}


def _role(annotations: object) -> Mapping[str, object]:
    """The role of an annotation for IRSA."""
    given = cast("dict[str, object]", annotations) if isinstance(annotations, dict) else {}
    role = given.get("eks.amazonaws.com/role-arn", "arn:aws:iam::222222222222:role/orders")
    return {"roleArn": role}


def _is(key: str) -> tuple[str, Right]:
    return f"it is {key}", lambda value: {key: value}


def _no(why: str, *names: str) -> Mapping[str, tuple[str, Right]]:
    return dict.fromkeys(names, (why, lambda _value: _NOTHING))


_SIZES = "cpu and memory are here: what a pod is sure to have, and of memory the most"
WITHIN: Mapping[type[Model], Mapping[str, tuple[str, Right]]] = {
    Health: {
        **_no(
            "how long a pod may take to start is startupSeconds of the service",
            *("initialDelaySeconds", "startupSeconds"),
        ),
        **_no(
            "how often pods are asked is the same for all services",
            *("periodSeconds", "interval", "intervalSeconds", "failureThreshold", "successThreshold"),
        ),
        **_no("a pod that is well answers 200", "successCodes", "matcher", "httpCode"),
        **_no(
            "Kubernetes sends the Host that requests have, and no other header",
            "host",
            "httpHeaders",
            "headers",
        ),
        **_no("pods are asked by HTTP", "protocol", "scheme"),
        "livenessPath": _is("path"),
    },
    Resources: {"requests": (_SIZES, _flat), "limits": (_SIZES, _flat)},
    Autoscaling: {
        "minReplicas": _is("min"),
        "maxReplicas": _is("max"),
        **dict.fromkeys(
            ("cpu", "targetCPU", "targetCPUUtilizationPercentage", "averageUtilization"), _is("cpuPercent")
        ),
        **_no("pods are scaled by their use of CPU", "memory", "metrics", "requests"),
    },
    EnvFrom: {
        "secretRef": ("Secrets are named in secrets", partial(_named, "secrets")),
        "configMapRef": ("ConfigMaps are named in configMaps", partial(_named, "configMaps")),
    },
    ServiceAccount: {
        **_no("the stack makes it, with the service's name", "name"),
        "annotations": ("its role is roleArn", _role),
    },
}
"""Model of a part of a service → unknown key there → what there is instead, and what is right."""


def from_kubernetes(name: str, given: object) -> Mapping[str, object] | None:
    """The key with the mapping that a list of a container's specification means; None if it means none."""
    items = [cast("dict[str, Any]", item) for item in listed(given) if isinstance(item, dict)]
    if not items or name not in ("env", "envFrom"):
        return None
    if name == "env":
        return {"env": {str(item.get("name")): item["value"] for item in items if "value" in item}}
    kinds = {"secrets": "secretRef", "configMaps": "configMapRef"}
    named = {
        key: [item[kind].get("name") for item in items if isinstance(item.get(kind), dict)]
        for key, kind in kinds.items()
    }
    return {"envFrom": {key: names for key, names in named.items() if names}}
