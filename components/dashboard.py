"""The body of a CloudWatch dashboard.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pulumi

from components.alarm import AnyTargetGroup, Metric

Widget = Mapping[str, Any]
WIDTH = 24
HEIGHTS = {"text": 3, "alarm": 3, "metric": 6}


def text(markdown: str) -> Widget:
    """A paragraph in Markdown."""
    return {"type": "text", "properties": {"markdown": markdown}}


def states(alarm_arns: Sequence[pulumi.Input[str]]) -> Widget:
    """The states of the alarms."""
    return {"type": "alarm", "properties": {"title": "Alarms", "alarms": list(alarm_arns)}}


def graph(title: str, region: str, metrics: Iterable[Metric | AnyTargetGroup]) -> Widget:
    """Metrics of one region, a minute each point."""
    lines = [_line(metric) for metric in metrics]
    return {
        "type": "metric",
        "properties": {
            "title": title,
            "region": region,
            "view": "timeSeries",
            "period": 60,
            "metrics": lines,
        },
    }


def body(rows: Iterable[Sequence[Widget]]) -> pulumi.Output[str]:
    """The dashboard as JSON: rows from top to bottom, each as wide as the dashboard."""
    placed: list[Mapping[str, Any]] = []
    y = 0
    for row in rows:
        width = WIDTH // len(row)
        height = max(HEIGHTS[widget["type"]] for widget in row)
        for i, widget in enumerate(row):
            placed.append({**widget, "x": i * width, "y": y, "width": width, "height": height})
        y += height
    return pulumi.Output.json_dumps({"widgets": placed})


def _line(metric: Metric | AnyTargetGroup) -> Sequence[object]:
    if isinstance(metric, AnyTargetGroup):
        return [{"expression": metric.query, "label": metric.label}]
    dimensions = [part for pair in metric.dimensions.items() for part in pair]
    options = {"stat": metric.statistic, "label": metric.label}
    return [metric.namespace, metric.name, *dimensions, options]
