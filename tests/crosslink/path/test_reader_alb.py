"""Where an ALB will listen, and with which certificate, as the controller takes it from Ingress and class."""

from typing import Any

import pytest

from crosslink.graph import tokens
from crosslink.graph.unknown import Fact, Unknown, present
from crosslink.path.alb import AlbListener
from crosslink.path.ingress import ANNOTATIONS
from tests.crosslink.walks import declared_of_dev, nodes_of_dev, read_of
from tests.faults.change import edit

ARN = "arn:aws:acm:us-east-1:222222222222:certificate"
LISTEN, CERTIFICATE = f"{ANNOTATIONS}/listen-ports", f"{ANNOTATIONS}/certificate-arn"
PLAIN = AlbListener(port=80, protocol="HTTP", certificate=None, tls_policy=None)
LOOKED_FOR = Unknown("the controller looks for a certificate of the Ingress's hosts")


def secured(certificate: Fact[str | None], port: int = 443) -> AlbListener:
    return AlbListener(port=port, protocol="HTTPS", certificate=certificate, tls_policy=None)


def listeners(
    annotations: dict[str, str], *, of_class: tuple[str, ...] = (), **spec: Any
) -> Fact[tuple[AlbListener, ...]]:
    """Those of dev's ALB, whose Ingress has these annotations alone, and more in its spec."""

    def ingress(one: Any) -> None:
        one["metadata"]["annotations"] = annotations
        one["spec"].update(spec)

    def parameters(one: Any) -> None:
        one["spec"]["certificateARNs"] = list(of_class)

    nodes = edit(tokens.INGRESS_CLASS_PARAMS, "*", parameters)(
        edit(tokens.INGRESS, "*", ingress)(nodes_of_dev())
    )
    [alb] = present(read_of(nodes, declared_of_dev())["/svc1"].alb)
    return alb.listeners


def test_by_default_it_is_http_or_https_if_there_is_a_certificate() -> None:
    assert listeners({}) == (PLAIN,)
    assert listeners({CERTIFICATE: f"{ARN}/own"}) == (secured(f"{ARN}/own"),)
    assert listeners({}, of_class=(f"{ARN}/class",)) == (secured(f"{ARN}/class"),)


def test_the_first_certificate_of_the_class_goes_before_the_ingresss_own() -> None:
    own = {CERTIFICATE: f"{ARN}/first,{ARN}/second", LISTEN: '[{"HTTP": 80}, {"HTTPS": 8443}]'}

    assert listeners(own) == (PLAIN, secured(f"{ARN}/first", 8443))
    assert listeners(own, of_class=(f"{ARN}/class", f"{ARN}/other")) == (PLAIN, secured(f"{ARN}/class", 8443))


@pytest.mark.parametrize(
    "spec", [{"tls": [{"hosts": ["a.example.com"]}]}, {"rules": [{"host": "a.example.com"}]}]
)
def test_a_certificate_that_the_controller_looks_for_is_not_known(spec: dict[str, Any]) -> None:
    https = {LISTEN: '[{"HTTPS": 443}]'}

    assert listeners(https, **spec) == (secured(LOOKED_FOR),)
    assert listeners(https) == (secured(None),)
