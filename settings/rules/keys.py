"""The keys of a stack file, and the types of what the rules are given."""

from collections.abc import Mapping

from settings.backend import Backend
from settings.consumer import Consumer

DEFAULT_PROVIDERS = "pulumi:disable-default-providers"
CONSUMER = "crosslink:consumer"
BACKENDS = "crosslink:backends"
API = "crosslink:api"
FLOW_LOGS = "crosslink:flowLogs"
PROTECT = "crosslink:protect"
AS_PREVIEW = "crosslink:asPreview"
KEYS = (DEFAULT_PROVIDERS, CONSUMER, BACKENDS, API, FLOW_LOGS, PROTECT, AS_PREVIEW)

Backends = Mapping[str, Backend]
"""Path in the file, `crosslink:backends[0]` → the backend there."""
Sides = Mapping[str, Consumer | Backend]
"""Path in the file → the consumer or the backend there."""
