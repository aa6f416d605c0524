"""Whatever field of whatever resource has another value: it is never passed over in silence."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosslink.graph.node import side_of
from tests.faults.any_field import Field, Said, fields_of, said_of
from tests.faults.fault import model_of

STACKS = ("dev", "mixed", "existing-api")


@cache
def _fields(stack: str) -> dict[str, list[Field]]:
    """Type → the fields of its first resource: those of the others are judged by the same rules."""
    found: dict[str, list[Field]] = {}
    for node in model_of("planned", stack).resources.values():
        if side_of(node.urn) and node.type.startswith(("aws:", "kubernetes:")) and node.type not in found:
            found[node.type] = list(fields_of(node))
    return {type_: fields for type_, fields in found.items() if fields}


@st.composite
def fields(draw: st.DrawFn) -> tuple[str, Field]:
    """A stack, and a field in it with another value; each type is as likely as any other."""
    stack = draw(st.sampled_from(STACKS))
    own = _fields(stack)
    return stack, draw(st.sampled_from(own[draw(st.sampled_from(sorted(own)))]))


@pytest.mark.parametrize("vantage", ["planned", "live"])
@settings(max_examples=150)
@given(changed=fields())
def test_no_change_is_passed_over_in_silence(vantage: str, changed: tuple[str, Field]) -> None:
    stack, field = changed

    assert said_of(field, vantage, stack) is not Said.SILENCE
