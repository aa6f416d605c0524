"""The two sides of the path, by where they stand in the file."""

from collections.abc import Mapping

from settings.backend import Backend
from settings.consumer import Consumer

CONSUMER = "crosslink:consumer"
BACKENDS = "crosslink:backends"
API = "crosslink:api"
PROTECT = "crosslink:protect"
AS_PREVIEW = "crosslink:asPreview"

Backends = Mapping[str, Backend]
Sides = Mapping[str, Consumer | Backend]
