"""The stack's outputs, for every example: those that are always there, and what its callers need."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from components.consumer.public_api import invoke_policy
from crosslink.sandbox.record import Run
from settings import Settings
from tests.runs import STACK_FILES, run_stack, settings_of

FOR_CALLERS = {"apiKey", "apiKeys", "invokePolicies", "domainTarget"}

each_stack_file = pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.stem)


@each_stack_file
def test_the_outputs_are_those_of_the_readme(file: Path) -> None:
    run, settings = run_stack(file, preview=False), settings_of(file)
    stage = run.one("aws:apigateway/stage:Stage")
    names = [backend.name for backend in settings.backends]
    url = _url(run)
    assert {
        name: run.outputs[name]
        for name in set(run.outputs) - {"kubeconfigs", "logGroups", "path", *FOR_CALLERS}
    } == {
        "url": url,
        "routes": {path: f"{url}{path}" for path in _paths(settings)},
        "restApiId": stage.inputs["restApi"],
        "stage": settings.api.stage,
        "vpcLinkId": run.one("aws:apigateway/vpcLink:VpcLink").id,
        "endpointServices": {
            name: run.one("aws:ec2/vpcEndpointService:VpcEndpointService", f"crosslink-{name}").outputs[
                "serviceName"
            ]
            for name in names
        },
        "endpointAddresses": run.outputs["endpointAddresses"],
    }
    assert run.secret_outputs == {"kubeconfigs"} | (FOR_CALLERS & {"apiKey", "apiKeys"} & set(run.outputs))
    assert sorted(run.outputs["kubeconfigs"]) == sorted(names)


@each_stack_file
def test_what_callers_need_is_among_the_outputs_where_they_need_it_and_only_there(file: Path) -> None:
    run, settings = run_stack(file, preview=False), settings_of(file)
    api, consumer = settings.api, settings.consumer
    auths = {path: api.auth_of(path) for path in _paths(settings)}
    keys = {node.name: node.outputs["value"] for node in run.of_type("aws:apigateway/apiKey:ApiKey")}
    expected: dict[str, object] = {}
    if api.clients:
        expected["apiKeys"] = {client.name: keys.pop(f"crosslink-{client.name}") for client in api.clients}
    elif "apiKey" in auths.values():
        expected["apiKey"] = keys.pop("crosslink")
    assert not keys
    if signed := [path for path, auth in auths.items() if auth == "iam"]:
        arn = f"arn:aws:execute-api:{consumer.region}:{consumer.account_id}:{run.outputs['restApiId']}"
        expected["invokePolicies"] = {path: invoke_policy(arn, api, path) for path in signed}
    if api.domain:
        target = run.one("aws:apigateway/domainName:DomainName").outputs["regionalDomainName"]
        expected["domainTarget"] = target
    assert {name: run.outputs[name] for name in FOR_CALLERS & set(run.outputs)} == expected


@each_stack_file
def test_every_log_group_is_among_the_outputs(file: Path) -> None:
    run, settings = run_stack(file, preview=False), settings_of(file)
    groups = run.outputs["logGroups"]
    assert groups["backends"].keys() == {backend.name for backend in settings.backends}
    for name, of_backend in groups["backends"].items():
        assert (
            of_backend["cluster"]
            == f"/aws/eks/{run.outputs['path']['backends'][name]['clusterName']}/cluster"
        )
    assert ("api" in groups["consumer"]) == (settings.api.existing is None)
    made = [group.outputs["name"] for group in run.of_type("aws:cloudwatch/logGroup:LogGroup")]
    assert sorted(_leaves(groups)) == sorted(made)
    vpcs = len(run.of_type("aws:ec2/vpc:Vpc")) if settings.flow_logs else 0
    assert len(run.of_type("aws:ec2/flowLog:FlowLog")) == vpcs


def test_each_of_these_outputs_is_in_some_example_and_none_is_in_all() -> None:
    shown = [FOR_CALLERS & set(run_stack(file, preview=False).outputs) for file in STACK_FILES]
    assert frozenset().union(*shown) == FOR_CALLERS
    assert frozenset.intersection(*map(frozenset, shown)) == frozenset()


def _leaves(value: str | Mapping[str, Any]) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    else:
        for inner in value.values():
            yield from _leaves(inner)


def _paths(settings: Settings) -> list[str]:
    return [service.path for backend in settings.backends for service in backend.services]


def _url(run: Run) -> str:
    """Under which the stage is called: the name that it is mapped to, or API Gateway's own."""
    for mapping in run.of_type("aws:apigateway/basePathMapping:BasePathMapping"):
        below = mapping.inputs.get("basePath")
        return f"https://{mapping.inputs['domainName']}" + (f"/{below}" if below else "")
    return run.one("aws:apigateway/stage:Stage").outputs["invokeUrl"]
