"""Authentication and authorization of the API and of its routes."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from difflib import get_close_matches

from settings.api import Api
from settings.auth import AUTHS
from settings.authorizers import Cognito, LambdaAuthorizer
from settings.consumer import Consumer
from settings.errors import ABSENT, Fault, as_yaml, key
from settings.path import ROOT
from settings.quotas import Quotas, raised
from settings.resource_policy import length, overruled, resource_policy
from settings.route import CALLER
from settings.rules.keys import API, Backends

MAX_SUGGESTIONS = 10
"""How many unknown routes get the nearest path suggested: comparing one with all paths takes milliseconds."""


def open_on_purpose(api: Api) -> Iterator[Fault]:
    """Auth `none` has to be confirmed, in the same place, and nothing else may be."""
    places = {API: api, **{key(API, "routes", path): route for path, route in api.routes.items()}}
    for path, place in places.items():
        if (place.auth == "none") != place.allow_unauthenticated:
            given = "allow_unauthenticated" in place.model_fields_set
            yield Fault(
                path=key(path, "allowUnauthenticated"),
                value=place.allow_unauthenticated if given else ABSENT,
                must="must be true with auth: none, which lets anybody call, and only with it",
                fix=f"allowUnauthenticated: {as_yaml(place.auth == 'none')}",
            )


def routes_of_backends(api: Api, backends: Backends) -> Iterator[Fault]:
    """Routes are set only for paths that a backend serves."""
    paths = _paths(backends)
    free = paths - api.routes.keys()
    unknown = [(path, route) for path, route in api.routes.items() if path not in paths]
    for number, (path, route) in enumerate(unknown):
        nearest = get_close_matches(path, free, n=1) if number < MAX_SUGGESTIONS else []
        free -= {*nearest}
        yield Fault(
            path=key(API, "routes", path),
            value=route,
            must="must be a path that a backend serves",
            fix=f"{as_yaml(nearest[0])}: {as_yaml(route)}" if nearest else f"# without {path}",
        )


def principals_with_iam(api: Api) -> Iterator[Fault]:
    """Only a signed request identifies its sender as an IAM role or user."""
    for path, route in api.routes.items():
        if route.principals and not AUTHS[api.auth_of(path)].signed:
            yield Fault(
                path=key(API, "routes", path, "principals"),
                value=route.principals,
                must="needs auth: iam, the only one that identifies the caller's role or user",
                fix=f"auth: iam\nprincipals: {as_yaml(route.principals)}",
            )


def scopes_with_cognito(api: Api, backends: Backends) -> Iterator[Fault]:
    """A method without scopes accepts ID tokens, which every user has; a method with scopes accepts access
    tokens that have one of them
    (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-enable-cognito-user-pool.html).
    Taking ID tokens is for the settings to say.
    """
    for path in _paths(backends):
        scopes, asked = api.route(path).scopes, api.auth_of(path) == "cognito"
        by_id = api.cognito is not None and api.cognito.takes_id_tokens
        if asked and by_id and scopes:
            yield Fault(
                path=key(API, "routes", path, "scopes"),
                value=scopes,
                must="must not be set with cognito.token: id: ID tokens have no scopes",
                fix="# without scopes, or with token: access in cognito",
            )
        given = "scopes" in api.route(path).model_fields_set
        if asked and not by_id and not scopes:
            yield Fault(
                path=key(API, "routes", path, "scopes"),
                value=scopes if given else ABSENT,
                must="must hold one or more scopes with auth: cognito, or every user of the pool could call",
                fix=of_route(api, path, "scopes: [orders/read]"),
            )
        if given and not asked:
            yield Fault(
                path=key(API, "routes", path, "scopes"),
                value=scopes,
                must="needs auth: cognito: nothing else has scopes",
                fix=f"auth: cognito\nscopes: {as_yaml(scopes)}" if scopes else "# without scopes",
            )


def callers_known(api: Api, backends: Backends) -> Iterator[Fault]:
    """A service is told who calls where API Gateway knows it: an API key may be shared by many."""
    for path in _paths(backends):
        if api.tells_caller(path) and AUTHS[api.auth_of(path)].caller is None:
            own = api.route(path).identity_headers
            right = "identityHeaders: false"
            yield Fault(
                path=key(API, "routes", path, "identityHeaders"),
                value=ABSENT if own is None else own,
                must="must be false with auth: apiKey | none, by which nobody knows who calls",
                fix=of_route(api, path, right) if own is None else right,
            )


def pages_named_for_credentials(api: Api) -> Iterator[Fault]:
    """Browsers refuse an answer to any origin if they have sent credentials
    (https://fetch.spec.whatwg.org/#cors-protocol-and-credentials)."""
    for path, route in api.routes.items():
        if route.cors and route.cors.credentials and "*" in route.cors.origins:
            yield Fault(
                path=key(API, "routes", path, "cors", "origins"),
                value=route.cors.origins,
                must="must name the pages' origins with credentials: true, since browsers refuse answers to "
                "any origin",
                fix="origins: [https://app.example.com]",
            )


def authorizers_in_use(api: Api, backends: Backends) -> Iterator[Fault]:
    """The settings that the routes' auth needs are there, and no others."""
    used = {api.auth_of(path) for path in _paths(backends)}
    # A route with scopes is meant to have auth cognito; the rule on scopes reports it.
    meant = {*used, *("cognito" for route in api.routes.values() if route.scopes)}
    settings = {"cognito": api.cognito, "lambda": api.lambda_, "clients": api.clients}
    for name, setting in settings.items():
        takers = [auth for auth, kind in AUTHS.items() if kind.setting == name]
        if setting and meant.isdisjoint(takers):
            kinds = " or ".join(takers)
            yield Fault(
                path=key(API, name),
                value=setting,
                must=f"must not be set: no route has auth: {kinds}",
                fix=f"# without {name}, or with auth: {kinds} for a route",
            )
    for name, setting, kind in (("cognito", api.cognito, Cognito), ("lambda", api.lambda_, LambdaAuthorizer)):
        if not setting and name in used:
            yield Fault(
                path=key(API, name),
                value=ABSENT,
                must=f"is required with auth: {name}",
                fix=f"{name}: {as_yaml(kind.example)}",
            )


def function_in_the_apis_account_and_region(api: Api, consumer: Consumer) -> Iterator[Fault]:
    """This stack permits API Gateway to invoke the function, with the consumer's credentials."""
    if api.lambda_:
        function = api.lambda_.function_arn
        _, _, _, region, account, name = function.split(":", 5)
        if (region, account) != (consumer.region, consumer.account_id):
            yield Fault(
                path=key(API, "lambda", "functionArn"),
                value=function,
                must="must be a function of the consumer's account, in the API's region",
                fix=f"functionArn: arn:aws:lambda:{consumer.region}:{consumer.account_id}:{name}",
            )


def options_once(api: Api) -> Iterator[Fault]:
    """With CORS, API Gateway answers `OPTIONS` itself. An existing API has no CORS: another rule."""
    for path, route in api.routes.items():
        if route.cors and "OPTIONS" in route.methods and not api.existing:
            others = [method for method in route.methods if method != "OPTIONS"]
            yield Fault(
                path=key(API, "routes", path, "methods"),
                value=route.methods,
                must="must not hold OPTIONS beside cors: the API answers it itself",
                fix=f"methods: {as_yaml(others)}" if others else "# without methods",
            )


def policy_within_quota(api: Api, backends: Backends, consumer: Consumer, quotas: Quotas) -> Iterator[Fault]:
    """Principals and addresses are in the API's resource policy, whose length is limited."""
    policy = None if api.existing else resource_policy(api, _paths(backends))
    found = length(policy, consumer.region, consumer.account_id) if policy else 0
    most = quotas.resource_policy_characters
    if found > most:
        listed = any(route.principals for route in api.routes.values())
        yield Fault(
            path=key(API, "routes" if listed else "sourceIps"),
            value=dict(api.routes) if listed else api.source_ips,
            must=f"must make a resource policy of {most} characters or less: with the methods of all routes "
            f"this makes {found}. {raised('resourcePolicyCharacters')}",
            fix="# methods: [GET] for any, the same principals for several routes, or wider sourceIps",
        )


def nested_routes_with_a_policy(api: Api, backends: Backends) -> Iterator[Fault]:
    """What the API's resource policy says of a route holds for those below it, too: `overruled` says why."""
    if api.existing:  # another rule refuses what needs a policy
        return
    without_cors = {path: route.model_copy(update={"cors": None}) for path, route in api.routes.items()}
    paths = _paths(backends)
    by_callers = {*overruled(api.model_copy(update={"routes": without_cors}), paths)}
    for upper, nested in sorted(overruled(api, paths), key=lambda pair: -len(pair[0])):  # the nearest first
        above, below = api.route(upper), api.route(nested)
        if (upper, nested) not in by_callers:
            name, value = "cors", below.cors
            right = f"cors: {as_yaml(above.cors)}" if above.cors else f"# cors for {upper}, too"
        elif AUTHS[api.auth_of(nested)].signed:
            name, value = "principals", below.principals
            right = f"principals: {as_yaml(above.principals or [CALLER])}"
        else:
            name, value = "auth", below.auth
            right = f"# the same auth for {upper}"
        beside = f"a path beside {upper}" if upper != ROOT else "no path /"
        yield Fault(
            path=key(API, "routes", nested, name),
            value=value or ABSENT,
            must="must go with the route above it: what the API's resource policy, which sourceIps and "
            "principals need, says of a path holds for all below it",
            fix=f"{right}, or {beside}"
            if right.startswith("#")
            else f"{of_route(api, nested, right)}  # or {beside}",
        )


def of_route(api: Api, path: str, setting: str) -> str:
    """YAML of a route's setting, with the keys around it that the file lacks."""
    if path in api.routes:
        return setting
    route = f"{as_yaml(path)}: {{ {setting} }}"
    return route if api.routes else f"routes: {{ {route} }}"


def _paths(backends: Backends) -> AbstractSet[str]:
    """The paths of all routes, in the order of the file."""
    return dict.fromkeys(served.path for backend in backends.values() for served in backend.served).keys()
