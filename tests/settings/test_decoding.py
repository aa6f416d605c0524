"""Any JSON in a stack file results in settings, or in faults that can be printed."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings import SettingsError, parse
from settings.decoding import MAX_LEVELS
from settings.errors import Fault, key
from tests.settings.stack_file import STACK_FILE, as_config, edited, parsed

HERE = "@@"
"""Placeholder in a stack file for JSON text that `json.dumps` never writes."""
FILE = edited(
    STACK_FILE,
    {
        "crosslink:backends[0].services[0].env": {"A": "x"},
        "crosslink:backends[0].services[0].args": ["x"],
        "crosslink:backends[0].externalId": None,
        "crosslink:backends[0].cluster.version": "1.36",
        "crosslink:api.routes": {"/svc1": {"methods": ["GET"], "throttle": {"rate": 1, "burst": 1}}},
        "crosslink:api.logs": {"retentionDays": 90},
        "crosslink:flowLogs": {"retentionDays": 90},
        "crosslink:protect": False,
    },
)


def places(value: object, path: str) -> Iterator[str]:
    """The paths of a value and of all values in it."""
    yield path
    items: Mapping[Any, object] = (
        cast("dict[str, object]", value)
        if isinstance(value, dict)
        else dict(enumerate(cast("list[object]", value) if isinstance(value, list) else []))
    )
    for name, item in items.items():
        yield from places(item, key(path, name))


PLACES = [place for name, value in FILE.items() for place in places(value, name)]
TEXT = st.text(st.characters(codec=None, categories=("L", "N", "Cs", "Cc", "P")), max_size=4)
NUMBERS = st.sampled_from(
    ["-0", "1e999", "-1e999", "NaN", "Infinity", "9" * 400, "9" * 5000, "0.1", "5e-324"]
)
SCALARS = NUMBERS | (st.none() | st.booleans() | st.integers() | TEXT).map(json.dumps)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=2).map(lambda items: f"[{','.join(items)}]")
        | st.dictionaries(TEXT.map(json.dumps), inner, max_size=2).map(
            lambda items: f"{{{','.join(f'{name}:{item}' for name, item in items.items())}}}"
        )
    ),
    max_leaves=4,
)
BRACKETS = st.sampled_from([("[", "]"), ('{"\\ud800":', "}"), ('[{"a":', "}]")])


def faults(place: str, text: str) -> tuple[Fault, ...]:
    """The faults of a stack file that holds a JSON text at a place."""
    config = {
        name: value and value.replace(json.dumps(HERE), text).replace(HERE, text)
        for name, value in as_config(edited(FILE, {place: HERE})).items()
    }
    try:
        parse(config, "dev")
    except SettingsError as error:
        str(error).encode()
        return error.faults
    return ()


@hypothesis.settings(max_examples=150)
@given(st.sampled_from(PLACES), JSON, BRACKETS, st.sampled_from([0, 0, MAX_LEVELS, 300, 2000]))
def test_any_json_at_any_place(place: str, text: str, brackets: tuple[str, str], levels: int) -> None:
    opening, closing = brackets
    faults(place, f"{opening * levels}{text}{closing * levels}")


def test_the_file_of_the_property_has_no_fault() -> None:
    assert parsed(FILE)


@pytest.mark.parametrize("place", PLACES)
def test_what_is_nested_too_deeply_is_refused_by_its_path(place: str) -> None:
    found = faults(place, "[" * 300 + "]" * 300)
    assert any(fault.path.startswith(place) or place.startswith(fault.path) for fault in found)


def test_what_the_parser_fails_on_is_refused_by_its_key() -> None:
    (fault,) = faults("crosslink:api.stage", "[" * 5000 + "]" * 5000)
    assert (fault.path, fault.must) == ("crosslink:api", "must be nested 20 levels deep or less")


@pytest.mark.parametrize(
    ("place", "text", "path"),
    [
        ("crosslink:api.stage", r'"v\ud8001"', "crosslink:api.stage"),
        (
            "crosslink:backends[0].services[0].args[0]",
            r'"\udfff"',
            "crosslink:backends[0].services[0].args[0]",
        ),
        ("crosslink:tags", r'{"\ud800": "x"}', "crosslink:tags.\ufffd"),
    ],
)
def test_a_lone_surrogate_is_refused_by_its_path(place: str, text: str, path: str) -> None:
    (fault,) = [fault for fault in faults(place, text) if "surrogate" in fault.must]
    assert fault.path == path


def test_a_surrogate_pair_is_one_character() -> None:
    assert not faults("crosslink:backends[0].services[0].env.A", r'"\ud83d\ude00"')


@pytest.mark.parametrize(
    ("number", "fix"),
    [
        ("1e999", 'accountId: "222222222222"'),
        ("NaN", 'accountId: "222222222222"'),
        ("-11111111111", 'accountId: "222222222222"'),
        ("9" * 13, 'accountId: "222222222222"'),
        ("11111111111", 'accountId: "011111111111"'),
        ("333333333333", 'accountId: "333333333333"'),
    ],
)
def test_an_account_id_without_quotes(number: str, fix: str) -> None:
    (fault,) = faults("crosslink:backends[0].accountId", number)
    assert fault.fix == fix
