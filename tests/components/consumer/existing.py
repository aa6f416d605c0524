"""Runs of ExistingApi with the routes of a few stacks."""

from functools import cache

import pulumi
from pulumi import ResourceOptions

from components.consumer.existing_api import ExistingApi, ExistingApiArgs
from components.consumer.openapi import Route
from crosslink.sandbox.engine import run
from crosslink.sandbox.record import Run
from settings.api import Api
from settings.route import RouteSettings
from tests.components.consumer import apis
from tests.components.consumer.apis import APPS, BILLING, EACH_AUTH, REGION, api_of, api_of_each_auth
from tests.components.support import CONSUMER, account

RESOURCE = "aws:apigateway/resource:Resource"
METHOD = "aws:apigateway/method:Method"
INTEGRATION = "aws:apigateway/integration:Integration"
AUTHORIZER = "aws:apigateway/authorizer:Authorizer"
DEPLOYMENT = "aws:apigateway/deployment:Deployment"

A = Route(path="/team/a", origin=APPS, sent_as="/team/a")
B = Route(path="/team/b", origin=BILLING, sent_as="/team/b")
TOP = Route(path="/top", origin=APPS, sent_as="/top")
ROUTES = (A, B, TOP)
NESTED = (apis.ROOT, apis.SVC1, apis.NESTED, apis.STRIPPED)
MIXED = api_of_each_auth(existing=True)
NARROW = api_of(
    existing=True,
    routes={
        A.path: RouteSettings(methods=("GET", "DELETE"), timeout_seconds=7),
        B.path: RouteSettings(streaming=True),
    },
)


def built(api: Api, routes: tuple[Route, ...] = ROUTES, *, preview: bool = False) -> Run:
    def program() -> None:
        args = ExistingApiArgs(api=api, account_id=CONSUMER, region=REGION, routes=routes)
        made = ExistingApi("crosslink", args, ResourceOptions(provider=account(CONSUMER, REGION)))
        pulumi.export("arn", made.execution_arn)

    return run(program, preview=preview)


@cache
def signed(*, preview: bool = False) -> Run:
    """Three routes with auth `iam`."""
    return built(api_of(existing=True), preview=preview)


@cache
def nested(*, preview: bool = False) -> Run:
    """The root, a route with another one below it, and one whose prefix is stripped."""
    return built(api_of(existing=True), NESTED, preview=preview)


@cache
def mixed(*, preview: bool = False) -> Run:
    """A route for each auth."""
    return built(MIXED, EACH_AUTH, preview=preview)


@cache
def narrow() -> Run:
    """Two methods on one of the routes, with a timeout, and one that streams."""
    return built(NARROW)
