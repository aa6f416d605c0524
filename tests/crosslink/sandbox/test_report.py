"""What is printed of a run: exact texts for the stack dev, and the JSON of every example."""

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from crosslink.graph.from_sandbox import model_of
from crosslink.path.intent import NOT_DECLARED
from crosslink.path.walk import Model, Walk
from crosslink.report.eight_steps import TITLES
from crosslink.rules.verdict import judge
from crosslink.sandbox import report
from crosslink.sandbox.existing import NOTHING
from crosslink.sandbox.record import Run
from settings import Service
from tests.crosslink.sandbox.programs import run_in_box
from tests.runs import DEV, STACK_FILES, run_stack, settings_of
from tests.schemas import validator
from tests.settings.stack_file import clusters_of

VALIDATOR = validator("crosslink/sandbox/report.schema.json")

STEPS = """\
The eight steps
1. a VPC of the consumer's in the backend's region
   111111111111 us-east-1  10.11.0.0/20           ec2.Vpc crosslink-landing-us-east-1
2. peering between the consumer's two VPCs
   111111111111 us-west-2  10.11.0.0/20           ec2.Route crosslink-landing-us-east-1-out-usw2-az1
   111111111111 us-west-2  10.11.0.0/20           ec2.Route crosslink-landing-us-east-1-out-usw2-az2
   111111111111 us-west-2  pcx-b3efb9d425ff88234  ec2.VpcPeeringConnection crosslink-landing-us-east-1
   111111111111 us-east-1  pcx-b3efb9d425ff88234  ec2.VpcPeeringConnectionAccepter crosslink-landing-us-east-1
   111111111111 us-east-1  10.10.0.0/16           ec2.Route crosslink-landing-us-east-1-back-use1-az1
   111111111111 us-east-1  10.10.0.0/16           ec2.Route crosslink-landing-us-east-1-back-use1-az2
3. the consumer among the allowed principals
   222222222222 us-east-1  arn:aws:iam::111111111111:role/crosslink-dep  ec2.VpcEndpointService crosslink-apps
                           loy
4. the interface endpoint
   111111111111 us-east-1  vpce-88d8c0a48d21a8744  ec2.VpcEndpoint crosslink-apps
5. its network interfaces, with fixed addresses
   111111111111 us-east-1  10.11.2.10, 10.11.4.10  ec2.VpcEndpoint crosslink-apps
6. an NLB in the API's region with those addresses
   111111111111 us-west-2  10.10.32.0/26, 10.10.64.0/26  lb.LoadBalancer crosslink-gateway
   111111111111 us-west-2  TCP 8000                      lb.Listener crosslink-apps
   111111111111 us-west-2  TCP 80                        lb.TargetGroup crosslink-apps
   111111111111 us-west-2  10.11.2.10                    lb.TargetGroupAttachment crosslink-apps-use1-az1
   111111111111 us-west-2  10.11.4.10                    lb.TargetGroupAttachment crosslink-apps-use1-az2
7. a VPC link on that NLB
   111111111111 us-west-2  p1dlvq                 apigateway.VpcLink crosslink
8. the VPC link used by the API, new or existing
   111111111111 us-west-2  v1                     apigateway.Stage crosslink
   111111111111 us-west-2  t46lwpdhy5             apigateway.RestApi crosslink
   111111111111 us-west-2  q4emxe                 apigateway.Deployment crosslink
"""
STEPS_BEFORE = """\
The eight steps
1. a VPC of the consumer's in the backend's region
   111111111111 us-east-1  10.11.0.0/20           ec2.Vpc crosslink-landing-us-east-1
2. peering between the consumer's two VPCs
   111111111111 us-west-2  10.11.0.0/20           ec2.Route crosslink-landing-us-east-1-out-usw2-az1
   111111111111 us-west-2  10.11.0.0/20           ec2.Route crosslink-landing-us-east-1-out-usw2-az2
   111111111111 us-west-2  known after the up     ec2.VpcPeeringConnection crosslink-landing-us-east-1
   111111111111 us-east-1  known after the up     ec2.VpcPeeringConnectionAccepter crosslink-landing-us-east-1
   111111111111 us-east-1  10.10.0.0/16           ec2.Route crosslink-landing-us-east-1-back-use1-az1
   111111111111 us-east-1  10.10.0.0/16           ec2.Route crosslink-landing-us-east-1-back-use1-az2
3. the consumer among the allowed principals
   222222222222 us-east-1  arn:aws:iam::111111111111:role/crosslink-dep  ec2.VpcEndpointService crosslink-apps
                           loy
4. the interface endpoint
   111111111111 us-east-1  known after the up     ec2.VpcEndpoint crosslink-apps
5. its network interfaces, with fixed addresses
   111111111111 us-east-1  10.11.2.10, 10.11.4.10  ec2.VpcEndpoint crosslink-apps
6. an NLB in the API's region with those addresses
   111111111111 us-west-2  10.10.32.0/26, 10.10.64.0/26  lb.LoadBalancer crosslink-gateway
   111111111111 us-west-2  TCP 8000                      lb.Listener crosslink-apps
   111111111111 us-west-2  TCP 80                        lb.TargetGroup crosslink-apps
   111111111111 us-west-2  10.11.2.10                    lb.TargetGroupAttachment crosslink-apps-use1-az1
   111111111111 us-west-2  10.11.4.10                    lb.TargetGroupAttachment crosslink-apps-use1-az2
7. a VPC link on that NLB
   111111111111 us-west-2  known after the up     apigateway.VpcLink crosslink
8. the VPC link used by the API, new or existing
   111111111111 us-west-2  v1                     apigateway.Stage crosslink
   111111111111 us-west-2  known after the up     apigateway.RestApi crosslink
   111111111111 us-west-2  known after the up     apigateway.Deployment crosslink
"""


