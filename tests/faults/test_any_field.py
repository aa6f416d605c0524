"""Whatever field of whatever resource has another value: it is never passed over in silence."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.faults.any_field import Field, Said, fields_by_type, judged, said_in

STACKS = ("dev", "mixed", "existing-api")
# What one vantage point may hold where another finds a rule broken, and why.
UNSEEN_LIVE = {
    Said.UNPLAYED: "AWS would have refused it",
    Said.NOT_ANSWERED: "AWS has no member for it",
    Said.NOT_LOOKED_AT: "the doctor doesn't read it",
}


@st.composite
def fields(draw: st.DrawFn) -> tuple[str, Field]:
    """A stack, and a field in it with another value; each type is as likely as any other."""
    stack = draw(st.sampled_from(STACKS))
    own = fields_by_type(stack)
    return stack, draw(st.sampled_from(own[draw(st.sampled_from(sorted(own)))]))


@settings(max_examples=60, derandomize=True)
@given(changed=fields())
def test_a_change_is_judged_the_same_in_the_program_and_in_aws(changed: tuple[str, Field]) -> None:
    """None is passed over in silence; what is broken in one can't hold in the other where it is seen."""
    stack, field = changed
    planned, live = judged(field, "planned", stack), judged(field, "live", stack)
    said = {
        "planned": said_in(planned, field, "planned", stack),
        "live": said_in(live, field, "live", stack),
    }

    assert Said.SILENCE not in said.values()
    if said["live"] not in UNSEEN_LIVE:
        assert {said["planned"], said["live"]} != {Said.NAMED, Said.HOLDS}
