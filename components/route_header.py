"""The request header that binds a route of the API to the one Service that may answer it.

Each integration of the API sets the header to its route's path, in the place of what callers send, and the
ALB's rule for a Service demands that value beside the path it compares. A path that API Gateway and the ALB
read differently then reaches nobody, instead of a Service that another route guards
(`docs/adr/0012-a-header-binds-route-and-service.md`).
"""

from collections.abc import Mapping

ROUTE_HEADER = "X-Crosslink-Route"


def header_condition(path: str) -> Mapping[str, object]:
    """The condition of the ALB's rule for a Service, as the load balancer controller takes it.

    Args:
        path: path of the route, of at most 128 characters. It has none that the ALB takes for a wildcard, and
            no other route's differs from it in case alone: the ALB compares without case.

    Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#conditions
    """
    return {
        "field": "http-header",
        "httpHeaderConfig": {"httpHeaderName": ROUTE_HEADER, "values": [path]},
    }
