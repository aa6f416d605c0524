"""The services of a backend in Kubernetes, and the ALB of their Ingress."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi
import pulumi_aws as aws
from pulumi import CustomTimeouts, InvokeOutputOptions, ResourceOptions
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.core.v1 import Namespace
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs, ObjectMetaArgs
from pulumi_kubernetes.networking import v1 as networking

from components.health import HEALTH_PATH
from components.provider.workload import SERVICE_PORT, Workload, WorkloadArgs
from components.route_header import header_condition
from settings.backend import Service

HTTP_PORT = 80
HTTPS_PORT = 443
ANNOTATIONS = "alb.ingress.kubernetes.io"
TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
"""TLS 1.3 and 1.2, as AWS recommends; its default also accepts 1.0
(https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html). Not 1.3
only: the NLBs' health checks don't support it
(https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html)."""

DROP_INVALID_HEADERS = "routing.http.drop_invalid_header_fields.enabled"
"""Header names with other characters than A-Za-z0-9- reach no pod: some servers take `X_Crosslink_Route` for
`X-Crosslink-Route` (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html)."""


@dataclass(frozen=True, kw_only=True)
class IngressArgs:
    """Arguments of an Ingress.

    Args:
        object_name: name of the namespace, the IngressClass, its parameters and the Ingress.
        services: the services with their paths.
        subnet_ids: ids of the load-balancer subnets.
        client_cidrs: CIDRs that may reach the ALB, and those from which it reaches the pods: its subnets,
            which are also those of the NLB in front of it.
        kubernetes_version: the cluster's version, such as "1.34".
        certificate_arn: ARN of the certificate for HTTPS on port 443; None for HTTP on port 80.
    """

    object_name: str
    services: Sequence[Service]
    subnet_ids: Sequence[pulumi.Input[str]]
    client_cidrs: Sequence[IPv4Network]
    kubernetes_version: str
    certificate_arn: str | None


class Ingress(pulumi.ComponentResource):
    """Services, and one Ingress that EKS Auto Mode turns into an internal ALB.

    Part of the path: ALB → Ingress rule → Service. A Service is reached by its path together with the header
    of its route. The ALB itself answers `/healthz`, for any host, and answers 404 to everything else.

    Outputs:
        ingress: the Ingress; it is created once its load balancer has a host name.
        alb_arn: ARN of the ALB.
        alb_dns_name: DNS name of the ALB.
        listener_port: the port that the ALB listens on.

    Raises:
        ValueError: from the outputs, if the host name isn't that of an internal ALB.

    Sources:
        https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html
        https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/
    """

    ingress: networking.Ingress
    alb_arn: pulumi.Output[str]
    alb_dns_name: pulumi.Output[str]
    listener_port: int

    def __init__(self, name: str, args: IngressArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:provider:Ingress", name, None, opts)
        self.listener_port = HTTPS_PORT if args.certificate_arn else HTTP_PORT
        namespace = Namespace(
            name,
            metadata=ObjectMetaArgs(
                name=args.object_name,
                labels={
                    # A new pod becomes ready only when the ALB finds it healthy
                    # (https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html).
                    "eks.amazonaws.com/pod-readiness-gate-inject": "enabled",
                    # Pods that don't meet the standard are refused
                    # (https://kubernetes.io/docs/concepts/security/pod-security-admission/).
                    "pod-security.kubernetes.io/enforce": "restricted",
                    "pod-security.kubernetes.io/enforce-version": f"v{args.kubernetes_version}",
                },
            ),
            opts=ResourceOptions(parent=self),
        )
        # Each workload admits what its pods may receive: the ALB, on the container's port.
        networking.NetworkPolicy(
            name,
            metadata=ObjectMetaArgs(name="default-deny-ingress", namespace=args.object_name),
            spec=networking.NetworkPolicySpecArgs(pod_selector=LabelSelectorArgs(), policy_types=["Ingress"]),
            opts=ResourceOptions(parent=self, depends_on=[namespace]),
        )
        workloads = [
            Workload(
                f"{name}-{service.name}",
                WorkloadArgs(
                    namespace=args.object_name,
                    service_name=service.name,
                    image=service.image,
                    arguments=service.args,
                    env=service.env,
                    client_cidrs=args.client_cidrs,
                    port=service.port,
                    replicas=service.replicas,
                    health_path=service.health_path,
                ),
                ResourceOptions(parent=self, depends_on=[namespace]),
            )
            for service in args.services
        ]
        # Auto Mode reads scheme, subnets and certificates here; it takes no annotations of class and group.
        parameters = CustomResource(
            name,
            api_version="eks.amazonaws.com/v1",
            kind="IngressClassParams",
            metadata=ObjectMetaArgs(name=args.object_name),
            spec={
                "scheme": "internal",
                "subnets": {"ids": list(args.subnet_ids)},
                "loadBalancerAttributes": [{"key": DROP_INVALID_HEADERS, "value": "true"}],
                **({"certificateARNs": [args.certificate_arn]} if args.certificate_arn else {}),
            },
            opts=ResourceOptions(parent=self),
        )
        ingress_class = networking.IngressClass(
            name,
            metadata=ObjectMetaArgs(name=args.object_name),
            spec=networking.IngressClassSpecArgs(
                controller="eks.amazonaws.com/alb",
                parameters=networking.IngressClassParametersReferenceArgs(
                    api_group="eks.amazonaws.com", kind="IngressClassParams", name=args.object_name
                ),
            ),
            opts=ResourceOptions(parent=self, depends_on=[parameters]),
        )
        self.ingress = networking.Ingress(
            name,
            metadata=ObjectMetaArgs(
                name=args.object_name,
                namespace=args.object_name,
                annotations=_annotations(args),
            ),
            spec=networking.IngressSpecArgs(
                ingress_class_name=args.object_name,
                rules=[
                    networking.IngressRuleArgs(
                        http=networking.HTTPIngressRuleValueArgs(paths=_paths(args.services))
                    )
                ],
            ),
            opts=ResourceOptions(
                parent=self,
                depends_on=[ingress_class, *(workload.service for workload in workloads)],
                # The controller creates the ALB, and deletes it before the Ingress is deleted.
                custom_timeouts=CustomTimeouts(create="20m", delete="20m"),
            ),
        )
        # Derived from the id, which is unknown while a preview creates the Ingress, so that both outputs are
        # unknown too: the API server answers a dry run with an empty status.
        self.alb_dns_name = self.ingress.id.apply(lambda _: self.ingress.status).apply(_hostname)
        self.alb_arn = self.alb_dns_name.apply(self._look_up)
        self.register_outputs({"albArn": self.alb_arn, "albDnsName": self.alb_dns_name})

    def _look_up(self, hostname: str) -> pulumi.Input[str]:
        """The ALB's ARN, which a target group needs; the Ingress's status has only the host name."""
        if not hostname:
            return ""
        return aws.lb.get_load_balancer_output(
            name=load_balancer_name(hostname),
            opts=InvokeOutputOptions(parent=self),
        ).arn


def load_balancer_name(hostname: str) -> str:
    """The name of an internal ALB, from its host name.

    AWS builds the host name as `internal-<name>-<id>.<region>.elb.amazonaws.com`.

    Raises:
        ValueError: if the host name has another form.
    """
    label = hostname.partition(".")[0]
    name, dash, _ = label.removeprefix("internal-").rpartition("-")
    if not label.startswith("internal-") or not dash:
        message = f"'{hostname}' is not the host name of an internal ALB: internal-<name>-<id>.<region>.elb…"
        raise ValueError(message)
    return name


def _hostname(status: networking.outputs.IngressStatus | None) -> str:
    """The load balancer's host name; empty in a preview after an `up` that failed before there was one.

    In an `up` it always exists: Pulumi waits for it, and fails the Ingress otherwise.
    """
    balancer = status.load_balancer if status else None
    return (balancer.ingress[0].hostname or "") if balancer and balancer.ingress else ""


def _annotations(args: IngressArgs) -> Mapping[str, str]:
    tls = args.certificate_arn is not None
    return {
        f"{ANNOTATIONS}/listen-ports": json.dumps([{"HTTPS": HTTPS_PORT} if tls else {"HTTP": HTTP_PORT}]),
        **({f"{ANNOTATIONS}/ssl-policy": TLS_POLICY} if tls else {}),
        f"{ANNOTATIONS}/target-type": "ip",
        # Ignored if `security-groups` is set too.
        f"{ANNOTATIONS}/inbound-cidrs": ",".join(str(cidr) for cidr in args.client_cidrs),
        f"{ANNOTATIONS}/actions.{HEALTH_PATH.removeprefix('/')}": json.dumps(
            {
                "type": "fixed-response",
                "fixedResponseConfig": {
                    "contentType": "text/plain",
                    "statusCode": "200",
                    "messageBody": "ok",
                },
            }
        ),
        # A rule takes at most five values (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html):
        # a path of type Prefix is two of them, the header is one.
        **{
            f"{ANNOTATIONS}/conditions.{service.name}": json.dumps([header_condition(service.name)])
            for service in args.services
        },
        # Shorter than the pods' preStop pause; the default of 300 s would delay every rollout.
        f"{ANNOTATIONS}/target-group-attributes": "deregistration_delay.timeout_seconds=10",
    }


def _paths(services: Sequence[Service]) -> list[networking.HTTPIngressPathArgs]:
    def path(
        path: str, path_type: str, service: str, port: networking.ServiceBackendPortArgs
    ) -> networking.HTTPIngressPathArgs:
        return networking.HTTPIngressPathArgs(
            path=path,
            path_type=path_type,
            backend=networking.IngressBackendArgs(
                service=networking.IngressServiceBackendArgs(name=service, port=port)
            ),
        )

    # `use-annotation` makes the controller use the action with the Service's name: no such Service exists.
    health = path(
        HEALTH_PATH,
        "Exact",
        HEALTH_PATH.removeprefix("/"),
        networking.ServiceBackendPortArgs(name="use-annotation"),
    )
    return [
        health,
        *(
            path(service.path, "Prefix", service.name, networking.ServiceBackendPortArgs(number=SERVICE_PORT))
            for service in services
        ),
    ]
