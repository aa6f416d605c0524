"""The command: what it prints, and its exit status."""

import json
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crosslink.__main__ import main
from crosslink.compare import sources
from crosslink.compare.cost_line import cost_line
from crosslink.cost.estimate import Difference, Estimate, NotPriced, difference
from tests.crosslink.cost.test_estimate import of_stack
from tests.runs import ROOT, run_stack
from tests.schemas import validator

VALIDATOR = validator("crosslink/cost/cost.schema.json")


@pytest.fixture(autouse=True)
def _checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the checkout, with previews that all tests share."""

    def side(source: sources.Source, name: str) -> sources.Side:
        assert source.file
        assert name in source.file.name
        return sources.Side(run_stack(source.file, preview=True), {})

    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sources, "side", side)


def test_an_estimate_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cost"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(
        textwrap.dedent("""\
            hop                  what                           where                   number  $ a month
            gateway NLB          Network Load Balancer          111111111111 us-west-2       1     16.43*
            interface endpoint   interface endpoint, each zone  111111111111 us-east-1       2      14.60
            provider NLB         Network Load Balancer          222222222222 us-east-1       1      16.43
            ALB                  Application Load Balancer      222222222222 us-east-1       1      16.43
            cluster              EKS cluster                    222222222222 us-east-1       1      73.00
                                 KMS key                        222222222222 us-east-1       1       1.00
            way to the internet  NAT gateway                    222222222222 us-east-1       1      32.85
                                 public IPv4 address            222222222222 us-east-1       1       3.65
            before traffic                                                                         174.38

            Not priced
              - 222222222222 us-east-1: nodes: 4 pods ask for 0.4 vCPU and 1 GiB; """)
    )
    assert "  - $3.50 per million requests of the REST API\n" in out
    assert "* A price with one source\n  - Network Load Balancer in us-west-2: " in out
    assert out.endswith("without discounts, free tiers or taxes: crosslink/cost/prices.yaml\n")


def test_the_difference_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cost", "--stack", "dev", "--against", "two-backends"]) == 0
    end = capsys.readouterr().out.partition("Against ")[2]
    assert end.startswith("two-backends: -$157.95 a month\n  cluster: -$74.00\n")
    assert end.endswith("\nNot priced, and other than before\n  - nodes\n")


def as_json(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    status = main(["cost", "--json", *words])
    document = json.loads(capsys.readouterr().out)
    VALIDATOR.validate(document)
    return status, document


def test_an_estimate_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    status, document = as_json(capsys)
    assert (status, document["stack"], document["estimate"]["usd"]) == (0, "dev", 174.38)
    assert document["estimate"]["lines"][0] == {
        "hop": "gateway NLB",
        "what": "Network Load Balancer",
        "account": "111111111111",
        "region": "us-west-2",
        "quantity": 1,
        "usd": 16.43,
        "unconfirmed": "that of an ALB, which is the same wherever both could be seen",
    }


def test_a_difference_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    status, document = as_json(capsys, "--stack", "two-backends", "--against", "dev")
    found = document["difference"]
    assert (status, found["usd"], found["after"]) == (0, 157.95, document["estimate"])
    assert found["changes"][0] == {"hop": "cluster", "usd": 74}
    assert found["beyond"] == ["nodes"]


def test_a_stack_that_is_not_there(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, document = as_json(capsys, "--stack", "nowhere")
    assert (status, document["stack"]) == (1, "nowhere")
    assert "nowhere" in document["error"]
    for name in ("Pulumi.yaml", "__main__.py"):
        (tmp_path / name).touch()
    assert as_json(capsys, "--stack", str(tmp_path))[1]["error"] == f"{tmp_path} doesn't have the stack dev"


def test_the_line_of_a_comment() -> None:
    found = difference(of_stack("dev"), of_stack("two-backends"))
    assert cost_line(found) == (
        "**Cost before traffic**: ≈ $332 a month, +$158 (cluster +$74, way to the internet +$37, "
        "provider NLB +$16, ALB +$16, interface endpoint +$15). Not priced: `nodes` (other than before)."
    )
    assert cost_line(difference(found.before, found.before)) == (
        "**Cost before traffic**: ≈ $174 a month, as before. Not priced: `nodes`."
    )


def test_the_line_is_short_and_none_of_it_is_markup() -> None:
    """A team's type has a name of its own."""
    gap = NotPriced(hop="ALB", what="", account=None, region=None, quantity=1, why="")
    gaps = tuple(replace(gap, what=f"a:b:{name}") for name in ("*", "B", "C", "D", "E", "F"))
    nothing = Estimate(lines=(), not_priced=(), traffic=())
    found = Difference(before=nothing, after=replace(nothing, not_priced=gaps), changes=())
    line = cost_line(found)
    assert "Not priced: `a:b:*` (other than before), " in line
    assert line.endswith(" more.")
