"""Resource policies and requests to try them on."""

from dataclasses import replace
from typing import Any

from crosslink.graph.unknown import Unknown
from crosslink.rules.resource_policy import Request, effect

API = "arn:aws:execute-api:us-west-2:111111111111:abc123"
ROLE = "arn:aws:iam::111111111111:role/team/caller"
USER = "arn:aws:iam::222222222222:user/ann"
UNSIGNED = Request(api=API, stage="v1", method="GET", path="/svc1/a", principal=None, source_ip=None)
SIGNED = replace(UNSIGNED, principal=ROLE)
FROM_OFFICE = replace(UNSIGNED, source_ip="203.0.113.9")
EVERYTHING = {"Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
ALLOW = {"Effect": "Allow", **EVERYTHING}
DENY = {"Effect": "Deny", **EVERYTHING}
NOT_UNDERSTOOD = {"DateGreaterThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}}


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def said(request: Request, *statements: dict[str, Any]) -> str | None:
    """The effect, or `?` if it is unknown."""
    found = effect(policy(*statements), request)
    return "?" if isinstance(found, Unknown) else found


def without(element: str, statement: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in statement.items() if key != element}


def allows(request: Request, **elements: Any) -> bool | str:
    """Whether a statement that allows everything but for these elements allows the request, or `?`."""
    spared = [name.removeprefix("Not") for name in elements if name.startswith("Not")]
    statement = {key: value for key, value in ALLOW.items() if key not in spared}
    return {"Allow": True, None: False, "?": "?"}[said(request, {**statement, **elements})]


def met(request: Request, operator: str, key: str, *values: object) -> bool | str:
    return allows(request, Condition={operator: {key: list(values)}})
