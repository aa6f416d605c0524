"""How a route is more open than it was, by what the stack declares; of one that is new, for whom it is."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from crosslink.compare.resource_openings import STAGE_WIDE
from crosslink.compare.sources import Side
from crosslink.compare.wider import EVERYWHERE, gained, more_of, raised
from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Value
from crosslink.graph.unknown import present
from crosslink.path.intent import Intent
from crosslink.path.methods import route_of
from crosslink.path.output import Declared
from settings.path import ROOT

Limits: TypeAlias = Mapping[str, Value]  # path of the methods → their settings


def routes(base: Side, head: Side) -> Iterator[tuple[str, str]]:
    """Path of a route → how it opens up."""
    before, after = (
        {walk.path: intent for walk in side.model.walks for intent in present(walk.intent)}
        for side in (base, head)
    )
    old, new = _limits_of(base.graph), _limits_of(head.graph)
    for path, intent in after.items():
        was = before.get(path)
        if was is None or (intent.api and not was.api):
            yield path, _new_route(intent)
        else:
            if intent.api:
                yield from ((path, how) for how in _wider_route(was, intent))
                yield from ((path, how) for how in _wider_limits(path, intent.methods, old, new))
            yield from ((path, how) for how in _leads_elsewhere(path, base.declared, head.declared))
            if was.sent_as != intent.sent_as:
                yield path, f"is sent to its backend as {intent.sent_as}, it was {was.sent_as}"
    for path, intent in before.items():
        taken_by = longest(path, after) if path not in after else None
        if taken_by and intent.api and after[taken_by].api:
            for how in _wider_route(intent, after[taken_by]):
                yield path, f"is taken by {taken_by}, which {how}"


def longest(path: str, paths: Iterable[str]) -> str | None:
    """The longest of some paths above another one, which takes its requests; None if there is none."""
    above = [other for other in paths if other == ROOT or path.startswith(f"{other}/")]
    return max(above, key=len, default=None)


def _new_route(intent: Intent) -> str:
    """For whom a new route is."""
    if intent.api is None:
        return "is a new path for whoever may connect to its endpoint service"
    open_to_all = intent.kind.strength == 0
    who = "everybody, without authentication" if open_to_all else f"callers with auth {intent.auth}"
    where = f", from {', '.join(intent.source_ips)}" if intent.source_ips else ""
    return f"is a new route for {who}{where}: {_methods(intent.methods)}"


def _wider_route(before: Intent, after: Intent) -> Iterator[str]:
    """What a route declares to be open to, and wasn't before."""
    yield from _more_callers(before, after)
    if "ANY" not in before.methods and (more := more_of(before.methods, after.methods)):
        yield f"takes more: {_methods(more)}"
    if before.source_ips:
        yield from gained("takes callers from", before.source_ips, after.source_ips or (EVERYWHERE,))
    if after.cors and not before.cors:
        yield "takes calls from web pages of other origins"
    if after.credentials and not before.credentials:
        yield "lets web pages send cookies and other credentials of the browser"
    yield from _told_of_callers(before.told_by, after.told_by)
    if before.tls_domain and not after.tls_domain:
        yield "is no longer encrypted on its way to the backend"
    if after.existing and not before.existing:
        yield "is in somebody else's API, whose policy says who may call besides"
    if after.connection == "existing" != before.connection:
        yield "gets to its endpoint over routes of somebody else's, not over a peering of the stack"


def _told_of_callers(before: str | None, after: str | None) -> Iterator[str]:
    """Whether a service learns who calls; one that has relied on it may take callers for somebody else."""
    if before and not after:
        yield f"no longer tells its service who calls, which {before} did"
    elif after and after != before:
        yield f"tells its service who calls, in {after}" + (f", it was in {before}" if before else "")


def _leads_elsewhere(path: str, before: Declared | None, after: Declared | None) -> Iterator[str]:
    """What is behind a route that somebody else decides on, and wasn't before."""
    if before and after:
        was, is_ = _somebody_elses(path, before), _somebody_elses(path, after)
        if is_ and is_ != was:
            yield f"leads to {is_}" + (f", it was {was}" if was else "")


def _somebody_elses(path: str, declared: Declared) -> str | None:
    """What a route leads to if the stack doesn't make it: its owner says what answers there."""
    backend = declared.backends[declared.routes[path].backend]
    if backend.kind == "service":
        return f"somebody else's endpoint service {backend.service_name}"
    if backend.load_balancer_arn:
        return f"somebody else's load balancer {backend.load_balancer_arn}"
    return f"somebody else's cluster {backend.cluster_name}" if backend.existing else None


def _wider_limits(path: str, methods: Sequence[str], old: Limits, new: Limits) -> Iterator[str]:
    """The limits of a route's own methods that are higher, or gone so that the stage's are left."""
    found: dict[str, None] = {}  # the same limit of several methods is told once
    for method_path in dict.fromkeys([*old, *new]):
        above, _slash, verb = method_path.rpartition("/")
        if route_of(above) == path and ("ANY" in methods or verb in methods):
            limits = (side.get(method_path, side.get(STAGE_WIDE)) for side in (old, new))
            found |= dict.fromkeys(raised(*limits))
    yield from found


def _methods(methods: Sequence[str]) -> str:
    return "any method" if "ANY" in methods else ", ".join(methods)


def _more_callers(before: Intent, after: Intent) -> Iterator[str]:
    """By auth, and with the same auth by what it asks for."""
    if after.auth != before.auth:
        strength = after.kind.strength - before.kind.strength
        if strength <= 0:
            yield f"has {'a weaker' if strength else 'another'} auth: {after.auth}, it was {before.auth}"
        return
    if after.id_tokens and not before.id_tokens:
        yield "takes ID tokens of every user of the pool, from any of its app clients"
    for what in ("principals", "scopes"):
        old, new = getattr(before, what), getattr(after, what)
        if old and not new:
            yield f"is no longer limited to some {what}"
        elif old:
            yield from gained(f"has more {what}:", old, new)
    if after.authorizer != before.authorizer:
        yield f"has another authorizer: {after.authorizer}"


def _limits_of(graph: Graph) -> Limits:
    """A stage's limits: `/svc1/GET` → those of the method, and those of all under `*/*`."""
    nodes = graph.of_type(tokens.API_METHOD_SETTINGS)
    return {str(node.get("methodPath")).replace("~1", "/"): node.get("settings") for node in nodes}
