"""Stacks of each shape compared: what opens up in each, and one shape with another."""

import json
from collections.abc import Mapping
from functools import cache
from itertools import permutations
from typing import Any

import pytest

from crosslink.compare import checkout, comment
from crosslink.compare.comparison import Comparison, compare
from crosslink.compare.sources import NOTHING, Side
from crosslink.sandbox import engine, stack_file
from crosslink.sandbox.record import Run
from tests.redeployments import APPS, SVC3
from tests.runs import PROGRAM, ROOT, file_of
from tests.schemas import validator
from tests.settings.stack_file import DROP, as_config, edited

VALIDATOR = validator("crosslink/compare/compare.schema.json")
CONSUMER, API = "crosslink:consumer", "crosslink:api"
STRANGER, ROOT_OF_CONSUMER = "arn:aws:iam::333333333333:root", "arn:aws:iam::111111111111:root"
SERVICE = "aws:ec2:VpcEndpointService crosslink-apps"
NLB = "arn:aws:elasticloadbalancing:us-east-1:222222222222:loadbalancer/net/ledger/60dc6c495c0c9188"
PUBLISHED = "com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d4e5f60718"
THEIRS = "somebody else's load balancer"
ZONES = ["use1-az1", "use1-az2"]
TO_AN_NLB = {
    APPS: {
        "name": "apps",
        "accountId": "222222222222",
        "region": "us-east-1",
        "roleArn": "arn:aws:iam::222222222222:role/crosslink-deploy",
        "networkLoadBalancer": {"arn": NLB, "zoneIds": ZONES},
        "paths": {"/svc1": {}, "/svc2": {}},
    }
}
TO_A_SERVICE = {
    APPS: {
        "name": "apps",
        "accountId": "222222222222",
        "region": "us-east-1",
        "service": {"name": PUBLISHED, "zoneIds": ZONES},
        "paths": {"/svc1": {}, "/svc2": {}},
    }
}
ADMIN = {**SVC3, "name": "admin", "path": "/svc1/admin"}
NESTED = {
    f"{APPS}.services[2]": ADMIN,
    f'{API}.routes["/svc1"]': {"auth": "none", "allowUnauthenticated": True},
}
MOVED = {
    "name": "stock",
    "path": "/stock",
    "existing": {"namespace": "warehouse", "service": "stock", "port": 80},
}


@cache
def _file(stack: str) -> stack_file.StackFile:
    return stack_file.read(file_of(stack), engine.PROJECT)


def run(stack: str, *changes: Mapping[str, Any]) -> Run:
    """A preview of a stack with some settings changed, and with what exists beside it."""
    file = _file(stack)
    settings: dict[str, Any] = {key: _parsed(text) for key, text in file.config.items()}
    for edits in changes:
        settings = edited(settings, edits)
    config = {key: text for key, text in as_config(settings).items() if text is not None}
    return engine.run(PROGRAM, stack="dev", config=config, existing=file.existing, preview=True)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


@cache
def clean(stack: str) -> Run:
    """A preview of a stack as it is."""
    return run(stack)


def compared(before: Run, after: Run) -> Comparison:
    """The comparison of two runs."""
    return compare("dev", Side(before, {}), Side(after, {}))


def told(before: Run, after: Run) -> set[tuple[str, str]]:
    """What opens up: of what it is told, and what."""
    return {(what, one.how) for one in compared(before, after).openings for what in one.what}


