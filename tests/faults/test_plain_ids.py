"""What a plain id leads to is unknown, not missing; and a fault elsewhere is found all the same."""

from collections.abc import Iterator

import pytest

from crosslink.graph import tokens
from crosslink.graph.from_sandbox import nodes_of
from crosslink.rules.verdict import Judgement, Result, judge
from tests.faults.api import operation
from tests.faults.change import Change, put, together
from tests.faults.cluster import SVC1
from tests.faults.fault import model_of
from tests.faults.plain_ids import PLAIN, Reference, references_of
from tests.runs import file_of, run_stack

NOT_OURS = "not a resource of this program"
REGISTERED = ("planned", "preview")
UPSTREAM = operation("/svc1", security=[])
DOWNSTREAM = put(tokens.KUBERNETES_DEPLOYMENT, SVC1, "spec", "replicas", value=0.0)

each_id = pytest.mark.parametrize("change", PLAIN.values(), ids=PLAIN)
each_vantage = pytest.mark.parametrize("vantage", REGISTERED)


def why(judgement: Judgement, result: Result) -> dict[str, str | None]:
    """The rules with a result, each with what is said of it."""
    return {verdict.rule: verdict.why for verdict in judgement.all() if verdict.result is result}


@each_vantage
@each_id
def test_it_is_unknown_and_told(change: Change, vantage: str) -> None:
    judgement = judge(model_of(vantage, "dev", change))

    assert why(judgement, Result.BROKEN) == {}
    assert [said for said in why(judgement, Result.UNKNOWN).values() if NOT_OURS in str(said)]


@each_vantage
@each_id
def test_a_fault_elsewhere_is_found_all_the_same(change: Change, vantage: str) -> None:
    judgement = judge(model_of(vantage, "dev", together(change, UPSTREAM, DOWNSTREAM)))

    assert set(why(judgement, Result.BROKEN)) == {"method-has-its-auth", "pods-are-wanted"}


def references() -> Iterator[Reference]:
    """All of the stack dev, and those of other stacks that differ from all of its."""
    seen: set[tuple[str, str]] = set()
    for stack in ("dev", "tls", "mixed"):
        preview, up = (nodes_of(run_stack(file_of(stack), preview=preview)) for preview in (True, False))
        found = list(references_of(stack, preview, up))
        types = {node.urn: node.type for node in up}
        new = (ref for ref in found if stack == "dev" or (types[ref.urn], ref.property) not in seen)
        yield from new
        seen |= {(types[reference.urn], reference.property) for reference in found}


@each_vantage
@pytest.mark.parametrize("reference", list(references()), ids=str)
def test_no_id_is_called_broken(reference: Reference, vantage: str) -> None:
    judgement = judge(model_of(vantage, reference.stack, reference.change))

    assert why(judgement, Result.BROKEN) == {}
