"""What the stack's own output `path` tells of its last update."""

import copy
from typing import Any

import pulumi
import pytest

from crosslink.sandbox import engine, stack_file
from settings.deployed import NOTHING, Deployed, last_update, of_output, of_settings
from tests.runs import DEV, PROGRAM, file_of, run_stack, settings_of


@pytest.mark.parametrize("stack", ["dev", "two-regions", "joined", "provider-only"])
def test_it_is_what_the_settings_said(stack: str) -> None:
    settings = settings_of(file_of(stack))
    path = run_stack(file_of(stack), preview=False).outputs["path"]
    found = of_output(path, [backend.name for backend in settings.backends])
    plain = {name: known.model_copy(update={"addresses": {}}) for name, known in found.backends.items()}
    assert found.model_copy(update={"backends": plain}) == of_settings(settings)
    assert [*found.backends] == [backend.name for backend in settings.backends]


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "up"])
def test_it_has_the_addresses_that_endpoints_have_asked_for(preview: bool) -> None:
    found = of_output(run_stack(DEV, preview=preview).outputs["path"])
    assert found.addresses("apps") == {"10.11.2.10", "10.11.4.10"}
    assert found.addresses("another") is None


def test_regions_that_the_last_update_named_are_taken_away() -> None:
    native = of_output(run_stack(file_of("native"), preview=False).outputs["path"])
    settings = settings_of(DEV)
    (backend,) = settings.provided
    named = native.supported_regions(backend.name)
    assert set(named) == {"us-east-1", "us-west-2"}
    assert settings.supported_regions(backend, named) == ("us-east-1",)
    assert settings.supported_regions(backend, native.supported_regions("another")) == ()


def dev() -> Any:
    return copy.deepcopy(run_stack(DEV, preview=False).outputs["path"])


def test_an_older_version_s_output_lacks_some_of_it() -> None:
    path = dev()
    for key in ("slot", "listenerPort", "zoneIds", "cidr"):
        del path["backends"]["apps"][key]
    found = of_output(path).backends["apps"]
    assert (found.account_id, found.slot, found.cidr, found.zone_ids) == ("222222222222", None, None, None)


@pytest.mark.parametrize("path", [None, "text", [], {"backends": 3}, {"backends": {"apps": {"slot": 0}}}])
def test_what_can_not_be_read_is_as_if_nothing_were_deployed(path: object) -> None:
    assert of_output(path) == NOTHING


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "up"])
def test_a_run_reads_the_outputs_of_the_update_before_it(preview: bool) -> None:
    found: list[Deployed] = []
    path = dev()

    def program() -> None:
        found.append(last_update())

    engine.run(program, preview=preview)
    engine.run(program, preview=preview, before={"path": path})
    assert found == [NOTHING, of_output(path)]


def test_a_stack_that_no_backend_knows_has_nothing_deployed(monkeypatch: pytest.MonkeyPatch) -> None:
    def invoke(*_: object) -> object:
        raise Exception('unknown stack "organization/crosslink/dev"')  # noqa: TRY002 - the SDK's own

    monkeypatch.setattr(pulumi, "get_stack", lambda: "dev")
    monkeypatch.setattr(pulumi.runtime, "invoke", invoke)
    assert last_update() == NOTHING


def test_the_program_refuses_what_is_final_before_it_registers_anything() -> None:
    path = dev()
    path["backends"]["apps"]["accountId"] = "444444444444"
    config = stack_file.read(DEV, engine.PROJECT).config
    with pytest.raises(pulumi.RunError, match=r'(?s)backends\[0\]\.accountId = "222.*accountId: "444'):
        engine.run(PROGRAM, config=config, preview=True, before={"path": path})
