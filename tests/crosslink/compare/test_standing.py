"""What is said of a change to what stands: what callers lose, and what makes an update fail."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from crosslink.command import Status
from crosslink.compare import comment
from crosslink.compare.changes import Change, Operation, changes
from crosslink.compare.command import status_of
from crosslink.compare.comparison import Comparison, compare
from crosslink.compare.sources import Side
from crosslink.compare.standing import Effect, Kind, effects
from crosslink.graph import tokens
from crosslink.sandbox.record import Run
from tests.redeployments import APPS, ROLE, base, program, redeployed, tls, whole, with_api
from tests.runs import file_of, run_stack
from tests.settings.stack_file import DROP

CONSUMER = "crosslink:consumer"
KEY = "aws:kms/key:Key"
NO_METHOD = "API Gateway answers 403, Missing Authentication Token"
Told = tuple[str, str, str]  # the sign, what, and how it begins
OF_DEV: Mapping[str, tuple[Mapping[str, Any], Status, Sequence[Told]]] = {
    "what is final": (
        {
            f"{CONSUMER}.accountId": "444444444444",
            f"{CONSUMER}.roleArn": "arn:aws:iam::444444444444:role/crosslink-deploy",
            f"{CONSUMER}.previewRoleArn": DROP,
            f"{APPS}.accountId": "555555555555",
            f"{APPS}.roleArn": "arn:aws:iam::555555555555:role/crosslink-deploy",
            f"{APPS}.previewRoleArn": DROP,
            f"{APPS}.cluster.admins": DROP,
            f"{APPS}.network.cidr": "10.50.0.0/16",
            f"{APPS}.network.zoneIds": ["use1-az1", "use1-az2", "use1-az4"],
        },
        Status.BROKEN,
        [
            ("✗", "crosslink:consumer.accountId", "must stay as it is deployed"),
            ("✗", "crosslink:backends[apps].accountId", "must stay as it is deployed"),
            ("✗", "crosslink:backends[apps].network.cidr", "must stay as it is deployed"),
            ("✗", "crosslink:backends[apps].network.zoneIds", "must stay as it is deployed"),
        ],
    ),
    "renamed with its slot": (
        {f"{APPS}.name": "shop"},
        Status.BROKEN,
        [("✗", "crosslink:backends[shop].slot", "must not be the slot of another backend")],
    ),
    "renamed": (
        {f"{APPS}.name": "shop", f"{APPS}.slot": 1},
        Status.HOLDS,
        [
            ("·", "aws:kms:Key crosslink-apps", "goes: what it has encrypted can't be read"),
            ("·", "aws:cloudwatch:LogGroup crosslink-apps", "goes: the logs in it are gone"),
        ],
    ),
    "without interruption": (
        {
            f"{APPS}.slot": 7,
            f"{APPS}.acceptance": "manual",
            f"{APPS}.services[0].stripPrefix": True,
            f"{CONSUMER}.network.cidr": "10.30.0.0/16",
            f"{CONSUMER}.landings": {"us-east-1": {"cidr": "10.40.0.0/20"}},
        },
        Status.HOLDS,
        [],
    ),
    "with interruption": (
        {
            f"{APPS}.tls": tls("us-east-1", "222222222222"),
            f"{APPS}.network.zoneIds": ["use1-az2", "use1-az1"],
            f"{APPS}.services[0].name": "renamed",
            f"{APPS}.services[1].port": 9090,
            f"{CONSUMER}.network.cidr": "10.10.0.0/17",
            "crosslink:api.stage": "v2",
        },
        Status.NOTICED,
        [
            ("⚠", "/svc2", "answer 5xx while TLS is switched on"),
            ("⚠", "NAT gateway crosslink-apps-nat-use1-az1", "goes: what pods send to the internet"),
            ("⚠", "/svc1", "may answer 502 or 503 while the ALB turns to the new pods"),
            ("⚠", "/svc2", "may answer 502 while pods with the old and with the new port serve"),
            ("⚠", "consumer.network", "gets 10.10.0.0/17, which overlaps 10.10.0.0/16"),
            ("⚠", "the URL", "ends with /v2: /v1 no longer answers"),
        ],
    ),
    "region": (
        {f"{CONSUMER}.region": "eu-west-1", f"{CONSUMER}.network.zoneIds": ["euw1-az1", "euw1-az3"]},
        Status.NOTICED,
        [
            ("⚠", "the URL", "is another API's: the old one no longer answers"),
        ],
    ),
    "a version of Kubernetes": (
        {f"{APPS}.cluster.version": "1.37"},
        Status.HOLDS,
        [("⚠", "EKS cluster crosslink-apps", "goes from Kubernetes 1.36 to 1.37")],
    ),
}
"""A change of dev, its exit status, and what of it is told how."""
NARROWER = {
    "auth": "apiKey",
    "domain": DROP,
    "clients": DROP,
    "sourceIps": ["203.0.113.0/25"],
    'routes["/admin"]': {"auth": "iam", "methods": ["GET"], "principals": [f"{ROLE}2"]},
    'routes["/orders"].scopes': ["orders/write"],
    'routes["/orders"].cors': DROP,
    'routes["/partners"].methods': ["POST"],
}
"""A change of the API by which callers lose."""
OF_API: Sequence[Told] = [
    ("⚠", "the URL", "is API Gateway's again: api.example.com no longer answers"),
    ("⚠", "key crosslink-mobile", "goes: requests with it get 403"),
    ("⚠", "/plain", "has auth apiKey, it was iam"),
    ("⚠", "/plain", "takes callers from 203.0.113.0/25 alone"),
    ("⚠", "/admin", f"takes only the principals {ROLE}2"),
    ("⚠", "/orders", "takes only the scopes orders/write"),
    ("⚠", "/orders", "takes no calls from web pages of other origins any more"),
    ("⚠", "/partners", f"no longer takes GET: {NO_METHOD}"),
]


def _side(run: Run) -> Side:
    return Side(run, {})


@cache
def _base() -> Side:
    return _side(base())


@cache
def _of_dev(name: str) -> Comparison:
    return replace(compare("dev", _base(), _side(whole(OF_DEV[name][0]))), not_judged=())


@cache
def _with_api(*, narrower: bool) -> Side:
    return _side(program(with_api(NARROWER if narrower else {}, existing=False)))


def _signs(found: Sequence[Effect], what: str, how: str) -> list[str]:
    """The signs of what is told of something in some way."""
    return [effect.kind.sign for effect in found if what in effect.what and effect.how.startswith(how)]


@pytest.mark.parametrize("name", OF_DEV)
def test_a_change_is_told(name: str) -> None:
    _edits, status, told = OF_DEV[name]
    found = _of_dev(name)
    for sign, what, how in told:
        assert (what, how, _signs(found.standing, what, how)) == (what, how, [sign])
    worst = found.standing[0].kind.sign if found.standing else "·"
    assert comment.headline(found).startswith("✓" if worst == "·" else worst)
    assert status_of(found) is status
    assert status is Status.BROKEN or _of_kind(found.standing, Kind.NOT_JUDGED) == []


def _of_kind(found: Sequence[Effect], kind: Kind) -> list[Effect]:
    return [effect for effect in found if effect.kind is kind]


def test_a_change_of_the_api_is_told() -> None:
    keys = _changed(_with_api(narrower=False).run, tokens.API_KEY, Operation.DELETED)
    found = effects(_with_api(narrower=False), _with_api(narrower=True), keys)
    for sign, what, how in OF_API:
        assert (what, how, _signs(found, what, how)) == (what, how, [sign])


def test_what_opens_takes_nothing_from_callers() -> None:
    found = effects(_with_api(narrower=True), _with_api(narrower=False), ())
    how = "becomes https://api.example.com: with a domain name the API's own address is switched off"
    assert _signs(found, "the URL", how) == ["⚠"]
    assert _signs(found, "/hooks", "") == []


def test_a_route_that_goes_is_never_well() -> None:
    found = replace(compare("dev", _base(), _side(redeployed("a service less"))), not_judged=())
    assert _signs(found.standing, "/svc2", f"goes: {NO_METHOD}") == ["⚠"]
    assert comment.headline(found).startswith("⚠ `dev`: 1 route goes; nothing opens up")
    assert status_of(found) is Status.NOTICED
    text = comment.write(found)
    assert text.index("#### What this does to what stands") < text.index("#### What opens up")
    assert "- ⚠ `/svc2`: goes: API Gateway answers 403, Missing Authentication Token" in text
    assert "take its callers elsewhere first" in text


def test_a_route_without_an_api_goes_too() -> None:
    """The consumer's side goes, and the backends stay for another stack."""
    path = {**base().outputs["path"], "api": None, "consumer": None}
    without = _side(replace(base(), outputs={**base().outputs, "path": path}))
    found = effects(_base(), without, ())
    assert _signs(found, "/svc1", "is no longer a route of an API of this stack") == ["⚠"]
    services = _changed(base(), tokens.ENDPOINT_SERVICE, Operation.REPLACED)
    found = effects(without, without, services)
    assert _signs(found, "aws:ec2:VpcEndpointService crosslink-apps", "goes, and its name with it") == ["⚠"]


