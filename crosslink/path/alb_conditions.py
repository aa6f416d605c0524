"""The conditions of an ALB's rules, and whether a request fulfils them: yes, no, or nobody can tell.

Sources:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from components.route_header import ROUTE_HEADER
from crosslink.graph.node import Node, Value
from crosslink.graph.unknown import Fact, Unknown
from crosslink.ip_ranges import covered, network
from crosslink.wildcards import is_like

Field: TypeAlias = Literal["path", "host", "header", "method", "query", "source", "other"]


BELOW = "x-crosslink-below"  # a segment of a path that no rule names


class Callers(Unknown):
    """Unknown because callers decide it: a header, or a part of the query, that some may send."""


@dataclass(frozen=True)
class Condition:
    """A condition of a rule, which takes a request that has one of several values."""

    field: Field
    values: tuple[str, ...] = ()  # with wildcards `*` and `?`; ranges of a source, keys and values of a query
    regexes: tuple[str, ...] = ()
    name: str = ""  # of a header

    def __str__(self) -> str:
        asked = " or ".join((*self.values, *self.regexes))
        return {"header": f"header {self.name} {asked}", "query": f"?{asked}"}.get(
            self.field, f"{self.field} {asked}"
        )


@dataclass(frozen=True)
class Request:
    """One of a route's requests, as the ALB gets it."""

    path: str
    route: str  # the value of the header that binds the route
    host: str | None = None  # None for one that can't be told
    method: str | None = None  # None for any
    source: str | None = None  # the range that it comes from; None if it can't be told

    def below(self) -> "Request":
        """One for something below its path, of which no rule has the name."""
        return replace(self, path=f"{self.path.rstrip('/')}/{BELOW}")

    @property
    def is_below(self) -> bool:
        """Whether it is for something below its route's path."""
        return self.path.endswith(f"/{BELOW}")


def told(requests: Sequence[Request]) -> str:
    """Requests of one route for people, such as "GET, HEAD of /svc1 and what is below it"."""
    path = requests[0].path.removesuffix(BELOW) if requests[0].is_below else requests[0].path
    path = path.rstrip("/") or path
    every = {request.is_below for request in requests}
    alone = f"what is below {path}" if every == {True} else path
    what = f"{path} and what is below it" if len(every) > 1 else alone
    methods = ", ".join(sorted({request.method for request in requests if request.method}))
    sources = ", ".join(sorted({request.source for request in requests if request.source}))
    return f"{methods and f'{methods} of '}{what}{sources and f' from {sources}'}"


@dataclass(frozen=True)
class AlbRule:
    """A rule of an ALB, as an Ingress asks for it or as a listener has it."""

    owner: Node  # the Ingress, or the listener's rule
    told: str  # what people find it by
    conditions: Fact[tuple[Condition, ...]]
    answer: str  # what the ALB does with the requests that it takes
    path_rule: Mapping[str, Value]  # as the Ingress has it; empty for a listener's

    def demands(self, header: str = ROUTE_HEADER) -> Fact[tuple[str, ...] | None]:
        """The values of a header of which a request needs one; None if the rule demands no such header."""
        if isinstance(self.conditions, Unknown):
            return self.conditions
        own = (condition for condition in self.conditions if condition.name.lower() == header.lower())
        return next(((*condition.values, *condition.regexes) for condition in own), None)


def takes(conditions: Fact[Sequence[Condition]], request: Request) -> Fact[bool]:
    """Whether a rule with these conditions, all of which must hold, takes a request."""
    if isinstance(conditions, Unknown):
        return conditions
    found = [_holds(condition, request) for condition in conditions]
    if any(fact is False for fact in found):
        return False
    return next((fact for fact in found if isinstance(fact, Unknown)), True)


def _holds(condition: Condition, request: Request) -> Fact[bool]:
    match condition.field:
        case "path":
            found = _fits(condition, request.path, ignore_case=False)
        case "host" if request.host is None and "*" not in condition.values:
            found = Unknown(f"whether the host of requests is {condition} can't be told")
        case "host":
            found = _fits(condition, request.host or "", ignore_case=True)
        case "header" if condition.name.lower() == ROUTE_HEADER.lower():
            found = _fits(condition, request.route, ignore_case=True)
        case "header" | "query":
            found = Callers(f"it depends on whether callers send {condition}")
        case "method" if request.method:
            found = request.method in condition.values
        case "source":
            found = _comes_from(condition.values, request.source)
        case _:
            found = Unknown(f"nothing is known of the {condition}")
    return found


def _fits(condition: Condition, value: str, *, ignore_case: bool) -> Fact[bool]:
    """Whether a value fits a pattern.

    AWS's pages don't say whether a regular expression must fit all of the value, or whether its case counts:
    where that makes a difference nobody can tell.
    """
    text, patterns = value, condition.values
    if ignore_case:
        text, patterns = value.lower(), tuple(map(str.lower, patterns))
    if any(is_like(text, pattern) for pattern in patterns):
        return True
    told = {bool(how(pattern, value)) for pattern in condition.regexes for how in _WAYS}
    if len(told) > 1 and not any(all(how(pattern, value) for how in _WAYS) for pattern in condition.regexes):
        return Unknown(f"how the ALB reads the regular expression of {condition} isn't known")
    return bool(told) and True in told


def _searching(flags: re.RegexFlag, *, whole: bool) -> Callable[[str, str], object]:
    def search(pattern: str, value: str) -> object:
        try:
            return (re.fullmatch if whole else re.search)(pattern, value, flags)
        except re.error:
            return None

    return search


_WAYS = tuple(
    _searching(flags, whole=whole) for flags in (re.NOFLAG, re.IGNORECASE) for whole in (True, False)
)


def _comes_from(ranges: Sequence[str], source: str | None) -> Fact[bool]:
    """Whether a range of IPv4 lies in others; those of IPv6 have nothing of it."""
    own, others = network(source), [network(cidr) for cidr in ranges if ":" not in cidr]
    if covered(source, ranges):
        return True
    apart = own is not None and all(other is not None and not own.overlaps(other) for other in others)
    return False if apart else Unknown(f"whether requests come from {', '.join(ranges)} can't be told")
