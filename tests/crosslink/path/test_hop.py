"""What a hop's fields are read from, each kind of source: of a program's resources, and of AWS's."""

from collections.abc import Mapping
from dataclasses import fields

import pytest

from crosslink.graph.graph import Graph, Kind
from crosslink.graph.node import Node, NotOurs, Value, number
from crosslink.graph.unknown import Fact, Found, Number, Text, Unknown, given_in_the_up
from crosslink.path.hop import (
    Hop,
    Source,
    all_named,
    as_tuple,
    computed,
    each,
    hop,
    hop_at,
    hops_at,
    if_known,
    only_aws,
    output,
    prop,
    read,
)

LATER = given_in_the_up()
NOT_ALLOWED = Unknown("not allowed")
ACCOUNT, REGION = "111111111111", "us-east-1"
LAMP, ROOM, HALL = "test:index:Lamp", "test:index:Room", "test:index:Hall"

planned_or_live = pytest.mark.parametrize("registered", [True, False], ids=["planned", "live"])


@hop
class Lamp(Hop):
    """A lamp in a room."""

    token = LAMP

    watts: Number = prop("spec", "watts", convert=number)
    colours: Fact[tuple[str, ...]] = prop("spec", "colours", convert=as_tuple)
    first: Text = prop("spec", "colours", 0)
    address: Text = output("address")
    health: Text = only_aws("health")


@hop
class Room(Hop):
    """A room, which names its best lamp and those on its walls; others name the room."""

    token = ROOM

    best: Found[Lamp] = computed(
        lambda source: hop_at(Lamp, source, source.graph.step(source.node, "bestId", LAMP))
    )
    walls: Fact[tuple[Lamp, ...]] = all_named("wallIds", Lamp)
    standing: Fact[tuple[Lamp, ...]] = computed(
        lambda source: hops_at(Lamp, source, source.graph.all_naming(source.node, "roomId", LAMP))
    )
    label: Text = computed(lambda source: f"{source.node.name} of {len(source.graph.of_type(LAMP))}")


@hop
class Hall(Room):
    """A room with a field more."""

    token = HALL

    height: Number = prop("height")


def test_a_hop_says_which_resource_it_is() -> None:
    found = lamp("one")
    assert (found.resource, found.urn, found.id) == ("test:index:Lamp one", "urn:one", "id-one")
    assert (found.account, found.region, found.place) == (ACCOUNT, REGION, f"{ACCOUNT} {REGION}")


def test_each_field_but_those_of_every_hop_names_its_source() -> None:
    """So has a field that a kind takes from another."""
    own = {field.name for field in fields(Hop)}
    for kind, names in ((Lamp, 5), (Room, 4), (Hall, 5)):
        sources = [field.metadata for field in fields(kind) if field.name not in own]
        assert [len(source) for source in sources] == [1] * names


@planned_or_live
def test_a_property_is_read_at_its_path(registered: bool) -> None:
    found = lamp("one", registered=registered, spec={"watts": 60.0, "colours": ["red", "blue"]})
    assert (found.watts, found.colours, found.first) == (60, ("red", "blue"), "red")


@planned_or_live
def test_a_property_that_is_not_there_is_none(registered: bool) -> None:
    found = lamp("one", registered=registered)
    assert (found.watts, found.colours, found.first) == (None, (), None)


@planned_or_live
def test_what_is_below_an_unknown_property_is_unknown_and_not_converted(registered: bool) -> None:
    found = lamp("one", registered=registered, spec=LATER)
    assert (found.watts, found.colours, found.first) == (LATER, LATER, LATER)


def test_an_output_is_unknown_until_aws_has_given_it() -> None:
    assert lamp("one").address is LATER
    assert lamp("one", address="10.0.0.1").address == "10.0.0.1"
    assert lamp("one", registered=False).address is None
    assert lamp("one", registered=False, address="10.0.0.1").address == "10.0.0.1"


def test_what_only_aws_tells_is_none_where_nobody_asked_it() -> None:
    """Whatever the program says of it."""
    assert lamp("one", health="healthy").health is None
    assert lamp("one", registered=False, health="healthy").health == "healthy"
    assert lamp("one", registered=False, health=NOT_ALLOWED).health is NOT_ALLOWED
    assert lamp("one", registered=False).health is None


@planned_or_live
def test_a_property_that_refers_to_resources_has_their_hops(registered: bool) -> None:
    found = room(
        node(Lamp, "one", registered=registered, spec={"watts": 60.0}),
        node(Lamp, "two", registered=registered),
        registered=registered,
        references={"bestId": ["one"], "wallIds": ["one", "two"]},
    )
    assert (name_of(found.best), names_of(found.walls)) == ("one", ["one", "two"])
    assert isinstance(found.best, Lamp)
    assert found.best.watts == 60


@planned_or_live
def test_a_property_that_is_not_set_names_nothing(registered: bool) -> None:
    found = room(node(Lamp, "one", registered=registered), registered=registered)
    assert (found.best, found.walls, found.standing) == (None, (), ())


