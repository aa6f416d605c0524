"""`services` of a backend: what is behind each path of the API."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from settings.fields import MaybeSecret, Model, Text, between, matching, quoted, unfit
from settings.path import Path

MAX_SERVICE_NAME = 52
"""The name of an annotation has at most 63 characters, of which `conditions.` takes 11
(https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/#syntax-and-character-set)."""
HEALTH_NAME = "healthz"


def _not_health(value: str) -> str:
    if value == HEALTH_NAME:
        raise unfit(f"must not be {HEALTH_NAME}: the ALB's own answer to health checks has that name")
    return value


EnvName = Annotated[
    str,
    matching(r"[-._A-Za-z][-._A-Za-z0-9]*", "must be a name of A-Za-z0-9._-, not beginning with a digit"),
]
EnvValue = Annotated[MaybeSecret, BeforeValidator(quoted)]
ServiceName = Annotated[
    str,
    matching(
        rf"[a-z]([a-z0-9-]{{0,{MAX_SERVICE_NAME - 2}}}[a-z0-9])?",
        f"must be 1 to {MAX_SERVICE_NAME} of the characters a-z0-9-, "
        "beginning with a letter, not ending with a hyphen",
    ),
    AfterValidator(_not_health),
]
"""The name of a Kubernetes Service is an RFC 1035 label."""
NamespaceName = Annotated[
    str,
    matching(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", "must be the name of a namespace, 1 to 63 of a-z0-9-"),
]


class Service(Model):
    """One path of the API and the pods behind it, which the stack makes.

    Attributes:
        name: Name of the Kubernetes objects.
        path: Path in the API and on the ALB, such as `/svc1`; `/` for what no longer path takes.
        strip_prefix: Whether the pods are sent what is below the path alone: `/` for `/svc1`.
        image: The container's image, best with its digest: `name:tag@sha256:…`.
        args: The container's arguments.
        env: The container's environment; values are `SecretStr` if Pulumi keeps part of the key secret.
        port: The port that the container listens on, 1 to 65535.
        replicas: Number of pods, 1 or more.
        health_path: Path that the ALB's health checks and the pods' probes request.
    """

    name: ServiceName = Field(examples=["svc1"])
    path: Path = Field(examples=["/svc1"])
    strip_prefix: bool = False
    image: Annotated[str, matching(r"\S+", "must not be empty, nor hold a space")] = Field(
        examples=["hashicorp/http-echo:1.0"]
    )
    args: tuple[Text, ...] = Field(default=(), examples=[["-text=svc1", "-listen=:8080"]])
    env: Mapping[EnvName, EnvValue] = Field(default={}, examples=[{"LOG_LEVEL": "info"}])
    port: Annotated[int, between(1, 65535)] = Field(examples=[8080])
    replicas: Annotated[int, between(1, None)] = 2
    health_path: Annotated[str, matching(r"/\S*", "must begin with a slash and hold no space")] = "/"


class ExistingService(Model):
    """A Kubernetes Service in the backend's cluster that the stack doesn't create.

    Attributes:
        namespace: Its namespace.
        service: Its name.
        port: The port of the Service, 1 to 65535; not that of the pods.
    """

    namespace: NamespaceName = Field(examples=["orders"])
    service: ServiceName = Field(examples=["orders"])
    port: Annotated[int, between(1, 65535)] = Field(examples=[80])


class JoinedService(Model):
    """One path of the API and an existing Service behind it. Its pods and health checks are its owner's.

    Attributes:
        name: Name of the service in the backend.
        path: Path in the API and on the ALB, as for a service with an image.
        strip_prefix: As for a service with an image.
        existing: The Kubernetes Service.
    """

    name: ServiceName = Field(examples=["orders"])
    path: Path = Field(examples=["/orders"])
    strip_prefix: bool = False
    existing: ExistingService = Field(examples=[{"namespace": "orders", "service": "orders", "port": 80}])
