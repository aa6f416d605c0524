"""What an update refuses to change of what is deployed, and what it changes."""

from typing import Any

import pytest

from settings import SettingsError, parse
from settings.deployed import NOTHING, Deployed, of_settings
from settings.errors import ABSENT, Fault
from settings.final import final_faults
from tests.settings.stack_file import DROP, STACK_FILE, as_config, edited, parsed

FIRST, SECOND = "crosslink:backends[0]", "crosslink:backends[1]"
EXISTING = {
    "vpcId": "vpc-0a1b2c3d4e5f60718",
    "nlbSubnets": {"use1-az1": "subnet-0a1b2c3d4e5f60718", "use1-az2": "subnet-1a2b3c4d5e6f70819"},
}
JOINED_CLUSTER = {
    f"{FIRST}.network": {"existing": EXISTING},
    f"{FIRST}.cluster": {"existing": {"name": "platform", "controller": "auto"}},
    f"{FIRST}.services": [
        {"name": "svc1", "path": "/svc1", "existing": {"namespace": "svc1", "service": "svc1", "port": 80}},
        {"name": "svc2", "path": "/svc2", "existing": {"namespace": "svc1", "service": "svc2", "port": 80}},
    ],
}
JOINED_SERVICE = {
    f"{FIRST}.roleArn": DROP,
    f"{FIRST}.network": DROP,
    f"{FIRST}.cluster": DROP,
    f"{FIRST}.services": DROP,
    f"{FIRST}.service": {
        "name": "com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d4e5f60718",
        "zoneIds": ["use1-az1", "use1-az2"],
    },
    f"{FIRST}.paths": {"/svc1": {}, "/svc2": {}},
}
KEY_ARN = f"{FIRST}.cluster.keyArn"
KEY = "arn:aws:kms:us-east-1:222222222222:key/a1b2c3d4-5678-90ab-cdef-111111111111"
OTHER_KEY = KEY.replace("a1b2", "b2c3")
CERTIFICATE = "arn:aws:acm:us-east-1:222222222222:certificate/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"
BEFORE = of_settings(parsed(STACK_FILE))


def faults(edits: dict[str, Any], before: Deployed = BEFORE) -> list[Fault]:
    return final_faults(before, of_settings(parsed(edited(STACK_FILE, edits))))


@pytest.mark.parametrize(
    ("edits", "path", "value", "fix"),
    [
        (
            {"crosslink:consumer.accountId": "444444444444", "crosslink:consumer.roleArn": DROP},
            "crosslink:consumer.accountId",
            "444444444444",
            'accountId: "111111111111"',
        ),
        (
            {f"{SECOND}.accountId": "444444444444"},
            f"{SECOND}.accountId",
            "444444444444",
            'accountId: "333333333333"',
        ),
        (
            {f"{FIRST}.network.cidr": "10.21.0.0/16"},
            f"{FIRST}.network.cidr",
            "10.21.0.0/16",
            "cidr: 10.20.0.0/16",
        ),
        (
            {f"{FIRST}.network.zoneIds": ["use1-az1", "use1-az2", "use1-az4"]},
            f"{FIRST}.network.zoneIds",
            ("use1-az1", "use1-az2", "use1-az4"),
            "zoneIds: [use1-az1, use1-az2]",
        ),
        (
            JOINED_CLUSTER,
            f"{FIRST}.name",
            "apps",
            "# another name and slot, beside the backend that is deployed",
        ),
        (
            JOINED_SERVICE,
            f"{FIRST}.name",
            "apps",
            "# another name and slot, beside the backend that is deployed",
        ),
        ({f"{FIRST}.name": "shop"}, f"{FIRST}.slot", 0, "slot: 2"),
        ({f"{FIRST}.slot": 1, f"{SECOND}.slot": 2}, f"{FIRST}.slot", 1, "slot: 0"),
    ],
    ids=[
        "consumer's account",
        "account",
        "CIDR",
        "zones",
        "cluster",
        "service",
        "renamed",
        "slot of another",
    ],
)
def test_what_stays(edits: dict[str, Any], path: str, value: object, fix: str) -> None:
    (fault,) = faults(edits)
    assert (fault.path, fault.value, fault.fix) == (path, value, fix)
    assert final_faults(NOTHING, of_settings(parsed(edited(STACK_FILE, edits)))) == []


def shared(slot: int, **edits: object) -> dict[str, Any]:
    """The route `/svc1` in front of both backends."""
    route = {"weights": {"apps": 1, "tools": 1}, "slot": slot, "healthPath": "/svc1/ready"}
    return {
        f"{SECOND}.services[1]": {"name": "shared", "path": "/svc1", "image": "echo:1.0", "port": 8080},
        "crosslink:api.routes": {"/svc1": route},
        **edits,
    }


