"""What leaves a gap for requests though nothing on their way is replaced: what goes, and what overlaps."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from crosslink.compare.changes import Change, Operation, displayed
from crosslink.compare.sources import Side
from crosslink.compare.standing.effect import FOR_GOOD, Effect, Kind
from crosslink.graph import tokens
from crosslink.ip_ranges import within
from crosslink.path.walk import Walk

MINUTES = "some minutes"
# No request needs them: what they limit or keep back is told as an opening
NOT_CARRYING = {
    tokens.API_ACCOUNT,
    tokens.API_METHOD_SETTINGS,
    tokens.AUTOSCALER,
    tokens.DISRUPTION_BUDGET,
    tokens.LIMIT_RANGE,
    tokens.NETWORK_POLICY,
    tokens.RESOURCE_QUOTA,
    tokens.USAGE_PLAN,
    tokens.USAGE_PLAN_KEY,
    tokens.WEB_ACL_ASSOCIATION,
}
# Told as another URL, and by `ways_out`
TOLD_ELSEWHERE = {tokens.BASE_PATH_MAPPING, tokens.DNS_RECORD, tokens.DOMAIN_NAME, tokens.NAT_GATEWAY}


def gaps(stay: Sequence[tuple[Walk, Walk]], changes: Sequence[Change]) -> Iterator[Effect]:
    """Hops of routes that stay, which are deleted, and in whose place there is nothing.

    Where another hop of the kind is there, it was made or left before: Pulumi deletes last.
    """
    gone = {
        change.urn: change
        for change in changes
        if change.operation is Operation.DELETED and change.type not in NOT_CARRYING | TOLD_ELSEWHERE
    }
    paths: dict[tuple[str, str], list[str]] = defaultdict(list)
    for before, after in stay:
        left = {title for title, _hop in after.resources.values()}
        for urn, (title, _hop) in before.resources.items():
            if urn in gone and title not in left:
                paths[urn, title].append(before.path)
    for (urn, title), routes in paths.items():
        yield Effect(
            kind=Kind.NOT_JUDGED,
            what=(_named(gone[urn]),),
            how=f"goes, and its routes have no other {title}",
            routes=tuple(routes),
        )


def of_others(base: Side, changes: Sequence[Change]) -> Iterator[Effect]:
    """Endpoint services of a stack without an API: the endpoints that name them are another stack's."""
    if base.declared is None or base.declared.consumer:
        return
    for change in changes:
        gone = change.operation in (Operation.DELETED, Operation.REPLACED)
        if change.type == tokens.ENDPOINT_SERVICE and gone:
            yield Effect(
                kind=Kind.INTERRUPTED,
                what=(_named(change),),
                how="goes, and its name with it: the endpoints of others that name it lead nowhere",
                routes=tuple(base.declared.routes),
                lasts=FOR_GOOD,
                way="add a backend beside it, and let the others connect to that first",
            )


def overlaps(base: Side, head: Side) -> Iterator[Effect]:
    """Networks of the consumer that are made anew while the old one, which overlaps, still serves.

    The more specific route wins: https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
    """
    before, after = base.declared, head.declared
    if not (before and before.consumer and after and after.consumer):
        return
    networks = {"consumer.network": (before.consumer.cidr, after.consumer.cidr)}
    for region in before.landings.keys() & after.landings.keys():
        networks[f"consumer.landings.{region}"] = (before.landings[region], after.landings[region])
    for what, (was, is_) in sorted(networks.items()):
        if was and is_ and was != is_ and (within(was, is_) or within(is_, was)):
            yield Effect(
                kind=Kind.INTERRUPTED,
                what=(what,),
                how=f"gets {is_}, which overlaps {was}: packets for the old network go to the new one",
                why="both are there until requests have gone over, and the more specific route wins",
                routes=tuple(before.routes),
                lasts=MINUTES,
                way="take a range apart from the old one",
            )


def ways_out(base: Side, changes: Sequence[Change]) -> Iterator[Effect]:
    """NAT gateways of a network that stays, which go or are exchanged: pods have no way out meanwhile."""
    deleted = {change.urn for change in changes if change.operation is Operation.DELETED}
    resources = base.run.resources
    networks_gone = {resources[urn].parent for urn in deleted if resources[urn].type == tokens.VPC}
    moved = [
        change.name
        for change in changes
        if change.type == tokens.NAT_GATEWAY
        and change.operation in (Operation.DELETED, Operation.REPLACED)
        and resources[change.urn].parent not in networks_gone
    ]
    if moved:
        yield Effect(
            kind=Kind.INTERRUPTED,
            what=tuple(f"NAT gateway {name}" for name in moved),
            how="goes: what pods send to the internet fails for a while, and comes from another address then",
            lasts=f"{MINUTES}, of what pods send",
            way="keep the zone with the NAT gateway first, or have one in each with `nat: per-zone`",
        )


def _named(change: Change) -> str:
    return f"{displayed(change.type)} {change.name}"
