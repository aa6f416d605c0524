"""Stack files, as the Pulumi CLI reads them.

The table is what the CLI (a build of 3.260) handed to a program in PULUMI_CONFIG for these very lines.
"""

import errno
import json
from pathlib import Path

import pytest
from pydantic import SecretStr

from crosslink.sandbox import stack_file
from crosslink.sandbox.stack_file import STAND_IN, StackFile, StackFileError
from settings import parse
from settings.service import Service
from tests.settings.stack_file import STACK_FILE, clusters_of, consumer_of, edited

MAY_BE_SECRET = (
    "crosslink:consumer.externalId",
    "crosslink:backends[0].services[0].env.TOKEN",
)


def _read(directory: Path, text: str) -> StackFile:
    file = directory / "Pulumi.test.yaml"
    file.write_text(text)
    return stack_file.read(file, "crosslink")


@pytest.mark.parametrize(
    ("scalar", "alone", "inside"),
    [
        ("012345678901", "12345678901", "12345678901"),
        ("123456789012", "123456789012", "123456789012"),
        ("011111111111", "1227133513", "1227133513"),
        ('"012345678901"', "012345678901", '"012345678901"'),
        ("1.30", "1.3", "1.3"),
        ('"1.30"', "1.30", '"1.30"'),
        ("!!str 1.30", "1.30", '"1.30"'),
        ("1.0", "1", "1"),
        ("0111", "73", "73"),
        ("-012", "-10", "-10"),
        ("0o17", "15", "15"),
        ("08", "8", "8"),
        ("0x10", "16", "16"),
        ("0b11", "3", "3"),
        ("1_000", "1000", "1000"),
        ("1e3", "1000", "1000"),
        ("1e21", "1e+21", "1e+21"),
        (".5", "0.5", "0.5"),
        ("+5", "5", "5"),
        ("1234567890123456789012", "1.2345678901234568e+21", "1.2345678901234568e+21"),
        ("0xg", "0xg", '"0xg"'),
        ("12:30:45", "12:30:45", '"12:30:45"'),
        ("yes", "yes", '"yes"'),
        ("off", "off", '"off"'),
        ("True", "true", "true"),
        ("'true'", "true", '"true"'),
        ("null", "", "null"),
        ("~", "", "null"),
        ("!!str null", "null", '"null"'),
        ("2024-01-02", "2024-01-02 00:00:00 +0000 UTC", '"2024-01-02 00:00:00 +0000 UTC"'),
        ("2024-1-2", "2024-01-02 00:00:00 +0000 UTC", '"2024-01-02 00:00:00 +0000 UTC"'),
        ("2024-02-30", "2024-02-30", '"2024-02-30"'),
        ("é", "é", '"é"'),
    ],
)
def test_a_scalar_alone_and_inside_an_object(tmp_path: Path, scalar: str, alone: str, inside: str):
    stack = _read(tmp_path, f"config:\n  crosslink:alone: {scalar}\n  crosslink:inside: {{a: [{scalar}]}}\n")
    assert stack.config == {"crosslink:alone": alone, "crosslink:inside": f'{{"a":[{inside}]}}'}


def test_objects_are_compact_json_with_sorted_keys_that_are_strings(tmp_path: Path):
    stack = _read(
        tmp_path, "config:\n  crosslink:a: {z: 1, b: {}, c: [], 5: six, true: x, 1.50: f}\n  aws:b: [1]\n"
    )
    assert stack.config == {
        "crosslink:a": '{"1.5":"f","5":"six","b":{},"c":[],"true":"x","z":1}',
        "aws:b": "[1]",
    }


def test_a_key_without_a_namespace_is_the_projects(tmp_path: Path):
    assert _read(tmp_path, "config: {plain: 5}\n").config == {"crosslink:plain": "5"}


def test_anchors_and_merges(tmp_path: Path):
    text = "config:\n  crosslink:a: &a {x: 1, y: 2}\n  crosslink:b: {<<: *a, y: 3}\n  crosslink:c: *a\n"
    assert _read(tmp_path, text).config == {
        "crosslink:a": '{"x":1,"y":2}',
        "crosslink:b": '{"x":1,"y":3}',
        "crosslink:c": '{"x":1,"y":2}',
    }


