"""The table of Kubernetes versions: what may be asked for, and what is the default, by its dates alone."""

from datetime import date, timedelta

import pytest
from kubernetes_validate.utils import (  # pyright: ignore[reportMissingTypeStubs] - it has no py.typed
    validate,
)

from settings.cluster import Cluster
from settings.kubernetes_versions import (
    AHEAD,
    AS_OF,
    DEFAULT,
    SUPPORTED,
    VERSIONS,
    Support,
    minor,
    nearest,
    newest_that_lasts,
    supported,
)

THREE_MONTHS = timedelta(days=92)
MONTHS_OF_STANDARD_SUPPORT = range(416, 432)  # days that 14 months and a little may have
OLD = Support(released=date(2025, 1, 1), standard=date(2026, 3, 1), extended=date(2027, 3, 1))
NEW = Support(released=date(2025, 6, 1), standard=date(2026, 8, 1), extended=date(2027, 8, 1))
NEWEST = Support(released=date(2025, 9, 1), standard=None, extended=None)
TABLE = {"1.8": OLD, "1.9": NEW, "1.10": NEWEST}


def test_the_default_has_three_months_or_more() -> None:
    """If this fails, the table is older than its versions: look the dates up again."""
    standard = VERSIONS[DEFAULT].standard
    assert standard is not None
    assert standard - AS_OF >= THREE_MONTHS


def test_the_default_is_that_of_the_model() -> None:
    assert Cluster.model_fields["version"].default == DEFAULT
    assert DEFAULT in SUPPORTED


def test_the_table_is_in_order_and_has_no_gap() -> None:
    numbers = [minor(version) for version in VERSIONS]
    assert numbers == [*range(30, 30 + len(numbers))]
    assert sorted(VERSIONS.values(), key=lambda support: support.released) == [*VERSIONS.values()]


@pytest.mark.parametrize("version", VERSIONS)
def test_the_dates_of_a_version_follow_each_other(version: str) -> None:
    support = VERSIONS[version]
    assert support.released <= AS_OF
    if support.standard and support.extended:
        assert (support.standard - support.released).days in MONTHS_OF_STANDARD_SUPPORT
        assert support.extended == support.standard.replace(year=support.standard.year + 1)


@pytest.mark.parametrize("version", SUPPORTED)
def test_the_sandbox_knows_the_schemas_of_what_may_be_asked_for(version: str) -> None:
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}}
    validate(namespace, version, strict=True)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 2, 28), ["1.8", "1.9", "1.10"]),
        (date(2026, 3, 1), ["1.9", "1.10"]),
        (date(2026, 8, 1), ["1.10"]),
    ],
)
def test_a_version_is_refused_from_the_day_on_which_its_standard_support_ends(
    day: date, expected: list[str]
) -> None:
    assert supported(TABLE, day) == expected


def test_the_newest_that_lasts_is_one_whose_end_is_known() -> None:
    assert newest_that_lasts(TABLE, date(2026, 3, 1)) == "1.9"
    assert newest_that_lasts(TABLE, date(2026, 8, 1)) == "1.9"
    with pytest.raises(ValueError, match="empty"):
        newest_that_lasts(TABLE, date(2026, 8, 2))
    assert newest_that_lasts(VERSIONS, AS_OF + AHEAD) == DEFAULT


@pytest.mark.parametrize(("version", "expected"), [("1.29", 0), ("1.33", 0), ("1.99", -1)])
def test_the_nearest_is_at_the_end_that_a_version_lies_beyond(version: str, expected: int) -> None:
    assert nearest(version) == SUPPORTED[expected]
