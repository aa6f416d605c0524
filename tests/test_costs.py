"""Each type that the program registers has a price, or none for a reason."""

from pathlib import Path

import pytest

from crosslink.cost.charges import CHARGES
from crosslink.cost.estimate import estimate
from crosslink.cost.prices import free
from crosslink.graph import tokens
from crosslink.graph.from_sandbox import graph_of
from tests.runs import ALL_FILES, run_stack

KNOWN = {*CHARGES, *free(), tokens.KUBERNETES_DEPLOYMENT}  # a Deployment's nodes are told as not priced


@pytest.mark.parametrize("file", ALL_FILES, ids=lambda file: file.stem)
def test_nothing_of_a_stack_is_left_out_of_its_estimate(file: Path) -> None:
    """A new type needs a function in `charges.py` or a reason in `types.yaml`."""
    run = run_stack(file, preview=True)
    registered = {resource.type for resource in run.resources.values()}
    assert {type_ for type_ in registered - KNOWN if not type_.startswith("crosslink:")} == set()
    assert {gap.what for gap in estimate(graph_of(run)).not_priced} <= {"nodes", "alarm on a query"}
