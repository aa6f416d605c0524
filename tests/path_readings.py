"""Ways to write one path, and ways to read it."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote

UPWARDS: Mapping[str, str] = {
    "dots": "../",
    "encoded dots": "%2e%2e/",
    "encoded dots in capitals": "%2E%2E/",
    "half encoded dots": ".%2e/",
    "encoded slash": "..%2f",
    "all encoded": "%2e%2e%2f",
    "encoded twice": "%252e%252e%252f",
    "encoded dots twice": "%252e%252e/",
    "with a parameter": "..;x/",
    "backslash": "..\\",
    "encoded backslash": "..%5c",
    "empty segment": "/../",
    "own segment": "./../",
}
"""Name → one step up in a path."""
ASIDE = ("", "/", "./", "%2e/", "x/../", ";x/", "%2f", "\\")
"""What may stand before a path and change nothing."""
TAILS = ("", "/", "/1", "//1", "/./1", ";x", "/1;x", "%2f1", "?", "\\1")
"""What stands behind the path of the other route."""


def encoded(path: str) -> str:
    """The path with the first letter after each slash encoded."""
    return re.sub(r"(?<=/)\w|^\w", lambda found: f"%{ord(found[0]):02x}", path)


def _normalised(path: str) -> str:
    """A path without dot segments, empty segments and parameters, as far as they can be seen in it."""
    segments: list[str] = []
    for segment in re.split(r"[/\\]", path.partition("?")[0]):
        name = segment.partition(";")[0]
        if name == "..":
            segments = segments[:-1]
        elif name not in ("", "."):
            segments.append(name)
    return "/" + "/".join(segments)


def _decoded_throughout(path: str) -> str:
    while "%" in path and (decoded := unquote(path)) != path:
        path = decoded
    return path


Reading = Callable[[str], str]
OF_THE_REST: tuple[Reading, ...] = (str, unquote, _decoded_throughout)
"""How API Gateway may take the greedy part of a path over into the URI."""
OF_THE_PATH: tuple[Reading, ...] = (
    str,
    unquote,
    _normalised,
    lambda path: _normalised(unquote(path)),
    lambda path: unquote(_normalised(path)),
    lambda path: _normalised(_decoded_throughout(path)),
    lambda path: _normalised(_decoded_throughout(path)).lower(),
)
"""How the ALB may read the path that it compares."""
