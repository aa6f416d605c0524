"""`python -m tests.faults`."""

import io
import json

import pytest
from rich.console import Console

from tests.faults.__main__ import DEMO, as_json, fault_named, main, outcome_of, write_table
from tests.faults.change import together
from tests.faults.fault import Fault

SEEN = fault_named("client addresses are preserved")
STATE = fault_named("all targets are unhealthy")
WRONG = Fault(name="of another rule", change=SEEN.change, rule="target-is-healthy")
MISSED = Fault(name="nothing at all", change=together(), rule="target-is-healthy")


def table_of(*faults: Fault) -> str:
    text = io.StringIO()
    write_table([outcome_of(fault) for fault in faults], Console(file=text, width=200))
    return text.getvalue()


def test_the_demo_stops_with_the_fix(capsys) -> None:
    assert main(["demo"]) == 2

    printed = " ".join(capsys.readouterr().out.split())
    assert f"Planted: {DEMO}" in printed
    assert "✗ route back; not reached: interface endpoint, endpoint service, provider NLB, ALB" in printed
    assert "10.11.2.0/26 has no route to 10.10.32.0/26" in printed
    assert "fix Add a route" in printed
    assert "1 broken, 0 unknown" in printed


def test_hops_behind_the_one_that_stops_all_requests_are_not_reached(capsys) -> None:
    assert main(["demo", "--all"]) == 2

    walk = capsys.readouterr().out.partition("Walk of /svc1")[2].partition("Walk of /svc2")[0]
    before, behind = walk.partition("✗ route back")[::2]
    assert "not reached" not in before
    assert (
        behind.count("not reached: ")
        == len(["endpoint", "service", *["NLB", "listener", "group", "target"]]) + 4
    )
    assert "✓" not in behind


def test_the_demo_of_lost_redundancy_says_that_all_requests_get_through(capsys) -> None:
    assert main(["demo", "no route back in one zone"]) == 4

    printed = capsys.readouterr().out
    assert "/svc1, /svc2: redundancy lost at the route back" in printed
    assert "All requests get through; after one more failure some don't." in printed
    assert "0 broken, 0 unknown, 1 with redundancy lost" in printed


def test_what_only_aws_shows_is_shown_as_aws_shows_it(capsys) -> None:
    assert main(["demo", "are unhealthy"]) == 2

    assert "in what AWS shows of stack dev" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("no such fault", "no fault has that in its name"),
        ("gateway", "several faults have that in their names"),
    ],
)
def test_a_fault_that_is_not_one_is_bad_usage(name: str, said: str, capsys) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["demo", name])

    assert raised.value.code == 1
    assert said in capsys.readouterr().err


def test_the_table_tells_what_each_vantage_point_sees() -> None:
    table = table_of(SEEN, STATE)

    assert [line.count("✓") for line in table.splitlines() if SEEN.name in line] == [3]
    assert [line.count("(1)") for line in table.splitlines() if STATE.name in line] == [2]
    assert "(1) can't be known there: AWS's own state" in table
    assert "2 faults, 2 caught as they must be" in table


def test_the_table_tells_what_goes_wrong() -> None:
    table = table_of(WRONG, MISSED)

    assert table.count("✗ client-addresses-are-hidden") == 3
    assert table.count("✗ missed") == 3
    assert "2 faults, 0 caught as they must be" in table


def test_json_has_null_where_a_fault_is_not_seen() -> None:
    assert json.loads(json.dumps(as_json(outcome_of(STATE)))) == {
        "fault": "all targets are unhealthy",
        "stack": "dev",
        "source": None,
        "rule": "target-is-healthy",
        "planned": None,
        "preview": None,
        "live": "target-is-healthy",
        "cannotKnow": dict.fromkeys(["planned", "preview"], "AWS's own state: nothing of it is registered"),
        "asExpected": True,
    }
