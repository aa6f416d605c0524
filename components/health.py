"""The health check of the path's network load balancers."""

import pulumi_aws as aws

from settings.backend import HEALTH_PATH


def health_check(*, tls: bool, path: str | None) -> aws.lb.TargetGroupHealthCheckArgs:
    """A health check that is answered as close to the end of the path as possible.

    With an HTTP path only the load balancer at the end answers: a check that only connects is answered by the
    next one, and passes with nothing behind it. The ALB of an Ingress answers `/healthz` itself, whatever the
    host (`components/provider/ingress_rules.py`), and checks the pods service by service.

    Args:
        tls: whether the load balancer at the end listens for HTTPS.
        path: the path that it answers: `/healthz` with 200, others with 200 to 399; None to only connect.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html
    """
    if path is None:
        request = {"protocol": "TCP"}
    else:
        matcher = "200" if path == HEALTH_PATH else "200-399"
        request = {"protocol": "HTTPS" if tls else "HTTP", "path": path, "matcher": matcher}
    return aws.lb.TargetGroupHealthCheckArgs(
        enabled=True,
        port="traffic-port",
        interval=10,
        timeout=6,
        healthy_threshold=2,
        unhealthy_threshold=2,
        **request,
    )
