"""Alarms of the consumer's side, and a dashboard that follows the path up to the endpoints."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from components import thresholds
from components.alarm import Metric, Threshold, alarm, days_left, of_nlb, unhealthy_of_nlb
from components.consumer.public_api import PublicApi
from components.consumer.vpc_link import VpcLink
from components.dashboard import Widget, body, graph, states, text
from settings.api import Api

FILTERS = {
    "Throttled": '{ $.status = "429" }',
    "NotIntegrated": '{ $.integrationError != "-" }',
}
"""Metric → which of the access logs' lines count: API Gateway's own metrics tell neither a 429 from another
4xx, nor an answer of its own from one of the backend's. A variable without a value is logged as `-`
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html)."""


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """An interface endpoint, as CloudWatch knows it.

    Args:
        id: its id.
        vpc_id: id of its VPC.
        region: the region that it is in.
        service_name: name of its endpoint service.
    """

    id: pulumi.Input[str]
    vpc_id: pulumi.Input[str]
    region: str
    service_name: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class AlarmsArgs:
    """Arguments of an Alarms.

    Args:
        topic_arn: ARN of the SNS topic that is told, in the API's region.
        region: the API's region.
        settings: the API's settings.
        api: the API.
        link: its VPC link, with the gateway NLB.
        endpoints: backend → what is told of its interface endpoint.
    """

    topic_arn: str
    region: str
    settings: Api
    api: PublicApi
    link: VpcLink
    endpoints: Mapping[str, Endpoint]


class Alarms(pulumi.ComponentResource):
    """What tells an operator that the consumer's side is in trouble.

    Part of the path: beside it, from the API to the endpoints. Only access logs tell of throttled requests,
    and of those that the API got no answer for.

    Outputs:
        dashboard: name of the dashboard.

    Sources:
        https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html
        https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html
    """

    dashboard: pulumi.Output[str]

    def __init__(self, name: str, args: AlarmsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:consumer:Alarms", name, None, opts)
        self._args = args
        self._nlb = args.link.balancer.arn_suffix
        if args.api.log_group is not None:
            self._add_filters(name, args.api.log_group)
        alarms = [
            alarm(f"{name}-{key}", metric, threshold, args.topic_arn, self)
            for key, metric, threshold in self._watched()
        ]
        dashboard = aws.cloudwatch.Dashboard(
            name,
            # Not the stack's name: another stack's dashboard would be overwritten, without an error.
            dashboard_name=pulumi.Output.concat(name, "-", args.link.link_id),
            dashboard_body=body([[states([a.arn for a in alarms])], *self._rows()]),
            opts=ResourceOptions(parent=self),
        )
        self.dashboard = dashboard.dashboard_name
        self.register_outputs({"dashboard": self.dashboard})

    def _add_filters(self, name: str, log_group: pulumi.Input[str]) -> None:
        for metric, pattern in FILTERS.items():
            aws.cloudwatch.LogMetricFilter(
                f"{name}-{metric.lower()}",
                log_group_name=log_group,
                pattern=pattern,
                metric_transformation=aws.cloudwatch.LogMetricFilterMetricTransformationArgs(
                    name=metric, namespace=self._namespace, value="1", default_value="0", unit="Count"
                ),
                opts=ResourceOptions(parent=self),
            )

    @property
    def _namespace(self) -> pulumi.Output[str]:
        """The namespace of this stage's own metrics: two stacks in an account don't add up."""
        return pulumi.Output.concat("Crosslink/", self._args.api.api_id, "/", self._args.settings.stage)

    def _watched(self) -> Iterator[tuple[str, Metric, Threshold]]:
        """Key → what is watched, and when it is too much, in the order of the path."""
        args = self._args
        if args.api.certificate_arn is not None:
            yield "certificate", days_left(args.api.certificate_arn), thresholds.EXPIRING
        yield "5xx", self._of_api("5XXError", "Average", "5xx"), thresholds.SERVER_ERRORS
        yield "latency", self._of_api("Latency", "p99", "p99"), thresholds.SLOW
        if args.api.log_group is not None:
            yield "throttled", self._of_log("Throttled"), thresholds.THROTTLED
            yield "not-integrated", self._of_log("NotIntegrated"), thresholds.NOT_INTEGRATED
        if args.settings.vpc_link == "v2":
            yield "idle", of_nlb(self._nlb, "NewFlowCount", "New connections"), thresholds.IDLE
        yield "ports", of_nlb(self._nlb, "PortAllocationErrorCount", "No port"), thresholds.NO_PORTS
        for key, group in args.link.groups.items():
            unhealthy = f"{key.removeprefix(f'{self.pulumi_resource_name}-')}-unhealthy"
            yield unhealthy, unhealthy_of_nlb(self._nlb, group, key), thresholds.UNHEALTHY

    def _rows(self) -> Iterator[Sequence[Widget]]:
        args, here = self._args, self._args.region
        yield [
            text(
                "## API → VPC link → gateway NLB → endpoints\n"
                "What is behind the endpoints is in the dashboards of the backends' accounts. "
                "`crosslink doctor` walks the whole path."
            )
        ]
        counts = [("Count", "All"), ("4XXError", "4xx"), ("5XXError", "5xx")]
        api = [self._of_api(metric, "Sum", label) for metric, label in counts]
        times = [("Latency", "Caller waits"), ("IntegrationLatency", "API waits")]
        yield [
            graph("API: requests", here, api),
            graph("API: p99 in ms", here, [self._of_api(metric, "p99", label) for metric, label in times]),
        ]
        if args.api.log_group is not None:
            yield [graph("API: 429, and no answer by the link", here, map(self._of_log, FILTERS))]
        nlb = [("NewFlowCount", "New connections"), ("PortAllocationErrorCount", "No port")]
        yield [
            graph(
                "VPC link → gateway NLB", here, [of_nlb(self._nlb, metric, label) for metric, label in nlb]
            ),
            graph(
                "Gateway NLB: unhealthy",
                here,
                [unhealthy_of_nlb(self._nlb, g, k) for k, g in args.link.groups.items()],
            ),
        ]
        for region in dict.fromkeys(endpoint.region for endpoint in args.endpoints.values()):
            of_region = {b: endpoint for b, endpoint in args.endpoints.items() if endpoint.region == region}
            yield [
                graph(
                    f"Endpoints in {region}: {what}",
                    region,
                    [_of(metric, b, e) for b, e in of_region.items()],
                )
                for metric, what in (
                    ("NewConnections", "new connections"),
                    ("PacketsDropped", "dropped packets"),
                )
            ]

    def _of_api(self, metric: str, statistic: str, label: str) -> Metric:
        api = self._args.settings
        name = api.existing.name if api.existing else api.name
        dimensions = {"ApiName": name or "", "Stage": api.stage}
        return Metric(
            namespace="AWS/ApiGateway", name=metric, dimensions=dimensions, statistic=statistic, label=label
        )

    def _of_log(self, metric: str) -> Metric:
        return Metric(namespace=self._namespace, name=metric, label=metric)


def _of(metric: str, backend: str, endpoint: Endpoint) -> Metric:
    """A metric of a backend's endpoint, which is published with all four dimensions."""
    dimensions = {
        "VPC Id": endpoint.vpc_id,
        "VPC Endpoint Id": endpoint.id,
        "Endpoint Type": "Interface",
        "Service Name": endpoint.service_name,
    }
    return Metric(namespace="AWS/PrivateLinkEndpoints", name=metric, dimensions=dimensions, label=backend)
