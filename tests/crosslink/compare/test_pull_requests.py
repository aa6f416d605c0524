"""The pull requests of the documentation: each page is what the command says of its change."""

from pathlib import Path

import pytest

from tests.pull_requests import PAGES, PULL_REQUESTS, comparison_of, page


@pytest.mark.parametrize("name", PULL_REQUESTS)
def test_a_page_is_what_the_command_prints(name: str, tmp_path: Path) -> None:
    """Make them anew with `python -m tests.pull_requests`."""
    pull_request = PULL_REQUESTS[name]
    assert (PAGES / f"{name}.md").read_text() == page(pull_request, comparison_of(pull_request, tmp_path))


def test_there_is_no_other_page() -> None:
    assert {path.stem for path in PAGES.iterdir()} == set(PULL_REQUESTS)
