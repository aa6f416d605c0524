"""Metrics of CloudWatch, and alarms on them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

MINUTE, DAY = 60, 86400


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A metric, as it is reckoned over a period.

    Args:
        namespace: such as `AWS/ApiGateway`.
        name: such as `5XXError`.
        dimensions: name → value: all that it is published with, or CloudWatch finds nothing.
        statistic: such as `Sum` or `p99`.
        label: what a graph calls it.
    """

    namespace: pulumi.Input[str]
    name: str
    dimensions: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    statistic: str = "Sum"
    label: str


def of_nlb(balancer: pulumi.Input[str], name: str, label: str) -> Metric:
    """A metric of a network load balancer.

    Args:
        balancer: the end of its ARN, from `net/` on.
        name: such as `NewFlowCount`.
        label: what a graph calls it.
    """
    return Metric(namespace="AWS/NetworkELB", name=name, dimensions={"LoadBalancer": balancer}, label=label)


def unhealthy_of_nlb(balancer: pulumi.Input[str], group: aws.lb.TargetGroup, label: str) -> Metric:
    """The unhealthy targets that a network load balancer has in one of its target groups."""
    return Metric(
        namespace="AWS/NetworkELB",
        name="UnHealthyHostCount",
        dimensions={"TargetGroup": group.arn_suffix, "LoadBalancer": balancer},
        statistic="Maximum",
        label=label,
    )


def days_left(certificate_arn: pulumi.Input[str]) -> Metric:
    """The days until a certificate of ACM expires."""
    return Metric(
        namespace="AWS/CertificateManager",
        name="DaysToExpiry",
        dimensions={"CertificateArn": certificate_arn},
        statistic="Minimum",
        label="Days left",
    )


@dataclass(frozen=True, kw_only=True)
class AnyTargetGroup:
    """The unhealthy targets of a load balancer whose target groups are not the stack's.

    They have no dimension of the load balancer alone, so a query asks for the worst of its target groups.

    Args:
        namespace: `AWS/ApplicationELB` or `AWS/NetworkELB`.
        balancer: the end of the load balancer's ARN, from `app/` or `net/` on.
        label: what a graph calls it.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Metrics_Insights_Alarm.html
    """

    namespace: str
    balancer: pulumi.Input[str]
    label: str

    @property
    def query(self) -> pulumi.Output[str]:
        """The query, in the SQL of CloudWatch Metrics Insights."""
        of = f'SCHEMA("{self.namespace}", LoadBalancer, TargetGroup)'
        asked = f"SELECT MAX(UnHealthyHostCount) FROM {of} WHERE LoadBalancer = "  # noqa: S608 - no database
        return pulumi.Output.concat(asked, "'", self.balancer, "'")


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """When an alarm goes off.

    Args:
        what: what has happened then, in a sentence that its mail has.
        limit: the number that is too much, or too little.
        below: whether less than `limit` is too little, rather than more too much.
        seconds: the period that a number is of.
        periods: how many periods in a row.
        missing: what a period without a number counts as.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
    """

    what: str
    limit: float
    below: bool = False
    seconds: int = MINUTE
    periods: int = 1
    missing: Literal["breaching", "notBreaching", "ignore", "missing"] = "notBreaching"


def alarm(
    name: str,
    metric: Metric | AnyTargetGroup,
    threshold: Threshold,
    topic_arn: str,
    parent: pulumi.Resource,
) -> aws.cloudwatch.MetricAlarm:
    """An alarm that tells the topic when it goes off, and when it is over.

    Args:
        name: its logical name.
        metric: what it watches.
        threshold: when it goes off.
        topic_arn: ARN of an SNS topic of the alarm's region.
        parent: the component that it belongs to, which tells account and region.
    """
    plain = metric if isinstance(metric, Metric) else None
    percentile = plain is not None and plain.statistic.startswith("p")
    return aws.cloudwatch.MetricAlarm(
        name,
        alarm_description=threshold.what,
        namespace=plain.namespace if plain else None,
        metric_name=plain.name if plain else None,
        dimensions=dict(plain.dimensions) or None if plain else None,
        period=threshold.seconds if plain else None,
        statistic=plain.statistic if plain and not percentile else None,
        extended_statistic=plain.statistic if plain and percentile else None,
        # The slowest of three requests says nothing.
        evaluate_low_sample_count_percentiles="ignore" if percentile else None,
        metric_queries=[
            aws.cloudwatch.MetricAlarmMetricQueryArgs(
                id="unhealthy", expression=metric.query, period=threshold.seconds, return_data=True
            )
        ]
        if isinstance(metric, AnyTargetGroup)
        else None,
        threshold=threshold.limit,
        comparison_operator="LessThanThreshold" if threshold.below else "GreaterThanThreshold",
        evaluation_periods=threshold.periods,
        treat_missing_data=threshold.missing,
        alarm_actions=[topic_arn],
        ok_actions=[topic_arn],
        opts=ResourceOptions(parent=parent),
    )
