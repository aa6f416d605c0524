"""The probes of containers: what tells that a pod has started, is alive, and is ready for requests.

Source: https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crosslink.graph.node import Value, doubt, fields, items, number
from crosslink.graph.unknown import Fact, Number, Text, known

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
    container: str
    headers: Fact[tuple[tuple[str, str], ...]]  # that it sends
    path: Text  # that it asks by HTTP; None if it asks otherwise
    earliest: int  # seconds after which it has passed at the earliest
    scheme: Text  # `HTTP` or `HTTPS`, of one that asks by HTTP; None if it asks otherwise
    patience: Number  # seconds for which it may fail before that counts


def probes_of(containers: Value) -> Fact[tuple[Probe, ...]]:
    """Those of all containers."""
    found = [
        (str(fields(container).get("name")), kind, fields(container).get(f"{kind}Probe"))
        for container in items(containers)
        for kind in (STARTUP, LIVENESS, READINESS)
    ]
    return doubt([probe for _name, _kind, probe in found]) or tuple(
        _probe(name, kind, fields(probe)) for name, kind, probe in found if probe is not None
    )


def _probe(container: str, kind: str, probe: Mapping[str, Value]) -> Probe:
    asked = next((fields(probe[way]) for way in ASKING if way in probe), fields(None))
    delay, period, threshold = (number(probe.get(name)) or default for name, default in DEFAULTS.items())
    path = (asked.get("path") or "/") if "httpGet" in probe else None
    scheme = (asked.get("scheme") or "HTTP") if "httpGet" in probe else None
    earliest = delay + period * ((number(probe.get("successThreshold")) or 1) - 1)
    headers = [fields(header) for header in items(asked.get("httpHeaders"))]
    return Probe(
        kind=kind,
        port=number(asked.get("port")),
        container=container,
        headers=tuple((str(header.get("name")), str(header.get("value"))) for header in headers),
        path=path,
        scheme=scheme,
        earliest=earliest,
        patience=delay + period * threshold,
    )


def odd_one(probes: Sequence[Probe]) -> str | None:
    """What a liveness probe asks that its container's startup probe doesn't; None if each asks the same.

    Nobody can tell of such a container whether it answers before it runs.

    Raises:
        NotKnownError: it isn't known what a probe sends.
    """
    started = {probe.container: probe for probe in probes if probe.kind == STARTUP and probe.path}
    for probe in probes:
        first = started.get(probe.container)
        if probe.kind == LIVENESS and first and probe.path and _asked(probe) != _asked(first):
            return (
                f"container {probe.container} answers {_told(probe)}: its startup probe asks {_told(first)}"
            )
    return None


def _asked(probe: Probe) -> tuple[object, ...]:
    return probe.port, probe.path, known(probe.headers)


def _told(probe: Probe) -> str:
    sent = ", ".join(f"{name}: {value}" for name, value in known(probe.headers))
    return f"{probe.path} at {probe.port}" + (f" with {sent}" if sent else "")
