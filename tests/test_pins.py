"""What is pinned fits together, whoever has raised it, and is looked at for updates."""

import re

from ruamel.yaml import YAML

from tests.runs import ROOT

APART = {"requirements-checkov.txt", "requirements-uv.txt"}  # each with an environment of its own, or none
FILES = {
    path.relative_to(ROOT): path for path in (*ROOT.glob("requirements*.txt"), *ROOT.glob("policy/*.txt"))
}


def pins(text: str) -> set[tuple[str, str]]:
    return set(re.findall(r"^([\w.-]+)==(\S+)", text, re.M))


def test_a_package_has_one_version_in_all_requirements() -> None:
    told = {str(name): pins(path.read_text()) for name, path in FILES.items() if path.name not in APART}
    every = told["requirements-dev.txt"]
    assert len(told) == 4
    assert {name: found - every for name, found in told.items() if found - every} == {}


def test_each_folder_with_requirements_is_looked_at_for_updates() -> None:
    updates = YAML(typ="safe", pure=True).load(ROOT / ".github" / "dependabot.yml")["updates"]
    folders = {update["package-ecosystem"]: update for update in updates}
    assert folders.keys() == {"github-actions", "pip"}
    expected = {f"/{'' if str(name.parent) == '.' else name.parent}" for name in FILES}
    assert set(folders["pip"]["directories"]) == expected
