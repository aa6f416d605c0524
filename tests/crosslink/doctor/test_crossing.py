"""A path that may cross over to another route's Service: what is sent, and what each answer proves."""

import posixpath
from collections.abc import Callable, Collection, Mapping
from typing import Any

import pytest

from crosslink.doctor import probe
from crosslink.doctor.caller import Caller
from crosslink.doctor.crossing import HEADER, Pair, cross, pair_of
from crosslink.doctor.probe import Answer
from crosslink.graph.unknown import NotKnownError
from crosslink.path.output import Declared
from crosslink.rules.verdict import Result
from settings.path import ServedPath
from tests import runs
from tests.crosslink.doctor import test_caller
from tests.crosslink.doctor.server import running


def pair_for(own: str, other: str, *, stripped: Collection[str] = ()) -> Pair:
    served = [ServedPath(path=path, strip_prefix=path in stripped) for path in (own, other)]
    return Pair(own=served[0], other=served[1])


PAIR = pair_for("/status", "/orders")
ALB = {"x-amzn-remapped-server": "awselb/2.0"}


def passed_on(status: int, body: str = "", headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status=status, headers={"x-amzn-requestid": "1", **(headers or {})}, body=body)


def refused(status: int, error_type: str) -> Answer:
    return passed_on(status, headers={"x-amzn-errortype": error_type})


OWN, OTHER = passed_on(200, "status"), passed_on(200, "orders")
NO_RULE = passed_on(404, headers=ALB)
HOLDS, BROKEN, UNKNOWN = Result.HOLDS, Result.BROKEN, Result.UNKNOWN


def declared(example: str = "mixed") -> Declared:
    return Declared.model_validate(runs.run_stack(runs.file_of(example), preview=False).outputs["path"])


def answering(
    other: Answer | None, without: Answer | None, forged: Answer | None
) -> Callable[[str, str, Mapping[str, str]], Answer]:
    """Requests that are answered like this; None for nobody."""

    def ask(_path: str, below: str, header: Mapping[str, str]) -> Answer:
        answer = other if not below else forged if header else without
        if answer is None:
            reason = "nothing answers"
            raise NotKnownError(reason)
        return answer

    return ask


CASES = [
    # the ALB's own 404
    (OWN, OTHER, NO_RULE, HOLDS, "the header binds /orders"),
    (OWN, None, NO_RULE, HOLDS, "the header binds /orders"),
    (OWN, refused(403, "ForbiddenException"), NO_RULE, HOLDS, "the header binds /orders"),
    (NO_RULE, OTHER, NO_RULE, UNKNOWN, "no plain request is known to get through /status"),
    (refused(403, "ForbiddenException"), OTHER, NO_RULE, UNKNOWN, "no plain request is known to get through"),
    (OWN, NO_RULE, NO_RULE, UNKNOWN, "the ALB has no rule for /orders at all"),
    # a Service, or the ALB in its place
    (OWN, OTHER, OTHER, BROKEN, "the Service of /orders has answered what was let in as /status"),
    (OWN, passed_on(503, headers=ALB), passed_on(503, headers=ALB), BROKEN, "the Service of /orders"),
    (OWN, OTHER, OWN, HOLDS, "but that proves nothing of the header"),
    (OWN, OTHER, passed_on(404, "no such page"), UNKNOWN, "whose Service it is can't be told"),
    (OWN, OWN, OWN, UNKNOWN, "/status and /orders are answered alike"),
    (OWN, None, OTHER, UNKNOWN, "there is no plain answer of /orders's"),
    (OWN, refused(403, "ForbiddenException"), OTHER, UNKNOWN, "there is no plain answer of /orders's"),
    (
        refused(429, "TooManyRequestsException"),
        OTHER,
        OTHER,
        UNKNOWN,
        "there is no plain answer of /status's",
    ),
    # nobody behind API Gateway
    (OWN, OTHER, refused(403, "InvalidSignatureException"), UNKNOWN, "InvalidSignatureException"),
    (OWN, OTHER, Answer(status=400, headers={}, body=""), UNKNOWN, "400 by not API Gateway"),
    (OWN, OTHER, None, UNKNOWN, "nothing answers"),
]


@pytest.mark.parametrize(("own", "other", "crossing", "result", "what"), CASES)
def test_each_answer_proves_something_else(own, other, crossing, result, what):
    without, forged = cross(declared(), PAIR, own, answering(other, crossing, crossing))

    for answer, meaning in (without, forged):
        assert (answer, meaning.result) == (crossing, result)
        assert what in meaning.what
        assert ("proves nothing: " in meaning.what) is (result is UNKNOWN)
        assert bool(meaning.fix) is (result is BROKEN)
    if crossing:
        assert forged[1].what.startswith("with x-crosslink-route: /orders, ")


def test_a_caller_s_own_header_that_lets_it_over_is_broken():
    (_, without), (_, forged) = cross(declared(), PAIR, OWN, answering(OTHER, NO_RULE, OTHER))

    assert (without.result, forged.result) == (HOLDS, BROKEN)
    assert "the Service of /orders has answered" in forged.what


