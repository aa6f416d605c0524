"""Whether a request fulfils the conditions of an ALB's rule."""

import pytest

from crosslink.graph.unknown import Unknown
from crosslink.path.alb_conditions import BELOW, Callers, Condition, Request, takes, told

ROUTE = "X-Crosslink-Route"
REQUEST = Request("/svc1", "/svc1", "apps.example.com", "GET", "10.20.48.64/26")


@pytest.mark.parametrize(
    ("condition", "taken"),
    [
        (Condition("path", ("/svc1", "/svc1/*")), True),
        (Condition("path", ("/svc1/*",)), False),
        (Condition("path", ("/*",)), True),
        (Condition("path", ("/svc?",)), True),
        (Condition("path", ("/SVC1",)), False),  # the case of a path counts
        (Condition("path", ("/svc[1]",)), False),  # a bracket is no wildcard
        (Condition("path", (), ("/svc[0-9]",)), True),
        (Condition("path", (), ("^/team",)), False),
        (Condition("host", ("APPS.example.com",)), True),
        (Condition("host", ("*.example.com",)), True),
        (Condition("host", ("*.example.org",)), False),
        (Condition("header", ("/SVC1",), name=ROUTE.lower()), True),
        (Condition("header", ("/svc2",), name=ROUTE), False),
        (Condition("method", ("GET", "HEAD")), True),
        (Condition("method", ("POST",)), False),
        (Condition("source", ("10.20.0.0/16",)), True),
        (Condition("source", ("192.168.0.0/16", "2001:db8::/32")), False),
    ],
)
def test_a_condition_takes_a_request_or_it_does_not(condition: Condition, taken: bool) -> None:
    assert takes([condition], REQUEST) is taken


@pytest.mark.parametrize(
    "condition",
    [
        Condition("path", (), ("svc",)),  # only if a part of the path is enough
        Condition("path", (), ("/SVC1",)),  # only if its case doesn't count
        Condition("source", ("10.20.48.64/28",)),
        Condition("source", ("anywhere",)),
        Condition("other", ("x",)),
    ],
)
def test_what_cannot_be_told_is_unknown(condition: Condition) -> None:
    assert isinstance(takes([condition], REQUEST), Unknown)


@pytest.mark.parametrize(
    "condition", [Condition("header", ("acme",), name="X-Tenant"), Condition("query", ("version=2",))]
)
def test_what_callers_decide_is_unknown_by_itself(condition: Condition) -> None:
    assert isinstance(takes([condition], REQUEST), Callers)


def test_one_condition_that_fails_is_enough() -> None:
    unknown = Condition("header", ("acme",), name="X-Tenant")
    assert takes([unknown, Condition("path", ("/other",))], REQUEST) is False
    assert takes((), REQUEST) is True
    assert takes(Unknown("not allowed"), REQUEST) == Unknown("not allowed")


def test_a_host_that_is_unknown_fits_every_host_alone() -> None:
    hostless = Request("/svc1", "/svc1")
    assert takes([Condition("host", ("*",))], hostless) is True
    assert isinstance(takes([Condition("host", ("apps.example.com",))], hostless), Unknown)


def test_requests_are_told_together() -> None:
    below = REQUEST.below()
    assert below.path == f"/svc1/{BELOW}"
    assert told([REQUEST]) == "GET of /svc1 from 10.20.48.64/26"
    assert told([Request("/", "/a"), Request("/", "/a").below()]) == "/ and what is below it"
    assert told([Request("/a", "/a").below()]) == "what is below /a"
