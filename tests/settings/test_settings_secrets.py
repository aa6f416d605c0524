"""Where a setting may be a secret, and that no secret is shown by whatever is wrong with it."""

import contextvars
import json
from collections.abc import Callable, Collection
from itertools import pairwise
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.runtime import Settings as Runtime
from pulumi.runtime import configure, set_all_config
from pydantic import SecretStr

from settings import Service, Settings, SettingsError, load, parse
from settings.errors import key
from settings.rules.keys import BACKENDS, CONSUMER, KEYS, TAGS
from settings.secrets import Place, may_be_secret, names_hidden, places_in
from tests.settings.every_place import every_place
from tests.settings.stack_file import STACK_FILE, StackFile, as_config, clusters_of, consumer_of, edited

MARKER = "hush-4711"
ENV = "crosslink:backends[0].services[0].env"
EVERYWHERE = every_place()


def path(place: Place) -> str:
    return key(str(place[0]), *place[1:])


def with_value(place: Place, value: Any) -> StackFile:
    """The stack file with a value at a place, and with what it needs around it."""
    file = edited(STACK_FILE, {})
    inner: Any = file
    for part, following in pairwise(place):
        around: Any = [] if isinstance(following, int) else {}
        if isinstance(part, int) and not inner:
            inner.append(around)
        elif isinstance(part, str) and not isinstance(inner.get(part), type(around)):
            inner[part] = around
        inner = inner[part]
    if isinstance(inner, list):
        inner.clear()
        inner.append(value)
    else:
        inner[place[-1]] = value
    return file


def loaded(file: StackFile, secrets: Collection[Place], folder: Path, text: str | None = None) -> Settings:
    """What `load` reads under the CLI.

    Args:
        file: The stack file, decrypted.
        secrets: The places that are encrypted.
        folder: The project's.
        text: What stands in `Pulumi.dev.yaml`, if it isn't that.
    """
    secure = file
    for place in secrets:
        secure = edited(secure, {path(place): {"secure": "v1:abc"}})
    written = json.dumps({"encryptionsalt": "v1:x", "config": secure}) if text is None else text
    (folder / "Pulumi.dev.yaml").write_text(written)

    def run() -> Settings:
        configure(Runtime("crosslink", "dev", root_directory=str(folder)))
        config = {name: value for name, value in as_config(file).items() if value is not None}
        set_all_config(config, sorted({str(place[0]) for place in secrets}))
        return load()

    return contextvars.copy_context().run(run)


def test_the_models_have_these_places() -> None:
    found = [path(place) for place in EVERYWHERE]
    assert {
        *KEYS,
        "crosslink:tags.TOKEN",
        "crosslink:consumer.landings.TOKEN.cidr",
        "crosslink:backends[0].services[0].args[0]",
        f"{ENV}.TOKEN",
        "crosslink:api.routes.TOKEN.cors.origins[0]",
        "crosslink:api.logs.retentionDays",
    } < {*found}
    assert len(found) == len({*found}) > 100


def test_only_these_may_be_secret() -> None:
    assert [path(place) for place in EVERYWHERE if may_be_secret(place)] == [
        "crosslink:consumer.externalId",
        "crosslink:backends[0].externalId",
        ENV,
        f"{ENV}.TOKEN",
    ]


def told_by(read: Callable[[], Settings]) -> str:
    """The error, or else the settings."""
    try:
        return repr(read())
    except (pulumi.RunError, SettingsError) as error:
        return str(error)


@pytest.mark.parametrize("place", EVERYWHERE, ids=path)
def test_a_secret_is_refused_where_it_would_be_shown(place: Place, tmp_path: Path) -> None:
    told = told_by(lambda: loaded(with_value(place, MARKER), [place], tmp_path))
    assert MARKER not in told
    refused = f"\n{path(place)} = [secret]\n    must not be secret: "
    assert (refused in told) is not may_be_secret(place)


