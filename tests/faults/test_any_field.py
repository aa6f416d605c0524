"""Whatever field of whatever resource has another value: it is never passed over in silence."""

from collections.abc import Callable, Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from crosslink.rules import RULES
from crosslink.rules.verdict import Judgement, Result
from tests.faults.any_field import Field, Said, as_it_is, fields_by_type, judged, said_in, told

STACKS = ("dev", "mixed", "existing-api")
MODULES = {rule.id: rule.judge.__module__ for rule in RULES}
# Why a rule that is broken in the program may hold in AWS.
PLANNED_ONLY: Mapping[str, Callable[[str], bool]] = {
    "AWS refuses it in the up, so that it never is as the program says": lambda rule: (
        MODULES[rule].rpartition(".")[2].startswith("refused")
    ),
    "AWS doesn't tell what waited for what": lambda rule: "-waits-" in rule,
}


@st.composite
def fields(draw: st.DrawFn) -> tuple[str, Field]:
    """A stack, and a field in it with another value; each type is as likely as any other."""
    stack = draw(st.sampled_from(STACKS))
    own = fields_by_type(stack)
    return stack, draw(st.sampled_from(own[draw(st.sampled_from(sorted(own)))]))


@settings(max_examples=25, derandomize=True)
@given(changed=fields())
def test_a_change_is_judged_the_same_in_the_program_and_in_aws(changed: tuple[str, Field]) -> None:
    """None is passed over in silence; what is broken in one can't hold in the other where it is seen."""
    stack, field = changed
    planned, live = judged(field, "planned", stack), judged(field, "live", stack)
    said = said_in(planned, field, "planned", stack), said_in(live, field, "live", stack)

    assert Said.SILENCE not in said
    if said == (Said.NAMED, Said.HOLDS):
        assert not [rule for rule in broken(planned, "planned", stack) if not is_planned_only(rule)]
    assert said != (Said.HOLDS, Said.NAMED)


def broken(after: Judgement | None, vantage: str, stack: str) -> set[str]:
    """The rules that a change breaks."""
    new = told(after) - told(as_it_is(vantage, stack)) if after else ()
    return {rule for rule, _urn, result, _why in new if result is not Result.UNKNOWN}


def is_planned_only(rule: str) -> bool:
    """Whether there is a reason why AWS can't show that a rule is broken."""
    return any(applies(rule) for applies in PLANNED_ONLY.values())