def _changed(run: Run, type_: str, operation: Operation, *, old_first: bool = False) -> list[Change]:
    """All resources of a type."""
    names = ("urn", "type", "name", "account", "region")
    return [
        Change(
            operation=operation,
            note="by something",
            old_first=old_first,
            **{name: getattr(resource, name) for name in names},
        )
        for resource in run.of_type(type_)
    ]


@pytest.mark.parametrize(
    ("type_", "old_first", "kinds"),
    [
        (tokens.ENDPOINT, True, {Kind.INTERRUPTED}),
        (tokens.ENDPOINT, False, set[Kind]()),
        (tokens.EKS_CLUSTER, True, {Kind.INTERRUPTED}),
        (tokens.VPC_LINK, False, set[Kind]()),
        (tokens.ATTACHMENT, False, {Kind.INTERRUPTED}),
        (tokens.ENDPOINT_SERVICE, False, {Kind.NOT_JUDGED}),
        (tokens.NAMESPACE, False, {Kind.NOT_JUDGED}),
    ],
)
def test_what_is_replaced_on_the_way_is_looked_at(type_: str, old_first: bool, kinds: set[Kind]) -> None:
    replaced = _changed(base(), type_, Operation.REPLACED, old_first=old_first)
    found = [effect for effect in effects(_base(), _base(), replaced) if effect.kind is not Kind.CLASH]
    assert {effect.kind for effect in found} == kinds
    assert all(effect.routes == ("/svc1", "/svc2") for effect in found)


