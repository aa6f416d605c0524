"""The API's methods, from its document or from single resources."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from components.consumer.openapi_keys import (
    ANY_METHOD,
    AUTHORIZER,
    INTEGRATION,
    INTEGRATION_TARGET,
    OPERATIONS,
)
from components.identity_headers import CALLER_HEADERS
from components.route_header import ROUTE_HEADER
from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, Value, fields, items, value_at
from crosslink.graph.unknown import Fact, Number, Text, Unknown
from crosslink.path.authorizers import Authorizer, auth_of_scheme, of_scheme
from crosslink.path.demands import documented_demands, single_demands
from crosslink.path.document import SCHEME, body_of, document_parts, documented, schemes_of, text_of
from crosslink.path.hop import Hop, Source, as_tuple, base_of, hop, if_known, prop, read
from crosslink.path.integrations import of_authorizers, of_integration, target_in
from crosslink.path.preflights import Answer
from settings.path import ROOT

LINK_VARIABLE = re.compile(r"\$\{stageVariables\.(\w+)\}")  # a connection id that is the stage's variable
STATIC = re.compile(r"'([^']*)'")  # the mapping expression of a fixed value
PASSED_ON = "integration.request.path.proxy"
_HEADER = "integration.request.header."
BINDING = f"{_HEADER}{ROUTE_HEADER}"
_CALLER = f"{_HEADER}{CALLER_HEADERS}".lower()
_ALLOWS = "method.response.header.Access-Control-Allow-Credentials"


def _caller_headers(parameters: Value) -> Fact[tuple[tuple[str, Text], ...]]:
    """The headers that tell who calls, in lower case: whatever the case, there is one of each."""
    mapped = sorted(fields(parameters).items())
    return tuple(
        (name.lower().removeprefix(_HEADER), value)
        for name, value in mapped
        if name.lower().startswith(_CALLER)
    )


def _mapped(parameters: Value, header: str) -> Text:
    """What sets a header, whatever the case of its name."""
    names = {name.lower(): value for name, value in fields(parameters).items()}
    return names.get(f"{_HEADER}{header}".lower())


def _set(parameters: Value) -> tuple[tuple[str, Value], ...]:
    """What an integration sets in requests, in lower case, such as `header.x-tenant`."""
    prefix = "integration.request."
    lower = {name.lower(): value for name, value in fields(parameters).items()}
    found = ((name.removeprefix(prefix), value) for name, value in lower.items() if name.startswith(prefix))
    return tuple(sorted(found))


@hop
class Method(Hop):
    """A method of the API on one path, with its integration."""

    path: str = prop("path")  # of the API's resource, `/svc1` or `/svc1/{proxy+}`
    http_method: Text = prop("httpMethod")  # `ANY`, or one of HTTP's
    auth: Text = prop("auth")  # `AWS_IAM`, `COGNITO_USER_POOLS`, `CUSTOM` (a function), `API_KEY` or `NONE`
    scopes: Fact[tuple[str, ...]] = prop("scopes", convert=as_tuple)  # a token needs one of them
    authorizers: Fact[tuple[str, ...]] = prop("authorizers", convert=as_tuple)  # ARNs: pools or a function
    authorizer_role: Text = prop("authorizerRole")  # role ARN to invoke the function; None: by permission
    integration_type: Text = prop("type")  # `HTTP_PROXY`, or `MOCK` for what the API answers itself
    content_handling: Text = prop("contentHandling")  # of a request's body, `CONVERT_TO_TEXT`; None for none
    connection_type: Text = prop("connectionType")  # `VPC_LINK`, or `INTERNET`
    connection_id: Text = prop("connectionId")  # a VPC link's id, or `${stageVariables.link}`
    link: Text = prop("link")  # URN of the VPC link that a resource of its own refers to; None for a text
    # by a link v2 the ARN of the load balancer that it leads to, or the URN of the one that it refers to
    target: Text = prop(INTEGRATION_TARGET)
    balancer: Text = prop("balancer")
    uri: Text = prop("uri")  # host, port and path that the request is sent to
    waits: Number = prop("waits")  # how many seconds at most for the backend's next byte
    timeout: Number = prop("timeout")  # how many milliseconds the whole answer may take
    sent_with: Text = prop("sentWith")  # the verb that the backend is sent; `ANY` for the caller's own
    transfer: Text = prop("responseTransferMode")  # `STREAM`, or `BUFFERED` as by default
    # what the path below, the header Host and the prefix of links are set from; None if nothing sets them
    path_below: Text = prop("requestParameters", convert=lambda value: fields(value).get(PASSED_ON))
    host_header: Text = prop("requestParameters", convert=lambda value: _mapped(value, "Host"))
    prefix_header: Text = prop(
        "requestParameters", convert=lambda value: _mapped(value, "X-Forwarded-Prefix")
    )
    # parameters that a validator demands, such as `header.X-Tenant`, and whether it looks at bodies
    required: Fact[tuple[str, ...]] = prop("required")
    checks_bodies: Fact[bool] = prop("bodyIsChecked")
    asked: Fact[tuple[Authorizer, ...]] = prop("asked")  # who looks at what callers show
    parts: tuple[Hop, ...] = prop("parts")  # what else it is made of: of a document, or single resources
    answer: Fact[Answer] = prop("answer")  # of a preflight what browsers are told
    # what the integration sets, such as `header.x-tenant`, and from what, such as `'blue'`
    sets: Fact[tuple[tuple[str, Value], ...]] = prop("requestParameters", convert=_set)
    # what the header that binds route and Service is set from, `'svc1'`; None if nothing sets it
    route_header: Text = prop("requestParameters", convert=lambda value: fields(value).get(BINDING))
    # what the headers that tell who calls are set from, by their names in lower case
    caller_headers: Fact[tuple[tuple[str, Text], ...]] = prop("requestParameters", convert=_caller_headers)
    # of a preflight whether it lets pages send what the browser keeps, such as cookies
    allows_credentials: Fact[bool] = prop(
        "responses",
        convert=lambda value: value_at(value, "default", "responseParameters", _ALLOWS) == "'true'",
    )

    @property
    def port(self) -> Number:
        """The port of the URI, which picks the NLB's listener; None if the URI isn't one."""
        if not isinstance(self.uri, str):  # a document may have anything
            return self.uri if isinstance(self.uri, Unknown) else None
        try:
            parts = urlsplit(self.uri)
            return parts.port or {"http": 80, "https": 443}.get(parts.scheme)
        except ValueError:  # a port that isn't a number
            return None

    @property
    def host(self) -> str | None:
        """The host that the backend sees: the URI's, or a static one that is mapped; None if unknown."""
        if self.host_header is not None:
            static = isinstance(self.host_header, str) and STATIC.fullmatch(self.host_header)
            return static[1].partition(":")[0].lower() if static else None
        try:
            return urlsplit(self.uri).hostname if isinstance(self.uri, str) else None
        except ValueError:  # not a URI
            return None