@pytest.mark.parametrize("other", [OTHER, None])
def test_a_caller_s_own_header_that_changes_the_answer_has_arrived(other):
    (_, without), (_, forged) = cross(declared(), PAIR, OWN, answering(other, OWN, NO_RULE))

    assert without.result is (HOLDS if other else UNKNOWN)
    assert forged.result is BROKEN
    assert "what the caller has sent has arrived" in forged.what


def test_where_the_other_route_lets_the_caller_in_too_the_doubt_is_told():
    pair = pair_for("/svc1", "/svc2")

    (_, meaning), _ = cross(declared("dev"), pair, OWN, answering(OTHER, OTHER, OTHER))

    assert meaning.result is BROKEN
    assert "unless API Gateway has resolved the dots and judged it as /svc2" in meaning.what


@pytest.mark.parametrize(
    ("example", "paths", "pair"),
    [
        ("mixed", None, PAIR),
        ("mixed", ["/orders"], pair_for("/orders", "/partners")),
        ("dev", None, pair_for("/svc1", "/svc2")),
        ("dev", ["/svc2"], pair_for("/svc2", "/svc1")),
    ],
)
def test_an_open_route_crosses_over_to_a_guarded_one(example, paths, pair):
    stack = declared(example)

    assert pair_of(stack, paths or sorted(stack.routes)) == pair


def test_routes_of_different_backends_are_no_pair():
    stack = declared("two-backends")
    backends = {route.backend for route in stack.routes.values()}
    first = {
        backend: next(path for path, route in stack.routes.items() if route.backend == backend)
        for backend in backends
    }
    apart = stack.model_copy(update={"routes": {path: stack.routes[path] for path in first.values()}})

    assert len(apart.routes) > 1
    assert pair_of(apart, sorted(apart.routes)) is None


@pytest.mark.parametrize(
    ("own", "other", "stripped", "below"),
    [
        ("/svc1", "/svc2", [], "/%2E%2E/svc2"),
        ("/a/b", "/svc2", [], "/%2E%2E/%2E%2E/svc2"),
        ("/a", "/a/b", [], "/%2E%2E/a/b"),
        ("/a/b", "/a", [], "/%2E%2E/%2E%2E/a"),
        ("/", "/svc2", [], "/-/%2E%2E/svc2"),
        ("/svc1", "/", [], "/%2E%2E"),
        ("/svc1", "/svc2", ["/svc1"], "/-/%2E%2E/svc2"),
        ("/svc1", "/svc2", ["/svc2"], "/%2E%2E"),
        ("/svc1", "/svc2", ["/svc1", "/svc2"], "/-/%2E%2E"),
    ],
)
def test_with_its_dots_resolved_the_backend_gets_what_the_other_route_sends(own, other, stripped, below):
    pair = pair_for(own, other, stripped=stripped)

    assert pair.below == below
    sent = f"{pair.own.sent_as.removesuffix('/')}{below}".replace("%2E", ".")
    assert posixpath.normpath(sent) == pair.other.sent_as


def test_a_route_whose_rule_takes_every_path_is_not_the_first_choice():
    stack = declared("dev")
    routes = {**stack.routes, "/svc1": stack.routes["/svc1"].model_copy(update={"strip_prefix": True})}
    stack = stack.model_copy(update={"routes": routes})

    assert pair_of(stack, sorted(stack.routes)) == pair_for("/svc2", "/svc1", stripped=["/svc1"])


def test_of_a_load_balancer_of_somebody_else_its_owner_has_to_mend_the_rules():
    stack = declared()
    backends = {
        name: backend.model_copy(update={"kind": "loadBalancer"}) for name, backend in stack.backends.items()
    }
    stack = stack.model_copy(update={"backends": backends})

    (_, meaning), _ = cross(stack, PAIR, OWN, answering(OTHER, OTHER, OTHER))

    assert meaning.result is BROKEN
    assert meaning.fix == (
        "have the load balancer's owner demand X-Crosslink-Route: /orders in the rules for /orders"
    )


def test_the_http_client_sends_path_and_header_as_they_are_and_the_signature_is_for_it():
    stack = test_caller.stack()
    pair = pair_for("/orders", "/partners")
    caller = Caller(credentials=lambda: test_caller.CREDENTIALS, token=None)
    with running() as server:
        probe.send("GET", f"{server.url}/v1/orders{pair.below}", {HEADER: "/partners"})
        ((path, headers),) = server.asked

    assert path == "/v1/orders/%2E%2E/partners"
    assert headers["x-crosslink-route"] == "/partners"
    assert HEADER == "x-crosslink-route"
    signed: list[Any] = [caller.headers(stack, pair.own.path, "GET", below) for below in ("", pair.below)]
    assert signed[0]["Authorization"] != signed[1]["Authorization"]
