"""What two backends of one route share at the gateway NLB: a listener, and the target groups in its action.

Each backend has a walk of its own. On it are the group of both, the group of this one alone, and of their
targets those that are addresses of this backend's endpoint.
"""

from collections.abc import Sequence

from crosslink.graph import tokens
from crosslink.graph.graph import follow
from crosslink.graph.node import Node
from crosslink.graph.unknown import Fact, Found, Unknown, visible
from crosslink.path.private_link import configurations
from crosslink.path.trail import Trail


def target_groups(trail: Trail) -> Found[Node] | Fact[Sequence[Node]]:
    """The target groups that a listener forwards to, of a route that two backends serve; else the one."""
    listener = trail.node("listener")
    if not trail.is_shared:
        return trail.graph.step(listener, "defaultActions", tokens.TARGET_GROUP)
    groups = _groups(trail)
    return groups if isinstance(groups, Unknown) else [group for group in groups if _members(trail, group)]


def targets(trail: Trail) -> Fact[Sequence[Node]]:
    """The targets of the target groups; of a route that two backends serve those of the walk's own."""
    if not trail.is_shared:
        found = follow(trail.node("target group"), lambda group: _targets(trail, group))
        return found if isinstance(found, Unknown) else found or []
    groups = trail.found("target group")
    return groups if isinstance(groups, Unknown) else [t for g in groups for t in _members(trail, g)]


def _groups(trail: Trail) -> Fact[list[Node]]:
    found = follow(
        trail.node("listener"),
        lambda node: trail.graph.all_named(node, "defaultActions", tokens.TARGET_GROUP),
    )
    return found if isinstance(found, Unknown) else found or []


def _targets(trail: Trail, group: Node) -> Fact[list[Node]]:
    return trail.graph.all_naming(group, "targetGroupArn", tokens.ATTACHMENT)


def _members(trail: Trail, group: Node) -> list[Node]:
    """The targets of a group that are the walk's endpoint."""
    return [target for target in visible(_targets(trail, group)) if _is_own(trail, target)]


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
