"""What two backends of one route share at the gateway NLB: a listener, and the target groups in its action.

Each backend has a walk of its own. On it are the group of both, the group of this one alone, and of their
targets those that are addresses of this backend's endpoint.
"""

from collections.abc import Sequence

from crosslink.graph import tokens
from crosslink.graph.graph import follow
from crosslink.graph.node import Node
from crosslink.graph.unknown import Fact, visible
from crosslink.path.hop import if_known
from crosslink.path.private_link import configurations
from crosslink.path.trail import Finds, Trail


def unless_shared(alone: Finds, shared: Finds) -> Finds:
    """Finds what one function finds; of a route that two backends serve what the other one does."""
    return lambda trail: (shared if trail.is_shared else alone)(trail)


def target_groups(trail: Trail) -> Fact[Sequence[Node]]:
    """The target groups that the listener forwards to, and in which the walk's own targets are."""
    groups = follow(
        trail.node("listener"),
        lambda node: trail.graph.all_named(node, "defaultActions", tokens.TARGET_GROUP),
    )
    return if_known(groups, lambda found: [group for group in found or () if _members(trail, group)])


def targets(trail: Trail) -> Fact[Sequence[Node]]:
    """The walk's own targets in these groups."""
    groups = trail.found("target group")
    return if_known(groups, lambda found: [target for group in found for target in _members(trail, group)])


def _members(trail: Trail, group: Node) -> list[Node]:
    """The targets of a group that are the walk's endpoint."""
    found = trail.graph.all_naming(group, "targetGroupArn", tokens.ATTACHMENT)
    return [target for target in visible(found) if _is_own(trail, target)]


def _is_own(trail: Trail, target: Node) -> bool:
    """Whether a target is an address of the walk's endpoint, or one that it has asked for; while addresses
    are unknown, whether it is said to come from there."""
    endpoint, backend = trail.node("interface endpoint"), trail.backend
    asked = backend.addresses.values() if backend else ()
    if not isinstance(endpoint, Node):
        return target.get("targetId") in asked
    addresses = [address for _, address in configurations(endpoint) if isinstance(address, str)]
    named = trail.graph.named_by(target, "targetId", tokens.ENDPOINT)
    return target.get("targetId") in (*addresses, *asked) or endpoint in named
