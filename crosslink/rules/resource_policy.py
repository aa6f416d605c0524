"""What an API's resource policy says to a request from the internet: allow, deny, or nothing.

It is judged as IAM judges it, but in three-valued logic: what isn't understood here, or isn't known of the
request, is unknown, and so is the answer, though only where that could change it.

Sources: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies.html;
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html, and besides it
…_elements_principal, …_elements_notprincipal and …_condition-keys.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Self, TypeAlias, cast

from pydantic import BaseModel, BeforeValidator, ValidationError, model_validator
from pydantic.alias_generators import to_pascal

from crosslink.graph.unknown import Fact, Text, Unknown
from crosslink.rules.policy_conditions import Truth, every, holds, like, meets, not_, some
from crosslink.rules.text import account_of

Effect: TypeAlias = Literal["Allow", "Deny"]


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request from the internet."""

    # The API's execution ARN, `arn:aws:execute-api:us-west-2:111111111111:abc123`; None if not known
    api: str | None
    stage: str  # its name
    method: str  # the verb, `GET`
    path: str  # below the stage, `/svc1/a`
    principal: str | None  # ARN of the IAM role (not its session) or user that signed it; None if nobody did
    source_ip: str | None  # None if it isn't looked at, which makes a condition on it unknown


def effect(policy: str | Mapping[str, Any], request: Request) -> Fact[Effect | None]:
    """What a policy, or the JSON text of one, says to the request; None if it says nothing."""
    return _effect(policy if isinstance(policy, str) else json.dumps(policy), request)


def allows_all(policy: str) -> bool:
    """Whether a policy's text is that everybody may do everything, and nothing else."""
    read = _read(policy)
    if isinstance(read, Unknown) or len(read.statement) != 1:
        return False
    (only,) = read.statement
    everything = only.action == only.resource == ("*",) and only.principal in ("*", {"AWS": ("*",)})
    return only.effect == "Allow" and everything and not only.condition


def allows(policy: str, request: Request) -> Truth:
    """Whether a policy's text says `Allow`: it can't where no statement may, whatever may deny."""
    found = _effect(policy, request)
    if isinstance(found, Unknown) and not isinstance(read := _read(policy), Unknown):
        allowed = some(_applies(part, request) for part in read.statement if part.effect == "Allow")
        return False if allowed is False else found
    return found if isinstance(found, Unknown) else found == "Allow"


@cache
def _read(policy: str) -> "Fact[_Policy]":
    try:
        return _Policy.model_validate_json(policy)
    except ValidationError as error:
        return Unknown(f"the resource policy can't be read: {error.errors()[0]['msg']}")


@cache  # several rules ask the same of one policy, and for each route again
def _effect(policy: str, request: Request) -> Fact[Effect | None]:
    read = _read(policy)
    if isinstance(read, Unknown):
        return read
    for verdict in ("Deny", "Allow"):
        said = some(_applies(part, request) for part in read.statement if part.effect == verdict)
        if said is not False:
            return verdict if said is True else said
    return None


def _as_list(given: object) -> list[object]:
    """A single item may stand without a list, a number or a boolean without quotes."""
    items = cast("list[object]", given) if isinstance(given, list) else [given]
    return [json.dumps(item) if isinstance(item, bool | int) else item for item in items]


_Strings: TypeAlias = Annotated[tuple[str, ...], BeforeValidator(_as_list)]
_Principals: TypeAlias = Literal["*"] | dict[str, _Strings]


class _Statement(BaseModel, extra="forbid", alias_generator=to_pascal):
    sid: str | None = None
    effect: Effect
    principal: _Principals | None = None
    not_principal: _Principals | None = None
    action: _Strings | None = None
    not_action: _Strings | None = None
    resource: _Strings | None = None
    not_resource: _Strings | None = None
    condition: dict[str, dict[str, _Strings]] = {}

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        who, what = (self.principal, self.not_principal), (self.action, self.not_action)
        if any(pair.count(None) != 1 for pair in (who, what, (self.resource, self.not_resource))):
            raise ValueError("a statement has one Principal, Action and Resource, or its Not form")
        return self


