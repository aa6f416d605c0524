"""`crosslink doctor` from the outside: what it prints, and its exit status."""

import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from botocore.credentials import Credentials

from crosslink.__main__ import main
from crosslink.doctor import command as doctor
from crosslink.doctor.caller import VARIABLE
from crosslink.graph import from_aws as live
from crosslink.graph import tokens
from crosslink.graph.from_aws.sessions import SessionError
from crosslink.graph.unknown import NotKnownError
from crosslink.path.output import Declared
from tests import runs
from tests.crosslink.graph.from_aws.support import CONSUMER, changed, up
from tests.fake_aws import FakeAws
from tests.faults.change import put
from tests.schemas import validator

SCHEMA = validator("crosslink/doctor/report.schema.json")


class Aws(FakeAws):
    """The fake AWS, with credentials to sign with."""

    def credentials(self, account: str) -> Credentials:
        assert account == CONSUMER
        return Credentials("AKIAEXAMPLE", "nobody's")


def aws_of(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts the fake AWS where the sessions are opened."""
    monkeypatch.setattr(doctor, "open_sessions", lambda _parties: aws)
    monkeypatch.setattr(doctor.live, "read", partial(live.read, connect=aws.connect))


@pytest.fixture
def outputs(tmp_path: Path) -> str:
    """A file of dev's outputs."""
    path = tmp_path / "outputs.json"
    path.write_text(json.dumps(runs.run_stack(runs.DEV, preview=False).outputs))
    return str(path)


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The one JSON object on stdout, which the schema must allow."""
    report = json.loads(capsys.readouterr().out)
    SCHEMA.validate(report)
    return report


def test_a_healthy_path_is_0(outputs, monkeypatch, capsys):
    aws_of(Aws(up()), monkeypatch)

    status = main(["doctor", "--outputs", outputs, "--json"])

    report = printed(capsys)
    assert status == 0
    assert [walk["path"] for walk in report["walks"]] == ["/svc1", "/svc2"]
    assert (report["rules"]["broken"], report["rules"]["unknown"]) == (0, 0)
    assert report["rules"]["holds"] > 0
    assert report["probe"] is None
    assert report["crossings"] == []


def test_something_broken_is_2_and_comes_with_its_fix(outputs, monkeypatch, capsys):
    aws_of(Aws(changed(up(), tokens.ENDPOINT_SERVICE, allowedPrincipals=[])), monkeypatch)

    status = main(["doctor", "--outputs", outputs, "--route", "/svc1"])

    out, _err = capsys.readouterr()
    assert status == 2
    assert "/svc1: broken at the endpoint service" in out
    assert "  fix   Allow " in out
    assert out.endswith("or crosslink doctor --explain service-allows-the-consumer\n")
    assert "/svc2" not in out


def test_lost_redundancy_is_4_and_nothing_is_called_broken(outputs, monkeypatch, capsys):
    """One of two targets is unhealthy for the moment: requests take the other."""
    aws_of(
        Aws(put(tokens.ATTACHMENT, "crosslink-apps-use1-az1", "health", value="unhealthy")(up())), monkeypatch
    )

    status = main(["doctor", "--outputs", outputs])

    out, _err = capsys.readouterr()
    assert status == 4
    assert "/svc1, /svc2: redundancy lost at the target" in out
    assert ", 0 broken, " in out
    assert ", 1 with redundancy lost" in out


def test_something_unknown_is_3_and_names_the_action(outputs, monkeypatch, capsys):
    aws_of(Aws(up(), denied=["ec2:DescribeRouteTables"]), monkeypatch)

    status = main(["doctor", "--outputs", outputs])

    out, _err = capsys.readouterr()
    assert status == 3
    assert "no permission for ec2:DescribeRouteTables in 111111111111 us-west-2" in out


def test_the_probe_is_part_of_the_report(outputs, monkeypatch, capsys):
    aws_of(Aws(up()), monkeypatch)
    sent: list[tuple[str, str, Mapping[str, str]]] = []

    def send(*request: Any) -> doctor.probe.Answer:
        sent.append(request)
        headers = {"x-amzn-remapped-server": "awselb/2.0", "x-amzn-requestid": "request-1"}
        return doctor.probe.Answer(status=503, headers=headers, body="")

    monkeypatch.setattr(doctor.probe, "send", send)

    status = main(["doctor", "--outputs", outputs, "--route", "/svc2", "--probe", "--json"])

    probe = printed(capsys)["probe"]
    assert status == 2, "what the rules don't see, the request may"
    assert (probe["status"], probe["requestId"], probe["title"]) == (503, "request-1", "Service")
    assert probe["url"].endswith(".execute-api.us-west-2.amazonaws.com/v1/svc2")
    ((method, url, headers),) = sent
    assert (method, url) == (probe["method"], probe["url"]) == ("GET", probe["url"])
    assert "Credential=AKIAEXAMPLE/" in headers["Authorization"]


def test_a_probe_that_nobody_answers_is_unknown(outputs, monkeypatch, capsys):
    aws_of(Aws(up()), monkeypatch)

    def send(_method: str, url: str, _headers: Mapping[str, str]) -> doctor.probe.Answer:
        reason = f"nothing answers at {url}"
        raise NotKnownError(reason)

    monkeypatch.setattr(doctor.probe, "send", send)

    status = main(["doctor", "--outputs", outputs, "--probe", "--json"])

    probe = printed(capsys)["probe"]
    assert status == 3
    assert (probe["status"], probe["result"]) == (None, "unknown")
    assert probe["what"].startswith("nothing answers at https://")
    assert probe["url"].endswith("/v1/svc1"), "the first route"


def mixed(tmp_path: Path) -> str:
    """A file of the outputs of `mixed`, which has a route for each auth."""
    path = tmp_path / "mixed.json"
    path.write_text(json.dumps(runs.run_stack(runs.file_of("mixed"), preview=False).outputs))
    return str(path)


def test_a_probe_needs_the_url_of_its_route(tmp_path, monkeypatch, capsys):
    aws_of(Aws(up()), monkeypatch)
    outputs = tmp_path / "outputs.json"
    outputs.write_text(json.dumps({"path": runs.run_stack(runs.DEV, preview=False).outputs["path"]}))

    assert main(["doctor", "--outputs", str(outputs)]) == 3, "without the kubeconfigs"
    capsys.readouterr()
    assert main(["doctor", "--outputs", str(outputs), "--probe"]) == 1

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(
        "error: there is no URL of /svc1 to send a request to, which the output `routes` should"
    )


def test_a_token_comes_by_the_environment(tmp_path, monkeypatch, capsys):
    aws_of(Aws(up("mixed")), monkeypatch)
    monkeypatch.setenv(VARIABLE, "a-token\n")
    sent: list[Mapping[str, str]] = []

    def send(_method: str, _url: str, headers: Mapping[str, str]) -> doctor.probe.Answer:
        sent.append(headers)
        return doctor.probe.Answer(status=200, headers={"x-amzn-requestid": "request-1"}, body="")

    monkeypatch.setattr(doctor.probe, "send", send)

    main(["doctor", "--outputs", mixed(tmp_path), "--route", "/catalog", "--probe", "--json"])

    assert sent == [{"Authorization": "a-token"}]
    assert printed(capsys)["probe"]["result"] == "holds"


def test_without_a_token_the_probe_asks_for_one(tmp_path, monkeypatch, capsys):
    aws_of(Aws(up("mixed")), monkeypatch)
    monkeypatch.setenv(VARIABLE, "")

    main(["doctor", "--outputs", mixed(tmp_path), "--route", "/catalog", "--probe", "--json"])

    probe = printed(capsys)["probe"]
    assert (probe["method"], probe["status"], probe["result"]) == ("GET", None, "unknown")
    assert probe["what"].endswith(f"put one into the environment variable {VARIABLE}")


NO_RULE = {"x-amzn-remapped-server": "awselb/2.0", "x-amzn-requestid": "request-1"}


@pytest.mark.parametrize(
    ("crossed", "expected"),
    [
        (doctor.probe.Answer(status=404, headers=NO_RULE, body=""), 0),
        (doctor.probe.Answer(status=200, headers={"x-amzn-requestid": "1"}, body="orders"), 2),
        (doctor.probe.Answer(status=200, headers={"x-amzn-requestid": "1"}, body="else"), 3),
    ],
)
def test_a_crossing_path_is_asked_for_as_a_caller_of_the_open_route(
    tmp_path, monkeypatch, capsys, crossed, expected
):
    aws_of(Aws(up("mixed")), monkeypatch)
    sent: list[tuple[str, Mapping[str, str]]] = []

    def send(_method: str, url: str, headers: Mapping[str, str]) -> doctor.probe.Answer:
        path = url.partition("/v1")[2]
        sent.append((path, headers))
        plain = doctor.probe.Answer(status=200, headers={"x-amzn-requestid": "1"}, body=path.strip("/"))
        return crossed if "%2E%2E" in path else plain

    monkeypatch.setattr(doctor.probe, "send", send)

    status = main(["doctor", "--outputs", mixed(tmp_path), "--probe-crossing", "--json"])

    report = printed(capsys)
    assert status == expected
    below = "/status/%2E%2E/orders"
    assert [path for path, _headers in sent] == ["/status", "/orders", below, below]
    assert "Authorization" in sent[1][1]
    assert [headers for path, headers in sent if path == below] == [{}, {"x-crosslink-route": "/orders"}]
    assert report["probe"]["url"].endswith("/v1/status")
    assert [crossing["url"].endswith(below) for crossing in report["crossings"]] == [True, True]
    assert {crossing["status"] for crossing in report["crossings"]} == {crossed.status}


def test_what_a_crossing_path_proves_is_told(tmp_path, monkeypatch, capsys):
    aws_of(Aws(up("mixed")), monkeypatch)
    answer = doctor.probe.Answer(status=200, headers={"x-amzn-requestid": "1"}, body="")
    monkeypatch.setattr(doctor.probe, "send", lambda *_request: answer)

    main(["doctor", "--outputs", mixed(tmp_path), "--route", "/orders", "--probe-crossing"])

    out, _err = capsys.readouterr()
    assert out.count("/v1/orders/%2E%2E/partners\n") == 2
    assert out.count("this proves nothing: plain requests to /orders and /partners are answered alike") == 2
    assert "with x-crosslink-route: /partners, this proves nothing" in out


def test_nothing_crosses_over_where_nothing_can_be_sent(tmp_path, monkeypatch, capsys):
    aws_of(Aws(up("mixed")), monkeypatch)

    status = main(
        ["doctor", "--outputs", mixed(tmp_path), "--route", "/webhooks", "--probe-crossing", "--json"]
    )

    report = printed(capsys)
    assert (status, report["crossings"]) == (3, [])
    assert report["probe"]["what"].startswith("the route takes only POST")


def test_crossing_over_takes_two_routes_of_a_backend(tmp_path, capsys):
    written = dict(runs.run_stack(runs.DEV, preview=False).outputs)
    routes = {"/svc1": written["path"]["routes"]["/svc1"]}
    outputs = tmp_path / "outputs.json"
    outputs.write_text(json.dumps({**written, "path": {**written["path"], "routes": routes}}))

    assert main(["doctor", "--outputs", str(outputs), "--probe-crossing"]) == 1

    assert "there is no other route to cross over to from /svc1" in capsys.readouterr().err


@pytest.mark.parametrize("fits", [True, False])
def test_an_alb_without_a_rule_points_to_the_stage_s_name_if_the_walk_holds(
    outputs, monkeypatch, capsys, fits
):
    nodes = up() if fits else changed(up(), tokens.INGRESS, spec={"rules": []})
    aws_of(Aws(nodes), monkeypatch)
    answer = doctor.probe.Answer(status=404, headers=NO_RULE, body="")
    monkeypatch.setattr(doctor.probe, "send", lambda *_request: answer)

    main(["doctor", "--outputs", outputs, "--probe", "--json"])

    probe = printed(capsys)["probe"]
    assert (probe["result"], probe["title"]) == ("broken", "Ingress rule")
    assert ("so most likely it came as /v1/svc1" in probe["what"]) is fits


@pytest.mark.parametrize("example", ["dev", "tls"])
def test_a_redirect_to_the_host_of_the_integration_s_uri_is_broken(example, tmp_path, monkeypatch, capsys):
    aws_of(Aws(up(example)), monkeypatch)
    run = runs.run_stack(runs.file_of(example), preview=False)
    outputs = tmp_path / "outputs.json"
    outputs.write_text(json.dumps(run.outputs))
    declared = Declared.model_validate(run.outputs["path"])
    backend = declared.routes[min(declared.routes)].backend
    host = declared.backends[backend].tls_domain or f"{backend}.crosslink.example.com"
    headers = {"x-amzn-requestid": "1", "location": f"http://{host}:8000/svc1/"}
    answer = doctor.probe.Answer(status=302, headers=headers, body="")
    monkeypatch.setattr(doctor.probe, "send", lambda *_request: answer)

    status = main(["doctor", "--outputs", str(outputs), "--probe", "--json"])

    probe = printed(capsys)["probe"]
    assert (status, probe["result"], probe["title"]) == (2, "broken", "Deployment")
    assert f"sends its caller to {host}" in probe["what"]
    assert "X-Forwarded-Host" in probe["fix"]


def test_a_route_that_only_takes_changes_is_not_asked(tmp_path, monkeypatch, capsys):
    aws_of(Aws(up("mixed")), monkeypatch)

    main(["doctor", "--outputs", mixed(tmp_path), "--route", "/webhooks", "--probe"])

    out, _err = capsys.readouterr()
    assert out.startswith("no request to https://")
    assert "unknown the route takes only POST" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--outputs", "nowhere.json"], "nowhere.json can't be read"),
        (["--route", "/svc9"], "the stack has no route /svc9; it has /svc1, /svc2"),
    ],
)
def test_what_keeps_it_from_running_is_1(outputs, monkeypatch, capsys, arguments, said):
    aws_of(Aws(up()), monkeypatch)
    files = [] if "--outputs" in arguments else ["--outputs", outputs]

    status = main(["doctor", *files, *arguments, "--json"])

    out, err = capsys.readouterr()
    report = json.loads(out)
    SCHEMA.validate(report)
    assert status == 1
    assert said in report["error"]
    assert said in err
    assert "Traceback" not in err


def no_credentials(_parties: Any) -> None:
    raise SessionError("there are no AWS credentials")


@pytest.mark.parametrize("debug", [False, True])
def test_a_traceback_is_for_debugging(outputs, monkeypatch, capsys, debug):
    monkeypatch.setattr(doctor, "open_sessions", no_credentials)

    status = main(["doctor", "--outputs", outputs, *(["--debug"] if debug else [])])

    out, err = capsys.readouterr()
    assert (status, out) == (1, "")
    assert "error: there are no AWS credentials" in err
    assert ("Traceback" in err) is debug


@pytest.mark.parametrize("arguments", [["--nonsense"], ["--stack", "dev", "--outputs", "file"]])
def test_bad_usage_is_1(capsys, arguments):
    with pytest.raises(SystemExit) as exited:
        main(["doctor", *arguments])

    assert exited.value.code == 1
    assert "error: " in capsys.readouterr().err
