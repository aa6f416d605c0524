"""Components take values and small models: none imports the whole configuration."""

import ast
from pathlib import Path

import pytest

COMPONENTS = Path(__file__).parents[2] / "components"
OUTPUTS = {COMPONENTS / "outputs.py", COMPONENTS / "path.py"}
"""The stack's outputs tell of all settings; no component is there."""
FILES = sorted({*COMPONENTS.rglob("*.py")} - OUTPUTS)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(COMPONENTS)))
def test_no_component_imports_the_configuration(file: Path) -> None:
    imported = {
        module
        for node in ast.walk(ast.parse(file.read_text()))
        for module in (
            [node.module]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    }
    assert not imported & {"settings", "settings.load", "settings.rules"}


@pytest.mark.parametrize("file", sorted(OUTPUTS), ids=lambda file: file.name)
def test_where_outputs_are_made_there_is_no_component(file: Path) -> None:
    assert [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.ClassDef)] == []
