"""`crosslink doctor` never ends in an exception: it says what was asked, and what came."""

import json
import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from botocore.credentials import Credentials

from crosslink.__main__ import main
from crosslink.doctor import command as doctor
from crosslink.graph import from_aws as live
from tests import runs
from tests.crosslink.doctor.bad_conditions import BadAws, Condition, kubeconfig_for, listening
from tests.crosslink.doctor.conditions import CONDITIONS, KUBECONFIGS, WIRE
from tests.crosslink.graph.from_aws.support import up
from tests.schemas import validator

SCHEMA = validator("crosslink/doctor/report.schema.json")
LONGEST = 400  # characters of one reason
FOR_PEOPLE = ("export is HTML", "HTML 200 of all", "token expires", "cluster deleted", "cluster: HTML")


def written(directory: Path, condition: Condition, url: str | None = None) -> str:
    """The file of the outputs."""
    outputs = json.loads(json.dumps(runs.run_stack(runs.DEV, preview=False).outputs))
    if url:
        outputs["kubeconfigs"] = {"apps": kubeconfig_for(url)}
    if condition.outputs:
        condition.outputs(outputs)
    file = directory / "outputs.json"
    file.write_text(json.dumps(outputs) if condition.text is None else condition.text)
    return str(file)


def reasons(report: Any) -> list[str]:
    """All that is said to be the reason of something."""
    if isinstance(report, dict):
        own = [value for key, value in report.items() if key in ("why", "what", "error") and value]
        return own + [reason for value in report.values() for reason in reasons(value)]
    return [reason for item in report for reason in reasons(item)] if isinstance(report, list) else []


def judged(condition: Condition, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    probing = ["--probe"] if condition.probe else []

    status = main(["doctor", *arguments, *probing, "--json"])

    out, _err = capsys.readouterr()
    report = json.loads(out)
    SCHEMA.validate(report)
    told = json.dumps(report, ensure_ascii=False)
    brief = "\n".join(dict.fromkeys(reasons(report)))
    assert status == condition.status, brief
    assert re.search(condition.said, brief or told), brief
    assert max(map(len, reasons(report)), default=0) <= LONGEST
    for never in ("<html", "0x", "HTTPConnectionPool", "Traceback"):
        assert never not in told


def ids(conditions: list[Condition]) -> list[str]:
    return [condition.name for condition in conditions]


@pytest.mark.parametrize("condition", CONDITIONS, ids=ids(CONDITIONS))
def test_a_bad_condition_is_told(condition, tmp_path, monkeypatch, capsys):
    aws = BadAws(condition.nodes(up()), condition.aws, condition.cluster)
    monkeypatch.setattr(doctor, "open_sessions", lambda _parties: aws)
    monkeypatch.setattr(aws, "credentials", lambda _account: Credentials("AKIA", "x"), raising=False)
    monkeypatch.setattr(doctor.live, "read", partial(live.read, connect=aws.connect))

    arguments = ["--outputs", written(tmp_path, condition)]
    if condition.name in FOR_PEOPLE:
        assert main(["doctor", *arguments]) == condition.status
        said = re.sub(r"\s+", " ", "".join(capsys.readouterr()))
        assert re.search(condition.said, said)
    judged(condition, arguments, capsys)


@pytest.mark.parametrize("condition", [*WIRE, *KUBECONFIGS], ids=ids([*WIRE, *KUBECONFIGS]))
def test_a_bad_connection_to_the_cluster_is_told(condition, tmp_path, monkeypatch, capsys):
    aws = BadAws(up(), {}, None)
    monkeypatch.setattr(doctor, "open_sessions", lambda _parties: aws)

    with listening(condition.wire or b"") as url:
        judged(condition, ["--outputs", written(tmp_path, condition, url)], capsys)
