"""What nothing here judges: types of resources that neither the program registers nor a team has named."""

import re
from functools import lru_cache

from crosslink.graph.graph import Graph
from crosslink.graph.node import Node
from crosslink.resource_types import resource_types
from crosslink.rules.rule import fix
from policy.security.rule import ALL, Stack, rule

# The engine's own: a provider makes nothing by itself, and a reference only reads another stack's outputs.
_OF_PULUMI = re.compile(r"pulumi:(?:providers:.+|pulumi:(?:Stack|StackReference))")
_OWN_COMPONENT = re.compile(r"crosslink:.+")
# Components of Kubernetes objects, which a first preview, without a cluster, shows without what is inside:
# https://www.pulumi.com/registry/packages/kubernetes/
_KUBERNETES = "kubernetes:"


@rule(ALL, source="https://www.pulumi.com/docs/iac/concepts/resources/names/#types")
@fix("""Take the resource away; or look at what it opens, and name its type with the reason in
`policy/known.yaml`, under `types`.""")
def only_known_types(stack: Stack, node: Node) -> str | None:
    """The stack has resources of types that the program registers, or that a team has named with a reason."""
    if node.type in resource_types() or node.type in stack.known.types or _OF_PULUMI.fullmatch(node.type):
        return None
    if _is_component(node) and _shows_what_is_inside(stack.graph, node):
        return None
    return "nothing here judges resources of its type"


def _is_component(node: Node) -> bool:
    """Whether a resource is a component: the engine gives a provider to all others."""
    return node.provider is None


def _shows_what_is_inside(graph: Graph, component: Node) -> bool:
    """Whether what a component makes is judged by itself: the program's, and those whose children show."""
    if _OWN_COMPONENT.fullmatch(component.type):
        return True
    return not component.type.startswith(_KUBERNETES) and component.urn in _parents(graph)


@lru_cache(maxsize=4)
def _parents(graph: Graph) -> frozenset[str]:
    return frozenset(node.parent for node in graph if node.parent)
