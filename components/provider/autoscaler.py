"""The autoscaler of a service's pods."""

import pulumi
from pulumi import ResourceOptions
from pulumi_kubernetes.autoscaling import v2 as autoscaling
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from settings.pods import Autoscaling


def autoscaler(
    name: str, deployment: str, metadata: ObjectMetaArgs, scaling: Autoscaling, parent: pulumi.Resource
) -> autoscaling.HorizontalPodAutoscaler:
    """Sets the number of pods of a Deployment by their use of CPU, which the Metrics Server tells.

    Args:
        name: its logical name.
        deployment: name of the Deployment.
        metadata: its metadata.
        scaling: the least and the greatest number of pods, and the use of CPU.
        parent: its parent.

    Source: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
    """
    return autoscaling.HorizontalPodAutoscaler(
        name,
        metadata=metadata,
        spec=autoscaling.HorizontalPodAutoscalerSpecArgs(
            scale_target_ref=autoscaling.CrossVersionObjectReferenceArgs(
                api_version="apps/v1", kind="Deployment", name=deployment
            ),
            min_replicas=scaling.min,
            max_replicas=scaling.max,
            metrics=[
                autoscaling.MetricSpecArgs(
                    type="Resource",
                    resource=autoscaling.ResourceMetricSourceArgs(
                        name="cpu",
                        target=autoscaling.MetricTargetArgs(
                            type="Utilization", average_utilization=scaling.cpu_percent
                        ),
                    ),
                )
            ],
        ),
        opts=ResourceOptions(parent=parent),
    )
