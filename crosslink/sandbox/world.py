"""What a run finds: its own resources so far, what existed before it, and other stacks."""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from crosslink.graph import tokens
from crosslink.sandbox.existing import NOTHING, Cluster, EndpointService, Existing, Subnet, Vpc
from crosslink.sandbox.made_up import cluster_endpoint
from crosslink.sandbox.record import Resource, Run


class UnknownStackError(LookupError):
    """There is no stack of that name. The text is the engine's, with what would make one known here."""

    def __init__(self, name: str, fix: str = "") -> None:
        super().__init__(f'unknown stack "{name}"' + (fix and f"; {fix}"))


# Gives an up of another stack by its full name, or None of one that has no outputs.
RunOf: TypeAlias = Callable[[str], Run | None]


def _no_stacks(name: str) -> Run | None:
    raise UnknownStackError(name)


class Resources(dict[str, Resource]):
    """A run's own resources so far, by URN; those of a type are found without looking through all."""

    def __init__(self) -> None:
        super().__init__()
        self._by_type: dict[str, dict[str, Resource]] = {}

    def __setitem__(self, urn: str, resource: Resource) -> None:
        super().__setitem__(urn, resource)
        self._by_type.setdefault(resource.type, {})[urn] = resource

    def of_type(self, type_: str) -> Collection[Resource]:
        """Those of a type, in order of registration."""
        return self._by_type.get(type_, {}).values()


@dataclass(frozen=True)
class SubnetOf:
    """An existing subnet, and the VPC that it is in."""

    id: str
    subnet: Subnet
    vpc: Vpc


@dataclass(frozen=True)
class World:
    """What there is, as AWS would find it.

    Attributes:
        resources: the run's own resources so far.
        existing: what existed before the run.
        run_of: gives an up of another stack.
    """

    resources: Resources = field(default_factory=Resources)
    existing: Existing = NOTHING
    run_of: RunOf = _no_stacks

    def resource(self, type_: str, output: str, value: object) -> Resource | None:
        """The first resource of a type with this value of an output, or this `id`."""
        return _first(self.resources.of_type(type_), output, value)

    def subnet(self, id_: object) -> SubnetOf | None:
        """The existing subnet of an id."""
        found = (
            SubnetOf(own, subnet, vpc) for vpc in self.existing.vpcs for own, subnet in vpc.subnets.items()
        )
        return next((subnet for subnet in found if subnet.id == id_), None)

    def endpoint_service(self, name: object) -> Resource | EndpointService | None:
        """An endpoint service of the run, one that is told of, or one of another stack."""
        type_ = tokens.ENDPOINT_SERVICE
        told = (service for service in self.existing.endpoint_services if service.name == name)
        if found := self.resource(type_, "serviceName", name) or next(told, None):
            return found
        stacks = self.existing.stacks if ".vpce-svc-" in str(name) else ()
        runs = filter(None, map(self.run_of, stacks))
        others = (_first(run.of_type(type_), "serviceName", name) for run in runs)
        return next(filter(None, others), None)

    def cluster_of(self, kubeconfig: object) -> Cluster | None:
        """The existing cluster that a kubeconfig, which is JSON, leads to."""
        try:
            config: dict[str, Any] = json.loads(kubeconfig) if isinstance(kubeconfig, str) else {}
            servers = [entry["cluster"]["server"] for entry in config["clusters"]]
        except (ValueError, LookupError, TypeError):  # YAML, a path, or not a kubeconfig
            return None
        return next((cluster for cluster in self.existing.clusters if server(cluster) in servers), None)


def server(cluster: Cluster) -> str:
    """The URL of an existing cluster's API."""
    return cluster_endpoint("/".join((*cluster.place, cluster.name)), cluster.region)


def outputs_of(run: Run | None) -> dict[str, Any]:
    """The outputs of another stack as the engine keeps them: without those that are None."""
    return {name: value for name, value in run.outputs.items() if value is not None} if run else {}


def _first(resources: Collection[Resource], output: str, value: object) -> Resource | None:
    for other in resources:
        if (other.id if output == "id" else other.outputs.get(output)) == value:
            return other
    return None
