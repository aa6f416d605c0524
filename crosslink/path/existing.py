"""What a stack joins, existing networks and load balancers, as resources that rules judge: never as its own.

A program looks them up and registers nothing for them, so that only AWS tells the rest.
"""

from collections.abc import Iterator, Mapping

from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, Value
from crosslink.graph.unknown import Unknown
from crosslink.path.output import Declared

EXISTING = "existing:"  # what the URNs of such resources begin with


def with_existing(graph: Graph, declared: Declared | None) -> Graph:
    """The graph with what the stack joins, unless it is read from AWS."""
    if declared is None or not graph.registered:
        return graph
    return graph.joined_by([*_networks(declared), *_load_balancers(declared)])


def _networks(declared: Declared) -> Iterator[Node]:
    for network in declared.networks.values():
        vpc_id, place = network.vpc_id, (network.account_id, network.region)
        yield _existing(tokens.VPC, vpc_id, place, {}, f"the ranges of {vpc_id}")
        for id_, subnet in network.subnets.items():
            facts = {"vpcId": vpc_id, "availabilityZoneId": subnet.zone_id, "cidrBlock": subnet.cidr}
            what = f"the routes and network ACLs of {id_}"
            yield _existing(tokens.SUBNET, id_, place, facts, what)


def _load_balancers(declared: Declared) -> Iterator[Node]:
    for backend in declared.backends.values():
        if isinstance(arn := backend.load_balancer_arn, str):
            place, what = (backend.account_id, backend.region), f"the settings of load balancer {_name(arn)}"
            yield _existing(tokens.LOAD_BALANCER, arn, place, {"arn": arn}, what)


def _existing(type_: str, id_: str, place: tuple[str, str], facts: Mapping[str, Value], what: str) -> Node:
    account, region = place
    reason = Unknown(f"{what} are its owner's, and AWS alone tells them")
    return Node(
        urn=f"{EXISTING}{account}:{region}:{id_}",
        type=type_,
        name=_name(id_),
        id=id_,
        account=account,
        region=region,
        properties=facts,
        missing=reason,
        references={},
        dependencies=frozenset(),
        looked_up=reason,
    )


def _name(id_: str) -> str:
    """The name in a load balancer's ARN, `arn:…:loadbalancer/app/<name>/<id>`; other ids as they are."""
    return id_.split("/")[-2] if "/" in id_ else id_
