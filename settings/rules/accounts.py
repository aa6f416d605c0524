"""Accounts, the roles that Pulumi assumes and makes in them, and the admins and keys of clusters."""

from collections.abc import Iterator, Mapping

from settings.backend import ProvidedBackend
from settings.cluster import Cluster
from settings.consumer import Consumer
from settings.errors import ABSENT, Fault, as_yaml, key
from settings.rules.keys import Clusters, Sides


def roles_in_their_account(sides: Sides) -> Iterator[Fault]:
    """A role belongs to the account that it is assumed in."""
    for path, side in sides.items():
        for name, role in _roles(side).items():
            if role and _account(role) != side.account_id:
                yield Fault(
                    path=key(path, name),
                    value=role,
                    must="must be a role of the accountId beside it",
                    fix=f"{name}: {_moved(role, side.account_id)}",
                )


def one_role_per_account(sides: Sides) -> Iterator[Fault]:
    """All sides in an account share its providers, and so its role, or have none."""
    first: dict[tuple[str, str], str] = {}
    for path, side in sides.items():
        for name, role in _roles(side).items():
            if role and _account(role) != side.account_id:
                continue
            other = first.setdefault((side.account_id, name), path)
            others = _roles(sides[other])[name]
            if role != others:
                wrong, right = (path, others) if others else (other, role)
                yield Fault(
                    path=key(wrong, name),
                    value=_roles(sides[wrong])[name] or ABSENT,
                    must=f"must be the role of {other if others else path}, which is in the same account",
                    fix=f"{name}: {right}",
                )


def preview_role_beside_another(sides: Sides) -> Iterator[Fault]:
    """A preview role replaces a role that has write permissions, and differs from it."""
    for path, side in sides.items():
        if side.preview_role_arn and not side.role_arn:
            yield Fault(
                path=key(path, "previewRoleArn"),
                value=side.preview_role_arn,
                must="needs a roleArn beside it, which it replaces in a preview",
                fix=f"roleArn: arn:aws:iam::{side.account_id}:role/crosslink-deploy\n"
                f"previewRoleArn: {side.preview_role_arn}",
            )
        elif side.preview_role_arn and side.preview_role_arn == side.role_arn:
            yield Fault(
                path=key(path, "previewRoleArn"),
                value=side.preview_role_arn,
                must="must differ from roleArn: a pull request's code gets it, so it must be read-only",
                fix=_preview_role(side.account_id),
            )


def preview_role_for_each_role(sides: Sides) -> Iterator[Fault]:
    """In a preview of a pull request no role with write permissions is assumed."""
    for path, side in sides.items():
        if side.role_arn and not side.preview_role_arn:
            yield Fault(
                path=key(path, "previewRoleArn"),
                value=ABSENT,
                must="must be set: it replaces roleArn in previews of pull requests",
                fix=_preview_role(side.account_id),
            )


def no_external_id_beside_a_cluster(sides: Sides, clusters: Clusters) -> Iterator[Fault]:
    """A kubeconfig assumes its account's role by `aws eks get-token`, which has no option for an external id
    (https://docs.aws.amazon.com/cli/latest/reference/eks/get-token.html)."""
    with_cluster = {backend.account_id for backend in clusters.values()}
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
                must="needs a roleArn beside it, whose trust policy asks for it",
                fix=f"roleArn: arn:aws:iam::{side.account_id}:role/crosslink-deploy\n"
                f"externalId: {as_yaml(side.external_id)}",
            )


def boundaries_in_their_account(sides: Sides) -> Iterator[Fault]:
    """A permissions boundary is a policy of the role's own account, or one of AWS's
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html)."""
    for path, side in sides.items():
        boundary = side.permissions_boundary
        if boundary and _account(boundary) not in (side.account_id, "aws"):
            yield Fault(
                path=key(path, "permissionsBoundary"),
                value=boundary,
                must="must be a policy of the accountId beside it",
                fix=f"permissionsBoundary: {_moved(boundary, side.account_id)}",
            )


def of_clusters(clusters: Clusters) -> Iterator[Fault]:
    """The principals and keys of clusters that the stack makes."""
    for path, backend in clusters.items():
        if isinstance(backend.cluster, Cluster):
            yield from _admins_in_their_account(path, backend.account_id, backend.cluster)
            yield from _own_roles_not_among_the_admins(path, backend, backend.cluster)
            yield from _key_in_its_region(path, backend.region, backend.cluster)


def _key_in_its_region(path: str, region: str, cluster: Cluster) -> Iterator[Fault]:
    """EKS takes keys of the cluster's region (https://docs.aws.amazon.com/eks/latest/userguide/enable-kms.html)."""
    arn = cluster.key_arn
    if arn and (other := arn.split(":")[3]) != region:
        yield Fault(
            path=key(path, "cluster", "keyArn"),
            value=arn,
            must="must be a key of the backend's region",
            fix=f"keyArn: {arn.replace(f':{other}:', f':{region}:', 1)}",
        )


def _admins_in_their_account(path: str, account_id: str, cluster: Cluster) -> Iterator[Fault]:
    """An access entry names a principal of the cluster's account
    (https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html)."""
    for i, admin in enumerate(cluster.admins):
        if _account(admin) != account_id:
            yield Fault(
                path=key(path, "cluster", "admins", i),
                value=admin,
                must="must be a principal of the backend's account",
                fix=f"- {_moved(admin, account_id)}",
            )


def _own_roles_not_among_the_admins(path: str, side: ProvidedBackend, cluster: Cluster) -> Iterator[Fault]:
    """pulumi-eks makes the role that creates a cluster its admin; a second access entry for it is a conflict
    (https://github.com/pulumi/pulumi-eks/issues/2373). The preview role has a read-only one."""
    whys = {
        side.role_arn: "roleArn: it creates the cluster, which makes it an admin",
        side.preview_role_arn: "previewRoleArn: it may only read",
    }
    for i, admin in enumerate(cluster.admins):
        if why := whys.get(admin):
            others = [other for other in cluster.admins if other != admin]
            yield Fault(
                path=key(path, "cluster", "admins", i),
                value=admin,
                must=f"must not be the backend's {why}",
                fix=f"admins: {as_yaml(others)}",
            )


def _roles(side: Consumer | ProvidedBackend) -> Mapping[str, str | None]:
    """A side's roles by their keys."""
    return {"roleArn": side.role_arn, "previewRoleArn": side.preview_role_arn}


def _preview_role(account_id: str) -> str:
    return f"previewRoleArn: arn:aws:iam::{account_id}:role/crosslink-preview"


def _account(arn: str) -> str:
    return arn.split(":")[4]


def _moved(arn: str, account_id: str) -> str:
    return arn.replace(f"::{_account(arn)}:", f"::{account_id}:", 1)
