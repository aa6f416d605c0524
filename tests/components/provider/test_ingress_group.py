"""Ingress: one in each namespace, in one group, for either controller."""

import re

import pytest

from components.provider.ingress_class import CONTROLLERS
from tests.components.provider.ingresses import (
    ALB_PARAMETERS,
    CLASS,
    COMPONENT,
    HEALTH,
    INGRESS,
    NAMESPACE,
    PARAMETERS,
    POLICY,
    SERVICE,
    WORKLOAD,
    built,
    conditions,
    paths,
    rule,
    selecting,
)
from tests.components.support import children, counts, urns
from tests.waiting import depends


def test_there_is_an_ingress_in_each_namespace_and_nothing_else_in_those_that_exist():
    found = built(joined=3)
    made = children(found, found.one(COMPONENT))
    assert counts(made) == {NAMESPACE: 1, WORKLOAD: 2, POLICY: 1, PARAMETERS: 3, CLASS: 3, INGRESS: 3}
    assert {
        ingress.name: (ingress.inputs["metadata"]["namespace"], ingress.inputs["metadata"]["name"])
        for ingress in found.of_type(INGRESS)
    } == {
        "apps": ("crosslink-apps", "crosslink-apps"),
        "apps-orders": ("orders", "crosslink-apps"),
        "apps-shop": ("shop", "crosslink-apps"),
    }
    in_others = {
        resource.type
        for resource in found.resources.values()
        if resource.inputs.get("metadata", {}).get("namespace") in ("orders", "shop")
    }
    assert in_others == {INGRESS}


def test_each_ingress_has_a_class_that_admits_its_namespace_alone():
    """A class for all would cease to admit a namespace before its Ingress is gone, which stops the group."""
    found = built(joined=3)
    for name, namespace, class_name in (
        ("apps", "crosslink-apps", "crosslink-apps"),
        ("apps-orders", "orders", "crosslink-apps.orders"),
        ("apps-shop", "shop", "crosslink-apps.shop"),
    ):
        assert found.one(INGRESS, name).inputs["spec"]["ingressClassName"] == class_name
        for type_ in (CLASS, PARAMETERS):
            assert found.one(type_, name).inputs["metadata"] == {"name": class_name}
        assert found.one(CLASS, name).inputs["spec"]["parameters"]["name"] == class_name
        assert found.one(PARAMETERS, name).inputs["spec"]["namespaceSelector"] == selecting(namespace)


def test_what_is_the_albs_is_said_alike_by_all_parameters_of_the_group():
    for controller, type_ in (("auto", PARAMETERS), ("alb", ALB_PARAMETERS)):
        specs = [
            {key: value for key, value in parameters.inputs["spec"].items() if key != "namespaceSelector"}
            for parameters in built(joined=3, tls=True, controller=controller).of_type(type_)
        ]
        assert specs[0] == specs[1] == specs[2]
        assert specs[0].get("group") == ({"name": "crosslink-apps"} if controller == "auto" else None)


def test_a_namespace_that_is_left_changes_nothing_of_the_others():
    before, after = built(joined=3), built(joined=2)
    assert {urn.rpartition("::")[2] for urn in before.resources.keys() - after.resources.keys()} == {
        "apps-shop"
    }
    assert not [
        resource.name
        for resource in after.resources.values()
        if resource.inputs != before.resources[resource.urn].inputs
    ]


def test_an_existing_service_is_sent_its_path_or_the_root_at_its_own_port():
    found = built(joined=3)
    assert paths(found, "apps-orders") == [
        rule("/orders", "Prefix", "api", {"number": 8080}),
        rule("/", "Prefix", "refunds", {"number": 80}),
    ]
    assert paths(found, "apps-shop") == [rule("/", "Prefix", "front", {"number": 3000})]
    assert conditions(found, "apps-orders") == {"api": "/orders", "refunds": "/orders/refunds"}
    assert conditions(found, "apps-shop") == {"front": "/"}


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
                if not re.search(r"/(conditions|actions)\.|group\.order|target-group-attributes", name)
            }
            for ingress in found.of_type(INGRESS)
        ]
        assert said[0] == said[1] == said[2]
        assert said[0].get("alb.ingress.kubernetes.io/group.name") == (
            "crosslink-apps" if controller == "alb" else None
        )


def test_without_an_image_there_is_no_namespace_and_no_workload():
    found = built(0, 3)
    assert counts(children(found, found.one(COMPONENT))) == {PARAMETERS: 2, CLASS: 2, INGRESS: 2}
    assert {ingress.name for ingress in found.of_type(INGRESS)} == {"apps-orders", "apps-shop"}
    for ingress in found.of_type(INGRESS):
        assert ingress.dependencies == urns(found.one(CLASS, ingress.name))


def test_the_first_service_with_an_image_renames_no_ingress():
    before, after = built(0, 3), built(1, 3)
    assert before.resources.keys() < after.resources.keys()
    assert {
        resource.type
        for resource in before.resources.values()
        if resource.inputs != after.resources[resource.urn].inputs
    } == {INGRESS}


def test_every_ingress_of_the_group_goes_before_its_class_and_the_parameters():
    found = built(joined=3)
    for ingress in found.of_type(INGRESS):
        assert depends(found, ingress, on=found.one(CLASS, ingress.name))
        assert depends(found, ingress, on=found.one(PARAMETERS, ingress.name))
        assert ingress.options.custom_timeouts == {"create": "20m", "delete": "20m"}
    assert found.one(INGRESS, "apps").dependencies == urns(found.one(CLASS, "apps"), *found.of_type(SERVICE))


def test_the_aws_load_balancer_controller_is_told_the_same_in_its_own_terms():
    auto, alb = built(joined=1, tls=True), built(joined=1, tls=True, controller="alb")
    assert auto.of_type(ALB_PARAMETERS) == alb.of_type(PARAMETERS) == []
    spec = dict(auto.one(PARAMETERS, "apps").inputs["spec"])
    del spec["group"]
    spec["certificateArn"] = spec.pop("certificateARNs")
    assert alb.one(ALB_PARAMETERS, "apps").inputs == {
        "apiVersion": "elbv2.k8s.aws/v1beta1",
        "kind": "IngressClassParams",
        "metadata": {"name": "crosslink-apps"},
        "spec": spec,
    }
    assert alb.one(CLASS, "apps").inputs["spec"] == {
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
        "pod-security.kubernetes.io/enforce-version": "v1.36",
    }


def test_in_a_cluster_of_others_the_pods_meet_the_latest_standard():
    labels = built(version=None).one(NAMESPACE).inputs["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce-version"] == "latest"
