"""Settings of APIs, by the auth of their routes."""

from typing import Any, get_args

from components.consumer.openapi import Route
from settings.api import Api, ExistingApi
from settings.authorizers import Cognito, LambdaAuthorizer
from settings.route import Auth, RouteSettings

REGION = "us-west-2"
API_ID, ROOT_ID = "a1b2c3d4e5", "abc123"
POOL = "arn:aws:cognito-idp:us-west-2:111111111111:userpool/us-west-2_a1B2c3D4e"
FUNCTION = "arn:aws:lambda:us-west-2:111111111111:function:authorize"
INVOCATION = f"arn:aws:apigateway:us-west-2:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
WEB_ACL = "arn:aws:wafv2:us-west-2:111111111111:regional/webacl/edge/a1b2c3d4-5678-90ab-cdef-111111111111"
ROLE = "arn:aws:iam::111111111111:role/shop"
AUTHS: tuple[Auth, ...] = get_args(Auth)

APPS, BILLING = "http://apps.crosslink.example.com:8000", "http://billing.crosslink.example.com:8001"
SVC1 = Route(path="/svc1", origin=APPS, sent_as="/svc1")
DEEP = Route(path="/team/svc2", origin=BILLING, sent_as="/team/svc2")
NESTED = Route(path="/svc1/admin", origin=APPS, sent_as="/svc1/admin")
STRIPPED = Route(path="/team", origin=BILLING, sent_as="/")
ROOT = Route(path="/", origin=APPS, sent_as="/")
EACH_AUTH = tuple(Route(path=f"/{auth}", origin=APPS, sent_as=f"/{auth}") for auth in AUTHS)
"""A route for each auth, named after it."""


def api_of(auth: Auth = "iam", *, existing: bool = False, **given: Any) -> Api:
    """An API with the same auth for all routes above, and the settings that the auth needs."""
    paths = (SVC1.path, DEEP.path) if auth == "cognito" else ()
    settings: dict[str, Any] = {
        **_named(existing),
        **_asked_by({auth}),
        "auth": auth,
        "allow_unauthenticated": auth == "none",
        "routes": {path: RouteSettings(scopes=("orders/read",)) for path in paths},
    }
    return Api(**settings | given)


def api_of_each_auth(*, existing: bool = False, **given: Any) -> Api:
    """An API whose routes are those of `EACH_AUTH`."""
    routes = {
        f"/{auth}": RouteSettings(
            auth=auth,
            allow_unauthenticated=auth == "none",
            scopes=("orders/read", "orders/write") if auth == "cognito" else (),
        )
        for auth in AUTHS
    }
    return Api(**{**_named(existing), **_asked_by(set(AUTHS)), "routes": routes, **given})


def _named(existing: bool) -> dict[str, Any]:
    return {"existing": ExistingApi(id=API_ID, root_resource_id=ROOT_ID)} if existing else {"name": "shop"}


def _asked_by(auths: set[Auth]) -> dict[str, Any]:
    return {
        **({"cognito": Cognito(user_pool_arn=POOL)} if "cognito" in auths else {}),
        **({"lambda_": LambdaAuthorizer(function_arn=FUNCTION)} if "lambda" in auths else {}),
    }
