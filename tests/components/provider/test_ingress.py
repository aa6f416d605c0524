"""Ingress: the services' objects, the class for the controller, and the Ingresses whose ALB is looked up."""

import json
import re
from functools import cache

import pytest
from pulumi import ResourceOptions
from pydantic import SecretStr

from components.provider.ingress import Ingress, IngressArgs, load_balancer_name
from components.provider.ingress_class import CONTROLLERS
from crosslink.sandbox.engine import run
from crosslink.sandbox.record import UNKNOWN, Run
from settings.service import ExistingService, JoinedService, Service
from tests.components.support import (
    CERTIFICATE,
    PROVIDER,
    account,
    children,
    counts,
    kubernetes,
    network,
    places,
    subnet_ids,
    urns,
)
from tests.waiting import depends

REGION = "us-east-1"
NAMESPACE = "kubernetes:core/v1:Namespace"
PARAMETERS = "kubernetes:eks.amazonaws.com/v1:IngressClassParams"
ALB_PARAMETERS = "kubernetes:elbv2.k8s.aws/v1beta1:IngressClassParams"
CLASS = "kubernetes:networking.k8s.io/v1:IngressClass"
INGRESS = "kubernetes:networking.k8s.io/v1:Ingress"
POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
SECRET = "kubernetes:core/v1:Secret"  # noqa: S105 - a type
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
SERVICE = "kubernetes:core/v1:Service"
COMPONENT, WORKLOAD = "crosslink:provider:Ingress", "crosslink:provider:Workload"

SERVICES = (
    Service(
        name="svc1",
        path="/svc1",
        image="hashicorp/http-echo:1.0",
        args=("-listen=:8080",),
        env={"LOG_LEVEL": "info"},
        port=8080,
        replicas=3,
        health_path="/ready",
    ),
    Service(name="svc2", path="/team/svc2", image="nginx:1.29", env={"TOKEN": SecretStr("s3cr3t")}, port=80),
)


HEALTH = {
    "path": "/healthz",
    "pathType": "ImplementationSpecific",
    "backend": {"service": {"name": "healthz", "port": {"name": "use-annotation"}}},
}
JOINED = (
    JoinedService(
        name="orders",
        path="/orders",
        existing=ExistingService(namespace="orders", service="api", port=8080),
    ),
    JoinedService(
        name="refunds",
        path="/orders/refunds",
        strip_prefix=True,
        existing=ExistingService(namespace="orders", service="refunds", port=80),
    ),
    JoinedService(
        name="shop", path="/", existing=ExistingService(namespace="shop", service="front", port=3000)
    ),
)


@cache
def built(
    services: int = 2,
    joined: int = 0,
    *,
    controller: str = "auto",
    version: str | None = "1.34",
    tls: bool = False,
    preview: bool = False,
) -> Run:
    """So many services with an image, behind so many that exist."""

    def program() -> None:
        aws, cluster = account(PROVIDER, REGION), kubernetes(PROVIDER, REGION)
        net = network(
            "net",
            "10.20.0.0/16",
            {"balancers": {"use1-az1": "10.20.48.64/26", "use1-az2": "10.20.80.64/26"}},
            ResourceOptions(provider=aws),
        )
        args = IngressArgs(
            object_name="crosslink-apps",
            controller=CONTROLLERS[controller],
            services=[*JOINED[:joined], *SERVICES[:services]],
            subnets=list(net.subnets["balancers"].values()),
            client_cidrs=["10.20.48.128/26", "10.20.80.128/26"],
            kubernetes_version=version,
            certificate_arn=CERTIFICATE if tls else None,
        )
        Ingress("apps", args, ResourceOptions(providers=[aws, cluster]))

    return run(program, preview=preview)


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
                "pod-security.kubernetes.io/enforce-version": "v1.34",
            },
        },
    }


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
            "namespaceSelector": _selecting("crosslink-apps"),
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
                            _rule("/svc1", "Prefix", "svc1", {"number": 80}),
                            _rule("/team/svc2", "Prefix", "svc2", {"number": 80}),
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
        "env": [{"name": "LOG_LEVEL", "value": "info"}],
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


