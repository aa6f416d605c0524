"""What callers get less of is told, and what takes away what requests still go to."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from crosslink.compare.changes import Change, Difference, Operation, changes
from crosslink.compare.sources import Side
from crosslink.compare.standing import Effect, Kind, effects
from crosslink.graph import tokens
from crosslink.sandbox.record import Run
from tests.redeployments import base, program, with_api

Edit = Callable[[Mapping[str, Any]], Mapping[str, Any]]


def _with(type_: str, edit: Edit, run: Run | None = None) -> Run:
    """A run with other inputs of all resources of a type."""
    run = run or base()
    others = {
        urn: replace(resource, inputs={**resource.inputs, **edit(resource.inputs)})
        for urn, resource in run.resources.items()
        if resource.type == type_
    }
    return replace(run, resources={**run.resources, **others})


def _without(type_: str, run: Run) -> Run:
    return replace(run, resources={urn: each for urn, each in run.resources.items() if each.type != type_})


def _told(before: Run, after: Run) -> tuple[Effect, ...]:
    return effects(Side(before, {}), Side(after, {}), changes(before, after))


def _hows(before: Run, after: Run) -> list[str]:
    return [effect.how for effect in _told(before, after)]


def _api() -> Run:
    return program(with_api({}, existing=False))


def _limits(rate: float) -> Edit:
    return lambda inputs: {"settings": {**inputs["settings"], "throttlingRateLimit": rate}}


def test_a_lower_limit_of_the_stage_is_told() -> None:
    high, low = (_with(tokens.API_METHOD_SETTINGS, _limits(rate)) for rate in (50.0, 5.0))
    assert "takes 5 requests per second, it was 50: callers get 429 above it" in _hows(high, low)
    assert _hows(low, high) == []


def _quota(limit: float, period: str) -> Edit:
    return lambda _inputs: {"quotaSettings": {"limit": limit, "period": period}}


@pytest.mark.parametrize(
    ("limit", "period", "told"),
    [
        (60.0, "MONTH", ["takes 2 requests a day on average, it was 10: callers get 429 above it"]),
        (70.0, "WEEK", []),
        (11.0, "DAY", []),
    ],
)
def test_a_lower_quota_of_a_client_is_told(limit: float, period: str, told: list[str]) -> None:
    before, after = (
        _with(tokens.USAGE_PLAN, _quota(*quota), _api()) for quota in ((10, "DAY"), (limit, period))
    )
    assert [how for how in _hows(before, after) if "429" in how] == told


def test_a_quota_where_there_was_none_is_told() -> None:
    before = _with(tokens.USAGE_PLAN, lambda _inputs: {"quotaSettings": None}, _api())
    after = _with(tokens.USAGE_PLAN, _quota(60, "MONTH"), _api())
    assert "takes 2 requests a day on average: callers get 429 above it" in _hows(before, after)


def test_a_stricter_version_of_tls_is_told() -> None:
    before, after = (
        _with(tokens.DOMAIN_NAME, lambda _inputs, policy=policy: {"securityPolicy": policy}, _api())
        for policy in ("TLS_1_2", "SecurityPolicy_TLS13_1_3_2025_09")
    )
    assert "takes TLS 1.3 alone: callers who speak TLS 1.2 get no connection" in _hows(before, after)
    assert _hows(after, before) == []


def test_a_name_without_its_record_is_told() -> None:
    assert _hows(_api(), _without(tokens.DNS_RECORD, _api())) == [
        "goes: who asks there no longer finds the API"
    ]
    assert _hows(_without(tokens.DNS_RECORD, _api()), _api()) == []


def test_an_endpoint_service_that_exchanges_its_nlb_is_told() -> None:
    after = _with(tokens.ENDPOINT_SERVICE, lambda _inputs: {"networkLoadBalancerArns": ["another"]})
    (effect,) = [effect for effect in _told(base(), after) if effect.kind is Kind.INTERRUPTED]
    assert effect.how == "exchanges its NLB: connections over the old one end"
    assert effect.routes == ("/svc1", "/svc2")


def _addresses(*addresses: str) -> Edit:
    return lambda _inputs: {"subnetConfigurations": [{"ipv4": address} for address in addresses]}


def test_an_endpoint_that_leaves_a_zone_is_told() -> None:
    both = _with(tokens.ENDPOINT, _addresses("10.11.0.10", "10.11.4.10"))
    less, others = (
        _with(tokens.ENDPOINT, _addresses(*addresses))
        for addresses in (("10.11.0.10",), ("10.11.0.17", "10.11.4.17"))
    )
    assert any(how.startswith("leaves a zone at once") for how in _hows(both, less))
    assert _hows(less, both) == []
    assert not any(how.startswith("leaves a zone") for how in _hows(both, others))


def test_a_listener_that_turns_to_a_new_target_group_is_told() -> None:
    hows = _hows(base(), _with(tokens.TARGET_GROUP, lambda _inputs: {"port": 8081.0}))
    assert any(how.startswith(("turns to a new target group", "is deleted before")) for how in hows)


def test_another_controller_of_a_class_is_refused() -> None:
    def other(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"spec": {**inputs["spec"], "controller": "ingress.k8s.aws/alb"}}

    (refused,) = [effect for effect in _told(base(), _with(tokens.INGRESS_CLASS, other)) if effect.kind.fails]
    assert refused.how.startswith("would get another controller, which Kubernetes refuses")


def _with_routes(routes: Mapping[str, Mapping[str, Any]]) -> Run:
    """Another output: only what it tells of routes counts for what callers lose."""
    path = base().outputs["path"]
    known = {
        name: {**path["routes"].get(name, path["routes"]["/svc1"]), **route} for name, route in routes.items()
    }
    return replace(
        base(), outputs={**base().outputs, "path": {**path, "routes": {**path["routes"], **known}}}
    )


def test_less_time_for_an_answer_is_told() -> None:
    long = _with_routes({"/svc1": {"timeoutSeconds": 300, "streaming": True}})
    assert _hows(long, base()) == [
        "waits 29 seconds for an answer, it was 300: slower ones become 504",
        "no longer streams: callers get an answer once it is whole, and none above 10 MB",
    ]
    assert _hows(base(), long) == []


def test_a_new_route_below_another_takes_its_requests() -> None:
    (effect,) = _told(base(), _with_routes({"/svc1/admin": {}}))
    assert (effect.what, effect.how) == (("/svc1/admin",), "takes requests that /svc1 has answered")
    assert _told(base(), _with_routes({"/svc3": {}})) == ()


def test_another_header_counts_for_routes_that_ask_a_function() -> None:
    before = _with_routes({"/svc2": {"auth": "lambda"}})
    path = before.outputs["path"]
    api = {**path["api"], "tokenHeader": "X-Other"}
    after = replace(before, outputs={**before.outputs, "path": {**path, "api": api}})
    assert [effect.what for effect in _told(before, after)] == [("/svc2",)]


def test_a_target_group_that_stays_with_the_old_balancer_is_a_clash() -> None:
    """As when a component's type changes, and its balancer is another resource."""
    (first, *_) = base().of_type(tokens.LISTENER)
    listener = Change(
        operation=Operation.REPLACED,
        differences=(Difference("loadBalancerArn", "one", "another"),),
        **{name: getattr(first, name) for name in ("urn", "type", "name", "account", "region")},
    )
    found = effects(Side(base(), {}), Side(base(), {}), [listener])
    assert [effect.kind for effect in found if "target group still belongs" in effect.how] == [Kind.CLASH]
