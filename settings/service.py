"""`services` of a backend: what is behind each path of the API."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BeforeValidator, Field

from settings.described import Since
from settings.fields import MaybeSecret, Model, Port, Text, between, distinct, matching, quoted, unfit
from settings.image import Image
from settings.path import Path
from settings.pods import (
    POD_IP,
    Architecture,
    Autoscaling,
    EnvFrom,
    Health,
    ObjectName,
    Replicas,
    Resources,
    ServiceAccount,
    UserId,
    WritablePath,
)

MAX_SERVICE_NAME = 52
"""The name of an annotation has at most 63 characters, of which `conditions.` takes 11
(https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/#syntax-and-character-set)."""
HEALTH_NAME = "healthz"
MAX_STARTUP_SECONDS = 900


def _not_health(value: str) -> str:
    if value == HEALTH_NAME or value.startswith(f"{HEALTH_NAME}-"):
        raise unfit(
            f"must not be {HEALTH_NAME}, or begin with {HEALTH_NAME}-: the ALB's rules for health checks "
            "have such names"
        )
    return value


def _not_the_address(value: str) -> str:
    if value == POD_IP:
        raise unfit(f"must not be {POD_IP}: each pod has its own address there already")
    return value


EnvName = Annotated[
    str,
    matching(r"[-._A-Za-z][-._A-Za-z0-9]*", "must be a name of A-Za-z0-9._-, not beginning with a digit"),
    AfterValidator(_not_the_address),
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


def _not_of_kubernetes(value: str) -> str:
    """https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces"""
    if value.startswith("kube-"):
        raise unfit(
            "must not be a namespace of Kubernetes itself, which begin with kube-: what is there serves the "
            "cluster, not callers"
        )
    return value


NamespaceName = Annotated[
    str,
    matching(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", "must be the name of a namespace, 1 to 63 of a-z0-9-"),
    AfterValidator(_not_of_kubernetes),
]


class Service(Model):
    """One path of the API and the pods behind it, which the stack makes."""

    name: ServiceName = Field(examples=["svc1"])
    """Name of the Kubernetes objects, unique in the backend."""
    path: Path = Field(examples=["/svc1"])
    """Path in the API, unique there. What is below it goes to the service, too, unless a longer path takes
    it; `/` takes the rest."""
    strip_prefix: bool = False
    """Whether the pods are sent paths without this one: `/` for `/svc1`, `/a` for `/svc1/a`."""
    image: Image = Field(examples=["hashicorp/http-echo:1.0"])
    """The container's image, best with its digest: `name:tag@sha256:…`."""
    image_pull_secret: Annotated[ObjectName | None, Since("0.2")] = Field(default=None, examples=["registry"])
    """Name of a Secret with the credentials of a private registry, in the namespace of `envFrom`; as for
    that, the stack doesn't create it, and pods wait for it. ECR in the backend's account needs none."""
    command: Annotated[tuple[Text, ...], Since("0.2")] = Field(default=(), examples=[["/app/serve"]])
    """The container's command; the image's if left out."""
    args: tuple[Text, ...] = Field(default=(), examples=[["-text=svc1", "-listen=:8080"]])
    """The container's arguments; the image's if left out."""
    env: Mapping[EnvName, EnvValue] = Field(default={}, examples=[{"LOG_LEVEL": "info"}])
    """The container's environment; values may be secret. It also has `POD_IP`, the pod's own address, which
    other values may hold as `$(POD_IP)`."""
    env_from: Annotated[EnvFrom, Since("0.2")] = Field(
        default=EnvFrom(), examples=[{"configMaps": ["orders"]}]
    )
    """More of the environment, from Secrets and ConfigMaps that the stack doesn't create, in namespace
    `crosslink-<backend>`, or in an existing cluster `crosslink-<stack>-<backend>`; pods wait for them
    (`docs/recipes/services.md`). A variable that `env` has, too, is that of `env`."""
    port: Port = Field(examples=[8080])
    """Port that the container listens on; ports under 1024 work."""
    replicas: Replicas = Field(default=2, examples=[3])
    """Number of pods, or a mapping for an autoscaler. That needs the Metrics Server, which the stack installs
    in a cluster that it makes; an existing cluster must have it. A change from a number to a mapping leaves
    the pods as they are until the autoscaler has seen them. After one from a mapping to a number, run
    `pulumi up --refresh` once more: the autoscaler goes last, and may have set another number meanwhile."""
    resources: Annotated[Resources, Since("0.2")] = Field(
        default=Resources(), examples=[{"cpu": "250m", "memory": "512Mi"}]
    )
    """What each pod gets of its node."""
    startup_seconds: Annotated[int, between(1, MAX_STARTUP_SECONDS), Since("0.2")] = 60
    """How long a pod may take until it first answers `health.path`; until then nothing restarts it."""
    health: Annotated[Health, Since("0.2")] = Field(default=Health(), examples=[{"path": "/healthz"}])
    """How Kubernetes and the ALB ask whether a pod is well, and ready. Kubernetes sends the Host header that
    requests have, `tls.domain` or `<backend>.<backendDomain>`; the ALB sends the pod's address and port, and
    so does Kubernetes in a stack with neither an API nor `tls`. A framework with allowed hosts has to allow
    both: the address is in `POD_IP`."""
    service_account: Annotated[ServiceAccount | None, Since("0.2")] = Field(
        default=None, examples=[{"roleArn": "arn:aws:iam::222222222222:role/orders"}]
    )
    """The pods' identity in AWS, by EKS Pod Identity; none if left out. An existing cluster with `controller:
    alb` needs the add-on `eks-pod-identity-agent`; Auto Mode has it built in."""
    architecture: Annotated[Architecture, Since("0.2")] = "amd64"
    """Processors that the image is built for. A cluster that the stack makes gets nodes with them; the node
    pools of an existing cluster must allow `arm64`."""
    run_as_user: Annotated[UserId, Since("0.2")] = 65532
    """User and group id of the container, and group of what it may write to. It never runs as root."""
    writable_paths: Annotated[tuple[WritablePath, ...], distinct(0, "paths"), Since("0.2")] = Field(
        default=(), examples=[["/var/cache"]]
    )
    """Folders that the container may write to, up to 1 GiB each, besides `/tmp` with 64 MiB; everything else
    is read-only. They are empty when the pod starts, whatever the image has there, and gone when it stops."""

    @property
    def scales(self) -> bool:
        """Whether the number of its pods follows their use of CPU."""
        return isinstance(self.replicas, Autoscaling)


class ExistingService(Model):
    """A Kubernetes Service in the backend's cluster that the stack doesn't create."""

    namespace: NamespaceName = Field(examples=["orders"])
    """Namespace of the Service; none of Kubernetes' own, `kube-…`."""
    service: ServiceName = Field(examples=["orders"])
    """Name of the Service."""
    port: Port = Field(examples=[80])
    """Port of the Service, not of its pods."""


class JoinedService(Model):
    """One path of the API and an existing Service behind it. Its pods and health checks are its owner's."""

    name: ServiceName = Field(examples=["orders"])
    """Name of the service in the backend."""
    path: Path = Field(examples=["/orders"])
    """Path in the API, as for a service with an image."""
    strip_prefix: bool = False
    """As for a service with an image."""
    existing: ExistingService = Field(examples=[{"namespace": "orders", "service": "orders", "port": 80}])
    """A Kubernetes Service that the stack doesn't make; its pods and health checks are its owner's."""

    scales: ClassVar[bool] = False
