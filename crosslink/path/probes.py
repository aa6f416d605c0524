"""The probes of containers: what tells that a pod has started, is alive, and is ready for requests.

Source: https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
"""

from collections.abc import Mapping
from dataclasses import dataclass

from crosslink.graph.node import Value, doubt, fields, items, number
from crosslink.graph.unknown import Fact, Number, Text

STARTUP, LIVENESS, READINESS = "startup", "liveness", "readiness"
ASKING = ("httpGet", "tcpSocket", "grpc")  # the probes that ask a port; `exec` runs a command
# What Kubernetes takes where a probe doesn't say it:
# https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Probe
DEFAULTS: Mapping[str, int] = {"initialDelaySeconds": 0, "periodSeconds": 10, "failureThreshold": 3}


@dataclass(frozen=True, kw_only=True)
class Probe:
    """A probe of a container."""

    kind: str  # `startup`, `liveness` or `readiness`
    port: Fact[int | str | None]  # that it asks, by number or name; None if it runs a command
    path: Text  # that it asks by HTTP; None if it asks otherwise
    scheme: Text  # `HTTP` or `HTTPS`, of one that asks by HTTP; None if it asks otherwise
    patience: Number  # seconds for which it may fail before that counts


def probes_of(containers: Value) -> Fact[tuple[Probe, ...]]:
    """Those of all containers."""
    found = [
        (kind, fields(container).get(f"{kind}Probe"))
        for container in items(containers)
        for kind in (STARTUP, LIVENESS, READINESS)
    ]
    return doubt([probe for _kind, probe in found]) or tuple(
        _probe(kind, fields(probe)) for kind, probe in found if probe is not None
    )


def _probe(kind: str, probe: Mapping[str, Value]) -> Probe:
    asked = next((fields(probe[way]) for way in ASKING if way in probe), fields(None))
    delay, period, threshold = (number(probe.get(name)) or default for name, default in DEFAULTS.items())
    path = (asked.get("path") or "/") if "httpGet" in probe else None
    scheme = (asked.get("scheme") or "HTTP") if "httpGet" in probe else None
    return Probe(
        kind=kind,
        port=number(asked.get("port")),
        path=path,
        scheme=scheme,
        patience=delay + period * threshold,
    )
