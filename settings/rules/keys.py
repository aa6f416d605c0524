"""The keys of a stack file, and the types of what the rules are given."""

from collections.abc import Mapping
from typing import TypeVar

from settings.any_backend import PathsBackend
from settings.backend import Backend, ClusterBackend, ProvidedBackend
from settings.consumer import Consumer
from settings.errors import key

NAMESPACE = "crosslink"
DEFAULT_PROVIDERS = "pulumi:disable-default-providers"
CONSUMER = "crosslink:consumer"
BACKENDS = "crosslink:backends"
API = "crosslink:api"
TAGS = "crosslink:tags"
FLOW_LOGS = "crosslink:flowLogs"
QUOTAS = "crosslink:quotas"
PROTECT = "crosslink:protect"
ALLOW_PLACEHOLDERS = "crosslink:allowPlaceholders"
KEYS = (DEFAULT_PROVIDERS, CONSUMER, BACKENDS, API, TAGS, FLOW_LOGS, QUOTAS, PROTECT, ALLOW_PLACEHOLDERS)
AS_PREVIEW = "asPreview"
"""No key of a stack's file: it holds for one preview."""

Backends = Mapping[str, Backend]
"""Path in the file, `crosslink:backends[0]` → the backend there."""
B = TypeVar("B", bound=Backend)
Clusters = Mapping[str, ClusterBackend]
Sides = Mapping[str, Consumer | ProvidedBackend]
"""Path in the file → the consumer or the backend there, in whose account the stack makes resources."""


def of_kind(backends: Backends, kind: type[B]) -> Mapping[str, B]:
    """The backends of a kind, by path in the file."""
    return {path: backend for path, backend in backends.items() if isinstance(backend, kind)}


def places_of_paths(path: str, backend: Backend) -> Mapping[str, tuple[str, object]]:
    """Path in the file → path of the API there, and the value there, of the backend at `path`."""
    match backend:
        case ClusterBackend():
            return {
                key(path, "services", i, "path"): (s.path, s.path) for i, s in enumerate(backend.services)
            }
        case PathsBackend():
            return {key(path, "paths", name): (name, settings) for name, settings in backend.paths.items()}
        case _:
            return {}
