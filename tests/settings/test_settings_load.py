"""From a stack's configuration to settings: what is read, which faults are reported, what stays secret."""

import contextvars
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.runtime import set_all_config
from pydantic import SecretStr
from ruamel.yaml import YAML

from settings import BackendNetwork, Cluster, Service, Settings, SettingsError, load, parse
from settings.kubernetes_versions import DEFAULT
from settings.logs import FlowLogs, Logs
from settings.route import RouteSettings
from tests.settings.stack_file import (
    DROP,
    STACK_FILE,
    api_of,
    as_config,
    clusters_of,
    consumer_of,
    edited,
    parsed,
)

DEV_FILE = Path(__file__).parents[2] / "Pulumi.dev.yaml"
BACKENDS = "crosslink:backends"
ENV = "crosslink:backends[0].services[0].env"


def loaded(config: dict[str, str | None], secret_keys: list[str] | None = None) -> Settings:
    """The settings that `load` returns with this configuration, without an effect on other tests."""

    def run() -> Settings:
        set_all_config({name: text for name, text in config.items() if text is not None}, secret_keys or [])
        return load()

    return contextvars.copy_context().run(run)


@pytest.fixture(autouse=True)
def _stack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulumi, "get_stack", lambda: "dev")


def test_the_dev_file() -> None:
    config = YAML(typ="safe", pure=True).load(DEV_FILE)["config"]
    settings = parse(as_config(config | {"crosslink:allowPlaceholders": True}), "dev")
    assert consumer_of(settings).region == "us-west-2"
    assert [served.path for backend in settings.backends for served in backend.served] == ["/svc1", "/svc2"]


def test_defaults() -> None:
    settings = parsed(edited(STACK_FILE, {"crosslink:tags": DROP, "crosslink:consumer.roleArn": DROP}))
    consumer, api, backend = consumer_of(settings), api_of(settings), clusters_of(settings)[0]
    network, cluster, service = backend.network, backend.cluster, backend.services[0]
    assert isinstance(network, BackendNetwork)
    assert isinstance(cluster, Cluster)
    assert isinstance(service, Service)
    assert (consumer.role_arn, consumer.external_id, settings.tags) == (None, None, {})
    assert (backend.slot, backend.acceptance, network.nat) == (0, "automatic", "single")
    assert (backend.endpoint_addresses, backend.allowed_principals) == ({}, ())
    assert (cluster.version, cluster.admins, cluster.key_arn) == (DEFAULT, (), None)
    assert (consumer.permissions_boundary, backend.permissions_boundary) == (None, None)
    assert [landing.connection for landing in consumer.landings.values()] == ["peering"]
    assert (cluster.log_retention_days, settings.flow_logs) == (365, None)
    assert (service.strip_prefix, service.args, service.env, service.replicas, service.health.path) == (
        False,
        (),
        {},
        2,
        "/",
    )
    assert (api.stage, api.auth, api.allow_unauthenticated) == ("v1", "iam", False)
    assert (api.cognito, api.lambda_, api.source_ips, api.clients, api.domain) == (None, None, (), (), None)
    assert (api.web_acl_arn, api.routes, settings.protect) == (None, {}, False)
    assert (api.throttle.rate, api.throttle.burst, api.backend_domain) == (100, 200, "crosslink.example.com")


def service_of(settings: Settings) -> Service:
    service = clusters_of(settings)[0].services[0]
    assert isinstance(service, Service)
    return service


@pytest.mark.parametrize("name", ["hashicorp/http-echo:1.0", "registry.example.com:5000/team/svc1"])
def test_an_image_may_be_named_by_its_digest(name: str) -> None:
    image = f"{name}@sha256:{'0123456789abcdef' * 4}"
    settings = parsed(edited(STACK_FILE, {"crosslink:backends[0].services[0].image": image}))
    assert service_of(settings).image == image


EXISTING = {
    "crosslink:api": {"existing": {"id": "a1b2c3d4e5", "rootResourceId": "abc123"}},
}


@pytest.mark.parametrize(
    ("edits", "logs"),
    [
        ({}, Logs(retention_days=365, account_role="existing")),
        ({"crosslink:api.logs": {"accountRole": "managed"}}, Logs(account_role="managed")),
        ({"crosslink:api.logs": False}, None),
        (EXISTING, None),
        (EXISTING | {"crosslink:api.logs": {}}, Logs()),
    ],
    ids=["new", "new, role managed", "new, switched off", "existing", "existing, switched on"],
)
def test_a_new_api_has_access_logs_and_an_existing_one_if_it_is_set(
    edits: dict[str, Any], logs: Logs | None
) -> None:
    assert api_of(parsed(edited(STACK_FILE, edits))).logs == logs


