"""Faults of what the API answers to browsers that ask before they call."""

from typing import Any

from components.consumer.openapi_keys import INTEGRATION
from tests.faults.change import Change, document
from tests.faults.fault import Fault


def preflight(path: str, how: Any) -> Change:
    """Change the integration of a path's OPTIONS."""
    return document(lambda api: how(api["paths"][path]["options"][INTEGRATION]))


def allowing(path: str, header: str, value: str | None) -> Change:
    """Set a header of the answer to a preflight; None takes it away."""

    def how(mock: Any) -> None:
        name = f"method.response.header.{header}"
        headers = mock["responses"]["default"]["responseParameters"]
        headers.pop(name, None)
        if value is not None:
            headers[name] = f"'{value}'"

    return preflight(path, how)


FAULTS = (
    Fault(
        name="preflight leaves out Authorization",  # F22
        change=allowing("/orders", "Access-Control-Allow-Headers", "Content-Type,X-Amz-Date"),
        rule="preflight-allows-what-callers-send",
        stack="cognito",
        source="https://github.com/aws/serverless-application-model/issues/1151",
    ),
    Fault(
        name="preflight of a route with a function leaves out Authorization",
        change=allowing("/catalog", "Access-Control-Allow-Headers", "Content-Type,X-Amz-Date"),
        rule="preflight-allows-what-callers-send",
        stack="mixed",
    ),
    Fault(
        name="preflight allows any header but Authorization, which * doesn't stand for",
        change=allowing("/catalog/{proxy+}", "Access-Control-Allow-Headers", "*"),
        rule="preflight-allows-what-callers-send",
        stack="mixed",
        source="https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte",
    ),
    Fault(
        name="preflight leaves out a verb",
        change=allowing("/orders", "Access-Control-Allow-Methods", "GET,POST"),
        rule="preflight-allows-what-callers-send",
        stack="callers",
    ),
    Fault(
        name="preflight names another origin",
        change=allowing("/catalog", "Access-Control-Allow-Origin", "https://www.example.com"),
        rule="preflight-allows-what-callers-send",
        stack="mixed",
    ),
    Fault(
        name="preflight names no origin",
        change=allowing("/catalog", "Access-Control-Allow-Origin", None),
        rule="preflight-allows-what-callers-send",
        stack="mixed",
    ),
    Fault(
        name="preflight has no template",
        change=preflight("/catalog", lambda mock: mock.pop("requestTemplates")),
        rule="preflight-allows-what-callers-send",
        stack="mixed",
    ),
    Fault(
        name="preflight answers a 403",
        change=preflight("/catalog", lambda mock: mock["responses"]["default"].update(statusCode="403")),
        rule="preflight-allows-what-callers-send",
        stack="mixed",
    ),
)
