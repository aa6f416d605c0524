"""The stack output `path`: what it says of every example, and that `reachability` reads it back."""

import json
from pathlib import Path

import pytest

from reachability import tokens
from reachability.declared import Declared
from reachability.facts import Unknown
from reachability.model import Place
from sandbox.graph import declared_of
from settings import Backend, Consumer
from tests.runs import DEV, STACK_FILES, run_stack, settings_of


@pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.stem)
def test_it_says_where_everything_on_the_path_is(file: Path) -> None:
    run, settings = run_stack(file, preview=False), settings_of(file)
    stage = run.one(tokens.STAGE)
    assert run.outputs["path"] == {
        "consumer": party(settings.consumer),
        "api": {
            "id": stage.inputs["restApi"],
            "stage": stage.inputs["stageName"],
            "vpcLinkId": run.one(tokens.VPC_LINK).id,
        },
        "routes": {
            service.path: {"backend": backend.name, "auth": settings.api.auth}
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
            }
            for backend in settings.backends
        },
    }


@pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.stem)
def test_a_preview_says_all_of_it_but_the_ids(file: Path) -> None:
    before, after = declared(file, preview=True), declared(file, preview=False)
    unknown = Unknown("AWS gives it in the up")
    existing = settings_of(file).api.existing
    assert (before.api.id, before.api.vpc_link_id) == (existing.id if existing else unknown, unknown)
    assert {(one.endpoint_id, one.service_id) for one in before.backends.values()} == {(unknown, unknown)}
    assert (before.consumer, before.routes, before.places()) == (
        after.consumer,
        after.routes,
        after.places(),
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


def party(one: Consumer | Backend) -> dict[str, str | None]:
    return {
        "accountId": one.account_id,
        "region": one.region,
        "roleArn": one.role_arn,
        "externalId": one.external_id,
    }
