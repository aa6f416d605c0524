"""The API itself: new or existing, its clients and its limits."""

import math
from collections.abc import Iterator

from settings.api import Api
from settings.errors import ABSENT, Fault, as_yaml, key
from settings.rules.keys import API
from settings.rules.routes import unique


def new_or_existing(api: Api) -> Iterator[Fault]:
    """The API is either created by this stack or exists already."""
    if api.name is None and api.existing is None:
        yield Fault(
            path=key(API, "name"),
            value=ABSENT,
            must="is required: exactly one of name | existing",
            fix="name: crosslink",
        )
    if api.name is not None and api.existing is not None:
        yield Fault(
            path=key(API, "name"),
            value=api.name,
            must="must not be set with existing: exactly one of name | existing",
            fix=f"existing: {as_yaml(api.existing)}   # without name",
        )


def clients_unique(api: Api) -> Iterator[Fault]:
    """A client's API key and usage plan are named after it."""
    yield from unique({key(API, "clients", i, "name"): client.name for i, client in enumerate(api.clients)})


def bursts_cover_rates(api: Api) -> Iterator[Fault]:
    """API Gateway throttles by a token bucket: the burst is its size, the rate fills it."""
    throttles = {
        key(API): api.throttle,
        **{key(API, "routes", path): route.throttle for path, route in api.routes.items()},
        **{key(API, "clients", i): client.throttle for i, client in enumerate(api.clients)},
    }
    for path, throttle in throttles.items():
        if throttle and throttle.burst < throttle.rate:
            yield Fault(
                path=key(path, "throttle", "burst"),
                value=throttle.burst,
                must="must not be less than the rate (the defaults are a rate of 100 and a burst of 200)",
                fix=f"burst: {math.ceil(throttle.rate)}",
            )


def nothing_api_wide_on_an_existing_api(api: Api) -> Iterator[Fault]:
    """What applies to an existing API as a whole is for its owner to set."""
    if not api.existing:
        return
    policy = "must not be set with existing: it needs a resource policy, which belongs to the whole API"
    errors = (
        "must not be set with existing: errors need its headers too, and gateway responses belong to "
        "the whole API"
    )
    if api.source_ips:
        yield Fault(
            path=key(API, "sourceIps"),
            value=api.source_ips,
            must=policy,
            fix="# without sourceIps: a web ACL (webAclArn) can do the same for a stage",
        )
    for path, route in api.routes.items():
        if route.principals:
            yield Fault(
                path=key(API, "routes", path, "principals"),
                value=route.principals,
                must=policy,
                fix="# without principals: callers need execute-api:Invoke in their own policies",
            )
        if route.cors:
            yield Fault(
                path=key(API, "routes", path, "cors"),
                value=route.cors,
                must=errors,
                fix="# without cors: the service may answer OPTIONS itself, with auth none",
            )
