"""What nothing here judges: types of resources that neither the program registers nor a team has named."""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from crosslink.graph.graph import Graph
from crosslink.graph.node import Node
from crosslink.resource_types import TYPES
from crosslink.rules.rule import fix
from policy.security.rule import ALL, Stack, rule

FILE = Path(__file__).parent.parent / "known.yaml"
# The engine's own: a provider makes nothing by itself, and a reference only reads another stack's outputs.
_OF_PULUMI = re.compile(r"pulumi:(?:providers:.+|pulumi:(?:Stack|StackReference))")
_OWN_COMPONENT = re.compile(r"crosslink:.+")
# Components of Kubernetes objects, which a first preview, without a cluster, shows without what is inside:
# https://www.pulumi.com/registry/packages/kubernetes/
_KUBERNETES = "kubernetes:"

_Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_Token = Annotated[str, StringConstraints(pattern=r"^[\w.-]+:[\w./-]*:[\w.-]+$")]
_Account = Annotated[str, StringConstraints(pattern=r"^\d{12}$")]


class Known(BaseModel):
    """What a team has named, each with its reason."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    types: Mapping[_Token, _Reason] = {}
    accounts: Mapping[_Account, _Reason] = {}


def read_known(text: str) -> Known:
    """What the file `policy/known.yaml` says.

    Raises:
        ValueError: it isn't what it should be; the error names the key, the value and what must hold.
    """
    try:
        return Known.model_validate(yaml.safe_load(text) or {})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ValueError(
            f"policy/known.yaml: {where}: {first['msg']} (it is {first['input']!r}). Types are tokens, accounts "
            'texts of 12 digits, each with its reason: `accounts: {"444455556666": "the log archive"}`.'
        ) from None


KNOWN = read_known(FILE.read_text())  # what the checkout's own file says


@rule(ALL, source="https://www.pulumi.com/docs/iac/concepts/resources/names/#types")
@fix("""Take the resource away; or look at what it opens, and name its type with the reason in
`policy/known.yaml`, under `types`.""")
def only_known_types(stack: Stack, node: Node) -> str | None:
    """The stack has resources of types that the program registers, or that a team has named with a reason."""
    if node.type in TYPES or node.type in KNOWN.types or _OF_PULUMI.fullmatch(node.type):
        return None
    if _is_component(node) and _shows_what_is_inside(stack.graph, node):
        return None
    return "nothing here judges resources of its type"


def _is_component(node: Node) -> bool:
    """Whether a resource is a component: the engine gives a provider to all others."""
    return node.provider is None


def _shows_what_is_inside(graph: Graph, component: Node) -> bool:
    """Whether what a component makes is judged by itself: the program's, and others whose children are shown."""
    if _OWN_COMPONENT.fullmatch(component.type):
        return True
    return not component.type.startswith(_KUBERNETES) and component.urn in _parents(graph)


@lru_cache(maxsize=4)
def _parents(graph: Graph) -> frozenset[str]:
    return frozenset(node.parent for node in graph if node.parent)
