"""The rule of the zones that pods can run in."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from crosslink.graph.unknown import NotKnownError, Text, Unknown, known
from crosslink.path import steps
from crosslink.path.placement import ZONE, ZONE_ID, Requirement
from crosslink.path.pods import Deployment
from crosslink.path.walk import Walk
from crosslink.rules.grade import Grade, Graded
from crosslink.rules.node_fit import pools_of
from crosslink.rules.rule import fix, rule, with_own_cluster
from crosslink.rules.text import listed


class _Zone(NamedTuple):
    """A zone of the cluster's node subnets."""

    id: str
    name: Text  # unknown in a preview

    def meets(self, asked: Sequence[Requirement]) -> bool:
        """Whether nodes in it are as required."""
        by_id = all(each.takes(self.id) for each in asked if each.key == ZONE_ID)
        named = [each for each in asked if each.key == ZONE]
        return by_id and (not named or all(each.takes(str(known(self.name))) for each in named))


@rule(
    steps.DEPLOYMENT,
    when=with_own_cluster,
    source="https://karpenter.sh/docs/concepts/scheduling/#topology-spread",
    grade=Grade.REDUNDANCY,
)
@fix(
    """Let node pools, nodeSelector and affinity of the pods take two zones of the node subnets, and have such
    subnets in two: `kubectl get nodepools -o yaml` and `kubectl get nodes -L
    topology.kubernetes.io/zone` show them."""
)
def pods_can_run_in_two_zones(walk: Walk, deployment: Deployment) -> str | Graded | None:
    """The pods can run in more than one zone: with one, no request gets through when it fails."""
    zones = {known(way.subnet.zone): way.subnet.zone_name for way in walk.seen(steps.EXIT)}
    there = [_Zone(id=str(id_), name=name) for id_, name in zones.items()]
    if len(there) == 1:
        return f"the cluster's node subnets are in zone {there[0].id} alone"
    ways = list(_ways(walk, deployment))
    if not there or not ways or not all(ways):
        return None  # another rule tells that no pool fits
    by_name = any(each.key == ZONE for asked in ways for each in asked)
    if by_name and any(isinstance(zone.name, Unknown) for zone in there):
        return _by_count(ways)
    taken = {zone for zone in there for asked in ways if zone.meets(asked)}
    told = listed({str(each) for asked in ways for each in asked})
    if not taken:
        where = listed(f"{zone.id}" for zone in there)
        return Graded(f"they can run where {told} alone, the node subnets are in {where}", Grade.STOPS)
    return f"they can run in zone {next(iter(taken)).id} alone: {told}" if len(taken) == 1 else None


def _ways(walk: Walk, deployment: Deployment) -> Iterator[tuple[Requirement, ...]]:
    """What is asked of zones by pods and a node pool that fits them, for each that does."""
    placement, pools = known(deployment.placement), list(pools_of(walk))
    if not any(map(_of_zones, (*placement.alternatives, *(pool.requirements for pool in pools)))):
        yield ()
        return
    for pool in pools:
        if not pool.shuts_out(placement.tolerations):
            for asked in placement.alternatives:
                if pool.unmet(asked) is None:
                    yield _of_zones((*asked, *pool.requirements))


def _of_zones(asked: Sequence[Requirement]) -> tuple[Requirement, ...]:
    return tuple(each for each in asked if each.key in (ZONE, ZONE_ID))


def _by_count(ways: Sequence[Sequence[Requirement]]) -> str | None:
    """What can be told before AWS has said which names the zones have."""
    named = [{value for each in asked if each.operator == "In" for value in each.values} for asked in ways]
    told = listed({str(each) for asked in ways for each in asked})
    if all(named) and len({value for values in named for value in values}) == 1:
        return f"they can run where {told} alone"
    raise NotKnownError(f"in how many zones is {told} isn't known before AWS has made the subnets")
