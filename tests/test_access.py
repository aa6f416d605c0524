"""Who may call: every method has exactly the auth that the stack file gives it, and none is open by accident.

The stack file is read here as it stands, and the API as it is registered, without the program's own models.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import hypothesis
import pytest
from hypothesis import given
from ruamel.yaml import YAML

from components.consumer.openapi import Route, document
from crosslink.sandbox.record import Run
from settings import Api
from tests.runs import STACK_FILES, run_stack
from tests.settings.api_strategies import api_files

AUTHORIZATION = {"iam": "AWS_IAM", "cognito": "COGNITO_USER_POOLS", "lambda": "CUSTOM"}
AUTHTYPES = {"awsSigv4": "AWS_IAM", "cognito_user_pools": "COGNITO_USER_POOLS", "custom": "CUSTOM"}
ANY = "x-amazon-apigateway-any-method"
GATEWAY = "aws:apigateway"


class Authorizer(NamedTuple):
    """What decides on callers who don't sign."""

    type: str
    asks: tuple[str, ...]
    """ARNs of user pools, or of a function."""
    header: str
    cache_seconds: float | None


class Method(NamedTuple):
    """A method of the API, and what it asks of callers."""

    path: str
    verb: str
    integration: str
    authorization: str = "NONE"
    key: bool = False
    scopes: tuple[str, ...] = ()
    authorizer: Authorizer | None = None


def given_methods(api: Mapping[str, Any], paths: Sequence[str]) -> Iterator[Method]:
    """The methods that the API must have, by the stack file's `crosslink:api`."""
    for service in paths:
        route = api.get("routes", {}).get(service, {})
        auth = route.get("auth", api.get("auth", "iam"))
        for path in (service, f"{service.rstrip('/')}/{{proxy+}}"):
            for verb in route.get("methods") or ["ANY"]:
                yield Method(
                    path,
                    verb,
                    "HTTP_PROXY",
                    AUTHORIZATION.get(auth, "NONE"),
                    key=auth == "apiKey",
                    scopes=tuple(route.get("scopes", [])),
                    authorizer=given_authorizer(api, auth),
                )
            if "cors" in route:
                yield Method(path, "OPTIONS", "MOCK")


def given_authorizer(api: Mapping[str, Any], auth: str) -> Authorizer | None:
    if auth == "cognito":
        pool = api["cognito"]["userPoolArn"]
        return Authorizer("COGNITO_USER_POOLS", (pool,), "Authorization", None)
    if auth == "lambda":
        function = api["lambda"]
        return Authorizer(
            function.get("type", "token").upper(),
            (function["functionArn"],),
            function.get("header", "Authorization"),
            function.get("cacheSeconds", 300),
        )
    return None


def open_on_purpose(api: Mapping[str, Any], paths: Sequence[str]) -> set[str]:
    """The services that anybody may call: their auth is none, with leave beside it."""
    routes = {path: api.get("routes", {}).get(path, {}) for path in paths}
    places = {path: route if "auth" in route else api for path, route in routes.items()}
    return {
        path
        for path, place in places.items()
        if place.get("auth") == "none" and place.get("allowUnauthenticated") is True
    }


def open_services(methods: Sequence[Method]) -> set[str]:
    """The services that anybody may call, by the API's methods."""
    return {
        method.path.removesuffix("/{proxy+}") or "/"
        for method in methods
        if (method.authorization, method.key) == ("NONE", False) and method.integration != "MOCK"
    }


def defined_methods(definition: Mapping[str, Any]) -> Iterator[Method]:
    """The methods of an OpenAPI document."""
    schemes = definition.get("components", {}).get("securitySchemes", {})
    for path, operations in definition["paths"].items():
        for name, operation in operations.items():
            integration = operation["x-amazon-apigateway-integration"]["type"].upper()
            method = Method(path, "ANY" if name == ANY else name.upper(), integration)
            # What stands side by side is asked for together; what follows in the list, in its place.
            (asked,) = operation.get("security", definition.get("security")) or [{}]
            for scheme, scopes in asked.items():
                method = _asking(method, schemes[scheme], scopes)
            yield method


def _asking(method: Method, scheme: Mapping[str, Any], scopes: Sequence[str]) -> Method:
    assert (scheme["type"], scheme["in"]) == ("apiKey", "header")
    authtype = scheme.get("x-amazon-apigateway-authtype")
    if authtype is None:
        assert (scheme["name"], scopes) == ("x-api-key", [])
        return method._replace(key=True)
    assert method.authorization == "NONE"
    authorizer = scheme.get("x-amazon-apigateway-authorizer")
    return method._replace(
        authorization=AUTHTYPES[authtype],
        scopes=tuple(scopes),
        authorizer=Authorizer(
            authorizer["type"].upper(),
            tuple(authorizer.get("providerARNs") or [_invoked(authorizer["authorizerUri"])]),
            scheme["name"],
            authorizer.get("authorizerResultTtlInSeconds"),
        )
        if authorizer
        else None,
    )


