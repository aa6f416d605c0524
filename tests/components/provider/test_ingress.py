"""Ingress: the services' objects, the class for the controller, and the Ingress whose ALB is looked up."""

import json

import pytest

from components.provider.ingress import load_balancer_name
from crosslink.sandbox.record import UNKNOWN
from tests.components.provider.ingresses import (
    CLASS,
    COMPONENT,
    DEPLOYMENT,
    HEALTH,
    INGRESS,
    NAMESPACE,
    PARAMETERS,
    POLICY,
    REGION,
    SECRET,
    SERVICE,
    SERVICES,
    WORKLOAD,
    built,
    rule,
    selecting,
)
from tests.components.support import CERTIFICATE, PROVIDER, children, counts, places, subnet_ids, urns
from tests.waiting import depends


def test_creates_a_namespace_a_class_with_its_parameters_one_ingress_and_a_workload_for_each_service():
    found = built()
    made = children(found, found.one(COMPONENT))
    assert counts(made) == {NAMESPACE: 1, WORKLOAD: 2, POLICY: 1, PARAMETERS: 1, CLASS: 1, INGRESS: 1}
    assert {resource.name for resource in found.of_type(WORKLOAD)} == {"apps-svc1", "apps-svc2"}
    assert places(found.resources.values()) == {(PROVIDER, REGION)}


def test_pods_of_the_namespace_are_restricted_and_ready_only_when_the_alb_sees_them():
    assert built().one(NAMESPACE).inputs == {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": "crosslink-apps",
            "labels": {
                "eks.amazonaws.com/pod-readiness-gate-inject": "enabled",
                "pod-security.kubernetes.io/enforce": "restricted",
                "pod-security.kubernetes.io/enforce-version": "v1.36",
            },
        },
    }


@pytest.mark.parametrize(("longest_wait", "idle"), [(29, None), (59, None), (60, "65"), (300, "305")])
def test_the_alb_waits_longer_than_the_api(longest_wait: int, idle: str | None):
    (parameters,) = built(longest_wait=longest_wait).of_type(PARAMETERS)
    attributes = {told["key"]: told["value"] for told in parameters.inputs["spec"]["loadBalancerAttributes"]}
    assert attributes.get("idle_timeout.timeout_seconds") == idle


def test_the_class_asks_auto_mode_for_an_internal_alb_in_the_load_balancer_subnets():
    found = built()
    assert found.one(PARAMETERS).inputs == {
        "apiVersion": "eks.amazonaws.com/v1",
        "kind": "IngressClassParams",
        "metadata": {"name": "crosslink-apps"},
        "spec": {
            "scheme": "internal",
            "subnets": {"ids": subnet_ids(found, "net-balancers", ("use1-az1", "use1-az2"))},
            "loadBalancerAttributes": [
                {"key": "routing.http.drop_invalid_header_fields.enabled", "value": "true"}
            ],
            "namespaceSelector": selecting("crosslink-apps"),
            "group": {"name": "crosslink-apps"},
        },
    }
    assert found.one(CLASS).inputs == {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "IngressClass",
        "metadata": {"name": "crosslink-apps"},
        "spec": {
            "controller": "eks.amazonaws.com/alb",
            "parameters": {
                "apiGroup": "eks.amazonaws.com",
                "kind": "IngressClassParams",
                "name": "crosslink-apps",
            },
        },
    }


def test_the_ingress_answers_the_health_check_itself_and_has_a_rule_for_each_path():
    ingress = dict(built().one(INGRESS).inputs)
    metadata = ingress.pop("metadata")
    assert (metadata["name"], metadata["namespace"]) == ("crosslink-apps", "crosslink-apps")
    assert ingress == {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "spec": {
            "ingressClassName": "crosslink-apps",
            "rules": [
                {
                    "http": {
                        "paths": [
                            rule("/svc1", "Prefix", "svc1", {"number": 80}),
                            rule("/team/svc2", "Prefix", "svc2", {"number": 80}),
                            HEALTH,
                        ]
                    }
                }
            ],
        },
    }


def test_the_alb_listens_on_http_for_the_nlbs_subnets_only():
    annotations = dict(built().one(INGRESS).inputs["metadata"]["annotations"])
    health = json.loads(annotations.pop("alb.ingress.kubernetes.io/actions.healthz"))
    assert health == {
        "type": "fixed-response",
        "fixedResponseConfig": {"contentType": "text/plain", "statusCode": "200", "messageBody": "ok"},
    }
    assert {name: value for name, value in annotations.items() if "/conditions." not in name} == {
        "alb.ingress.kubernetes.io/target-type": "ip",
        "alb.ingress.kubernetes.io/listen-ports": '[{"HTTP": 80}]',
        "alb.ingress.kubernetes.io/inbound-cidrs": "10.20.48.128/26,10.20.80.128/26",
        "alb.ingress.kubernetes.io/group.order": "1000",
        "alb.ingress.kubernetes.io/target-group-attributes": "deregistration_delay.timeout_seconds=10",
    }


def test_a_service_answers_only_with_the_header_of_its_route():
    annotations = built().one(INGRESS).inputs["metadata"]["annotations"]
    for service in SERVICES:
        (condition,) = json.loads(annotations[f"alb.ingress.kubernetes.io/conditions.{service.name}"])
        assert condition == {
            "field": "http-header",
            "httpHeaderConfig": {"httpHeaderName": "X-Crosslink-Route", "values": [service.path]},
        }
    assert "alb.ingress.kubernetes.io/conditions.healthz" not in annotations


