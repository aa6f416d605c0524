"""Backends with an endpoint service that another team has published."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from settings.any_backend import HTTP_PORT, PathsBackend
from settings.fields import Model, Port, ZoneId, distinct, matching
from settings.path import HealthPath


class PublishedService(Model):
    """An endpoint service that another team has published."""

    name: Annotated[
        str,
        matching(
            r"com\.amazonaws\.vpce\.[a-z0-9-]+\.vpce-svc-[0-9a-f]{17}",
            "must be the name of an endpoint service, com.amazonaws.vpce.<region>.vpce-svc-…",
        ),
    ] = Field(examples=["com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d4e5f60718"])
    """Name of an endpoint service that another team publishes."""
    port: Port = HTTP_PORT
    """Port that it listens on."""
    zone_ids: Annotated[tuple[ZoneId, ...], distinct(1, "zones")] = Field(examples=[["use1-az1", "use1-az2"]])
    """Ids of its zones."""
    health_path: HealthPath | None = Field(default=None, examples=["/healthz"])
    """Path that is answered with a status of 200 to 399 behind it, whatever the host; if left out, health
    checks only connect."""


class ServiceBackend(PathsBackend):
    """An endpoint service that another team has published; the stack makes nothing in its account."""

    kind = "service"
    example: ClassVar[Mapping[str, object]] = {
        "name": "apps",
        "accountId": "222222222222",
        "region": "us-east-1",
        "service": {
            "name": "com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d4e5f60718",
            "zoneIds": ["use1-az1", "use1-az2"],
        },
        "paths": {"/svc1": {}},
    }

    service: PublishedService = Field(examples=[example["service"]])
    """An endpoint service of another team, or of another stack of this program."""

    @property
    def zone_ids(self) -> tuple[str, ...]:
        return self.service.zone_ids

    @property
    def port(self) -> int:
        return self.service.port

    @property
    def health_path(self) -> str | None:
        return self.service.health_path
