"""The rules of the API's methods and their integrations."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from reachability.facts import Unknown, known, present, visible
from reachability.hops.api import Method, Stage
from reachability.model import Walk
from reachability.rules import pages
from reachability.rules.rule import rule
from reachability.rules.words import listed

AUTHS = {"iam": "AWS_IAM", "apiKey": "API_KEY", "none": "NONE"}
"""The setting `auth`, and what API Gateway calls it."""
LINK = re.compile(r"\$\{stageVariables\.(\w+)\}")


def _methods(walk: Walk) -> Iterable[Method]:
    return visible(walk.methods)


def _greedy(walk: Walk) -> Iterable[Method]:
    return [one for one in _methods(walk) if one.path != walk.path]


def _stage(walk: Walk) -> Iterable[Stage]:
    return present(walk.stage)


@rule(
    "method",
    _stage,
    fix="Give the route two paths with a method each: the path itself, and the greedy `/{proxy+}` below it.",
    source=f"{pages.API_GATEWAY}/api-gateway-set-up-simple-proxy.html",
)
def route_is_whole(walk: Walk, _stage: Stage) -> str | None:
    """The API has a method for all of HTTP's for the route itself, and one for everything below it."""
    wanted = {walk.path, f"{walk.path}/{{proxy+}}"}
    missing = sorted(wanted - {one.path for one in known(walk.methods) if known(one.http_method) == "ANY"})
    return f"no method ANY at {', '.join(missing)}" if missing else None


@rule(
    "method",
    _stage,
    fix="Remove the method; with an existing API deploy it once more after a route was removed "
    "(`pulumi up --replace` on the deployment).",
    source=f"{pages.API_GATEWAY}/how-to-deploy-api.html",
)
def only_declared_routes(_walk: Walk, stage: Stage) -> str | None:
    """Every method of the stack belongs to a route that the stack declares."""
    strays = known(stage.strays)
    return f"still serves {', '.join(sorted(set(strays)))}" if strays else None


@rule(
    "method",
    _methods,
    fix="Set the method's authorization to what the route's `auth` says.",
    source=f"{pages.API_GATEWAY}/apigateway-control-access-to-api.html",
)
def method_has_its_auth(walk: Walk, method: Method) -> str | None:
    """A method asks its callers for exactly what the route's `auth` says."""
    auth = known(method.auth)
    if auth != "NONE" and isinstance(walk.intent, Unknown):
        return None
    meant = AUTHS[known(walk.intent).auth]
    return None if auth == meant else f"{method.http_method} {method.path} has auth {auth}, meant is {meant}"


@rule(
    "method",
    _methods,
    fix='Set type HTTP_PROXY, connectionType VPC_LINK and connectionId "${stageVariables.link}".',
    source=f"{pages.API_GATEWAY}/set-up-private-integration.html",
)
def integration_uses_the_link(walk: Walk, method: Method) -> str | None:
    """The integration is HTTP_PROXY over a VPC link whose id a variable of the stage holds."""
    found = (known(method.integration_type), known(method.connection_type))
    if found != ("HTTP_PROXY", "VPC_LINK"):
        return f"{method.path} is {' over '.join(map(str, found))}"
    variable = LINK.fullmatch(str(known(method.connection_id)))
    if variable is None:
        return f"{method.path} names the link as {method.connection_id!r}, which no stage sets"
    stage = known(walk.stage)
    set_here = dict(known(stage.variables)) if stage else {}
    if variable[1] not in set_here:
        return f"{method.path} names stage variable {variable[1]}, the stage sets {listed(set_here)}"
    value = set_here[variable[1]]
    for link in present(walk.link):
        if isinstance(value, str) and isinstance(link.id, str) and value != link.id:
            return (
                f"{method.path} names stage variable {variable[1]}, which is {value}, not the link {link.id}"
            )
    return None


@rule(
    "method",
    _methods,
    fix="Build the URI from the backend's host, its listener port and the route's own path.",
    source=f"{pages.API_GATEWAY}/set-up-private-integration.html",
)
def integration_keeps_the_path(_walk: Walk, method: Method) -> str | None:
    """The integration sends a request to the path that it came for, which the Ingress looks at."""
    uri = str(known(method.uri))
    meant = method.path.replace("{proxy+}", "{proxy}")
    sent = urlsplit(uri).path
    if urlsplit(uri).scheme != "http":
        return f"{method.path} is sent to {uri}, the ALB listens for HTTP"
    return None if sent == meant else f"{method.path} is sent to path {sent or '/'} of {uri}"


@rule(
    "method",
    _greedy,
    fix='Map "integration.request.path.proxy" to "method.request.path.proxy".',
    source=f"{pages.API_GATEWAY}/api-gateway-set-up-simple-proxy.html",
)
def path_below_is_passed_on(_walk: Walk, method: Method) -> str | None:
    """What is below the route reaches the backend: the integration's `{proxy}` has its value."""
    return None if known(method.passes_path_on) else f"{method.path} gives {{proxy}} in the URI no value"
