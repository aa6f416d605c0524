"""What is changed in place, and takes away what requests still go to: an NLB, an address, a target group."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crosslink.compare.changes import Change, Operation, displayed
from crosslink.compare.sources import Side
from crosslink.compare.standing.effect import Effect, Kind
from crosslink.graph import tokens
from crosslink.graph.node import fields, items, number, value_at
from crosslink.path.walk import Walk

BESIDE = "add another backend beside it and move its routes, as docs/recipes/move.md says"


def exchanges(base: Side, head: Side, stay: Sequence[Walk], changes: Sequence[Change]) -> Iterator[Effect]:
    """What routes that stay lose by changes in place.

    Args:
        base: the stack before.
        head: the stack after.
        stay: the routes, as they were.
        changes: what becomes of the resources.
    """
    yield from _targets(base, head, stay, changes)
    yield from _emptied(base, head, stay, changes)
    replaced = {change.type for change in changes if change.operation is Operation.REPLACED}
    for change in changes:
        routes = _routes(stay, change.urn)
        if routes and change.operation is Operation.CHANGED:
            for how, lasts in _loses(change, base, head, replaced):
                named = (f"{displayed(change.type)} {change.name}",)
                yield Effect(
                    kind=Kind.INTERRUPTED, what=named, how=how, routes=routes, lasts=lasts, way=BESIDE
                )


def _targets(base: Side, head: Side, stay: Sequence[Walk], changes: Sequence[Change]) -> Iterator[Effect]:
    """Target groups that stay, and of which all targets are others: the old ones go, and what is behind them,
    as soon as the new ones are registered, which isn't yet healthy.

    Sources:
        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-register-targets.html
        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html
    """
    gone = {change.urn for change in changes if change.operation in (Operation.REPLACED, Operation.DELETED)}
    before, after = (_registered(side) for side in (base, head))
    for group in sorted(before.keys() & after.keys() - gone):
        routes = _routes(stay, group)
        if routes and before[group] <= gone:
            named = f"{displayed(tokens.TARGET_GROUP)} {base.run.resources[group].name}"
            yield Effect(
                kind=Kind.INTERRUPTED,
                what=(named,),
                how="gets other targets: requests under way to the old ones fail, and its new targets are "
                "still being registered",
                routes=routes,
                lasts="until they are healthy, up to some minutes",
                way=BESIDE,
            )


def _emptied(base: Side, head: Side, stay: Sequence[Walk], changes: Sequence[Change]) -> Iterator[Effect]:
    """Target groups that lose all their weight: what is new goes elsewhere, and open connections are closed.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html
    """
    for change in changes:
        if change.type != tokens.LISTENER or change.operation is not Operation.CHANGED:
            continue
        before, after = (_weights(side.run.resources[change.urn].inputs) for side in (base, head))
        routes = _routes(stay, change.urn)
        if routes and any(was and not is_ for was, is_ in zip(before, after, strict=False)):
            yield Effect(
                kind=Kind.INTERRUPTED,
                what=(f"{displayed(change.type)} {change.name}",),
                how="takes all weight from a target group: requests under way by it may fail",
                why="the NLB closes the connections to a target group of weight 0 after a short time",
                routes=routes,
                lasts="once, within moments",
            )


def _routes(walks: Sequence[Walk], urn: str) -> tuple[str, ...]:
    """The routes with a resource on their way, each once: one may have a walk to each of two backends."""
    return tuple(dict.fromkeys(walk.path for walk in walks if urn in walk.resources))


def _weights(listener: Mapping[str, Any]) -> Sequence[float]:
    """The weights of a listener's target groups, in their order, which the program keeps."""
    return [
        number(fields(group).get("weight")) or 0
        for action in items(listener.get("defaultActions"))
        for group in items(value_at(action, "forward", "targetGroups"))
    ]


def _registered(side: Side) -> Mapping[str, set[str]]:
    """Target group → the registrations of its targets."""
    found: dict[str, set[str]] = defaultdict(set)
    for urn, resource in side.run.resources.items():
        if resource.type == tokens.ATTACHMENT:
            for group in resource.property_dependencies.get("targetGroupArn", ()):
                found[group].add(urn)
    return found


def _loses(change: Change, base: Side, head: Side, replaced: set[str]) -> Iterator[tuple[str, str]]:
    """What goes, and for how long requests fail."""
    paths = {difference.path.partition("[")[0] for difference in change.differences}
    match change.type:
        case tokens.ENDPOINT_SERVICE if "networkLoadBalancerArns" in paths:
            # https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
            yield "exchanges its NLB: connections over the old one end", "until the new one serves"
        case tokens.ENDPOINT if _leaves(*(side.run.resources[change.urn].inputs for side in (base, head))):
            how = "leaves a zone at once, while the gateway NLB still sends requests to its address there"
            yield how, "until the NLB finds it unhealthy, up to a minute"
        case tokens.LISTENER if "defaultActions" in paths and tokens.TARGET_GROUP in replaced:
            # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-register-targets.html
            how = "turns to a new target group, whose targets are still being registered"
            yield how, "until they are healthy, up to some minutes"
        case _:
            return


def _leaves(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether an address goes and another stays. Where all are others, a new endpoint takes its place."""
    was, is_ = (
        {str(each.get("ipv4")) for each in inputs.get("subnetConfigurations") or ()}
        for inputs in (before, after)
    )
    return bool(was - is_) and bool(was & is_)
