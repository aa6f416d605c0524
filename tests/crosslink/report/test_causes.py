"""Causes are told once, with all that they touch; of many routes a page says how they are."""

import re
from dataclasses import replace
from functools import cache

from crosslink.fields.not_judged import NotJudged
from crosslink.graph.unknown import Unknown
from crosslink.path import steps
from crosslink.path.walk import Model
from crosslink.rules.verdict import Judgement, judge
from tests.crosslink.report.many import many, with_facts
from tests.crosslink.report.models import NOT_ALLOWED, printed, walk, walking
from tests.crosslink.walks import model_of_file, there, with_found
from tests.runs import DEV

DENIED = "no permission for elasticloadbalancing:DescribeTargetHealth in 111111111111 us-west-2"
PAGE = 80  # lines: two screens of a terminal
FINDINGS = """\
/team05/0, /team05/1, /team05/2, /team05/3: broken at the target group
  where aws:lb/targetGroup:TargetGroup crosslink-team05, 111111111111 us-west-2
  why   preserve_client_ip is true
"""
UNKNOWN = f"""\
[1] unknown: {DENIED}
  where /team40/0, /team40/1, /team40/2 and 37 more routes: target, provider target
  rules target-is-healthy
"""
ROUTES = """\
Routes
  ✗ target group: client-addresses-are-hidden /team05/0, /team05/1, /team05/2, /team05/3
  ▲ provider NLB: provider-nlb-crosses-zones  /team10/0, /team10/1, /team10/2, /team10/3, /team11/0,
                                              /team11/1, /team11/2, /team11/3, /team12/0, /team12/1,
                                              /team12/2, /team12/3 and 68 more
  ? target: target-is-healthy                 /team40/0, /team40/1, /team40/2, /team40/3, /team41/0,
                                              /team41/1, /team41/2, /team41/3, /team42/0, /team42/1,
                                              /team42/2, /team42/3 and 28 more
  ✓ all holds                                 /team00/0, /team00/1, /team00/2, /team00/3, /team01/0,
                                              /team01/1, /team01/2, /team01/3, /team02/0, /team02/1,
                                              /team02/2, /team02/3 and 64 more
"""


@cache
def fifty() -> Model:
    """Fifty backends of four routes, some with faults of their own."""
    model = with_facts(many(50), steps.PROVIDER_NLB, range(10, 30), cross_zone=False)
    model = with_facts(model, steps.TARGET_GROUP, [5], preserves_client_ip="true")
    for step in (steps.TARGET, steps.PROVIDER_TARGET):
        model = with_facts(model, step, range(40, 50), health=Unknown(DENIED))
    return model


@cache
def judged() -> Judgement:
    return judge(fifty())


def test_fifty_backends_fit_on_a_page() -> None:
    page = printed(fifty(), judged())
    assert len(page.splitlines()) < PAGE
    for part in (FINDINGS, UNKNOWN, ROUTES):
        assert part in page
    assert page.index(FINDINGS) < page.index(UNKNOWN) < page.index(ROUTES)
    assert page.count(DENIED) == 1
    assert "Walk of" not in page
    assert "\n        and 17 more\n" in page


def test_a_command_is_in_one_line_of_its_own() -> None:
    """It is to be copied, and is as long as an ARN is."""
    page = printed(fifty(), judged())
    arn = r"arn:aws:elasticloadbalancing:\S+:targetgroup/crosslink-team05-\S+"
    assert re.search(
        rf"^  look  aws elbv2 describe-\S+ --target-group-arn {arn} --region us-west-2$", page, re.M
    )
    assert re.search(rf"^  mend  aws elbv2 modify-\S+ --target-group-arn {arn} --attributes .*$", page, re.M)


def test_all_prints_every_walk_in_full_and_names_all_hops() -> None:
    """A walk of its own for each route, without what is left out of others."""
    model = replace(fifty(), walks=fifty().walks[40:60])
    page = printed(model, judge(model), every=True)
    assert page.count("Walk of ") == 20
    assert ": as above" not in page
    assert page.count("aws:lb/loadBalancer:LoadBalancer crosslink-team12, 222222222222 us-east-1") == 1
    assert re.search(r"and \d+ more", page) is None
    assert page.count("  mend  ") == 5


def test_one_route_has_its_walk() -> None:
    model = replace(fifty(), walks=fifty().walks[20:21])
    assert "Walk of /team05/0" in printed(model, judge(model))


def test_a_walk_does_not_repeat_what_another_one_has_told() -> None:
    model = model_of_file(DEV)
    page = printed(model, judge(model))
    _, svc2 = page.split("Walk of /svc2\n")
    assert "    ✓ VPC link              to ALB: as above\n    ✓ Ingress rule " in svc2
    assert "gateway NLB" not in svc2.partition("Settings that")[0]
    assert "as above" not in printed(model, judge(model), every=True)


def test_a_reason_of_several_hops_is_told_once() -> None:
    """A sign stands for it in the walk."""
    groups = replace(there(walk(), steps.TARGET_GROUP), port=NOT_ALLOWED)
    model = walking(
        with_found(with_found(walk(), steps.LISTENER, NOT_ALLOWED), steps.TARGET_GROUP, (groups,))
    )
    page = printed(model, judge(model))
    assert page.count(NOT_ALLOWED.reason) == 1
    assert (
        "    ? listener              unknown [1]\n        unknown             uri-picks-a-listener [1]\n"
        in page
    )
    assert f"\n[1] unknown: {NOT_ALLOWED.reason}\n  where /svc1: listener, " in page


def test_what_is_broken_behind_a_stop_is_told_in_a_line() -> None:
    model = with_facts(many(3), steps.TARGET_GROUP, [1], preserves_client_ip="true")
    model = with_facts(model, steps.PROVIDER_NLB, [1], internal=False)
    page = printed(model, judge(model))
    routes = "/team01/0, /team01/1, /team01/2, /team01/3"
    assert f"Also broken\n  {routes}: balancer-is-private at the provider NLB: " in page


def test_settings_that_nothing_judges_are_grouped_by_type_and_field() -> None:
    def setting(name: str, value: str) -> NotJudged:
        hop = replace(there(walk(), steps.LINK), resource=f"aws:x/y:Z {name}", urn=name)
        return NotJudged(title="VPC link", hop=hop, field="speed", value=value)

    several = {setting(f"link{number}", str(number // 4)): ("/svc1",) for number in range(6)}
    model = walking(walk())
    page = printed(model, replace(judge(model), not_judged=several))
    line = "  aws:x/y:Z link0, link1, link2 and 3 more: speed: 0, speed: 1 (/svc1)"
    assert f"\nSettings that nothing judges\n{line}\n\n" in page
