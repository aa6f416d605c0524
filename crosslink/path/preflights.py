"""What the API itself answers to a browser that asks before it calls.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from crosslink.graph.node import Value, fields
from crosslink.graph.unknown import Text, Unknown

_HEADER = "method.response.header."
_JSON = "application/json"
_ORIGINS = re.compile(
    r"""\#set\(\$origin\ =\ \$input\.params\(\)\.header\.get\("Origin"\)\)\n
    \#if\(!\$origin\ \|\|\ \$origin\ ==\ ""\)
    \#set\(\$origin\ =\ \$input\.params\(\)\.header\.get\("origin"\)\)\#end\n
    \#if\(\$origin\ ==\ "(?P<origins>[^"]*(?:"\ \|\|\ \$origin\ ==\ "[^"]*)*)"\)
    \#set\(\$context\.responseOverride\.header\.Access-Control-Allow-Origin\ =\ \$origin\)\#end""",
    re.VERBOSE,
)
"""The program's template, which picks the page's own origin of several."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a mock answers."""

    picked: Text  # the status that its template picks; None without one for requests without a body
    status: str | None  # what callers get; None if the mock has no answer by default
    headers: tuple[tuple[str, str], ...]  # names in lower case, and static values
    origins: Text  # that its template takes, one a line; None without one

    def header(self, name: str) -> str | None:
        """The value of a header."""
        return dict(self.headers).get(name.lower())


def answer_of(integration: Mapping[str, Value]) -> Answer:
    """The answer of a mock integration."""
    default = fields(fields(integration.get("responses")).get("default"))
    status, mapped = default.get("statusCode"), fields(default.get("responseParameters"))
    return Answer(
        picked=_picked(fields(integration.get("requestTemplates")).get(_JSON)),
        status=None if status is None else str(status),
        headers=tuple(
            sorted(
                (name.lower().removeprefix(_HEADER), value.strip("'"))
                for name, value in mapped.items()
                if isinstance(value, str)
            )
        ),
        origins=_origins(fields(default.get("responseTemplates"))),
    )


def _picked(template: Value) -> Text:
    if template is None:
        return None
    try:
        return str(fields(json.loads(template)).get("statusCode"))
    except (TypeError, ValueError):
        return Unknown("nobody runs the template of a mock here")


def _origins(templates: Mapping[str, Value]) -> Text:
    """The origins of the program's own template; what another one does can't be known."""
    if not templates:
        return None
    if list(templates) == [_JSON] and (found := _ORIGINS.fullmatch(str(templates[_JSON]))):
        return found["origins"].replace('" || $origin == "', "\n")
    return Unknown("nobody runs the template of an answer here")
