"""The ALB that an Ingress asks for: where it listens, with which certificate, and what it answers itself."""

import dataclasses
from typing import Any

import pytest

from crosslink.graph import tokens
from crosslink.graph.unknown import Fact, Unknown
from crosslink.path import steps
from crosslink.path.alb import Alb
from crosslink.path.ingress_rules import ANNOTATIONS
from tests.crosslink.walks import declared_of_dev, facts, name_of, nodes_of_dev, read_of, there
from tests.faults.change import edit

ARN = "arn:aws:acm:us-east-1:222222222222:certificate"
LISTEN, CERTIFICATE = f"{ANNOTATIONS}/listen-ports", f"{ANNOTATIONS}/certificate-arn"
Listening = tuple[object, ...]
"""Port, protocol, certificate, and the policy that says which TLS it takes."""
PLAIN: Listening = (80, "HTTP", None, None)
LOOKED_FOR = Unknown("the controller looks for a certificate of the Ingress's hosts")


def secured(certificate: Fact[str | None], port: int = 443) -> Listening:
    return port, "HTTPS", certificate, None


def listeners(
    annotations: dict[str, str], *, of_class: tuple[str, ...] = (), **spec: Any
) -> Fact[tuple[Listening, ...]]:
    """Those of dev's ALB, whose Ingress has these annotations alone, and more in its spec."""

    def ingress(properties: Any) -> None:
        properties["metadata"]["annotations"] = annotations
        properties["spec"].update(spec)

    def parameters(properties: Any) -> None:
        properties["spec"]["certificateARNs"] = list(of_class)

    nodes = edit(tokens.INGRESS_CLASS_PARAMS, "*", parameters)(
        edit(tokens.INGRESS, "*", ingress)(nodes_of_dev())
    )
    found = there(read_of(nodes, declared_of_dev())["/svc1"], steps.ALB).listeners
    if isinstance(found, Unknown):
        return found
    return tuple(facts(listener, "port", "protocol", "certificate", "tls_policy") for listener in found)


def annotated(name: str, value: str) -> Alb:
    """The ALB of dev, whose Ingress has another annotation."""

    def ingress(properties: Any) -> None:
        properties["metadata"]["annotations"][f"{ANNOTATIONS}/{name}"] = value

    nodes = edit(tokens.INGRESS, "*", ingress)(nodes_of_dev())
    return there(read_of(nodes, declared_of_dev())["/svc1"], steps.ALB)


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


@pytest.mark.parametrize("ports", ["80", "[80]", "{"])
def test_ports_that_are_none_are_none(ports: str) -> None:
    assert annotated("listen-ports", ports).listeners == ()


@pytest.mark.parametrize(
    "action", ["{", "[]", '{"type": "redirect", "redirectConfig": {"statusCode": "HTTP_301"}}']
)
def test_an_action_that_answers_nothing_itself_is_no_answer(action: str) -> None:
    assert annotated("actions.healthz", action).answers == ()


def test_in_aws_its_name_tells_which_ingress_asks_for_it() -> None:
    """Even if the other Ingress has the route: it isn't what the provider NLB's target leads to."""
    nodes = nodes_of_dev()
    [ingress] = [node for node in nodes if node.type == tokens.INGRESS]
    there_too = [node for node in nodes if node.account == ingress.account]
    [target] = [node for node in there_too if node.type == tokens.ATTACHMENT]
    [balancer] = [node for node in there_too if node.type == tokens.LOAD_BALANCER]
    name = {"status": {"loadBalancer": {"ingress": [{"hostname": "other"}]}}}
    other = dataclasses.replace(ingress, urn="other", name="other", properties={"spec": {}, **name})
    alb = dataclasses.replace(balancer, urn="alb", name="alb", properties={"dnsName": "other"})
    hit = dataclasses.replace(
        target, dependencies=frozenset(), references={**target.references, "targetId": frozenset(["alb"])}
    )
    asked = [hit if node is target else node for node in nodes]
    walks = read_of([*asked, other, alb], declared_of_dev(), registered=False)
    assert [name_of(walk, steps.ALB) for walk in walks.values()] == ["alb"] * 2
    assert [walk.one(steps.INGRESS_RULE) for walk in walks.values()] == [None, None]
