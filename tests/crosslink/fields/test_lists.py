"""The lists of fields are complete: each field of a resource of the path is of a kind."""

from collections import Counter
from functools import partial

import pytest

from crosslink.fields.lists import WALK, Harmless, Judged, Listed, is_settled, kind_of, leaves, lists
from crosslink.graph import tokens
from crosslink.graph.from_sandbox import nodes_of
from crosslink.path.hop import Hop
from crosslink.rules import RULES
from tests.crosslink.fields.sdk import RECORDS, Recorded, answered, taken, told
from tests.runs import STACK_FILES, run_stack

FILES = [listed for own in lists().values() for listed in own]
ON_NO_WALK = {"", tokens.AWS_ACCOUNT}  # hops without a type of their own, and the Pulumi providers
SETTLED = Judged | Harmless
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


def test_nobody_looks_for_more_in_what_is_settled() -> None:
    nodes = [node for file in STACK_FILES for node in nodes_of(run_stack(file, preview=False))]
    for node in {(node.type, repr(node.properties.keys())): node for node in nodes}.values():
        own = lists().get(node.type, ())
        settled = partial(is_settled, node.type)
        every, left = leaves(node.properties, own), leaves(node.properties, own, leave_out=settled)
        open_ = [(path, value) for path, value in every if not isinstance(kind_of(node.type, path), SETTLED)]
        assert [
            (path, value) for path, value in left if not isinstance(kind_of(node.type, path), SETTLED)
        ] == open_
        assert len(left) < len(every) or not own or len(open_) == len(every)


@pytest.mark.parametrize(
    ("path", "settled"),
    [
        (("metadata", "labels"), True),
        (("metadata", "annotations"), False),  # a file of its own lists what is in it
        (("metadata",), False),
        (("spec", "ingressClassName"), True),
        (("spec", "of-tomorrow"), False),
    ],
)
def test_what_is_listed_further_down_is_not_settled(path: tuple[str, ...], settled: bool) -> None:
    assert is_settled(tokens.INGRESS, path) is settled
