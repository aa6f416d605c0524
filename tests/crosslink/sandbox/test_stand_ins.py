"""Whatever text of the settings is secure, they accept what stands for it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from crosslink.sandbox import go_yaml
from crosslink.sandbox.go_yaml import Value
from crosslink.sandbox.stand_ins import Place, filled
from settings import Settings, SettingsError
from settings.fields import Model
from tests.runs import DEV, STACK_FILES
from tests.settings.api_strategies import ID
from tests.settings.stack_file import STACK_FILE, StackFile, edited, parsed

NO_TEXT = ("allowUnauthenticated", "slot", "port", "replicas", "rate", "burst", "requests", "cacheSeconds")
NO_TEXT += ("throttle", "maxAgeSeconds", "retentionDays", "logRetentionDays", "timeoutSeconds")
"""Settings that are numbers or switches: what the CLI decrypts is text, which they never are."""

FULL: StackFile = edited(
    STACK_FILE,
    {
        "crosslink:consumer.previewRoleArn": "arn:aws:iam::111111111111:role/look",
        "crosslink:consumer.externalId": "partner",
        "crosslink:backends[0].previewRoleArn": "arn:aws:iam::222222222222:role/look",
        "crosslink:backends[0].network.nat": "per-zone",
        "crosslink:backends[0].acceptance": "manual",
        "crosslink:backends[0].cluster": {
            "version": "1.33",
            "publicAccessCidrs": ["203.0.113.0/24", "198.51.100.0/24"],
            "admins": ["arn:aws:iam::222222222222:role/a", "arn:aws:iam::222222222222:user/b"],
        },
        "crosslink:backends[0].tls": {
            "domain": "x.example.org",
            "certificateArn": f"arn:aws:acm:us-east-1:222222222222:certificate/{ID}",
        },
        "crosslink:backends[0].services[0].args": ["-v", "-x"],
        "crosslink:backends[0].services[0].env": {"A": "x", "B": "y"},
        "crosslink:backends[0].services[0].healthPath": "/live",
        "crosslink:api.stage": "prod",
        "crosslink:api.auth": "cognito",
        "crosslink:api.cognito": {
            "userPoolArn": "arn:aws:cognito-idp:us-west-2:333333333333:userpool/us-west-2_x"
        },
        "crosslink:api.lambda": {
            "functionArn": "arn:aws:lambda:us-west-2:111111111111:function:f",
            "type": "request",
            "header": "X-Token",
        },
        "crosslink:api.sourceIps": ["203.0.113.0/24", "198.51.100.7/32"],
        "crosslink:api.domain": {
            "name": "api.example.org",
            "hostedZoneId": "Z1",
            "certificateArn": f"arn:aws:acm:us-west-2:111111111111:certificate/{ID}",
            "tls": "1.3",
            "basePath": "shop",
        },
        "crosslink:api.webAclArn": f"arn:aws:wafv2:us-west-2:111111111111:regional/webacl/edge/{ID}",
        "crosslink:api.backendDomain": "x.example.org",
        "crosslink:api.logs": {"retentionDays": 30, "accountRole": "managed"},
        "crosslink:api.routes": {
            "/svc1": {"auth": "iam", "principals": ["arn:aws:iam::111111111111:role/shop"]},
            "/svc2": {
                "scopes": ["orders/read", "admin"],
                "methods": ["GET", "PUT"],
                "cors": {"origins": ["https://a.example.com", "http://b.test"], "headers": ["X-A", "X-B"]},
            },
            "/tools": {"auth": "lambda"},
        },
    },
)
"""Sets what the other stack files leave out."""


def config_of(file: Path) -> StackFile:
    document = go_yaml.load(file)
    assert isinstance(document, dict)
    config = document["config"]
    assert isinstance(config, dict)
    return config


FILES: dict[str, StackFile] = {"full": FULL} | {file.stem: config_of(file) for file in STACK_FILES}


def leaves(value: Value, place: Place = ()) -> Iterator[Place]:
    """The places of texts that are settings."""
    match value:
        case dict():
            for name, item in value.items():
                if not name.startswith("pulumi:"):
                    yield from leaves(item, (*place, name))
        case list():
            for index, item in enumerate(value):
                yield from leaves(item, (*place, index))
        case str():
            yield place
        case _:
            pass


@pytest.mark.parametrize("name", FILES)
def test_any_text_may_be_secure(name: str) -> None:
    refused: dict[Place, str] = {}
    for place in leaves(FILES[name]):
        try:
            assert parsed(dict(filled(FILES[name], [place])))
        except SettingsError as error:
            refused[place] = str(error)
    assert refused == {}


def fields(model: type[Model]) -> Iterator[str]:
    for inner in model.__subclasses__():
        yield from (str(field.alias) for field in inner.model_fields.values())
        yield from fields(inner)


def test_every_setting_that_is_text_is_a_leaf_of_these_files() -> None:
    set_somewhere = {part for file in FILES.values() for place in leaves(file) for part in place}
    assert {*fields(Model)} - {*NO_TEXT} - set_somewhere == set()


def settings_with_secure(file: StackFile, places: Sequence[Place]) -> Settings:
    """The settings of a stack file with what stands for secure values at some places."""
    return parsed(dict(filled(file, places)))


def test_all_that_names_an_account_may_be_secure_together() -> None:
    file = config_of(DEV)
    places = [place for place in leaves(file) if place[-1] in ("accountId", "roleArn", "previewRoleArn")]
    settings = settings_with_secure(file, places)
    assert settings.consumer.role_arn == "arn:aws:iam::111111111111:role/crosslink-deploy"
    assert settings.backends[0].role_arn == "arn:aws:iam::222222222222:role/crosslink-deploy"


def test_an_account_id_is_that_of_the_role_beside_it() -> None:
    role = "arn:aws:iam::444444444444:role/deploy"
    file = edited(config_of(DEV), {"crosslink:consumer.roleArn": role})
    file["crosslink:consumer"]["previewRoleArn"] = role.replace("deploy", "look")
    settings = settings_with_secure(file, [("crosslink:consumer", "accountId")])
    assert settings.consumer.account_id == "444444444444"


@pytest.mark.parametrize("name", ["crosslink:consumer", "crosslink:backends", "crosslink:api"])
def test_a_whole_key_may_be_secure(name: str) -> None:
    assert settings_with_secure(config_of(DEV), [(name,)])


def test_free_text_is_not_made_up() -> None:
    places: list[Place] = [("crosslink:backends", 0, "services", 0, "args", n) for n in range(2)]
    service = settings_with_secure(config_of(DEV), places).backends[0].services[0]
    assert service.args == ("[secret]", "[secret]")
