"""Changes: values and references go together, and what changes nothing is refused."""

import pytest

from crosslink.graph import tokens
from crosslink.graph.from_sandbox import nodes_of
from crosslink.graph.unknown import Unknown
from tests.faults.change import (
    NothingChangedError,
    add,
    annotate,
    document,
    drop,
    find,
    point,
    put,
    register,
    spell_out,
    unpoint,
    unwait,
)
from tests.runs import DEV, run_stack

NODES = nodes_of(run_stack(DEV, preview=False))
LISTENER = (tokens.LISTENER, "111111111111/crosslink-apps")


@pytest.mark.parametrize(
    "change",
    [
        put(tokens.VPC_LINK, "nobody", "status", value="FAILED"),
        put(tokens.LISTENER, "*", "protocol", value="TCP"),
        drop(tokens.USAGE_PLAN),
        point(*LISTENER, "defaultActions", to=(tokens.TARGET_GROUP, "nobody")),
        unwait(tokens.VPC),
        document(lambda _api: None),
    ],
    ids=["nobody", "same", "none", "to nobody", "nothing", "same document"],
)
def test_a_change_that_changes_nothing_is_refused(change) -> None:
    with pytest.raises(NothingChangedError):
        change(NODES)


def test_account_and_name_tell_two_of_one_name_apart() -> None:
    changed = put(*LISTENER, "port", value=1)(NODES)

    assert [node.account for node in changed if node.type == tokens.LISTENER and node.get("port") == 1] == [
        "111111111111"
    ]


def test_a_reference_goes_with_its_value() -> None:
    other = find(NODES, tokens.TARGET_GROUP, "222222222222/crosslink-apps")

    changed = point(*LISTENER, "defaultActions", 0, "targetGroupArn", to=(other.type, "222222222222/*"))(
        NODES
    )

    listener = find(changed, *LISTENER)
    assert listener.get("defaultActions", 0, "targetGroupArn") == other.id
    assert listener.references["defaultActions"] == {other.urn}
    gone = find(NODES, *LISTENER).references["defaultActions"]
    assert listener.dependencies == (find(NODES, *LISTENER).dependencies - gone) | {other.urn}


def test_a_text_keeps_the_value_and_loses_the_reference() -> None:
    before = find(NODES, *LISTENER)

    after = find(spell_out(*LISTENER, "loadBalancerArn")(NODES), *LISTENER)

    assert after.get("loadBalancerArn") == before.get("loadBalancerArn")
    assert not after.references["loadBalancerArn"]
    assert before.references["loadBalancerArn"].isdisjoint(after.dependencies)


def test_a_resource_is_added_beside_another() -> None:
    table = find(NODES, tokens.ROUTE_TABLE, "crosslink-gateway-nlb-usw2-az1")

    changed = add(
        (tokens.ROUTE, "*-out-usw2-az1"),
        "more",
        {"destinationCidrBlock": "10.0.0.0/8"},
        routeTableId=(tokens.ROUTE_TABLE, table.name),
    )(NODES)

    route = find(changed, tokens.ROUTE, "more")
    assert len(changed) == len(NODES) + 1
    assert (route.account, route.region) == (table.account, table.region)
    assert route.get("routeTableId") == table.id
    assert route.references["routeTableId"] == {table.urn}


def test_a_resource_of_any_type_is_registered_outside_the_components() -> None:
    subnets = [(tokens.SUBNET, f"crosslink-gateway-nlb-usw2-az{zone}") for zone in (1, 2)]
    change = register(
        "acme:index:Probe",
        "team",
        {"every": 60.0},
        beside=subnets[0],
        outputs={"arn": "arn:acme"},
        waits=[LISTENER],
        subnetIds=subnets,
        stageName=(tokens.STAGE, "crosslink", "stageName"),
    )

    probe, *others = change(NODES)
    in_preview, *_ = change(nodes_of(run_stack(DEV, preview=True)))

    first, second = (find(NODES, *subnet) for subnet in subnets)
    assert others == NODES
    assert probe.urn == "urn:pulumi:dev::crosslink::acme:index:Probe::team"
    assert (probe.account, probe.region, probe.parent) == (first.account, first.region, None)
    assert probe.properties == {
        "every": 60.0,
        "arn": "arn:acme",
        "subnetIds": [first.id, second.id],
        "stageName": "v1",
    }
    assert probe.references["subnetIds"] == {first.urn, second.urn}
    assert find(NODES, *LISTENER).urn in probe.dependencies
    assert isinstance(in_preview.id, Unknown)
    assert "arn" not in in_preview.properties


def test_what_is_inside_a_property_is_set_though_it_is_not_there_yet() -> None:
    changed = annotate(tokens.NAMESPACE, "*", "team", "apps")(NODES)

    assert find(changed, tokens.NAMESPACE, "*").get("metadata", "annotations") == {"team": "apps"}


def test_a_plain_id_refers_to_nothing() -> None:
    after = find(unpoint(tokens.STAGE, "*", "variables", "link", value="abc123")(NODES), tokens.STAGE, "*")

    assert after.get("variables") == {"link": "abc123", "prefix": "/v1"}
    assert not after.references["variables"]
    assert find(NODES, tokens.VPC_LINK, "*").urn not in after.dependencies


def test_the_nodes_themselves_stay_as_they_are() -> None:
    before = [dict(node.properties) for node in NODES]

    put(tokens.TARGET_GROUP, "*", "healthCheck", "path", value="/elsewhere")(NODES)

    assert [dict(node.properties) for node in NODES] == before
