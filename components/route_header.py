"""The request header that binds a route of the API to the one Service that may answer it.

Each integration of the API sets the header to the name of its route's Service, in the place of what callers
send, and the ALB's rule for a Service demands that name beside the path. A path that API Gateway and the ALB
read differently then reaches nobody, instead of a Service that another route guards
(`docs/adr/0012-a-header-binds-route-and-service.md`).
"""

from collections.abc import Mapping

ROUTE_HEADER = "X-Crosslink-Route"


def header_condition(service: str) -> Mapping[str, object]:
    """The condition of the ALB's rule for a Service, as the load balancer controller takes it.

    Args:
        service: name of the Service. It has no character that the ALB takes for a wildcard.

    Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#conditions
    """
    return {
        "field": "http-header",
        "httpHeaderConfig": {"httpHeaderName": ROUTE_HEADER, "values": [service]},
    }
