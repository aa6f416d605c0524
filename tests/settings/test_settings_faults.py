"""Every rule of the settings: a fault in a file, and its exact message."""

import copy
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from settings import Fault, SettingsError
from tests.settings.joined_files import FILES, outputs_of
from tests.settings.stack_file import DROP, STACK_FILE, StackFile, edited, parsed, tokens

DEPLOY = "arn:aws:iam::111111111111:role/"
SERVICES = "crosslink:backends[0].services"
TABLES = sorted((Path(__file__).parent / "faults").glob("*.yaml"))


def read_yaml(text: str | Path) -> Any:
    return YAML(typ="safe", pure=True).load(text)


CASES = [
    pytest.param(
        edited(FILES[row.get("of", "both")], row.get("set", {}) | dict.fromkeys(row.get("drop", []), DROP)),
        row.get("stack", "dev"),
        row["faults"],
        id=f"{table.stem}-{index}",
    )
    for table in TABLES
    for index, row in enumerate(read_yaml(table))
]


def faults(file: StackFile, stack: str = "dev") -> tuple[Fault, ...]:
    with pytest.raises(SettingsError) as error:
        parsed(file, stack, outputs_of)
    return error.value.faults


@pytest.mark.parametrize("file", FILES.values(), ids=FILES.keys())
def test_the_files_of_the_tables_have_no_fault(file: StackFile) -> None:
    names = [backend["name"] for backend in file["crosslink:backends"]]
    assert [backend.name for backend in parsed(file, "dev", outputs_of).backends] == names


@pytest.mark.parametrize(("file", "stack", "messages"), CASES)
def test_the_messages(file: StackFile, stack: str, messages: str) -> None:
    assert "\n\n".join(map(str, faults(file, stack))) + "\n" == messages


@pytest.mark.parametrize(("file", "stack", "messages"), CASES)
def test_the_fix_is_right(file: StackFile, stack: str, messages: str) -> None:  # noqa: ARG001 - as in the table
    for fault in faults(file, stack):
        fix = read_yaml(fault.fix)
        if fix is not None:
            assert fault.path not in {left.path for left in remaining(repaired(file, fault, fix), stack)}


def remaining(file: StackFile, stack: str) -> tuple[Fault, ...]:
    try:
        parsed(file, stack, outputs_of)
    except SettingsError as error:
        return error.faults
    return ()


def repaired(file: StackFile, fault: Fault, fix: Any) -> StackFile:
    """The file with a fault's fix applied."""
    if isinstance(fix, list):
        return edited(file, {fault.path: fix[0]})
    if whole := {name: value for name, value in fix.items() if name.startswith("crosslink:")}:
        return edited(file, {fault.path: DROP, **whole})
    if "landings" in fix:
        return edited(file, {"crosslink:consumer.landings": fix["landings"]})
    file = copy.deepcopy(file)
    place: Any = file
    *parents, last = tokens(fault.path)
    for part in parents:
        if part in fix:
            break
        place = place[part]
    else:
        place.pop(last, None)
    place.update(fix)
    return file


def services(count: int, below: str) -> list[dict[str, Any]]:
    return [{"name": f"s{n}", "path": f"/s{n}{below}", "image": "echo", "port": 80} for n in range(count)]


@pytest.mark.parametrize(
    ("path", "most", "more", "must"),
    [
        (
            "crosslink:tags",
            {f"t{n}": "x" for n in range(40)},
            {f"t{n}": "x" for n in range(41)},
            "must hold 40 tags or less",
        ),
        ("crosslink:tags.owner", "x" * 256, "x" * 257, "must be a tag value of at most 256"),
        (f"{SERVICES}[0].path", "/" + "x" * 125, "/" + "x" * 126, "must have 126 characters or less"),
        (
            SERVICES,
            services(99, ""),
            services(100, ""),
            "must need 100 rules of an ALB or less: these need 101. AWS raises it on request; then set "
            "crosslink:quotas.albRules",
        ),
        (
            # `/`, `/tools` and its proxy; 49 times six resources; three for the last service
            SERVICES,
            [*services(49, "/b/c/d/e"), services(50, "/b")[-1]],
            services(50, "/b/c/d/e"),
            "must need 300 resources of the API or less: these paths need 303. AWS raises it on request; "
            "then set crosslink:quotas.apiResources",
        ),
        ("crosslink:api.name", "x" * 255, "x" * 256, "must have 255 characters or less"),
        (f"{SERVICES}[0].health.path", "/" * 1024, "/" * 1025, "must have 1024 characters or less"),
        (f"{SERVICES}[0].image", "x" * 255, "x" * 256, "must be an image's name"),
        (
            "crosslink:consumer.roleArn",
            DEPLOY + "x" * 64,
            DEPLOY + "x" * 65,
            "must be the ARN of an IAM role",
        ),
        (f"{SERVICES}[0].args", ["x" * 131071], ["x" * 131072], "must have 131071 bytes or less"),
        (
            f"{SERVICES}[0].env",
            {"ONE": "x" * 131067},
            {"ONE": "x" * 131068},
            "must have 131071 bytes or less",
        ),
        (
            f"{SERVICES}[0].env",
            {f"N{n:03}": "x" * 10_000 for n in range(103)},
            {f"N{n:03}": "x" * 10_000 for n in range(104)},
            "must have 1048576 bytes or less together with args and command",
        ),
        ("crosslink:backends[0].slot", 49, 50, "must be a number from 0 to 49"),
        ("crosslink:backends[0].name", "x" * 12, "x" * 13, "must be 1 to 12 of the characters"),
    ],
)
def test_the_maximum_fits(path: str, most: object, more: object, must: str) -> None:
    parsed(edited(STACK_FILE, {path: most}))
    assert must in str(faults(edited(STACK_FILE, {path: more}))[0])


def test_upper_segments_are_counted_once() -> None:
    shared = [service | {"path": f"/a/b/c/d{service['path']}"} for service in services(99, "")]
    parsed(edited(STACK_FILE, {SERVICES: shared}))


@pytest.mark.parametrize(
    ("stack", "right"), [("prod.eu", "prod-eu"), ("x" * 85, "x" * 84), ("org/x", "org-x")]
)
def test_a_stack_s_name_must_fit_its_clusters(stack: str, right: str) -> None:
    (fault,) = faults(STACK_FILE, stack)
    assert str(fault).startswith(f"stack = {stack[:80]}")
    assert fault.fix == f"# pulumi stack rename {right}"
    assert parsed(STACK_FILE, right)
