"""The rules of the API's methods and their integrations."""

from itertools import product
from urllib.parse import urlsplit

from components.identity_headers import CALLER_HEADERS, NOBODY
from components.route_header import ROUTE_HEADER
from crosslink.graph.unknown import NotKnownError, Unknown, known
from crosslink.path import steps
from crosslink.path.api import Stage
from crosslink.path.methods import BINDING, LINK_VARIABLE, Method
from crosslink.path.walk import Walk
from crosslink.rules import by_hand
from crosslink.rules.grade import Grade, Graded
from crosslink.rules.load_balancers import protocol_at
from crosslink.rules.rule import API_GATEWAY, PRIVATE_INTEGRATION, by_intent, fix, rule
from crosslink.rules.text import listed
from settings.path import ROOT

SIMPLE_PROXY = f"{API_GATEWAY}/api-gateway-set-up-simple-proxy.html"
STAGE_VARIABLES = f"{API_GATEWAY}/aws-api-gateway-stage-variables-reference.html"


def _paths(walk: Walk) -> tuple[str, str]:
    return walk.path, f"{walk.path.rstrip('/')}/{{proxy+}}"


@rule(steps.STAGE, told_at=steps.METHOD, source=SIMPLE_PROXY)
@fix(
    """Give the route two paths, the path itself and the greedy `/{proxy+}` below it, each with the methods
    that the route declares, or with ANY.""",
    look=by_hand.METHODS,
)
def route_is_whole(walk: Walk, _stage: Stage) -> Graded | None:
    """The API has the methods that the route declares, for the route itself and for everything below it."""
    found = {(method.path, known(method.http_method)) for method in known(walk.every(steps.METHOD))}
    wanted = product(_paths(walk), known(walk.intent).methods)
    missing = [f"{verb} at {path}" for path, verb in wanted if not found & {(path, verb), (path, "ANY")}]
    grade = Grade.STOPS_SOME if found else Grade.STOPS
    return Graded(f"no method {', '.join(missing)}", grade) if missing else None


@rule(steps.STAGE, told_at=steps.METHOD, source=f"{API_GATEWAY}/how-to-deploy-api.html", grade=Grade.LETS_IN)
@fix(
    """Remove the method; with an existing API deploy it once more after a route was removed (`pulumi up
    --replace` on the deployment).""",
    look=by_hand.METHODS,
)
def only_declared_routes(_walk: Walk, stage: Stage) -> str | None:
    """Every method of the stack belongs to a route that the stack declares."""
    strays = set(known(stage.strays))
    return f"still serves {listed(strays)}" if strays else None


@rule(steps.METHOD, source=f"{API_GATEWAY}/how-to-method-settings.html", grade=Grade.LETS_IN)
@fix("""Remove the method, or declare it: by `methods` of the route, or by `cors` for an OPTIONS that the
    API answers itself. With an existing API deploy it once more after a method was taken away (`pulumi up
    --replace` on the deployment).""")
def only_declared_methods(walk: Walk, method: Method) -> str | None:
    """A route has no method besides those that it declares."""
    verb = known(method.http_method)
    declared = verb in known(walk.intent).methods and method.path in _paths(walk)
    return None if declared else f"{verb} {method.path} is not declared"


@rule(steps.METHOD, source=PRIVATE_INTEGRATION, partly=Grade.STOPS_SOME)
@fix('Set type HTTP_PROXY, connectionType VPC_LINK and connectionId "${stageVariables.link}".')
def integration_uses_the_link(walk: Walk, method: Method) -> str | None:
    """The integration is HTTP_PROXY over a VPC link: by its id, or by a variable of the stage."""
    found = (known(method.integration_type), known(method.connection_type))
    if found != ("HTTP_PROXY", "VPC_LINK"):
        return f"{method.path} is {' over '.join(map(str, found))}"
    return None if known(method.link) else _link_fault(walk, method)


def _link_fault(walk: Walk, method: Method) -> str | None:
    """What is wrong with the text that names a method's link: an id, or a variable of the stage."""
    variable = LINK_VARIABLE.fullmatch(str(known(method.connection_id)))
    if variable is None:
        link = known(walk.one(steps.LINK))
        if link is not None and known(link.id) == method.connection_id:
            return None
        told = f"{method.path} names VPC link {method.connection_id}, which isn't the stack's"
        if walk.order:  # it may be the team's own
            raise NotKnownError(told)
        return told
    stage, named = known(walk.one(steps.STAGE)), f"{method.path} names stage variable {variable[1]}"
    set_here = dict(known(stage.variables)) if stage else {}
    if variable[1] not in set_here:
        return f"{named}, the stage sets {listed(set_here)}"
    value = set_here[variable[1]]
    for link in walk.seen(steps.LINK):
        if isinstance(value, str) and isinstance(link.id, str) and value != link.id:
            return f"{named}, which is {value}, not the link {link.id}"
    return None


