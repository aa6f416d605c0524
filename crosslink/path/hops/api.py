"""The hops of the API: methods, stage, VPC link. Facts only, as they were read, whoever read them."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from crosslink.graph.unknown import Fact, Flag, Found, Hop, Number, Text, Unknown


@dataclass(frozen=True, kw_only=True)
class Method(Hop):
    """A method of the API on one path, with its integration.

    Attributes:
        path: of the API's resource, `/svc1` or `/svc1/{proxy+}`.
        http_method: `ANY`, or one of HTTP's.
        auth: `AWS_IAM`, `COGNITO_USER_POOLS`, `CUSTOM` for a function's, `API_KEY` or `NONE`.
        scopes: those of which a user pool's token must hold one.
        authorizers: ARNs of the user pools, or of the function, that it asks about its callers.
        integration_type: `HTTP_PROXY`, or `MOCK` for what the API answers itself.
        content_handling: what is made of a request's body, such as `CONVERT_TO_TEXT`; None for nothing.
        connection_type: `VPC_LINK`, or `INTERNET`.
        connection_id: of the VPC link; a stage variable stands as `${stageVariables.link}`.
        uri: host, port and path that the request is sent to.
        passes_path_on: whether what is below the path reaches the backend.
    """

    path: str
    http_method: Text
    auth: Text
    scopes: Fact[tuple[str, ...]]
    authorizers: Fact[tuple[str, ...]]
    integration_type: Text
    content_handling: Text
    connection_type: Text
    connection_id: Text
    uri: Text
    passes_path_on: Fact[bool]

    @property
    def port(self) -> Number:
        """The port of the URI, which picks the NLB's listener; None if the URI isn't one."""
        if self.uri is None or isinstance(self.uri, Unknown):
            return self.uri
        try:
            parts = urlsplit(self.uri)
            return parts.port or {"http": 80, "https": 443}.get(parts.scheme)
        except ValueError:  # a port that is no number
            return None


@dataclass(frozen=True, kw_only=True)
class Api(Hop):
    """A REST API as a whole.

    Attributes:
        endpoint_type: `REGIONAL`, `EDGE` or `PRIVATE`.
        default_endpoint_disabled: whether its execute-api address answers nobody.
        policy: its resource policy, a JSON text.
        binary_media_types: the bodies that are left as they are, `*/*` for all.
    """

    endpoint_type: Text
    default_endpoint_disabled: Flag
    policy: Text
    binary_media_types: Fact[tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class InvokePermission(Hop):
    """That somebody may invoke a function.

    Attributes:
        function: ARN of the function.
        principal: who, `apigateway.amazonaws.com`.
        for_api: whether it is for the authorizers of this API, be it for others, too.
    """

    function: Text
    principal: Text
    for_api: Fact[bool]


@dataclass(frozen=True, kw_only=True)
class Snapshot(Hop):
    """The deployment of the API that a stage serves.

    Attributes:
        current: whether it holds, or in an up will hold, what the API's definition says now.
    """

    current: Fact[bool]


@dataclass(frozen=True, kw_only=True)
class Throttle(Hop):
    """A limit: a stage's for some of its methods, or a usage plan's.

    Attributes:
        method_path: for which methods, `svc1/GET`; `*/*` for all.
        rate: requests per second; -1 is no limit.
        burst: requests at once; -1 is no limit.
    """

    method_path: Text
    rate: Fact[float | None]
    burst: Fact[float | None]


@dataclass(frozen=True, kw_only=True)
class ApiKey(Hop):
    """A key of callers.

    Attributes:
        enabled: whether API Gateway takes it; None where the resource leaves the default, which is yes.
    """

    enabled: Flag


@dataclass(frozen=True, kw_only=True)
class UsagePlan(Hop):
    """A plan that lets keys use a stage.

    Attributes:
        keys: those that belong to it.
        limit: for each of them; None if the plan has none.
        quota: requests that each has in a day, week or month; None for any number.
    """

    keys: Fact[tuple[ApiKey, ...]]
    limit: Throttle | None
    quota: Number


@dataclass(frozen=True, kw_only=True)
class Stage(Hop):
    """The stage that serves the methods.

    Attributes:
        name: in the URL.
        url: where callers send requests.
        variables: its variables by name; one of them holds the VPC link's id.
        snapshot: what it serves.
        throttles: its limits.
        usage_plans: the plans that name it.
        strays: paths of methods that go through the VPC link, though the stack doesn't declare their route.
    """

    name: Text
    url: Text
    variables: Fact[tuple[tuple[str, Text], ...]]
    snapshot: Found[Snapshot]
    throttles: Fact[tuple[Throttle, ...]]
    usage_plans: Fact[tuple[UsagePlan, ...]]
    strays: Fact[tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class VpcLink(Hop):
    """The VPC link that the stage gives the integrations.

    Attributes:
        status: `AVAILABLE` and so on; None where AWS wasn't asked.
        message: what AWS says to it.
    """

    status: Text
    message: Text
