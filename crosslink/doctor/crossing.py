"""Asks for a path that API Gateway and the ALB may read differently: whose Service answers it?

API Gateway lets `/status/%2E%2E/orders` in as the route `/status`; with its dots resolved it is `/orders`.
The header with the route's path keeps the ALB from handing it to the Service of `/orders`
(`docs/adr/0012-a-header-binds-route-and-service.md`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus

from components.route_header import ROUTE_HEADER
from crosslink.doctor.probe import SAFE, Answer, Meaning
from crosslink.graph.unknown import Fact, NotKnownError, Unknown
from crosslink.path.output import Declared
from crosslink.rules.verdict import Result
from settings.path import ROOT, ServedPath

# Sends a request: to a route, what comes after its URL, a further header. A NotKnownError if nothing answers.
Ask = Callable[[str, str, Mapping[str, str]], Answer]
HEADER = ROUTE_HEADER.lower()  # as a caller may write it: does the API's own value replace that, too?
_CONDITIONS = "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#conditions"
_RULES = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html"
_COMPARED = ("content-type", "content-length", "etag", "location")  # of an answer's headers


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two routes of one backend: wherever a request of the own one gets to, the other's Service is, too."""

    own: ServedPath  # the route that the request is let in as
    other: ServedPath  # the route whose Service must not answer

    @property
    def below(self) -> str:
        """What comes after the own route's URL; in upper case, since the HTTP client would write it so.

        It ends without a slash: with its dots resolved the backend gets the very path of a plain request to
        the other route, so that their answers can be compared. The root, and a route whose path is stripped,
        go down first: there is nothing above `/`, and no dots are to be left for API Gateway alone.
        """
        up = "/-/%2E%2E" if self.own.sent_as == ROOT else "/%2E%2E" * self.own.sent_as.count("/")
        return up + self.other.sent_as.removesuffix(ROOT)


@dataclass(frozen=True, kw_only=True)
class Plain:
    """The Services' answers to plain requests; None where none is known."""

    own: Answer | None
    other: Answer | None


def pair_of(declared: Declared, paths: Sequence[str]) -> Pair | None:
    """The routes to ask with: best an open one, and another that asks for a signature or a key.

    Args:
        declared: the stack's path.
        paths: the routes of which the request may be let in as one.
    """
    routes = declared.routes
    served = {path: ServedPath(path=path, strip_prefix=route.strip_prefix) for path, route in routes.items()}
    pairs = [
        Pair(own=served[own], other=served[other])
        for own in paths
        for other in sorted(routes)
        if own != other and {*routes[own].backends} <= {*routes[other].backends}
    ]

    def rank(pair: Pair) -> tuple[bool, ...]:
        own, other = routes[pair.own.path], routes[pair.other.path]
        unsafe = bool(own.methods) and not set(own.methods) & set(SAFE)
        everything = pair.own.sent_as == ROOT  # its rule takes all paths: it may answer this one, too
        token = other.auth in ("cognito", "lambda")  # which is rarely at hand for a plain request
        return unsafe, admits_alike(declared, pair), everything, own.auth != "none", token

    return min(pairs, key=rank, default=None)


def admits_alike(declared: Declared, pair: Pair) -> bool:
    """Whether the other route may let the same caller in, too."""
    own, other = declared.routes[pair.own.path].auth, declared.routes[pair.other.path].auth
    return other in ("none", own)


def by_service(answer: Answer | None) -> Answer | None:
    """An answer that came from behind API Gateway; None for API Gateway's own, and anybody else's."""
    return answer if answer and answer.request_id and not answer.error_type else None


def cross(declared: Declared, pair: Pair, own: Answer, ask: Ask) -> list[tuple[Answer | None, Meaning]]:
    """Asks for the crossing path twice: without and with the other route's own header.

    Args:
        declared: the stack's path.
        pair: the routes.
        own: the answer to a plain request to the own route.
        ask: sends a request as a caller of the route.

    Returns:
        Of both requests the answer, None if nothing was sent or nothing came back, with its meaning.
    """
    other = _try(partial(ask, pair.other.path, "", {}))  # unknown without a token for it, for one
    plain = Plain(own=by_service(own), other=None if isinstance(other, Unknown) else by_service(other))
    backend = declared.backends[declared.routes[pair.own.path].backend]
    judged = partial(
        meaning_of_crossing,
        pair=pair,
        plain=plain,
        alike=admits_alike(declared, pair),
        ours=backend.kind == "cluster",
    )
    without = _try(partial(ask, pair.own.path, pair.below, {}))

    def forged(answer: Answer) -> Meaning:
        meaning = judged(answer)
        if not isinstance(without, Unknown):
            meaning = meaning_with_header(answer, without, meaning)
        return replace(meaning, what=f"with {HEADER}: {pair.other.path}, {meaning.what}")

    with_header = _try(partial(ask, pair.own.path, pair.below, {HEADER: pair.other.path}))
    return [_result(without, judged), _result(with_header, forged)]