def test_there_is_an_ingress_in_each_namespace_and_nothing_else_in_those_that_exist():
    found = built(joined=3)
    made = children(found, found.one(COMPONENT))
    assert counts(made) == {NAMESPACE: 1, WORKLOAD: 2, POLICY: 1, PARAMETERS: 1, CLASS: 1, INGRESS: 3}
    assert {
        ingress.name: (ingress.inputs["metadata"]["namespace"], ingress.inputs["metadata"]["name"])
        for ingress in found.of_type(INGRESS)
    } == {
        "apps": ("crosslink-apps", "crosslink-apps"),
        "apps-orders": ("orders", "crosslink-apps"),
        "apps-shop": ("shop", "crosslink-apps"),
    }
    assert {ingress.inputs["spec"]["ingressClassName"] for ingress in found.of_type(INGRESS)} == {
        "crosslink-apps"
    }
    in_others = {
        resource.type
        for resource in found.resources.values()
        if resource.inputs.get("metadata", {}).get("namespace") in ("orders", "shop")
    }
    assert in_others == {INGRESS}
    assert found.one(PARAMETERS).inputs["spec"]["namespaceSelector"] == _selecting(
        "crosslink-apps", "orders", "shop"
    )


def test_an_existing_service_is_sent_its_path_or_the_root_at_its_own_port():
    found = built(joined=3)
    assert _paths(found, "apps-orders") == [
        _rule("/orders", "Prefix", "api", {"number": 8080}),
        _rule("/", "Prefix", "refunds", {"number": 80}),
    ]
    assert _paths(found, "apps-shop") == [_rule("/", "Prefix", "front", {"number": 3000})]
    assert _conditions(found, "apps-orders") == {"api": "/orders", "refunds": "/orders/refunds"}
    assert _conditions(found, "apps-shop") == {"front": "/"}


@pytest.mark.parametrize(("services", "holder"), [(2, "apps"), (0, "apps-orders")])
def test_one_ingress_answers_health_checks_and_is_judged_last(services: int, holder: str):
    ingresses = {ingress.name: ingress for ingress in built(services, 3).of_type(INGRESS)}
    for name, ingress in ingresses.items():
        last = ingress.inputs["spec"]["rules"][0]["http"]["paths"][-1]
        annotations = ingress.inputs["metadata"]["annotations"]
        assert (last == HEALTH) is (name == holder)
        assert annotations.get("alb.ingress.kubernetes.io/group.order") == (
            "1000" if name == holder else None
        )
        assert ("alb.ingress.kubernetes.io/actions.healthz" in annotations) is (name == holder)


def test_what_is_the_albs_is_said_alike_by_all_ingresses_of_the_group():
    for controller in CONTROLLERS:
        found = built(joined=3, tls=True, controller=controller)
        said = [
            {
                name: value
                for name, value in ingress.inputs["metadata"]["annotations"].items()
                if not re.search(r"/(conditions|actions)\.|group\.order", name)
            }
            for ingress in found.of_type(INGRESS)
        ]
        assert said[0] == said[1] == said[2]
        assert said[0].get("alb.ingress.kubernetes.io/group.name") == (
            "crosslink-apps" if controller == "alb" else None
        )


def test_without_an_image_there_is_no_namespace_and_no_workload():
    found = built(0, 3)
    assert counts(children(found, found.one(COMPONENT))) == {PARAMETERS: 1, CLASS: 1, INGRESS: 2}
    assert {ingress.name for ingress in found.of_type(INGRESS)} == {"apps-orders", "apps-shop"}
    for ingress in found.of_type(INGRESS):
        assert ingress.dependencies == urns(found.one(CLASS))
    assert found.one(PARAMETERS).inputs["spec"]["namespaceSelector"] == _selecting("orders", "shop")


