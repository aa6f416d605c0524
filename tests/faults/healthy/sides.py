"""Stacks with one side: endpoints of several accounts, and those that nobody has accepted yet."""

from crosslink.graph import tokens
from tests.faults.change import put, together
from tests.faults.healthy.variation import Variation
from tests.faults.private_link import PRIVATELINK_GUIDE
from tests.faults.sides import accepted, endpoint_of

VARIATIONS = (
    Variation(
        name="endpoints of two accounts are connected to a service that is published for both",
        change=together(
            endpoint_of("111111111111", "available"), endpoint_of("333333333333", "available", name="second")
        ),
        stack="offered",
    ),
    Variation(
        name="the declared account's endpoint is accepted",
        change=together(endpoint_of("111111111111", "available"), accepted()),
        stack="provider-only",
    ),
)

WAITING = (
    Variation(
        name="a stranger's endpoint waits, and nobody accepts it",
        change=endpoint_of("333333333333", "pendingAcceptance"),
        stack="provider-only",
        source=f"{PRIVATELINK_GUIDE}/configure-endpoint-service.html",
    ),
    Variation(
        name="the declared account's endpoint waits to be accepted",
        change=endpoint_of("111111111111", "pendingAcceptance"),
        stack="provider-only",
        unknown=("service-has-accepted-its-endpoints",),
        source=f"{PRIVATELINK_GUIDE}/configure-endpoint-service.html",
    ),
    Variation(
        name="the other team has not accepted the endpoint, so that its targets are unhealthy",
        change=put(tokens.ATTACHMENT, "crosslink-apps-*", "health", value="unhealthy"),
        stack="consumer-only",
        unknown=("endpoint-is-available", "target-is-healthy"),
    ),
)
"""What AWS shows as pending: nothing is broken, and nothing holds before the other team has accepted."""
