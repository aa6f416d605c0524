"""What stands beside a Deployment: who may reach its pods, how many there are, and whose rights they have."""

from collections.abc import Iterator, Sequence
from functools import partial

from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, Value, doubt, fields, items, number, side_of
from crosslink.graph.unknown import Fact, Found, Number, Text, Unknown, known, visible
from crosslink.ip_ranges import EVERYBODY, network, without
from crosslink.path.hop import Hop, Source, base_of, computed, hop, prop
from crosslink.path.ingress import object_named
from crosslink.path.label_selectors import selects
from crosslink.path.network import Rules, SecurityGroupRule
from crosslink.path.read_by_pods import named_by

# Kinds that may keep the ALB out whatever a NetworkPolicy admits
# (https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html)
OTHER_POLICIES = frozenset(
    (
        *("AdminNetworkPolicy", "ApplicationNetworkPolicy", "BaselineAdminNetworkPolicy"),
        *("CiliumClusterwideNetworkPolicy", "CiliumNetworkPolicy", "ClusterNetworkPolicy"),
        *("GlobalNetworkPolicy",),
    )
)
ALL_PORTS = (0, 65535)
_OF_PODS = ("spec", "template")


def network_policies(graph: Graph, deployment: Node) -> Fact[Sequence[Node]]:
    """The NetworkPolicies about what comes in to the pods: with one, nothing does that none allows.

    Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/
    """
    others = [type_ for type_ in graph.types if type_.rpartition(":")[2] in OTHER_POLICIES]
    for node in (node for type_ in others for node in graph.beside(deployment, type_)):
        return Unknown(f"whom {node} keeps from pods isn't followed")
    found = graph.in_namespace_of(deployment, tokens.NETWORK_POLICY)
    labels = fields(deployment.get(*_OF_PODS, "metadata", "labels"))
    about = [node for node in found if "Ingress" in (items(node.get("spec", "policyTypes")) or ["Ingress"])]
    if unknown := doubt([node.get("spec", "podSelector") for node in about], labels):
        return unknown
    selecting = [node for node in about if selects(node.get("spec", "podSelector"), labels)]
    return selecting or graph.why_not(tokens.NETWORK_POLICY, deployment) or []


def _admits(source: Source) -> Rules:
    """What a policy lets in, as security groups say it. Pods and namespaces are never where an ALB is."""
    rules = source.node.get("spec", "ingress")
    pods = source.trail.node("Deployment")
    named = dict(_ports(pods)) if isinstance(pods, Node) else {}
    if unknown := doubt(rules):
        return unknown
    rule = partial(SecurityGroupRule, **base_of(source.node), protocol="tcp")
    return tuple(
        rule(ranges=tuple(_ranges(fields(entry).get("from"))), from_port=first, to_port=last)
        for entry in items(rules)
        for first, last in _admitted_ports(fields(entry).get("ports"), named)
    )


def _ports(deployment: Node) -> Iterator[tuple[str, int]]:
    for container in items(deployment.get(*_OF_PODS, "spec", "containers")):
        for port in items(fields(container).get("ports")):
            yield fields(port).get("name", ""), number(fields(port).get("containerPort"))


def _ranges(peers: Value) -> Iterator[str]:
    if not peers:
        yield EVERYBODY
    for peer in items(peers):
        block = fields(fields(peer).get("ipBlock"))
        if len(fields(peer)) > 1:
            continue  # Kubernetes takes none that names ranges and pods at once
        if whole := network(block.get("cidr")):
            left = [whole]
            for taken in filter(None, map(network, items(block.get("except")))):
                left = without(left, taken)
            yield from map(str, left)


def _admitted_ports(ports: Value, named: dict[str, int]) -> Iterator[tuple[int, int]]:
    if not ports:
        yield ALL_PORTS
    for port in map(fields, items(ports)):
        first = number(port.get("port"))
        first = named.get(first) if isinstance(first, str) else first
        if port.get("protocol", "TCP") == "TCP" and ("port" not in port or first is not None):
            yield (first, number(port.get("endPort")) or first) if first is not None else ALL_PORTS


@hop
class NetworkPolicy(Hop):
    """A NetworkPolicy about the pods."""

    token = tokens.NETWORK_POLICY
    admits: Rules = computed(_admits)


