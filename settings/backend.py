"""`crosslink:backends`: what the API's paths lead to, each backend through an endpoint service of its own.

A backend is of one of five kinds, by what the stack makes of it and what exists. Each kind tells the rest of
the program the same few things (`Backend`); nothing else asks which kind it is.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from settings.any_backend import HTTP_PORT, MAX_NAME, Backend, BackendName, ProvidedBackend
from settings.cluster import MADE_KEY, Cluster, JoinedCluster
from settings.described import Check
from settings.existing_or_not import EXISTING_OR_NOT, Joined, Made
from settings.fields import unfit
from settings.load_balancer import (
    LoadBalancer,
    LoadBalancerBackend,
    NetworkLoadBalancer,
    NetworkLoadBalancerBackend,
)
from settings.networks import AnyBackendNetwork
from settings.path import ServedPath
from settings.pods import Architecture
from settings.published_service import PublishedService, ServiceBackend
from settings.service import JoinedService, Service
from settings.tls import Tls

__all__ = [
    "HEALTH_PATH",
    "HTTPS_PORT",
    "HTTP_PORT",
    "KINDS",
    "MAX_NAME",
    "Backend",
    "BackendName",
    "ClusterBackend",
    "LoadBalancer",
    "LoadBalancerBackend",
    "NetworkLoadBalancer",
    "NetworkLoadBalancerBackend",
    "ProvidedBackend",
    "PublishedService",
    "ServiceBackend",
]

HTTPS_PORT = 443
HEALTH_PATH = "/healthz"
"""The ALB of an Ingress of ours answers this path itself, whatever the host."""
_NETWORK = {"cidr": "10.20.0.0/16", "zoneIds": ["use1-az1", "use1-az2"]}


def _some(value: tuple[object, ...]) -> tuple[object, ...]:
    if not value:
        raise unfit("must hold one or more services")
    return value


AnyService = Annotated[Annotated[Service, Made] | Annotated[JoinedService, Joined], EXISTING_OR_NOT]


class ClusterBackend(ProvidedBackend):
    """Services in an EKS cluster, which the stack makes or which exists, behind an Ingress of the stack."""

    kind = "cluster"
    example: ClassVar[Mapping[str, object]] = {
        "name": "apps",
        "accountId": "222222222222",
        "region": "us-east-1",
        "network": _NETWORK,
        "cluster": {"publicAccessCidrs": ["203.0.113.0/24"]},
        "services": [{"name": "svc1", "path": "/svc1", "image": "hashicorp/http-echo:1.0", "port": 8080}],
    }

    network: AnyBackendNetwork = Field(examples=[_NETWORK])
    """VPC of load balancers and nodes: one that the stack makes, or an existing one."""
    cluster: Annotated[Annotated[Cluster, Made] | Annotated[JoinedCluster, Joined], EXISTING_OR_NOT] = Field(
        examples=[{"publicAccessCidrs": ["203.0.113.0/24"]}]
    )
    """The EKS cluster: one that the stack makes, or an existing one."""
    tls: Tls | None = Field(default=None, examples=[Tls.example])
    """HTTPS from the API to the load balancer; plain HTTP if left out."""
    services: Annotated[tuple[AnyService, ...], Check(_some, schema={"minItems": 1})] = Field(
        examples=[[{"name": "svc1", "path": "/svc1", "image": "hashicorp/http-echo:1.0", "port": 8080}]]
    )
    """What is behind each path: pods that the stack makes, or an existing Kubernetes Service."""

    @property
    def zone_ids(self) -> tuple[str, ...]:
        return self.network.zone_ids

    @property
    def port(self) -> int:
        return HTTPS_PORT if self.tls else HTTP_PORT

    @property
    def tls_domain(self) -> str | None:
        return self.tls.domain if self.tls else None

    @property
    def health_path(self) -> str | None:
        return HEALTH_PATH

    @property
    def joined(self) -> bool:
        return isinstance(self.cluster, JoinedCluster)

    @property
    def cluster_key(self) -> str | None:
        """ARN of the KMS key of a cluster that the stack makes, `MADE_KEY` for the stack's own."""
        return None if isinstance(self.cluster, JoinedCluster) else self.cluster.key_arn or MADE_KEY

    @property
    def architectures(self) -> frozenset[Architecture]:
        """Processors of the pods that the stack makes."""
        return frozenset(service.architecture for service in self.services if isinstance(service, Service))

    def object_name(self, cluster_name: str) -> str:
        """Name of the objects that the stack makes in the cluster, their namespace among them.

        Args:
            cluster_name: The name of stack and backend, which tells stacks in one existing cluster apart.
        """
        return cluster_name if self.joined else f"crosslink-{self.name}"

    @property
    def served(self) -> tuple[ServedPath, ...]:
        return tuple(ServedPath(path=s.path, strip_prefix=s.strip_prefix) for s in self.services)


KINDS: Mapping[str, type[Backend]] = {
    "cluster": ClusterBackend,
    "loadBalancer": LoadBalancerBackend,
    "networkLoadBalancer": NetworkLoadBalancerBackend,
    "service": ServiceBackend,
}
"""The key that tells a kind → its model. A cluster may be made or existing."""
