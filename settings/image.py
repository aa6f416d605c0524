"""The name of a container's image, as Kubernetes and the container runtime take it."""

import re
from typing import Annotated, cast

from settings.described import Check
from settings.fields import unfit

MAX_REPOSITORY = 255
"""This and the patterns: https://github.com/distribution/reference/blob/main/reference.go"""
_LABEL = "[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
_HOST = rf"(?:localhost|(?={_LABEL}[.:])({_LABEL}\.)*{_LABEL})(:[0-9]+)?"
_PART = r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*"
_IMAGE = rf"(?P<repository>({_HOST}/)?{_PART}(/{_PART})*)(:\w[\w.-]{{0,127}})?(@sha256:[0-9a-f]{{64}})?"
_NAME = re.compile(r"(.*?)((?::[^/:@]*)?(?:@.*)?$)", re.DOTALL)
"""What is before tag and digest, and these."""
MUST = "must be an image's name, [host/]repository[:tag][@sha256:…], with the repository in lower case"


def _image(value: str) -> str:
    if _is_image(value):
        return value
    if scheme := re.match(r"(https?|docker|oci)://", value):
        right = value[scheme.end() :]
        raise unfit("must have no scheme: it is no URL", right if _is_image(right) else None)
    name, tag = cast("re.Match[str]", _NAME.match(value)).groups()
    right = f"{name.lower()}{tag}"
    raise unfit(MUST, right if _is_image(right) else None)


def _is_image(value: str) -> bool:
    match = re.fullmatch(_IMAGE, value, re.ASCII)
    return bool(match) and len(match["repository"]) <= MAX_REPOSITORY


Image = Annotated[str, Check(_image, MUST)]
