"""Requests that fail while an update is under way, though the route is the same before and after it.

Pulumi makes what is new first, changes what refers to it, and deletes last. So a route is interrupted by what
is deleted before its successor is there, and by what several resources have to agree on: they don't change
at once. What else replaces a hop of a route and isn't known to be harmless is told as not judged.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product

from crosslink.compare.changes import Change, Operation, displayed
from crosslink.compare.sources import Side
from crosslink.compare.standing.effect import Effect, Kind
from crosslink.compare.standing.exchanges import BESIDE, exchanges
from crosslink.compare.standing.gaps import MINUTES, gaps, of_others, overlaps, ways_out
from crosslink.graph import tokens
from crosslink.graph.unknown import present
from crosslink.path.walk import Walk

ONE_BY_ONE = "the ALB's listener, both NLBs' ports and the API's integrations change one after the other"
OWNERS_CERTIFICATE = "the API asks for the new name, and another owner changes the certificate"
SERVICE_FIRST = "have another backend serve the path meanwhile, as docs/recipes/move.md says"
# What is deleted before its successor is there: how long it takes to make one
TIMES = {
    # Several minutes for the cluster, https://docs.aws.amazon.com/eks/latest/userguide/create-cluster.html
    tokens.EKS_CLUSTER: "some 20 minutes: a cluster, its nodes and pods, and its ALB",
}
# Made before the old one goes, and taken by what refers to it without a gap: AWS's objects stand side by side
SIDE_BY_SIDE = {
    tokens.API_DEPLOYMENT,
    tokens.ATTACHMENT,
    tokens.EGRESS_RULE,
    tokens.ENDPOINT,
    tokens.INGRESS_RULE,
    tokens.LAMBDA_PERMISSION,
    tokens.LISTENER,
    tokens.LOAD_BALANCER,
    tokens.PEERING,
    tokens.PEERING_ACCEPTER,
    tokens.ROUTE,
    tokens.ROUTE_TABLE,
    tokens.ASSOCIATION,
    tokens.SECURITY_GROUP,
    tokens.SUBNET,
    tokens.TARGET_GROUP,
    tokens.VPC,
    *tokens.VPC_LINKS,
    # Callers get what the deployment holds, which is a copy
    tokens.API_RESOURCE,
    tokens.INTEGRATION,
    tokens.METHOD,
}
# What `callers` tells as another URL, or as keys that go
TOLD_ELSEWHERE = {
    tokens.API_KEY,
    tokens.AUTHORIZER,
    tokens.BASE_PATH_MAPPING,
    tokens.DNS_RECORD,
    tokens.DOMAIN_NAME,
    tokens.REST_API,
    tokens.STAGE,
    tokens.API_METHOD_SETTINGS,
    tokens.USAGE_PLAN,
    tokens.USAGE_PLAN_KEY,
}


def interruptions(base: Side, head: Side, changes: Sequence[Change]) -> Iterator[Effect]:
    """What callers of a route that stays notice of the update itself."""
    after = {walk.name: walk for walk in head.model.walks}
    stay = [(walk, after[walk.name]) for walk in base.model.walks if walk.name in after]
    told = [*_tls(stay), *_services(stay), *_ports(stay, changes)]
    yield from told
    hops = list(_hops(_untold(stay, told), changes))
    yield from hops
    yield from exchanges(base, head, _untold(stay, [*told, *hops]), changes)
    yield from gaps(stay, changes)
    yield from of_others(base, changes)
    yield from overlaps(base, head)
    yield from ways_out(base, changes)


def _untold(stay: Sequence[tuple[Walk, Walk]], told: Sequence[Effect]) -> Sequence[Walk]:
    """The routes of which no interruption is told, as they were."""
    paths = {path for effect in told if effect.kind is Kind.INTERRUPTED for path in effect.routes}
    return [before for before, _after in stay if before.path not in paths]


def _tls(stay: Sequence[tuple[Walk, Walk]]) -> Iterator[Effect]:
    """Hops that have to agree on a protocol and a name, and change one after the other."""
    paths: list[str] = []
    how = why = ""
    for before, after in stay:
        for was, is_ in product(present(before.intent), present(after.intent)):
            same_end = (was.backend, was.cluster_name) == (is_.backend, is_.cluster_name)
            if same_end and was.tls_domain != is_.tls_domain:
                paths.append(before.path)
                switched = "off" if is_.tls_domain is None else "on" if was.tls_domain is None else None
                how = f"TLS is switched {switched}" if switched else "the certificate is for another name"
                # Of another kind the stack makes no ALB, and its owner changes the certificate.
                why = ONE_BY_ONE if switched or is_.kind_of_backend == "cluster" else OWNERS_CERTIFICATE
    if paths:
        yield Effect(
            kind=Kind.INTERRUPTED,
            what=tuple(paths),
            how=f"answer 5xx while {how}",
            why=why,
            routes=tuple(paths),
            lasts=MINUTES,
            way=BESIDE,
        )


def _services(stay: Sequence[tuple[Walk, Walk]]) -> Iterator[Effect]:
    """Routes for which the ALB turns to another Service at once, while its targets are still new."""
    paths = [
        before.path
        for before, after in stay
        if _same_ingress(before, after) and _other_service(before, after)
    ]
    if paths:
        yield Effect(
            kind=Kind.INTERRUPTED,
            what=tuple(paths),
            how="may answer 502 or 503 while the ALB turns to the new pods",
            why="the rule of the ALB leads to the new Service as soon as its Ingress says so",
            routes=tuple(paths),
            lasts="until the new pods are healthy, up to a minute",
            way=SERVICE_FIRST,
        )


def _same_ingress(before: Walk, after: Walk) -> bool:
    ingresses = [_urns(walk, tokens.INGRESS) for walk in (before, after)]
    return bool(ingresses[0] & ingresses[1])


def _other_service(before: Walk, after: Walk) -> bool:
    services = [_urns(walk, tokens.KUBERNETES_SERVICE) for walk in (before, after)]
    return bool(services[0]) and bool(services[1]) and not services[0] & services[1]


def _urns(walk: Walk, type_: str) -> frozenset[str]:
    return frozenset(urn for urn, (_title, hop) in walk.resources.items() if hop.resource_type == type_)


def _ports(stay: Sequence[tuple[Walk, Walk]], changes: Sequence[Change]) -> Iterator[Effect]:
    """Services whose pods listen on another port: the old pods don't, while they are exchanged."""
    changed = {
        change.urn
        for change in changes
        if change.type == tokens.KUBERNETES_DEPLOYMENT
        and any("containerPort" in difference.path for difference in change.differences)
    }
    paths = [before.path for before, _after in stay if changed & before.resources.keys()]
    if paths:
        yield Effect(
            kind=Kind.INTERRUPTED,
            what=tuple(paths),
            how="may answer 502 while pods with the old and with the new port serve",
            routes=tuple(paths),
            lasts="while the pods are exchanged, a minute or two",
            way=SERVICE_FIRST,
        )


def _hops(stay: Sequence[Walk], changes: Sequence[Change]) -> Iterator[Effect]:
    """Hops of routes that stay, and whose resources are replaced."""
    routes: dict[str, dict[str, None]] = defaultdict(dict)  # each once: one may have several walks
    for walk in stay:
        for urn in walk.resources:
            routes[urn][walk.path] = None
    for change in changes:
        if change.urn in routes and change.operation is Operation.REPLACED:
            yield from _replaced(change, tuple(routes[change.urn]))


def _replaced(change: Change, paths: tuple[str, ...]) -> Iterator[Effect]:
    named = (f"{displayed(change.type)} {change.name}",)
    if change.type in TOLD_ELSEWHERE:
        return
    if change.old_first:
        yield Effect(
            kind=Kind.INTERRUPTED,
            what=named,
            how="is deleted before its successor is made: its routes answer 5xx",
            why=f"it is replaced: {change.note}",
            routes=paths,
            lasts=TIMES.get(change.type, MINUTES),
            way=BESIDE,
        )
    elif change.type not in SIDE_BY_SIDE:
        yield Effect(kind=Kind.NOT_JUDGED, what=named, how=f"is replaced: {change.note}", routes=paths)
