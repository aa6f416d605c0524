"""`python -m tests.faults ask`: the README's examples, and files that can't be asked about."""

import json
import re
from pathlib import Path

import pytest

from tests.faults.__main__ import main

README = (Path(__file__).parent / "README.md").read_text()
EXAMPLES = re.findall(r"`(\w+\.py)`:\n\n```python\n(.*?)```\n\n```\n(.*?)```", README, re.S)
IMPORTS = "from crosslink.graph import tokens\nfrom tests.faults.change import drop, edit, put\n"


def asked(folder: Path, text: str, *options: str, name: str = "mine.py") -> int:
    file = folder / name
    file.write_text(text)
    return main(["ask", str(file), *options])


@pytest.mark.parametrize(("name", "text", "said"), EXAMPLES, ids=[name for name, *_ in EXAMPLES])
def test_the_readmes_examples_say_what_it_says(
    name: str, text: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(tmp_path, text, name=name) == 0

    assert capsys.readouterr().out == said


def test_there_is_one_of_the_program_one_of_aws_and_one_of_what_exists() -> None:
    assert [name for name, *_ in EXAMPLES] == ["no_way_back.py", "states.py", "no_service.py"]


def test_json_has_an_object_for_each_change(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change = 'put(tokens.LOAD_BALANCER, "crosslink-gateway", "state", value="failed")'

    assert asked(tmp_path, f"{IMPORTS}CHANGES = {{'failed': {change}}}", "--json") == 0

    (told,) = json.loads(capsys.readouterr().out)
    assert (told["change"], told["stack"]) == ("failed", "dev")
    nothing = {said: [] for said in ("broken", "redundancy lost", "unknown", "house rule", "not judged")}
    assert told["planned"] == told["preview"] == {"first": None, **nothing}
    assert told["live"]["first"] == "balancer-is-active"
    assert told["live"]["broken"] == [
        {
            "rule": "balancer-is-active",
            "hop": "gateway NLB",
            "why": "it is failed",
            "routes": ["/svc1", "/svc2"],
        }
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("CHANGE = (", "SyntaxError: '(' was never closed"),
        ("import sys\nsys.exit(3)", "SystemExit: 3"),
        ("STACK = 'dev'", "set CHANGE to a change, or CHANGES to a dict of them"),
        ("CHANGE = 'drop'", "a change is what put, drop and the like of tests.faults.change return"),
        ("CHANGES = [print]", "a change is what put, drop and the like of tests.faults.change return"),
        ("STACK = 'prod'\nCHANGE = print", "STACK = 'prod' is none of dev, alarms"),
        ("STACK = ['dev']\nCHANGE = print", "STACK = ['dev'] is none of dev, alarms"),
        (
            f"{IMPORTS}CHANGE = drop(tokens.ROUTE, 'nobody')",
            "mine: stack dev has nothing to change: drop aws:ec2",
        ),
        (f"{IMPORTS}CHANGE = edit(tokens.VPC, '*', lambda vpc: vpc['no'])", "mine (planned): KeyError: 'no'"),
    ],
)
def test_what_cannot_be_asked_about_is_told_in_a_line(
    text: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(tmp_path, text) == 1

    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"error: {tmp_path}/mine.py: ")
    assert said in printed.err
    assert printed.err.count("\n") == 1


@pytest.mark.parametrize("name", ["nobody.py", "."])
def test_no_file_is_told(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", str(tmp_path / name)]) == 1

    assert "there is no such file" in capsys.readouterr().err
