"""A route that two backends serve, compared: each has a row, and its weights are known."""

import json
from typing import Any

from crosslink.compare import documents
from crosslink.compare.comparison import compare
from crosslink.compare.sources import Side
from crosslink.rules.verdict import Result
from crosslink.sandbox import engine, stack_file
from crosslink.sandbox.record import Run
from tests.redeployments import program
from tests.runs import file_of, run_stack
from tests.settings.stack_file import StackFile, edited

CANARY = file_of("canary")
ROUTE = 'crosslink:api.routes["/svc1"]'


def shared() -> Run:
    return documents.known(run_stack(CANARY, preview=True), lambda: run_stack(CANARY, preview=False))


def settings(**edits: Any) -> StackFile:
    config = {**engine.GIVEN, **stack_file.read(CANARY, engine.PROJECT).config}
    return edited({key: json.loads(text) for key, text in config.items()}, edits)


def test_each_backend_is_compared_with_the_one_that_has_served_the_route_alone() -> None:
    alone = program(settings(**{ROUTE: {"backend": "today"}}))
    found = compare("canary", Side(alone, {}), Side(shared(), {}))
    back = compare("canary", Side(shared(), {}), Side(alone, {}))
    rows = [
        (row.path, row.before and row.before.result, row.after and row.after.result) for row in found.routes
    ]
    assert rows == [
        ("/svc1 (today)", Result.HOLDS, Result.HOLDS),
        ("/svc1 (canary)", Result.HOLDS, Result.HOLDS),
        ("/svc2", Result.HOLDS, Result.HOLDS),
    ]
    assert [(row.path, bool(row.before and row.after)) for row in back.routes] == [
        ("/svc1", True),
        ("/svc2", True),
    ]
