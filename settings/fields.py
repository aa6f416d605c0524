"""The base class of the settings' models, and field types that several of them use.

A type says in one sentence what must hold for a single value, and gives a value that would be right. The
sentence never quotes the value, which may be secret. What must hold between values is in `rules/`.
"""

import json
import re
from collections.abc import Hashable, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Annotated, ClassVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainValidator,
    SecretStr,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError, PydanticKnownError

from settings.described import SECRET_TEXT, Check
from settings.errors import as_yaml

ZONE_ID = r"[a-z]{3,4}\d-az[1-7]"
DOMAIN = "must be a DNS name of two labels or more, in lower case and without a wildcard"
ACCOUNT_ID_DIGITS = 12
MAX_INT32 = 2**31 - 1
"""The largest number in fields of Kubernetes and API Gateway."""
LEFT_OUT = "# left out"
"""In the place of the right value: the key is right left out."""
MAX_DOMAIN = 253
"""Characters of a DNS name as text (https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4)."""


class Model(BaseModel):
    """A mapping in the stack file: immutable, with camelCase keys, no unknown keys and no type conversion."""

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,  # from which the reference of settings is made
    )

    example: ClassVar[Mapping[str, object]] = {}
    """A minimal valid mapping."""


def unfit(must: str, right: str | None = None) -> PydanticCustomError:
    """The error that a field's validator raises.

    Args:
        must: What must hold.
        right: YAML of the right value, if the wrong one tells it; None for the field's example or default.
    """
    return PydanticCustomError("unfit", "{must}", {"must": must, "right": right})


def matching(pattern: str, must: str) -> AfterValidator:
    """Text that matches `pattern` as a whole; `must` says so in words."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value, re.ASCII):
            raise unfit(must)
        return value

    return Check(check, must, {"pattern": f"^({pattern})$"})


def at_most(most: int) -> AfterValidator:
    """Text of at most `most` characters."""
    must = f"must have {most} characters or less"

    def check(value: str) -> str:
        if len(value) > most:
            raise unfit(must)
        return value

    return Check(check, schema={"maxLength": most})


def between(low: int, high: int, *, why: str = "") -> AfterValidator:
    """A number from `low` to `high`, inclusive; `why` says why others are refused, if it isn't obvious."""
    must = f"must be a number from {low} to {high}{f': {why}' if why else ''}"

    def check(value: int) -> int:
        if not low <= value <= high:
            raise unfit(must)
        return value

    return Check(check, must, {"minimum": low, "maximum": high})


def some(what: str, left_out: str) -> AfterValidator:
    """A list that isn't empty: it would read as nobody and mean everybody, for which the key is left out.

    Args:
        what: Names the items.
        left_out: What holds without the key.
    """

    def check(value: tuple[object, ...]) -> tuple[object, ...]:
        if not value:
            raise unfit(f"must hold one or more {what}: left out, {left_out}", LEFT_OUT)
        return value

    return Check(check, schema={"minItems": 1})


def distinct(least: int, what: str) -> AfterValidator:
    """A list of at least `least` items without duplicates; `what` names the items."""

    def check(value: tuple[Hashable, ...]) -> tuple[Hashable, ...]:
        once = dict.fromkeys(value)
        if len(once) < len(value):
            raise unfit(
                f"must name {what} once each",
                as_yaml(list(once)) if len(once) >= least else None,
            )
        if len(value) < least:
            raise unfit(f"must hold {least} or more {what}")
        return value

    return Check(check, schema={"uniqueItems": True, "minItems": least})


def public_domain(longest: int = MAX_DOMAIN) -> AfterValidator:
    """A DNS name in lower case that API Gateway accepts as the host of an integration."""
    label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"

    def check(value: str) -> str:
        if not re.fullmatch(rf"({label}\.)+(?!\d+$){label}", value, re.ASCII) or len(value) > longest:
            raise unfit(DOMAIN)
        # API Gateway refuses private top-level domains, at least in public integrations.
        if value.endswith((".internal", ".local")):
            raise unfit("must not lie under .internal or .local: API Gateway may refuse them")
        return value

    return Check(check, DOMAIN, {"maxLength": longest})


def quoted(value: object) -> object:
    """Refuses a number or a boolean where text is expected: it lacks quotes."""
    if isinstance(value, bool | int | float):
        read_as = "true or false" if isinstance(value, bool) else "a number"
        raise unfit(f"must be in quotes: without them YAML reads {read_as}", f'"{json.dumps(value)}"')
    return value


def _secret_if_its_key_is(value: object, info: ValidationInfo) -> str | SecretStr:
    if isinstance(value, SecretStr):
        return value
    if not isinstance(value, str):
        raise PydanticKnownError("string_type")
    # Pulumi tells that the key holds a secret, but not where: treat every value that may be one as secret.
    return SecretStr(value) if info.context and info.context["secret"] else value


@cache
def _all_regions() -> frozenset[str]:
    """The regions that the SDK knows, which is slow to load, and which the policy pack does without."""
    from pulumi_aws import Region  # noqa: PLC0415

    return frozenset(region.value for region in Region)


@cache
def regions() -> list[str]:
    """The regions of partition `aws`, by the same pattern as in botocore's endpoints.json."""
    return sorted(
        name for name in _all_regions() if re.fullmatch(r"(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+", name)
    )


def _region(value: str) -> str:
    if value in regions():
        return value
    if value in _all_regions():
        raise unfit("must be a region of partition aws: no other is supported")
    raise unfit("must be an AWS region", get_close_matches(value.lower(), regions(), n=1, cutoff=0)[0])


def _account_id(value: object) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool):
        # YAML drops a leading zero, and the CLI reads the digits after it as octal if they can be: fewer than
        # eleven digits don't tell what the id was.
        digits = str(value).removesuffix(".0")
        right = f'"{digits.zfill(ACCOUNT_ID_DIGITS)}"' if re.fullmatch(r"\d{11,12}", digits) else None
        raise unfit("must be 12 digits in quotes: without them YAML reads a number", right)
    return value


def _zone_id(value: str) -> str:
    if re.fullmatch(r"[a-z]{2}-[a-z-]+-\d[a-z]", value):
        raise unfit("must be the id of a zone: its name means another zone in each account")
    if not re.fullmatch(ZONE_ID, value):
        raise unfit("must be the id of a zone, with a number from 1 to 7")
    return value


Text = Annotated[str, BeforeValidator(quoted)]
"""Free text; a number or a boolean is refused with the advice to quote it."""
AccountId = Annotated[str, matching(r"\d{12}", "must be 12 digits"), BeforeValidator(_account_id)]
RegionName = Annotated[str, Check(_region, "must be a region of partition aws", lambda: {"enum": regions()})]
MaybeSecret = Annotated[str | SecretStr, PlainValidator(_secret_if_its_key_is), WithJsonSchema(SECRET_TEXT)]
"""Text that is a `SecretStr` if Pulumi keeps part of its key secret. What may be secret has this type
(`settings/secrets.py`)."""
ZoneId = Annotated[
    str,
    Check(_zone_id, "must be the id of a zone, such as use1-az1", {"pattern": f"^({ZONE_ID})$"}),
]
ZoneIds = Annotated[tuple[ZoneId, ...], distinct(2, "zones")]
Port = Annotated[int, between(1, 65535)]
