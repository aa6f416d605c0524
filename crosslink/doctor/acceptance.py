"""Endpoints that wait for the owner of the endpoint service to accept them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node
from crosslink.path.output import Declared

SOURCE = (
    "https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html"
    "#accept-reject-connection-requests"
)
_PENDING = "pendingAcceptance"


@dataclass(frozen=True, kw_only=True)
class Pending:
    """An endpoint that no traffic passes before its service's owner has accepted it."""

    endpoint_id: str
    endpoint_account: str
    service_id: str
    service_account: str
    region: str

    @property
    def command(self) -> str:
        """What the owner has to run, in the account of the service."""
        ids = f"--service-id {self.service_id} --vpc-endpoint-ids {self.endpoint_id}"
        return f"aws ec2 accept-vpc-endpoint-connections {ids} --region {self.region}"

    def __str__(self) -> str:
        """`pending acceptance by account 222222222222, endpoint vpce-… of account 111111111111`"""
        endpoint = f"endpoint {self.endpoint_id} of account {self.endpoint_account}"
        return f"pending acceptance by account {self.service_account}, {endpoint}"


def pending_of(graph: Graph, declared: Declared) -> Sequence[Pending]:
    """The pending endpoints: the stack's own, and those that ask for its endpoint services, each once."""
    found = [*_own(graph, declared), *_asking(graph)]
    return list({pending.endpoint_id: pending for pending in found}.values())


def _own(graph: Graph, declared: Declared) -> Iterator[Pending]:
    endpoints = {node.id: node for node in graph.of_type(tokens.ENDPOINT)}
    for backend in declared.backends.values():
        endpoint = endpoints.get(backend.endpoint_id) if backend.endpoint_id else None
        if endpoint and endpoint.get("state") == _PENDING:
            service = str(backend.service_name).rpartition(".")[2]
            yield _pending(endpoint, str(endpoint.id), str(endpoint.account), service, backend.account_id)


def _asking(graph: Graph) -> Iterator[Pending]:
    for node in graph.of_type(tokens.CONNECTION):
        if node.get("vpcEndpointState") == _PENDING:
            endpoint, owner = node.get("vpcEndpointId"), node.get("vpcEndpointOwner")
            yield _pending(node, endpoint, owner, node.get("vpcEndpointServiceId"), str(node.account))


def _pending(node: Node, endpoint: str, owner: str, service: str, service_owner: str) -> Pending:
    return Pending(
        endpoint_id=endpoint,
        endpoint_account=owner,
        service_id=service,
        service_account=service_owner,
        region=str(node.region),
    )
