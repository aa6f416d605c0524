"""What a planted fault is, and what each vantage point makes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, cast
from unittest import mock

from crosslink.graph import from_aws as live
from crosslink.graph.from_sandbox import declared_of, nodes_of
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node
from crosslink.path.output import Declared
from crosslink.path.walk import Model, read_model
from crosslink.rules import RULES
from crosslink.rules.grade import Grade
from crosslink.rules.hearing import hear
from crosslink.rules.verdict import (
    Result,
    Verdict,
    first_broken,
    judge,
    judge_stack,
    judge_walks,
    with_result,
)
from tests.fake_aws import FakeAws
from tests.fake_aws import beside as told_beside
from tests.fake_aws.existing import existing
from tests.fake_aws.services import existing_services, objects_read
from tests.faults.change import Change
from tests.runs import file_of, run_stack

VANTAGES = ("planned", "preview", "live")
"""Where a fault is looked for: in an up of the sandbox, in a preview of it, and in AWS after the up."""


@dataclass(frozen=True)
class CannotKnow:
    """Why a vantage point can't see a fault."""

    why: str


ORDER = CannotKnow("AWS shows what is, not what waited for what")
STATE = CannotKnow("AWS's own state: nothing of it is registered")
PLAIN_ID = CannotKnow("the id is of no resource of this program")
THEIRS = CannotKnow("it exists beside the stack: AWS alone tells it")
BEHIND = CannotKnow("it is behind what exists beside the stack: nobody gets there before AWS is asked")
MADE_BEFORE = CannotKnow("the stack names it and doesn't make it")
STRANGER = CannotKnow("it is a stranger's: nothing of it is registered")
LOOKED_UP = CannotKnow("the program refuses it as it looks it up, so that it can only come later")
"""The reasons that come again and again: the first for live, the others for planned and preview."""


HOUSE_RULES = frozenset(rule.id for rule in RULES if rule.grade is Grade.HOUSE)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A planted fault.

    Attributes:
        name: what is wrong, in a few words.
        change: plants it.
        rule: id of the rule that must catch it first.
        stack: the stack that it is planted in: `dev`, or the name of an example.
        planned: whether an up of the sandbox shows it, by `rule`; or why it can't.
        preview: the same of a preview: by `rule`, by another rule's id, or why it can't be known there.
        live: the same of AWS itself.
        grade: how bad it is wherever `rule` tells it; None for whatever the rule says.
        source: the page that the fault comes from.
    """

    name: str
    change: Change
    rule: str
    stack: str = "dev"
    planned: str | CannotKnow | None = None
    preview: str | CannotKnow | None = None
    live: str | CannotKnow | None = None
    grade: Grade | None = None
    source: str = ""

    @property
    def house(self) -> bool:
        """Whether it departs from a house rule, which is no fault of the path."""
        return self.rule in HOUSE_RULES

    def expected(self, vantage: str) -> str | CannotKnow:
        """The rule that must catch it first from a vantage point: `planned`, `preview` or `live`."""
        stated: str | CannotKnow | None = getattr(self, vantage)
        return stated or (self.planned if vantage == "preview" and self.planned else None) or self.rule


def model_of(vantage: str, stack: str, change: Change | None = None) -> Model:
    """What a vantage point sees of a stack.

    Args:
        vantage: `planned`, `preview` or `live`.
        stack: the stack.
        change: the fault planted in it; None leaves it as it is.
    """
    nodes, outputs, declared = _registered(stack, preview=vantage == "preview")
    if vantage == "live":
        nodes = [*nodes, *_beside(stack)]
    nodes = change(nodes) if change else nodes
    graph = _in_aws(nodes, outputs, declared) if vantage == "live" else Graph(nodes)
    return read_model(graph, declared)


def first(model: Model, *, house: bool = False) -> Verdict | None:
    """The first broken rule of the first route that has one, or else of the stack; then one that is degraded.

    Args:
        model: what is judged.
        house: look for a house rule that isn't kept instead.
    """
    if house:
        return next((verdict for verdict in judge(model).all() if verdict.result is Result.ADVICE), None)
    degraded: list[Verdict] = []
    shared = judge_walks(model) if any(walk.backend for walk in model.walks) else {}
    for walk in model.walks:  # each by itself: most faults are on the first one
        verdicts = shared.get(walk.name) or hear(walk).verdicts
        if found := first_broken(verdicts):
            return found
        degraded += with_result(verdicts, Result.DEGRADED)
    stack = judge_stack(model)
    degraded += with_result(stack, Result.DEGRADED)
    return first_broken(stack) or min(degraded, key=lambda verdict: verdict.symptom, default=None)


@cache
def _registered(stack: str, *, preview: bool) -> tuple[list[Node], Mapping[str, Any], Declared]:
    """The resources, the outputs, and what the stack says of its path."""
    run = run_stack(file_of(stack), preview=preview)
    return nodes_of(run), run.outputs, cast("Declared", declared_of(run))


@cache
def _beside(stack: str) -> list[Node]:
    """What exists beside a stack: networks, load balancers, clusters, and what runs in these."""
    nodes, _outputs, _declared = _registered(stack, preview=False)
    beside = existing(told_beside(file_of(stack)), nodes)
    return [*beside, *existing_services(nodes), *objects_read(nodes)]


def _in_aws(nodes: list[Node], outputs: Mapping[str, Any], declared: Declared) -> Graph:
    """What the live reader reads of resources that are in AWS, and in clusters."""
    aws = FakeAws(nodes)
    with mock.patch.object(live, "THREADS", 1):  # several gain nothing where nobody is far away
        return live.read(declared, aws, outputs["kubeconfigs"], aws.connect)
