"""The pods that a Deployment has, as the cluster tells of them.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodStatus
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, Value, fields, items, number
from crosslink.graph.unknown import Fact

RUNNING, ENDED = "running", "terminated"  # a container's states; another is `waiting`, whose reason is told


@dataclass(frozen=True, kw_only=True)
class Said:
    """What the cluster says of something: a condition, a state or an event."""

    kind: str  # the condition's type, or what it is said of
    reason: str
    message: str

    def __str__(self) -> str:
        return ": ".join(filter(None, (self.reason, self.message)))


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a container ended."""

    code: int | None  # that it exited with
    reason: str  # such as `OOMKilled` or `Error`
    message: str


@dataclass(frozen=True, kw_only=True)
class Container:
    """A container of a pod."""

    name: str
    image: str
    init: bool  # whether it has to end before the others start; no sidecar
    ready: bool
    running: bool
    waiting: Said | None
    ended: Ended | None  # how it ended, or did the last time
    restarts: int


@dataclass(frozen=True, kw_only=True)
class Pod:
    """A pod."""

    name: str
    phase: str  # `Pending`, `Running`, `Failed` and so on
    why: Said | None  # why it is in that phase, such as that it was evicted
    leaving: bool  # whether it is being deleted
    node: str | None
    ready: bool
    containers: tuple[Container, ...]
    unmet: tuple[Said, ...]  # the conditions that aren't true
    gates: tuple[str, ...]  # the conditions besides that it is to meet before it is ready
    warnings: tuple[Said, ...]  # the events that warn of it, the last of each reason


@dataclass(frozen=True, kw_only=True)
class ClusterNode:
    """A node of the cluster."""

    name: str
    unready: Said | None  # why it isn't ready; None if it is


def pods_of(graph: Graph, deployment: Node) -> Fact[tuple[Pod, ...]]:
    """The pods of a Deployment; none where the cluster wasn't asked."""
    there = graph.in_namespace_of(deployment, tokens.POD)
    own = [node for node in there if _belongs(node, deployment)]
    warnings = graph.in_namespace_of(deployment, tokens.EVENT)
    found = tuple(_pod(node, warnings) for node in own)
    return found or graph.why_not(tokens.POD, deployment) or ()


def conditions_of(deployment: Node) -> tuple[tuple[str, Said], ...]:
    """Of each condition of a Deployment its status, and what is said."""
    found = map(fields, items(deployment.get("status", "conditions")))
    return tuple((str(condition.get("status")), _said(condition)) for condition in found)


def warnings_of(graph: Graph, deployment: Node) -> tuple[Said, ...]:
    """The events that warn of a Deployment's ReplicaSets: they can't make pods."""
    name = f"{deployment.get('metadata', 'name')}-"
    events = graph.in_namespace_of(deployment, tokens.EVENT)
    return _warnings(events, lambda named: named.rpartition("-")[0] + "-" == name, "ReplicaSet")


def nodes_of(graph: Graph, deployment: Node) -> Fact[tuple[ClusterNode, ...]]:
    """The nodes of a Deployment's cluster."""
    there = graph.beside(deployment, tokens.KUBERNETES_NODE)
    return tuple(map(_node, there)) or graph.why_not(tokens.KUBERNETES_NODE, deployment) or ()


def _belongs(pod: Node, deployment: Node) -> bool:
    """Whether a pod is a Deployment's, whose ReplicaSet has its name and a hash."""
    wanted = fields(deployment.get("spec", "selector", "matchLabels")).items()
    owners = [fields(owner).get("name", "") for owner in items(pod.get("metadata", "ownerReferences"))]
    name = deployment.get("metadata", "name")
    ours = not owners or any(str(owner).rpartition("-")[0] == name for owner in owners)
    return bool(wanted) and ours and wanted <= fields(pod.get("metadata", "labels")).items()


def _pod(node: Node, events: Iterable[Node]) -> Pod:
    status, spec = fields(node.get("status")), fields(node.get("spec"))
    conditions = [fields(condition) for condition in items(status.get("conditions"))]
    name = str(node.get("metadata", "name"))
    said = _said({"type": status.get("phase"), **status})
    met = {condition.get("type") for condition in conditions if condition.get("status") == "True"}
    gates = tuple(str(fields(gate).get("conditionType")) for gate in items(spec.get("readinessGates")))
    return Pod(
        name=name,
        phase=str(status.get("phase")),
        why=said if said.reason or said.message else None,
        leaving=bool(node.get("metadata", "deletionTimestamp")),
        node=spec.get("nodeName"),
        ready="Ready" in met,
        containers=tuple(_containers(spec, status)),
        unmet=tuple(_said(condition) for condition in conditions if condition.get("type") not in met),
        gates=tuple(gate for gate in gates if gate not in met),
        warnings=_warnings(events, lambda named: named == name, "Pod"),
    )


def _containers(spec: Mapping[str, Value], status: Mapping[str, Value]) -> Iterator[Container]:
    sidecars = {
        fields(container).get("name")
        for container in items(spec.get("initContainers"))
        if fields(container).get("restartPolicy") == "Always"
    }
    for kind in ("initContainerStatuses", "containerStatuses"):
        for found in map(fields, items(status.get(kind))):
            state, last = fields(found.get("state")), fields(found.get("lastState"))
            name, waiting = str(found.get("name")), fields(state.get("waiting"))
            ended = fields(state.get(ENDED)) or fields(last.get(ENDED))
            yield Container(
                name=name,
                image=str(found.get("image")),
                init=kind.startswith("init") and name not in sidecars,
                ready=found.get("ready") is True,
                running=RUNNING in state,
                waiting=_said({"type": name, **waiting}) if "waiting" in state else None,
                ended=_ended(ended) if ended else None,
                restarts=number(found.get("restartCount")) or 0,
            )


def _ended(found: Mapping[str, Value]) -> Ended:
    return Ended(
        code=number(found.get("exitCode")),
        reason=str(found.get("reason") or ""),
        message=str(found.get("message") or ""),
    )


def _said(found: Mapping[str, Value]) -> Said:
    kind, reason, message = (str(found.get(name) or "") for name in ("type", "reason", "message"))
    return Said(kind=kind, reason=reason, message=" ".join(message.split()))


def _warnings(events: Iterable[Node], is_named: Callable[[str], bool], kind: str) -> tuple[Said, ...]:
    """The last warning of each reason about objects of a kind."""
    about = [
        node
        for node in events
        if node.get("type") == "Warning"
        and fields(node.get("involvedObject")).get("kind") == kind
        and is_named(str(fields(node.get("involvedObject")).get("name")))
    ]
    about.sort(key=lambda node: str(node.get("lastTimestamp") or node.get("eventTime") or ""))
    last = {str(node.get("reason")): _said({**node.properties, "type": kind}) for node in about}
    return tuple(last.values())


def _node(node: Node) -> ClusterNode:
    conditions = [fields(condition) for condition in items(node.get("status", "conditions"))]
    ready = next((condition for condition in conditions if condition.get("type") == "Ready"), fields(None))
    unready = None if ready.get("status") == "True" else _said(ready)
    return ClusterNode(name=str(node.get("metadata", "name")), unready=unready)
