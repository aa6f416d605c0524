"""The health check of the NLBs: through to the load balancer at the end, or a connection alone."""

import pytest

from components.health import health_check
from settings.backend import HEALTH_PATH


@pytest.mark.parametrize(("tls", "protocol"), [(False, "HTTP"), (True, "HTTPS")])
@pytest.mark.parametrize(("path", "matcher"), [(HEALTH_PATH, "200"), ("/status", "200-399")])
def test_a_path_is_asked_of_the_load_balancer_at_the_end(path: str, matcher: str, tls: bool, protocol: str):
    check = health_check(tls=tls, path=path)
    assert (check.protocol, check.path, check.matcher) == (protocol, path, matcher)
    assert check.port == "traffic-port"


@pytest.mark.parametrize("tls", [False, True])
def test_without_a_path_the_check_only_connects(tls: bool):
    check = health_check(tls=tls, path=None)
    assert (check.protocol, check.path, check.matcher) == ("TCP", None, None)


def test_all_checks_are_equally_fast():
    checks = [health_check(tls=False, path=path) for path in (HEALTH_PATH, "/status", None)]
    assert {(c.interval, c.timeout, c.healthy_threshold, c.unhealthy_threshold) for c in checks} == {
        (10, 6, 2, 2)
    }
