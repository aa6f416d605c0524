"""Settings of which nobody can say what they do are told; harmless ones aren't."""

from functools import cache

import pytest

from crosslink.fields.not_judged import not_judged
from crosslink.graph import tokens
from tests.faults.alb_settings import SVC1, annotation, attribute, of_class, of_service
from tests.faults.change import Change, annotate, put
from tests.faults.fault import VANTAGES, model_of
from tests.faults.healthy import alb_settings, ingress, pods
from tests.faults.healthy.ingress import path
from tests.faults.healthy.variation import Variation

TYPES = (
    *(tokens.INGRESS, tokens.INGRESS_CLASS, tokens.INGRESS_CLASS_PARAMS, tokens.CONTROLLER_CLASS_PARAMS),
    *(tokens.KUBERNETES_SERVICE, tokens.NAMESPACE),
)
DEFAULT_BACKEND = "a default backend takes what no rule takes"  # it is healthy, and nothing judges it
HEALTHY = (
    *alb_settings.VARIATIONS,
    *(one for one in ingress.VARIATIONS if one.name != DEFAULT_BACKEND),
    *(one for one in pods.VARIATIONS if "Helm" in one.name),
)
SERVICE = (tokens.KUBERNETES_SERVICE, SVC1)
TOLD: dict[str, tuple[Change, str]] = {
    "an annotation": (annotation("wafv2-acl-arn", "arn:aws:wafv2:us-east-1:1:acl"), "wafv2-acl-arn"),
    "an annotation that nobody knows": (annotation("new-setting", "on"), "new-setting"),
    "an attribute": (
        annotation("load-balancer-attributes", "routing.http.desync_mitigation_mode=strictest"),
        "load-balancer-attributes.routing.http.desync_mitigation_mode",
    ),
    "one attribute of several": (
        annotation("load-balancer-attributes", "deletion_protection.enabled=true,new.attribute=1"),
        "load-balancer-attributes.new.attribute",
    ),
    "attributes that can't be read": (
        annotation("load-balancer-attributes", "on"),
        "load-balancer-attributes",
    ),
    "an attribute of the class": (
        attribute("waf.fail_open.enabled", "true"),
        "spec.loadBalancerAttributes.waf.fail_open.enabled",
    ),
    "an attribute of a Service's targets": (
        of_service("target-group-attributes", "slow_start.duration_seconds=60"),
        "target-group-attributes.slow_start.duration_seconds",
    ),
    "an attribute of a listener": (
        annotation("listener-attributes.HTTP-80", "routing.http.response.x_frame_options.header_value=DENY"),
        "listener-attributes.HTTP-80.routing.http.response.x_frame_options.header_value",
    ),
    "a field of the class": (of_class("ipAddressType", "dualstack"), "spec.ipAddressType"),
    "a field that the class hasn't got": (of_class("newField", True), "spec.newField"),
    "a field of a Service": (
        put(*SERVICE, "spec", "publishNotReadyAddresses", value=True),
        "spec.publishNotReadyAddresses",
    ),
    "an older annotation": (
        annotate(tokens.INGRESS, "*", "kubernetes.io/ingress.class", "nginx"),
        "kubernetes.io/ingress.class",
    ),
    "a default backend": (
        put(tokens.INGRESS, "*", "spec", "defaultBackend", value=path("svc2")["backend"]),
        "spec.defaultBackend.service.name",
    ),
    "a label of the namespace": (
        put(tokens.NAMESPACE, "*", "metadata", "labels", "istio-injection", value="enabled"),
        "metadata.labels.istio-injection",
    ),
}


@cache
def _told(vantage: str, stack: str, change: Change) -> list[str]:
    found = not_judged(model_of(vantage, stack, change))
    return [str(setting.field) for setting in found if setting.hop.resource.startswith(TYPES)]


@pytest.mark.parametrize("vantage", VANTAGES)
@pytest.mark.parametrize("name", TOLD)
def test_what_nobody_judges_is_told(name: str, vantage: str) -> None:
    change, field = TOLD[name]

    assert [told for told in _told(vantage, "dev", change) if told.endswith(field)]


@pytest.mark.parametrize("vantage", ["planned", "live"])
@pytest.mark.parametrize("variation", HEALTHY, ids=lambda variation: variation.name)
def test_what_is_harmless_is_not_told(variation: Variation, vantage: str) -> None:
    assert _told(vantage, variation.stack, variation.change) == []
