"""Endpoints that wait for the owner of the endpoint service to accept them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.path.output import Declared
from crosslink.path.private_link import PENDING, accept_command, service_id

SOURCE = (
    "https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html"
    "#accept-reject-connection-requests"
)


@dataclass(frozen=True, kw_only=True)
class Pending:
    """An endpoint that no traffic passes before its service's owner has accepted it."""

    endpoint_id: str
    endpoint_account: str
    service_id: str
    service_account: str
    region: str
    ours: bool  # whether the service is this stack's, so that its own people have to accept

    @property
    def to_do(self) -> str:
        """`ask them to run`, in front of the command."""
        return "run" if self.ours else "ask them to run"

    @property
    def command(self) -> str:
        """What the owner has to run, in the account of the service."""
        return accept_command(self.service_id, self.endpoint_id, self.region)

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
        if endpoint and endpoint.get("state") == PENDING:
            yield Pending(
                endpoint_id=str(endpoint.id),
                endpoint_account=str(endpoint.account),
                service_id=service_id(backend.service_name),
                service_account=backend.account_id,
                region=backend.region,
                ours=backend.kind != "service",
            )


def _asking(graph: Graph) -> Iterator[Pending]:
    for node in graph.of_type(tokens.CONNECTION):
        if node.get("vpcEndpointState") == PENDING:
            yield Pending(
                endpoint_id=node.get("vpcEndpointId"),
                endpoint_account=node.get("vpcEndpointOwner"),
                service_id=node.get("serviceId"),
                service_account=str(node.account),
                region=str(node.region),
                ours=True,
            )
