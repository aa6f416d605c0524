"""The command: what it prints, and its exit status."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from crosslink.__main__ import main
from crosslink.compare import sources
from crosslink.graph import tokens
from tests.runs import ROOT, run_stack
from tests.schemas import validator

VALIDATOR = validator("crosslink/timeline/timeline.schema.json")


@pytest.fixture(autouse=True)
def _checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the checkout, with previews that all tests share."""

    def side(source: sources.Source, name: str) -> sources.Side:
        assert source.file
        assert name in source.file.name
        return sources.Side(run_stack(source.file, preview=True), {})

    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sources, "side", side)


def told(out: str) -> list[str]:
    return [re.sub(r" {2,}", "  ", line.strip()) for line in out.splitlines()]


def test_a_timeline_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["timeline"]) == 0
    lines = told(capsys.readouterr().out)
    assert lines[0] == "starts  takes  spare  what  where  waits for"
    assert lines[1:3] == [
        "→ 0:00  0:02*  providers:aws account-222222222222-us-east-1  222222222222 us-east-1",
        "→ 0:02  0:13  ec2:Vpc crosslink-apps  222222222222 us-east-1  the one before (provider)",
    ]
    cluster = next(line for line in lines if "eks:Cluster" in line)
    assert re.fullmatch(
        r"→ \d+:\d\d  10:00  eks:Cluster crosslink-apps-eksCluster  222222222222 us-east-1  "
        r"the one before \(depends_on\)",
        cluster,
    )
    first, second = (line for line in lines if "core/v1:Service" in line)
    assert first.endswith("the one before (its pods)")
    assert second.endswith("apps/v1:Deployment crosslink-apps-svc1 (its pods)")
    assert any(re.fullmatch(r"\d+:\d\d  the end", line) for line in lines)
    link = next(line for line in lines if "apigateway:VpcLink" in line)
    assert re.match(r"\d:\d\d  4:00  \d:\d\d  apigateway:VpcLink crosslink  ", link)
    assert any(
        re.match(r"About 1\d minutes; \d+ to \d+, by the table\. \d+ more resources ", line) for line in lines
    )
    assert any(line.startswith("16 at once (pulumi up --parallel, ") for line in lines)
    estimates = lines[lines.index("* An estimate, or of one source") :]
    assert "- interface endpoint: an estimate, no log was found" in estimates
    assert len(estimates) == len(set(estimates))
    assert lines[-1].endswith("of others' logs: crosslink/timeline/times.yaml")


def test_places_are_what_it_waits_for_with_few_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["timeline", "--stack", "two-backends", "--parallel", "4"]) == 0
    out = capsys.readouterr().out
    assert " (as many as run at once)" in out
    assert "4 at once (pulumi up --parallel, by default 4 for each CPU); without a limit 14:" in out
    assert " and 1 more " in out


def as_json(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    status = main(["timeline", "--json", *words])
    document = json.loads(capsys.readouterr().out)
    VALIDATOR.validate(document)
    return status, document


def test_a_timeline_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    status, document = as_json(capsys, "--parallel", "100")
    found = document["timeline"]
    assert (status, document["stack"], found["parallel"]) == (0, "dev", 100)
    assert found["seconds"] == found["unlimited"]
    by_urn = {resource["urn"]: resource for resource in found["resources"]}
    assert [urn for urn in by_urn if by_urn[urn]["critical"]] == sorted(
        found["critical"], key=lambda urn: by_urn[urn]["start"]
    )
    link = next(resource for resource in by_urn.values() if resource["type"] == tokens.VPC_LINK)
    assert (link["seconds"], link["low"], link["high"], link["unconfirmed"]) == (240, 120, 600, None)
    assert link["waitsFor"]["why"] == "input"
    assert by_urn[link["waitsFor"]["urn"]]["type"] == tokens.LOAD_BALANCER


def test_a_picture(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["timeline", "--diagram"]) == 0
    picture = capsys.readouterr().out
    assert picture.startswith("gantt\n")
    assert as_json(capsys, "--diagram") == (0, {"command": "timeline", "stack": "dev", "mermaid": picture})


def test_a_stack_that_is_not_there(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, document = as_json(capsys, "--stack", "nowhere")
    assert (status, document["stack"]) == (1, "nowhere")
    assert "nowhere" in document["error"]
    for name in ("Pulumi.yaml", "__main__.py"):
        (tmp_path / name).touch()
    assert as_json(capsys, "--stack", str(tmp_path))[1]["error"] == f"{tmp_path} doesn't have the stack dev"


@pytest.mark.parametrize("number", ["0", "-1", "many"])
def test_a_number_that_is_none(capsys: pytest.CaptureFixture[str], number: str) -> None:
    with pytest.raises(SystemExit, match="1"):
        main(["timeline", "--parallel", number])
    assert f"{number} isn't a number of resources" in capsys.readouterr().err
