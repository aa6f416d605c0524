"""What somebody may have on a healthy path, and what is therefore no fault."""

import pytest

from crosslink.rules.verdict import Result, judge
from tests.faults.fault import VANTAGES, model_of
from tests.faults.healthy import (
    access,
    alb_settings,
    api,
    document,
    domain,
    egress,
    firewalls,
    ingress,
    joined,
    joined_egress,
    link_v2,
    load_balancers,
    native_crossing,
    network,
    node_pools,
    pods,
    settings,
    shared_cluster,
    sides,
)
from tests.faults.healthy.variation import Variation
from tests.faults.unseen import unseen

VARIATIONS: tuple[Variation, ...] = (
    *api.VARIATIONS,
    *access.VARIATIONS,
    *document.VARIATIONS,
    *domain.VARIATIONS,
    *link_v2.VARIATIONS,
    *load_balancers.VARIATIONS,
    *firewalls.VARIATIONS,
    *network.VARIATIONS,
    *ingress.VARIATIONS,
    *alb_settings.VARIATIONS,
    *pods.VARIATIONS,
    *node_pools.VARIATIONS,
    *egress.VARIATIONS,
    *shared_cluster.VARIATIONS,
    *settings.VARIATIONS,
    *joined.VARIATIONS,
    *joined_egress.VARIATIONS,
    *sides.VARIATIONS,
    *native_crossing.VARIATIONS,
)


@pytest.mark.parametrize("vantage", VANTAGES)
@pytest.mark.parametrize("variation", VARIATIONS, ids=lambda variation: variation.name)
def test_nothing_is_called_broken(variation: Variation, vantage: str) -> None:
    judgement = judge(model_of(vantage, variation.stack, variation.change))
    broken = {verdict.rule: verdict.why for verdict in judgement.all() if verdict.result is Result.BROKEN}
    unknown = {verdict.rule: verdict.why for verdict in judgement.all() if verdict.result is Result.UNKNOWN}

    assert broken == {}
    assert set(judgement.rules(Result.DEGRADED)) == set(variation.degraded if vantage == "live" else ())
    allowed = {*variation.unknown, *unseen(variation.stack, vantage)}
    assert vantage in variation.blind or unknown.keys() <= allowed, unknown
    assert variation.not_judged or not judgement.not_judged, list(map(str, judgement.not_judged))


@pytest.mark.parametrize(
    "variation",
    [variation for variation in VARIATIONS if variation.not_judged],
    ids=lambda variation: variation.name,
)
def test_a_setting_that_nothing_judges_is_told(variation: Variation) -> None:
    assert judge(model_of("live", variation.stack, variation.change)).not_judged


def test_no_two_variations_have_one_name() -> None:
    names = [variation.name for variation in VARIATIONS]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize("vantage", VANTAGES)
@pytest.mark.parametrize(
    "variation", [*access.UNREAD, *firewalls.UNREAD, *network.UNREAD], ids=lambda variation: variation.name
)
def test_what_nobody_can_read_does_not_hold(variation: Variation, vantage: str) -> None:
    """A prefix list of somebody else's may hold every range that it has to, or none."""
    judgement = judge(model_of(vantage, variation.stack, variation.change))

    assert judgement.rules(Result.BROKEN) == []
    assert judgement.results()[variation.unknown[0]] is Result.UNKNOWN


@pytest.mark.parametrize(
    "variation", [*sides.WAITING, *native_crossing.WAITING], ids=lambda variation: variation.name
)
def test_what_waits_for_another_team_neither_holds_nor_is_broken(variation: Variation) -> None:
    judgement = judge(model_of("live", variation.stack, variation.change))
    unknown = [verdict for verdict in judgement.all() if verdict.result is Result.UNKNOWN]

    assert judgement.rules(Result.BROKEN) == []
    assert {verdict.rule for verdict in unknown} == set(variation.unknown)
    assert all("accept" in str(verdict.why) for verdict in unknown)
