"""What the tests of reports tell: the stack dev with one walk, as it is or changed."""

import io
from dataclasses import replace

from rich.console import Console

from crosslink.graph.unknown import Unknown, visible
from crosslink.path import steps
from crosslink.path.walk import Model, Walk
from crosslink.report.walk import write_walks
from crosslink.rules.verdict import Judgement, Result, judge
from tests.crosslink.walks import model_of_file, there, with_found
from tests.runs import DEV

NOT_ALLOWED = Unknown("elasticloadbalancing:DescribeListeners is not allowed")


def walk() -> Walk:
    return model_of_file(DEV).walks[0]


def walking(walk_: Walk) -> Model:
    """The model of dev with one walk instead of its own."""
    return replace(model_of_file(DEV), walks=(walk_,))


def counts(model: Model, **others: int) -> dict[str, int]:
    """How many rules there are of each result, where all others of those that apply hold."""
    all_ = len(judge(model).results())
    none = dict.fromkeys(Result, 0)
    return {**none, "holds": all_ - sum(others.values()), **others}


def judged(model: Model) -> Judgement:
    """What the rules say of a model; the settings that nothing judges have tests of their own."""
    return replace(judge(model), not_judged={})


def printed(model: Model, judgement: Judgement, *, every: bool = False) -> str:
    """As in a terminal of 110 columns, without the blanks that fill up lines."""
    file = io.StringIO()
    write_walks(model, judgement, Console(file=file, width=110, highlight=False), every=every)
    return "".join(f"{line.rstrip()}\n" for line in file.getvalue().splitlines())


def naming_the_link_itself() -> Model:
    """Methods that name the VPC link by its id, against a house rule: requests get through."""
    link = there(walk(), steps.LINK).id
    methods = tuple(replace(method, connection_id=link) for method in visible(walk().every(steps.METHOD)))
    return walking(with_found(walk(), steps.METHOD, methods))
