"""The walks read from recorded resources: every hop of every example, and what a preview can't know."""

import dataclasses
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from reachability.facts import Hop, Unknown
from reachability.graph import Graph
from reachability.hops import Leg, Method
from reachability.model import Walk
from reachability.planned import walks
from sandbox.graph import graph_of, nodes_of
from tests.runs import DEV, ROOT, STACK_FILES, run_stack, settings_of

EXAMPLES = ROOT / "examples"
each_stack_file = pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.stem)
each_run = pytest.mark.parametrize("preview", [True, False], ids=["preview", "up"])


@cache
def walks_of(file: Path, *, preview: bool = False) -> dict[str, Walk]:
    return {walk.path: walk for walk in walks(graph_of(run_stack(file, preview=preview)))}


def walk_of(path: str, example: str | None = None, *, preview: bool = False) -> Walk:
    file = EXAMPLES / f"Pulumi.{example}.yaml" if example else DEV
    return walks_of(file, preview=preview)[path]


@each_stack_file
@each_run
def test_every_route_has_a_walk_without_a_gap(file: Path, preview: bool) -> None:
    found = walks_of(file, preview=preview)
    services = [service for backend in settings_of(file).backends for service in backend.services]
    assert list(found) == sorted(service.path for service in services)
    assert [(w.path, title) for w in found.values() for title, hop in w.hops() if hop is None] == []
    for walk in found.values():
        assert [method.path for method in walk.methods] == [walk.path, f"{walk.path}/{{proxy+}}"]


@each_stack_file
@each_run
def test_every_route_ends_at_its_own_pods(file: Path, preview: bool) -> None:
    for backend in settings_of(file).backends:
        for service in backend.services:
            walk = walks_of(file, preview=preview)[service.path]
            assert walk.deployment
            assert walk.deployment.resource == (
                f"kubernetes:apps/v1:Deployment crosslink-{backend.name}-{service.name}"
            )
            assert (walk.deployment.account, walk.deployment.region) == (backend.account_id, backend.region)


@each_stack_file
def test_a_preview_wires_the_same_hops_as_an_up(file: Path) -> None:
    before, after = walks_of(file, preview=True), walks_of(file)
    assert [_wiring(walk) for walk in before.values()] == [_wiring(walk) for walk in after.values()]


@each_stack_file
def test_an_up_knows_everything(file: Path) -> None:
    assert {name for walk in walks_of(file).values() for name in _unknown(walk)} == set()


@each_stack_file
def test_a_preview_knows_all_but_what_aws_and_the_cluster_give(file: Path) -> None:
    unknown = {name for walk in walks_of(file, preview=True).values() for name in _unknown(walk)}
    assert unknown == {
        "id",
        "Stage.url",
        "LoadBalancer.dns_name",
        "Endpoint.service_name",
        "EndpointService.name",
        "Target.target",
        "IngressRule.host_name",
    }


def test_an_unknown_fact_says_why() -> None:
    walk = walk_of("/svc1", preview=True)
    assert walk.service
    assert walk.ingress_rule
    assert str(walk.service.name) == "unknown: AWS gives it in the up"
    assert str(walk.ingress_rule.host_name) == "unknown: the cluster gives it in the up"


def test_the_api_end_of_dev() -> None:
    walk = walk_of("/svc1")
    exact, below = walk.methods
    assert (exact.http_method, exact.auth, exact.uri, exact.passes_path_on) == (
        "ANY",
        "AWS_IAM",
        "http://apps.crosslink.example.com:8000/svc1",
        False,
    )
    assert (below.uri, below.passes_path_on) == ("http://apps.crosslink.example.com:8000/svc1/{proxy}", True)
    assert {(m.integration_type, m.connection_type, m.connection_id) for m in walk.methods} == {
        ("HTTP_PROXY", "VPC_LINK", "${stageVariables.link}")
    }
    assert walk.stage
    assert (walk.stage.name, walk.stage.variables) == ("v1", ("link",))
    assert walk.stage.deployment == "aws:apigateway/deployment:Deployment crosslink"


def test_the_middle_of_dev() -> None:
    walk = walk_of("/svc1")
    assert walk.listener
    assert walk.target_group
    assert walk.target_group.health_check
    assert walk.endpoint
    assert (walk.listener.protocol, walk.listener.port) == ("TCP", 8000)
    assert (walk.target_group.target_type, walk.target_group.preserves_client_ip) == ("ip", "false")
    assert walk.target_group.health_check.path == "/healthz"
    assert [_leg(leg) for leg in walk.legs] == [
        (
            ("10.11.2.10", 80, "all", "10.11.2.0/26"),
            [("10.10.32.0/26", "10.11.0.0/20"), ("10.10.64.0/26", "10.11.0.0/20")],
            [("10.11.2.0/26", "10.10.0.0/16")],
        ),
        (
            ("10.11.4.10", 80, "all", "10.11.4.0/26"),
            [("10.10.32.0/26", "10.11.0.0/20"), ("10.10.64.0/26", "10.11.0.0/20")],
            [("10.11.4.0/26", "10.10.0.0/16")],
        ),
    ]
    over = {route.peering for leg in walk.legs for route in (*leg.out, *leg.back)}
    assert over == {
        "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter crosslink-landing-us-east-1"
    }
    assert walk.endpoint.addresses == ("10.11.2.10", "10.11.4.10")
    assert [(rule.source, rule.port) for rule in walk.endpoint.admissions] == [
        ("10.10.32.0/26", 80),
        ("10.10.64.0/26", 80),
    ]