def registered_methods(run: Run, root: str) -> Iterator[Method]:
    """The methods of an existing API whose root resource has this id."""
    paths = {root: ""}
    for resource in run.of_type(f"{GATEWAY}/resource:Resource"):
        paths[str(resource.id)] = f"{paths[resource.inputs['parentId']]}/{resource.inputs['pathPart']}"
    integrations = {
        (node.inputs["resourceId"], node.inputs["httpMethod"]): node.inputs["type"]
        for node in run.of_type(f"{GATEWAY}/integration:Integration")
    }
    authorizers = {node.id: node.inputs for node in run.of_type(f"{GATEWAY}/authorizer:Authorizer")}
    for node in run.of_type(f"{GATEWAY}/method:Method"):
        given = node.inputs
        authorizer = authorizers[given["authorizerId"]] if given.get("authorizerId") else None
        yield Method(
            paths[given["resourceId"]] or "/",
            given["httpMethod"],
            integrations[given["resourceId"], given["httpMethod"]],
            given["authorization"],
            given.get("apiKeyRequired", False),
            tuple(given.get("authorizationScopes") or ()),
            Authorizer(
                authorizer["type"],
                tuple(authorizer.get("providerArns") or [_invoked(authorizer["authorizerUri"])]),
                authorizer["identitySource"].removeprefix("method.request.header."),
                authorizer.get("authorizerResultTtlInSeconds"),
            )
            if authorizer
            else None,
        )


def _invoked(uri: str) -> str:
    found = re.fullmatch(
        r"arn:aws:apigateway:[a-z0-9-]+:lambda:path/2015-03-31/functions/(.+)/invocations", uri
    )
    assert found
    return found[1]


def given_paths(file: Path) -> list[str]:
    """The paths of a stack file; of a backend that another stack publishes, those in that stack's file."""
    found: list[str] = []
    for backend in config_of(file)["crosslink:backends"]:
        services = backend.get("services", [])
        found += [service["path"] for service in services] or backend.get("paths") or published(file, backend)
    return [*dict.fromkeys(found)]  # two backends may serve a route


def published(file: Path, backend: Mapping[str, Any]) -> list[str]:
    reference = backend["service"]
    beside = YAML(typ="safe").load(file.with_name(f"{file.stem.removeprefix('Pulumi.')}.aws.yaml"))
    (there,) = [
        other
        for other in config_of(file.with_name(beside["stacks"][reference["stack"]]))["crosslink:backends"]
        if other["name"] == reference["backend"]
    ]
    return [service["path"] for service in there["services"]]


def config_of(file: Path) -> Mapping[str, Any]:
    return YAML(typ="safe").load(file)["config"]


@pytest.mark.parametrize("file", STACK_FILES, ids=lambda file: file.stem)
def test_every_method_has_the_auth_that_it_was_given(file: Path) -> None:
    run, paths = run_stack(file, preview=False), given_paths(file)
    api = config_of(file).get("crosslink:api")
    if api is None:
        assert [found for found in run.resources.values() if found.type.startswith(GATEWAY)] == []
        return
    if "existing" in api:
        methods = list(registered_methods(run, api["existing"]["rootResourceId"]))
        assert run.of_type(f"{GATEWAY}/restApi:RestApi") == []
    else:
        methods = list(defined_methods(json.loads(run.one(f"{GATEWAY}/restApi:RestApi").inputs["body"])))
        assert run.of_type(f"{GATEWAY}/method:Method") == []
    assert Counter(methods) == Counter(given_methods(api, paths))
    assert open_services(methods) == open_on_purpose(api, paths)


PATHS = ("/svc1", "/svc10", "/team/orders", "/orders", "/")


@hypothesis.settings(max_examples=40)
@given(api_files(PATHS, "111111111111", "us-west-2"))
def test_whatever_the_mix(api: dict[str, Any]) -> None:
    api = {name: value for name, value in api.items() if name != "existing"} | {"name": "crosslink"}
    settings = Api.model_validate_json(json.dumps(api), by_alias=True, by_name=False)
    routes = [Route(path=path, origin="http://apps.example.com:8000", sent_as=path) for path in PATHS]
    methods = list(defined_methods(document(settings, routes)))
    assert Counter(methods) == Counter(given_methods(api, PATHS))
    assert open_services(methods) == open_on_purpose(api, PATHS)
