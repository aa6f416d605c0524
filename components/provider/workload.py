"""One service of a backend in Kubernetes."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi import CustomTimeouts, ResourceOptions
from pulumi_kubernetes.apps.v1 import Deployment, DeploymentSpecArgs
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs, ObjectMetaArgs
from pulumi_kubernetes.networking import v1 as networking
from pulumi_kubernetes.policy.v1 import PodDisruptionBudget, PodDisruptionBudgetSpecArgs
from pydantic import SecretStr

from components.provider.autoscaler import autoscaler
from components.provider.pod import grace_seconds, pod
from components.provider.pod_identity import pod_identity
from components.provider.probes import PORT_NAME, health_annotations, ports
from settings.pods import Autoscaling
from settings.service import Service

SERVICE_PORT = 80
HASH_ANNOTATION = "crosslink/secret"
"""Annotation of the pods: a hash of their Secret."""
BEFORE_THE_START_SECONDS = 600
"""For a node, the image and the ALB's health checks: as long as Kubernetes and Pulumi wait by default."""
AFTER_THE_STOP_SECONDS = 300
"""For all else that a deletion takes: as long as Pulumi waits by default."""
MAX_TURNS = 4
"""A rollout replaces a quarter of the pods at a time, one at least
(https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment)."""


@dataclass(frozen=True, kw_only=True)
class WorkloadArgs:
    """Arguments of a Workload.

    Args:
        namespace: name of an existing namespace.
        service: the service; its name is that of all objects.
        client_cidrs: CIDRs that may reach the pods: the subnets of the ALB.
        cluster_name: name of the EKS cluster.
        host: the host that requests are for; None if it isn't known.
        longest_request: how many seconds at most a request takes.
    """

    namespace: str
    service: Service
    client_cidrs: Sequence[pulumi.Input[str]]
    cluster_name: str
    host: str | None
    longest_request: int


class Workload(pulumi.ComponentResource):
    """A Deployment of restricted pods, a Service in front of it, a disruption budget and a network policy.

    Part of the path: Service → pods. Secret values of the environment are in a Secret: those of a Deployment
    would stand in the cluster's audit log. Every object has an explicit name, so that the first preview can
    show the Ingress's backends. An autoscaler and an identity in AWS are made if the settings ask for them.

    Outputs:
        service: the Service; it is created once a pod is ready.
        deployment: the Deployment; it is there once all pods are.

    Sources:
        https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
        https://docs.aws.amazon.com/eks/latest/best-practices/load-balancing.html
    """

    service: core.Service
    deployment: Deployment

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
        # A pod gets its role as it starts.
        account = args.service.service_account
        identity = pod_identity(name, args.cluster_name, metadata, account.role_arn, self) if account else []
        scaling = args.service.replicas if isinstance(args.service.replicas, Autoscaling) else None
        timeouts = _timeouts(args.service, args.longest_request)

        self.deployment = Deployment(
            name,
            metadata=ObjectMetaArgs(
                name=args.service.name,
                namespace=args.namespace,
                labels=labels,
                # A number in the settings wins over an autoscaler's, which would be a conflict
                # (https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/).
                annotations=None if scaling else {"pulumi.com/patchForce": "true"},
            ),
            spec=DeploymentSpecArgs(
                replicas=args.service.replicas if isinstance(args.service.replicas, int) else None,
                progress_deadline_seconds=BEFORE_THE_START_SECONDS + args.service.startup_seconds,
                selector=selector,
                template=core.PodTemplateSpecArgs(
                    metadata=ObjectMetaArgs(labels=labels, annotations=annotations),
                    spec=pod(args.service, selector, args.host, args.longest_request),
                ),
            ),
            opts=ResourceOptions(
                parent=self,
                depends_on=[*([secret] if secret else []), *identity],
                custom_timeouts=timeouts,
                # The number from before the autoscaler stays: if it weren't applied any more, it would be 1
                # (https://kubernetes.io/docs/reference/using-api/server-side-apply/#transferring-ownership).
                ignore_changes=["spec.replicas"] if scaling else None,
            ),
        )
        if scaling:
            autoscaler(name, args.service.name, metadata, scaling, self)
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
                        ports=[
                            networking.NetworkPolicyPortArgs(port=port, protocol="TCP")
                            for port in ports(args.service).values()
                        ],
                    )
                ],
            ),
            opts=ResourceOptions(parent=self),
        )
        PodDisruptionBudget(
            name,
            metadata=metadata,
            # Pods that fail hold up no node that drains
            # (https://kubernetes.io/docs/tasks/run-application/configure-pdb/#unhealthy-pod-eviction-policy).
            spec=PodDisruptionBudgetSpecArgs(
                max_unavailable=1, selector=selector, unhealthy_pod_eviction_policy="AlwaysAllow"
            ),
            opts=ResourceOptions(parent=self),
        )
        self.service = core.Service(
            name,
            metadata=ObjectMetaArgs(
                name=args.service.name,
                namespace=args.namespace,
                labels=labels,
                annotations=health_annotations(args.service),
            ),
            spec=core.ServiceSpecArgs(
                type="ClusterIP",
                selector=labels,
                ports=[core.ServicePortArgs(name=PORT_NAME, port=SERVICE_PORT, target_port=PORT_NAME)],
            ),
            opts=ResourceOptions(parent=self, custom_timeouts=timeouts),
        )
        self.register_outputs({"serviceName": args.service.name})


def _digest(secrets: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(secrets, sort_keys=True).encode()).hexdigest()


def _timeouts(service: Service, longest_request: int) -> CustomTimeouts:
    """How long Pulumi waits for the Deployment's pods, which start in turns and stop together, and so for the
    Service."""
    most = service.replicas.max if isinstance(service.replicas, Autoscaling) else service.replicas
    seconds = BEFORE_THE_START_SECONDS + min(most, MAX_TURNS) * service.startup_seconds
    stopped = AFTER_THE_STOP_SECONDS + grace_seconds(longest_request)
    return CustomTimeouts(create=f"{seconds}s", update=f"{seconds}s", delete=f"{stopped}s")
