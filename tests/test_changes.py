"""What a change of the settings changes, and what it must leave alone."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from sandbox import engine, stack_file
from sandbox.record import Run
from tests.runs import DEV, PROGRAM, ROOT
from tests.settings.stack_file import DROP, as_config, edited

DEPLOYMENT = "aws:apigateway/deployment:Deployment"
REST_API = "aws:apigateway/restApi:RestApi"
EXISTING = ROOT / "examples" / "Pulumi.existing-api.yaml"
APPS = "crosslink:backends[0]"
BILLING = {
    "name": "billing",
    "slot": 1,
    "accountId": "333333333333",
    "region": "us-east-1",
    "network": {"cidr": "10.20.0.0/16", "zoneIds": ["use1-az2", "use1-az4"]},
    "cluster": {"publicAccessCidrs": ["203.0.113.0/24"]},
    "services": [{"name": "ledger", "path": "/ledger", "image": "hashicorp/http-echo:1.0", "port": 8080}],
}
SVC3 = {"name": "svc3", "path": "/svc3", "image": "hashicorp/http-echo:1.0", "port": 8080}

REDEPLOYED = {
    "a path": {f"{APPS}.services[0].path": "/svc9"},
    "a service more": {f"{APPS}.services[2]": SVC3},
    "a service less": {f"{APPS}.services[1]": DROP},
    "a backend more": {"crosslink:backends[1]": BILLING},
    "the backend's name": {f"{APPS}.name": "shop"},
    "the backend's slot": {f"{APPS}.slot": 7},
    "the backends' domain": {"crosslink:api.backendDomain": "internal.example.org"},
    "the authentication": {"crosslink:api.auth": "apiKey"},
    "no authentication": {"crosslink:api.auth": "none", "crosslink:api.allowUnauthenticated": True},
}
NOT_REDEPLOYED = {
    f"{APPS}.services[0].image": "hashicorp/http-echo:0.2",
    f"{APPS}.services[0].port": 9090,
    f"{APPS}.services[0].name": "renamed",
    f"{APPS}.services[0].replicas": 3,
    f"{APPS}.network.zoneIds[2]": "use1-az4",
    f"{APPS}.acceptance": "manual",
    "crosslink:api.throttle": {"rate": 1, "burst": 2},
    "crosslink:api.logs": {"retentionDays": 30},
    "crosslink:api.stage": "v2",
    "crosslink:consumer.tags": {"owner": "someone"},
}
"""Made in one run: if one of them mattered, the trigger would differ."""


@cache
def _base(existing: bool) -> Run:
    return _run({}, existing=existing)


@cache
def _redeployed(what: str) -> Run:
    return _run(REDEPLOYED[what])


def _run(edits: Mapping[str, Any], *, existing: bool = False) -> Run:
    """A preview with some settings changed."""
    config = stack_file.read(EXISTING if existing else DEV, engine.PROJECT).config
    file = {key: json.loads(text) for key, text in config.items()}
    values = {key: text for key, text in as_config(edited(file, edits)).items() if text is not None}
    return engine.run(PROGRAM, stack="dev", config=values, preview=True)


def _trigger(run: Run) -> Mapping[str, str]:
    return run.one(DEPLOYMENT).inputs["triggers"]


@pytest.mark.parametrize("what", REDEPLOYED)
def test_what_the_api_says_is_redeployed(what: str) -> None:
    assert _trigger(_redeployed(what)) != _trigger(_base(existing=False))


@pytest.mark.parametrize("what", ["a path", "the authentication"])
def test_so_it_is_on_an_existing_api(what: str) -> None:
    assert _trigger(_run(REDEPLOYED[what], existing=True)) != _trigger(_base(existing=True))


@pytest.mark.parametrize("existing", [False, True], ids=["new", "existing"])
def test_nothing_else_is_redeployed(existing: bool) -> None:
    assert _trigger(_run(NOT_REDEPLOYED, existing=existing)) == _trigger(_base(existing))


def test_the_trigger_covers_the_whole_document_and_is_known_in_a_preview() -> None:
    """Nothing that an update removes stays live: the document is updated, and only then deployed."""
    run = _base(existing=False)
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
    body = json.loads(_redeployed("a service less").one(REST_API).inputs["body"])
    assert sorted(body["paths"]) == ["/svc1", "/svc1/{proxy+}"]


def test_a_backend_more_changes_only_what_both_share() -> None:
    assert _changed(_redeployed("a backend more")) == {
        # One more path, and its deployment.
        "aws:apigateway/restApi:RestApi crosslink",
        "aws:apigateway/deployment:Deployment crosslink",
    }


def test_a_zone_more_changes_only_lists_of_zones() -> None:
    assert _changed(_run({f"{APPS}.network.zoneIds[2]": "use1-az4"})) == {
        "aws:lb/loadBalancer:LoadBalancer crosslink-apps",
        "aws:ec2/vpcEndpoint:VpcEndpoint crosslink-apps",
        "eks:index:Cluster crosslink-apps",
        "aws:eks/cluster:Cluster crosslink-apps-eksCluster",
        "kubernetes:eks.amazonaws.com/v1:IngressClassParams crosslink-apps",
        "kubernetes:networking.k8s.io/v1:Ingress crosslink-apps",
    }


def test_a_service_more_changes_only_what_names_it() -> None:
    assert _changed(_redeployed("a service more")) == {
        "aws:apigateway/restApi:RestApi crosslink",
        "aws:apigateway/deployment:Deployment crosslink",
        "kubernetes:networking.k8s.io/v1:Ingress crosslink-apps",
    }


def _changed(after: Run) -> set[str]:
    """The resources of the unchanged stack that a change gives other inputs; none of them may be gone.

    Ids are unknown here, so what an input refers to is compared by its property dependencies.
    """
    before = _base(existing=False)
    assert set(before.resources) <= set(after.resources)
    return {
        f"{resource.type} {resource.name}"
        for urn, resource in before.resources.items()
        if (resource.inputs, resource.property_dependencies)
        != (after.resources[urn].inputs, after.resources[urn].property_dependencies)
    }
