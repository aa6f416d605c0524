"""What opens up: every setting is told by whether a change of it can, and it is told where it does."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from crosslink.compare.openings import Opening, openings
from crosslink.compare.sources import NOTHING, Side
from crosslink.graph import tokens
from crosslink.sandbox.record import Run
from tests import redeployments as every
from tests.crosslink.compare.closed import SHUT, SHUT_ALONE, SHUT_OF_API
from tests.crosslink.compare.opened import CLOSED, FIRST, OF_DEV, OF_EXISTING, SECOND, Edits, Table
from tests.crosslink.compare.test_shapes import OPENED as OF_OTHER_SHAPES
from tests.policy.faults_network import FAULTS
from tests.policy.planted import planted_run
from tests.redeployments import base as dev
from tests.redeployments import program, whole, with_api
from tests.runs import file_of, run_stack
from tests.settings.stack_file import edited

API = edited(with_api({}, existing=False), CLOSED)
EXISTING_API = with_api({}, existing=True)


@cache
def api() -> Run:
    return program(API)


@cache
def existing_api() -> Run:
    return program(EXISTING_API)


@cache
def api_opened() -> Run:
    return program(edited(API, _edits(FIRST)))


@pytest.mark.parametrize(
    ("before", "after", "table"),
    [
        (api, api_opened, FIRST),
        (api, lambda: program(edited(API, _edits(SECOND))), SECOND),
        (existing_api, lambda: program(edited(EXISTING_API, _edits(OF_EXISTING))), OF_EXISTING),
        (dev, lambda: whole(_edits(OF_DEV)), OF_DEV),
    ],
    ids=["first", "second", "existing", "dev"],
)
def test_what_a_setting_opens_is_told(
    before: Callable[[], Run], after: Callable[[], Run], table: Table
) -> None:
    told = [(what, one.how) for one in _openings(before(), after()) for what in one.what]
    untold = {
        setting
        for setting, (_change, what, how) in table.items()
        if not any(one == what and said.startswith(how) for one, said in told)
    }
    assert untold == set()


def test_what_closes_is_not_told() -> None:
    """But what is neither more nor less is told both ways."""
    found = _openings(api_opened(), api())
    assert [(one.what, one.how.partition(" ")[0]) for one in found] == [
        (("/hooks",), "has"),  # another function
        (("/orders",), "has"),  # another user pool
        (("/orders",), "tells"),  # its service who calls
        (("aws:apigateway:RestApi crosslink",), "tells"),  # callers apart by another header
        (("aws:wafv2:WebAclAssociation crosslink",), "puts"),  # another web ACL in front
    ]


def test_a_private_endpoint_opens_with_its_first_network() -> None:
    private = whole({f"{every.APPS}.cluster.publicAccessCidrs": []})
    assert [one.how for one in _openings(private, dev())] == ["its API can be reached from 203.0.113.0/24"]
    assert _openings(dev(), private) == ()


def test_no_other_setting_opens_anything() -> None:
    before = whole(every.REDEPLOYED["backends.tls.domain"])  # some settings are about TLS
    assert _openings(before, whole(_together(SHUT.values()))) == ()
    assert _openings(api(), program(edited(API, _together(SHUT_OF_API.values())))) == ()


@pytest.mark.parametrize("setting", SHUT_ALONE)
def test_nor_does_it_alone(setting: str) -> None:
    edits, existing = SHUT_ALONE[setting]
    if existing:
        assert _openings(existing_api(), program(edited(EXISTING_API, edits))) == ()
    else:
        assert _openings(dev(), whole(edits)) == ()


def test_every_setting_is_tried() -> None:
    """`tests/test_redeployments.py` proves that its tables have every setting."""
    settings = {
        *every.REDEPLOYED,
        *every.NOT_REDEPLOYED,
        *every.REFUSED,
        *every.API_REDEPLOYED,
        *every.API_NOT_REDEPLOYED,
        *every.EXISTING_REDEPLOYED,
        *every.EXISTING_NOT_REDEPLOYED,
    }
    opens = {*FIRST, *SECOND, *OF_DEV, *OF_EXISTING}
    shut = {*SHUT, *SHUT_OF_API, *SHUT_ALONE}
    assert opens.isdisjoint(shut)
    shown = {f"backends.{what.partition(',')[0]}" for what in OF_OTHER_SHAPES}
    assert settings <= opens | shut | shown


@pytest.mark.parametrize(
    ("type_", "inputs", "how"),
    [
        (tokens.INGRESS_RULE, {"cidrIpv4": "10.10.0.0/16"}, "lets in 10.10.0.0/16"),
        (tokens.INGRESS_RULE, {"cidrIpv4": "0.0.0.0/0"}, "lets in 0.0.0.0/0"),
        (tokens.INGRESS_RULE, {"toPort": 90.0}, "lets in to ports 80 to 90"),
        (tokens.INGRESS_RULE, {"ipProtocol": "-1", "fromPort": None, "toPort": None}, "lets in to all ports"),
        (tokens.INGRESS, {"metadata": {"annotations": {}}}, "lets in 0.0.0.0/0"),
        (tokens.SUBNET, {"mapPublicIpOnLaunch": True}, "gives what starts in it a public address"),
        (tokens.LOAD_BALANCER, {"internal": False}, "it is not internal (no-public-load-balancer)"),
        (tokens.ENDPOINT_SERVICE, {"allowedPrincipals": ["*"]}, "lets in *"),
        ("aws:kms/key:Key", {"enableKeyRotation": False}, "its rotation is off (keys-rotate)"),
    ],
)
def test_what_only_the_program_opens_is_told(type_: str, inputs: Mapping[str, Any], how: str) -> None:
    resource = dev().of_type(type_)[0]
    changed = replace(resource, inputs={**resource.inputs, **inputs}, outputs={**resource.outputs, **inputs})
    after = replace(dev(), resources={**dev().resources, resource.urn: changed})
    assert how in [one.how for one in _openings(dev(), after)]


def test_a_new_stack_opens_what_it_lets_in_and_no_more() -> None:
    cluster = ("eks:index:Cluster crosslink-apps",)
    assert [(one.what, one.how) for one in _openings(NOTHING, dev())] == [
        (("/svc1", "/svc2"), "is a new route for callers with auth iam: any method"),
        (cluster, "its API can be reached from 203.0.113.0/24"),
        (
            cluster,
            "gives access to its API: arn:aws:iam::222222222222:role/platform (admin), "
            "arn:aws:iam::222222222222:role/crosslink-preview (crosslink:viewers)",
        ),
    ]


def _edits(table: Table) -> Edits:
    return _together(change for change, _what, _how in table.values())


def _together(changes: Iterable[Edits]) -> Edits:
    """All changes as one."""
    return {path: value for edits in changes for path, value in edits.items()}


def test_what_many_rules_of_a_group_let_in_together_is_one_opening() -> None:
    rules = [f for f in FAULTS if f.name == "256 rules of a /8 in one security group"]
    run = planted_run("dev", rules[0].change, preview=True)
    [opening] = _openings(run_stack(file_of("dev"), preview=True), run)
    assert (len(opening.what), opening.how) == (256, "it lets 0.0.0.0/0 in (no-ingress-from-anywhere)")


def _openings(before: Run, after: Run) -> tuple[Opening, ...]:
    return openings(Side(before, {}), Side(after, {}))