def _result(sent: Fact[Answer], meaning: Callable[[Answer], Meaning]) -> tuple[Answer | None, Meaning]:
    return (None, _nothing(what=sent.reason)) if isinstance(sent, Unknown) else (sent, meaning(sent))


def _try(send: Callable[[], Answer]) -> Fact[Answer]:
    try:
        return send()
    except NotKnownError as error:
        return Unknown(str(error))


def meaning_of_crossing(
    answer: Answer, pair: Pair, plain: Plain, *, alike: bool, ours: bool = True
) -> Meaning:
    """What the answer to the crossing path proves.

    Args:
        answer: the answer.
        pair: the routes.
        plain: what their Services answer to plain requests.
        alike: whether the other route may let the same caller in, too.
        ours: whether the ALB's rules are the stack's, by an Ingress.
    """
    own, other = pair.own.path, pair.other.path
    if not by_service(answer):
        by = f"API Gateway itself, {answer.error_type}" if answer.error_type else "not API Gateway"
        return _nothing(what=f"{answer.status} by {by}: the request has not got to the ALB")
    if _no_rule(answer):
        if not plain.own or _no_rule(plain.own):
            return _nothing(what=f"the ALB's 404, but no plain request is known to get through {own}")
        if plain.other and _no_rule(plain.other):
            return _nothing(what=f"the ALB's 404, but the ALB has no rule for {other} at all")
        what = f"the ALB's 404: it has not read the path as {own}'s, and the header binds {other}"
        return _holds(what=what)
    if not plain.own or not plain.other:
        missing = other if plain.own else own
        what = (
            f"something behind the ALB answers {answer.status}; whose Service, only a comparison could tell, "
        )
        return _nothing(what=f"{what}and there is no plain answer of {missing}'s")
    return _compared(answer, pair, plain, alike=alike, ours=ours)


def meaning_with_header(answer: Answer, without: Answer, meaning: Meaning) -> Meaning:
    """What the answer proves if the caller has sent the other Service's header.

    Args:
        answer: the answer.
        without: that to the same request without the header.
        meaning: what the answer means by itself.
    """
    if _no_rule(answer) and by_service(without) and not _no_rule(without):
        what = (
            "the ALB's 404, which it doesn't answer without the header: what the caller has sent has arrived"
        )
        fix = f"see that the deployed integration sets {ROUTE_HEADER} from a static value (`pulumi up`)"
        return _broken(what=what, fix=fix)
    return meaning


def _compared(answer: Answer, pair: Pair, plain: Plain, *, alike: bool, ours: bool) -> Meaning:
    own, other = pair.own.path, pair.other.path
    match (_same(answer, plain.own), _same(answer, plain.other)):
        case (False, True):
            unless = f", unless API Gateway has resolved the dots and judged it as {other}" if alike else ""
            what = (
                f"the Service of {other} has answered what was let in as {own}{unless}: the answer is that "
                f"to a plain {other}, and not that to {own}"
            )
            if not ours:
                fix = (
                    f"have the load balancer's owner demand {ROUTE_HEADER}: {other} in the rules for {other}"
                )
                return _broken(what=what, fix=fix, source=_RULES)
            return _broken(
                what=what,
                fix="see that the Ingress has the annotation `conditions.<service>`, that the ALB's rules "
                f"have the condition, and that the deployed integrations set {ROUTE_HEADER}",
            )
        case (True, False):
            what = f"the Service of {own} has answered, as it does plainly: nothing crosses over here"
            return _holds(what=f"{what}, but that proves nothing of the header, which wasn't needed")
        case (True, True):
            return _nothing(what=f"plain requests to {own} and {other} are answered alike, and so is this")
        case _:
            what = f"something behind the ALB answers {answer.status}, unlike a plain request to either route"
            return _nothing(what=f"{what}; whose Service it is can't be told")


def _same(answer: Answer, plain: Answer | None) -> bool:
    return plain is not None and _told(answer) == _told(plain)


def _told(answer: Answer) -> Sequence[object]:
    return answer.status, answer.by_alb, answer.body, [answer.headers.get(name) for name in _COMPARED]


def _no_rule(answer: Answer) -> bool:
    return answer.by_alb and answer.status == HTTPStatus.NOT_FOUND


def _nothing(*, what: str) -> Meaning:
    return Meaning(result=Result.UNKNOWN, hop="Ingress rule", what=f"this proves nothing: {what}")


_holds = partial(Meaning, result=Result.HOLDS, hop="Ingress rule", source=_CONDITIONS)
_broken = partial(Meaning, result=Result.BROKEN, hop="Ingress rule", source=_CONDITIONS)
