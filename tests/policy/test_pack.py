"""The pack as Pulumi runs it: what is reported, at which level, where, and how it starts."""

import subprocess
import sys
from dataclasses import replace

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import analyzer_pb2_grpc

from crosslink.graph import tokens
from crosslink.graph.unknown import given_in_the_up
from crosslink.sandbox.record import Plain
from policy.pack import LEVELS, Pack
from policy.security import RULES
from tests.faults.change import put
from tests.faults.suite import FAULTS
from tests.policy.faults import FAULTS as SECURITY_FAULTS
from tests.policy.planted import planted_run
from tests.policy.served import diagnostics_of, told
from tests.runs import ROOT, file_of, run_stack

POLICY = ROOT / "policy"
UNKNOWN = given_in_the_up()
PLANTED = {fault.name: fault for fault in (*FAULTS, *SECURITY_FAULTS)}


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "up"])
@pytest.mark.parametrize("stack", ["dev", "existing-mixed"])
def test_nothing_is_reported_of_a_clean_stack(
    stack: str, preview: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = run_stack(file_of(stack), preview=preview)
    # The certificate of existing-mixed is named by its ARN: what it is for, AWS alone tells.
    unknown = [("unknown", "advisory", "crosslink")] if stack == "existing-mixed" else []
    assert told(diagnostics_of(run, monkeypatch, tags=["owner"] if stack == "dev" else [])) == unknown


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "up"])
@pytest.mark.parametrize(
    ("fault", "report"),
    [
        (
            "no route back in one zone",
            ("redundancy", "advisory", "crosslink-landing-us-east-1-endpoints-use1-az1"),
        ),
        (
            "no route out in one zone",
            ("reachability", "mandatory", "crosslink-gateway-nlb-usw2-az2"),
        ),
        ("gateway NLB faces the internet", ("no-public-load-balancer", "mandatory", "crosslink-gateway")),
        ("route open to everybody", ("no-unauthenticated-method", "mandatory", "crosslink")),
        (
            "NAT gateway without an explicit provider",
            ("no-default-provider", "mandatory", "crosslink-apps-nat-use1-az1"),
        ),
        ("account sets no tags", ("required-tags", "mandatory", "account-222222222222-us-east-1")),
    ],
)
def test_a_fault_is_reported_once_on_its_resource(
    fault: str, report: tuple[str, str, str], preview: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = planted_run("dev", PLANTED[fault].change, preview=preview)
    assert told(diagnostics_of(run, monkeypatch, tags=["owner"])) == [report]


def test_a_report_says_where_and_why_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    run = planted_run("dev", PLANTED["no route back in one zone"].change, preview=True)
    [one] = diagnostics_of(run, monkeypatch)
    assert one.message.splitlines() == [
        "A single failure stops no request.",
        "subnet-has-a-route: Every subnet of the gateway NLB has a route to every endpoint subnet, and each "
        "of those one back.",
        "where: aws:ec2/subnet:Subnet crosslink-landing-us-east-1-endpoints-use1-az1, 111111111111 us-east-1 "
        "(for /svc1, /svc2)",
        "why: 10.11.2.0/26 has no route to 10.10.32.0/26",
        "fix: Add a route to the subnet's own table, for the other network, over the accepted peering.",
        "see: https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-routing.html",
    ]


def test_what_can_not_be_told_is_advisory(monkeypatch: pytest.MonkeyPatch) -> None:
    change = put(tokens.EKS_CLUSTER, "*", "vpcConfig", "publicAccessCidrs", value=[UNKNOWN])
    diagnostics = diagnostics_of(planted_run("dev", change, preview=True), monkeypatch)
    assert told(diagnostics) == [("unknown", "advisory", "crosslink-apps-eksCluster")]
    assert "no-ingress-from-anywhere: " in diagnostics[0].message


def test_a_setting_that_nothing_judges_is_told_with_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    change = put(tokens.LOAD_BALANCER, "crosslink-gateway", "speedOfLight", value="half")
    run = planted_run("dev", change, preview=True)
    found = diagnostics_of(run, monkeypatch, {"not-judged": "advisory"})
    settings = [one for one in found if one.policyName == "not-judged"]
    [balancer] = [one for one in settings if one.urn.endswith("::crosslink-gateway")]
    assert set(told(found)) == set(told(settings))
    assert 'speedOfLight: "half"' in balancer.message


def test_one_unknown_value_hides_no_fault_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ranges = [UNKNOWN, "0.0.0.0/0"]
    change = put(tokens.EKS_CLUSTER, "*", "vpcConfig", "publicAccessCidrs", value=ranges)
    diagnostics = diagnostics_of(planted_run("dev", change, preview=True), monkeypatch)
    assert told(diagnostics) == [("no-ingress-from-anywhere", "mandatory", "crosslink-apps-eksCluster")]


def test_the_same_is_reported_in_whatever_order_the_engine_shows_resources(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both zones' targets are at fault, and one of them is told."""
    run = planted_run("dev", put(tokens.ATTACHMENT, "*", "availabilityZone", value=None), preview=True)
    turned = replace(run, resources=dict(reversed(list(run.resources.items()))))
    [one] = diagnostics_of(run, monkeypatch)
    assert [one] == diagnostics_of(turned, monkeypatch)


def test_where_no_tags_are_required_none_need_be_known(monkeypatch: pytest.MonkeyPatch) -> None:
    change = put(tokens.AWS_ACCOUNT, "*", "defaultTags", value=UNKNOWN)
    assert told(diagnostics_of(planted_run("dev", change, preview=True), monkeypatch)) == []


@pytest.mark.parametrize(
    ("levels", "reported"),
    [
        (
            {"no-public-load-balancer": "advisory"},
            [("no-public-load-balancer", "advisory", "crosslink-gateway")],
        ),
        ({"no-public-load-balancer": "disabled"}, [("reachability", "mandatory", "crosslink-gateway")]),
        ({"no-public-load-balancer": "disabled", "reachability": "disabled"}, []),
    ],
)
def test_levels_are_configured(
    levels: dict[str, str], reported: list[tuple[str, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule of security that is disabled leaves what it would tell to reachability."""
    run = planted_run("dev", PLANTED["gateway NLB faces the internet"].change, preview=True)
    assert told(diagnostics_of(run, monkeypatch, levels)) == reported


def test_no_policy_does_without_what_is_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    """`"all": "disabled"` with some policies on beside it would judge objects without their inputs."""
    levels = {**dict.fromkeys(LEVELS, "disabled"), "inputs": "disabled", "keys-rotate": "mandatory"}
    with pytest.raises(RuntimeError, match="`inputs` must not be disabled"):
        diagnostics_of(run_stack(file_of("dev"), preview=True), monkeypatch, levels)


@pytest.mark.parametrize("outputs", [{}, {"path": {"routes": "of another version"}}], ids=["none", "other"])
def test_a_stack_that_does_not_say_what_is_meant_is_refused(
    outputs: dict[str, Plain], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a change that takes the output away would be judged by nothing."""
    run = run_stack(file_of("dev"), preview=True)
    reported = [
        one for one in diagnostics_of(run, monkeypatch, outputs=outputs) if one.policyName == "reachability"
    ]
    assert [one.urn for one in reported] == [""]
    assert "stack-declares-its-path" in reported[0].message


def test_every_policy_has_a_level_in_the_one_file() -> None:
    assert list(LEVELS) == [
        "reachability",
        "redundancy",
        "not-judged",
        "unknown",
        "house-rules",
        *(rule.id for rule in RULES),
    ]
    assert {
        policy.name: policy.enforcement_level.value
        for policy in Pack().policies()
        if policy.enforcement_level
    } == {
        "inputs": "advisory",
        **LEVELS,
    }


def test_it_starts_from_anywhere_as_pulumi_starts_it() -> None:
    """`python -m pulumi.policy`, in the pack's directory or any other; the first line is its port."""
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", "../policy"],
        cwd=ROOT / "tests",
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        try:
            with grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}") as channel:
                info = analyzer_pb2_grpc.AnalyzerStub(channel).GetAnalyzerInfo(Empty())
        finally:
            process.kill()
    assert info.name == "crosslink"
    assert [policy.name for policy in info.policies] == [policy.name for policy in Pack().policies()]


def test_it_says_what_to_install_where_something_is_missing() -> None:
    done = subprocess.run(  # -S: without what is installed
        [sys.executable, "-S", "../policy"], cwd=ROOT / "tests", capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        f"The policy pack needs pulumi_policy, which {POLICY / '.venv'} hasn't got. Install what it needs:",
        f"    pulumi -C {POLICY} install",
    ]
