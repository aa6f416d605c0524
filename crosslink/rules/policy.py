"""The rules of the API's resource policy: it keeps no caller out whom the stack means, and lets no other in.

What a policy does depends on what else a method asks of its callers: what asks for no signature, and for no
function's decision, needs an `Allow` once there is a policy. With a signature callers of the API's own
account need none, others do. With a function an `Allow` would take the decision from it.
(https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html)

The rules ask about single calls: every verb of the route, its path and one below, callers and addresses that
the stack names, and such that it doesn't.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network
from itertools import product
from typing import NamedTuple, TypeVar

from crosslink.graph.unknown import Fact, Unknown, known
from crosslink.ip_ranges import without
from crosslink.path import steps
from crosslink.path.api import Api
from crosslink.path.hop import if_known
from crosslink.path.intent import Intent
from crosslink.path.walk import Walk
from crosslink.rules import by_hand
from crosslink.rules.grade import Grade, Graded
from crosslink.rules.resource_policy import Effect, Request, allows, effect
from crosslink.rules.rule import API_GATEWAY, by_intent, fix, rule
from crosslink.rules.text import account_of
from settings.addresses import PRIVATE
from settings.route import VERBS

T = TypeVar("T")
EXAMPLES = f"{API_GATEWAY}/apigateway-resource-policies-examples.html"
PREFLIGHT = "OPTIONS"
ANYWHERE, FOREIGN = "192.0.2.1", "000000000000"  # an address and an account that nobody has
# What callers of a public API can't have, whatever a policy says: private networks and those behind a
# provider's NAT, this host and its link, multicast and reserved addresses
# (https://www.iana.org/assignments/iana-ipv4-special-registry).
_THIS_HOST_AND_LINK = ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16")
IMPOSSIBLE = (*PRIVATE, *map(IPv4Network, (*_THIS_HOST_AND_LINK, "224.0.0.0/3")))
_RANGES = re.compile(r"\d+(?:\.\d+){3}(?:/\d+)?")
_PEOPLE = re.compile(r"arn:aws[\w-]*:iam::\d{12}:(?:role|user)/[\w+=,.@/-]+")
BELOW = "~"  # no route has it in its path
_somebody = "arn:aws:iam::{}:role/somebody".format  # a role of an account that no policy names


class _Call(NamedTuple):
    """Who calls what: the fields of a request by these names."""

    principal: str | None
    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path} to {self.principal or 'callers'}"


class _Refusal(NamedTuple):
    """How the policy refuses a call."""

    verb: str
    where: str | None  # an address of a caller; None for all


@rule(steps.REST_API, source=f"{API_GATEWAY}/apigateway-authorization-flow.html")
@fix(
    """Take the `Deny` out of the API's resource policy; with a policy a route without signatures needs an
    `Allow` for all, and one with principals an `Allow` for them.""",
    look=by_hand.API_POLICY,
)
def policy_lets_callers_in(walk: Walk, api: Api) -> Graded | None:
    """The API's resource policy lets those in whom the route is for, from addresses that callers can have."""
    policy, intent = known(api.policy), known(walk.intent)
    if policy is None:
        return None
    addresses, calls, refused = _inside(intent, policy), _meant(walk.path, intent), dict[_Call, _Refusal]()
    whole, doubts = 0, list[Unknown]()  # how many calls are refused wherever they come from
    for call in calls:
        needed = intent.principals or intent.kind.needs_allow or (intent.cors and call.method == PREFLIGHT)
        said = {address: _said(walk, api, call, address) for address in addresses}
        doubts += [effect for effect in said.values() if isinstance(effect, Unknown)]
        clear = {where: effect for where, effect in said.items() if not isinstance(effect, Unknown)}
        out = [where for where, is_ in clear.items() if is_ == "Deny" or (needed and is_ != "Allow")]
        # Without sourceIps somebody else's policy may keep some addresses out, though never all.
        if out and (intent.source_ips or out == addresses):
            verb = "denies" if said[out[0]] == "Deny" else "does not allow"
            refused[call] = _Refusal(verb, None if out == addresses else out[0])
            whole += out == addresses
    if not refused:
        known(next(iter(doubts), None))
    grade = Grade.STOPS if whole == len(calls) else Grade.STOPS_SOME
    return Graded(_told(calls, refused), grade) if refused else None


def _told(calls: Sequence[_Call], refused: Mapping[_Call, _Refusal]) -> str:
    """What is refused to whom: every call, or which methods of a path to which callers."""
    verb, where = next(iter(refused.values()))
    alike = [call for call, refusal in refused.items() if refusal == (verb, where)]
    at = f" at {where}" if where else ""
    if len(alike) == len(calls):
        return f"it {verb} every call{at}"
    path = alike[0].path
    here = [call for call in alike if call.path == path]
    everybody = {call.principal for call in calls} == {call.principal for call in here}
    callers = "callers" if everybody else ", ".join(dict.fromkeys(str(call.principal) for call in here))
    every = {call.method for call in calls} == {call.method for call in here}
    methods = "every method" if every else ", ".join(dict.fromkeys(call.method for call in here))
    return f"it {verb} {methods} of {path} to {callers}{at}"


