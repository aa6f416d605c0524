"""The stack output `path`: what it says of every example, and that it is read back."""

import json
from pathlib import Path

import pytest

from crosslink.graph import tokens
from crosslink.graph.from_sandbox import declared_of
from crosslink.graph.unknown import Unknown
from crosslink.path.intent import Place
from crosslink.path.output import Declared
from settings import Backend, Consumer
from tests.runs import DEV, STACK_FILES, file_of, run_stack, settings_of


@pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.stem)
def test_the_output_of_every_example(file: Path) -> None:
    run, settings = run_stack(file, preview=False), settings_of(file)
    stage, api = run.one(tokens.STAGE), settings.api
    mapping = next((resource.inputs for resource in run.of_type(tokens.BASE_PATH_MAPPING)), {})
    assert run.outputs["path"] == {
        "consumer": party(settings.consumer),
        "api": {
            "id": stage.inputs["restApi"],
            "stage": stage.inputs["stageName"],
            "vpcLinkId": run.one(tokens.VPC_LINK).id,
            "existing": not run.of_type(tokens.REST_API),
            "sourceIps": [str(network) for network in api.source_ips],
            "userPoolArn": api.cognito.user_pool_arn if api.cognito else None,
            "functionArn": api.lambda_.function_arn if api.lambda_ else None,
            "tokenHeader": api.lambda_.header if api.lambda_ else None,
            "domain": mapping.get("domainName"),
            "basePath": mapping.get("basePath"),
        },
        "routes": {
            service.path: {
                "backend": backend.name,
                "auth": api.auth_of(service.path),
                "methods": list(api.route(service.path).methods),
                "principals": list(api.route(service.path).principals),
                "scopes": list(api.route(service.path).scopes),
                "cors": api.route(service.path).cors is not None,
            }
            for backend in settings.backends
            for service in backend.services
        },
        "backends": {
            backend.name: {
                **party(backend),
                "endpointId": run.one(tokens.ENDPOINT, f"crosslink-{backend.name}").id,
                "serviceId": run.one(tokens.ENDPOINT_SERVICE, f"crosslink-{backend.name}").id,
                "clusterName": run.one("eks:index:Cluster", f"crosslink-{backend.name}").inputs["name"],
                "namespace": run.one(tokens.NAMESPACE, f"crosslink-{backend.name}").inputs["metadata"][
                    "name"
                ],
                "tlsDomain": backend.tls.domain if backend.tls else None,
            }
            for backend in settings.backends
        },
    }


def test_it_has_the_auth_of_each_route() -> None:
    nothing = {"methods": [], "principals": [], "scopes": [], "cors": False}
    path = run_stack(file_of("mixed"), preview=False).outputs["path"]
    assert path["routes"] == {
        "/orders": {
            **nothing,
            "backend": "apps",
            "auth": "iam",
            "principals": ["arn:aws:iam::111111111111:role/shop"],
        },
        "/catalog": {
            "backend": "apps",
            "auth": "cognito",
            "methods": ["GET"],
            "principals": [],
            "scopes": ["catalog/read"],
            "cors": True,
        },
        "/partners": {**nothing, "backend": "apps", "auth": "apiKey"},
        "/webhooks": {**nothing, "backend": "apps", "auth": "lambda", "methods": ["POST"]},
        "/status": {**nothing, "backend": "apps", "auth": "none", "methods": ["GET", "HEAD"]},
    }
    assert path["api"]["sourceIps"] == ["203.0.113.0/24"]
    assert path["api"]["functionArn"] == "arn:aws:lambda:us-west-2:111111111111:function:authorize:live"


@pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.stem)
def test_a_preview_knows_all_of_it_except_ids(file: Path) -> None:
    before, after = declared(file, preview=True), declared(file, preview=False)
    unknown = Unknown("AWS gives it in the up")
    existing = settings_of(file).api.existing
    assert (before.api.id, before.api.vpc_link_id) == (existing.id if existing else unknown, unknown)
    assert {(backend.endpoint_id, backend.service_id) for backend in before.backends.values()} == {
        (unknown, unknown)
    }
    given = {"id": None, "vpc_link_id": None}
    assert (before.consumer, before.routes, before.places(), before.api.model_copy(update=given)) == (
        after.consumer,
        after.routes,
        after.places(),
        after.api.model_copy(update=given),
    )


def test_it_is_read_back_from_what_the_cli_prints() -> None:
    printed = json.dumps(run_stack(DEV, preview=False).outputs["path"])
    found = Declared.model_validate_json(printed)
    assert found == declared(DEV, preview=False)
    assert found.consumer.role_arn == "arn:aws:iam::111111111111:role/crosslink-deploy"
    assert found.backends["apps"].place == Place(account="222222222222", region="us-east-1")


def declared(file: Path, *, preview: bool) -> Declared:
    found = declared_of(run_stack(file, preview=preview))
    assert found
    return found


def party(side: Consumer | Backend) -> dict[str, object]:
    return {
        "accountId": side.account_id,
        "region": side.region,
        "roleArn": side.role_arn,
        "previewRoleArn": side.preview_role_arn,
        "externalId": side.external_id,
    }
