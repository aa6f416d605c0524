"""The closure of what waits for what."""

from collections.abc import Iterable, Mapping

from crosslink.graph.waiting import everything_before

# listener → load balancer → subnet → VPC; the load balancer also waits for a security group of that VPC.
STACK = {
    "vpc": [],
    "subnet": ["vpc"],
    "group": ["vpc"],
    "balancer": ["subnet", "group"],
    "listener": ["balancer", "elsewhere"],
}


def _direct(edges: Mapping[str, Iterable[str]]):
    return lambda urn: edges.get(urn, ())


def test_what_is_waited_for_through_others():
    assert everything_before("listener", _direct(STACK)) == {
        "balancer",
        "elsewhere",
        "group",
        "subnet",
        "vpc",
    }
    assert everything_before("vpc", _direct(STACK)) == frozenset()


def test_a_resource_that_nobody_knows_waits_for_nothing():
    assert everything_before("elsewhere", _direct(STACK)) == frozenset()


def test_a_cycle_ends():
    edges = {"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]}
    known: dict[str, frozenset[str]] = {}
    assert [everything_before(urn, _direct(edges), known) for urn in edges] == [{"a", "b", "c"}] * 4


def test_a_chain_may_be_longer_than_the_stack_of_calls():
    edges = {str(number): [str(number + 1)] for number in range(10_000)}
    assert len(everything_before("0", _direct(edges))) == 10_000


def test_shared_results_are_those_of_single_calls_and_are_looked_at_once():
    asked: list[str] = []

    def direct(urn: str) -> Iterable[str]:
        asked.append(urn)
        return STACK.get(urn, ())

    known: dict[str, frozenset[str]] = {}
    for urn in STACK:
        assert everything_before(urn, direct, known) == everything_before(urn, _direct(STACK))
    assert sorted(asked) == sorted([*STACK, "elsewhere"])
