"""The stack's outputs, for every example: those that are always there, and what its callers need."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from components.consumer.public_api import invoke_policy
from crosslink.graph import tokens
from crosslink.sandbox import engine
from crosslink.sandbox.record import Run
from settings import Api, Cluster, Consumer, Settings
from settings.backend import ClusterBackend
from settings.version import VERSION
from tests.runs import LINKS, PROGRAM, STACK_FILES, file_of, run_stack, settings_of
from tests.settings.stack_file import StackFile, as_config, parsed

MARKER = "hush-4711"
FOR_CALLERS = {"apiKey", "apiKeys", "invokePolicies", "domainTarget"}

each_stack_file = pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.stem)


@each_stack_file
def test_the_outputs_are_those_of_the_readme(file: Path) -> None:
    run, settings = run_stack(file, preview=False), settings_of(file)
    expected: dict[str, object] = {
        "version": VERSION,
        "endpointServices": {
            backend.name: run.one(tokens.ENDPOINT_SERVICE, f"crosslink-{backend.name}").outputs["serviceName"]
            for backend in settings.provided
        },
    }
    if settings.api:
        stage, url = run.one(tokens.STAGE), _url(run)
        expected |= {
            "url": url,
            "routes": {path: f"{url}{path}" for path in _paths(settings)},
            "restApiId": stage.inputs["restApi"],
            "stage": settings.api.stage,
            "vpcLinkId": run.one(LINKS[settings.api.vpc_link]).id,
            "endpointAddresses": run.outputs["endpointAddresses"],
        }
    apart = {"dashboards", "kubeconfigs", "logGroups", "path", "published", *FOR_CALLERS}
    assert {name: run.outputs[name] for name in set(run.outputs) - apart} == expected
    clusters = [backend.name for backend in settings.backends if isinstance(backend, ClusterBackend)]
    assert sorted(run.outputs["kubeconfigs"]) == sorted(clusters)
    secret = FOR_CALLERS & {"apiKey", "apiKeys"} & set(run.outputs)
    assert run.secret_outputs == secret | ({"kubeconfigs"} if clusters else set())


@each_stack_file
def test_what_callers_need_is_among_the_outputs_where_they_need_it_and_only_there(file: Path) -> None:
    run, settings = run_stack(file, preview=False), settings_of(file)
    expected = _for_callers(run, settings.consumer, settings.api, _paths(settings)) if settings.api else {}
    assert {name: run.outputs[name] for name in FOR_CALLERS & set(run.outputs)} == expected


def _for_callers(run: Run, consumer: Consumer | None, api: Api, paths: list[str]) -> Mapping[str, object]:
    assert consumer
    auths = {path: api.auth_of(path) for path in paths}
    keys = {node.name: node.outputs["value"] for node in run.of_type(tokens.API_KEY)}
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
        expected["domainTarget"] = run.one(tokens.DOMAIN_NAME).outputs["regionalDomainName"]
    return expected


@each_stack_file
def test_every_log_group_is_among_the_outputs(file: Path) -> None:
    run, settings = run_stack(file, preview=False), settings_of(file)
    groups = run.outputs["logGroups"]
    assert groups["backends"].keys() == {backend.name for backend in settings.provided}
    for backend in settings.provided:
        made = isinstance(backend, ClusterBackend) and isinstance(backend.cluster, Cluster)
        cluster = run.outputs["path"]["backends"][backend.name]["clusterName"]
        expected = f"/aws/eks/{cluster}/cluster" if made else None
        assert groups["backends"][backend.name].get("cluster") == expected
    assert ("consumer" in groups) == (settings.consumer is not None)
    if settings.api:
        assert ("api" in groups["consumer"]) == (settings.api.existing is None)
    made = [group.outputs["name"] for group in run.of_type("aws:cloudwatch/logGroup:LogGroup")]
    assert sorted(_leaves(groups)) == sorted(made)
    vpcs = len(run.of_type(tokens.VPC)) if settings.flow_logs else 0
    assert len(run.of_type("aws:ec2/flowLog:FlowLog")) == vpcs


@each_stack_file
def test_a_stack_without_an_api_publishes_its_backends_and_no_other_does(file: Path) -> None:
    run, settings = run_stack(file, preview=False), settings_of(file)
    assert ("published" in run.outputs) == (settings.api is None)
    assert run.outputs.get("published", {}).keys() == (
        set() if settings.api else {backend.name for backend in settings.backends}
    )


def test_what_is_published_is_what_another_stack_writes_in_its_file() -> None:
    run = run_stack(file_of("provider-only"), preview=False)
    apps = {
        "accountId": "222222222222",
        "region": "us-east-1",
        "service": {
            "name": run.outputs["endpointServices"]["apps"],
            "port": 80,
            "zoneIds": ["use1-az1", "use1-az2"],
            "healthPath": "/healthz",
        },
        "tls": None,
        "paths": {"/svc1": {"stripPrefix": False}, "/svc2": {"stripPrefix": True}},
    }
    assert run.outputs["published"] == {"apps": apps}
    written = config_of("consumer-only")
    by_reference = parsed(
        written, outputs=lambda _: {"published": json.loads(json.dumps(run.outputs["published"]))}
    )
    written["crosslink:backends"] = [{"name": "apps", **apps}]
    assert parsed(written) == by_reference == settings_of(file_of("consumer-only"))


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "up"])
def test_no_secret_is_published(preview: bool) -> None:
    config = config_of("provider-only")
    backend = config["crosslink:backends"][0]
    for service in backend["services"]:
        service["env"] = {"TOKEN": MARKER}
    given = {name: text for name, text in as_config(config).items() if text is not None}
    run = engine.run(PROGRAM, config=given, secret_keys=frozenset({"crosslink:backends"}), preview=preview)
    assert MARKER in str([found.inputs for found in run.of_type("kubernetes:core/v1:Secret")])
    assert run.outputs["published"]["apps"]["paths"]
    assert MARKER not in str(run.outputs["published"])
    assert "published" not in run.secret_outputs


def config_of(stack: str) -> StackFile:
    """The configuration of an example, as it stands in its file."""
    return YAML(typ="safe").load(file_of(stack))["config"] | {"crosslink:allowPlaceholders": True}


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
    return [served.path for _, served in settings.routes]


def _url(run: Run) -> str:
    """Under which the stage is called: the name that it is mapped to, or API Gateway's own."""
    for mapping in run.of_type(tokens.BASE_PATH_MAPPING):
        below = mapping.inputs.get("basePath")
        return f"https://{mapping.inputs['domainName']}" + (f"/{below}" if below else "")
    return run.one(tokens.STAGE).outputs["invokeUrl"]


@each_stack_file
def test_each_side_with_alarms_has_a_dashboard(file: Path) -> None:
    run, settings = run_stack(file, preview=False), settings_of(file)
    consumer = settings.consumer and settings.consumer.alarms
    ids = {service.name: service.id for service in run.of_type(tokens.ENDPOINT_SERVICE)}
    own = {b.name: f"crosslink-{b.name}" for b in settings.provided if b.alarms}
    backends = {name: f"{side}-{ids[side]}" for name, side in own.items()}
    expected = ({"consumer": f"crosslink-{run.outputs['vpcLinkId']}"} if consumer else {}) | (
        {"backends": backends} if backends else {}
    )
    assert run.outputs.get("dashboards", {}) == expected
    made = run.of_type("aws:cloudwatch/dashboard:Dashboard")
    assert len(made) == bool(consumer) + len(backends)
