"""Large stack files: how their faults are reported, and how much work that is."""

import cProfile
from typing import Any

import pytest

from settings import SettingsError, parse
from tests.settings.stack_file import STACK_FILE, as_config, edited, parsed, tokens

SERVICES = "crosslink:backends[0].services"


def services(count: int, **different: Any) -> list[dict[str, Any]]:
    return [
        {"name": f"s{n}", "path": f"/s{n}", "image": "echo", "port": 80} | different for n in range(count)
    ]


def backends(count: int, **different: Any) -> list[dict[str, Any]]:
    first = STACK_FILE["crosslink:backends"][0]
    return [
        first | {"name": f"b{n}", "slot": n, "services": [services(count)[n]]} | different
        for n in range(count)
    ]


# What so many networks in one account and region need
RAISED = {"crosslink:quotas": {"vpcs": 200, "elasticIps": 200, "natGateways": 200}}


def error_of(edits: dict[str, Any]) -> SettingsError:
    with pytest.raises(SettingsError) as error:
        parse(as_config(edited(STACK_FILE, edits)), "dev")
    return error.value


def test_fifty_backends_fit_and_one_more_needs_another_stack() -> None:
    assert len(parsed(edited(STACK_FILE, {**RAISED, "crosslink:backends": backends(50)})).backends) == 50
    (fault,) = error_of({**RAISED, "crosslink:backends": backends(51)}).faults
    assert str(fault).startswith("crosslink:backends = [b0, b1, b2,")
    assert fault.must == "must hold 50 backends or less: each has a slot of its own, from 0 to 49"
    assert fault.fix == "# 50 backends at most: use a second stack"


def test_two_hundred_backends_in_one_slot_are_one_fault() -> None:
    assert len(error_of({**RAISED, "crosslink:backends": backends(200, slot=0)}).faults) == 1


@pytest.mark.parametrize("slot", [50, -1, 3])
def test_each_slot_that_is_suggested_is_free(slot: int) -> None:
    items = backends(50)
    for n in (7, 11, 30):
        items[n]["slot"] = slot
    found = error_of({**RAISED, "crosslink:backends": items}).faults
    assert len(found) == 3
    for fault in found:
        index = tokens(fault.path)[1]
        items[int(index)]["slot"] = int(fault.fix.removeprefix("slot: "))
    assert parsed(edited(STACK_FILE, {**RAISED, "crosslink:backends": items}))


def test_ten_faults_of_a_kind_are_reported_in_full_and_the_others_by_their_keys() -> None:
    error = error_of({SERVICES: services(23, port="80")})
    assert len(error.faults) == 23
    first, *paragraphs, last = str(error).split("\n\n")
    assert first == "23 faults in the settings of stack dev:"
    assert paragraphs == [str(fault) for fault in error.faults[:10]]
    keys = ", ".join(f"{SERVICES}[{n}].port" for n in range(10, 20))
    assert last == f"13 more, as above: {keys}, …\n    must be a whole number, without quotes"


def test_ten_faults_of_each_kind_are_reported_in_full() -> None:
    error = error_of({SERVICES: [*services(10, port="80"), *services(10, image="")]})
    assert str(error).split("\n\n")[1:] == [str(fault) for fault in error.faults]


def test_names_that_are_suggested_for_the_same_name_differ() -> None:
    found = error_of({SERVICES: services(15, name="x")}).faults
    assert [fault.fix for fault in found] == [f"name: x-{n}" for n in range(2, 16)]


def test_paths_that_are_suggested_for_the_same_path_differ() -> None:
    found = error_of({SERVICES: services(15, path="/a/b")}).faults
    assert found[0].fix == "path: /a/b-2"
    fixed = services(15, path="/a/b")
    for service, fault in zip(fixed[1:], found, strict=True):
        service["path"] = fault.fix.removeprefix("path: ")
    assert parsed(edited(STACK_FILE, {SERVICES: fixed}))


def test_the_first_of_the_same_paths_is_named_whatever_its_case() -> None:
    items = [s | {"path": path} for s, path in zip(services(3), ["/a", "/b/c", "/B/c"], strict=True)]
    (fault,) = error_of({SERVICES: items}).faults
    assert (fault.path, fault.fix) == (f"{SERVICES}[2].path", "path: /B/c-2")
    assert fault.must == f"must be unique, whatever its case: {SERVICES}[1].path is the same"


def test_paths_may_be_nested() -> None:
    items = [s | {"path": path} for s, path in zip(services(3), ["/a", "/a/b/c", "/"], strict=True)]
    assert [served.path for served in parsed(edited(STACK_FILE, {SERVICES: items})).backends[0].served] == [
        "/a",
        "/a/b/c",
        "/",
    ]


LARGE: dict[str, Any] = {
    "services": lambda n: {SERVICES: services(n)},
    "services with the same name": lambda n: {SERVICES: services(n, name="x")},
    "services with the same path": lambda n: {SERVICES: services(n, path="/x")},
    "services with a fault each": lambda n: {SERVICES: services(n, port="80")},
    "routes of no service": lambda n: {
        SERVICES: services(n),
        "crosslink:api.routes": {f"/x{i}": {"auth": "iam"} for i in range(n)},
    },
    "zones of another region": lambda n: {
        "crosslink:backends[0].network.zoneIds": [
            f"{a}{b}{c}1-az1" for a in "abcdefghijklmnopqrst" for b in "abcdefghij" for c in "abcdefghij"
        ][:n]
    },
}


@pytest.mark.parametrize("edits", LARGE.values(), ids=LARGE.keys())
def test_twice_the_file_takes_about_twice_the_work(edits: Any) -> None:
    calls(edits(300))  # fills caches
    once, twice = (calls(edits(count)) for count in (300, 600))
    assert twice < 2.2 * once


def calls(edits: dict[str, Any]) -> int:
    """Number of function calls until the faults of a file are reported."""
    config = as_config(edited(STACK_FILE, edits))
    with cProfile.Profile() as profile, pytest.raises(SettingsError):
        parse(config, "dev")
    return sum(entry.callcount for entry in profile.getstats())
