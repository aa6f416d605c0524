"""How a route is open to more callers than it was: by what it declares, and by its limits."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeAlias

from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Value, fields
from crosslink.ip_ranges import within
from crosslink.path.intent import Intent
from crosslink.path.methods import route_of

EVERYWHERE = "0.0.0.0/0"
STAGE_WIDE = "*/*"
Limits: TypeAlias = Mapping[str, Mapping[str, Value]]
LIMITS = {"rate": "throttlingRateLimit", "burst": "throttlingBurstLimit"}


def new_route(intent: Intent) -> str:
    """For whom a new route is."""
    open_to_all = intent.kind.strength == 0
    who = "everybody, without authentication" if open_to_all else f"callers with auth {intent.auth}"
    where = f", from {', '.join(intent.source_ips)}" if intent.source_ips else ""
    return f"is a new route for {who}{where}: {_methods(intent.methods)}"


def wider_route(before: Intent, after: Intent) -> Iterator[str]:
    """What a route declares to be open to, and wasn't before."""
    yield from _more_callers(before, after)
    if "ANY" not in before.methods and (more := more_of(before.methods, after.methods)):
        yield f"takes more: {_methods(more)}"
    if before.source_ips:
        yield from gained("takes callers from", wider(before.source_ips, after.source_ips or (EVERYWHERE,)))
    if after.cors and not before.cors:
        yield "takes calls from web pages of other origins"
    if before.tls_domain and not after.tls_domain:
        yield "is no longer encrypted on its way to the backend"
    if after.existing and not before.existing:
        yield "is in somebody else's API, whose policy says who may call besides"


def wider_limits(path: str, methods: Sequence[str], old: Limits, new: Limits) -> Iterator[str]:
    """The limits of a route's own methods that are higher, or gone so that the stage's are left."""
    found: dict[str, None] = {}  # the same limit of several methods is told once
    for method_path in dict.fromkeys([*old, *new]):
        above, _slash, verb = method_path.rpartition("/")
        if route_of(above) == path and ("ANY" in methods or verb in methods):
            before, after = (side.get(method_path, side.get(STAGE_WIDE, {})) for side in (old, new))
            for name, key in LIMITS.items():
                found |= dict.fromkeys(raised(name, before.get(key), after.get(key)))
    yield from found


def raised(name: str, before: Value, after: Value) -> Iterator[str]:
    """A limit that is higher than it was, or gone; -1 is none."""
    if isinstance(before, float) and before >= 0 and not (isinstance(after, float) and 0 <= after <= before):
        limit = f"{after:g}" if isinstance(after, float) and after >= 0 else "gone"
        yield f"its {name} limit is {limit}, it was {before:g}"


def wider(before: Sequence[str | None], after: Sequence[str]) -> list[str]:
    """The ranges of a list that don't lie in any of another."""
    return [cidr for cidr in more_of(before, after) if not any(within(cidr, other) for other in before)]


def more_of(before: Collection[str | None], after: Sequence[str]) -> list[str]:
    """What is in one list and not in another."""
    return [text for text in after if text not in before]


def gained(how: str, more: Sequence[str]) -> Iterator[str]:
    """How something opens up, if there is more of what it lets in."""
    if more:
        yield f"{how} {', '.join(more)}"


def _methods(methods: Sequence[str]) -> str:
    return "any method" if "ANY" in methods else ", ".join(methods)


def _more_callers(before: Intent, after: Intent) -> Iterator[str]:
    """By auth, and with the same auth by what it asks for."""
    if after.auth != before.auth:
        strength = after.kind.strength - before.kind.strength
        if strength <= 0:
            yield f"has {'a weaker' if strength else 'another'} auth: {after.auth}, it was {before.auth}"
        return
    principals = "principals", before.principals, after.principals
    for what, old, new in (principals, ("scopes", before.scopes, after.scopes)):
        if old and not new:
            yield f"is no longer limited to some {what}"
        elif old:
            yield from gained(f"has more {what}:", more_of(old, new))
    if after.authorizer != before.authorizer:
        yield f"has another authorizer: {after.authorizer}"


def limits_of(graph: Graph) -> Limits:
    """A stage's limits: `/svc1/GET` → those of the method, and those of all under `*/*`."""
    return {
        str(node.get("methodPath")).replace("~1", "/"): fields(node.get("settings"))
        for node in graph.of_type(tokens.API_METHOD_SETTINGS)
    }
