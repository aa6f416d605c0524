"""The recipes tell the truth: their pictures and tables are of today, and each example has one."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from components.health import health_check
from settings.backend import KINDS
from tests.commands import commands_in
from tests.recipes import pages, written
from tests.runs import ROOT, STACK_FILES

FOLDER = ROOT / "docs" / "recipes"
RECIPES = {page.stem: page.read_text() for page in sorted(FOLDER.glob("*.md"))}
NO_SHAPES = {"README", "move", "alarms"}
STACK_FILE = re.compile(r"\b(?:examples/)?Pulumi\.[\w-]+\.yaml")


@pytest.mark.parametrize("page", list(pages()), ids=lambda page: page.stem)
def test_pictures_and_numbers_are_those_of_today(page: Path) -> None:
    """`python -m tests.recipes` writes them."""
    assert page.read_text() == written(page)


@pytest.mark.parametrize("recipe", RECIPES.keys() - NO_SHAPES)
def test_the_recipe_of_a_shape_has_a_picture_a_cost_and_a_way_out(recipe: str) -> None:
    headings = re.findall("^## (.+)$", RECIPES[recipe], re.M)
    assert headings[0] == "At a glance"
    assert "Take it down" in headings


def test_every_recipe_is_in_the_table() -> None:
    table = RECIPES["README"]
    linked = re.findall(r"\]\((\w[\w-]*)\.md\)", table)
    assert {*linked} == RECIPES.keys() - {"README"}


@pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.stem)
def test_a_stack_file_is_named_by_a_recipe_or_another_page(file: Path) -> None:
    others = [(FOLDER.parent / name).read_text() for name in ("deploy.md", "edge.md")]
    named = STACK_FILE.findall("\n".join([*others, *RECIPES.values()]))
    assert str(file.relative_to(ROOT)) in named


@pytest.mark.parametrize("recipe", RECIPES.keys() - {"README", "move"})
def test_a_recipe_runs_every_stack_file_that_it_names(recipe: str) -> None:
    text = RECIPES[recipe]
    examples = {name for name in STACK_FILE.findall(text) if name.startswith("examples/")}
    run = {
        f"examples/Pulumi.{words[words.index('--stack') + 1]}.yaml"
        for words in map(shlex.split, commands_in(text))
        if "sandbox" in words
    }
    assert run >= examples
    assert run


def test_a_failover_takes_as_long_as_the_health_check_says() -> None:
    """From the failure to two failed checks in a row: the first starts within an interval, and may wait."""
    check: Any = health_check(tls=False, path="/svc1/ready")
    assert check.healthy_threshold == check.unhealthy_threshold == 2
    first, last = check.interval, 2 * check.interval
    text = RECIPES["two-regions"]
    assert f"each address every {check.interval} seconds, waits {check.timeout} for an answer" in text
    assert f"\n| {first} to {last} |" in text
    assert f"\n| {first + check.timeout} to {last + check.timeout} |" in text
    assert f"\n| after the end of it: {first} to {last} |" in text


def test_the_table_of_kinds_is_that_of_the_settings() -> None:
    keys = re.findall(r"^\| `(\w+)(?:\.existing)?` \|", RECIPES["README"], re.M)
    assert [*dict.fromkeys(keys)] == [*KINDS]
