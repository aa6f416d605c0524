"""VpcLink: the gateway NLB with a listener and a target group for each backend, and the link to it."""

from collections import Counter
from functools import cache

import pulumi_aws as aws
import pytest
from pulumi import ResourceOptions

from components.consumer.gateway_target import Target
from components.consumer.vpc_link import VpcLink, VpcLinkArgs
from crosslink.sandbox.engine import run
from crosslink.sandbox.record import UNKNOWN, Resource, Run
from tests.components.beside import GATEWAY_VPC, NEAR_SUBNETS
from tests.components.support import (
    CONSUMER,
    HEALTH_CHECK,
    account,
    children,
    counts,
    network,
    places,
    subnet_ids,
    urns,
)
from tests.waiting import depends

REGION = "us-west-2"
COMPONENT = "crosslink:consumer:VpcLink"
NLB = "crosslink:network:PrivateNlb"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
TARGETS = "aws:lb/targetGroup:TargetGroup"
LISTENER = "aws:lb/listener:Listener"
ATTACHMENT = "aws:lb/targetGroupAttachment:TargetGroupAttachment"
LINK = "aws:apigateway/vpcLink:VpcLink"

NLB_SUBNETS = {"usw2-az1": "10.10.32.0/26", "usw2-az2": "10.10.64.0/26"}
ADDRESSES = {
    "apps": {"use1-az1": "10.11.2.10", "use1-az2": "10.11.4.10"},
    "billing": {"use1-az2": "10.11.4.11"},
    "local": {"usw2-az1": "10.10.32.74", "usw2-az2": "10.10.64.74"},
}
RANGES = {
    "apps": {"us-east-1": "10.11.0.0/20"},
    "billing": {"us-east-1": "10.11.0.0/20"},
    "local": {"usw2-az1": "10.10.32.64/26", "usw2-az2": "10.10.64.64/26"},
}
SLOTS = {"apps": 0, "billing": 1, "local": 12}
LISTENER_PORTS = {"apps": 8000, "billing": 8001, "local": 8002}
ENDPOINT_PORTS = {"apps": 80, "billing": 80, "local": 443}
INSIDE = "local"
AFAR = ("apps", "billing")


@cache
def built(
    backends: tuple[str, ...],
    *,
    existing: tuple[str, ...] = (),
    health_path: str | None = "/healthz",
    preview: bool = False,
) -> Run:
    """A link to backends, with a stand-in resource for each endpoint.

    The endpoints of those in `existing` are in an existing network.
    """

    def program() -> None:
        opts = ResourceOptions(provider=account(CONSUMER, REGION))
        net = network("net", "10.10.0.0/16", {"nlb": NLB_SUBNETS}, opts)
        targets = {
            backend: Target(
                slot=SLOTS[backend],
                listener_port=LISTENER_PORTS[backend],
                port=ENDPOINT_PORTS[backend],
                tls=ENDPOINT_PORTS[backend] == 443,
                health_path=health_path,
                addresses=ADDRESSES[backend],
                ranges=None if backend in existing else RANGES[backend],
                inside=backend == INSIDE,
                connected=[
                    aws.ec2.Eip(f"endpoint-{backend}", opts=ResourceOptions(parent=net)),
                    aws.ec2.Eip(f"accepter-{backend}", opts=ResourceOptions(parent=net)),
                ],
            )
            for backend in backends
        }
        subnet_ids = [subnet.id for subnet in net.subnets["nlb"].values()]
        VpcLink(
            "crosslink",
            VpcLinkArgs(vpc_id=net.vpc.id, subnet_ids=subnet_ids, targets=targets, protect=False),
            opts,
        )

    return run(program, preview=preview)


def test_creates_one_nlb_and_link_and_for_each_backend_a_listener_a_target_group_and_a_target_per_zone():
    found = built(AFAR)
    made = children(found, found.one(COMPONENT))
    assert counts(made) == {NLB: 1, LINK: 1, LISTENER: 2, TARGETS: 2, ATTACHMENT: 3}
    assert counts(children(found, found.one(NLB))) == {GROUP: 1, BALANCER: 1, EGRESS: 1}
    assert places(made) == {(CONSUMER, REGION)}


def test_the_nlb_has_a_node_in_every_nlb_subnet():
    found = built(AFAR)
    assert found.one(BALANCER, "crosslink-gateway").inputs["subnets"] == subnet_ids(
        found, "net-nlb", NLB_SUBNETS
    )


def test_the_link_leads_to_the_nlb():
    found = built(AFAR)
    assert found.one(LINK).inputs == {"targetArn": found.one(BALANCER).id, "tags": {"Name": "crosslink"}}


