"""The rules of an ALB: those that the load balancer controller makes of Ingresses, in its order.

Sources:
    https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#group.order
    https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/ingress/model_build_listener_rules.go
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal

import settings
from components.route_header import header_condition
from crosslink.graph.tokens import INGRESS, INGRESS_CLASS_PARAMS
from crosslink.sandbox.record import Run
from settings.backend import HEALTH_PATH, ClusterBackend
from settings.cluster import JoinedCluster
from settings.service import HEALTH_NAME, Service

ANNOTATIONS = "alb.ingress.kubernetes.io"
LAST = 1000
"""The highest order of an Ingress in its group."""
PathType = Literal["Exact", "Prefix", "ImplementationSpecific"]
Condition = tuple[str, frozenset[str]]
"""A header's name, and the values of which it must have one, all in lower case: the ALB ignores case."""


@dataclass(frozen=True)
class IngressPath:
    """A path of an Ingress: what is sent to a Service under the conditions of its annotation."""

    path: str
    type: PathType
    service: str
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Ingress:
    """An Ingress of a group."""

    namespace: str
    name: str
    order: int
    paths: tuple[IngressPath, ...]


@dataclass(frozen=True)
class Rule:
    """A rule of the ALB; its Service is `namespace/name`."""

    patterns: tuple[str, ...]
    service: str
    conditions: tuple[Condition, ...]

    def takes(self, path: str, headers: Mapping[str, str]) -> bool:
        return any(fnmatchcase(path, pattern) for pattern in self.patterns) and all(
            name in headers and any(fnmatchcase(headers[name].lower(), value) for value in values)
            for name, values in self.conditions
        )


def rules_of(group: Iterable[Ingress]) -> tuple[Rule, ...]:
    """The rules of a group's ALB, as they are judged."""
    ingresses = sorted(group, key=lambda ingress: (ingress.order, ingress.namespace, ingress.name))
    return tuple(
        Rule(_patterns(path), f"{ingress.namespace}/{path.service}", path.conditions)
        for ingress in ingresses
        for path in sorted(ingress.paths, key=_rank)
    )


def _rank(path: IngressPath) -> tuple[int, int]:
    ranks: Mapping[PathType, int] = {"Exact": 0, "Prefix": 1, "ImplementationSpecific": 2}
    return ranks[path.type], -len(path.path) if path.type == "Prefix" else 0


def _patterns(path: IngressPath) -> tuple[str, ...]:
    if path.type != "Prefix":
        return (path.path,)
    return ("/*",) if path.path == "/" else (path.path, f"{path.path}/*")


def answer(rules: Iterable[Rule], path: str, headers: Mapping[str, str]) -> str | None:
    """The Service that answers a request, `namespace/name`; None for the ALB's own 404."""
    return next((rule.service for rule in rules if rule.takes(path, headers)), None)


def intended(
    backend: ClusterBackend, object_name: str, probes: Mapping[int, str] | None = None
) -> tuple[Ingress, ...]:
    """The group of Ingresses that a backend must have.

    Args:
        backend: The backend.
        object_name: The name of the group.
        probes: Slot of a route that another backend serves, too → what is asked of the pods there.
    """
    paths: dict[str, list[IngressPath]] = {}
    for service in sorted(backend.services, key=lambda service: not isinstance(service, Service)):
        namespace, _, name = service_of(service, object_name).partition("/")
        sent_as = "/" if service.strip_prefix else service.path
        condition = _condition(**header_condition(service.path))
        paths.setdefault(namespace, []).append(IngressPath(sent_as, "Prefix", name, (condition,)))
    first = next(iter(paths))
    if probes:
        any_route = _condition(**header_condition("*"))
        closed = IngressPath("/*", "ImplementationSpecific", f"{HEALTH_NAME}-routes", (any_route,))
        paths[first].append(closed)
    for slot, path in (probes or {}).items():
        paths[first].append(IngressPath(path, "ImplementationSpecific", f"{HEALTH_NAME}-{slot}"))
    paths[first].append(IngressPath(HEALTH_PATH, "ImplementationSpecific", HEALTH_NAME))
    return tuple(
        Ingress(namespace, object_name, LAST if namespace == first else 0, tuple(of))
        for namespace, of in paths.items()
    )


def is_health(service: str) -> bool:
    """Whether a Service, `namespace/name`, is none, but the name of a rule for health checks."""
    return service.rpartition("/")[2].partition("-")[0] == HEALTH_NAME


def service_of(service: Any, object_name: str) -> str:
    """The Kubernetes Service behind a path, `namespace/name`."""
    if isinstance(service, Service):
        return f"{object_name}/{service.name}"
    return f"{service.existing.namespace}/{service.existing.service}"


def object_name(backend: ClusterBackend, stack: str) -> str:
    """The name of a backend's group, and of its own namespace."""
    shared = isinstance(backend.cluster, JoinedCluster)
    return settings.cluster_name(stack, backend.name) if shared else f"crosslink-{backend.name}"


def registered(run: Run, group: str) -> tuple[Ingress, ...]:
    """The Ingresses of a group, as a run has registered them: it is said by annotation, or in their class."""
    classes = {
        parameters.inputs["metadata"]["name"]: parameters.inputs["spec"].get("group", {}).get("name")
        for parameters in run.of_type(INGRESS_CLASS_PARAMS)
    }
    return tuple(
        _registered(ingress.inputs)
        for ingress in run.of_type(INGRESS)
        if group
        in (
            ingress.inputs["metadata"]["annotations"].get(f"{ANNOTATIONS}/group.name"),
            classes.get(ingress.inputs["spec"]["ingressClassName"]),
        )
    )


def _registered(inputs: Mapping[str, Any]) -> Ingress:
    metadata = inputs["metadata"]
    annotations = metadata["annotations"]
    (rule,) = inputs["spec"]["rules"]
    assert rule.keys() == {"http"}, "a rule for any host"

    def paths() -> Iterator[IngressPath]:
        for path in rule["http"]["paths"]:
            service = path["backend"]["service"]["name"]
            conditions = json.loads(annotations.get(f"{ANNOTATIONS}/conditions.{service}", "[]"))
            yield IngressPath(
                path["path"], path["pathType"], service, tuple(_condition(**found) for found in conditions)
            )

    order = int(annotations.get(f"{ANNOTATIONS}/group.order", "0"))
    return Ingress(metadata["namespace"], metadata["name"], order, tuple(paths()))


def _condition(field: object, httpHeaderConfig: Any) -> Condition:  # noqa: N803 - the annotation's
    assert field == "http-header"
    name, values = httpHeaderConfig["httpHeaderName"], httpHeaderConfig["values"]
    return name.lower(), frozenset(value.lower() for value in values)
