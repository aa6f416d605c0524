"""What callers lose by a change: routes, methods, ways to call, and the URLs themselves."""

from collections.abc import Iterator, Mapping, Sequence

from crosslink.compare.changes import Change, Operation
from crosslink.compare.route_openings import longest
from crosslink.compare.sources import Side
from crosslink.compare.standing.effect import FOR_GOOD, Effect, Kind
from crosslink.compare.standing.tighter import less_time
from crosslink.compare.wider import EVERYWHERE, more_of
from crosslink.graph import tokens
from crosslink.graph.unknown import present
from crosslink.path.intent import Intent

# https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
NO_METHOD = "API Gateway answers 403, Missing Authentication Token"
FIRST_ELSEWHERE = "take its callers elsewhere first"


def callers(base: Side, head: Side, changes: Sequence[Change]) -> Iterator[Effect]:
    """What callers of BASE find no longer in HEAD."""
    before, after = _intents(base), _intents(head)
    yield from _routes_gone(before, after)
    yield from _routes_taken(before, after)
    for path, was in before.items():
        if was.api and path in after and after[path].api:
            yield from (_loss(path, how) for how in _narrower(was, after[path]))
    yield from _keys_gone(changes)
    yield from _urls(base, head, before, after, changes)


def _intents(side: Side) -> Mapping[str, Intent]:
    return {walk.path: intent for walk in side.model.walks for intent in present(walk.intent)}


def _loss(path: str, how: str) -> Effect:
    return Effect(kind=Kind.GOES, what=(path,), how=how, routes=(path,), lasts=FOR_GOOD, way=FIRST_ELSEWHERE)


def _routes_gone(before: Mapping[str, Intent], after: Mapping[str, Intent]) -> Iterator[Effect]:
    for path, was in before.items():
        if path in after and was.api and after[path].api is None:
            yield _loss(path, "is no longer a route of an API of this stack: the API goes")
        elif path not in after and was.api is None:
            yield _loss(path, "goes: whoever comes by the endpoint service gets 404 from the load balancer")
        elif path not in after:
            taken_by = longest(path, after)
            told = f"{taken_by} takes its requests" if taken_by else NO_METHOD
            yield _loss(path, f"goes: {told}")


def _routes_taken(before: Mapping[str, Intent], after: Mapping[str, Intent]) -> Iterator[Effect]:
    """New routes below one that has answered their requests."""
    for path, intent in after.items():
        taken_from = None if path in before else longest(path, before)
        if taken_from and taken_from in after and intent.api and before[taken_from].api:
            yield _loss(path, f"takes requests that {taken_from} has answered")


def _narrower(before: Intent, after: Intent) -> Iterator[str]:
    """What a route no longer takes."""
    if "ANY" in before.methods and "ANY" not in after.methods:
        yield f"takes {', '.join(after.methods)} alone: to other methods {NO_METHOD}"
    elif "ANY" not in after.methods and (gone := more_of(after.methods, before.methods)):
        yield f"no longer takes {', '.join(gone)}: {NO_METHOD}"
    if before.auth != after.auth and after.kind.strength > 0:
        yield f"has auth {after.auth}, it was {before.auth}: callers who send what they did are refused"
    elif before.auth == after.auth:
        yield from _fewer_callers(before, after)
    fewer = after.source_ips and more_of(after.source_ips, before.source_ips or (EVERYWHERE,))
    if fewer:
        yield f"takes callers from {', '.join(after.source_ips)} alone: others get 403"
    yield from _fewer_pages(before, after)
    yield from less_time(before, after)


def _fewer_pages(before: Intent, after: Intent) -> Iterator[str]:
    if before.cors and not after.cors:
        yield "takes no calls from web pages of other origins any more: browsers refuse them"
    elif before.cors:
        for what, old, new in (
            ("pages of", before.cors_origins, after.cors_origins),
            ("the headers", before.cors_headers, after.cors_headers),
        ):
            if old and new is not None and "*" not in new and (gone := more_of(new, old)):
                yield f"lets in {what} {', '.join(gone)} no longer"
        if before.credentials and not after.credentials:
            yield "lets web pages send no cookies and other credentials of the browser any more"


