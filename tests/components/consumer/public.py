"""Runs of PublicApi with the settings of a few stacks."""

from functools import cache

import pulumi
from pulumi import ResourceOptions

from components.consumer.openapi import Route
from components.consumer.public_api import PublicApi, PublicApiArgs
from crosslink.sandbox.engine import run
from crosslink.sandbox.record import Run
from settings.api import Api
from settings.limits import Client, Quota, Throttle
from tests.components.consumer.apis import EACH_AUTH, REGION, SVC1, api_of, api_of_each_auth
from tests.components.support import CONSUMER, account

OUTPUTS = (
    *("api_id", "stage_name", "url", "routes"),
    *("key", "client_keys", "invoke_policies", "domain_target"),
)
CLIENTS = {
    "mobile": Client(
        name="mobile", throttle=Throttle(rate=10, burst=20), quota=Quota(requests=9000, per="month")
    ),
    "kiosk": Client(name="kiosk"),
}


def built(
    api: Api, routes: tuple[Route, ...] = (SVC1,), *, protect: bool = False, preview: bool = False
) -> Run:
    """The API; its outputs are the component's, by their names, without those that are None."""

    def program() -> None:
        args = PublicApiArgs(
            api=api,
            account_id=CONSUMER,
            region=REGION,
            routes=routes,
            link_id="link12",
            permissions_boundary=None,
            protect=protect,
        )
        made = PublicApi("crosslink", args, ResourceOptions(provider=account(CONSUMER, REGION)))
        for output in OUTPUTS:
            pulumi.export(output, getattr(made, output))

    return run(program, preview=preview)


@cache
def mixed(*clients: str, existing: bool = False, preview: bool = False) -> Run:
    """A route for each auth, each at most with GET."""
    given = {"clients": tuple(CLIENTS[client] for client in clients)} if clients else {}
    api = api_of_each_auth(existing=existing, **given)
    routes = {path: route.model_copy(update={"methods": ("GET",)}) for path, route in api.routes.items()}
    return built(api.model_copy(update={"routes": routes}), EACH_AUTH, preview=preview)


@cache
def plain(*, preview: bool = False) -> Run:
    return built(api_of(), preview=preview)