def test_the_provider_end_of_dev() -> None:
    walk = walk_of("/svc1")
    assert walk.service
    assert walk.provider_listener
    assert walk.provider_target_group
    assert walk.ingress_rule
    assert walk.kubernetes_service
    assert walk.deployment
    assert walk.service.allowed_principals == ("arn:aws:iam::111111111111:root",)
    assert walk.provider_listener.port == 80
    assert (walk.provider_target_group.target_type, walk.provider_target_group.port) == ("alb", 80)
    rule = walk.ingress_rule
    assert (rule.scheme, rule.path, rule.path_type, rule.service_name, rule.service_port) == (
        "internal",
        "/svc1",
        "Prefix",
        "svc1",
        80,
    )
    assert rule.listener_ports == (80,)
    assert walk.kubernetes_service.target_port == "http"
    assert (walk.deployment.replicas, walk.deployment.container_port) == (2, 8080)


def test_manual_acceptance_is_seen() -> None:
    walk = walk_of("/svc1", "manual-acceptance")
    assert walk.endpoint
    assert walk.service
    assert walk.service.acceptance_required is True
    assert walk.endpoint.acceptance == (
        "aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter crosslink-apps"
    )


def test_a_backend_in_the_apis_region_needs_no_peering() -> None:
    inside, outside = walk_of("/search", "same-region"), walk_of("/svc1", "same-region")
    assert [(leg.crosses_peering, leg.out, leg.back, leg.target.zone) for leg in inside.legs] == [
        (False, (), (), None),
        (False, (), (), None),
    ]
    assert {leg.crosses_peering for leg in outside.legs} == {True}


@pytest.mark.parametrize(
    ("example", "path", "auth"),
    [
        ("existing-api", "/team/svc1", "AWS_IAM"),
        ("api-key", "/svc1", "API_KEY"),
        ("open-api", "/svc1", "NONE"),
    ],
)
def test_each_auth_is_told(example: str, path: str, auth: str) -> None:
    assert {method.auth for method in walk_of(path, example).methods} == {auth}


@pytest.mark.parametrize(
    ("gone", "missing"),
    [
        ("aws:lb/listener:Listener", "listener"),
        ("aws:lb/targetGroupAttachment:TargetGroupAttachment", "target"),
        ("aws:ec2/route:Route", "route out"),
        ("aws:ec2/vpcEndpoint:VpcEndpoint", "interface endpoint"),
        ("aws:ec2/vpcEndpointService:VpcEndpointService", "endpoint service"),
        ("kubernetes:networking.k8s.io/v1:Ingress", "ALB, Ingress rule"),
        ("kubernetes:core/v1:Service", "Service"),
        ("kubernetes:apps/v1:Deployment", "Deployment"),
    ],
)
def test_a_hop_that_is_not_there_is_a_gap_and_no_crash(gone: str, missing: str) -> None:
    nodes = [node for node in nodes_of(run_stack(DEV, preview=False)) if node.type != gone]
    walk = walks(Graph(nodes))[0]
    assert next(title for title, hop in walk.hops() if hop is None) == missing


def test_a_missing_route_back_is_a_gap_even_if_the_other_zone_has_its_own() -> None:
    gone = "crosslink-landing-us-east-1-back-use1-az2"
    nodes = [node for node in nodes_of(run_stack(DEV, preview=False)) if node.name != gone]
    walk = walks(Graph(nodes))[0]
    assert [title for title, hop in walk.hops() if hop is None] == ["route back"]


def _leg(leg: Leg) -> tuple[object, object, object]:
    assert leg.subnet
    return (
        (leg.target.target, leg.target.port, leg.target.zone, leg.subnet.cidr),
        [(route.subnet.cidr, route.destination) for route in leg.out],
        [(route.subnet.cidr, route.destination) for route in leg.back],
    )


def _wiring(walk: Walk) -> list[tuple[str, str, str | None, str | None]]:
    return [(title, hop.resource, hop.account, hop.region) for title, hop in walk.hops() if hop]


def _unknown(walk: Walk) -> Iterator[str]:
    """The unknown facts of a walk, by hop and name; ids by their name alone."""
    for _title, hop in walk.hops():
        assert hop
        yield from _unknown_of(hop)


def _unknown_of(hop: Hop) -> Iterator[str]:
    for field in dataclasses.fields(hop):
        value = getattr(hop, field.name)
        if isinstance(value, Unknown):
            yield "id" if field.name == "id" else f"{type(hop).__name__}.{field.name}"
        for below in value if isinstance(value, tuple) else (value,):
            if isinstance(below, Hop) and not isinstance(below, Method):
                yield from _unknown_of(below)
