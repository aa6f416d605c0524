"""What asks a pod of a service whether it is well: its probes, and the ALB's health checks."""

from collections.abc import Mapping

from pulumi_kubernetes.core import v1 as core

from settings.service import Service

PORT_NAME, HEALTH_PORT_NAME = "http", "health"
ANNOTATIONS = "alb.ingress.kubernetes.io"
STARTUP_PERIOD_SECONDS = 5
CHECK_SECONDS = 15
"""Interval of the ALB's health checks. It is longer than any of their time-outs, as AWS demands
(https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html)."""


def ports(service: Service) -> Mapping[str, int]:
    """Name → number of each port of the container: one more if another answers health checks."""
    own = {PORT_NAME: service.port}
    port = service.health.port or service.port
    return own if port == service.port else {**own, HEALTH_PORT_NAME: port}


def startup_probe(service: Service, host: str | None) -> core.ProbeArgs:
    """Until it has passed, no other probe asks.

    Source: https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/#startup-probe
    """
    return core.ProbeArgs(
        http_get=_request(service, service.health.path, host),
        period_seconds=STARTUP_PERIOD_SECONDS,
        timeout_seconds=service.health.timeout_seconds,
        failure_threshold=-(-service.startup_seconds // STARTUP_PERIOD_SECONDS),
    )


def liveness_probe(service: Service, host: str | None) -> core.ProbeArgs:
    """A pod that doesn't answer for a minute is restarted."""
    return core.ProbeArgs(
        http_get=_request(service, service.health.path, host),
        period_seconds=10,
        timeout_seconds=service.health.timeout_seconds,
        failure_threshold=6,
    )


def readiness_probe(service: Service, host: str | None) -> core.ProbeArgs:
    """A pod that isn't ready gets no requests, and isn't restarted."""
    return core.ProbeArgs(
        http_get=_request(service, _readiness_path(service), host),
        period_seconds=5,
        timeout_seconds=service.health.timeout_seconds,
        failure_threshold=2,
    )


def health_annotations(service: Service) -> Mapping[str, str]:
    """The ALB's health checks. The controller reads them from the Service, which has its own target group.

    Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#health-check
    """
    other = ports(service).get(HEALTH_PORT_NAME)
    return {
        f"{ANNOTATIONS}/healthcheck-path": _readiness_path(service),
        f"{ANNOTATIONS}/healthcheck-interval-seconds": str(CHECK_SECONDS),
        f"{ANNOTATIONS}/healthcheck-timeout-seconds": str(service.health.timeout_seconds),
        **({f"{ANNOTATIONS}/healthcheck-port": str(other)} if other else {}),
    }


def _readiness_path(service: Service) -> str:
    return service.health.readiness_path or service.health.path


def _request(service: Service, path: str, host: str | None) -> core.HTTPGetActionArgs:
    # Frameworks with allowed hosts refuse other hosts, such as the pod's address, which is the default.
    headers = [core.HTTPHeaderArgs(name="Host", value=host)] if host else None
    return core.HTTPGetActionArgs(path=path, port=[*ports(service)][-1], http_headers=headers)
