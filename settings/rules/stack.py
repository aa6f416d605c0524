"""The stack's name, and Pulumi's own configuration."""

import re
from collections.abc import Iterator

from settings.decoding import listed
from settings.errors import Fault
from settings.rules.keys import DEFAULT_PROVIDERS, Clusters

NEEDED = ("aws", "kubernetes")
HARMFUL = ("*", "eks")
"""pulumi-eks is a component without a provider of its own
(https://github.com/pulumi/pulumi-eks/issues/1508)."""
MAX_CLUSTER_NAME = 100
"""https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html"""


def cluster_name(stack: str, backend: str) -> str:
    """The name of a backend's EKS cluster; AWS derives the name of its log group from it."""
    return f"crosslink-{stack}-{backend}"


def name_fits_clusters(stack: str, clusters: Clusters) -> Iterator[Fault]:
    """The stack's name is part of the clusters' names, whose characters and length are limited."""
    if not clusters:
        return
    longest = max(len(cluster_name(stack, backend.name)) for backend in clusters.values())
    excess = max(longest - MAX_CLUSTER_NAME, 0)
    if excess or not re.fullmatch(r"[A-Za-z0-9_-]+", stack):
        right = re.sub(r"[^A-Za-z0-9_-]", "-", stack)[: len(stack) - excess]
        yield Fault(
            path="stack",
            value=stack,
            must="must be of A-Za-z0-9_- and short enough for the name of an EKS cluster, "
            f"crosslink-<stack>-<backend>, to have {MAX_CLUSTER_NAME} characters",
            fix=f"# pulumi stack rename {right}",
        )


def no_default_providers(value: object) -> Iterator[Fault]:
    """With default providers, a resource without an explicit provider would be created in the account of the
    ambient credentials."""
    given = listed(value)
    if not all(name in given for name in NEEDED) or any(name in given for name in HARMFUL):
        yield Fault(
            path=DEFAULT_PROVIDERS,
            value=value,
            must="must hold aws and kubernetes, or a resource may end up in a wrong account; "
            "and neither eks nor *, which break pulumi-eks",
            fix=f"{DEFAULT_PROVIDERS}: [aws, kubernetes]",
        )
