"""What was asked for, and what an answer says of the path."""

from dataclasses import dataclass
from functools import partial

from crosslink.rules.verdict import Result


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was asked for."""

    path: str  # the route
    stage: str
    auth: str  # of the route: `iam`, `cognito`, `lambda`, `apiKey` or `none`
    domain: str | None  # the API's own domain name; None for the one that API Gateway gives it
    fits: bool = False  # whether method and Ingress rule are as they should be, by the walk in AWS
    inner_hosts: frozenset[str] = frozenset()  # what the backend sees as Host, which no caller can reach


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What an answer, or its absence, says of the path."""

    hop: str | None = None  # title of the hop that has answered, or that the answer points to
    what: str  # what has happened
    fix: str | None = None  # None where nothing has to be done
    source: str | None = None  # the page that says so
    # Whether a request gets through to the application; unknown if this one could not tell.
    result: Result = Result.BROKEN


unknown = partial(Meaning, result=Result.UNKNOWN)
