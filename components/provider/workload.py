"""One service of a backend in Kubernetes."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi import ResourceOptions
from pulumi_kubernetes.apps.v1 import Deployment, DeploymentSpecArgs
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs, ObjectMetaArgs
from pulumi_kubernetes.networking import v1 as networking
from pulumi_kubernetes.policy.v1 import PodDisruptionBudget, PodDisruptionBudgetSpecArgs
from pydantic import SecretStr

from settings.service import Service

SERVICE_PORT = 80
PORT_NAME = "http"
NOBODY = 65532
"""A numeric user id: `runAsNonRoot` can't be verified for an image that names its user."""
HASH_ANNOTATION = "crosslink/secret"
"""Annotation of the pods: a hash of their Secret."""
DRAIN_SECONDS = 15
"""Seconds that a pod continues to serve after it is told to stop, while the ALB deregisters it."""


@dataclass(frozen=True, kw_only=True)
class WorkloadArgs:
    """Arguments of a Workload.

    Args:
        namespace: name of an existing namespace.
        service: the service; its name is that of all objects.
        client_cidrs: CIDRs that may reach the pods: the subnets of the ALB.
    """

    namespace: str
    service: Service
    client_cidrs: Sequence[pulumi.Input[str]]


class Workload(pulumi.ComponentResource):
    """A Deployment of restricted pods, a Service in front of it, a disruption budget and a network policy.

    Part of the path: Service → pods. Secret values of the environment are in a Secret: those of a Deployment
    would stand in the cluster's audit log. Every object has an explicit name, so that the first preview can
    show the Ingress's backends.

    Outputs:
        service: the Service; it is created once a pod is ready.

    Sources:
        https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
        https://docs.aws.amazon.com/eks/latest/best-practices/load-balancing.html
    """

    service: core.Service

    def __init__(self, name: str, args: WorkloadArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:provider:Workload", name, None, opts)
        labels = {"app.kubernetes.io/name": args.service.name}
        selector = LabelSelectorArgs(match_labels=labels)
        metadata = ObjectMetaArgs(name=args.service.name, namespace=args.namespace, labels=labels)
        secrets = {
            key: value.get_secret_value()
            for key, value in args.service.env.items()
            if isinstance(value, SecretStr)
        }
        secret = (
            core.Secret(
                name,
                metadata=metadata,
                string_data=pulumi.Output.secret(secrets),
                opts=ResourceOptions(parent=self),
            )
            if secrets
            else None
        )
        # Pods read the Secret when they start: the hash makes new ones when it changes.
        annotations = {HASH_ANNOTATION: pulumi.Output.secret(secrets).apply(_digest)} if secrets else None

        Deployment(
            name,
            metadata=metadata,
            spec=DeploymentSpecArgs(
                replicas=args.service.replicas if isinstance(args.service.replicas, int) else None,
                selector=selector,
                template=core.PodTemplateSpecArgs(
                    metadata=ObjectMetaArgs(labels=labels, annotations=annotations), spec=_pod(args, selector)
                ),
            ),
            opts=ResourceOptions(parent=self, depends_on=[secret] if secret else None),
        )
        networking.NetworkPolicy(
            name,
            metadata=metadata,
            spec=networking.NetworkPolicySpecArgs(
                pod_selector=selector,
                policy_types=["Ingress"],
                ingress=[
                    networking.NetworkPolicyIngressRuleArgs(
                        from_=[
                            networking.NetworkPolicyPeerArgs(ip_block=networking.IPBlockArgs(cidr=cidr))
                            for cidr in args.client_cidrs
                        ],
                        ports=[networking.NetworkPolicyPortArgs(port=args.service.port, protocol="TCP")],
                    )
                ],
            ),
            opts=ResourceOptions(parent=self),
        )
        PodDisruptionBudget(
            name,
            metadata=metadata,
            spec=PodDisruptionBudgetSpecArgs(max_unavailable=1, selector=selector),
            opts=ResourceOptions(parent=self),
        )
        self.service = core.Service(
            name,
            metadata=ObjectMetaArgs(
                name=args.service.name,
                namespace=args.namespace,
                labels=labels,
                # The controller reads this from the Service: each service has its own target group.
                annotations={
                    "alb.ingress.kubernetes.io/healthcheck-path": (
                        args.service.health.readiness_path or args.service.health.path
                    )
                },
            ),
            spec=core.ServiceSpecArgs(
                type="ClusterIP",
                selector=labels,
                ports=[core.ServicePortArgs(name=PORT_NAME, port=SERVICE_PORT, target_port=PORT_NAME)],
            ),
            opts=ResourceOptions(parent=self),
        )
        self.register_outputs({"serviceName": args.service.name})


def _digest(secrets: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(secrets, sort_keys=True).encode()).hexdigest()


def _pod(args: WorkloadArgs, selector: LabelSelectorArgs) -> core.PodSpecArgs:
    return core.PodSpecArgs(
        containers=[_container(args)],
        security_context=core.PodSecurityContextArgs(
            run_as_non_root=True,
            run_as_user=NOBODY,
            run_as_group=NOBODY,
            fs_group=NOBODY,
            seccomp_profile=core.SeccompProfileArgs(type="RuntimeDefault"),
            # A "safe" sysctl that allows low ports such as 80 without the capability to bind them
            # (https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/).
            sysctls=[core.SysctlArgs(name="net.ipv4.ip_unprivileged_port_start", value="0")],
        ),
        automount_service_account_token=False,
        enable_service_links=False,
        termination_grace_period_seconds=DRAIN_SECONDS + 30,
        topology_spread_constraints=[
            core.TopologySpreadConstraintArgs(
                max_skew=1,
                topology_key="topology.kubernetes.io/zone",
                when_unsatisfiable="ScheduleAnyway",
                label_selector=selector,
            )
        ],
        volumes=[core.VolumeArgs(name="tmp", empty_dir=core.EmptyDirVolumeSourceArgs(size_limit="64Mi"))],
    )


def _container(args: WorkloadArgs) -> core.ContainerArgs:
    healthy = core.HTTPGetActionArgs(path=args.service.health.path, port=PORT_NAME)
    return core.ContainerArgs(
        name=args.service.name,
        image=args.service.image,
        args=list(args.service.args),
        env=[_variable(args.service.name, name, value) for name, value in sorted(args.service.env.items())],
        ports=[core.ContainerPortArgs(name=PORT_NAME, container_port=args.service.port, protocol="TCP")],
        security_context=core.SecurityContextArgs(
            allow_privilege_escalation=False,
            read_only_root_filesystem=True,
            capabilities=core.CapabilitiesArgs(drop=["ALL"]),
        ),
        resources=core.ResourceRequirementsArgs(
            requests={"cpu": "100m", "memory": "128Mi"}, limits={"memory": "256Mi"}
        ),
        readiness_probe=core.ProbeArgs(http_get=healthy, period_seconds=5, failure_threshold=2),
        liveness_probe=core.ProbeArgs(
            http_get=healthy, initial_delay_seconds=10, period_seconds=10, failure_threshold=6
        ),
        # Endpoints and ALB targets are removed some seconds after the pod is told to stop: it must serve
        # until then. This handler needs no shell in the image.
        lifecycle=core.LifecycleArgs(
            pre_stop=core.LifecycleHandlerArgs(sleep=core.SleepActionArgs(seconds=DRAIN_SECONDS))
        ),
        volume_mounts=[core.VolumeMountArgs(name="tmp", mount_path="/tmp")],  # noqa: S108 - in the pod
    )


def _variable(secret: str, name: str, value: str | SecretStr) -> core.EnvVarArgs:
    if isinstance(value, str):
        return core.EnvVarArgs(name=name, value=value)
    reference = core.SecretKeySelectorArgs(name=secret, key=name)
    return core.EnvVarArgs(name=name, value_from=core.EnvVarSourceArgs(secret_key_ref=reference))
