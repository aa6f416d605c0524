"""Kubernetes objects as the API server of their cluster's version would take them."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crosslink.sandbox import manifests
from crosslink.sandbox.record import ProgramError, Resource, Run
from tests.runs import DEV, STACK_FILES, run_stack

CLUSTER = "aws:eks/cluster:Cluster"
HPA = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
PARAMETERS = "kubernetes:eks.amazonaws.com/v1:IngressClassParams"
SERVICE = "kubernetes:core/v1:Service"


@pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.stem)
def test_every_example_is_taken(file: Path) -> None:
    manifests.check(run_stack(file, preview=False))


@pytest.mark.parametrize(
    ("type_", "path", "value", "refusal"),
    [
        (DEPLOYMENT, "spec.replicas", "two", "spec.replicas: 'two' is not of type 'integer', 'null'"),
        (
            DEPLOYMENT,
            "spec.template.spec.containerz",
            [],
            "spec.template.spec: Additional properties are not allowed ('containerz' was unexpected)",
        ),
        (SERVICE, "kind", "Servant", "Couldn't find schema for kind Servant with api version v1"),
        (PARAMETERS, "spec.scheme", "private", "spec.scheme: 'private' is not one of ['internal',"),
        (PARAMETERS, "spec.subnets.tags", {}, "spec.subnets: Additional properties are not allowed ('tags'"),
        (PARAMETERS, "specs", {}, "it: Additional properties are not allowed ('specs' was unexpected)"),
    ],
)
def test_a_refusal_names_the_object_and_the_field(type_: str, path: str, value: object, refusal: str) -> None:
    run = run_stack(DEV, preview=False)
    resource = run.of_type(type_)[0]
    with pytest.raises(ProgramError) as refused:
        manifests.check(_with(run, replace(resource, inputs=_set(resource.inputs, path, value))))
    assert str(refused.value).startswith(f"{resource}: {refusal}")


AUTOSCALER = {
    "apiVersion": "autoscaling/v2",
    "kind": "HorizontalPodAutoscaler",
    "metadata": {"name": "svc1", "namespace": "crosslink-apps"},
    "spec": {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "svc1"},
        "minReplicas": 2.0,
        "maxReplicas": 6.0,
    },
}


@pytest.mark.parametrize(
    ("field", "value", "refusal"),
    [
        (
            "resources",
            {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "1500m", "memory": "512Mi"}},
            "resources.requests.memory: 1Gi is more than the limit of 512Mi",
        ),
        ("livenessProbe", {"httpGet": {"port": 80}, "successThreshold": 2}, "livenessProbe.successThreshold"),
        ("startupProbe", {"exec": {}, "successThreshold": 3}, "startupProbe.successThreshold: must be 1"),
    ],
)
def test_what_a_schema_takes_may_be_refused(field: str, value: object, refusal: str) -> None:
    run = run_stack(DEV, preview=False)
    resource = run.of_type(DEPLOYMENT)[0]
    template = resource.inputs["spec"]["template"]
    [container] = template["spec"]["containers"]
    containers = [{**container, field: value}]
    inputs = _set(resource.inputs, "spec.template.spec.containers", containers)
    with pytest.raises(ProgramError) as refused:
        manifests.check(_with(run, replace(resource, inputs=inputs)))
    assert str(refused.value).startswith(f"{resource}: spec.template.spec.containers[0].{refusal}")


def test_an_autoscaler_has_no_more_at_least_than_at_most() -> None:
    run = run_stack(DEV, preview=False)
    resource = replace(run.of_type(DEPLOYMENT)[0], type=HPA, urn="hpa", inputs=AUTOSCALER)
    manifests.check(_with(run, resource))
    with pytest.raises(ProgramError, match=r"maxReplicas: 6 is less than minReplicas, 7"):
        manifests.check(_with(run, replace(resource, inputs=_set(AUTOSCALER, "spec.minReplicas", 7.0))))


def test_a_version_without_schemas_is_refused() -> None:
    run = run_stack(DEV, preview=False)
    cluster = run.one(CLUSTER)
    with pytest.raises(ProgramError, match=r"does not support version 9\.9"):
        manifests.check(_with(run, replace(cluster, inputs={**cluster.inputs, "version": "9.9"})))


def _with(run: Run, changed: Resource) -> Run:
    return replace(run, resources={**run.resources, changed.urn: changed})


def _set(inputs: Mapping[str, Any], path: str, value: object) -> dict[str, Any]:
    """A copy of nested objects with one value set."""
    key, _, below = path.partition(".")
    return {**inputs, key: _set(inputs[key], below, value) if below else value}


@pytest.mark.parametrize(
    "key", ["eks:eks-cluster-name", "kubernetes.io/cluster/apps", "karpenter.sh/nodepool"]
)
def test_a_node_class_with_a_tag_of_the_controllers_is_refused(key: str) -> None:
    run = run_stack(DEV, preview=False)
    node_class = run.one("kubernetes:eks.amazonaws.com/v1:NodeClass")
    spec = {**node_class.inputs["spec"], "tags": {key: "apps"}}
    changed = replace(node_class, inputs={**node_class.inputs, "spec": spec})
    with pytest.raises(ProgramError, match=r"spec\.tags"):
        manifests.check(replace(run, resources={**run.resources, node_class.urn: changed}))
