"""How bad it is that one of two backends of a route fails: as bad as the other and the weights let it be."""

import json
from functools import cache

import pytest

from crosslink.graph.from_sandbox import declared_of, nodes_of
from crosslink.graph.graph import Graph
from crosslink.path.walk import read_model
from crosslink.rules.grade import Grade
from crosslink.rules.verdict import Result, judge_walks
from crosslink.sandbox import engine, stack_file
from crosslink.sandbox.record import Run
from tests.faults.change import Change, together
from tests.faults.shared_routes import BOTH, unwanted, weights
from tests.redeployments import PROGRAM
from tests.runs import file_of, run_stack
from tests.settings.stack_file import as_config, edited

SHARES, PODS = "weights-are-the-routes", "pods-are-wanted"


@cache
def drained() -> Run:
    """The canary's stack, whose canary gets nothing."""
    config = {**engine.GIVEN, **stack_file.read(file_of("canary"), engine.PROJECT).config}
    file = {name: json.loads(text) for name, text in config.items()}
    given = edited(file, {'crosslink:api.routes["/svc1"].weights': {"today": 1, "canary": 0}})
    texts = {name: text for name, text in as_config(given).items() if text is not None}
    return engine.run(PROGRAM, stack="canary", config=texts, preview=False)


def found(run: Run, change: Change) -> set[tuple[str, str, Grade | None]]:
    """Walk, rule and grade of all that doesn't hold."""
    model = read_model(Graph(change(nodes_of(run))), declared_of(run))
    return {
        (name, verdict.rule, verdict.grade)
        for name, verdicts in judge_walks(model).items()
        for verdict in verdicts
        if verdict.result is not Result.HOLDS
    }


def test_nothing_stops_where_a_drained_backend_fails() -> None:
    assert found(drained(), unwanted("canary")) == {("/svc1 (canary)", PODS, Grade.REDUNDANCY)}


def test_all_stops_where_the_backend_beside_a_drained_one_fails() -> None:
    assert found(drained(), unwanted("today")) == {("/svc1 (today)", PODS, Grade.STOPS)}


@pytest.mark.parametrize("share", [1, 999])
def test_a_drained_backend_that_gets_a_share_stops_it(share: int) -> None:
    told = found(drained(), together(weights(0, 1, share), unwanted("canary")))
    assert told == {
        ("/svc1 (canary)", SHARES, Grade.STOPS_SOME),
        ("/svc1 (canary)", PODS, Grade.STOPS_SOME),
    }


def test_nobody_takes_over_where_weights_were_set_apart() -> None:
    run = run_stack(file_of(BOTH), preview=False)
    assert found(run, together(weights(0, 1, 1), unwanted("frankfurt"))) == {
        ("/svc1 (virginia)", SHARES, Grade.REDUNDANCY),
        ("/svc1 (frankfurt)", SHARES, Grade.REDUNDANCY),
        ("/svc1 (frankfurt)", PODS, Grade.STOPS_SOME),
    }