def test_a_slot_goes_from_a_backend_to_a_route_or_back_only_after_an_update_has_freed_it() -> None:
    before = of_settings(parsed(edited(STACK_FILE, shared(9))))
    (route,) = faults(shared(0, **{f"{FIRST}.slot": 5}))
    (backend,) = faults({f"{FIRST}.slot": 9}, before)
    (kept,) = faults(shared(1, **{f"{SECOND}.slot": 2}), before)
    assert (route.path, route.value, route.fix) == ("crosslink:api.routes./svc1.slot", 0, "slot: 2")
    assert (backend.path, backend.value, backend.fix) == (f"{FIRST}.slot", 9, "slot: 0")
    assert (kept.path, kept.fix) == ("crosslink:api.routes./svc1.slot", "slot: 9")
    assert faults(shared(7), before) == faults({}, before) == []


def test_a_cluster_keeps_its_key() -> None:
    own = of_settings(parsed(edited(STACK_FILE, {KEY_ARN: KEY})))
    (other,), (dropped,), (given,) = (
        faults({KEY_ARN: OTHER_KEY}, own),
        faults({}, own),
        faults({KEY_ARN: KEY}),
    )
    assert (other.path, other.value, other.fix) == (KEY_ARN, OTHER_KEY, f"keyArn: {KEY}")
    assert (dropped.value, dropped.fix) == (ABSENT, f"keyArn: {KEY}")
    assert (given.value, given.fix) == (KEY, "# no keyArn: the cluster has the stack's own key")
    assert faults({KEY_ARN: KEY}, own) == []


def test_all_that_a_move_to_another_region_would_change_is_told_at_once() -> None:
    network = {"cidr": "10.20.0.0/16", "zoneIds": ["use2-az1", "use2-az2"]}
    edits = {f"{FIRST}.region": "us-east-2", f"{FIRST}.network": network}
    landing = {"crosslink:consumer.landings": {"us-east-2": {"cidr": "10.11.0.0/20"}}}
    assert [fault.path for fault in faults({**edits, **landing})] == [
        f"{FIRST}.region",
        f"{FIRST}.network.zoneIds",
    ]


def test_a_network_that_exists_is_no_cidr() -> None:
    subnets = {**EXISTING, "nodeSubnets": EXISTING["nlbSubnets"]}
    (fault,) = faults({f"{FIRST}.network": {"existing": subnets}})
    assert (fault.path, fault.value) == (f"{FIRST}.network.cidr", ABSENT)


@pytest.mark.parametrize(
    "edits",
    [
        {},
        {f"{FIRST}.name": "shop", f"{FIRST}.slot": 2},
        {f"{FIRST}.slot": 5},
        {f"{FIRST}.network.zoneIds": ["use1-az2", "use1-az1"]},
        {
            f"{FIRST}.tls": {
                "domain": "a.example.com",
                "certificateArn": CERTIFICATE,
            }
        },
        {SECOND: DROP},
        {"crosslink:consumer.network.cidr": "10.12.0.0/16"},
        {"crosslink:consumer.network.zoneIds": ["usw2-az1", "usw2-az3"]},
        {"crosslink:consumer.landings.us-east-1.cidr": "10.13.0.0/20"},
    ],
    ids=[
        "nothing",
        "renamed",
        "slot",
        "order",
        "TLS",
        "removed",
        "gateway's CIDR",
        "its zones",
        "landing's CIDR",
    ],
)
def test_what_may_change(edits: dict[str, Any]) -> None:
    assert faults(edits) == []


def test_what_an_older_version_did_not_tell_is_not_compared() -> None:
    unknown = {"slot": None, "cidr": None, "zone_ids": None, "cluster_key": None}
    old = {name: backend.model_copy(update=unknown) for name, backend in BEFORE.backends.items()}
    edits = {
        f"{FIRST}.network.cidr": "10.21.0.0/16",
        f"{FIRST}.slot": 7,
        f"{SECOND}.slot": 0,
        KEY_ARN: KEY,
    }
    assert faults(edits, BEFORE.model_copy(update={"backends": old})) == []


def test_another_team_s_account_is_no_account_of_ours() -> None:
    before = of_settings(parsed(edited(STACK_FILE, JOINED_SERVICE)))
    assert faults({**JOINED_SERVICE, f"{FIRST}.accountId": "444444444444"}, before) == []


def test_the_settings_are_refused_with_the_way_round() -> None:
    file = edited(STACK_FILE, {f"{FIRST}.network.cidr": "10.21.0.0/16"})
    with pytest.raises(SettingsError) as refused:
        parse(as_config(file), "dev", before=BEFORE)
    assert str(refused.value) == (
        "1 fault in the settings of stack dev:\n\n"
        "crosslink:backends[0].network.cidr = 10.21.0.0/16\n"
        "    must stay as it is deployed: for another, add a backend beside it and move its routes "
        "(docs/recipes/move.md)\n"
        "    cidr: 10.20.0.0/16"
    )


def test_nothing_of_a_secret_is_told() -> None:
    file = edited(STACK_FILE, {f"{FIRST}.network.cidr": "10.21.0.0/16"})
    with pytest.raises(SettingsError) as refused:
        parse(as_config(file), "dev", {"crosslink:backends"}, before=BEFORE)
    assert "10.2" not in str(refused.value)
