"""What must hold within a service that the stack makes."""

from collections.abc import Collection, Iterator

from pydantic import SecretStr

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
        made = {
            service.name
            for service in backend.services
            if isinstance(service, Service) and any(isinstance(v, SecretStr) for v in service.env.values())
        }
        for i, service in enumerate(backend.services):
            if isinstance(service, Service):
                where = key(path, "services", i)
                yield from _least_within_most(where, service)
                yield from _no_secret_of_the_stack(where, service, made)
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


def _no_secret_of_the_stack(path: str, service: Service, made: Collection[str]) -> Iterator[Fault]:
    """The Secrets that the stack makes have the names of their services: another one of the name would be
    taken over."""
    named = {
        **{("envFrom", "secrets", i): name for i, name in enumerate(service.env_from.secrets)},
        ("imagePullSecret",): service.image_pull_secret,
    }
    for place, name in named.items():
        if name in made:
            yield Fault(
                path=key(path, *place),
                value=name,
                must="must not be the name of a service with secrets in env: the stack makes one of its "
                "name for them",
                fix="# with another name of the Secret, or of the service",
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
