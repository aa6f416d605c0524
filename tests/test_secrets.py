"""A secret setting is nowhere in clear: in no resource, output, warning, comparison or doctor's report."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache

import pytest
from rich.console import Console

from crosslink.compare import comment
from crosslink.compare.comparison import compare
from crosslink.compare.sources import Side
from crosslink.graph.from_sandbox import model_of
from crosslink.rules.verdict import judge
from crosslink.sandbox import engine, report, stack_file
from crosslink.sandbox.record import Run
from settings import SettingsError, parse
from settings.errors import key
from settings.secrets import may_be_secret
from tests.played_doctor import play
from tests.runs import PROGRAM, file_of
from tests.settings.every_place import every_place
from tests.settings.stack_file import STACK_FILE, as_config, edited

MARKER, OTHER = "hush-4711", "hush-0815"
EXTERNAL_ID = "crosslink:backends[0].externalId"

each_run = pytest.mark.parametrize("preview", [True, False], ids=["preview", "up"])


def carried() -> list[str]:
    """The settings that may be secret, one by one: what holds others is refused, since it would be text."""
    places = [place for place in every_place() if may_be_secret(place)]
    return [
        key(str(place[0]), *place[1:])
        for place in places
        if not any(other != place and other[: len(place)] == place for other in places)
    ]


def accepted() -> list[str]:
    """Those that the settings accept in this file."""

    def fits(path: str) -> bool:
        try:
            return bool(parse(as_config(edited(STACK_FILE, {path: MARKER})), "dev"))
        except SettingsError:
            return False

    return [path for path in carried() if fits(path)]


@cache
def run(marker: str, *, preview: bool) -> Run:
    """The program with each secret there may be."""
    config = as_config(edited(STACK_FILE, dict.fromkeys(accepted(), marker)))
    given = {name: text for name, text in config.items() if text is not None}
    keys = frozenset(path.partition(".")[0].partition("[")[0] for path in accepted())
    return engine.run(PROGRAM, config=given, secret_keys=keys, preview=preview)


def holders(found: Run) -> Iterator[tuple[str, str]]:
    """Where the marker is: a type and a property of its inputs or outputs."""
    for resource in found.resources.values():
        for name in {**resource.inputs, **resource.outputs}:
            values = resource.inputs.get(name), resource.outputs.get(name)
            if MARKER in str(values):
                yield resource.type, name


def test_all_that_may_be_secret_is_tried() -> None:
    # An account with a cluster has no external id (`tests/settings/faults/accounts.yaml`): tried below.
    assert sorted([*accepted(), EXTERNAL_ID]) == sorted(carried())


@each_run
def test_resources_have_it_as_a_secret_and_where_it_is_needed(preview: bool) -> None:
    found = run(MARKER, preview=preview)
    assert {*holders(found)} == {
        ("pulumi:providers:aws", "assumeRoles"),
        ("kubernetes:core/v1:Secret", "stringData"),
    }
    for resource in found.resources.values():
        clear = {name: value for name, value in asdict(resource).items() if name not in ("inputs", "outputs")}
        assert MARKER not in str(clear)
        for values in (resource.inputs, resource.outputs):
            assert MARKER not in str({name: values[name] for name in values if name not in resource.secrets})


@each_run
def test_of_the_outputs_only_path_has_it_as_a_secret(preview: bool) -> None:
    found = run(MARKER, preview=preview)
    assert [name for name, value in found.outputs.items() if MARKER in str(value)] == ["path"]
    assert "path" in found.secret_outputs
    assert found.outputs["path"]["consumer"]["externalId"] == MARKER


@each_run
def test_so_is_the_external_id_of_an_account_without_a_cluster(preview: bool) -> None:
    file = stack_file.read(file_of("network-load-balancer"), engine.PROJECT)
    backends = json.loads(file.config["crosslink:backends"])
    backends[0]["externalId"] = MARKER
    found = engine.run(
        PROGRAM,
        config={**file.config, "crosslink:backends": json.dumps(backends)},
        secret_keys=frozenset({"crosslink:backends"}),
        existing=file.existing,
        preview=preview,
    )
    assert {*holders(found)} == {("pulumi:providers:aws", "assumeRoles")}
    assert [name for name, value in found.outputs.items() if MARKER in str(value)] == ["path"]
    assert "path" in found.secret_outputs


@each_run
def test_nothing_that_the_sandbox_tells_has_it(preview: bool, capsys: pytest.CaptureFixture[str]) -> None:
    found = run(MARKER, preview=preview)
    model = model_of(found)
    judgement = judge(model)
    shown = report.Shown(all=True)
    report.write(found, model, judgement, Console(), stack="dev", shown=shown)
    told = [capsys.readouterr().out, json.dumps(report.as_json(found, "dev", model, judgement))]
    assert MARKER not in "".join([*told, *found.warnings, str(found.invokes)])
    assert all(told)


def test_the_comparison_tells_that_it_differs_and_not_how() -> None:
    sides = [Side(run(marker, preview=True), {}) for marker in (MARKER, OTHER)]
    compared = compare("dev", *sides)
    told = comment.write(compared) + json.dumps(compared.as_json())
    assert [name for name in (MARKER, OTHER) if name in told] == []
    assert "assumeRoles" in told
    assert "stringData" in told


@pytest.mark.parametrize("own", [[], ["--json"]])
def test_the_doctor_tells_nothing_of_it(own: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    play(run(MARKER, preview=False), own)
    printed = "".join(capsys.readouterr())
    assert "/svc1" in printed
    assert MARKER not in printed
