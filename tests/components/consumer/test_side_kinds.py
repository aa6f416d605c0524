"""ConsumerSide for the kinds of backends: what each tells of its service is what the path has."""

import pytest

from crosslink.sandbox.record import Run
from tests.components.consumer.stacks import PUBLISHED, consumer_side, uris

ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
ACCEPTER = "aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter"
ENDPOINT_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
NLB_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
ATTACHMENT = "aws:lb/targetGroupAttachment:TargetGroupAttachment"
LISTENER = "aws:lb/listener:Listener"
TARGETS = "aws:lb/targetGroup:TargetGroup"
KINDS = ("apps", "search", "stream", "theirs")
"""A backend of each kind."""
PORTS = {"apps": 80, "search": 8443, "stream": 9000, "theirs": 81}


@pytest.mark.parametrize("landing", ["made", "existing"])
def test_the_port_of_a_backends_service_is_that_of_everything_on_the_way_to_it(landing: str):
    found = consumer_side(*KINDS, landing=landing)
    for name, port in PORTS.items():
        rules = [rule.inputs for rule in found.of_type(ENDPOINT_RULE) if f"crosslink-{name}-" in rule.name]
        assert {(rule["fromPort"], rule["toPort"]) for rule in rules} == {(port, port)}
        assert found.one(TARGETS, f"crosslink-{name}").inputs["port"] == port
        targets = [target for target in found.of_type(ATTACHMENT) if f"crosslink-{name}-" in target.name]
        assert {target.inputs["port"] for target in targets} == {port}
    assert {rule.inputs["toPort"] for rule in found.of_type(NLB_RULE)} == {*PORTS.values()}


def test_each_backend_has_the_listener_port_of_its_slot():
    listeners = consumer_side(*KINDS).of_type(LISTENER)
    assert {listener.name: listener.inputs["port"] for listener in listeners} == {
        "crosslink-apps": 8000,
        "crosslink-search": 8005,
        "crosslink-stream": 8006,
        "crosslink-theirs": 8007,
    }


def test_health_is_checked_as_the_backend_says():
    found = consumer_side(*KINDS)
    checks = {group.name: group.inputs["healthCheck"] for group in found.of_type(TARGETS)}
    asked = {
        name: [check.get(key) for key in ("protocol", "path", "matcher")] for name, check in checks.items()
    }
    assert asked == {
        "crosslink-apps": ["HTTP", "/healthz", "200"],
        "crosslink-search": ["HTTPS", "/status", "200-399"],
        "crosslink-stream": ["TCP", None, None],
        "crosslink-theirs": ["TCP", None, None],
    }


def test_the_uris_have_the_backends_host_and_what_it_is_sent():
    assert uris(consumer_side(*KINDS)) == {
        "/svc1": "http://apps.crosslink.example.com:8000/svc1",
        "/svc1/{proxy+}": "http://apps.crosslink.example.com:8000/svc1/{proxy}",
        "/team/svc2": "http://apps.crosslink.example.com:8000/team/svc2",
        "/team/svc2/{proxy+}": "http://apps.crosslink.example.com:8000/team/svc2/{proxy}",
        # With its prefix stripped, by the name that its certificate has.
        "/search": "https://search.example.com:8005/",
        "/search/{proxy+}": "https://search.example.com:8005/{proxy}",
        "/stream": "http://stream.crosslink.example.com:8006/stream",
        "/stream/{proxy+}": "http://stream.crosslink.example.com:8006/stream/{proxy}",
        # The root.
        "/": "http://theirs.crosslink.example.com:8007/",
        "/{proxy+}": "http://theirs.crosslink.example.com:8007/{proxy}",
        "/theirs": "http://theirs.crosslink.example.com:8007/theirs",
        "/theirs/{proxy+}": "http://theirs.crosslink.example.com:8007/theirs/{proxy}",
    }


@pytest.mark.parametrize("landing", ["made", "existing"])
def test_a_published_service_is_reached_by_its_name_and_nothing_is_made_in_its_account(landing: str):
    found = consumer_side("theirs", landing=landing)
    assert found.one(ENDPOINT).inputs["serviceName"] == PUBLISHED
    assert found.of_type(ACCEPTER) == []
    assert _accounts(found) == {"111111111111"}


def test_each_endpoint_is_in_the_zones_of_its_service():
    found = consumer_side(*KINDS)
    zones = {name: sorted(addresses) for name, addresses in found.outputs["endpoint_addresses"].items()}
    assert zones == {
        "apps": ["use1-az1", "use1-az2"],
        "search": ["use1-az1", "use1-az2", "use1-az6"],
        "stream": ["use1-az1", "use1-az4"],
        "theirs": ["use1-az1", "use1-az2"],
    }


def _accounts(found: Run) -> set[str | None]:
    return {resource.account for resource in found.resources.values() if resource.package == "aws"}
