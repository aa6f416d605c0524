"""The lists of fields are complete: each field of a resource of the path is of a kind."""

from collections import Counter

import pytest

from crosslink.fields.lists import WALK, Listed, lists
from crosslink.graph import tokens
from crosslink.path.hop import Hop
from crosslink.rules import RULES
from tests.crosslink.fields.sdk import RECORDS, Recorded, answered, taken, told

FILES = [listed for own in lists().values() for listed in own]
ON_NO_WALK = {"", tokens.AWS_ACCOUNT}  # hops without a type of their own, and the Pulumi providers
WHOLE = [listed for listed in FILES if not listed.at and not listed.whole]


def _hops(kind: type[Hop]) -> set[type[Hop]]:
    return {kind}.union(*map(_hops, kind.__subclasses__()))


TYPES = {kind.token for kind in _hops(Hop) if kind.__module__.startswith("crosslink.")} - ON_NO_WALK


@pytest.mark.parametrize("type_", sorted(TYPES))
def test_each_type_of_the_path_has_a_list(type_: str) -> None:
    assert type_ in lists()


@pytest.mark.parametrize("listed", WHOLE, ids=lambda listed: listed.type)
def test_each_field_is_listed(listed: Listed) -> None:
    fields = {*taken(listed.type), *answered(listed.type)}
    own = lists()[listed.type]

    def is_listed(path: tuple[str, ...]) -> bool:
        return any(path[: len(one.at)] == one.at for one in own if one.at) or bool(listed.kind_of(path))

    assert not sorted(".".join(path) for path in fields if not is_listed(path))


@pytest.mark.parametrize(
    "record", [record for record in RECORDS if record.at], ids=lambda record: f"{record.type} {record.at}"
)
def test_each_recorded_field_is_listed(record: Recorded) -> None:
    own = [listed for listed in lists()[record.type] if listed.at == record.at]
    named = {name: [listed for listed in own if name.startswith(listed.prefix)] for name in record.fields}

    assert not [
        name
        for name, about in named.items()
        if not any(listed.kind_of((*record.at, name)) for listed in about)
    ]


@pytest.mark.parametrize("listed", FILES, ids=lambda listed: f"{listed.type} {'.'.join(listed.at)}")
def test_a_field_is_of_one_kind(listed: Listed) -> None:
    harmless = [name for names in listed.harmless.values() for name in names]
    judged = {name for names in listed.judged.values() for name in names}
    counts = Counter([*harmless, *judged, *listed.neither])

    assert not [name for name, count in counts.items() if count > 1]


@pytest.mark.parametrize("listed", FILES, ids=lambda listed: f"{listed.type} {'.'.join(listed.at)}")
def test_the_rules_that_judge_are_there(listed: Listed) -> None:
    assert not set(listed.judged) - {rule.id for rule in RULES} - {WALK}


@pytest.mark.parametrize("listed", WHOLE, ids=lambda listed: listed.type)
def test_no_field_is_listed_that_nobody_has(listed: Listed) -> None:
    fields = {*taken(listed.type), *told(listed.type), *answered(listed.type)}
    beginnings = {".".join(path[:length]) for path in fields for length in range(1, len(path) + 1)}

    assert not set(listed.kinds) - beginnings