def test_a_target_group_that_keeps_a_target_serves_on() -> None:
    replaced = _changed(base(), tokens.ATTACHMENT, Operation.REPLACED)
    of_a_zone = [change for change in replaced if change.name.endswith("az1")]
    assert 0 < len(of_a_zone) < len(replaced)
    assert effects(_base(), _base(), of_a_zone) == ()


@pytest.mark.parametrize(("weights", "told"), [((0, 1, 2), ["⚠"]), ((3, 0, 0), list[str]())])
def test_connections_to_a_target_group_that_loses_its_weight_are_closed(
    weights: tuple[float, ...], told: list[str]
) -> None:
    run = run_stack(file_of("one-route-two-regions"), preview=True)
    (listener,) = (each for each in run.of_type(tokens.LISTENER) if each.name.endswith("-49"))
    (action,) = listener.inputs["defaultActions"]
    groups = [
        {**group, "weight": weight}
        for group, weight in zip(action["forward"]["targetGroups"], weights, strict=True)
    ]
    inputs = {**listener.inputs, "defaultActions": [{**action, "forward": {"targetGroups": groups}}]}
    resources = {**run.resources, listener.urn: replace(listener, inputs=inputs)}
    head = replace(run, resources=resources)
    found = effects(_side(run), _side(head), changes(run, head))
    assert _signs(found, f"aws:lb:Listener {listener.name}", "takes all weight") == told
    assert all(effect.routes == ("/svc1",) for effect in found)  # once, though it has two walks


def test_what_leaves_a_gap_on_the_way_is_not_judged() -> None:
    """A route stays, and has no link any more."""
    resources = {urn: each for urn, each in base().resources.items() if each.type != tokens.VPC_LINK}
    without = _side(replace(base(), resources=resources))
    [effect] = effects(_base(), without, changes(base(), without.run))
    assert (effect.kind, effect.routes) == (Kind.NOT_JUDGED, ("/svc1", "/svc2"))
    assert effect.how == "goes, and its routes have no other VPC link"


def test_what_is_protected_is_refused() -> None:
    stage = base().of_type(tokens.STAGE)[0]
    protected = replace(stage, options=replace(stage.options, protect=True))
    side = _side(replace(base(), resources={**base().resources, stage.urn: protected}))
    for operation in (Operation.REPLACED, Operation.DELETED):
        [effect] = _of_kind(effects(side, _base(), _changed(base(), tokens.STAGE, operation)), Kind.PROTECTED)
        assert effect.what == ("aws:apigateway:Stage crosslink",)
        assert effect.way == "set `crosslink:protect` to false and run `pulumi up`; then make this change"


def test_a_key_is_gone_after_its_window() -> None:
    key = base().of_type(KEY)[0]
    shorter = replace(key, inputs={**key.inputs, "deletionWindowInDays": 7.0})
    side = _side(replace(base(), resources={**base().resources, key.urn: shorter}))
    [effect] = effects(side, _base(), _changed(base(), KEY, Operation.DELETED))
    assert (effect.kind, effect.kind.sign) == (Kind.GONE, "·")
    assert effect.how.endswith("after a waiting period of 7 days")
