"""Accounts, the roles that Pulumi assumes in them, and the clusters' admins."""

from collections.abc import Iterator

from settings.errors import ABSENT, Fault, as_yaml, key
from settings.rules.sides import Backends, Sides


def role_in_its_account(sides: Sides) -> Iterator[Fault]:
    """A role is assumed in its own account."""
    for path, side in sides.items():
        if side.role_arn and _account(side.role_arn) != side.account_id:
            yield Fault(
                path=key(path, "roleArn"),
                value=side.role_arn,
                must="must be a role of the accountId beside it",
                fix=f"roleArn: {_moved(side.role_arn, side.account_id)}",
            )


def one_role_per_account(sides: Sides) -> Iterator[Fault]:
    """There is one provider for an account and region, whoever shares it, and so one role or none."""
    first: dict[str, str] = {}
    for path, side in sides.items():
        if side.role_arn and _account(side.role_arn) != side.account_id:
            continue
        other = first.setdefault(side.account_id, path)
        role = sides[other].role_arn
        if side.role_arn != role:
            lacking, right = (path, role) if role else (other, side.role_arn)
            yield Fault(
                path=key(lacking, "roleArn"),
                value=sides[lacking].role_arn or ABSENT,
                must=f"must be the role of {other if role else path}, which is in the same account",
                fix=f"roleArn: {right}",
            )


def no_external_id_beside_a_cluster(sides: Sides, backends: Backends) -> Iterator[Fault]:
    """A kubeconfig assumes its account's role by `aws eks get-token`, which takes no external id
    (https://docs.aws.amazon.com/cli/latest/reference/eks/get-token.html)."""
    with_cluster = {backend.account_id for backend in backends.values()}
    for path, side in sides.items():
        if side.external_id and side.account_id in with_cluster:
            yield Fault(
                path=key(path, "externalId"),
                value=side.external_id,
                must="must not be set for an account with a cluster: aws eks get-token can't pass it on",
                fix="# without externalId",
            )


def external_id_beside_a_role(sides: Sides) -> Iterator[Fault]:
    """An external id is a condition of a role's trust policy."""
    for path, side in sides.items():
        if side.external_id and not side.role_arn:
            yield Fault(
                path=key(path, "externalId"),
                value=side.external_id,
                must="must stand beside the roleArn that it is for",
                fix=f"roleArn: arn:aws:iam::{side.account_id}:role/crosslink-deploy\n"
                f"externalId: {as_yaml(side.external_id)}",
            )


def admins_in_their_account(backends: Backends) -> Iterator[Fault]:
    """An access entry is for a principal of the cluster's account
    (https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html)."""
    for path, backend in backends.items():
        for i, admin in enumerate(backend.cluster.admins):
            if _account(admin) != backend.account_id:
                yield Fault(
                    path=key(path, "cluster", "admins", i),
                    value=admin,
                    must="must be a principal of the backend's account",
                    fix=f"- {_moved(admin, backend.account_id)}",
                )


def creator_is_no_named_admin(backends: Backends) -> Iterator[Fault]:
    """pulumi-eks makes the role that creates a cluster its admin; a second access entry for it is a conflict
    (https://github.com/pulumi/pulumi-eks/issues/2373)."""
    for path, backend in backends.items():
        for i, admin in enumerate(backend.cluster.admins):
            if admin == backend.role_arn:
                others = [other for other in backend.cluster.admins if other != admin]
                yield Fault(
                    path=key(path, "cluster", "admins", i),
                    value=admin,
                    must="must not be the backend's roleArn: it creates the cluster, which makes it an admin",
                    fix=f"admins: {as_yaml(others)}",
                )


def _account(arn: str) -> str:
    return arn.split(":")[4]


def _moved(arn: str, account_id: str) -> str:
    return arn.replace(f"::{_account(arn)}:", f"::{account_id}:", 1)