def test_each_backend_has_its_listener_port():
    found = built(AFAR)
    assert {listener.name: listener.inputs for listener in found.of_type(LISTENER)} == {
        f"crosslink-{backend}": {
            "loadBalancerArn": found.one(BALANCER).id,
            "protocol": "TCP",
            "port": port,
            "defaultActions": [
                {"type": "forward", "targetGroupArn": found.one(TARGETS, f"crosslink-{backend}").id}
            ],
        }
        for backend, port in (("apps", 8000), ("billing", 8001))
    }


def test_target_groups_take_addresses_hide_the_client_and_check_end_to_end():
    found = built((*AFAR, INSIDE))
    assert {group.name: group.inputs for group in found.of_type(TARGETS)} == {
        f"crosslink-{backend}": {
            "targetType": "ip",
            "protocol": "TCP",
            "port": port,
            "vpcId": found.one("aws:ec2/vpc:Vpc").id,
            "preserveClientIp": "false",
            "healthCheck": {**HEALTH_CHECK, "protocol": protocol},
        }
        for backend, port, protocol in (
            ("apps", 80, "HTTP"),
            ("billing", 80, "HTTP"),
            ("local", 443, "HTTPS"),
        )
    }


def test_targets_outside_the_vpc_are_the_endpoints_addresses_in_zone_all():
    found = built(AFAR)
    assert {attachment.name: attachment.inputs for attachment in found.of_type(ATTACHMENT)} == {
        f"crosslink-{backend}-{zone}": {
            "targetGroupArn": found.one(TARGETS, f"crosslink-{backend}").id,
            "targetId": address,
            "port": 80,
            "availabilityZone": "all",
        }
        for backend in AFAR
        for zone, address in ADDRESSES[backend].items()
    }


def test_targets_inside_the_vpc_name_no_zone():
    found = built((*AFAR, INSIDE))
    for zone, address in ADDRESSES[INSIDE].items():
        assert found.one(ATTACHMENT, f"crosslink-local-{zone}").inputs == {
            "targetGroupArn": found.one(TARGETS, "crosslink-local").id,
            "targetId": address,
            "port": 443,
        }


def test_a_target_waits_for_its_own_endpoint_to_be_connected():
    found = built(AFAR)
    for backend in AFAR:
        connected = found.named(f"endpoint-{backend}"), found.named(f"accepter-{backend}")
        for zone in ADDRESSES[backend]:
            attachment = found.one(ATTACHMENT, f"crosslink-{backend}-{zone}")
            assert attachment.dependencies == urns(found.one(TARGETS, f"crosslink-{backend}"), *connected)


def test_the_link_does_not_wait_for_any_endpoint():
    found = built(AFAR)
    assert found.one(LINK).dependencies == urns(found.one(BALANCER))
    for backend in AFAR:
        assert not depends(found, found.one(LINK), on=found.named(f"endpoint-{backend}"))


def test_the_nlb_may_reach_what_holds_endpoints_and_nothing_else():
    found = built((*AFAR, INSIDE))
    assert _outward(found) == {
        "us-east-1-80": ("10.11.0.0/20", 80, "Endpoints in us-east-1"),
        "usw2-az1-443": ("10.10.32.64/26", 443, "Endpoints in usw2-az1"),
        "usw2-az2-443": ("10.10.64.64/26", 443, "Endpoints in usw2-az2"),
    }


def test_in_existing_subnets_which_hold_other_things_too_the_nlb_may_reach_the_addresses_alone():
    assert _outward(built((*AFAR, INSIDE), existing=("apps", "local"))) == {
        "apps-use1-az1": ("10.11.2.10/32", 80, "Endpoint of apps in use1-az1"),
        "apps-use1-az2": ("10.11.4.10/32", 80, "Endpoint of apps in use1-az2"),
        "local-usw2-az1": ("10.10.32.74/32", 443, "Endpoint of local in usw2-az1"),
        "local-usw2-az2": ("10.10.64.74/32", 443, "Endpoint of local in usw2-az2"),
        # Of a network that the stack makes.
        "us-east-1-80": ("10.11.0.0/20", 80, "Endpoints in us-east-1"),
    }


def test_addresses_of_slots_from_10_on_have_groups_of_their_own():
    found = built((*AFAR, INSIDE), existing=("apps", "local"))
    first, later = (
        found.one(GROUP, "crosslink-gateway-nlb"),
        found.one(GROUP, "crosslink-gateway-nlb-slots-10"),
    )
    groups = {rule.name: rule.inputs["securityGroupId"] for rule in found.of_type(EGRESS)}
    assert {name for name, id_ in groups.items() if id_ == later.id} == {
        "crosslink-gateway-nlb-local-usw2-az1",
        "crosslink-gateway-nlb-local-usw2-az2",
    }
    assert set(groups.values()) == {first.id, later.id}
    assert found.one(BALANCER).inputs["securityGroups"] == [first.id, later.id]