def test_secure_values_are_placeholders_and_make_their_key_secret(tmp_path: Path):
    stack = _read(
        tmp_path,
        "encryptionsalt: v1:x\nconfig:\n"
        "  crosslink:token: {secure: v1:abc}\n"
        "  crosslink:object: {inner: [{secure: v1:abc}], z: 1}\n"
        "  crosslink:not: {secure: 5}\n"
        "  crosslink:nor: {secure: a, other: b}\n",
    )
    assert stack.config == {
        "crosslink:token": "secret",
        "crosslink:object": '{"inner":["secret"],"z":1}',
        "crosslink:not": '{"secure":5}',
        "crosslink:nor": '{"other":"b","secure":"a"}',
    }
    assert stack.secret_keys == {"crosslink:token", "crosslink:object"}


def test_the_settings_accept_a_secret_where_it_may_be(tmp_path: Path):
    text = json.dumps({"config": edited(STACK_FILE, {key: {"secure": "v1:abc"} for key in MAY_BE_SECRET})})
    stack = _read(tmp_path, text)
    settings = parse(stack.config, stack.name, stack.secret_keys)
    service = clusters_of(settings)[0].services[0]
    assert isinstance(service, Service)
    variable = service.env["TOKEN"]
    assert consumer_of(settings).external_id == variable == SecretStr(STAND_IN)


def test_a_secret_that_the_program_refuses_is_refused(tmp_path: Path):
    told = r"1 fault in .* stack test:\n\ncrosslink:api.name = \[secret\]\n    must not be secret: "
    with pytest.raises(StackFileError, match=told):
        _read(tmp_path, "config: {crosslink:api: {name: {secure: v1:abc}}}")


@pytest.mark.parametrize(
    ("scalar", "text"),
    [
        ("2001-12-14T21:59:43Z", "2001-12-14 21:59:43 +0000 UTC"),
        ("2001-12-14T21:59:43.100Z", "2001-12-14 21:59:43.1 +0000 UTC"),
        ("2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43.1 -0500 -0500"),
        ("2001-12-14T21:59:43+05:30", "2001-12-14 21:59:43 +0530 +0530"),
        ("2001-12-14T21:59:43-00:00", "2001-12-14 21:59:43 +0000 UTC"),
        ("2001-12-14 21:59:43.123456789", "2001-12-14 21:59:43.123456789 +0000 UTC"),
        ("2001-12-14   21:59:43,5", "2001-12-14 21:59:43.5 +0000 UTC"),
        ("2001-1-4 1:9:3.1234567899", "2001-01-04 01:09:03.123456789 +0000 UTC"),
        ("2000-02-29T00:00:00.0Z", "2000-02-29 00:00:00 +0000 UTC"),
        ("0000-02-29", "0000-02-29 00:00:00 +0000 UTC"),
        ("!!timestamp '2024-01-02'", "2024-01-02 00:00:00 +0000 UTC"),
        # Not among the formats, so these are texts.
        ("2001-12-14T21:59:43", None),
        ("2001-12-14 21:59:43Z", None),
        ("2001-12-14 21:59:43.10 -5", None),
        ("2001-12-14T21:59:43+5:00", None),
        ("2001-12-14T21:59:43+25:00", None),
        ("2001-12-14 21:59", None),
        ("2001-12-14 21:59:43.", None),
        ("2001-12-14 24:00:00", None),
        ("2001-12-14 23:60:00", None),
        ("2001-12-14 23:59:60", None),
        ("2001-02-29 00:00:00", None),
        ("2001-13-01T00:00:00Z", None),
        ("12001-12-14", None),
        ("'2024-01-02'", "2024-01-02"),
        ("!!str 2024-01-02", "2024-01-02"),
    ],
)
def test_a_time_is_told_as_go_prints_it(tmp_path: Path, scalar: str, text: str | None):
    """By gopkg.in/yaml.v3, `resolve.go`, and Go's `time.Parse` and `Time.String`."""
    assert _read(tmp_path, f"config:\n  crosslink:a: {scalar}\n").config == {"crosslink:a": text or scalar}


