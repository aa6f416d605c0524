"""The health check that both network load balancers of the path use."""

import pulumi_aws as aws

HEALTH_PATH = "/healthz"
"""The ALB answers this path itself, whatever the host: see `components/provider/ingress.py`."""


def through_to_the_alb(*, tls: bool) -> aws.lb.TargetGroupHealthCheckArgs:
    """An HTTP or HTTPS health check that only the ALB at the end of the path can answer.

    A TCP check would be answered by the next load balancer, and pass with nothing behind it. The ALB checks
    the pods itself, service by service.

    Args:
        tls: whether the ALB listens for HTTPS.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html
    """
    return aws.lb.TargetGroupHealthCheckArgs(
        enabled=True,
        protocol="HTTPS" if tls else "HTTP",
        port="traffic-port",
        path=HEALTH_PATH,
        matcher="200",
        interval=10,
        timeout=6,
        healthy_threshold=2,
        unhealthy_threshold=2,
    )
