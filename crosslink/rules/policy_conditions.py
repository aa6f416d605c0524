"""The conditions of a policy's statements, in three-valued logic: what isn't understood here is unknown.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from ipaddress import ip_address, ip_network
from typing import TypeAlias

from crosslink.graph.unknown import Fact, Text, Unknown
from crosslink.wildcards import is_like

Truth: TypeAlias = Fact[bool]

_OPERATOR = re.compile(r"(?P<of>ForAnyValue:|ForAllValues:)?(?P<test>\w+?)(?P<if_exists>IfExists)?")
_NEGATED: Mapping[str, str] = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NotIpAddress": "IpAddress",
}


def holds(operator: str, values: Sequence[str], found: Text) -> Truth:
    """Whether a condition holds for what was found under its key: one value, or None for none.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
    """
    if isinstance(found, Unknown):
        return found
    if operator == "Null":
        if not values or not {*values} <= {"true", "false"}:
            return Unknown(f"Null: {', '.join(values)} isn't looked at")
        return some((found is None) == (value == "true") for value in values)
    name = _OPERATOR.fullmatch(operator)
    test = name and _TESTS.get(_NEGATED.get(name["test"], name["test"]))
    if name is None or test is None or not values:
        return Unknown(f"the operator {operator} isn't looked at")
    negated = name["test"] in _NEGATED
    if found is None:
        return _of_nothing(operator, of=name["of"], passes=negated or bool(name["if_exists"]))
    met = some(meets(test, value, found) for value in values)
    return not_(met) if negated else met


def _of_nothing(operator: str, *, of: str | None, passes: bool) -> Truth:
    """Whether a condition holds for a request without its key; of no values all are as they should be."""
    if of == "ForAnyValue:" and passes:
        return Unknown(f"what {operator} says of a request without its key isn't known")
    return of == "ForAllValues:" or passes


def meets(test: Callable[[str, str], Truth], text: str, found: str) -> Truth:
    """The test of a text that may hold a policy variable."""
    return Unknown(f"what the variable in {text} is isn't known") if "${" in text else test(text, found)


def like(pattern: str, text: str) -> bool:
    """`*` is any characters and `?` is one; the classes of characters that fnmatch has, IAM hasn't."""
    return is_like(text, pattern)


def _arn_like(pattern: str, arn: str) -> Truth:
    """Part by part, so that no `*` spans colons. ArnEquals does the same."""
    patterns, parts = pattern.split(":", 5), arn.split(":", 5)
    if len(patterns) != len(parts):
        return Unknown(f"{pattern} is no ARN")
    return all(map(like, patterns, parts))


def _in_range(cidr: str, address: str) -> Truth:
    try:
        return ip_address(address) in ip_network(cidr, strict=False)
    except ValueError as error:
        return Unknown(str(error))


def _same(text: str, found: str) -> bool:
    return text.lower() == found.lower()


def _is_flag(text: str, found: str) -> Truth:
    return _same(text, found) if text.lower() in ("true", "false") else Unknown(f"{text} is no boolean")


_TESTS: Mapping[str, Callable[[str, str], Truth]] = {
    "StringEquals": str.__eq__,
    "StringEqualsIgnoreCase": _same,
    "StringLike": like,
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    "IpAddress": _in_range,
    "Bool": _is_flag,
}


def some(truths: Iterable[Truth]) -> Truth:
    found = list(truths)
    return True in found or next((truth for truth in found if isinstance(truth, Unknown)), False)


def every(*truths: Truth) -> Truth:
    return not_(some(map(not_, truths)))


def not_(truth: Truth) -> Truth:
    return truth if isinstance(truth, Unknown) else not truth
