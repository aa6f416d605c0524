"""Reads the path from AWS itself, and from the clusters: describe and get calls, nothing else.

The resources come out as `Node`s with Pulumi's types and property names, the same that a run of the program
gives, so that they are read and judged by the same code.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import NamedTuple

from crosslink.graph import tokens
from crosslink.graph.from_aws.api import read_api
from crosslink.graph.from_aws.cluster import Connect, connect, read_cluster
from crosslink.graph.from_aws.collector import Collector
from crosslink.graph.from_aws.network import read_peerings, read_routes, read_vpc
from crosslink.graph.from_aws.private_link import read_endpoint, read_other_endpoints, read_service
from crosslink.graph.from_aws.sessions import Clients
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, texts_in
from crosslink.path.output import Declared

THREADS = 8


class _Vpc(NamedTuple):
    account: str
    region: str
    id: str


def read(
    declared: Declared, clients: Clients, kubeconfigs: Mapping[str, str], connect: Connect = connect
) -> Graph:
    """The resources of the path that exist, and which types could not be read where.

    Args:
        kubeconfigs: backend → kubeconfig of its cluster, as JSON.
    """

    def collect(task: tuple[Callable[..., None], str, str, *tuple[object, ...]]) -> Collector:
        reader, account, region, *of = task
        aws = Collector(clients, account, region)
        reader(aws, *of)
        return aws

    consumer = declared.consumer.account_id
    tasks = [(read_api, consumer, declared.consumer.region, declared.api)]
    for name, backend in declared.backends.items():
        account, region = backend.account_id, backend.region
        tasks += [
            (read_endpoint, consumer, region, backend),
            (read_service, account, region, backend),
            (read_cluster, account, region, backend, kubeconfigs.get(name), connect),
        ]
    with ThreadPoolExecutor(THREADS) as pool:
        parts = list(pool.map(collect, tasks))
        vpcs = _in_use(_nodes(parts))
        parts += pool.map(collect, [(_read_network, *vpc, declared) for vpc in sorted(vpcs)])
        # The far end of a peering is known by then, unless what lies in it is gone or could not be read.
        peers = _peers(_nodes(parts), declared) - vpcs
        parts += pool.map(collect, [(_read_network, *vpc, declared) for vpc in sorted(peers)])
    unread = {kind: reason for part in parts for kind, reason in part.unread.items()}
    return Graph(_connected(_nodes(parts)), registered=False, unread=unread)


def _read_network(aws: Collector, vpc_id: str, declared: Declared) -> None:
    """A VPC with its routes and endpoints; on the consumer's side also its peerings."""
    read_vpc(aws, vpc_id)
    read_routes(aws, vpc_id)
    read_other_endpoints(aws, vpc_id, [backend.endpoint_id for backend in declared.backends.values()])
    if aws.account == declared.consumer.account_id:
        read_peerings(aws, vpc_id)


def _in_use(nodes: Iterable[Node]) -> set[_Vpc]:
    """The VPCs that the endpoints and load balancers are in."""
    inside = (node for node in nodes if node.type in (tokens.ENDPOINT, tokens.LOAD_BALANCER))
    return {_Vpc(str(node.account), str(node.region), node.get("vpcId")) for node in inside}


def _peers(nodes: Iterable[Node], declared: Declared) -> set[_Vpc]:
    """The other ends of the peerings, where the stack may have something."""
    places = {(place.account, place.region) for place in declared.places()["consumer"]}
    peerings = (node for node in nodes if node.type in (tokens.PEERING, tokens.PEERING_ACCEPTER))
    ends = (_Vpc(node.get("peerOwnerId"), node.get("peerRegion"), node.get("peerVpcId")) for node in peerings)
    return {end for end in ends if (end.account, end.region) in places}


def _nodes(parts: Iterable[Collector]) -> Iterator[Node]:
    return (node for part in parts for node in part.nodes)


def _connected(nodes: Iterable[Node]) -> list[Node]:
    """The resources with their references filled in.

    A property refers to every resource whose id, ARN or service name is somewhere in its value. Objects in
    Kubernetes are not found so: they go by names, which aren't unique.
    """
    by_urn = {node.urn: node for node in nodes}
    named = _names(by_urn.values())
    return [_connect(node, named) for node in by_urn.values()]


def _names(nodes: Iterable[Node]) -> Mapping[str, set[str]]:
    """Id, ARN or service name → URNs: a peering and its acceptance share one, and an ALB and its Ingress."""
    host = ("status", "loadBalancer", "ingress", 0, "hostname")
    ingresses = {node.get(*host): node.urn for node in nodes if node.type == tokens.INGRESS}
    named: defaultdict[str, set[str]] = defaultdict(set)
    for node in nodes:
        for name in () if node.type.startswith("kubernetes:") else node.names():
            named[name].add(node.urn)
            # An Ingress tells the host name of the ALB that comes from it, not the ARN.
            if node.type == tokens.LOAD_BALANCER and node.get("dnsName") in ingresses:
                named[name].add(ingresses[node.get("dnsName")])
    return named


def _connect(node: Node, named: Mapping[str, set[str]]) -> Node:
    references = dict(node.references)
    for property_, value in node.properties.items():
        urns = frozenset(urn for text in texts_in(value) for urn in named.get(text, ())) - {node.urn}
        if urns:
            references[property_] = references.get(property_, frozenset()) | urns
    return replace(node, references=references, dependencies=frozenset[str]().union(*references.values()))