@pytest.mark.parametrize(("preview", "steps"), [(False, STEPS), (True, STEPS_BEFORE)], ids=["up", "preview"])
def test_what_a_newcomer_looks_for_comes_last(preview: bool, steps: str) -> None:
    *places, eight, urls, outputs, svc1, svc2, beside, summary = text(preview=preview).split("\n\n")
    assert [place.partition("  ")[0] for place in places] == [
        "111111111111 us-east-1",
        "111111111111 us-west-2",
        "222222222222 us-east-1",
    ]
    assert f"{eight}\n" == steps
    assert [part.partition("\n")[0] for part in (urls, outputs, svc1, svc2)] == [
        "URLs",
        "Outputs",
        "Walk of /svc1",
        "Walk of /svc2",
    ]
    assert beside.startswith("Not on the way of requests, and looked at by no rule: ")
    rules = len(judge(model_of(run_stack(DEV, preview=preview))).results())
    assert summary == f"{rules} rules hold, 0 broken, 0 unknown\n"


def test_resources_of_a_type_are_counted_where_there_are_several() -> None:
    landing = text(preview=True).split("\n\n")[0]
    assert "│   ├── ec2.Vpc crosslink-landing-us-east-1\n" in landing
    assert "│   ├── ec2.Subnet (2)\n" in landing


def test_the_url_of_each_route() -> None:
    stage = run_stack(DEV, preview=False).outputs["url"]
    assert f"\n\nURLs\n  /svc1  {stage}/svc1\n  /svc2  {stage}/svc2\n\n" in text(preview=False)


@pytest.mark.parametrize(("file", "preview"), [(DEV, True), *((file, False) for file in STACK_FILES)])
def test_the_json_of_every_example(file: Path, preview: bool) -> None:
    run = run_stack(file, preview=preview)
    model = model_of(run)
    judgement = judge(model)
    found: Any = json.loads(json.dumps(report.as_json(run, "any", model, judgement)))
    VALIDATOR.validate(found)
    routes = {served.path for backend in settings_of(file).backends for served in backend.served}
    assert list(dict.fromkeys(walk["path"] for walk in found["walks"])) == sorted(routes)
    assert len({(walk["path"], walk.get("backend")) for walk in found["walks"]}) == len(found["walks"])
    elsewhere = report.not_of_this_stack(run) | report.not_needed(run)
    assert all(step["doers"] or step["number"] in elsewhere for step in found["steps"])
    counts = found["rules"]
    assert counts["holds"] + counts["unknown"] == len(judgement.results())
    # What belongs to somebody else can't be known: what pods read by name, a web ACL, a certificate.
    api = settings_of(file).api
    owned = api and (api.web_acl_arn or (api.domain and api.domain.certificate_arn))
    names_others = bool(owned) or any(
        service.env_from.secrets or service.env_from.config_maps or service.image_pull_secret
        for backend in clusters_of(settings_of(file))
        for service in backend.services
        if isinstance(service, Service)
    )
    assert counts["unknown"] == 0 or run.existing != NOTHING or names_others
    if preview:
        assert found["urls"] == {path: {"unknown": "AWS gives it in the up"} for path in routes}
    else:
        assert found["urls"] == found["outputs"].get("routes", {})


