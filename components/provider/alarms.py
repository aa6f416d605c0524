"""Alarms of a backend's side, and a dashboard that follows the path from the endpoint service on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from components import thresholds
from components.alarm import (
    AnyTargetGroup,
    Metric,
    Threshold,
    alarm,
    days_left,
    of_nlb,
    unhealthy_of_nlb,
)
from components.dashboard import Widget, body, graph, states, text
from components.provider.endpoint_service import EndpointService
from settings.backend import ClusterBackend, ProvidedBackend
from settings.cluster import Cluster
from settings.kubernetes_versions import AS_OF, VERSIONS


@dataclass(frozen=True, kw_only=True)
class AlarmsArgs:
    """Arguments of an Alarms.

    Args:
        topic_arn: ARN of the SNS topic that is told, in the backend's region.
        backend: the backend's settings.
        offered: its endpoint service.
        alb_arn: ARN of the ALB behind the service's NLB; None of an existing NLB.
        nat_gateway_ids: zone id → id of a NAT gateway that the stack makes.
        namespaces: the pods' namespaces; none of targets that aren't pods of the stack's services.
    """

    topic_arn: str
    backend: ProvidedBackend
    offered: EndpointService
    alb_arn: pulumi.Input[str] | None
    nat_gateway_ids: Mapping[str, pulumi.Input[str]]
    namespaces: Sequence[str]


class Alarms(pulumi.ComponentResource):
    """What tells an operator that a backend's side is in trouble.

    Part of the path: beside it, from the endpoint service to the ALB's targets. Nothing here looks into pods:
    Container Insights, which would, isn't on.

    Outputs:
        dashboard: name of the dashboard.

    Sources:
        https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html
        https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
        https://docs.aws.amazon.com/vpc/latest/userguide/metrics-dimensions-nat-gateway.html
    """

    dashboard: pulumi.Output[str]

    def __init__(self, name: str, args: AlarmsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:provider:Alarms", name, None, opts)
        self._args = args
        self._nlb = suffix(args.offered.balancer_arn)
        self._alb = None if args.alb_arn is None else suffix(args.alb_arn)
        alarms = [
            alarm(f"{name}-{key}", metric, threshold, args.topic_arn, self)
            for key, metric, threshold in self._watched()
        ]
        dashboard = aws.cloudwatch.Dashboard(
            name,
            # Not the stack's name: another stack's dashboard would be overwritten, without an error.
            dashboard_name=pulumi.Output.concat(name, "-", args.offered.service.id),
            dashboard_body=body([[states([a.arn for a in alarms])], *self._rows()]),
            opts=ResourceOptions(parent=self),
        )
        self.dashboard = dashboard.dashboard_name
        self.register_outputs({"dashboard": self.dashboard})

    def _watched(self) -> Iterator[tuple[str, Metric | AnyTargetGroup, Threshold]]:
        """Key → what is watched, and when it is too much, in the order of the path."""
        args = self._args
        yield "nlb-ports", of_nlb(self._nlb, "PortAllocationErrorCount", "No port"), thresholds.NO_PORTS
        yield "nlb-unhealthy", self._nlb_unhealthy(), thresholds.UNHEALTHY
        if self._alb is not None:
            yield "alb-unhealthy", self._alb_unhealthy(self._alb), thresholds.UNHEALTHY
        tls = args.backend.tls if isinstance(args.backend, ClusterBackend) else None
        if tls is not None:
            yield "certificate", days_left(tls.certificate_arn), thresholds.EXPIRING
        for zone in args.nat_gateway_ids:
            yield f"nat-ports-{zone}", self._of_nat(zone), thresholds.NO_PORTS

    def _rows(self) -> Iterator[Sequence[Widget]]:
        args, here = self._args, self._args.backend.region
        yield [
            text(
                "## Endpoint service → NLB → ALB → pods\n"
                "What is before the endpoint service is in the dashboard of the consumer's account. "
                "`crosslink doctor` walks the whole path."
            )
        ]
        service = [
            Metric(
                namespace="AWS/PrivateLinkServices",
                name=metric,
                dimensions={"Service Id": args.offered.service.id},
                label=label,
            )
            for metric, label in (("NewConnections", "New connections"), ("RstPacketsSent", "Resets"))
        ]
        nlb = [("NewFlowCount", "New connections"), ("PortAllocationErrorCount", "No port")]
        yield [
            graph("Endpoint service", here, service),
            graph("NLB", here, [of_nlb(self._nlb, metric, label) for metric, label in nlb]),
            graph("NLB: unhealthy", here, [self._nlb_unhealthy()]),
        ]
        if self._alb is not None:
            yield from self._alb_rows(self._alb)
        if args.nat_gateway_ids:
            yield [graph("NAT gateways: no port", here, map(self._of_nat, args.nat_gateway_ids))]

    def _alb_rows(self, alb: pulumi.Output[str]) -> Iterator[Sequence[Widget]]:
        here = self._args.backend.region
        answers = [
            ("RequestCount", "All"),
            ("HTTPCode_ELB_5XX_Count", "5xx of the ALB"),
            ("HTTPCode_Target_5XX_Count", "5xx of pods"),
        ]
        yield [
            graph("ALB: requests", here, [_of_alb(alb, metric, "Sum", label) for metric, label in answers]),
            graph("ALB: p99 in s", here, [_of_alb(alb, "TargetResponseTime", "p99", "Pods")]),
            graph("ALB: unhealthy", here, [self._alb_unhealthy(alb)]),
        ]
        yield [text(_pods(self._args.namespaces, self._kubernetes_version()))]

    def _kubernetes_version(self) -> str | None:
        """The version of a cluster that the stack makes."""
        match self._args.backend:
            case ClusterBackend(cluster=Cluster(version=version)):
                return version
            case _:
                return None

    def _nlb_unhealthy(self) -> Metric | AnyTargetGroup:
        targets = self._args.offered.targets
        if targets is None:
            return AnyTargetGroup(namespace="AWS/NetworkELB", balancer=self._nlb, label="Worst target group")
        return unhealthy_of_nlb(self._nlb, targets, "ALB")

    def _alb_unhealthy(self, alb: pulumi.Output[str]) -> AnyTargetGroup:
        return AnyTargetGroup(namespace="AWS/ApplicationELB", balancer=alb, label="Worst target group")

    def _of_nat(self, zone: str) -> Metric:
        dimensions = {"NatGatewayId": self._args.nat_gateway_ids[zone]}
        return Metric(
            namespace="AWS/NATGateway", name="ErrorPortAllocation", dimensions=dimensions, label=zone
        )


def _pods(namespaces: Sequence[str], version: str | None) -> str:
    """What a dashboard says of pods, and of their cluster's version: neither has a metric."""
    if not namespaces:
        return "## Targets\nThey are the load balancer's owner's."
    gets = ", ".join(f"`kubectl -n {namespace} get pods`" for namespace in namespaces)
    told = f"## Pods\nNo metric tells of them: Container Insights isn't on. Ask the cluster: {gets}."
    support = VERSIONS.get(version or "")
    if support is None or support.standard is None:
        return told
    return (
        f"{told} Kubernetes {version} has standard support until {support.standard}, as AWS said on {AS_OF}."
    )


def suffix(balancer_arn: pulumi.Input[str]) -> pulumi.Output[str]:
    """The end of a load balancer's ARN, which is its dimension in CloudWatch."""
    return pulumi.Output.from_input(balancer_arn).apply(lambda arn: arn.partition(":loadbalancer/")[2])


def _of_alb(alb: pulumi.Output[str], metric: str, statistic: str, label: str) -> Metric:
    return Metric(
        namespace="AWS/ApplicationELB",
        name=metric,
        dimensions={"LoadBalancer": alb},
        statistic=statistic,
        label=label,
    )