def test_a_time_may_be_a_key(tmp_path: Path):
    text = "config:\n  crosslink:a: {2001-12-14T21:59:43Z: 1}\n"
    assert _read(tmp_path, text).config == {"crosslink:a": '{"2001-12-14 21:59:43 +0000 UTC":1}'}


@pytest.mark.parametrize("text", ["", "config:\n", "encryptionsalt: v1:x\n"])
def test_no_configuration(tmp_path: Path, text: str):
    assert _read(tmp_path, text) == StackFile("test", {}, frozenset())


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("config: []\n", "config must be a mapping of keys to values"),
        ("- a\n", "config must be a mapping of keys to values"),
        ("config:\n  a: 1\n  a: 2\n", 'line 3: found duplicate key "a" with value "2" (original value: "1")'),
        ("config:\n  ? [a, b]\n  : 1\n", "a key must be text, not a list or a mapping"),
        ("config:\n  a: !!timestamp noon\n", "line 2: cannot decode `noon` as a !!timestamp"),
        ("config:\n  a: [1\n", "line 3: expected ',' or ']', but got '<stream end>'"),
    ],
)
def test_what_the_cli_could_not_read(tmp_path: Path, text: str, fault: str):
    with pytest.raises(StackFileError) as caught:
        _read(tmp_path, text)
    assert str(caught.value) == f"{tmp_path}/Pulumi.test.yaml: {fault}"


@pytest.mark.parametrize("data", [b"config: {a: caf\xe9}\n", b"config: {a: \x07}\n"])
def test_what_is_no_text(tmp_path: Path, data: bytes):
    file = tmp_path / "Pulumi.test.yaml"
    file.write_bytes(data)
    with pytest.raises(StackFileError, match=r"Pulumi\.test\.yaml: not text in UTF-8: "):
        stack_file.read(file, "crosslink")


def test_a_stack_is_found_by_name_and_by_path(tmp_path: Path):
    file = tmp_path / "Pulumi.two-regions.yaml"
    file.touch()
    assert stack_file.find("two-regions", tmp_path) == file
    assert stack_file.find(str(file), Path("elsewhere")) == file
    assert stack_file.read(file, "crosslink").name == "two-regions"


def test_what_the_checkout_does_not_have_may_be_among_the_examples(tmp_path: Path):
    (tmp_path / "examples").mkdir()
    for name in ("both", "example"):
        (tmp_path / "examples" / f"Pulumi.{name}.yaml").touch()
    (tmp_path / "Pulumi.both.yaml").touch()
    assert stack_file.find("example", tmp_path) == tmp_path / "examples" / "Pulumi.example.yaml"
    assert stack_file.find("both", tmp_path) == tmp_path / "Pulumi.both.yaml"


@pytest.mark.parametrize(
    ("stack", "missing"), [("dev", "Pulumi.dev.yaml"), ("elsewhere/Pulumi.a.yaml", "elsewhere/Pulumi.a.yaml")]
)
def test_a_stack_that_is_not_there(tmp_path: Path, stack: str, missing: str):
    (tmp_path / "examples").mkdir()
    for name in ("Pulumi.b.yaml", "Pulumi.a.yaml", "Pulumi.yaml", "examples/Pulumi.c.yaml"):
        (tmp_path / name).touch()
    with pytest.raises(StackFileError) as caught:
        stack_file.find(stack, tmp_path)
    assert str(caught.value) == f"there is no stack file {missing}; stacks of {tmp_path}: a, b; examples: c"


def test_a_file_that_can_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = tmp_path / "Pulumi.folder.yaml"
    folder.mkdir()
    with pytest.raises(StackFileError, match=r"Pulumi\.folder\.yaml can't be read: Is a directory$"):
        stack_file.read(stack_file.find("folder", tmp_path), "crosslink")

    def denied(*_arguments: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(StackFileError, match=r"Pulumi\.dev\.yaml can't be read: Permission denied$"):
        stack_file.read(tmp_path / "Pulumi.dev.yaml", "crosslink")


def test_a_stack_files_name_is_fixed(tmp_path: Path):
    file = tmp_path / "dev.yaml"
    file.touch()
    with pytest.raises(StackFileError, match=r"dev\.yaml: a stack file's name is Pulumi\.NAME\.yaml$"):
        stack_file.read(stack_file.find(str(file), tmp_path), "crosslink")