@rule(steps.REST_API, source=f"{API_GATEWAY}/apigateway-authorization-flow.html", grade=Grade.LETS_IN)
@fix(
    """Deny a route's methods with `ArnNotLike` on `aws:PrincipalArn`, and allow none but its principals;
    without principals, and with a function, allow nobody.""",
    look=by_hand.API_POLICY,
)
def policy_lets_nobody_else_in(walk: Walk, api: Api) -> str | None:
    """The API's resource policy lets nobody get round what a route asks of its callers."""
    policy, intent = known(api.policy), known(walk.intent)
    doubts: list[Unknown] = []
    calls = _not_meant(walk.path, intent, policy or "")
    for call, address in product(calls, _inside(intent, policy or "")):
        if intent.principals:  # in the own account a role's own policy is enough, unless this one denies
            said = if_known(_said(walk, api, call, address), lambda effect: effect != "Deny")
        else:
            said = _asked(walk, api, call, address, allows) or False
        if isinstance(said, Unknown):
            doubts.append(said)
        elif said:
            allowed = _said(walk, api, call, address) == "Allow"
            return f"it {'allows' if allowed else 'does not deny'} {call}"
    known(next(iter(doubts), None))
    return None


@rule(steps.REST_API, when=by_intent(lambda intent: intent.source_ips), source=EXAMPLES, grade=Grade.LETS_IN)
@fix(
    "Deny everything with `NotIpAddress` on `aws:SourceIp` and the ranges of `api.sourceIps`.",
    look=by_hand.API_POLICY,
)
def policy_keeps_addresses_out(walk: Walk, api: Api) -> str | None:
    """The API's resource policy denies all calls from outside of the ranges that the stack declares."""
    intent, doubts = known(walk.intent), list[Unknown]()
    for call, address in product(_meant(walk.path, intent), _outside(intent)):
        said = _said(walk, api, call, address)
        if isinstance(said, Unknown):
            doubts.append(said)
        elif said != "Deny":
            return f"it does not deny {call} at {address}"
    known(next(iter(doubts), None))
    return None


def _said(walk: Walk, api: Api, call: _Call, address: str) -> Fact[Effect | None]:
    """What the policy says to a call from an address; nothing if there is none."""
    return _asked(walk, api, call, address, effect)


def _asked(
    walk: Walk, api: Api, call: _Call, address: str, ask: Callable[[str, Request], Fact[T]]
) -> Fact[T | None]:
    policy, stage = known(api.policy), known(walk.one(steps.STAGE))
    if policy is None or stage is None:
        return None
    arn = None if isinstance(api.id, Unknown) else f"arn:aws:execute-api:{api.region}:{api.account}:{api.id}"
    request = Request(api=arn, stage=str(known(stage.name)), source_ip=address, **call._asdict())
    return ask(policy, request)


def _meant(path: str, intent: Intent) -> Sequence[_Call]:
    """Calls of those whom the route is for; browsers sign nothing when they ask before."""
    signers = intent.principals or [_somebody(_own_account(intent))]
    calls = _calls(path, signers if intent.kind.signed else [None], _verbs(intent))
    return calls + _calls(path, [None], [PREFLIGHT] if intent.cors else [])


def _not_meant(path: str, intent: Intent, policy: str) -> Sequence[_Call]:
    """Calls of those whom the route isn't for, or not before its function has said so.

    Strangers are such as the policy names, and one whom it can't know.
    """
    if intent.kind.asks == "function":
        return _calls(path, [None], _verbs(intent))
    if not intent.kind.signed:
        return []
    meant = [_own_account(intent), *map(account_of, intent.principals)]
    own = meant if intent.principals else []
    named = [account for account in re.findall(r"\b\d{12}\b", policy) if account not in meant]
    accounts = dict.fromkeys([*own, FOREIGN, *named])
    arns = [arn for arn in _PEOPLE.findall(policy) if account_of(arn) in named]
    return _calls(path, [*map(_somebody, accounts), *dict.fromkeys(arns)], _verbs(intent))


def _calls(path: str, callers: Iterable[str | None], verbs: Iterable[str]) -> list[_Call]:
    return [_Call(*parts) for parts in product(callers, verbs, (path, f"{path.rstrip('/')}/{BELOW}"))]


def _own_account(intent: Intent) -> str:
    return intent.api.account if intent.api else FOREIGN


def _verbs(intent: Intent) -> Sequence[str]:
    """Those that reach the backend."""
    verbs = VERBS if "ANY" in intent.methods else intent.methods
    return [verb for verb in verbs if verb != PREFLIGHT or not intent.cors]


def _inside(intent: Intent, policy: str) -> list[str]:
    """The first and the last address of each range from which callers come.

    If that is everywhere, an address that the policy doesn't know, and one of each range that it does, as far
    as callers can be there.
    """
    ranges = map(IPv4Network, intent.source_ips)
    ends = dict.fromkeys(str(range_[end]) for range_ in ranges for end in (0, -1))
    return list(ends) or list(dict.fromkeys([ANYWHERE, *filter(None, map(_public, _RANGES.findall(policy)))]))


def _public(cidr: str) -> str | None:
    """An address in a range that a caller on the internet can have; None if there is none."""
    try:
        left = [IPv4Network(cidr, strict=False)]
    except ValueError:  # what reads the policy says so
        return None
    for impossible in IMPOSSIBLE:
        left = without(left, impossible)
    return str(left[0][0]) if left else None


def _outside(intent: Intent) -> list[str]:
    """The addresses beside these ranges, and one far away."""
    ranges = [IPv4Network(source) for source in intent.source_ips]
    ends = [int(range_[0]) - 1 for range_ in ranges] + [int(range_[-1]) + 1 for range_ in ranges]
    addresses = [IPv4Address(ANYWHERE), *(IPv4Address(end) for end in ends if 0 <= end < 2**32)]
    return [str(address) for address in addresses if not any(address in range_ for range_ in ranges)]
