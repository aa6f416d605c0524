"""Faults of what services are told of callers."""

from typing import Any

from components.consumer.openapi_keys import ANY_METHOD, INTEGRATION
from crosslink.graph import tokens
from tests.faults.api import API_GUIDE
from tests.faults.change import Change, document, edit
from tests.faults.fault import Fault

ARN, SUBJECT = "X-Crosslink-Caller-Arn", "X-Crosslink-Caller-Subject"
SOURCES = f"{API_GUIDE}/rest-api-parameter-mapping-sources.html"


def mapped(path: str, header: str, value: str | None, verb: str = ANY_METHOD) -> Change:
    """Set what a header to the backend is mapped from in the document; None for nothing."""
    return document(
        lambda api: _set(api["paths"][path][verb][INTEGRATION]["requestParameters"], header, value)
    )


def mapped_in_existing(name: str, header: str, value: str | None) -> Change:
    """The same of an integration that is a resource."""
    return edit(tokens.INTEGRATION, name, lambda found: _set(found["requestParameters"], header, value))


def _set(parameters: Any, header: str, value: str | None) -> None:
    name = f"integration.request.header.{header}"
    if value is None:
        del parameters[name]
    else:
        parameters[name] = value


NEW = (
    Fault(
        name="a service isn't told who calls",
        change=mapped("/orders", ARN, None),
        rule="integration-tells-who-calls",
        stack="mixed",
        source=SOURCES,
    ),
    Fault(
        name="callers say who they are",
        change=mapped("/orders", ARN, f"method.request.header.{ARN}"),
        rule="integration-tells-who-calls",
        stack="mixed",
        source=SOURCES,
    ),
    Fault(
        name="all callers are the same",
        change=mapped("/webhooks", "X-Crosslink-Caller-Principal", "'shop'", "post"),
        rule="integration-tells-who-calls",
        stack="mixed",
    ),
    Fault(
        name="a service is told of another kind of caller",
        change=mapped("/orders", ARN, "context.authorizer.principalId"),
        rule="integration-tells-who-calls",
        stack="mixed",
    ),
    Fault(
        name="callers of an open route pass for others",
        change=mapped("/status/{proxy+}", ARN, None),
        rule="integration-tells-who-calls",
        stack="callers",
        source="https://github.com/Miserlou/Zappa/issues/1585",
    ),
    Fault(
        name="callers say who they are, in another case",
        change=mapped("/orders", SUBJECT.lower(), f"method.request.header.{SUBJECT}"),
        rule="integration-tells-who-calls",
        stack="callers",
    ),
)

EXISTING = (
    Fault(
        name="a service behind an existing API isn't told who calls",
        change=mapped_in_existing("crosslink-get/team/orders", SUBJECT, None),
        rule="integration-tells-who-calls",
        stack="existing-mixed",
        source=SOURCES,
    ),
    Fault(
        name="callers of an existing API say who they are",
        change=mapped_in_existing("crosslink/team/hooks", SUBJECT, f"method.request.header.{SUBJECT}"),
        rule="integration-tells-who-calls",
        stack="existing-mixed",
    ),
)

FAULTS = NEW + EXISTING
