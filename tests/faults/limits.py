"""Faults of limits, of the stage, of routes and of clients, and of the keys that come with them."""

from crosslink.graph import tokens
from tests.faults.api import API_GUIDE
from tests.faults.change import drop, put, unpoint
from tests.faults.fault import Fault

STAGE = (
    Fault(name="no limit", change=drop(tokens.API_METHOD_SETTINGS), rule="stage-is-limited"),
    Fault(
        name="limit is switched off",
        change=put(tokens.API_METHOD_SETTINGS, "*", "settings", "throttlingRateLimit", value=-1),
        rule="stage-is-limited",
    ),
    Fault(
        name="limit lets nobody through",
        change=put(tokens.API_METHOD_SETTINGS, "*", "settings", "throttlingBurstLimit", value=0),
        rule="limit-lets-requests-through",
    ),
)

KEYS = (
    Fault(
        name="usage plan of another stage",
        change=unpoint(tokens.USAGE_PLAN, "*", "apiStages", value=[{"apiId": "0a4iv6gj32", "stage": "test"}]),
        rule="keys-have-a-plan",
        stack="api-key",
    ),
    Fault(
        name="usage plan without its key",
        change=drop(tokens.USAGE_PLAN_KEY),
        rule="plan-has-keys",
        stack="api-key",
        source=f"{API_GUIDE}/api-gateway-api-usage-plans.html",
    ),
    Fault(
        name="API key is disabled",
        change=put(tokens.API_KEY, "*", "enabled", value=False),
        rule="plan-has-keys",
        stack="api-key",
    ),
)

ROUTES_AND_CLIENTS = (
    Fault(
        name="limit of a route is switched off",
        change=put(
            tokens.API_METHOD_SETTINGS, "*~1partners/GET", "settings", "throttlingRateLimit", value=-1
        ),
        rule="stage-is-limited",
        stack="mixed",
    ),
    Fault(
        name="limit of a route lets nobody through",
        change=put(
            tokens.API_METHOD_SETTINGS, "*~1partners~1*/GET", "settings", "throttlingBurstLimit", value=0
        ),
        rule="limit-lets-requests-through",
        stack="mixed",
    ),
    Fault(
        name="quota of a client is 0",
        change=put(tokens.USAGE_PLAN, "*-kiosk", "quotaSettings", "limit", value=0),
        rule="quota-lets-requests-through",
        stack="mixed",
        source=f"{API_GUIDE}/api-gateway-api-usage-plans.html",
    ),
    Fault(
        name="usage plan of one client without its key",
        change=drop(tokens.USAGE_PLAN_KEY, "*-kiosk"),
        rule="plan-has-keys",
        stack="mixed",
    ),
)

FAULTS = STAGE + KEYS + ROUTES_AND_CLIENTS
