"""`crosslink doctor` for stacks of one side, and for an endpoint that waits for acceptance."""

import json
from pathlib import Path
from typing import Any

import pytest

from crosslink.__main__ import main
from crosslink.doctor import command as doctor
from crosslink.graph.node import Node
from tests.crosslink.doctor.test_command import Aws, aws_of, printed
from tests.crosslink.graph.from_aws import shapes
from tests.crosslink.graph.from_aws.reads import outputs
from tests.crosslink.graph.from_aws.support import CONSUMER, PROVIDER

NO_ROLE = f"unknown beyond: no role in account {PROVIDER}"


def written(directory: Path, path: dict[str, Any]) -> str:
    """A file of the outputs of a stack with this path."""
    own = {key: value for key, value in outputs().items() if path["api"] or key not in ("routes", "url")}
    file = directory / "outputs.json"
    file.write_text(json.dumps({**own, "path": path}))
    return str(file)


def doctored(
    shape: tuple[list[Node], dict[str, Any]],
    directory: Path,
    monkeypatch: pytest.MonkeyPatch,
    *arguments: str,
) -> int:
    nodes, path = shape
    aws_of(Aws(nodes), monkeypatch)
    return main(["doctor", "--outputs", written(directory, path), *arguments])


def test_a_consumer_s_walk_ends_at_the_endpoint_service(tmp_path, monkeypatch, capsys):
    doctored(shapes.consumer_only(), tmp_path, monkeypatch, "--json")

    report = printed(capsys)
    hops = {hop["title"]: hop for hop in report["walks"][0]["hops"]}
    assert hops["interface endpoint"]["found"] == "yes"
    assert hops["endpoint service"]["why"] == NO_ROLE
    assert report["rules"]["broken"] == 0


def test_a_provider_s_walk_begins_at_the_endpoint_service(tmp_path, monkeypatch, capsys):
    doctored(shapes.provider_only(), tmp_path, monkeypatch, "--json")

    report = printed(capsys)
    assert [walk["path"] for walk in report["walks"]] == ["/svc1", "/svc2"]
    hops = {hop["title"]: hop["found"] for hop in report["walks"][0]["hops"]}
    assert hops["endpoint service"] == hops["Deployment"] == "yes"
    assert report["rules"]["broken"] == 0


@pytest.mark.parametrize("argument", ["--probe", "--probe-crossing"])
def test_without_an_api_no_request_can_be_sent(argument, tmp_path, monkeypatch, capsys):
    status = doctored(shapes.provider_only(), tmp_path, monkeypatch, argument)

    assert status == 1
    assert (
        "the stack has no API to send a request to: run `crosslink doctor --probe` for the stack whose API"
        in (capsys.readouterr().err)
    )


def test_the_accounts_that_are_entered_are_those_of_the_stack_s_own_sides(tmp_path, monkeypatch, capsys):
    entered: list[str] = []
    for shape in (shapes.consumer_only(), shapes.provider_only()):
        nodes, path = shape
        aws = Aws(nodes)
        aws_of(aws, monkeypatch)

        def opened(parties: Any, aws: Aws = aws) -> Aws:
            entered.extend(party.account_id for party in parties)
            return aws

        monkeypatch.setattr(doctor, "open_sessions", opened)
        main(["doctor", "--outputs", written(tmp_path, path), "--json"])
        capsys.readouterr()

    assert entered == [CONSUMER, PROVIDER]


@pytest.mark.parametrize(
    ("shape", "to_do"), [(shapes.consumer_only, "ask them to run"), (shapes.provider_only, "run")]
)
def test_who_has_to_accept_is_told_with_the_command(shape, to_do, tmp_path, monkeypatch, capsys):
    nodes, path = shape()

    doctored((shapes.pending(nodes), path), tmp_path, monkeypatch)

    out, _err = capsys.readouterr()
    assert out.startswith(f"pending acceptance by account {PROVIDER}, endpoint vpce-")
    assert f"of account {CONSUMER}: {to_do}\n    aws ec2 accept-vpc-endpoint-connections " in out


def test_who_has_to_accept_is_in_the_json(tmp_path, monkeypatch, capsys):
    nodes, path = shapes.consumer_only()

    doctored((shapes.pending(nodes), path), tmp_path, monkeypatch, "--json")

    (pending,) = printed(capsys)["pending"]
    assert (pending["endpointAccountId"], pending["accountId"]) == (CONSUMER, PROVIDER)
    assert pending["command"].startswith("aws ec2 accept-vpc-endpoint-connections --service-id vpce-svc-")


def test_a_request_that_does_not_get_through_is_explained_by_the_endpoint(tmp_path, monkeypatch, capsys):
    nodes, path = shapes.consumer_only()
    headers = {"x-amzn-errortype": "InternalServerErrorException", "x-amzn-requestid": "1"}
    answer = doctor.probe.Answer(status=504, headers=headers, body="Network error")
    monkeypatch.setattr(doctor.probe, "send", lambda *_request: answer)

    doctored((shapes.pending(nodes), path), tmp_path, monkeypatch, "--probe", "--json")

    probe = printed(capsys)["probe"]
    assert (probe["result"], probe["title"]) == ("unknown", "interface endpoint")
    assert f"pending acceptance by account {PROVIDER}" in probe["what"]
