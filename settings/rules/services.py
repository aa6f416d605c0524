"""What must hold within a service that the stack makes."""

from collections.abc import Iterator

from settings.errors import Fault, as_yaml, key
from settings.pods import Autoscaling
from settings.rules.keys import Clusters
from settings.service import Service


def check(clusters: Clusters) -> Iterator[Fault]:
    """The rules for the pods of each service.

    Args:
        clusters: The valid backends in a cluster.
    """
    for path, backend in clusters.items():
        for i, service in enumerate(backend.services):
            if isinstance(service, Service):
                where = key(path, "services", i)
                yield from _least_within_most(where, service)
                yield from _role_in_the_account(where, service, backend.account_id)


def _least_within_most(path: str, service: Service) -> Iterator[Fault]:
    """An autoscaler with a greater least number than its greatest is refused
    (https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/)."""
    scaling = service.replicas
    if isinstance(scaling, Autoscaling) and scaling.min > scaling.max:
        yield Fault(
            path=key(path, "replicas", "max"),
            value=scaling.max,
            must="must be min or more"
            if "min" in scaling.model_fields_set
            else f"must be min or more, which is {scaling.min} if left out",
            fix=f"max: {scaling.min}",
        )


def _role_in_the_account(path: str, service: Service, account_id: str) -> Iterator[Fault]:
    """An association takes a role of the cluster's account
    (https://docs.aws.amazon.com/eks/latest/userguide/pod-id-association.html)."""
    account = service.service_account
    if account and (other := account.role_arn.split(":")[4]) != account_id:
        yield Fault(
            path=key(path, "serviceAccount", "roleArn"),
            value=account.role_arn,
            must="must be a role of the backend's account, which may assume one of another account",
            fix=f"roleArn: {as_yaml(account.role_arn.replace(f'::{other}:', f'::{account_id}:', 1))}",
        )