def test_the_first_service_with_an_image_renames_no_ingress():
    before, after = built(0, 3), built(1, 3)
    assert before.resources.keys() < after.resources.keys()
    assert {
        resource.type
        for resource in before.resources.values()
        if resource.inputs != after.resources[resource.urn].inputs
    } == {PARAMETERS, INGRESS}


def test_every_ingress_of_the_group_goes_before_the_class_and_the_parameters():
    found = built(joined=3)
    for ingress in found.of_type(INGRESS):
        assert depends(found, ingress, on=found.one(CLASS))
        assert depends(found, ingress, on=found.one(PARAMETERS))
        assert ingress.options.custom_timeouts == {"create": "20m", "delete": "20m"}
    assert found.one(INGRESS, "apps").dependencies == urns(found.one(CLASS), *found.of_type(SERVICE))
    for other in ("apps-orders", "apps-shop"):
        assert found.one(INGRESS, other).dependencies == urns(found.one(CLASS))


def test_the_aws_load_balancer_controller_is_told_the_same_in_its_own_terms():
    auto, alb = built(joined=1, tls=True), built(joined=1, tls=True, controller="alb")
    assert auto.of_type(ALB_PARAMETERS) == alb.of_type(PARAMETERS) == []
    spec = dict(auto.one(PARAMETERS).inputs["spec"])
    del spec["group"]
    spec["certificateArn"] = spec.pop("certificateARNs")
    assert alb.one(ALB_PARAMETERS).inputs == {
        "apiVersion": "elbv2.k8s.aws/v1beta1",
        "kind": "IngressClassParams",
        "metadata": {"name": "crosslink-apps"},
        "spec": spec,
    }
    assert alb.one(CLASS).inputs["spec"] == {
        "controller": "ingress.k8s.aws/alb",
        "parameters": {
            "apiGroup": "elbv2.k8s.aws",
            "kind": "IngressClassParams",
            "name": "crosslink-apps",
        },
    }
    for name in ("apps", "apps-orders"):
        of_auto, of_alb = auto.one(INGRESS, name), alb.one(INGRESS, name)
        assert of_alb.inputs["spec"] == of_auto.inputs["spec"]
        assert of_alb.inputs["metadata"]["annotations"] == {
            **of_auto.inputs["metadata"]["annotations"],
            "alb.ingress.kubernetes.io/group.name": "crosslink-apps",
        }
    assert alb.one(NAMESPACE).inputs["metadata"]["labels"] == {
        "elbv2.k8s.aws/pod-readiness-gate-inject": "enabled",
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/enforce-version": "v1.34",
    }


def test_in_a_cluster_of_others_the_pods_meet_the_latest_standard():
    labels = built(version=None).one(NAMESPACE).inputs["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce-version"] == "latest"


def _selecting(*namespaces: str) -> dict[str, object]:
    expression = {"key": "kubernetes.io/metadata.name", "operator": "In", "values": list(namespaces)}
    return {"matchExpressions": [expression]}


def _paths(run: Run, ingress: str) -> list[object]:
    return run.one(INGRESS, ingress).inputs["spec"]["rules"][0]["http"]["paths"]


def _conditions(run: Run, ingress: str) -> dict[str, str]:
    """Service → the value of the header that its rule asks for."""
    annotations = run.one(INGRESS, ingress).inputs["metadata"]["annotations"]
    return {
        name.partition("/conditions.")[2]: json.loads(value)[0]["httpHeaderConfig"]["values"][0]
        for name, value in annotations.items()
        if "/conditions." in name
    }


def _rule(path: str, path_type: str, service: str, port: dict[str, object]) -> dict[str, object]:
    return {"path": path, "pathType": path_type, "backend": {"service": {"name": service, "port": port}}}
