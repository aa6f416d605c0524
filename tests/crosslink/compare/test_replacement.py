"""What a change replaces, and what it changes in place."""

from dataclasses import replace
from typing import Any

from crosslink.compare.changes import Change, Operation, changes
from crosslink.graph import tokens
from crosslink.sandbox.record import Options, Run
from tests.redeployments import base

VPC = (tokens.VPC, "crosslink-gateway")


def with_(type_: str, name: str, inputs: dict[str, Any], **other: Any) -> Run:
    """The stack dev with other inputs of a resource."""
    one = base().one(type_, name)
    changed = replace(one, inputs={**one.inputs, **inputs}, **other)
    return replace(base(), resources={**base().resources, one.urn: changed})


def replaced(head: Run, before: Run | None = None) -> dict[str, Change]:
    found = changes(before or base(), head)
    return {
        f"{change.type.rpartition(':')[2]} {change.name}": change
        for change in found
        if change.operation is Operation.REPLACED
    }


def test_what_refers_to_a_replaced_resource_is_replaced_or_changed() -> None:
    head = with_(*VPC, {"cidrBlock": "10.99.0.0/16"})

    found = replaced(head)

    assert found["Vpc crosslink-gateway"].note == "by cidrBlock"
    assert found["LoadBalancer crosslink-gateway"].note == "by subnets"
    assert found["VpcLink crosslink"].note == "by targetArn"
    assert {"Subnet crosslink-gateway-nlb-usw2-az1", "SecurityGroup crosslink-gateway-nlb"} <= found.keys()
    assert not [name for name in found if "apps" in name and "Endpoint" in name]
    [stage] = [change for change in changes(base(), head) if change.type == tokens.STAGE]
    assert stage.operation is Operation.CHANGED
    assert [difference.path for difference in stage.differences] == ["variables"]


def test_other_inputs_are_changed_in_place() -> None:
    assert replaced(with_(*VPC, {"enableDnsSupport": False})) == {}


def test_a_zone_less_replaces_a_network_load_balancer_and_a_zone_more_does_not() -> None:
    balancer = base().one(tokens.LOAD_BALANCER, "crosslink-gateway")
    subnets = sorted(balancer.property_dependencies["subnets"])
    less = with_(
        balancer.type,
        balancer.name,
        {"subnets": balancer.inputs["subnets"][:1]},
        property_dependencies={**balancer.property_dependencies, "subnets": frozenset(subnets[:1])},
    )

    assert replaced(less)["LoadBalancer crosslink-gateway"].note == "by subnets"
    assert replaced(base(), less) == {}


def test_options_say_so_too() -> None:
    rule = (tokens.EGRESS_RULE, "crosslink-gateway-nlb-us-east-1-80")
    balancer = base().one(tokens.LOAD_BALANCER, "crosslink-gateway")
    by_cidr = with_(*rule, {"cidrIpv4": "10.9.0.0/20"}, options=Options(replace_on_changes=("cidrIpv4",)))
    old = with_(*rule, {}, options=Options(replace_on_changes=("cidrIpv4",)))
    beside = with_(*rule, {}, options=Options(replace_with=frozenset([balancer.urn])))
    both = replace(
        beside,
        resources={
            **beside.resources,
            balancer.urn: replace(balancer, inputs={**balancer.inputs, "internal": False}),
        },
    )

    assert (
        replaced(by_cidr, old)["SecurityGroupEgressRule crosslink-gateway-nlb-us-east-1-80"].note
        == "by cidrIpv4"
    )
    [note] = [
        change.note for name, change in replaced(both, beside).items() if name.startswith("SecurityGroupE")
    ]
    assert note == "with crosslink-gateway"
    assert (
        replaced(with_(*VPC, {"cidrBlock": "10.9.0.0/16"}, options=Options(ignore_changes=("cidrBlock",))))
        == {}
    )


def test_an_object_of_the_same_name_goes_before_its_successor() -> None:
    deployment = ("kubernetes:apps/v1:Deployment", "crosslink-apps-svc1")
    spec = base().one(*deployment).inputs["spec"]
    selector = {"matchLabels": {"app": "other"}}

    found = replaced(with_(*deployment, {"spec": {**spec, "selector": selector}}))

    assert found["Deployment crosslink-apps-svc1"].note == "by spec.selector, the old one goes first"
    assert found["Deployment crosslink-apps-svc1"].old_first


def test_what_can_not_be_turned_off_is_replaced_without_it_and_not_by_another_value() -> None:
    cluster = base().of_type(tokens.EKS_CLUSTER)[0]
    encrypted = {"provider": {"keyArn": "arn:aws:kms:a"}, "resources": ["secrets"]}
    other = {**encrypted, "provider": {"keyArn": "arn:aws:kms:b"}}
    before, without, changed = (
        with_(cluster.type, cluster.name, {"encryptionConfig": config}) for config in (encrypted, None, other)
    )

    [change] = [one for name, one in replaced(without, before).items() if name.startswith("Cluster")]
    assert change.note == "by encryptionConfig, the old one goes first"
    assert replaced(changed, before) == {}
    assert replaced(before, without) == {}
