"""The API's methods, from its document or from single resources."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from components.consumer.openapi_keys import ANY_METHOD, AUTHORIZER, AUTHTYPE, INTEGRATION, OPERATIONS
from components.identity_headers import CALLER_HEADERS
from components.route_header import ROUTE_HEADER
from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, Value, doubt, fields, items, number, value_at
from crosslink.graph.unknown import Fact, Number, Text, Unknown
from crosslink.path.hop import Hop, Source, as_tuple, hop, if_known, prop, read
from settings.path import ROOT
from settings.quotas import MAX_RAISED_TIMEOUT, MAX_TIMEOUT

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
    uri: Text = prop("uri")  # host, port and path that the request is sent to
    waits: Number = prop("waits")  # how many seconds at most for the backend's next byte
    # whether what is below the path reaches the backend
    passes_path_on: Fact[bool] = prop("requestParameters", convert=lambda value: PASSED_ON in fields(value))
    host_header: Text = prop("requestParameters", convert=lambda value: _mapped(value, "Host"))
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
        if self.uri is None or isinstance(self.uri, Unknown):
            return self.uri
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
        return if_known(api.get("body"), lambda body: list(_documented(graph, api, body or "{}")))
    singles = [method for method in graph.of_type(tokens.METHOD) if _is_of(stage, method)]
    if isinstance(api, Unknown) and not singles:
        return api
    return [single_method(graph, method) for method in singles]


def _is_of(stage: Node, method: Node) -> bool:
    api_id = stage.get("restApi")
    if isinstance(api_id, Unknown):
        api = stage.references.get("restApi")
        return bool(api) and method.references.get("restApi") == api
    return method.get("restApi") == api_id


def _documented(graph: Graph, api: Node, body: str) -> Iterator[Method]:
    document: Mapping[str, Value] = json.loads(body)
    schemes = document.get("components", {}).get("securitySchemes", {})
    for path, operations in document.get("paths", {}).items():
        for name in (name for name in OPERATIONS if name in operations):
            operation = operations[name]
            security: list[Mapping[str, list[str]]] = operation.get("security", [])
            required = {scheme: scopes for asked in security for scheme, scopes in asked.items()}
            asked = [schemes.get(scheme, {}) for scheme in required]
            properties = {
                **_of_integration(operation.get(INTEGRATION, {})),
                **_of_authorizers([scheme.get(AUTHORIZER, {}) for scheme in asked], "providerARNs"),
                "path": path,
                "httpMethod": "ANY" if name == ANY_METHOD else name.upper(),
                "auth": ", ".join(map(_auth_of_scheme, asked)) or "NONE",
                "scopes": [scope for scopes in required.values() for scope in scopes],
            }
            yield read(Method, Source(graph, replace(api, properties=properties)))


def _of_integration(integration: Mapping[str, Value]) -> Mapping[str, Value]:
    """What an integration says, with API Gateway's defaults.

    Source: https://docs.aws.amazon.com/apigateway/latest/api/API_Integration.html
    """
    kind = integration.get("type") or ""
    return {
        **integration,
        "type": kind.upper() if isinstance(kind, str) else kind,
        "connectionType": integration.get("connectionType") or "INTERNET",
        "connectionId": integration.get("connectionId") or "",
        "uri": integration.get("uri") or "",
        "waits": if_known(_timeout(integration), lambda seconds: min(seconds, MAX_RAISED_TIMEOUT)),
    }


def _timeout(integration: Mapping[str, Value]) -> Fact[int]:
    """How many seconds an integration may take; one that streams may take longer than it waits for a byte.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html
    """
    told = integration.get("timeoutInMillis", integration.get("timeoutMilliseconds"))
    return if_known(number(told), lambda milliseconds: (milliseconds or MAX_TIMEOUT * 1000) // 1000)


def _auth_of_scheme(scheme: Mapping[str, Value]) -> str:
    """What API Gateway calls a security scheme; a function's may have any name.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authtype.html
    """
    match scheme.get(AUTHTYPE), scheme:
        case "awsSigv4", _:
            return "AWS_IAM"
        case "cognito_user_pools", _:
            return "COGNITO_USER_POOLS"
        case _, {"name": "x-api-key"} if AUTHORIZER not in scheme:
            return "API_KEY"
        case _:
            return "CUSTOM"


def _of_authorizers(authorizers: Sequence[Mapping[str, Value]], pools: str) -> Mapping[str, Value]:
    """Whom authorizers ask, user pools or the function that a URI invokes, by their ARNs, and as which role.

    Source: https://docs.aws.amazon.com/apigateway/latest/api/API_Authorizer.html
    """
    arns: list[Value] = []
    for authorizer in authorizers:
        own, uri = authorizer.get(pools), authorizer.get("authorizerUri")
        arns += [own] if isinstance(own, Unknown) else items(own)
        if uri:
            arns.append(
                if_known(uri, lambda text: text.partition("/functions/")[2].removesuffix("/invocations"))
            )
    roles = (authorizer.get("authorizerCredentials") for authorizer in authorizers)
    return {"authorizers": doubt(*arns) or arns, "authorizerRole": next(filter(None, roles), None)}


def single_method(graph: Graph, method: Node) -> Method:
    """The method that is a resource of its own."""
    integrations = graph.naming(method, "httpMethod", tokens.INTEGRATION)
    links = [link for node in integrations for link in graph.named_by(node, "connectionId", tokens.VPC_LINK)]
    authorizers = graph.named_by(method, "authorizerId", tokens.AUTHORIZER)
    properties = {
        **_of_integration(integrations[0].properties if integrations else {}),
        **_of_authorizers([authorizer.properties for authorizer in authorizers], "providerArns"),
        "link": links[0].urn if links else None,
        "path": _path(graph, method),
        "httpMethod": method.get("httpMethod"),
        "auth": auth_of(method.properties, "authorization"),
        "scopes": method.get("authorizationScopes"),
    }
    return read(Method, Source(graph, replace(method, properties=properties)))


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
    for method in map(_of_integration, map(fields, items(definition))):
        keys = ("path", "httpMethod", "type", "connectionType", "connectionId", "uri")
        scopes = tuple(items(method.get("authorizationScopes")))
        yield *(method[key] for key in keys), auth_of(method, "authorizationType"), scopes


def identity(method: Method) -> tuple[Value, ...]:
    """What of a method takes effect with a deployment only."""
    integration = (method.integration_type, method.connection_type, method.connection_id, method.uri)
    return method.path, method.http_method, *integration, method.auth, method.scopes