@rule(
    steps.METHOD,
    when=lambda _, method: method.connection_type == "VPC_LINK",
    source=STAGE_VARIABLES,
    grade=Grade.HOUSE,
)
@fix("Set connectionId \"${stageVariables.link}\", and let the stage's variable hold the link's id.")
def link_is_named_by_a_variable(_walk: Walk, method: Method) -> str | None:
    """The link's id is in a variable of the stage: previews know the document, other stages have no link."""
    link = known(method.link) or str(known(method.connection_id))
    return None if LINK_VARIABLE.fullmatch(link) else f"{method.path} names the link as {link!r}"


@rule(steps.METHOD, source=PRIVATE_INTEGRATION, partly=Grade.STOPS_SOME)
@fix("""Build the URI from the backend's host, its listener port and the route's own path; with
    `stripPrefix` from what is below that alone.""")
def integration_keeps_the_path(walk: Walk, method: Method) -> str | None:
    """The integration sends a request to the path that it came for, or to what is below the route if that is
    stripped.
    """
    uri, sent_as = str(known(method.uri)), walk.sent_as
    start = walk.path if isinstance(sent_as, Unknown) else sent_as
    below = method.path.removeprefix(walk.path.rstrip("/")).replace("{proxy+}", "{proxy}")
    parts, meant = urlsplit(uri), f"{start.rstrip('/')}{below}" or ROOT
    sent = (parts.path or ROOT) + (f"?{parts.query}" if parts.query else "")
    if sent == meant:
        return None
    known(sent_as)
    return f"{method.path} is sent to path {sent} of {uri}, meant is {meant}"


@rule(steps.METHOD, source=f"{API_GATEWAY}/request-response-data-mappings.html", partly=Grade.STOPS_SOME)
@fix(f'Map "{BINDING}" to the route\'s path in single quotes.')
def integration_sets_the_header(walk: Walk, method: Method) -> str | None:
    """The integration sets the header that binds route and Service, in the place of what callers send."""
    value = known(method.route_header)
    if value == f"'{walk.path}'":
        return None
    return f"{method.path} sends {ROUTE_HEADER} {value or 'of the caller'}, meant is '{walk.path}'"


@rule(
    steps.METHOD,
    when=by_intent(lambda intent: intent.identity_headers),
    source=f"{API_GATEWAY}/rest-api-parameter-mapping-sources.html",
    grade=Grade.LETS_IN,
)
@fix(f"""Map each of the three {CALLER_HEADERS} headers: that of the route's auth to who calls, if the route
    has `identityHeaders`, the others to {NOBODY}.""")
def integration_tells_who_calls(walk: Walk, method: Method) -> str | None:
    """API Gateway alone tells a service who calls: it sets each header of that, whatever callers send."""
    found, wrong = known(method.caller_headers), list[str]()
    for header, right in known(walk.intent).caller_headers.items():
        values = [known(value) for name, value in found if name == header.lower()] or [None]
        wrong += [
            f"{header} {value or 'of the caller'}, meant is {right}" for value in values if value != right
        ]
    return f"{method.path} sends {'; '.join(wrong)}" if wrong else None


@rule(steps.METHOD, source=PRIVATE_INTEGRATION, partly=Grade.STOPS_SOME)
@fix("Build the URI with https:// where the ALB listens for HTTPS, else with http://.")
def integration_speaks_the_albs_protocol(walk: Walk, method: Method) -> str | None:
    """The integration speaks what the ALB at the far end listens for: both NLBs only pass it on."""
    alb, target = known(walk.one(steps.ALB)), known(walk.one(steps.PROVIDER_TARGET))
    spoken = protocol_at(alb, known(target.port)) if alb and target else None
    uri = str(known(method.uri))
    if spoken is None or urlsplit(uri).scheme == spoken.lower():
        return None
    return f"{method.path} is sent to {uri}, the ALB listens for {spoken}"


@rule(steps.METHOD, source=PRIVATE_INTEGRATION, partly=Grade.STOPS_SOME)
@fix("Build the URI with https:// and the domain of the backend's `tls`, which the certificate must name.")
def integration_asks_for_the_domain(walk: Walk, method: Method) -> str | None:
    """With TLS the integration asks the ALB for the backend's own domain, which its certificate must name."""
    uri, domain = str(known(method.uri)), known(walk.intent).tls_domain
    if domain is None or (urlsplit(uri).scheme, urlsplit(uri).hostname) == ("https", domain):
        return None
    return f"{method.path} is sent to {uri}, meant is https://{domain}"


@rule(
    steps.METHOD,
    when=lambda walk, method: method.path != walk.path,
    source=SIMPLE_PROXY,
    grade=Grade.STOPS_SOME,
)
@fix('Map "integration.request.path.proxy" to "method.request.path.proxy".')
def path_below_is_passed_on(_walk: Walk, method: Method) -> str | None:
    """What is below the route reaches the backend: the integration's `{proxy}` has its value."""
    value = known(method.path_below)
    if value == "method.request.path.proxy":
        return None
    return f"{method.path} gives {{proxy}} in the URI {value or 'no value'}"
