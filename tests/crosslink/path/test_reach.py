"""Where a walk begins and ends if a part of the path is another owner's."""

import pytest

from crosslink.graph.unknown import Beyond, BeyondError, Unknown
from crosslink.path import steps
from crosslink.path.hop import Hop
from crosslink.path.reach import FIRST, LAST
from tests.crosslink.walks import each_run, there, told, walks_of
from tests.runs import file_of


def ends(example: str, *, preview: bool) -> list[tuple[str, ...]]:
    """Of each walk the line before the stack's own part, its first and last step, and the line behind."""
    found: list[tuple[str, ...]] = []
    for walk in walks_of(file_of(example), preview=preview).values():
        hops = told(walk)
        own = [title for title, hop in hops if not isinstance(hop, Beyond)]
        lines = [str(hop) if isinstance(hop, Beyond) else "" for hop in (hops[0][1], hops[-1][1])]
        assert [title for title, hop in hops[1:-1] if isinstance(hop, Beyond)] == []
        found.append((lines[0], own[0], own[-1], lines[1]))
    return list(dict.fromkeys(found))


@each_run
def test_a_walk_ends_at_another_stacks_service(preview: bool) -> None:
    [(before, first, last, behind)] = ends("consumer-only", preview=preview)
    assert (before, first, last) == ("", "stage", "interface endpoint")
    assert behind == "unknown beyond: no role in account 222222222222"


@each_run
def test_a_walk_without_an_api_begins_at_the_service(preview: bool) -> None:
    [(before, first, last, behind)] = ends("provider-only", preview=preview)
    assert before == "before: the API and its endpoint are another stack's"
    assert (first, last, behind) == ("endpoint service", "Deployment", "")


@each_run
@pytest.mark.parametrize(
    ("example", "last"), [("load-balancer", "ALB"), ("network-load-balancer", "provider target")]
)
def test_a_walk_ends_at_another_owners_load_balancer(example: str, last: str, preview: bool) -> None:
    line = "unknown beyond: what the load balancer sends requests to is its owner's"
    assert ends(example, preview=preview) == [("", "stage", last, line)]


@each_run
def test_of_an_existing_load_balancer_a_program_knows_the_arn_alone(preview: bool) -> None:
    [walk] = walks_of(file_of("load-balancer"), preview=preview).values()
    alb = there(walk, steps.ALB)
    assert str(alb.id).endswith("loadbalancer/app/search/50dc6c495c0c9188")
    reason = Unknown("the settings of load balancer search are its owner's, and AWS alone tells them")
    assert {alb.scheme, alb.listeners, alb.subnets, walk.every(steps.JOINED_ORDER)} == {reason}
    assert walk.waits(there(walk, steps.PROVIDER_TARGET), alb) is False


def test_the_ends_are_steps() -> None:
    titles = {step.title for step in steps.STEPS}
    assert {FIRST, *LAST.values()} <= titles


def test_what_a_rule_cannot_do_without_stops_it() -> None:
    walk = next(iter(walks_of(file_of("consumer-only")).values()))
    assert list(walk.seen(steps.ALB)) == []
    with pytest.raises(BeyondError, match="no role in account"):
        walk.reach(steps.ALB)
    assert all(isinstance(hop, Hop) for hop in walk.reach(steps.ENDPOINT))