def route_of(path: str) -> str:
    """The route that a path of the API belongs to: the path itself, or what is above its parameter."""
    return re.sub(r"/\{[^/]*\}$", "", path) or ROOT


def is_preflight(method: Method) -> bool:
    """Whether the API itself answers what browsers ask before they call; that goes no further.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html
    """
    return (method.http_method, method.integration_type) == ("OPTIONS", "MOCK")


def methods_of(graph: Graph, stage: Node) -> Fact[list[Method]]:
    """The methods that the stage's API has, from its document or from single resources."""
    api = graph.step(stage, "restApi", tokens.REST_API)
    if isinstance(api, Node):
        return methods_in(graph, api)
    singles = [method for method in graph.of_type(tokens.METHOD) if _is_of(stage, method)]
    if isinstance(api, Unknown) and not singles:
        return api
    return [single_method(graph, method) for method in singles]


def methods_in(graph: Graph, api: Node) -> Fact[list[Method]]:
    """The methods in the document of an API, whether a stage serves it or not."""
    return if_known(body_of(api), lambda _: list(_documented(graph, api)))


def _is_of(stage: Node, method: Node) -> bool:
    api_id = stage.get("restApi")
    if isinstance(api_id, Unknown):
        api = stage.references.get("restApi")
        return bool(api) and method.references.get("restApi") == api
    return method.get("restApi") == api_id


def _documented(graph: Graph, api: Node) -> Iterator[Method]:
    document = documented(api)
    schemes = schemes_of(document)
    for path, operations in fields(document.get("paths")).items():
        for name in (name for name in OPERATIONS if name in operations):
            operation, verb = fields(operations[name]), "ANY" if name == ANY_METHOD else name.upper()
            security = [fields(asked) for asked in items(operation.get("security"))]
            required = {scheme: items(scopes) for asked in security for scheme, scopes in asked.items()}
            asked = {scheme: fields(schemes.get(scheme)) for scheme in required}
            parts = document_parts(api, path, operations, name, asked)
            integration = fields(operation.get(INTEGRATION))
            properties = {
                **of_integration(integration),
                **of_authorizers(
                    [fields(scheme.get(AUTHORIZER)) for scheme in asked.values()], "providerARNs"
                ),
                **documented_demands(document, operations, operation),
                INTEGRATION_TARGET: target_in(integration, api.get("definition"), path, verb),
                "path": path,
                "httpMethod": verb,
                "sentWith": text_of(integration.get("httpMethod")),
                "auth": "NONE"
                if _is_open(operation, security)
                else ", ".join(map(auth_of_scheme, asked.values())),
                "scopes": [text_of(scope) for scopes in required.values() for scope in scopes],
                "asked": tuple(
                    filter(None, (of_scheme(graph, part) for part in parts if part.type == SCHEME))
                ),
                "parts": tuple(Hop(**base_of(part)) for part in parts),
            }
            yield read(Method, Source(graph, replace(api, properties=properties)))