def test_with_a_certificate_the_alb_listens_only_for_https_and_accepts_tls_1_2_for_the_health_checks():
    plain, tls = built(), built(tls=True)
    changed = {
        resource.type
        for resource in plain.resources.values()
        if resource.inputs != tls.resources[resource.urn].inputs
    }
    assert changed == {PARAMETERS, INGRESS}
    assert tls.one(PARAMETERS).inputs["spec"] == {
        **plain.one(PARAMETERS).inputs["spec"],
        "certificateARNs": [CERTIFICATE],
    }
    assert tls.one(INGRESS).inputs["spec"] == plain.one(INGRESS).inputs["spec"]
    assert tls.one(INGRESS).inputs["metadata"]["annotations"] == {
        **plain.one(INGRESS).inputs["metadata"]["annotations"],
        "alb.ingress.kubernetes.io/listen-ports": '[{"HTTPS": 443}]',
        "alb.ingress.kubernetes.io/ssl-policy": "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
    }


def test_the_ingress_waits_for_its_class_and_services_and_gives_its_alb_time():
    found = built()
    ingress = found.one(INGRESS)
    assert ingress.dependencies == urns(found.one(CLASS), *found.of_type(SERVICE))
    assert ingress.options.custom_timeouts == {"create": "20m", "delete": "20m"}
    assert found.one(CLASS).dependencies == urns(found.one(PARAMETERS))


def test_the_namespace_is_created_first_and_deleted_last():
    found = built()
    namespace = found.one(NAMESPACE)
    for workload in found.of_type(WORKLOAD):
        assert workload.dependencies == urns(namespace)
    for namespaced in [*found.of_type(DEPLOYMENT), *found.of_type(SERVICE), found.one(INGRESS)]:
        assert depends(found, namespaced, on=namespace)


def test_a_service_of_the_settings_becomes_its_workload():
    found = built()
    spec = found.one(DEPLOYMENT, "apps-svc1").inputs["spec"]
    container = spec["template"]["spec"]["containers"][0]
    assert found.one(DEPLOYMENT, "apps-svc1").inputs["metadata"]["namespace"] == "crosslink-apps"
    assert spec["replicas"] == 3
    assert {key: container[key] for key in ("name", "image", "args", "env")} == {
        "name": "svc1",
        "image": "hashicorp/http-echo:1.0",
        "args": ["-listen=:8080"],
        "env": [
            {"name": "POD_IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
            {"name": "LOG_LEVEL", "value": "info"},
        ],
    }
    assert container["ports"][0]["containerPort"] == 8080
    assert container["readinessProbe"]["httpGet"]["path"] == "/ready"


def test_secret_settings_stay_secret():
    found = built()
    assert found.one(SECRET).inputs["stringData"] == {"TOKEN": "s3cr3t"}
    assert "stringData" in found.one(SECRET).secrets
    assert [resource.name for resource in found.resources.values() if "s3cr3t" in str(resource.inputs)] == [
        "apps-svc2"
    ]


def test_what_no_workload_admits_is_refused_in_the_namespace():
    (policy,) = [policy for policy in built().of_type(POLICY) if policy.name == "apps"]
    assert policy.inputs["metadata"] == {"name": "default-deny-ingress", "namespace": "crosslink-apps"}
    assert policy.inputs["spec"] == {"podSelector": {}, "policyTypes": ["Ingress"]}


def test_the_alb_is_looked_up_by_name_in_the_components_own_account():
    found = built()
    hostname = found.one(INGRESS).outputs["status"]["loadBalancer"]["ingress"][0]["hostname"]
    (lookup,) = found.invokes
    assert lookup.token.startswith("aws:lb/getLoadBalancer:")
    assert lookup.args == {"name": load_balancer_name(hostname)}
    assert (lookup.account, lookup.region) == (PROVIDER, REGION)
    outputs = found.one(COMPONENT).outputs
    assert outputs["albDnsName"] == hostname
    assert f":{REGION}:{PROVIDER}:loadbalancer/app/{lookup.args['name']}/" in outputs["albArn"]


def test_a_preview_shows_the_objects_and_does_not_look_for_an_alb():
    found = built(preview=True)
    assert found.resources.keys() == built().resources.keys()
    assert found.one(INGRESS).inputs == built().one(INGRESS).inputs
    assert found.invokes == ()
    assert found.one(COMPONENT).outputs == {"albArn": UNKNOWN, "albDnsName": UNKNOWN}


def test_adding_a_service_changes_nothing_but_the_ingress():
    before, after = built(1), built(2)
    changed = [
        resource.type
        for resource in before.resources.values()
        if resource.inputs != after.resources[resource.urn].inputs
    ]
    assert changed == [INGRESS]


def test_the_pods_are_reached_from_the_albs_subnets():
    (policy,) = [policy for policy in built().of_type(POLICY) if policy.name == "apps-svc1"]
    (rule,) = policy.inputs["spec"]["ingress"]
    assert [peer["ipBlock"]["cidr"] for peer in rule["from"]] == ["10.20.48.64/26", "10.20.80.64/26"]