def _fewer_callers(before: Intent, after: Intent) -> Iterator[str]:
    for what in ("principals", "scopes"):
        old, new = getattr(before, what), getattr(after, what)
        if new and (not old or more_of(new, old)):
            yield f"takes only the {what} {', '.join(new)}: others get 403"
    if before.authorizer != after.authorizer:
        asked = f"asks {after.authorizer}, it was {before.authorizer}"
        yield f"{asked}: callers whom only the old one knows get 401"
    if before.token_header != after.token_header and after.kind.asks == "function":
        yield f"looks for tokens in {after.token_header}, it was {before.token_header}: others get 401"
    if before.id_tokens != after.id_tokens:
        yield f"takes {'ID' if after.id_tokens else 'access'} tokens alone: others get 401"


def _keys_gone(changes: Sequence[Change]) -> Iterator[Effect]:
    """Clients whose keys are no longer taken."""
    gone = [
        change.name
        for change in changes
        if change.type == tokens.API_KEY and change.operation in (Operation.DELETED, Operation.REPLACED)
    ]
    if gone:
        how = "goes: requests with it get 403"
        way = "give its callers another key first"
        yield Effect(
            kind=Kind.GOES, what=tuple(f"key {name}" for name in gone), how=how, lasts=FOR_GOOD, way=way
        )


def _urls(
    base: Side,
    head: Side,
    before: Mapping[str, Intent],
    after: Mapping[str, Intent],
    changes: Sequence[Change],
) -> Iterator[Effect]:
    """Whether the routes that stay have other URLs."""
    stay = tuple(path for path in before if before[path].api and path in after and after[path].api)
    if not stay:
        return
    was, is_ = before[stay[0]], after[stay[0]]
    if was.domain:
        how = _of_domain(was, is_)
    elif is_.domain:
        how = f"becomes https://{is_.domain}: with a domain name the API's own address is switched off"
    else:
        how = _of_api(base, head, was, is_, changes)
    if how:
        yield Effect(
            kind=Kind.MOVES,
            what=("the URL",),
            how=how,
            why="API Gateway's address names the API, its region and its stage, and a domain name is mapped",
            routes=stay,
            lasts=FOR_GOOD,
            way="have old and new side by side, in two stacks, until the callers have moved",
        )


def _of_domain(was: Intent, is_: Intent) -> str | None:
    if is_.domain is None:
        return f"is API Gateway's again: {was.domain} no longer answers"
    if is_.domain != was.domain:
        return f"becomes https://{is_.domain}: {was.domain} no longer answers"
    paths = [f"https://{intent.domain}/{intent.base_path or ''}".rstrip("/") for intent in (was, is_)]
    return f"becomes {paths[1]}: {paths[0]} no longer answers" if paths[0] != paths[1] else None


def _of_api(base: Side, head: Side, was: Intent, is_: Intent, changes: Sequence[Change]) -> str | None:
    gone = [
        change
        for change in changes
        if change.type == tokens.REST_API and change.operation in (Operation.DELETED, Operation.REPLACED)
    ]
    ids = [side.declared.api.id if side.declared and side.declared.api else None for side in (base, head)]
    if gone or was.existing != is_.existing or (was.existing and ids[0] != ids[1]):
        return "is another API's: the old one no longer answers"
    if any(_is_below_another(change) for change in changes):
        return "has other segments before its path: the old one no longer answers"
    if was.api != is_.api:
        return f"is in {is_.api}, it was in {was.api}: the old one no longer answers"
    if was.stage != is_.stage:
        return f"ends with /{is_.stage}: /{was.stage} no longer answers"
    return None


def _is_below_another(change: Change) -> bool:
    """Whether a resource of an existing API moves below another one."""
    moves = any(difference.path == "parentId" for difference in change.differences)
    return change.type == tokens.API_RESOURCE and change.operation is Operation.CHANGED and moves
