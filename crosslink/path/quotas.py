"""What the quotas and limits of a namespace refuse of a Deployment's pods.

Sources:
    https://kubernetes.io/docs/concepts/policy/resource-quotas/
    https://kubernetes.io/docs/concepts/policy/limit-range/
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, Value, doubt, fields, items, number
from crosslink.graph.unknown import Fact, Unknown
from crosslink.path.pod_template import quantity

_POD = ("spec", "template", "spec")
# What a quota counts → of which part of a container's resources, and which of them
COUNTED: Mapping[str, tuple[str, str]] = {
    **{name: ("requests", name) for name in ("cpu", "memory", "ephemeral-storage")},
    **{
        f"{part}.{name}": (part, name)
        for part in ("requests", "limits")
        for name in ("cpu", "memory", "ephemeral-storage")
    },
}
PODS = ("pods", "count/pods")


def over_quota_of(graph: Graph, deployment: Node) -> Fact[tuple[str, ...]]:
    """What the ResourceQuotas and LimitRanges of a Deployment's namespace refuse of its pods."""
    quotas, ranges, others = (
        graph.in_namespace_of(deployment, type_)
        for type_ in (tokens.RESOURCE_QUOTA, tokens.LIMIT_RANGE, tokens.KUBERNETES_DEPLOYMENT)
    )
    if not quotas and not ranges:
        return ()
    resources = [_resources(node) for node in others]
    if unknown := doubt([node.get("spec") for node in (*quotas, *ranges)], resources):
        return unknown
    if scoped := [node for node in quotas if node.get("spec", "scopes") or node.get("spec", "scopeSelector")]:
        return Unknown(f"which pods {scoped[0]} counts isn't followed")
    limits = [fields(limit) for node in ranges for limit in items(node.get("spec", "limits"))]
    of_containers = [limit for limit in limits if limit.get("type") == "Container"]
    return (
        *_out_of_range(deployment, of_containers),
        *(why for quota in quotas for why in _over(quota, deployment, others, of_containers)),
    )


def _resources(deployment: Node) -> list[Value]:
    return [
        deployment.get("spec", "replicas"),
        *(fields(each).get("resources") for each in items(deployment.get(*_POD, "containers"))),
    ]


def _with_defaults(container: Value, limits: list[Mapping[str, Value]]) -> dict[str, dict[str, Value]]:
    """The resources of a container; a LimitRange gives those that it leaves out."""
    said = fields(fields(container).get("resources"))
    most = {name: value for limit in limits for name, value in fields(limit.get("default")).items()}
    least = {name: value for limit in limits for name, value in fields(limit.get("defaultRequest")).items()}
    own_limits = {**most, **fields(said.get("limits"))}
    return {"limits": own_limits, "requests": {**own_limits, **least, **fields(said.get("requests"))}}


def _out_of_range(deployment: Node, limits: list[Mapping[str, Value]]) -> Iterator[str]:
    for container in items(deployment.get(*_POD, "containers")):
        resources, name = _with_defaults(container, limits), fields(container).get("name")
        for limit in limits:
            for resource, most in fields(limit.get("max")).items():
                if _is_less(most, resources["limits"].get(resource)):
                    yield f"container {name} may use more {resource} than {most}"
            for resource, least in fields(limit.get("min")).items():
                if _is_less(resources["requests"].get(resource), least):
                    yield f"container {name} asks for less {resource} than {least}"


def _is_less(one: Value, other: Value) -> bool:
    first, second = quantity(one), quantity(other)
    return first is not None and second is not None and first < second


def _over(
    quota: Node, deployment: Node, others: Sequence[Node], limits: list[Mapping[str, Value]]
) -> Iterator[str]:
    """What a quota refuses: pods that say nothing of what it counts, and those beyond it."""
    name = quota.get("metadata", "name")
    for resource, hard in fields(quota.get("spec", "hard")).items():
        most, asked = quantity(hard), Decimal(0)
        part = COUNTED.get(resource)
        for node in others if part or resource in PODS else ():
            each = Decimal(1)
            if part:
                given = [
                    _with_defaults(container, limits)[part[0]].get(part[1])
                    for container in items(node.get(*_POD, "containers"))
                ]
                if node is deployment and None in given:
                    yield f"quota {name} counts {resource}, and a container doesn't say it"
                each = sum((quantity(value) or Decimal(0) for value in given), Decimal(0))
            replicas = number(node.get("spec", "replicas"))
            asked += each * (1 if replicas is None else replicas)
        if most is not None and asked > most:
            yield f"quota {name} allows {hard} of {resource}, its pods ask for {asked.normalize():f}"
