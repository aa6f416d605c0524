"""CloudFormation takes the templates, as cfn-lint knows it, each in one request."""

import pytest
from cfnlint.api import lint_file

from tests.runs import ROOT

TEMPLATES = [
    ROOT / f"bootstrap/{name}.yaml"
    for name in ("cluster-key", "deploy-role", "github", "preview-role", "state")
]
LIMIT = 51_200
"""Bytes (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html)."""


def test_there_are_no_others():
    assert sorted([*TEMPLATES, ROOT / "bootstrap/permissions.yaml"]) == sorted((ROOT / "bootstrap").iterdir())


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.stem)
def test_cfn_lint_finds_nothing(template):
    assert [str(match) for match in lint_file(template)] == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.stem)
def test_a_template_can_be_sent_as_it_is(template):
    assert template.stat().st_size <= LIMIT