PARTY = {"accountId": "111111111111", "region": "us-west-2"}
CLUSTER = {"kind": "cluster", "region": "us-east-1"}
SERVICE = {"kind": "service", "region": "us-east-1"}


@pytest.mark.parametrize(
    ("path", "numbers"),
    [
        ({"consumer": PARTY, "backends": {"apps": CLUSTER}}, set()),
        ({"consumer": None, "backends": {"apps": CLUSTER}}, {1, 2, 4, 5, 6, 7, 8}),
        ({"consumer": PARTY, "backends": {"apps": SERVICE}}, {3}),
        ({"consumer": PARTY, "backends": {"a": SERVICE, "b": CLUSTER}}, set()),
        ({"consumer": PARTY, "connections": {"us-east-1": "existing", "eu-west-1": "peering"}}, set()),
        ({"consumer": PARTY, "connections": {"us-east-1": "existing"}}, {2}),
        ({"consumer": PARTY, "connections": {}}, {2}),
        ({"consumer": PARTY, "backends": {"apps": CLUSTER}, "networks": {"gateway": PARTY}}, set()),
        (
            {
                "consumer": PARTY,
                "backends": {"apps": CLUSTER},
                "networks": {"landing": PARTY | {"region": "us-east-1"}},
            },
            {1},
        ),
    ],
)
def test_steps_of_another_stack_are_not_missed(path: Mapping[str, Any], numbers: set[int]) -> None:
    run = replace(run_in_box(lambda _opts: None), outputs={"path": path})
    assert report.not_of_this_stack(run) == numbers
    printed = _printed(run, Model(walks=()))
    for number, title in enumerate(TITLES, start=1):
        what = "not of this stack" if number in numbers else "nothing does this"
        assert f"{number}. {title}\n   {what}\n" in printed


NATIVE = CLUSTER | {"crossing": "native"}


@pytest.mark.parametrize(
    ("backends", "numbers"),
    [
        ({"apps": NATIVE}, {1, 2}),
        ({"apps": NATIVE, "here": {"kind": "cluster", "region": "us-west-2"}}, {1, 2}),
        ({"apps": NATIVE, "eu": {"kind": "cluster", "region": "eu-west-1", "crossing": "peering"}}, set()),
        ({"here": {"kind": "cluster", "region": "us-west-2", "crossing": "peering"}}, set()),
    ],
)
def test_where_privatelink_crosses_regions_two_steps_are_not_needed(
    backends: Mapping[str, Any], numbers: set[int]
) -> None:
    path = {"consumer": PARTY, "backends": backends}
    run = replace(run_in_box(lambda _opts: None), outputs={"path": path})

    assert report.not_needed(run) == numbers
    assert _printed(run, Model(walks=())).count("not needed: PrivateLink") == len(numbers)


def test_a_stack_without_an_api_has_no_urls() -> None:
    run = replace(run_in_box(lambda _opts: None), outputs={"path": {"backends": {}}})
    walk = Walk(path="/svc1", intent=NOT_DECLARED, found={}, order=None)
    model = Model(walks=(walk,))
    judgement = replace(judge(Model(walks=())), walks={"/svc1": ()})
    found = report.as_json(run, "any", model, judgement)
    assert found["urls"] == {}


def _printed(run: Run, model: Model) -> str:
    file = io.StringIO()
    # The settings that nothing judges are told by the tests of walks.
    judgement = replace(judge(model), not_judged={})
    console = Console(file=file, width=110, highlight=False)
    report.write(run, model, judgement, console, stack="dev", shown=report.Shown(all=True))
    return "".join(f"{line.rstrip()}\n" for line in file.getvalue().splitlines())


def text(*, preview: bool) -> str:
    """What is printed of dev in a terminal of 110 columns, without the blanks that fill up lines."""
    run = run_stack(DEV, preview=preview)
    model = model_of(run)
    return _printed(run, model)
