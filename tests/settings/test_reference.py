"""A backend that another stack publishes; the faults of a reference are in faults/reference.yaml."""

from collections.abc import Mapping
from typing import Any

import pulumi
import pytest

from settings import SettingsError, parse
from settings.backend import PublishedService, ServiceBackend
from settings.path import PathSettings
from settings.reference import outputs_of
from settings.rules.keys import BACKENDS
from settings.tls import TlsName
from tests.settings.joined_files import CONSUMER, OUTPUTS
from tests.settings.joined_files import outputs_of as fake_outputs_of
from tests.settings.stack_file import as_config, edited, parsed

PLACE = "crosslink:backends[1]"
SEARCH = PublishedService(
    name="com.amazonaws.vpce.us-east-1.vpce-svc-2a3b4c5d6e7f80910",
    port=443,
    zone_ids=("use1-az1", "use1-az4"),
    health_path="/health",
)


def joined(edits: Mapping[str, Any]) -> ServiceBackend:
    """The backend with the reference."""
    backend = parsed(edited(CONSUMER, edits), outputs=fake_outputs_of).backends[1]
    assert isinstance(backend, ServiceBackend)
    return backend


def test_all_but_name_and_slot_is_what_the_other_stack_publishes() -> None:
    assert joined({}) == ServiceBackend(
        name="search",
        slot=1,
        account_id="222222222222",
        region="us-east-1",
        service=SEARCH,
        tls=TlsName(domain="search.example.com"),
        paths={"/search": PathSettings(strip_prefix=True), "/find": PathSettings(strip_prefix=False)},
    )


def test_numbers_become_integers() -> None:
    port = joined({}).port
    assert (port, type(port)) == (443, int)


def test_what_is_none_or_absent_has_its_default() -> None:
    plain = joined({f"{PLACE}.service.backend": "plain"})
    assert (plain.port, plain.tls_domain, plain.health_path) == (80, None, None)
    assert joined({f"{PLACE}.service.backend": "apps", f"{PLACE}.name": "other"}).health_path is None


def test_an_api_may_have_some_of_the_paths() -> None:
    backend = joined({f"{PLACE}.paths": {"/search": None}})
    assert backend.paths == {"/search": PathSettings(strip_prefix=True)}


def test_what_is_said_again_may_be_said() -> None:
    again = {"accountId": "222222222222", "region": "us-east-1", "tls": {"domain": "search.example.com"}}
    assert joined({f"{PLACE}.{name}": value for name, value in again.items()}) == joined({})


def test_a_stack_s_outputs_are_asked_for_by_its_full_name(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def invoke(token: str, args: Mapping[str, Any]) -> object:
        asked.append((token, args))
        outputs = {**OUTPUTS[args["name"]]}
        return Answer({"name": args["name"], "outputs": outputs, "secretOutputNames": []})

    monkeypatch.setattr(pulumi.runtime, "invoke", invoke)
    assert outputs_of("acme/crosslink/provider")["published"]["search"]["accountId"] == "222222222222"
    assert outputs_of("acme/crosslink/destroyed") == {}
    assert asked[0] == ("pulumi:pulumi:readStackOutputs", {"name": "acme/crosslink/provider"})
    assert parsed(CONSUMER) == parsed(CONSUMER, outputs=fake_outputs_of)
    with pytest.raises(LookupError, match="acme/crosslink/none"):
        outputs_of("acme/crosslink/none")


class Answer:
    """What the SDK returns of an invoke."""

    def __init__(self, value: object) -> None:
        self.value = value


@pytest.mark.parametrize("value", [None, {}, {"outputs": None}, {"outputs": {}}])
def test_a_stack_that_tells_nothing_has_no_outputs(value: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulumi.runtime, "invoke", lambda *_: Answer(value))
    assert outputs_of("acme/crosslink/provider") == {}


BROKEN: Mapping[str, Any] = {
    "text": "hush-hush",
    "a list": ["hush-hush"],
    "text for a backend": {"search": "hush-hush"},
    "half a port": {
        "search": {**OUTPUTS["acme/crosslink/provider"]["published"]["search"], "service": {"port": 80.5}}
    },
    "more than is known": {
        "search": {**OUTPUTS["acme/crosslink/provider"]["published"]["search"], "x": "hush-hush"}
    },
}


@pytest.mark.parametrize("published", BROKEN.values(), ids=BROKEN.keys())
def test_what_can_t_be_read_is_a_fault_of_the_stack_that_shows_nothing_of_it(published: object) -> None:
    def outputs(_stack: str) -> Mapping[str, Any]:
        return {"published": published, "password": "hush-hush"}

    with pytest.raises(SettingsError) as error:
        parsed(CONSUMER, outputs=outputs)
    assert [fault.path for fault in error.value.faults] == [f"{PLACE}.service.stack"]
    assert "hush-hush" not in str(error.value)


@pytest.mark.parametrize(
    "edits",
    [
        {},
        {f"{PLACE}.service.stack": "acme/crosslink/both-sides"},
        {f"{PLACE}.service.stack": "acme/crosslink/hush-hush"},
        {f"{PLACE}.service.backend": "hush-hush"},
        {f"{PLACE}.paths": {"/hush-hush": {}}},
        {f"{PLACE}.tls": {"domain": "hush-hush.example.com"}},
        {f"{PLACE}.service": "acme/hush-hush/provider"},
    ],
)
def test_no_secret_of_the_file_or_of_the_outputs_is_shown(edits: Mapping[str, Any]) -> None:
    config = as_config(edited(CONSUMER, {**edits, f"{PLACE}.slot": 0}))
    with pytest.raises(SettingsError) as error:
        parse(config, "dev", {BACKENDS}, fake_outputs_of)
    assert "hush-hush" not in str(error.value)
