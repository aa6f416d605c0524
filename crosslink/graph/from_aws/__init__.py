"""Reads the path from AWS itself, and from the clusters: describe and get calls, nothing else.

The resources come out as `Node`s with Pulumi's types and property names, the same that a run of the program
gives, so that they are read and judged by the same code.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from crosslink.graph import tokens
from crosslink.graph.from_aws.api import read_api
from crosslink.graph.from_aws.cluster import HOST_NAME, IN_CLUSTER, Connect, connect, read_cluster
from crosslink.graph.from_aws.collector import Collector
from crosslink.graph.from_aws.load_balancers import TYPES as BALANCER_TYPES
from crosslink.graph.from_aws.network import read_nat_gateways, read_peerings, read_routes, read_vpc
from crosslink.graph.from_aws.private_link import (
    SERVICE_TYPES,
    read_endpoint,
    read_other_endpoints,
    read_service,
)
from crosslink.graph.from_aws.sessions import Clients
from crosslink.graph.graph import Graph, Kind
from crosslink.graph.node import Node, texts_in
from crosslink.graph.unknown import Beyond, Unknown
from crosslink.path.output import Declared, DeclaredBackend, Party

THREADS = 8
# What may be in a backend's account, and is nobody's to read if the stack makes nothing there.
BEYOND = (*SERVICE_TYPES, *BALANCER_TYPES, tokens.EKS_CLUSTER, *IN_CLUSTER)
Task: TypeAlias = tuple[Callable[..., None], str, str, *tuple[object, ...]]


class _Vpc(NamedTuple):
    account: str
    region: str
    id: str


def read(
    declared: Declared, clients: Clients, kubeconfigs: Mapping[str, str], connect: Connect = connect
) -> Graph:
    """The resources of the path that exist, and which types could not be read where.

    A side that isn't the stack's is not asked for.

    Args:
        kubeconfigs: backend → kubeconfig of its cluster, as JSON.
    """

    def collect(task: Task) -> Collector:
        reader, account, region, *of = task
        aws = Collector(clients, account, region)
        reader(aws, *of)
        return aws

    tasks = [*_of_consumer(declared), *_of_backends(declared, kubeconfigs, connect)]
    with ThreadPoolExecutor(THREADS) as pool:
        parts = list(pool.map(collect, tasks))
        existing = {_Vpc(vpc.account_id, vpc.region, vpc.vpc_id) for vpc in declared.networks.values()}
        vpcs = existing | _in_use(_nodes(parts))
        parts += pool.map(collect, [(_read_network, *vpc, declared) for vpc in sorted(vpcs)])
        # The far end of a peering is known by then, unless what lies in it is gone or could not be read.
        peers = _peers(_nodes(parts), declared) - vpcs
        parts += pool.map(collect, [(_read_network, *vpc, declared) for vpc in sorted(peers)])
    unread = {kind: reason for part in parts for kind, reason in part.unread.items()}
    return Graph(_connected(_nodes(parts)), registered=False, unread={**_beyond(declared), **unread})


def provided(declared: Declared) -> Mapping[str, DeclaredBackend]:
    """The backends whose endpoint service the stack makes, by name."""
    return {name: backend for name, backend in declared.backends.items() if backend.kind != "service"}


def parties(declared: Declared) -> tuple[Party, ...]:
    """The accounts that the stack has roles in, or credentials for."""
    return (*filter(None, [declared.consumer]), *provided(declared).values())


def _of_consumer(declared: Declared) -> Iterator[Task]:
    """The API and the endpoints of a stack that has a consumer side."""
    consumer = declared.consumer
    if consumer is None:
        return
    if declared.api is not None:
        yield read_api, consumer.account_id, consumer.region, declared.api
    for backend in declared.backends.values():
        yield read_endpoint, consumer.account_id, declared.endpoint_region(backend), backend


def _of_backends(declared: Declared, kubeconfigs: Mapping[str, str], connect: Connect) -> Iterator[Task]:
    """The endpoint services that the stack makes, and what is behind each."""
    for name, backend in provided(declared).items():
        account, region = backend.account_id, backend.region
        yield read_service, account, region, backend
        if backend.cluster_name:
            yield read_cluster, account, region, backend, kubeconfigs.get(name), connect


def _beyond(declared: Declared) -> Mapping[Kind, Unknown]:
    """What is behind the endpoint services of other stacks, to whose accounts the stack has no roles."""
    entered = {party.account_id for party in parties(declared)}
    unread: dict[Kind, Unknown] = {}
    for backend in declared.backends.values():
        if backend.kind == "service":
            account, name = backend.account_id, backend.service_name
            why = f"another stack has made {name}" if account in entered else f"no role in account {account}"
            for type_ in BEYOND:
                unread[type_, account, backend.region] = Beyond(f"unknown beyond: {why}")
    return unread


def _read_network(aws: Collector, vpc_id: str, declared: Declared) -> None:
    """A VPC with its routes and endpoints; on the consumer's side also its peerings."""
    read_vpc(aws, vpc_id)
    read_routes(aws, vpc_id)
    read_other_endpoints(aws, vpc_id, {backend.endpoint_id for backend in declared.backends.values()})
    if aws.account in {backend.account_id for backend in provided(declared).values()}:
        read_nat_gateways(aws, vpc_id)
    if declared.consumer and aws.account == declared.consumer.account_id:
        read_peerings(aws, vpc_id)


def _in_use(nodes: Iterable[Node]) -> set[_Vpc]:
    """The VPCs that the endpoints, load balancers and VPC links v2 are in."""
    types = (tokens.ENDPOINT, tokens.LOAD_BALANCER, tokens.VPC_LINK_V2)
    inside = (node for node in nodes if node.type in types and node.get("vpcId"))
    return {_Vpc(str(node.account), str(node.region), node.get("vpcId")) for node in inside}


def _peers(nodes: Iterable[Node], declared: Declared) -> set[_Vpc]:
    """The other ends of the peerings, where the stack may have something."""
    places = {(place.account, place.region) for place in declared.places().get("consumer", ())}
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
    """Id, ARN or service name → URNs: a peering and its acceptance share one, an ALB and its Ingresses do."""
    ingresses: defaultdict[str | None, set[str]] = defaultdict(set)
    for node in nodes:
        if node.type == tokens.INGRESS:
            ingresses[node.get(*HOST_NAME)].add(node.urn)
    named: defaultdict[str, set[str]] = defaultdict(set)
    for node in nodes:
        for name in () if node.type.startswith("kubernetes:") else node.names():
            named[name].add(node.urn)
            # An Ingress tells the host name of the ALB that comes from it, not the ARN.
            if node.type == tokens.LOAD_BALANCER and node.get("dnsName"):
                named[name] |= ingresses[node.get("dnsName")]
    return named


def _connect(node: Node, named: Mapping[str, set[str]]) -> Node:
    references = dict(node.references)
    for property_, value in node.properties.items():
        urns = frozenset(urn for text in texts_in(value) for urn in named.get(text, ())) - {node.urn}
        if urns:
            references[property_] = references.get(property_, frozenset()) | urns
    return replace(node, references=references, dependencies=frozenset[str]().union(*references.values()))
