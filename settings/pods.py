"""The pods of a service: their size, number, health, identity and place."""

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from settings.described import Check
from settings.fields import MAX_INT32, Model, between, distinct, matching, quoted, unfit
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


Quantity = Annotated[str, BeforeValidator(quoted)]
Cpu = Annotated[
    Quantity,
    matching(r"[1-9]\d{0,5}m|[1-9]\d{0,2}", 'must be CPUs, such as "2", or thousandths of one, such as 250m'),
]
Memory = Annotated[Quantity, matching(r"[1-9]\d{0,6}(Mi|Gi)", "must be memory in Mi or Gi, such as 512Mi")]
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
ProbePath = Annotated[str, matching(r"/\S*", "must begin with a slash and hold no space")]


class Resources(Model):
    """What a pod gets of its node."""

    cpu: Cpu = Field(default="100m", examples=["250m"])
    """CPU that a pod is sure to have, such as 250m, a quarter of one, or "2"; it may use more."""
    memory: Memory = Field(default="256Mi", examples=["512Mi"])
    """Memory that a pod is sure to have, in Mi or Gi, and is killed beyond; a JVM needs more than `-Xmx`."""


class Autoscaling(Model):
    """A number of pods that follows their use of CPU.

    The Metrics Server tells it: the stack installs that in a cluster that it makes, and an existing cluster must
    have it.
    """

    min: Annotated[int, between(1, MAX_INT32)] = 2
    """The least number of pods, at most `max`."""
    max: Annotated[int, between(1, MAX_INT32)] = Field(examples=[6])
    """The greatest number of pods."""
    cpu_percent: Annotated[int, between(1, 1000)] = 70
    """Use of CPU, 1 to 1000 percent of `resources.cpu`, above which there are more pods."""


Replicas = Annotated[
    Annotated[Annotated[int, between(1, MAX_INT32)], Tag(FIXED)] | Annotated[Autoscaling, Tag(SCALED)],
    Discriminator(_by_form),
]


class Health(Model):
    """What tells that a pod is well, and that it is ready.

    Kubernetes asks with the Host header that requests have: `domain` of `tls`, or `<backend>.<backendDomain>`.
    In a stack without an API, and without `tls`, that isn't known: then it is the pod's address and port, as it
    always is where the ALB asks, which can't be changed. A framework with allowed hosts has to allow the address,
    too: the variable `POD_IP` has it.
    """

    path: ProbePath = "/"
    """Answered with 200 by a pod that is well; one that doesn't answer is restarted. It should depend on
    nothing but the pod: otherwise a database that fails restarts all pods."""
    readiness_path: ProbePath | None = Field(default=None, examples=["/ready"])
    """Answered with 200 by a pod that is ready for requests; the ALB asks it too. `path` if left out."""
    port: Port | None = Field(default=None, examples=[8081])
    """Port that answers both; `port` of the service if left out."""
    timeout_seconds: Annotated[int, between(1, 10)] = 5
    """How long an answer may take, 1 to 10 seconds."""


class EnvFrom(Model):
    """Variables from objects in the services' namespace that the stack doesn't create.

    The namespace is `crosslink-<backend>`, or in an existing cluster `crosslink-<stack>-<backend>`. Pods start
    only when all objects are there. In the first `up` the namespace is new: create them while it runs. It waits
    for the pods, 10 minutes and `startupSeconds`; after that, run it again.
    """

    secrets: Annotated[tuple[ObjectName, ...], distinct(0, "Secrets")] = Field(
        default=(), examples=[["orders-db"]]
    )
    """Names of Secrets, each of whose keys is a variable."""
    config_maps: Annotated[tuple[ObjectName, ...], distinct(0, "ConfigMaps")] = Field(
        default=(), examples=[["orders"]]
    )
    """Names of ConfigMaps, each of whose keys is a variable."""


class ServiceAccount(Model):
    """The pods' identity in AWS, by EKS Pod Identity. EKS Auto Mode has its agent; an existing cluster with
    `controller: alb` needs the add-on `eks-pod-identity-agent`."""

    role_arn: RoleArn = Field(examples=["arn:aws:iam::222222222222:role/orders"])
    """Role of the backend's account that the pods have. Its trust policy allows `sts:AssumeRole` and
    `sts:TagSession` to `pods.eks.amazonaws.com`."""


Architecture = Literal["amd64", "arm64"]
WritablePath = Annotated[str, Check(_writable, ABSOLUTE, {"pattern": "^(/[A-Za-z0-9._-]+)+$"})]
UserId = Annotated[int, between(1, MAX_INT32, why="pods of the restricted profile never run as root")]
"""https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted"""
