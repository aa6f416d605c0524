"""The pods of a service: their size, number, health, identity and place."""

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from settings.described import Check, Since
from settings.fields import (
    MAX_HEALTH_PATH,
    MAX_INT32,
    Model,
    at_most,
    between,
    distinct,
    matching,
    quoted,
    unfit,
)
from settings.ids import RoleArn

FIXED, SCALED = "\0fixed", "\0scaled"
"""Tags of the two forms of `replicas`: in the place of an error they come after its key."""
ABSOLUTE = "must be an absolute path of A-Za-z0-9._-, without a slash at its end"
TMP = "/tmp"  # noqa: S108 - in the pod
"""Always writable."""
POD_IP = "POD_IP"
"""The variable with a pod's address."""


def _by_form(value: object) -> str:
    return SCALED if isinstance(value, dict | Autoscaling) else FIXED


def _writable(value: str) -> str:
    if not re.fullmatch(r"(/[A-Za-z0-9._-]+)+", value, re.ASCII) or {".", ".."} & set(value.split("/")):
        raise unfit(ABSOLUTE)
    if value == TMP:
        raise unfit(f"must not be {TMP}, which is writable already")
    return value


def _cpu(value: object) -> object:
    if isinstance(value, float) and not value.is_integer():
        raise unfit(CPUS, f"{round(value * 1000)}m" if 0.001 <= value < MAX_CPUS else None)  # noqa: PLR2004
    return quoted(int(value) if isinstance(value, float) else value)


def _memory(value: object) -> object:
    if isinstance(value, int | float):
        raise unfit(MEMORY)
    return value


MAX_CPUS = 1000
CPUS = 'must be CPUs, such as "2", or thousandths of one, such as 250m'
MEMORY = "must be memory in Mi or Gi, such as 512Mi"
Cpu = Annotated[str, matching(r"[1-9]\d{0,5}m|[1-9]\d{0,2}", CPUS), BeforeValidator(_cpu)]
Memory = Annotated[str, matching(r"[1-9]\d{0,6}(Mi|Gi)", MEMORY), BeforeValidator(_memory)]
"""https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/"""
ObjectName = Annotated[
    str,
    matching(
        r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*",
        "must be the name of a Kubernetes object, 1 to 253 of a-z0-9-.",
    ),
]
"""https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names"""
Port = Annotated[int, between(1, 65535)]
ProbePath = Annotated[
    str, matching(r"/\S*", "must begin with a slash and hold no space"), at_most(MAX_HEALTH_PATH)
]


class Resources(Model):
    """What a pod gets of its node."""

    cpu: Cpu = Field(default="100m", examples=["250m"])
    """CPU that a pod is sure to have: `250m` is a quarter of one. It may use more."""
    memory: Memory = Field(default="256Mi", examples=["512Mi"])
    """Memory that a pod is sure to have, and beyond which it is killed; a JVM needs more than `-Xmx`."""


class Autoscaling(Model):
    """A number of pods that follows their use of CPU."""

    min: Annotated[int, between(1, MAX_INT32), Since("0.2")] = 2
    """The least number of pods, at most `max`."""
    max: Annotated[int, between(1, MAX_INT32), Since("0.2")] = Field(examples=[6])
    """The greatest number of pods."""
    cpu_percent: Annotated[int, between(1, 1000), Since("0.2")] = 70
    """Use of CPU, in percent of `resources.cpu`, above which there are more pods."""


Replicas = Annotated[
    Annotated[Annotated[int, between(1, MAX_INT32)], Tag(FIXED)] | Annotated[Autoscaling, Tag(SCALED)],
    Discriminator(_by_form),
]


class Health(Model):
    """What tells that a pod is well, and that it is ready."""

    path: ProbePath = "/"
    """Path that a pod answers with 200 while it is well; one that doesn't is restarted. It should depend on
    nothing but the pod: otherwise a database that fails restarts all pods."""
    readiness_path: ProbePath | None = Field(default=None, examples=["/ready"])
    """Path that a pod answers with 200 while it is ready for requests, which the ALB asks, too; `path` if
    left out."""
    port: Port | None = Field(default=None, examples=[8081])
    """Port that answers both; the service's `port` if left out."""
    timeout_seconds: Annotated[int, between(1, 10)] = 5
    """How long an answer may take."""


class EnvFrom(Model):
    """Variables from objects in the services' namespace that the stack doesn't create."""

    secrets: Annotated[tuple[ObjectName, ...], distinct(0, "Secrets")] = Field(
        default=(), examples=[["orders-db"]]
    )
    """Names of Secrets, each of whose keys is a variable."""
    config_maps: Annotated[tuple[ObjectName, ...], distinct(0, "ConfigMaps")] = Field(
        default=(), examples=[["orders"]]
    )
    """Names of ConfigMaps, each of whose keys is a variable."""


class ServiceAccount(Model):
    """The pods' identity in AWS, by EKS Pod Identity."""

    role_arn: RoleArn = Field(examples=["arn:aws:iam::222222222222:role/orders"])
    """Role of the backend's account that the pods get. Its trust policy allows `sts:AssumeRole` and
    `sts:TagSession` to `pods.eks.amazonaws.com`, and the deploy role may give it if its template has it in
    `PodRoleArns`."""


Architecture = Literal["amd64", "arm64"]
WritablePath = Annotated[str, Check(_writable, ABSOLUTE, {"pattern": "^(/[A-Za-z0-9._-]+)+$"})]
UserId = Annotated[int, between(1, MAX_INT32, why="pods of the restricted profile never run as root")]
"""https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted"""
