"""The pods of a service: their size, number, health, identity and place."""

import math
import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from settings.described import Check, Since
from settings.fields import (
    MAX_INT32,
    Model,
    Port,
    between,
    distinct,
    matching,
    quoted,
    unfit,
)
from settings.ids import RoleArn
from settings.path import HealthPath

FIXED, SCALED = "\0fixed", "\0scaled"
"""Tags of the two forms of `replicas`: in the place of an error they come after its key."""
ABSOLUTE = "must be an absolute path of A-Za-z0-9._-, without a slash at its end"
_ABSOLUTE = r"(/[A-Za-z0-9._-]{1,255})+"
_MOUNTED = re.compile(r"/(proc|sys)(/.*)?|/dev|/dev/termination-log|/etc/(hosts|hostname|resolv\.conf)")
"""What runtime and kubelet mount in each container
(https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#default-filesystems)."""
TMP = "/tmp"  # noqa: S108 - in the pod
"""Always writable."""
POD_IP = "POD_IP"
"""The variable with a pod's address."""


def _by_form(value: object) -> str:
    return SCALED if isinstance(value, dict | Autoscaling) else FIXED


def _writable(value: str) -> str:
    if not _is_absolute(value):
        right = f"/{value.strip('/')}"
        raise unfit(ABSOLUTE, right if _is_absolute(right) else None)
    if value == TMP:
        raise unfit(f"must not be {TMP}, which is writable already")
    if _MOUNTED.fullmatch(value):
        raise unfit("must not hide what each container has mounted, such as /dev or what is in /proc")
    return value


def _is_absolute(path: str) -> bool:
    return bool(re.fullmatch(_ABSOLUTE, path, re.ASCII)) and not {".", ".."} & set(path.split("/"))


def _cpu(value: object) -> object:
    if isinstance(value, bool) or re.fullmatch(_CPU, str(value)):
        return quoted(value)
    if not isinstance(value, str | int | float):
        return value
    match = re.fullmatch(r"(\d+(?:\.\d+)?) *([mM]?)", str(value))
    number = float(match[1]) if match else 0
    # Nobody asks for a hundred CPUs: `250` is meant as thousandths.
    thousandths = math.ceil(number if match and (match[2] or number > MAX_CPUS) else number * 1000)
    right = f"{thousandths}m"
    raise unfit(CPUS, right if re.fullmatch(_CPU, right) else None)


def _memory(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return value
    if re.fullmatch(_MEMORY, str(value)):
        return value
    match = re.fullmatch(r"(\d+(?:\.\d+)?) *([kmgt]?)i?b?", str(value), re.IGNORECASE)
    number, unit = (float(match[1]), match[2].lower()) if match else (0.0, "")
    if not unit and number >= MEBIBYTE:
        number /= MEBIBYTE
    mebibytes = math.ceil(number * {"k": 1 / 1024, "g": 1024, "t": MEBIBYTE}.get(unit, 1))
    right = f"{mebibytes}Mi" if mebibytes % 1024 else f"{mebibytes // 1024}Gi"
    raise unfit(MEMORY, right if re.fullmatch(_MEMORY, right) else None)


MEBIBYTE = 2**20
MAX_CPUS = 99
CPUS = 'must be CPUs, such as "2", or thousandths of one, such as 250m'
MEMORY = "must be memory in Mi or Gi, such as 512Mi"
_CPU, _MEMORY = r"[1-9]\d{0,5}m|[1-9]\d?", r"[1-9]\d{0,6}Mi|[1-9]\d{0,4}Gi"
"""A hundred CPUs and more are told in thousandths: `"250"` would be taken for a quarter of one."""
Cpu = Annotated[str, matching(_CPU, CPUS), BeforeValidator(_cpu)]
Memory = Annotated[str, matching(_MEMORY, MEMORY), BeforeValidator(_memory)]
"""https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/"""
ObjectName = Annotated[
    str,
    matching(
        r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*",
        "must be the name of a Kubernetes object, 1 to 253 of a-z0-9-.",
    ),
]
"""https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names"""


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

    path: HealthPath = "/"
    """Path that a pod answers with 200 while it is well; one that doesn't is restarted. It should depend on
    nothing but the pod: otherwise a database that fails restarts all pods."""
    readiness_path: HealthPath | None = Field(default=None, examples=["/ready"])
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
WritablePath = Annotated[str, Check(_writable, ABSOLUTE, {"pattern": f"^{_ABSOLUTE}$"})]
UserId = Annotated[int, between(1, MAX_INT32, why="pods of the restricted profile never run as root")]
"""https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted"""
