"""What a change of the settings changes, and what it must leave alone."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from crosslink.sandbox.record import Run
from tests.redeployments import APPS, api_alone, api_base, base, redeployed, whole

DEPLOYMENT = "aws:apigateway/deployment:Deployment"
REST_API = "aws:apigateway/restApi:RestApi"


def test_the_trigger_covers_the_whole_document_and_is_known_in_a_preview() -> None:
    """Nothing that an update removes stays live: the document is updated, and only then deployed."""
    run = base()
    api, deployment = run.one(REST_API), run.one(DEPLOYMENT)
    assert sorted(json.loads(api.inputs["body"])["paths"]) == [
        "/svc1",
        "/svc1/{proxy+}",
        "/svc2",
        "/svc2/{proxy+}",
    ]
    assert api.inputs["putRestApiMode"] == "overwrite"
    assert deployment.property_dependencies["restApi"] == {api.urn}
    # What isn't in the document isn't in the API: no single resource of it stands beside the document.
    assert {r.type for r in run.resources.values() if r.type.startswith("aws:apigateway/")} == {
        REST_API,
        DEPLOYMENT,
        "aws:apigateway/stage:Stage",
        "aws:apigateway/methodSettings:MethodSettings",
        "aws:apigateway/vpcLink:VpcLink",
    }


def test_a_removed_route_leaves_the_document() -> None:
    body = json.loads(redeployed("a service less").one(REST_API).inputs["body"])
    assert sorted(body["paths"]) == ["/svc1", "/svc1/{proxy+}"]


def test_a_backend_more_changes_only_what_both_share() -> None:
    assert _changed(base(), redeployed("a backend more")) == {
        # One more path, and its deployment.
        "aws:apigateway/restApi:RestApi crosslink",
        "aws:apigateway/deployment:Deployment crosslink",
    }


def test_a_zone_more_changes_only_lists_of_zones() -> None:
    assert _changed(base(), whole({f"{APPS}.network.zoneIds[2]": "use1-az4"})) == {
        "aws:lb/loadBalancer:LoadBalancer crosslink-apps",
        "aws:ec2/vpcEndpoint:VpcEndpoint crosslink-apps",
        "eks:index:Cluster crosslink-apps",
        "aws:eks/cluster:Cluster crosslink-apps-eksCluster",
        "kubernetes:eks.amazonaws.com/v1:IngressClassParams crosslink-apps",
        "kubernetes:eks.amazonaws.com/v1:NodeClass crosslink-apps",
        "kubernetes:networking.k8s.io/v1:Ingress crosslink-apps",
        "kubernetes:networking.k8s.io/v1:NetworkPolicy crosslink-apps-svc1",
        "kubernetes:networking.k8s.io/v1:NetworkPolicy crosslink-apps-svc2",
    }


def test_a_service_more_changes_only_what_names_it() -> None:
    assert _changed(base(), redeployed("a service more")) == {
        "aws:apigateway/restApi:RestApi crosslink",
        "aws:apigateway/deployment:Deployment crosslink",
        "kubernetes:networking.k8s.io/v1:Ingress crosslink-apps",
    }


@pytest.mark.parametrize("existing", [False, True], ids=["new", "existing"])
@pytest.mark.parametrize(
    "more",
    [
        {"clients[1]": {"name": "kiosk"}},
        {'routes["/orders"].throttle': {"rate": 1, "burst": 2}},
    ],
    ids=["client", "throttle"],
)
def test_a_client_or_a_routes_limit_more_changes_nothing(more: Mapping[str, Any], existing: bool) -> None:
    before, after = api_base(existing=existing), api_alone(more, existing=existing)
    assert len(after.resources) > len(before.resources)
    assert _changed(before, after) == set()


def _changed(before: Run, after: Run) -> set[str]:
    """The resources of the unchanged stack that a change gives other inputs; none of them may be gone.

    Ids are unknown here, so what an input refers to is compared by its property dependencies.
    """
    assert set(before.resources) <= set(after.resources)
    return {
        f"{resource.type} {resource.name}"
        for urn, resource in before.resources.items()
        if (resource.inputs, resource.property_dependencies)
        != (after.resources[urn].inputs, after.resources[urn].property_dependencies)
    }
