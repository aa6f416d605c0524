"""The services of a backend in Kubernetes, and the ALB of their Ingresses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws
from pulumi import CustomTimeouts, InvokeOutputOptions, ResourceOptions
from pulumi_kubernetes.core.v1 import Namespace
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs, ObjectMetaArgs
from pulumi_kubernetes.networking import v1 as networking

from components.network.subnets import Subnet
from components.provider.ingress_class import Controller, IngressClassArgs, ingress_class
from components.provider.ingress_rules import Listener, Probe, annotations, paths, rules_by_namespace
from components.provider.workload import Workload, WorkloadArgs
from settings.service import JoinedService, Service


@dataclass(frozen=True, kw_only=True)
class IngressArgs:
    """Arguments of an Ingress.

    Args:
        object_name: name of the group, of each Ingress, and of the namespace of the services with an image;
            the name, or its start, of what belongs to the whole cluster.
        controller: who makes the ALB.
        services: the services with their paths; the Kubernetes Services of those that exist are in namespaces
            that exist.
        subnets: the ALB's subnets, from which it reaches the pods.
        client_cidrs: CIDRs that may reach the ALB: the subnets of the NLB in front of it.
        kubernetes_version: the cluster's version, such as "1.36"; None if others choose it.
        certificate_arn: ARN of the certificate for HTTPS on port 443; None for HTTP on port 80.
        longest_wait: how many seconds at most API Gateway waits for a byte.
        longest_requests: path of the API → how many seconds at most a request for it takes.
        cluster_name: name of the EKS cluster.
        host: the host that requests are for; None if it isn't known.
        tags: tags of the ALB and all that belongs to it.
        may_tag: the policy that lets the controller give them, if the stack makes it; None for none.
        node_pools: the node pools that pods need besides the cluster's built-in ones.
        probes: path of the API → how the gateway NLB asks the pods there; none for most.
    """

    object_name: str
    controller: Controller
    services: Sequence[Service | JoinedService]
    subnets: Sequence[Subnet]
    client_cidrs: Sequence[pulumi.Input[str]]
    kubernetes_version: str | None
    certificate_arn: str | None
    longest_wait: int
    longest_requests: Mapping[str, int]
    cluster_name: str
    host: str | None
    tags: Mapping[str, str]
    may_tag: pulumi.Resource | None
    node_pools: Sequence[pulumi.Resource]
    probes: Mapping[str, Probe] = field(default_factory=dict[str, Probe])


class Ingress(pulumi.ComponentResource):
    """Services, and a group of Ingresses, one in each namespace, with one internal ALB.

    Part of the path: ALB → Ingress rule → Service. A Service is reached by its path together with the header
    of its route. The ALB itself answers `/healthz`, for any host, and answers 404 to everything else, but for
    what the gateway NLB asks pods. Nothing else is made in a namespace that exists.

    Outputs:
        ingresses: the Ingresses; each is created once the load balancer has a host name.
        ready: what must exist before a request that the ALB gets is answered: Ingresses and pods.
        namespaces: their namespaces.
        alb_arn: ARN of the ALB.
        alb_dns_name: DNS name of the ALB.

    Raises:
        ValueError: from the outputs, if the host name isn't that of an internal ALB.

    Sources:
        https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html
        https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#ingressgroup
    """

    ingresses: list[networking.Ingress]
    ready: Sequence[pulumi.Resource]
    namespaces: tuple[str, ...]
    alb_arn: pulumi.Output[str]
    alb_dns_name: pulumi.Output[str]

    def __init__(self, name: str, args: IngressArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:provider:Ingress", name, None, opts)
        own = args.object_name
        rules = rules_by_namespace(args.services, own, args.probes)
        self.namespaces = tuple(rules)
        workloads = self._workloads(name, args)
        services = [workload.service for workload in workloads]
        listener = Listener(
            group=own,
            controller=args.controller,
            tls=args.certificate_arn is not None,
            client_cidrs=args.client_cidrs,
        )
        self.ingresses = []
        for namespace, its_rules in rules.items():
            # One of them answers health checks: always the same as long as there is a service with an image.
            answers_health = namespace == self.namespaces[0]
            key = name if namespace == own else f"{name}-{namespace}"
            class_name = own if namespace == own else f"{own}.{namespace}"
            class_args = IngressClassArgs(
                class_name=class_name,
                group=own,
                controller=args.controller,
                namespace=namespace,
                subnet_ids=[subnet.id for subnet in args.subnets],
                certificate_arn=args.certificate_arn,
                longest_wait=args.longest_wait,
                tags=args.tags,
            )
            class_ = ingress_class(key, class_args, self, args.may_tag)
            ingress = networking.Ingress(
                key,
                metadata=ObjectMetaArgs(
                    name=own,
                    namespace=namespace,
                    annotations=annotations(
                        listener,
                        its_rules,
                        longest_request=max(args.longest_requests[rule.served.path] for rule in its_rules),
                        answers_health=answers_health,
                    ),
                ),
                spec=networking.IngressSpecArgs(
                    ingress_class_name=class_name,
                    rules=[
                        networking.IngressRuleArgs(
                            http=networking.HTTPIngressRuleValueArgs(
                                paths=paths(its_rules, answers_health=answers_health)
                            )
                        )
                    ],
                ),
                opts=ResourceOptions(
                    parent=self,
                    depends_on=[class_, *(services if namespace == own else [])],
                    # The controller creates the ALB for the first Ingress of the group, and deletes it before
                    # the last one is gone.
                    custom_timeouts=CustomTimeouts(create="20m", delete="20m"),
                ),
            )
            self.ingresses.append(ingress)
        self.ready = [*self.ingresses, *(workload.deployment for workload in workloads)]
        # Derived from the id, which is unknown while a preview creates the Ingress, so that both outputs are
        # unknown too: the API server answers a dry run with an empty status. All have the same host name.
        ingress = self.ingresses[0]
        self.alb_dns_name = ingress.id.apply(lambda _: ingress.status).apply(_hostname)
        self.alb_arn = self.alb_dns_name.apply(self._look_up)
        self.register_outputs({"albArn": self.alb_arn, "albDnsName": self.alb_dns_name})

    def _workloads(self, name: str, args: IngressArgs) -> list[Workload]:
        """The services with an image, in a namespace of their own."""
        services = [service for service in args.services if isinstance(service, Service)]
        if not services:
            return []
        version = f"v{args.kubernetes_version}" if args.kubernetes_version else "latest"
        namespace = Namespace(
            name,
            metadata=ObjectMetaArgs(
                name=args.object_name,
                labels={
                    # A new pod becomes ready only when the ALB finds it healthy
                    # (https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html).
                    args.controller.readiness_label: "enabled",
                    # Pods that don't meet the standard are refused
                    # (https://kubernetes.io/docs/concepts/security/pod-security-admission/).
                    "pod-security.kubernetes.io/enforce": "restricted",
                    "pod-security.kubernetes.io/enforce-version": version,
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
        return [
            Workload(
                f"{name}-{service.name}",
                WorkloadArgs(
                    namespace=args.object_name,
                    service=service,
                    client_cidrs=[subnet.cidr for subnet in args.subnets],
                    cluster_name=args.cluster_name,
                    host=args.host,
                    longest_request=args.longest_requests[service.path],
                ),
                ResourceOptions(parent=self, depends_on=[namespace, *args.node_pools]),
            )
            for service in services
        ]

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
