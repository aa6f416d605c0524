"""The version stands in pyproject.toml; what tells it again is held against that."""

import re
import tomllib

from ruamel.yaml import YAML

from settings.version import VERSION
from tests.runs import DEV, ROOT, run_stack
from tests.states.state import VERSIONS

CHANGELOG = (ROOT / "CHANGELOG.md").read_text()
NOTES = re.split(r"^## ", CHANGELOG, flags=re.M)[1:]  # one of each version, its number first
RELEASES = [note.partition("\n")[0] for note in NOTES]


def test_all_that_tell_the_version_agree() -> None:
    told = {
        "pyproject.toml": tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"],
        "Pulumi.yaml": YAML(typ="safe", pure=True).load(ROOT / "Pulumi.yaml")["version"],
        "CHANGELOG.md": RELEASES[0],
        "the output": run_stack(DEV, preview=False).outputs["version"],
    }
    assert told == dict.fromkeys(told, VERSION)


def test_each_version_but_the_first_has_a_note_on_the_upgrade_from_the_one_before() -> None:
    for note, before in zip(NOTES, RELEASES[1:], strict=False):
        assert f"### Before an upgrade from {before.rpartition('.')[0]}\n" in note


def test_the_stored_states_are_those_of_the_version_before() -> None:
    assert [RELEASES[1]] == VERSIONS


def test_a_setting_came_with_a_version_that_there_is() -> None:
    since = set(re.findall(r'"x-since": "([^"]+)"', (ROOT / "docs" / "settings.schema.json").read_text()))
    assert since
    assert since <= {release.rpartition(".")[0] for release in RELEASES}
