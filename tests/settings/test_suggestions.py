"""What a message proposes is itself accepted: it is fed back, for every fault of the tables and others."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from settings import Fault
from settings.wanted_names import OTHERS
from tests.settings.stack_file import STACK_FILE, StackFile, edited, tokens
from tests.settings.test_settings_faults import CASES, read_yaml, remaining, repaired
from tests.settings.test_settings_messages import JSON, PLACES

FIRST = 10
"""Proposals that are tried: see settings/suggestions.py."""


def refused(file: StackFile, stack: str, fault: Fault) -> list[str]:
    """The faults of what a fault's message proposes."""
    fix = read_yaml(fault.fix) if not fault.fix.startswith("#") else None
    if fix is None:
        return []
    left = remaining(repaired(file, fault, fix), stack)
    return [str(other) for other in left if any(is_in(other.path, place) for place in places(fault, fix))]


def all_refused(file: StackFile, stack: str = "dev") -> list[str]:
    """The faults of all that the messages of a file propose."""
    return [other for fault in remaining(file, stack)[:FIRST] for other in refused(file, stack, fault)]


def places(fault: Fault, fix: Any) -> list[list[str | int]]:
    """Where a fix stands."""
    *above, last = tokens(fault.path)
    if isinstance(fix, list):
        return [[*above, last]]
    if "landings" in fix:
        return [["crosslink:consumer", "landings"]]
    up = next((n for n, part in enumerate(above) if part in fix), len(above))
    return [[name] if name.startswith("crosslink:") else [*above[:up], name] for name in fix]


def is_in(path: str, place: list[str | int]) -> bool:
    return tokens(path)[: len(place)] == place


@pytest.mark.parametrize(("file", "stack", "messages"), CASES)
def test_what_is_proposed_for_the_faults_of_the_tables(file: StackFile, stack: str, messages: str) -> None:
    assert messages
    assert all_refused(file, stack) == []


KEYS = [
    "healthPort",
    "healthCheckPath",
    "zones",
    "subnets",
    "cidrs",
    "role",
    "account",
    "tag",
    "repIicas",
    "portt",
    "enviroment",
    "hostedZone",
    "certificate",
    "principal",
    "method",
    "scope",
    "throttling",
    "timeout",
    "origin",
]
MAPPINGS = [
    "crosslink:consumer",
    "crosslink:consumer.network",
    "crosslink:consumer.landings.us-east-1",
    "crosslink:backends[0]",
    "crosslink:backends[0].network",
    "crosslink:backends[0].cluster",
    "crosslink:backends[0].services[0]",
    "crosslink:api",
    "crosslink:api.throttle",
    "crosslink:api.domain",
    "crosslink:api.routes./svc1",
    "crosslink:api.routes./svc1.cors",
]


@given(st.sampled_from(PLACES), JSON)
@settings(max_examples=60)
def test_what_is_proposed_for_any_value(place: str, value: object) -> None:
    file = edited(STACK_FILE, {place: value})
    assert all_refused(file) == []


@given(st.sampled_from(MAPPINGS), st.sampled_from(KEYS), JSON)
@settings(max_examples=60)
def test_what_is_proposed_for_an_unknown_key(place: str, key: str, value: object) -> None:
    """It is renamed only where the value fits the key that is nearest."""
    file = edited(STACK_FILE, {f"{place}.{key}": value})
    assert all_refused(file) == []


@pytest.mark.parametrize(
    "place", ["crosslink:api.", 'crosslink:api.routes["/svc1"].', "crosslink:backends[0].services[0]."]
)
def test_what_is_proposed_for_what_users_look_for(place: str) -> None:
    for name in OTHERS:
        for value in (7, {"enabled": True}):
            assert all_refused(edited(STACK_FILE, {f"{place}{name}": value})) == [], name