OPENED: dict[str, tuple[str, list[Mapping[str, Any]], Mapping[str, Any], set[tuple[str, str]]]] = {
    "allowedPrincipals, another": (
        "provider-only",
        [],
        {f"{APPS}.allowedPrincipals[1]": STRANGER},
        {(SERVICE, f"lets in {STRANGER}")},
    ),
    "allowedPrincipals, the whole account of a role": (
        "provider-only",
        [],
        {f"{APPS}.allowedPrincipals": [ROOT_OF_CONSUMER]},
        {(SERVICE, f"lets in {ROOT_OF_CONSUMER}")},
    ),
    "allowedPrincipals, a role of an account that is there": (
        "provider-only",
        [{f"{APPS}.allowedPrincipals": [ROOT_OF_CONSUMER]}],
        {f"{APPS}.allowedPrincipals": ["arn:aws:iam::111111111111:role/crosslink-deploy"]},
        set(),
    ),
    "acceptance": (
        "provider-only",
        [],
        {f"{APPS}.acceptance": "automatic"},
        {(SERVICE, "takes connections without asking")},
    ),
    "services.path, without an API": (
        "provider-only",
        [],
        {f"{APPS}.services[2]": SVC3},
        {("/svc3", "is a new path for whoever may connect to its endpoint service")},
    ),
    "services.stripPrefix": (
        "provider-only",
        [],
        {f"{APPS}.services[0].stripPrefix": True, f"{APPS}.services[1].stripPrefix": False},
        {
            ("/svc1", "is sent to its backend as /, it was /svc1"),
            ("/svc2", "is sent to its backend as /svc2, it was /"),
        },
    ),
    "services.existing, in another namespace": (
        "existing-cluster",
        [],
        {f"{APPS}.services[3]": MOVED},
        {
            ("/stock", "is a new route for callers with auth iam: any method"),
            (
                "kubernetes:eks.amazonaws.com/v1:IngressClassParams crosslink-shared-warehouse",
                "admits Ingresses of namespace warehouse",
            ),
        },
    ),
    "services.existing, another of the namespace": (
        "existing-cluster",
        [],
        {f"{APPS}.services[0].existing.service": "orders-v2"},
        set(),
    ),
    "landings.connection": (
        "dev",
        [],
        {f"{CONSUMER}.landings.us-east-1.connection": "existing"},
        {
            (path, "gets to its endpoint over routes of somebody else's, not over a peering of the stack")
            for path in ("/svc1", "/svc2")
        },
    ),
    "networkLoadBalancer for cluster": (
        "dev",
        [],
        TO_AN_NLB,
        {(path, f"leads to {THEIRS} {NLB}") for path in ("/svc1", "/svc2")},
    ),
    "service for cluster": (
        "dev",
        [],
        TO_A_SERVICE,
        {(path, f"leads to somebody else's endpoint service {PUBLISHED}") for path in ("/svc1", "/svc2")},
    ),
    "networkLoadBalancer.arn": (
        "dev",
        [TO_AN_NLB],
        {f"{APPS}.networkLoadBalancer.arn": f"{NLB[:-1]}0"},
        {(path, f"leads to {THEIRS} {NLB[:-1]}0, it was {THEIRS} {NLB}") for path in ("/svc1", "/svc2")},
    ),
    "a longer path, removed": (
        "dev",
        [NESTED],
        {f"{APPS}.services[2]": DROP},
        {("/svc1/admin", "is taken by /svc1, which has a weaker auth: none, it was iam")},
    ),
}
"""Name → stack, changes before, the change, and what it opens."""


@pytest.mark.parametrize(("stack", "before", "change", "expected"), OPENED.values(), ids=OPENED)
def test_what_opens_is_told_and_nothing_else(
    stack: str,
    before: list[Mapping[str, Any]],
    change: Mapping[str, Any],
    expected: set[tuple[str, str]],
) -> None:
    base = run(stack, *before) if before else clean(stack)
    assert told(base, run(stack, *before, change)) == expected


SHAPES = (
    "dev",
    "provider-only",
    "consumer-only",
    "existing-cluster",
    "load-balancer",
    "network-load-balancer",
)


@pytest.mark.parametrize(("before", "after"), [*permutations(SHAPES, 2), ("published", "root")])
def test_a_stack_of_one_shape_can_be_compared_with_another(before: str, after: str) -> None:
    found = compared(clean(before), clean(after))
    VALIDATOR.validate(json.loads(json.dumps(found.as_json())))
    gone = {"consumer-only": ("provider",), "provider-only": ("consumer",)}
    assert found.sides_gone == tuple(side for side in gone.get(after, ()) if side not in gone.get(before, ()))
    text = comment.write(found)
    for side in ("consumer", "provider"):
        assert (f"**The {side} side goes**" in text) == (side in found.sides_gone)


def test_a_new_provider_lets_in_whom_it_names() -> None:
    opened = told(NOTHING, clean("provider-only"))
    assert (SERVICE, "lets in arn:aws:iam::111111111111:role/crosslink-deploy") in opened
    assert {(path, how) for path, how in opened if path.startswith("/")} == {
        (path, "is a new path for whoever may connect to its endpoint service") for path in ("/svc1", "/svc2")
    }
    found = compared(NOTHING, clean("provider-only"))
    assert [route.after and route.after.auth for route in found.routes] == [None, None]


def test_a_stack_that_gets_an_api_has_new_routes() -> None:
    opened = told(clean("provider-only"), clean("dev"))
    assert ("/svc1", "is a new route for callers with auth iam: any method") in opened


def test_another_checkout_is_run_with_what_exists_beside_its_own_stack_file() -> None:
    stack = _file("network-load-balancer")
    assert checkout.preview(ROOT / "__main__.py", stack) == checkout.here(PROGRAM, stack)
    stack = _file("consumer-only")  # and with the stacks that it refers to
    assert checkout.preview(ROOT / "__main__.py", stack).outputs["path"]["backends"].keys() == {"apps"}
