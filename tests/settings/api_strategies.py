"""`crosslink:api` of valid stack files, with any mix of settings, for property tests."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from settings.route import VERBS

AUTHS = ("iam", "cognito", "lambda", "apiKey", "none")
PRINCIPALS = (
    "arn:aws:iam::111111111111:role/shop",
    "arn:aws:iam::111111111111:user/team/ann",
    "arn:aws:iam::333333333333:role/partners/buyer",
)
VERBS_IN_A_POLICY = {1: 3, 2: 3, 3: 2, 4: 2, 5: 1, 6: 1}
"""Number of routes → number of methods of each that fit into a resource policy in any case."""
ID = "a1b2c3d4-5678-90ab-cdef-111111111111"

THROTTLES = st.integers(1, 50).flatmap(
    lambda rate: st.fixed_dictionaries({"rate": st.just(rate), "burst": st.integers(rate, 100)})
)
QUOTAS = st.fixed_dictionaries(
    {"requests": st.integers(1, 10_000), "per": st.sampled_from(["day", "week", "month"])}
)
CORS = st.fixed_dictionaries(
    {
        "origins": st.sampled_from(
            [["*"], ["https://app.example.com"], ["https://a.example.com", "http://localhost:3000"]]
        )
    },
    optional={
        "headers": st.lists(st.sampled_from(["Authorization", "X-Trace"]), unique=True),
        "maxAgeSeconds": st.integers(0, 86400),
    },
).flatmap(
    lambda cors: st.sampled_from([cors, cors if cors["origins"] == ["*"] else {**cors, "credentials": True}])
)
POOLS = st.sampled_from(
    [
        "arn:aws:cognito-idp:us-west-2:111111111111:userpool/us-west-2_a1B2c3D4e",
        "arn:aws:cognito-idp:eu-central-1:333333333333:userpool/eu-central-1_x",
    ]
)
SOURCE_IPS = st.lists(
    st.sampled_from(["203.0.113.0/24", "198.51.100.7/32", "192.0.2.128/25"]), min_size=1, unique=True
)


@st.composite
def api_files(draw: st.DrawFn, paths: Sequence[str], account_id: str, region: str) -> dict[str, Any]:
    """The key for an API, new or existing.

    Args:
        draw: Hypothesis's function.
        paths: Paths of the services.
        account_id: The consumer's account.
        region: The API's region.
    """
    new = draw(st.sampled_from([True, True, False]))
    policy = new and len(paths) in VERBS_IN_A_POLICY and draw(st.booleans())
    verbs = VERBS_IN_A_POLICY[len(paths)] if policy else None
    default = draw(st.sampled_from(AUTHS))
    auths = {path: draw(st.sampled_from(AUTHS)) for path in paths}
    id_tokens = draw(st.booleans())
    told = draw(st.booleans())
    routes = {
        path: draw(_routes(auth, default, verbs, new=new, id_tokens=id_tokens, told=told))
        for path, auth in auths.items()
    }
    file: dict[str, Any] = {
        **({"name": "crosslink"} if new else {"existing": {"id": "a1b2c3d4e5", "rootResourceId": "abc123"}}),
        "auth": default,
        "routes": {path: route for path, route in routes.items() if route},
    }
    if default == "none":
        file["allowUnauthenticated"] = True
    if "cognito" in auths.values():
        file["cognito"] = {"userPoolArn": draw(POOLS), **({"token": "id"} if id_tokens else {})}
    if told:
        file["identityHeaders"] = True
    if "lambda" in auths.values():
        file["lambda"] = draw(_functions(account_id, region))
    if "apiKey" in auths.values() and (clients := draw(_clients())):
        file["clients"] = clients
    if policy and draw(st.booleans()):
        file["sourceIps"] = draw(SOURCE_IPS)
    optional = {
        "stage": st.sampled_from(["prod", "v1_2-x", "GET"]),
        "vpcLink": st.sampled_from(["v1", "v2"]),
        "throttle": THROTTLES,
        "domain": _domains(account_id, region, new=new),
        "webAclArn": st.just(f"arn:aws:wafv2:{region}:{account_id}:regional/webacl/edge/{ID}"),
        "logs": st.sampled_from([False, {}, {"retentionDays": 90, "accountRole": "managed"}]),
    }
    return file | draw(st.fixed_dictionaries({}, optional=optional))


@st.composite
def _routes(
    draw: st.DrawFn, auth: str, default: str, verbs: int | None, *, new: bool, id_tokens: bool, told: bool
) -> dict[str, Any]:
    """Settings of a route, with as many methods as fit into the API's resource policy, if it has one."""
    route: dict[str, Any] = {}
    if auth != default or draw(st.booleans()):
        route |= {"auth": auth, **({"allowUnauthenticated": True} if auth == "none" else {})}
    unknown = auth in ("apiKey", "none")
    if (told and unknown) or draw(st.booleans()):
        route["identityHeaders"] = not unknown and draw(st.booleans())
    if auth == "cognito" and not id_tokens:
        route["scopes"] = draw(_some(["orders/read", "admin"], 2))
    if new and draw(st.booleans()):
        route["cors"] = draw(CORS)
    if verbs or draw(st.booleans()):
        free = [verb for verb in VERBS if not ("cors" in route and verb == "OPTIONS")]
        route["methods"] = draw(_some(free, verbs or 3))
    if verbs and auth == "iam" and draw(st.booleans()):
        route["principals"] = draw(_some(PRINCIPALS, 2))
    optional = {
        "throttle": THROTTLES,
        "timeoutSeconds": st.integers(1, 29),
        "streaming": st.booleans(),
    }
    return route | draw(st.fixed_dictionaries({}, optional=optional))


def _functions(account_id: str, region: str) -> st.SearchStrategy[dict[str, Any]]:
    arn = f"arn:aws:lambda:{region}:{account_id}:function:authorize"
    return st.fixed_dictionaries(
        {"functionArn": st.sampled_from([arn, f"{arn}:live"])},
        optional={
            "type": st.sampled_from(["token", "request"]),
            "header": st.sampled_from(["Authorization", "X-Signature"]),
            "cacheSeconds": st.sampled_from([0, 60, 3600]),
        },
    )


def _clients() -> st.SearchStrategy[list[dict[str, Any]]]:
    client = st.fixed_dictionaries(
        {"name": st.sampled_from(["mobile", "kiosk", "x"])}, optional={"throttle": THROTTLES, "quota": QUOTAS}
    )
    return st.lists(client, max_size=2, unique_by=lambda client: client["name"])


@st.composite
def _domains(draw: st.DrawFn, account_id: str, region: str, *, new: bool) -> dict[str, Any]:
    certificate = f"arn:aws:acm:{region}:{account_id}:certificate/{ID}"
    ways = [{"hostedZoneId": "Z0123456789ABCDEFGHIJ"}, {"certificateArn": certificate}]
    way = draw(st.sampled_from([*ways, ways[0] | ways[1]]))
    optional = {
        "tls": st.sampled_from(["1.2", "1.3"] if new else ["1.2"]),
        "basePath": st.sampled_from(["shop", "v1.0"]),
    }
    return {"name": "api.example.com", **way} | draw(st.fixed_dictionaries({}, optional=optional))


def _some(items: Sequence[str], most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(items), min_size=1, max_size=most, unique=True)
