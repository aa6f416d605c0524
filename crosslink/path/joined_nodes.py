"""How the nodes of an existing cluster get out: AWS alone tells their network."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

from crosslink.graph import tokens
from crosslink.graph.node import Node, items
from crosslink.graph.node import fields as members
from crosslink.graph.unknown import Fact, Text, visible
from crosslink.ip_ranges import within
from crosslink.path.find_cluster import cluster
from crosslink.path.hop import if_known
from crosslink.path.routes import INTERNET, TARGETS, Way, routes_of
from crosslink.path.trail import Trail


@dataclass(frozen=True, kw_only=True)
class JoinedExit(Way):
    """What becomes of packets from an existing cluster's node subnet to the internet."""

    services: tuple[Text, ...]  # the names of the services that its VPC has endpoints for
    others: bool  # whether other routes lead out of the VPC
    owned: bool  # whether its VPC is of the cluster's account, and not one that another account shares
    sure: bool  # whether a node is in the subnet, and not only something of the cluster


def joined_exits(trail: Trail) -> Fact[Sequence[JoinedExit]]:
    """From each subnet of an existing cluster's nodes to the internet; nothing where AWS wasn't asked."""
    backend, graph = trail.backend, trail.graph
    if backend is None or not backend.existing or graph.registered:
        return []
    found = cluster(trail)
    if not isinstance(found, Node):
        return found or []
    # Beside the subnets there are other ids in it.
    config = {"vpcConfig": found.get("vpcConfig", "subnetIds")}
    named = graph.all_named(replace(found, properties=config), "vpcConfig", tokens.SUBNET)
    return if_known(named, lambda subnets: list(_exits(trail, found, subnets)))


def _exits(trail: Trail, cluster: Node, named: Sequence[Node]) -> Iterator[JoinedExit]:
    """Nodes may be in other subnets than the cluster names, which are those of its own addresses.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
    """
    graph = trail.graph
    vpcs = {vpc.urn: vpc for subnet in named for vpc in graph.named_by(subnet, "vpcId", tokens.VPC)}
    around = [
        subnet for vpc in vpcs.values() for subnet in visible(graph.all_naming(vpc, "vpcId", tokens.SUBNET))
    ]
    addresses = _addresses(trail, cluster)
    own = [
        subnet for subnet in around if any(within(address, subnet.get("cidrBlock")) for address in addresses)
    ]
    sure = bool(own) or len(around) <= len(named)
    endpoints = [node for vpc in vpcs.values() for node in graph.naming(vpc, "vpcId", tokens.ENDPOINT)]
    owned = all(vpc.get("ownerId") == vpc.account for vpc in vpcs.values())
    services = tuple(node.get("serviceName") for node in endpoints)
    for subnet in own or named:
        others = any(map(_leads_out, visible(routes_of(trail.source(subnet)))))
        for way in trail.ways_from(subnet, INTERNET):
            facts = {field.name: getattr(way, field.name) for field in fields(Way)}
            yield JoinedExit(**facts, services=services, others=others, owned=owned, sure=sure)


def _addresses(trail: Trail, cluster: Node) -> list[str]:
    """The addresses of the cluster's nodes, as far as it tells them."""
    nodes = trail.graph.beside(cluster, tokens.KUBERNETES_NODE)
    told = [members(entry) for node in nodes for entry in items(node.get("status", "addresses"))]
    return [str(entry.get("address")) for entry in told if entry.get("type") == "InternalIP"]


def _leads_out(route: Node) -> bool:
    """Whether a route leads out of the VPC, and not to an endpoint in it."""
    gateway = str(route.get("gatewayId") or "")
    targets = [name for name in TARGETS if route.get(name)]
    return bool(targets) and not (gateway.startswith("vpce-") or targets == ["vpcEndpointId"])
