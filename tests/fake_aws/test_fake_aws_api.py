"""What the fake AWS makes of APIs and Kubernetes objects, and of faults planted in them."""

import json
from dataclasses import replace
from typing import Any

import pytest

from crosslink.graph import tokens
from crosslink.graph.node import Node
from crosslink.graph.unknown import NotKnownError
from tests import runs
from tests.crosslink.graph.from_aws.support import GATEWAY, changed, first, up, without
from tests.fake_aws import FakeAws


class TestApi:
    def export(self, nodes: list[Node], extensions: str = "integrations,authorizers") -> dict[str, Any]:
        stage = first(nodes, tokens.STAGE)
        answer = (
            FakeAws(nodes)
            .client(*GATEWAY, "apigateway")
            .get_export(
                restApiId=stage.get("restApi"),
                stageName=stage.get("stageName"),
                exportType="oas30",
                parameters={"extensions": extensions},
            )
        )
        return json.loads(answer["body"].read())

    def test_a_new_api_is_its_document(self) -> None:
        defined = json.loads(first(up(), tokens.REST_API).get("body"))
        exported = self.export(up())
        for operations in defined["paths"].values():
            for operation in operations.values():  # API Gateway's own default is told
                operation["x-amazon-apigateway-integration"]["responses"] = {"default": {"statusCode": "200"}}
        assert exported["paths"] == defined["paths"]
        assert exported["servers"][0]["variables"]["basePath"]["default"] == "v1"
        operation = self.export(up(), "authorizers")["paths"]["/svc1"]["x-amazon-apigateway-any-method"]
        assert "x-amazon-apigateway-integration" not in operation

    def test_a_stale_deployment_has_its_own(self) -> None:
        old = {"openapi": "3.0.1", "info": {}, "paths": {"/old": {}}}
        assert list(self.export(changed(up(), tokens.API_DEPLOYMENT, export=json.dumps(old)))["paths"]) == [
            "/old"
        ]

    def test_an_existing_api_has_its_owners_routes_too(self) -> None:
        paths = self.export(up("existing-api"))["paths"]
        assert set(paths) == {
            "/orders",
            *("/team/svc1", "/team/svc1/{proxy+}"),
            *("/team/svc2", "/team/svc2/{proxy+}"),
        }

    def test_a_route_beside_its_owners_is_in_no_other_api(self) -> None:
        nodes = up("existing-api")
        beside = [
            replace(node, properties={**node.properties, "pathPart": "orders", "parentId": None})
            if node.get("pathPart") == "svc1"
            else node
            for node in nodes
        ]
        assert set(self.export(beside)["paths"]["/orders"]) > {"get"}
        assert set(self.export(nodes)["paths"]["/orders"]) == {"get"}

    @pytest.mark.parametrize(
        ("example", "path", "authorization", "key"),
        [
            (None, "/svc1/{proxy+}", "AWS_IAM", False),
            ("existing-api", "/team/svc1/{proxy+}", "AWS_IAM", False),
            ("api-key", "/svc1/{proxy+}", "NONE", True),
        ],
    )
    def test_methods(self, example: str | None, path: str, authorization: str, *, key: bool) -> None:
        nodes = up(example)
        api = first(nodes, tokens.STAGE).get("restApi")
        client = FakeAws(nodes).client(*GATEWAY, "apigateway")
        found = {
            resource["path"]: resource
            for resource in client.get_resources(restApiId=api, embed=["methods"])["items"]
        }
        method = found[path]["resourceMethods"]["ANY"]
        assert (method["authorizationType"], method["apiKeyRequired"]) == (authorization, key)
        assert method["methodIntegration"]["type"] == "HTTP_PROXY"
        assert method["methodIntegration"]["connectionId"] == "${stageVariables.link}"
        bare = {resource["path"]: resource for resource in client.get_resources(restApiId=api)["items"]}
        assert bare[path]["resourceMethods"] == {"ANY": {}}

    def test_limits_of_the_stage(self) -> None:
        stage = FakeAws(up()).client(*GATEWAY, "apigateway").get_stage(restApiId="t46lwpdhy5", stageName="v1")
        settings = stage["methodSettings"]["*/*"]
        assert (settings["throttlingRateLimit"], settings["throttlingBurstLimit"]) == (100.0, 200)

    def test_a_keys_value_is_told_if_asked(self) -> None:
        key = first(up("api-key"), tokens.API_KEY)
        client = FakeAws(up("api-key")).client(*GATEWAY, "apigateway")
        assert "value" not in client.get_api_key(apiKey=key.id)
        assert client.get_api_key(apiKey=key.id, includeValue=True)["value"] == key.get("value")


class TestKubernetes:
    INGRESSES = "/apis/networking.k8s.io/v1/namespaces/crosslink-apps/ingresses"

    def get(self, path: str, nodes: list[Node] | None = None, denied: str = "") -> tuple[int, dict[str, Any]]:
        kubeconfig = runs.run_stack(runs.DEV, preview=False).outputs["kubeconfigs"]["apps"]
        aws = FakeAws(up() if nodes is None else nodes, denied={denied})
        status, body = aws.connect(kubeconfig)(path)
        return status, json.loads(body)

    @pytest.mark.parametrize(
        ("path", "names"),
        [
            (INGRESSES, ["crosslink-apps"]),
            ("/apis/networking.k8s.io/v1/ingressclasses", ["crosslink-apps"]),
            ("/apis/eks.amazonaws.com/v1/ingressclassparams", ["crosslink-apps"]),
            ("/api/v1/namespaces/crosslink-apps/services", ["svc1", "svc2"]),
            ("/apis/apps/v1/namespaces/crosslink-apps/deployments", ["svc1", "svc2"]),
            ("/api/v1/namespaces/default/services", []),
        ],
    )
    def test_lists(self, path: str, names: list[str]) -> None:
        status, answer = self.get(path)
        assert status == 200
        assert [item["metadata"]["name"] for item in answer["items"]] == names
        assert all(("kind" in item) == ("amazonaws" in path) for item in answer["items"])

    def test_one_object(self) -> None:
        status, answer = self.get("/api/v1/namespaces/crosslink-apps")
        assert (status, answer["kind"], answer["metadata"]["name"]) == (200, "Namespace", "crosslink-apps")
        assert self.get("/api/v1/namespaces/gone")[0] == 404

    def test_deployments_run(self) -> None:
        deployments = self.get("/apis/apps/v1/deployments")[1]["items"]
        assert [item["status"]["availableReplicas"] for item in deployments] == [2, 2]
        down = changed(up(), tokens.KUBERNETES_DEPLOYMENT, status={"availableReplicas": 0})
        assert self.get("/apis/apps/v1/deployments", down)[1]["items"][0]["status"] == {
            "availableReplicas": 0
        }

    def test_denied(self) -> None:
        assert self.get(self.INGRESSES, denied="kubernetes:ingresses")[0] == 403

    def test_without_a_cluster_nothing_answers(self) -> None:
        with pytest.raises(NotKnownError):
            self.get(self.INGRESSES, without(up(), tokens.EKS_CLUSTER))