def test_flow_logs_are_kept_as_long_as_it_is_set() -> None:
    file = edited(STACK_FILE, {"crosslink:flowLogs": {"retentionDays": 90}})
    assert parsed(file).flow_logs == FlowLogs(retention_days=90)


def test_defaults_of_a_route() -> None:
    edits = {
        "crosslink:api.routes": {"/svc1": {"auth": "lambda", "cors": {"origins": ["*"]}}},
        "crosslink:api.lambda": {"functionArn": "arn:aws:lambda:us-west-2:111111111111:function:authorize"},
    }
    api = api_of(parsed(edited(STACK_FILE, edits)))
    route, function = api.route("/svc1"), api.lambda_
    assert api.route("/svc2") == RouteSettings()
    assert (route.allow_unauthenticated, route.principals, route.scopes, route.methods) == (False, (), (), ())
    assert (route.throttle, route.timeout_seconds) == (None, 29)
    assert route.cors
    assert (route.cors.max_age_seconds, route.cors.headers[0]) == (600, "Authorization")
    assert function
    assert (function.type, function.header, function.cache_seconds) == ("token", "Authorization", 300)


PREVIEW_ROLES = {
    "crosslink:consumer.previewRoleArn": "arn:aws:iam::111111111111:role/look",
    "crosslink:backends[0].previewRoleArn": "arn:aws:iam::222222222222:role/look",
}


@pytest.mark.parametrize(("as_preview", "role"), [(None, "deploy"), ("false", "deploy"), ("true", "look")])
def test_a_preview_role_replaces_the_other_if_the_environment_says_so(
    as_preview: str | None, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if as_preview:
        monkeypatch.setenv("CROSSLINK_AS_PREVIEW", as_preview)
    settings = loaded(as_config(edited(STACK_FILE, PREVIEW_ROLES)))
    parties = [consumer_of(settings), *settings.provided]
    assert [party.role_arn for party in parties] == [
        f"arn:aws:iam::111111111111:role/{role}",
        f"arn:aws:iam::222222222222:role/{role}",
        None,
    ]
    assert [party.preview_role_arn for party in parties] == [*PREVIEW_ROLES.values(), None]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "1",
            'CROSSLINK_AS_PREVIEW = "1"\n    must be true or false, or not be set\n'
            "    # export CROSSLINK_AS_PREVIEW=true",
        ),
        (
            "true",
            "crosslink:backends[0].previewRoleArn is missing\n"
            "    must be set: it replaces roleArn in previews of pull requests\n"
            "    previewRoleArn: arn:aws:iam::222222222222:role/crosslink-preview",
        ),
    ],
    ids=["another value", "a role without a preview role"],
)
def test_a_preview_without_its_roles_is_refused(said: str, told: str) -> None:
    role = {"crosslink:consumer.previewRoleArn": PREVIEW_ROLES["crosslink:consumer.previewRoleArn"]}
    with pytest.raises(SettingsError) as error:
        parsed(edited(STACK_FILE, role), as_preview=said)
    assert [str(fault) for fault in error.value.faults] == [told]


@pytest.mark.parametrize("protect", [True, False])
def test_a_stack_is_protected_if_it_is_set(protect: bool) -> None:
    assert loaded(as_config(edited(STACK_FILE, {"crosslink:protect": protect}))).protect is protect


def test_load_reads_the_stack_s_configuration() -> None:
    assert loaded(as_config(STACK_FILE)) == parsed(STACK_FILE)


def test_load_reports_all_faults_in_one_error_without_traceback() -> None:
    edits = {
        "crosslink:consumer.region": "us-west2",
        "crosslink:backends[0].services[0].port": "80",
        "crosslink:backends[1].externalId": "partner",
        "crosslink:api.throttle": {"rate": 300},
    }
    with pytest.raises(pulumi.RunError) as error:
        loaded(as_config(edited(STACK_FILE, edits)))
    assert error.value.__suppress_context__
    text = str(error.value)
    assert text.startswith("4 faults in the settings of stack dev:\n\n")
    for path in (
        "consumer.region =",
        "backends[0].services[0].port =",
        "backends[1].externalId =",
        "throttle.burst =",
    ):
        assert f"\n\ncrosslink:{path}" in text or f"crosslink:api.{path}" in text