def test_an_id_is_that_of_a_resource_of_the_program_or_unknown() -> None:
    lamps = node(Lamp, "one"), node(Lamp, "two")
    ours = room(*lamps, bestId="id-one", wallIds=["id-one", "id-two"])
    assert (name_of(ours.best), names_of(ours.walls)) == ("one", ["one", "two"])

    others = room(*lamps, bestId="id-other", wallIds=["id-one", "id-other"])
    assert others.best == NotOurs("id-other is not a resource of this program")
    assert isinstance(others.walls, NotOurs)

    of_another_type = room(*lamps, node(Hall, "hall"), references={"bestId": ["hall"]})
    assert isinstance(of_another_type.best, NotOurs)


@planned_or_live
def test_the_resources_that_name_another_one_are_its_hops(registered: bool) -> None:
    found = room(
        node(Lamp, "one", registered=registered, references={"roomId": ["room"]}),
        node(Lamp, "two", registered=registered),
        node(Lamp, "three", registered=registered, references={"roomId": ["room"]}),
        registered=registered,
    )
    assert names_of(found.standing) == ["one", "three"]


def test_an_id_that_may_be_the_hops_own_is_unknown_until_that_is_known() -> None:
    found = room(node(Lamp, "one", roomId="id-other"), id=LATER)
    assert isinstance(found.standing, NotOurs)
    assert room(node(Lamp, "one", roomId="id-other")).standing == ()
    assert names_of(room(node(Lamp, "one", roomId="id-room")).standing) == ["one"]


def test_what_could_not_be_read_is_unknown_where_nothing_is_found() -> None:
    unread = lamps_unread(REGION)
    found = room(registered=False, unread=unread)
    assert (found.best, found.walls, found.standing) == (NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED)

    found = room(
        node(Lamp, "one", registered=False), registered=False, unread=unread, references={"bestId": ["one"]}
    )
    assert name_of(found.best) == "one"

    assert room(registered=False, unread=lamps_unread("us-west-2")).walls == ()


@planned_or_live
def test_a_function_reads_from_the_resource_and_the_graph(registered: bool) -> None:
    found = room(
        node(Lamp, "one", registered=registered),
        node(Lamp, "two", registered=registered),
        registered=registered,
    )
    assert found.label == "room of 2"


def test_a_kind_has_the_fields_of_the_kind_that_it_comes_from() -> None:
    hall = node(Hall, "hall", height=4, bestId="id-one")
    found = read(Hall, Source(Graph([hall, node(Lamp, "one")]), hall))
    assert (found.height, name_of(found.best), found.label) == (4, "one", "hall of 1")


def test_what_is_read_apart_from_a_route_has_no_trail() -> None:
    source = Source(Graph([]), node(Lamp, "one"))
    with pytest.raises(LookupError, match="test:index:Lamp one is read apart from a route"):
        _ = source.trail


def test_of_an_unknown_fact_nothing_is_made() -> None:
    assert if_known(2, str) == "2"
    assert if_known(LATER, str) is LATER


def test_what_several_things_lead_to_is_unknown_if_it_is_for_one_of_them() -> None:
    ends: dict[int, Fact[list[str]]] = {1: ["a"], 2: ["b", "c"], 3: LATER, 4: NOT_ALLOWED}
    assert each((), ends.__getitem__) == []
    assert each((1, 2), ends.__getitem__) == ["a", "b", "c"]
    assert each((1, 3, 4), ends.__getitem__) is LATER
    assert each(NOT_ALLOWED, ends.__getitem__) is NOT_ALLOWED


def lamp(name: str, *, registered: bool = True, **properties: Value) -> Lamp:
    found = node(Lamp, name, registered=registered, **properties)
    return read(Lamp, Source(Graph([found], registered=registered), found))


def room(
    *others: Node,
    registered: bool = True,
    unread: Mapping[Kind, Unknown] | None = None,
    **options: Value,
) -> Room:
    """A room among other resources."""
    found = node(Room, "room", registered=registered, **options)
    return read(Room, Source(Graph([found, *others], registered=registered, unread=unread), found))


def lamps_unread(region: str) -> dict[Kind, Unknown]:
    """That nobody may look at the lamps of a region."""
    return {(LAMP, ACCOUNT, region): NOT_ALLOWED}


def node(
    kind: type[Hop],
    name: str,
    *,
    id: str | Unknown | None = None,  # noqa: A002 - as a node has it
    registered: bool = True,
    references: Mapping[str, list[str]] | None = None,
    **properties: Value,
) -> Node:
    """A resource, and by the names of others what its properties refer to, whose ids a preview can't know."""
    referring = {
        property_: LATER if registered else [f"id-{other}" for other in others]
        for property_, others in (references or {}).items()
    }
    return Node(
        urn=f"urn:{name}",
        type=kind.token,
        name=name,
        id=id or f"id-{name}",
        account=ACCOUNT,
        region=REGION,
        properties={**referring, **properties},
        missing=LATER if registered else None,
        references={
            property_: frozenset(f"urn:{other}" for other in others)
            for property_, others in (references or {}).items()
        },
        dependencies=frozenset(),
    )


def name_of(found: Found[Hop]) -> str:
    assert isinstance(found, Hop)
    return found.resource.split(" ")[1]


def names_of(found: Fact[tuple[Lamp, ...]]) -> list[str]:
    assert isinstance(found, tuple)
    return [name_of(lamp) for lamp in found]