@pytest.mark.parametrize("place", EVERYWHERE, ids=path)
def test_no_fault_of_a_secret_key_shows_a_value_or_a_name(place: Place) -> None:
    for value in (MARKER, [MARKER], {MARKER: MARKER}, {MARKER: 1}):
        config = as_config(with_value(place, value))
        told = told_by(lambda config=config: parse(config, "dev", {str(place[0])}))
        shown = told.replace(f"{ENV}.{MARKER}", "")  # the name of a variable, which tells the place
        assert told.startswith("Settings(") or MARKER not in shown


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        (f"{BACKENDS}[0].services[0].image", f"{BACKENDS}[0].services[0].image"),
        (f"{BACKENDS}[0].service.stack", f"{BACKENDS}[0].service.stack"),
        (f"{BACKENDS}[0].paths./hush.stripPrefix", f"{BACKENDS}[0].paths.[secret].stripPrefix"),
        (f"{BACKENDS}[0].hush", f"{BACKENDS}[0].[secret]"),
        (f'{TAGS}["a \\"].b"].region', f"{TAGS}.[secret].region"),
        (f"{ENV}.TOKEN", f"{ENV}.TOKEN"),
    ],
)
def test_names_in_a_secret_key_that_are_no_settings_are_hidden(place: str, shown: str) -> None:
    assert names_hidden(place) == shown


def test_secrets_where_they_may_be_are_read(tmp_path: Path) -> None:
    file = edited(STACK_FILE, {f"{CONSUMER}.externalId": MARKER, f"{ENV}.TOKEN": MARKER})
    places = [(CONSUMER, "externalId"), (BACKENDS, 0, "services", 0, "env", "TOKEN")]
    settings = loaded(file, places, tmp_path)
    assert consumer_of(settings).external_id == SecretStr(MARKER)
    service = clusters_of(settings)[0].services[0]
    assert isinstance(service, Service)
    assert service.env == {"TOKEN": SecretStr(MARKER)}


def test_an_external_id_that_is_no_secret_is_text(tmp_path: Path) -> None:
    settings = loaded(edited(STACK_FILE, {f"{CONSUMER}.externalId": "x1"}), [], tmp_path)
    assert consumer_of(settings).external_id == "x1"


@pytest.mark.parametrize("text", ["", "config:\n", "config: {crosslink:backends: []}\n"])
def test_a_secret_that_the_file_does_not_show_is_refused(text: str, tmp_path: Path) -> None:
    places = [(BACKENDS, 0, "services", 0, "env", "TOKEN")]
    with pytest.raises(
        pulumi.RunError, match=r"backends = \[secret\]\n +must have its secrets in Pulumi.dev.yaml"
    ):
        loaded(edited(STACK_FILE, {f"{ENV}.TOKEN": MARKER}), places, tmp_path, text)


def test_a_file_s_keys_may_leave_out_the_project(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.dev.yaml"
    file.write_text(
        "config:\n  api: {secure: v1:a}\n  aws:token: {secure: v1:b}\n  protect: {secure: 5, x: 1}\n"
    )
    assert places_in(file, "crosslink") == (("crosslink:api",), ("aws:token",))
    assert places_in(tmp_path / "Pulumi.other.yaml", "crosslink") == ()


@pytest.mark.parametrize("place", ["envFrom.secrets[0]", "imagePullSecret"])
def test_no_secret_of_others_has_the_name_of_one_of_the_stack(place: str) -> None:
    other = place.partition(".")[0]
    asked: Any = {"secrets": ["svc1"]} if "." in place else "svc1"
    file = edited(STACK_FILE, {ENV: {"TOKEN": MARKER}, f"crosslink:backends[0].services[1].{other}": asked})
    assert parse(as_config(file), "dev")
    with pytest.raises(SettingsError) as error:
        parse(as_config(file), "dev", {BACKENDS})
    [fault] = error.value.faults
    assert fault.path == f"crosslink:backends[0].services[1].{place}"
    assert fault.must.startswith("must not be the name of a service with secrets in env")
