"""The API's resource policy: who may call which method, and from where. Pure data from the settings.

How a policy changes who may call depends on a method's auth. Without a signature or a Lambda authorizer, a
method needs an `Allow` as soon as there is a policy. With a signature, an `Allow` keeps out no caller of the
API's own account, so it always comes with a `Deny`. With a Lambda authorizer, an `Allow` would overrule the
function.

The ARNs of a path are also those of routes nested below it, of which `overruled` finds those that this harms.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import permutations
from typing import Any

from settings.api import Api
from settings.auth import AUTHS

EVERYTHING = "execute-api:/*"
"""API Gateway replaces `execute-api:` by the API's own ARN."""
_API_ID = "a1b2c3d4e5"

Policy = Mapping[str, Any]


def resource_policy(api: Api, paths: Iterable[str]) -> Policy | None:
    """The policy, or None if the settings need none.

    Args:
        api: The API's settings.
        paths: The paths of all routes.
    """
    routes = {path: api.route(path) for path in paths}
    if not api.source_ips and not any(route.principals for route in routes.values()):
        return None
    open_: list[str] = []
    listed: dict[tuple[str, ...], list[str]] = {}
    for path, route in routes.items():
        if AUTHS[api.auth_of(path)].needs_allow:
            open_ += method_arns(api.stage, path, route.verbs)
        if route.principals:
            listed.setdefault(route.principals, []).extend(method_arns(api.stage, path, route.verbs))
        if route.cors:
            open_ += method_arns(api.stage, path, ["OPTIONS"])
    if all(AUTHS[api.auth_of(path)].needs_allow for path in routes):
        open_ = [EVERYTHING]

    statements: list[Policy] = []
    if api.source_ips:
        addresses = [str(network) for network in api.source_ips]
        statements.append(_deny([EVERYTHING], {"NotIpAddress": {"aws:SourceIp": addresses}}))
    if open_:
        statements.append(_allow("*", open_))
    for principals, arns in listed.items():
        statements.append(_allow({"AWS": list(principals)}, arns))
        statements.append(_deny(arns, {"ArnNotLike": {"aws:PrincipalArn": list(principals)}}))
    return {"Version": "2012-10-17", "Statement": statements}


def overruled(api: Api, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The nested routes whose callers the policy would change by what it says of a route above them.

    No ARN means a path without some of what is below it. A statement for `/a` therefore also speaks of
    `/a/b`: its `Allow` for anybody would let whole accounts in where a signature is asked for, or overrule a
    function, and its `Deny` for all but some principals would keep out others.

    Args:
        api: The API's settings.
        paths: The paths of all routes.

    Returns:
        Pairs of paths: that of the upper route, and that of the nested one.
    """
    given = tuple(paths)
    if resource_policy(api, given) is None:
        return
    for upper, nested in permutations(given, 2):
        if nested.startswith(f"{upper.rstrip('/')}/"):
            said, meant = _callers(api, upper), _callers(api, nested)
            if not all(_harmless(said[verb], meant[verb]) for verb in said.keys() & meant.keys()):
                yield upper, nested


def method_arns(stage: str, path: str, verbs: Iterable[str], api: str = "execute-api:") -> list[str]:
    """The ARNs of a route's methods: for the path itself and for everything below it.

    Each names its verb: a `*` instead would match slashes too, and with them `/v1/GET/other/svc1`.

    Args:
        stage: The stage's name.
        path: The route's path.
        verbs: The route's HTTP methods.
        api: The start of the ARNs.
    """
    return [f"{api}/{stage}/{verb}{of}" for verb in verbs for of in (path, f"{path.rstrip('/')}/*")]


def length(policy: Policy, region: str, account_id: str) -> int:
    """The length of a policy in characters, as API Gateway counts it: with ARNs written out.

    Args:
        policy: A policy with short ARNs, `execute-api:/…`.
        region: The API's region.
        account_id: The API's account, 12 digits.
    """
    arn = f"arn:aws:execute-api:{region}:{account_id}:{_API_ID}/"
    return len(json.dumps(policy, separators=(",", ":")).replace("execute-api:/", arn))


_Callers = frozenset[str]
_ANYBODY: _Callers = frozenset(["*"])


def _callers(api: Api, path: str) -> Mapping[str, _Callers]:
    """Whom the policy admits to each verb of a route; nobody if it leaves that to the route's auth."""
    route = api.route(path)
    admitted = _ANYBODY if AUTHS[api.auth_of(path)].needs_allow else frozenset(route.principals)
    return {**dict.fromkeys(route.verbs, admitted), **({"OPTIONS": _ANYBODY} if route.cors else {})}


def _harmless(said: _Callers, meant: _Callers) -> bool:
    """Whether what is said of the upper route leaves the nested one its callers.

    A list of principals is their `Allow` and a `Deny` of all others: it holds whatever else is allowed.
    """
    if said == _ANYBODY:
        return bool(meant)
    return not said or (bool(meant) and meant != _ANYBODY and meant <= said)


def _allow(principal: object, arns: list[str]) -> Policy:
    return {"Effect": "Allow", "Principal": principal, "Action": "execute-api:Invoke", "Resource": arns}


def _deny(arns: list[str], condition: Mapping[str, Any]) -> Policy:
    return {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "execute-api:Invoke",
        "Resource": arns,
        "Condition": condition,
    }