def test_the_rule_of_a_network_takes_the_place_of_that_of_one_of_its_subnets():
    """Changed at once, it cuts nothing off, and there are never more rules than before."""
    found = built((*AFAR, INSIDE))
    rule = found.one(EGRESS, "crosslink-gateway-nlb-us-east-1-80")
    assert rule.options.aliases == tuple(
        rule.urn.replace("us-east-1-80", f"{zone}-80") for zone in ("use1-az1", "use1-az2")
    )
    others = [other for other in found.of_type(EGRESS) if other is not rule]
    assert [other.options.aliases for other in others] == [(), ()]


ZONES = ("use1-az1", "use1-az2", "use1-az4", "use1-az5", "use1-az6", "use1-az3")


def test_fifty_backends_with_addresses_in_six_zones_fit_into_the_groups_of_an_interface():
    def program() -> None:
        opts = ResourceOptions(provider=account(CONSUMER, REGION))
        targets = {
            f"b{i}": Target(
                slot=i,
                listener_port=8000 + i,
                port=80,
                tls=False,
                health_path=None,
                addresses={zone: f"10.30.{n}.{i + 10}" for n, zone in enumerate(ZONES)},
                ranges=None,
                inside=False,
                connected=[],
            )
            for i in range(50)
        }
        args = VpcLinkArgs(
            vpc_id=GATEWAY_VPC, subnet_ids=[*NEAR_SUBNETS.values()], targets=targets, protect=False
        )
        VpcLink("crosslink", args, opts)

    found = run(program)
    groups = Counter(rule.inputs["securityGroupId"] for rule in found.of_type(EGRESS))
    assert set(groups.values()) == {60}
    assert sorted(groups) == sorted(found.one(BALANCER).inputs["securityGroups"])
    assert len(groups) == 5


@pytest.mark.parametrize(
    ("path", "check"),
    [
        ("/status", {"protocol": "HTTPS", "path": "/status", "matcher": "200-399"}),
        (None, {"protocol": "TCP"}),
    ],
)
def test_health_is_checked_by_the_backends_own_path_or_by_connecting(path: str | None, check: dict[str, str]):
    group = built((INSIDE,), health_path=path).one(TARGETS)
    asked = {key: group.inputs["healthCheck"].get(key) for key in ("protocol", "path", "matcher")}
    assert asked == {"path": None, "matcher": None, **check}


def test_two_backends_have_ports_and_target_groups_of_their_own():
    listeners = [listener.inputs for listener in built(AFAR).of_type(LISTENER)]
    assert len({listener["port"] for listener in listeners}) == 2
    assert len({listener["defaultActions"][0]["targetGroupArn"] for listener in listeners}) == 2


def test_backends_in_one_network_share_its_rule():
    """A security group has at most 60 rules; backends may have more addresses."""
    assert set(_outward(built(AFAR))) == {"us-east-1-80"}


def test_another_backend_changes_nothing_that_exists():
    before, after = built(AFAR), built((*AFAR, INSIDE))
    assert before.resources.keys() < after.resources.keys()
    assert _standing(before) == {
        urn: resource for urn, resource in _standing(after).items() if urn in before.resources
    }


def test_the_output_is_the_links_id():
    found = built(AFAR)
    assert found.one(COMPONENT).outputs == {"linkId": found.one(LINK).id}


def test_a_preview_knows_every_target_and_port():
    found = built(AFAR, preview=True)
    for attachment in found.of_type(ATTACHMENT):
        created = built(AFAR).resources[attachment.urn]
        assert attachment.inputs == {**created.inputs, "targetGroupArn": UNKNOWN}
    assert {listener.inputs["port"] for listener in found.of_type(LISTENER)} == {8000, 8001}
    assert found.one(LINK).inputs["targetArn"] is UNKNOWN


def _standing(found: Run) -> dict[str, Resource]:
    return {resource.urn: resource for resource in children(found, found.one(COMPONENT))}


def test_a_new_nlb_gets_everything_anew_beside_the_old_one():
    """A target group belongs to one load balancer."""
    found = built(AFAR)
    groups = [resource.options.replace_with for resource in found.of_type(TARGETS)]
    assert groups == [urns(found.one(BALANCER))] * 2
    assert not any(resource.options.delete_before_replace for resource in found.resources.values())


def test_another_port_is_another_listener_beside_the_old_one():
    assert {found.options.replace_on_changes for found in built(AFAR).of_type(LISTENER)} == {("port",)}


def _outward(found: Run) -> dict[str, tuple[str, int, str]]:
    """Key of an outbound rule of the gateway NLB → its range, port and description."""
    rules = {rule.name.removeprefix("crosslink-gateway-nlb-"): rule.inputs for rule in found.of_type(EGRESS)}
    assert all(rule["fromPort"] == rule["toPort"] for rule in rules.values())
    return {key: (rule["cidrIpv4"], rule["fromPort"], rule["description"]) for key, rule in rules.items()}
