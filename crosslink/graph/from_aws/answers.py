"""Answers that can't be used, of AWS, a cluster or whoever answers instead; how that is said in a line."""

import json
import logging
from collections.abc import Generator, Mapping
from contextlib import contextmanager

from urllib3 import exceptions

from crosslink.graph.node import Value
from crosslink.graph.unknown import NotKnownError

# What it raises to read an answer that lacks a part, or has one of another type.
MALFORMED = (KeyError, TypeError, AttributeError, ValueError, IndexError, StopIteration)
LONGEST = 160  # characters of what others say
_CUT_OFF = ("IncompleteRead", "InvalidChunkLength")  # in the text of a `ProtocolError`
_REASONS: Mapping[type[Exception], str] = {
    exceptions.NameResolutionError: "its name doesn't resolve",
    exceptions.ConnectTimeoutError: "no connection in time",
    exceptions.ReadTimeoutError: "no answer in time",
    exceptions.ProtocolError: "the connection was closed",
}
_LOG = logging.getLogger(__name__)


class NotUnderstoodError(NotKnownError):
    """An answer isn't as its service documents it."""


@contextmanager
def understood(asked: str) -> Generator[None]:
    """For the block that takes one answer apart: what is missing or malformed is `NotUnderstoodError`.

    The traceback is logged, for the case that the fault is this program's own.

    Args:
        asked: what was asked for.
    """
    try:
        yield
    except MALFORMED as error:
        _LOG.exception("%s: answer not understood", asked)
        what = f"no {error.args[0]}" if isinstance(error, KeyError) else shortened(str(error))
        raise NotUnderstoodError(f"{asked}: answer not understood: {what}") from error


def json_of(body: bytes, asked: str) -> Value:
    """What a body holds as JSON.

    Raises:
        NotUnderstoodError: it isn't JSON.
    """
    if not body.strip():
        raise NotUnderstoodError(f"{asked} with an empty answer")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        kind = "HTML" if body.lstrip()[:1] == b"<" else "what is"
        comma = "," if kind == "HTML" else ""
        raise NotUnderstoodError(f"{asked} with {kind}{comma} not JSON") from error


def shortened(text: str) -> str:
    """The first line of a text, as much of it as people read; a page isn't repeated."""
    line = next(iter(text.strip().splitlines()), "")
    if "<" in line:
        return "a page instead of a message"
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def why_no_answer(error: Exception) -> str:
    """Why there is no answer over HTTP, without the library's own objects.

    Args:
        error: of urllib3, or of what is built on it.
    """
    reason = getattr(error, "reason", None) or error
    if any(name in str(reason) for name in _CUT_OFF):
        return "the answer was cut off"
    if said := next((said for type_, said in _REASONS.items() if isinstance(reason, type_)), None):
        return said
    text = shortened(str(reason).rpartition(">: ")[2])
    return f"TLS: {text}" if isinstance(reason, exceptions.SSLError) else text
