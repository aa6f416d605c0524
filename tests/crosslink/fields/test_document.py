"""Whatever else stands in an API's document is broken, unknown, not judged, or harmless."""

import json
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from components.consumer.openapi_keys import AUTHORIZER, INTEGRATION
from crosslink.fields.lists import Neither, lists
from crosslink.path.document import DOCUMENT, OPERATION, PREFLIGHT, SCHEME
from crosslink.rules.verdict import Judgement, Result, judge
from tests.faults.change import document
from tests.faults.fault import model_of

# Where something may stand: the type of the part, and the way to it from the document.
PLACES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (DOCUMENT, ()),
    (OPERATION, ("paths", "/admin", "get")),
    (OPERATION, ("paths", "/admin/{proxy+}", "get", INTEGRATION)),
    (OPERATION, ("paths", "/orders", "x-amazon-apigateway-any-method", INTEGRATION)),
    (OPERATION, ("paths", "/admin", "get", INTEGRATION, "requestParameters")),
    (PREFLIGHT, ("paths", "/orders", "options")),
    (PREFLIGHT, ("paths", "/orders/{proxy+}", "options", INTEGRATION)),
    (PREFLIGHT, ("paths", "/orders", "options", INTEGRATION, "responses")),
    (SCHEME, ("components", "securitySchemes", "cognito")),
    (SCHEME, ("components", "securitySchemes", "cognito", AUTHORIZER)),
)


def _mappings(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.dictionaries(st.text("abc", min_size=1, max_size=3), inner, min_size=1, max_size=2)


SAID = st.text(max_size=5) | st.integers(1) | st.just(value=True)
VALUES = st.recursive(
    SAID.filter(bool), lambda inner: st.lists(inner, min_size=1, max_size=2) | _mappings(inner), max_leaves=4
)
NEW_KEYS = st.text("abcdefgXYZ-.$", min_size=3, max_size=12) | st.sampled_from(
    ["x-amazon-apigateway-new", "integration.request.header.X-New", "responseTransfer", "credentialsArn"]
)


def _set(way: tuple[str, ...], key: str, value: object, api: Any) -> None:
    place = api
    for step in way:
        place = place[step]
    place[key] = value


def _judged(change: Callable[[Any], None] | None = None) -> Judgement:
    return judge(model_of("planned", "cognito", document(change) if change else None))


@cache
def _usual() -> frozenset[str]:
    """What is said of the stack as it is."""
    return _told(_judged())


def _told(judgement: Judgement) -> frozenset[str]:
    """What is said of a stack: all but what holds, and the settings that nothing judges."""
    wrong = {f"{found.rule} {found.why}" for found in judgement.all() if found.result is not Result.HOLDS}
    return frozenset({*wrong, *map(str, judgement.not_judged)})


def _told_with(way: tuple[str, ...], key: str, value: object) -> frozenset[str]:
    return _told(_judged(partial(_set, way, key, value)))


@settings(max_examples=25)
@given(st.sampled_from(PLACES), NEW_KEYS, VALUES)
def test_a_new_key_is_told(place: tuple[str, tuple[str, ...]], key: str, value: object) -> None:
    _type, way = place

    assert _told_with(way, key, value) - _usual()


def _listed() -> list[tuple[str, tuple[str, ...], str]]:
    """The fields that nothing judges, of each place, with the way to it."""
    found: list[tuple[str, tuple[str, ...], str]] = []
    for type_, way in PLACES:
        inner = ".".join(way[{DOCUMENT: 0, SCHEME: 3}.get(type_, 3) :])
        (whole,) = (listed for listed in lists()[type_] if not listed.at)
        for name, kind in whole.kinds.items():
            before, _, last = name.rpartition(".")
            if isinstance(kind, Neither) and before == inner:
                found.append((type_, way, last))
    return found


@pytest.mark.parametrize(("type_", "way", "key"), _listed())
def test_a_field_that_nothing_judges_is_told(type_: str, way: tuple[str, ...], key: str) -> None:
    assert _told_with(way, key, {"another": "value"}) - _usual(), type_


WRONG: Mapping[str, object] = {
    "type": "aws",
    "connectionType": "INTERNET",
    "connectionId": "zzzzzz",
    "uri": "http://apps.crosslink.example.com:8000/other",
    "httpMethod": "PATCH",
    "timeoutInMillis": 60,
    "contentHandling": "CONVERT_TO_TEXT",
    "requestParameters": {},
}


@pytest.mark.parametrize("key", WRONG)
def test_a_wrong_value_is_told(key: str) -> None:
    assert _told_with(("paths", "/admin", "get", INTEGRATION), key, WRONG[key]) - _usual()


@settings(max_examples=25)
@example((OPERATION, ("paths", "/admin", "get", INTEGRATION)), "uri", True)
@given(
    st.sampled_from([place for place in PLACES if place[0] in (OPERATION, PREFLIGHT, SCHEME)]),
    st.sampled_from(
        [*WRONG, "security", "parameters", "responses", "requestTemplates", "identitySource", "name"]
    ),
    VALUES,
)
def test_what_no_api_has_ends_no_walk(place: tuple[str, tuple[str, ...]], key: str, value: object) -> None:
    """A document may say anything in the place of what it should."""
    assert json.dumps(sorted(_told_with(place[1], key, value)))