def test_an_invalid_backend_neither_hides_nor_causes_faults_of_another() -> None:
    edits = {
        "crosslink:backends[0].name": "",
        "crosslink:backends[1].network.zoneIds": ["usw2-az1", "use1-az1"],
    }
    with pytest.raises(SettingsError) as error:
        parse(as_config(edited(STACK_FILE, edits)), "dev")
    assert [fault.path for fault in error.value.faults] == [
        "crosslink:backends[0].name",
        "crosslink:backends[1].network.zoneIds[1]",
    ]


SECRETS = {
    "a bad value": {f"{ENV}.TOKEN": 4711_0815, f"{ENV}.NAME": "hush-hush"},
    "an unknown key": {f"{ENV}.A": "hush-hush", "crosslink:backends[0].hush": "hush-hush"},
    "the whole key": {BACKENDS: "hush-hush"},
    "in a list": {"crosslink:backends[0].services[0].args": ["hush-hush", 47110815]},
    "between keys": {
        "crosslink:backends[1].accountId": "471108154711",
        "crosslink:backends[1].roleArn": "arn:aws:iam::999999999999:role/hush-hush",
    },
    "in another key's fault": {
        "crosslink:consumer.roleArn": DROP,
        "crosslink:backends[1].accountId": "111111111111",
        "crosslink:backends[1].roleArn": "arn:aws:iam::111111111111:role/hush-hush",
    },
}


@pytest.mark.parametrize("edits", SECRETS.values(), ids=SECRETS.keys())
def test_no_secret_is_shown(edits: dict[str, object]) -> None:
    with pytest.raises(pulumi.RunError) as error:
        loaded(as_config(edited(STACK_FILE, edits)), [BACKENDS])
    text = str(error.value)
    assert "hush-hush" not in text
    assert "4711" not in text


def test_a_secret_key_s_value_is_shown_as_secret() -> None:
    with pytest.raises(pulumi.RunError, match=r"services\[0\].env.A = \[secret\]\n    must be in quotes"):
        loaded(as_config(edited(STACK_FILE, {ENV: {"A": 1}})), [BACKENDS])


def test_env_of_a_secret_key_is_secret() -> None:
    file = edited(STACK_FILE, {ENV: {"TOKEN": "hush-hush"}})
    assert service_of(loaded(as_config(file))).env == {"TOKEN": "hush-hush"}
    secret = loaded(as_config(file), [BACKENDS])
    assert service_of(secret).env == {"TOKEN": SecretStr("hush-hush")}
    assert "hush-hush" not in repr(secret)


def test_keys_of_other_namespaces_are_left_alone() -> None:
    assert loaded(as_config(STACK_FILE) | {"aws:region": "us-east-1", "pulumi:template": "x"}) == parsed(
        STACK_FILE
    )


@pytest.mark.parametrize("name", ["shop:protct", "shop:protect", "crosslink:protct", "Crosslink:protect"])
def test_load_refuses_a_key_that_nothing_reads(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a namespace a key of the file is the project's."""
    monkeypatch.setattr(pulumi, "get_project", lambda: "shop")
    with pytest.raises(pulumi.RunError) as error:
        loaded(as_config(STACK_FILE) | {name: "true"})
    assert f"\n\n{name} = true\n    is unknown: crosslink:protect is the nearest key there is\n" in str(
        error.value
    )


def test_a_secret_under_a_misspelt_key_is_not_shown() -> None:
    file = edited(STACK_FILE, {"crosslink:consumer": DROP, "crosslink:consumr": {"externalId": "hush-hush"}})
    with pytest.raises(pulumi.RunError, match=r"crosslink:consumr = \[secret\]\n    is unknown") as error:
        loaded(as_config(file), ["crosslink:consumr"])
    assert "hush" not in str(error.value)


def test_an_example_is_proposed_also_where_placeholders_are_refused() -> None:
    edits = {"crosslink:allowPlaceholders": DROP, "crosslink:consumer.roleArn": "deploy"}
    with pytest.raises(SettingsError) as error:
        parsed(edited(STACK_FILE, edits))
    fixes = {fault.path: fault.fix for fault in error.value.faults}
    proposed = "roleArn: arn:aws:iam::111111111111:role/crosslink-deploy"
    assert fixes["crosslink:consumer.roleArn"] == proposed