def _is_open(operation: Mapping[str, Value], security: Sequence[Mapping[str, Value]]) -> bool:
    """Whether an operation asks for nothing, or for nothing by one of its alternatives.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-auth.html
    """
    return value_at(operation.get("x-amazon-apigateway-auth"), "type") == "NONE" or not all(security or [{}])


def single_method(graph: Graph, method: Node) -> Method:
    """The method that is a resource of its own."""
    integrations = graph.naming(method, "httpMethod", tokens.INTEGRATION)
    links = [
        link for node in integrations for link in graph.named_by(node, "connectionId", *tokens.VPC_LINKS)
    ]
    balancers = [
        balancer
        for node in integrations
        for balancer in graph.named_by(node, INTEGRATION_TARGET, tokens.LOAD_BALANCER)
    ]
    integration: Mapping[str, Value] = integrations[0].properties if integrations else {}
    authorizers = graph.named_by(method, "authorizerId", tokens.AUTHORIZER)
    properties = {
        **of_integration(integration),
        **of_authorizers([authorizer.properties for authorizer in authorizers], "providerArns"),
        **single_demands(graph, method),
        "link": links[0].urn if links else None,
        "balancer": balancers[0].urn if balancers else None,
        "path": _path(graph, method),
        "httpMethod": method.get("httpMethod"),
        "sentWith": integration.get("integrationHttpMethod"),
        "asked": tuple(read(Authorizer, Source(graph, authorizer)) for authorizer in authorizers),
        "parts": tuple(Hop(**base_of(part)) for part in _parts(graph, method)),
        "auth": auth_of(method.properties, "authorization"),
        "scopes": method.get("authorizationScopes"),
    }
    return read(Method, Source(graph, replace(method, properties=properties)))


def _parts(graph: Graph, method: Node) -> Iterator[Node]:
    """The resources beside a method and its integration that decide about its requests."""
    above = graph.named_by(method, "resourceId", tokens.API_RESOURCE)
    while above:
        yield above[0]
        above = graph.named_by(above[0], "parentId", tokens.API_RESOURCE)
    yield from graph.named_by(method, "requestValidatorId", tokens.REQUEST_VALIDATOR)
    for type_ in (tokens.METHOD_RESPONSE, tokens.INTEGRATION_RESPONSE):
        yield from graph.naming(method, "httpMethod", type_)


def auth_of(method: Mapping[str, Value], authorization: str) -> Text:
    """What a method asks of its callers, given the name of the property that says so."""
    auth = method.get(authorization)
    if isinstance(auth, Unknown):
        return auth
    auths = (str(auth), "API_KEY" if method.get("apiKeyRequired") is True else "NONE")
    return ", ".join(name for name in auths if name != "NONE") or "NONE"


def _path(graph: Graph, method: Node) -> str:
    path = ""
    above = graph.named_by(method, "resourceId", tokens.API_RESOURCE)
    while above:
        path = f"/{above[0].get('pathPart')}{path}"
        above = graph.named_by(above[0], "parentId", tokens.API_RESOURCE)
    return path or ROOT


def defined(definition: Value) -> Iterator[tuple[Value, ...]]:
    """The methods that an API defines now, as `identity` has those that its stage serves."""
    for method in map(of_integration, map(fields, items(definition))):
        keys = ("path", "httpMethod", "type", "connectionType", "connectionId", "uri")
        scopes = tuple(items(method.get("authorizationScopes")))
        target = method.get(INTEGRATION_TARGET)
        yield *(method[key] for key in keys), target, auth_of(method, "authorizationType"), scopes


def identity(method: Method) -> tuple[Value, ...]:
    """What of a method takes effect with a deployment only."""
    integration = (method.integration_type, method.connection_type, method.connection_id, method.uri)
    return method.path, method.http_method, *integration, method.target, method.auth, method.scopes
