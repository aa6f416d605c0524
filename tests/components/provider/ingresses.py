"""Ingresses of services with an image, before services that exist, and runs of them."""

import json
from functools import cache

from pulumi import ResourceOptions
from pydantic import SecretStr

from components.provider.ingress import Ingress, IngressArgs
from components.provider.ingress_class import CONTROLLERS
from crosslink.sandbox.engine import run
from crosslink.sandbox.record import Run
from settings.pods import Health
from settings.service import ExistingService, JoinedService, Service
from tests.components.support import (
    CERTIFICATE,
    PROVIDER,
    account,
    kubernetes,
    network,
)

REGION = "us-east-1"
NAMESPACE = "kubernetes:core/v1:Namespace"
PARAMETERS = "kubernetes:eks.amazonaws.com/v1:IngressClassParams"
ALB_PARAMETERS = "kubernetes:elbv2.k8s.aws/v1beta1:IngressClassParams"
CLASS = "kubernetes:networking.k8s.io/v1:IngressClass"
INGRESS = "kubernetes:networking.k8s.io/v1:Ingress"
POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
SECRET = "kubernetes:core/v1:Secret"  # noqa: S105 - a type
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
SERVICE = "kubernetes:core/v1:Service"
COMPONENT, WORKLOAD = "crosslink:provider:Ingress", "crosslink:provider:Workload"

SERVICES = (
    Service(
        name="svc1",
        path="/svc1",
        image="hashicorp/http-echo:1.0",
        args=("-listen=:8080",),
        env={"LOG_LEVEL": "info"},
        port=8080,
        replicas=3,
        health=Health(path="/ready"),
    ),
    Service(name="svc2", path="/team/svc2", image="nginx:1.29", env={"TOKEN": SecretStr("s3cr3t")}, port=80),
)


HEALTH = {
    "path": "/healthz",
    "pathType": "ImplementationSpecific",
    "backend": {"service": {"name": "healthz", "port": {"name": "use-annotation"}}},
}
JOINED = (
    JoinedService(
        name="orders",
        path="/orders",
        existing=ExistingService(namespace="orders", service="api", port=8080),
    ),
    JoinedService(
        name="refunds",
        path="/orders/refunds",
        strip_prefix=True,
        existing=ExistingService(namespace="orders", service="refunds", port=80),
    ),
    JoinedService(
        name="shop", path="/", existing=ExistingService(namespace="shop", service="front", port=3000)
    ),
)


@cache
def built(
    services: int = 2,
    joined: int = 0,
    *,
    controller: str = "auto",
    version: str | None = "1.36",
    tls: bool = False,
    longest_wait: int = 29,
    preview: bool = False,
) -> Run:
    """So many services with an image, behind so many that exist."""

    def program() -> None:
        aws, cluster = account(PROVIDER, REGION), kubernetes(PROVIDER, REGION)
        net = network(
            "net",
            "10.20.0.0/16",
            {"balancers": {"use1-az1": "10.20.48.64/26", "use1-az2": "10.20.80.64/26"}},
            ResourceOptions(provider=aws),
        )
        args = IngressArgs(
            object_name="crosslink-apps",
            controller=CONTROLLERS[controller],
            services=[*JOINED[:joined], *SERVICES[:services]],
            subnets=list(net.subnets["balancers"].values()),
            client_cidrs=["10.20.48.128/26", "10.20.80.128/26"],
            kubernetes_version=version,
            certificate_arn=CERTIFICATE if tls else None,
            longest_wait=longest_wait,
            cluster_name="crosslink-dev-apps",
            host="apps.crosslink.example.com",
            tags={},
            may_tag=None,
            node_pools=(),
        )
        Ingress("apps", args, ResourceOptions(providers=[aws, cluster]))

    return run(program, preview=preview)


def selecting(namespace: str) -> dict[str, object]:
    return {"matchLabels": {"kubernetes.io/metadata.name": namespace}}


def paths(run: Run, ingress: str) -> list[object]:
    return run.one(INGRESS, ingress).inputs["spec"]["rules"][0]["http"]["paths"]


def conditions(run: Run, ingress: str) -> dict[str, str]:
    """Service → the value of the header that its rule asks for."""
    annotations = run.one(INGRESS, ingress).inputs["metadata"]["annotations"]
    return {
        name.partition("/conditions.")[2]: json.loads(value)[0]["httpHeaderConfig"]["values"][0]
        for name, value in annotations.items()
        if "/conditions." in name
    }


def rule(path: str, path_type: str, service: str, port: dict[str, object]) -> dict[str, object]:
    return {"path": path, "pathType": path_type, "backend": {"service": {"name": service, "port": port}}}
