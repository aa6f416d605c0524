"""A kind of answers: a row of the table which the probe, `--explain` and docs/answers.md tell."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from crosslink.doctor.probe import Answer, Asked, Meaning
from crosslink.rules.verdict import Result

GUIDE = "https://docs.aws.amazon.com/apigateway/latest/developerguide"
# It lists the kinds of errors and their statuses; the error types, which are in the header
# `x-amzn-errortype`, are on re:Post's pages.
GATEWAY_RESPONSES = f"{GUIDE}/supported-gateway-response-types.html"


class By(StrEnum):
    """Who answers, and how to tell."""

    GATEWAY = "API Gateway"
    ALB = "the ALB"
    APPLICATION = "the application"
    STRANGER = "somebody else"


SIGNS: Mapping[By, str] = {
    By.GATEWAY: "`x-amzn-errortype` names an error",
    By.ALB: "`x-amzn-remapped-server` names `awselb`",
    By.APPLICATION: "there is an `x-amzn-requestid`, and no `x-amzn-errortype`",
    By.STRANGER: "there is no `x-amzn-requestid`",
}


def by(answer: Answer) -> By:
    """Who has given an answer."""
    if answer.error_type:
        return By.GATEWAY
    if answer.by_alb:
        return By.ALB
    return By.APPLICATION if answer.request_id else By.STRANGER


def always(_answer: Answer, _asked: Asked) -> bool:
    """An answer of a kind is known by its status, or by its error's name."""
    return True


def never(_answer: Answer, _asked: Asked) -> bool:
    """No single request tells this kind from another one."""
    return False


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of answers. Its texts have names of `Asked`, and others of `names_of`, in braces."""

    by: By
    # Of an answer; none for any. Error types tell without them: they are what is usual then.
    statuses: Sequence[int] = ()
    error_types: tuple[str, ...] = ()  # API Gateway's names; they may be patterns
    auth: tuple[str, ...] = ()  # of the route; none for any
    sign: str | None = None  # what else tells it
    fits: Callable[[Answer, Asked], bool] = always  # whether an answer has that sign
    hop: str | None  # title of the hop that it points to; None for the application of somebody else
    what: str  # what has happened
    fix: str | None = None  # what to do; None if nothing has to be done
    source: str
    result: Result = Result.BROKEN

    def is_of(self, answer: Answer, asked: Asked) -> bool:
        """Whether an answer is of this kind."""
        error, known = answer.error_type or "", self.error_types
        told = any(fnmatchcase(error, name) for name in known) if known else answer.status in self.statuses
        rest = self.by is by(answer) and (not self.auth or asked.auth in self.auth)
        return rest and (told or not (known or self.statuses)) and self.fits(answer, asked)

    def meaning(self, names: Mapping[str, object]) -> Meaning:
        """What an answer of this kind says of the path, with values for the names in it."""
        fix = self.fix and self.fix.format_map(names)
        what = self.what.format_map(names)
        return Meaning(hop=self.hop, what=what, fix=fix, source=self.source, result=self.result)


def host_of(answer: Answer) -> str | None:
    """The host that a redirect leads to; None for what is no redirect to a host."""
    try:
        return urlsplit(answer.headers.get("location", "")).hostname
    except ValueError:  # not a URI
        return None


def names_of(answer: Answer, asked: Asked) -> dict[str, object]:
    """Values for the names in the texts of kinds."""
    return {
        **vars(asked),
        "status": answer.status,
        "error_type": answer.error_type,
        "leaked": f"/{asked.stage}{asked.sent_as}",
        "host": host_of(answer),
        "to_do": asked.pending and asked.pending.to_do,
        "command": asked.pending and asked.pending.command,
    }
