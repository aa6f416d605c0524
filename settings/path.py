"""Paths of the API, those of services and of backends without services; and paths of health checks."""

import re
from dataclasses import dataclass
from typing import Annotated

from settings.described import Check
from settings.errors import as_yaml
from settings.fields import Model, at_most, unfit

ROOT = "/"
MAX_SEGMENTS = 5
MAX_PATH = 126
"""A path pattern of an ALB rule has at most 128 characters, including `/*`
(https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html)."""
RESERVED_PATHS = ("/healthz", "/ping", "/sping")
"""The ALB answers the first for the NLBs' health checks; API Gateway reserves the others
(https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html)."""

LITERAL = "must be a path of literal segments of A-Za-z0-9._-, without a slash at its end"
PASSED_ON = "must be literal: use what is before the part that varies, everything below it is passed on"
_VARIES = re.compile(r"[{}*:<>$^|()\[\]]")
"""In a segment that stands for several: `{id}`, `:id`, `<id>`, `*`, `[^/]+` and so on."""


def _is_literal(path: str) -> bool:
    # The characters that API Gateway allows in a path part, without the colon: Kubernetes and the ALB must
    # accept the path too.
    literal = re.fullmatch(r"(/[A-Za-z0-9._-]+)+", path)
    return path == ROOT or (bool(literal) and not {".", ".."}.intersection(path.split("/")))


def literal_start(path: str) -> str:
    """What is before the first segment of a path that varies; all of it if none does."""
    segments = [segment for segment in path.partition("?")[0].split("/") if segment]
    varying = (number for number, segment in enumerate(segments) if _VARIES.search(segment))
    return ROOT + "/".join(segments[: next(varying, None)])


def _path(value: str) -> str:
    if value == ROOT:
        return value
    if not _is_literal(value):
        varies = bool(_VARIES.search(value))
        right = literal_start(value) if value.startswith(ROOT) or (value and not varies) else ""
        raise unfit(
            PASSED_ON if varies and right else LITERAL,
            as_yaml(right) if right and _is_literal(right) else None,
        )
    if value.count("/") > MAX_SEGMENTS:
        raise unfit(f"must have {MAX_SEGMENTS} segments or less")
    if len(value) > MAX_PATH:
        raise unfit(f"must have {MAX_PATH} characters or less, for the ALB's rule")
    if value in RESERVED_PATHS:
        raise unfit(f"must not be reserved, as {', '.join(RESERVED_PATHS)} are")
    return value


Path = Annotated[
    str,
    Check(
        _path,
        f"must be / or one to {MAX_SEGMENTS} literal segments of A-Za-z0-9._-, without a slash at the end",
        {"pattern": r"^(/|(/[A-Za-z0-9._-]+){1,5})$", "maxLength": MAX_PATH},
    ),
]


PROBED = "must begin with a slash, and hold printable ASCII without spaces"
_PROBED = r"/[!-~]*"
MAX_HEALTH_PATH = 1024
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html"""


def _probed(value: str) -> str:
    if not re.fullmatch(_PROBED, value):
        right = f"/{value}"
        raise unfit(PROBED, as_yaml(right) if value and re.fullmatch(_PROBED, right) else None)
    return value


HealthPath = Annotated[str, Check(_probed, PROBED, {"pattern": f"^{_PROBED}$"}), at_most(MAX_HEALTH_PATH)]
"""What load balancers and the kubelet ask for, as the ALB takes it."""


class PathSettings(Model):
    """The settings of a path of a backend without services."""

    strip_prefix: bool = False
    """Whether the backend is sent what is below the path alone: `/` for `/search`."""


@dataclass(frozen=True, kw_only=True)
class ServedPath:
    """A path of the API that a backend answers, and everything below it that no longer path takes.

    Attributes:
        path: The path, such as `/svc1`, or `/`.
        strip_prefix: Whether the backend is sent what is below the path alone.
    """

    path: str
    strip_prefix: bool

    @property
    def sent_as(self) -> str:
        """What the backend is sent for the path itself; the start of what it is sent for what is below."""
        return ROOT if self.strip_prefix else self.path
