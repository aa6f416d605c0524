"""From an Ingress's status to its ALB's host name, and from that to its name."""

import pytest
from pulumi_kubernetes.networking.v1.outputs import (
    IngressLoadBalancerIngress,
    IngressLoadBalancerStatus,
    IngressStatus,
)

from components.provider.ingress import _hostname, load_balancer_name


@pytest.mark.parametrize(
    ("hostname", "name"),
    [
        (
            "internal-k8s-apps-apps-0123456789-1234567890.us-east-1.elb.amazonaws.com",
            "k8s-apps-apps-0123456789",
        ),
        ("internal-short-1.eu-central-1.elb.amazonaws.com", "short"),
        ("internal-internal-1.us-east-1.elb.amazonaws.com", "internal"),
    ],
)
def test_the_name_of_an_internal_alb_is_in_its_host_name(hostname: str, name: str):
    assert load_balancer_name(hostname) == name


@pytest.mark.parametrize(
    "hostname",
    [
        "k8s-apps-apps-0123456789-1234567890.us-east-1.elb.amazonaws.com",
        "internal-nodash.us-east-1.elb.amazonaws.com",
        "10.20.48.70",
        "",
    ],
)
def test_another_host_name_is_refused_with_the_form_it_should_have(hostname: str):
    with pytest.raises(
        ValueError, match=f"^'{hostname}' is not the host name of an internal ALB: internal-<name>-"
    ):
        load_balancer_name(hostname)


def _balanced_by(*balancers: IngressLoadBalancerIngress) -> IngressStatus:
    return IngressStatus(load_balancer=IngressLoadBalancerStatus(ingress=balancers))


@pytest.mark.parametrize(
    ("status", "hostname"),
    [
        (None, ""),
        (IngressStatus(), ""),
        (IngressStatus(load_balancer=IngressLoadBalancerStatus()), ""),
        (_balanced_by(), ""),
        (_balanced_by(IngressLoadBalancerIngress(ip="10.20.48.70")), ""),
        (_balanced_by(IngressLoadBalancerIngress(hostname="internal-a-1.elb")), "internal-a-1.elb"),
    ],
)
def test_an_ingress_without_a_load_balancer_has_no_host_name(status: IngressStatus | None, hostname: str):
    assert _hostname(status) == hostname