class _Policy(BaseModel, extra="forbid", alias_generator=to_pascal):
    version: str | None = None
    id: str | None = None
    statement: Annotated[tuple[_Statement, ...], BeforeValidator(_as_list)] = ()


def _applies(statement: _Statement, request: Request) -> Truth:
    return every(
        _is_for(statement, request.principal),
        _covers(
            statement.action, statement.not_action, lambda action: like(action.lower(), "execute-api:invoke")
        ),
        _covers(statement.resource, statement.not_resource, lambda arn: _is_requested(arn, request)),
        *(
            holds(operator, values, _found(key, request))
            for operator, keys in statement.condition.items()
            for key, values in keys.items()
        ),
    )


def _is_for(statement: _Statement, signer: str | None) -> Truth:
    """Whether a statement speaks of the one who signed the request."""
    named = statement.principal or statement.not_principal or {}
    kinds: Mapping[str, _Strings] = {"AWS": ("*",)} if named == "*" else named
    among = some(_is(kind, name, signer) for kind, names in kinds.items() for name in names)
    if statement.not_principal is None:
        return among
    # With Deny it hits those whom it names, too, if they have a permissions boundary; with Allow nobody says.
    outside = among is False and statement.effect == "Deny"
    return True if outside else Unknown("whom a NotPrincipal spares isn't judged")


_NAMED = re.compile(r"(?:arn:[\w-]+:(?P<service>iam|sts)::)?(?P<account>\d{12})(?::(?P<name>[^*?]+))?")


def _is(kind: str, principal: str, signer: str | None) -> Truth:
    """Whether a principal is the one who signed the request; an account is everybody in it."""
    if (kind, principal) == ("AWS", "*"):
        return True
    if signer is None or kind == "Service":
        return False
    named = _NAMED.fullmatch(principal) if kind == "AWS" else None
    if named and named["account"] != account_of(signer):
        return False
    if named is None or named["service"] == "sts":  # a deleted role's id, a session, an identity provider
        return Unknown(f"who the principal {principal} is isn't known")
    return named["name"] in (None, "root") or principal == signer


def _covers(named: _Strings | None, spared: _Strings | None, test: Callable[[str], Truth]) -> Truth:
    """Whether what is tested for is in an element, or not in its Not form."""
    return some(map(test, named)) if named is not None else not_(some(map(test, spared or ())))


def _is_requested(resource: str, request: Request) -> Truth:
    """Whether a resource is what is requested. `execute-api:/` is short for this API."""
    requested = f"/{request.stage}/{request.method}{request.path}"
    if resource.startswith("execute-api:/"):
        return meets(like, resource.removeprefix("execute-api:"), requested)
    if resource.startswith("execute-api:"):
        return Unknown(f"what {resource} is short for isn't known")
    if request.api is not None or resource == "*":
        return meets(like, resource, f"{request.api}{requested}")
    _api, slash, rest = resource.partition("/")
    of_any_api = meets(like, f"*{slash}{rest}", requested)
    return Unknown(f"whether {resource} is of this API isn't known") if of_any_api is True else of_any_api


def _found(key: str, request: Request) -> Text:
    """What the request has under a condition key; None if it doesn't have the key."""
    found: Mapping[str, Text] = {
        "aws:sourceip": request.source_ip or Unknown("the caller's address isn't looked at"),
        "aws:principalarn": request.principal,
        "aws:principalaccount": account_of(request.principal) or "anonymous",
        "aws:securetransport": "true",  # REST APIs are served over HTTPS only
        **dict.fromkeys(("aws:sourcevpc", "aws:sourcevpce", "aws:vpcsourceip")),  # of VPC endpoints
    }
    return found.get(key.lower(), Unknown(f"{key} isn't looked at"))
