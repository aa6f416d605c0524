"""Reads the path from AWS itself, and from the clusters: describe and get calls, nothing else.

The resources come out as `Node`s with Pulumi's types and property names, the same that a run of the program
gives, so that they are read and judged by the same code.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

from crosslink.graph import tokens
from crosslink.graph.from_aws.api import read_api, read_links
from crosslink.graph.from_aws.cluster import Get, connect, read_cluster
from crosslink.graph.from_aws.load_balancers import TYPES, read_load_balancer
from crosslink.graph.from_aws.network import read_peerings, read_routes, read_vpc
from crosslink.graph.from_aws.private_link import read_endpoint, read_service
from crosslink.graph.from_aws.reading import Reading
from crosslink.graph.from_aws.references import connected
from crosslink.graph.from_aws.sessions import Clients
from crosslink.graph.graph import Graph, Node
from crosslink.path.output import Declared, DeclaredBackend

THREADS = 8


class _Vpc(NamedTuple):
    account: str
    region: str
    id: str


def read(
    declared: Declared,
    clients: Clients,
    kubeconfigs: Mapping[str, str],
    connect: Callable[[str], Get] = connect,
) -> Graph:
    """What there is of the path.

    Args:
        declared: what the stack says of its path.
        clients: where the AWS clients come from.
        kubeconfigs: backend → kubeconfig of its cluster, as JSON.
        connect: gets into a cluster with its kubeconfig.

    Returns:
        The resources. What is gone is not among them; what could not be read is named as such.
    """
    consumer = declared.consumer.account_id
    tasks = [partial(_gateway, declared, clients)]
    for name, backend in declared.backends.items():
        tasks += [
            partial(_endpoint, consumer, backend, clients),
            partial(_service, backend, clients),
            partial(_cluster, backend, clients, kubeconfigs.get(name), connect),
        ]
    with ThreadPoolExecutor(THREADS) as pool:
        readings = list(pool.map(_call, tasks))
        vpcs = set(_in_use(readings))
        readings += pool.map(partial(_network, consumer, clients), sorted(vpcs))
        # The far end of a peering is known by then, unless what lies in it is gone or could not be read.
        peers = set(_peers(readings, declared)) - vpcs
        readings += pool.map(partial(_network, consumer, clients), sorted(peers))
    return Graph(
        connected(_nodes(readings)),
        registered=False,
        unread={kind: reason for reading in readings for kind, reason in reading.unread.items()},
    )


def _call(task: Callable[[], Reading]) -> Reading:
    return task()


def _gateway(declared: Declared, clients: Clients) -> Reading:
    """The API, the VPC link, and the gateway NLB."""
    reading = Reading(clients, declared.consumer.account_id, declared.consumer.region)
    read_api(reading, declared.api)
    with reading.of(tokens.VPC_LINK, *TYPES):
        for balancer in read_links(reading, declared.api):
            read_load_balancer(reading, balancer)
    return reading


def _endpoint(consumer: str, backend: DeclaredBackend, clients: Clients) -> Reading:
    reading = Reading(clients, consumer, backend.region)
    read_endpoint(reading, backend)
    return reading


def _service(backend: DeclaredBackend, clients: Clients) -> Reading:
    """The endpoint service, the provider NLB, and the ALB."""
    reading = Reading(clients, backend.account_id, backend.region)
    read_service(reading, backend)
    return reading


def _cluster(
    backend: DeclaredBackend, clients: Clients, kubeconfig: str | None, connect: Callable[[str], Get]
) -> Reading:
    reading = Reading(clients, backend.account_id, backend.region)
    read_cluster(reading, backend, kubeconfig, connect)
    return reading


def _network(consumer: str, clients: Clients, vpc: _Vpc) -> Reading:
    """A VPC with its routes; on the consumer's side also its peerings."""
    reading = Reading(clients, vpc.account, vpc.region)
    read_vpc(reading, vpc.id)
    read_routes(reading, vpc.id)
    if vpc.account == consumer:
        read_peerings(reading, vpc.id)
    return reading


def _in_use(readings: Iterable[Reading]) -> Iterator[_Vpc]:
    """The VPCs that the endpoints and load balancers are in."""
    for reading in readings:
        for node in reading.nodes:
            if node.type in (tokens.ENDPOINT, tokens.LOAD_BALANCER):
                yield _Vpc(reading.account, reading.region, node.get("vpcId"))


def _peers(readings: Iterable[Reading], declared: Declared) -> Iterator[_Vpc]:
    """The other ends of the peerings, where the stack may have something."""
    places = {(place.account, place.region) for place in declared.places()["consumer"]}
    for node in _nodes(readings):
        if node.type in (tokens.PEERING, tokens.PEERING_ACCEPTER):
            peer = _Vpc(node.get("peerOwnerId"), node.get("peerRegion"), node.get("peerVpcId"))
            if (peer.account, peer.region) in places:
                yield peer


def _nodes(readings: Iterable[Reading]) -> Iterator[Node]:
    for reading in readings:
        yield from reading.nodes