def autoscalers(graph: Graph, deployment: Node) -> Fact[Sequence[Node]]:
    """The HorizontalPodAutoscalers that count a Deployment's pods."""
    found = graph.in_namespace_of(deployment, tokens.AUTOSCALER)
    targets = [node.get("spec", "scaleTargetRef") for node in found]
    wanted = ("Deployment", deployment.get("metadata", "name"))
    scaling = [
        node
        for node, target in zip(found, map(fields, targets), strict=True)
        if (target.get("kind"), target.get("name")) == wanted
    ]
    return doubt(targets) or scaling or graph.why_not(tokens.AUTOSCALER, deployment) or []


@hop
class Autoscaler(Hop):
    """A HorizontalPodAutoscaler that counts the pods."""

    token = tokens.AUTOSCALER
    least: Number = prop("spec", "minReplicas", convert=lambda value: number(value) or 1)
    most: Number = prop("spec", "maxReplicas", convert=number)


def service_account(graph: Graph, deployment: Node) -> Found[Node]:
    """The ServiceAccount that the pods name; every namespace has `default` by itself."""
    name, namespace = account_of(deployment.get(*_OF_PODS, "spec")), deployment.get("metadata", "namespace")
    return object_named(graph, tokens.SERVICE_ACCOUNT, deployment, namespace, name) if name else None


def account_of(pod: Value) -> Text:
    """The ServiceAccount that a template names, by one of its two fields; they are one for Kubernetes."""
    return fields(pod).get("serviceAccountName") or fields(pod).get("serviceAccount")


def read_objects(graph: Graph, deployment: Node) -> Sequence[Node]:
    """The ConfigMaps and Secrets of the Deployment's namespace that its pods name."""
    types = (tokens.CONFIG_MAP, tokens.SECRET)
    found = [node for type_ in types for node in graph.in_namespace_of(deployment, type_)]
    named = visible(named_by(deployment.get(*_OF_PODS, "spec")))
    wanted = {(each.type, each.name) for each in named}
    return [node for node in found if (node.type, node.get("metadata", "name")) in wanted]


def _keys(source: Source) -> Fact[frozenset[str]]:
    said = [source.node.get(name) for name in ("data", "binaryData", "stringData")]
    unknown = next((value for value in said if isinstance(value, Unknown)), None)
    return unknown or frozenset(key for value in said for key in fields(value))


@hop
class ReadByPods(Hop):
    """A ConfigMap or a Secret without which the pods don't start."""

    type: str = computed(lambda source: source.node.type)
    name: Text = prop("metadata", "name")
    keys: Fact[frozenset[str]] = computed(_keys)


def pod_identities(graph: Graph, deployment: Node) -> Sequence[Node]:
    """The Pod Identity associations of the component that made a Deployment; nobody else's are looked at."""
    made = (node for node in graph.of_type(tokens.POD_IDENTITY) if node.parent == deployment.parent)
    return [node for node in made if side_of(node.urn)]


@hop
class PodIdentity(Hop):
    """An association by which pods have the rights of a role."""

    token = tokens.POD_IDENTITY
    cluster: Text = prop("clusterName")
    namespace: Text = prop("namespace")
    service_account: Text = prop("serviceAccount")
    role: Text = prop("roleArn")


def _part(value: int | str, replicas: int) -> int:
    percent = str(value).removesuffix("%")
    if not percent.isdecimal():
        return 0
    return -(-int(percent) * replicas // 100) if str(value).endswith("%") else int(percent)


@hop
class DisruptionBudget(Hop):
    """A PodDisruptionBudget: how many of the pods may be moved at a time."""

    token = tokens.DISRUPTION_BUDGET
    # each a number, or a part such as `25%`; None if it isn't said
    unavailable: Fact[int | str | None] = prop("spec", "maxUnavailable", convert=number)
    available: Fact[int | str | None] = prop("spec", "minAvailable", convert=number)

    def allowed(self, replicas: int) -> int:
        """How many of some pods may be moved at a time; parts are rounded up."""
        most, least = known(self.unavailable), known(self.available)
        if most is not None:
            return _part(most, replicas)
        return replicas if least is None else replicas - _part(least, replicas)


def disruption_budgets(graph: Graph, deployment: Node) -> Fact[Sequence[Node]]:
    """The PodDisruptionBudgets of a Deployment's pods."""
    found = graph.in_namespace_of(deployment, tokens.DISRUPTION_BUDGET)
    labels = fields(deployment.get(*_OF_PODS, "metadata", "labels"))
    if unknown := doubt([node.get("spec", "selector") for node in found], labels):
        return unknown
    own = [node for node in found if selects(node.get("spec", "selector"), labels)]
    return own or graph.why_not(tokens.DISRUPTION_BUDGET, deployment) or []
