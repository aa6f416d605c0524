"""What the stack means a route to be, by its own words."""

from collections.abc import Mapping
from dataclasses import dataclass

from components.identity_headers import identity_headers
from crosslink.graph.unknown import Text, Unknown
from settings.auth import AUTHS, Auth, AuthKind

NOT_DECLARED = Unknown("the stack's output `path`, which says what was meant, can't be seen")


@dataclass(frozen=True, kw_only=True)
class Place:
    """An account and a region."""

    account: str  # 12 digits
    region: str

    def __str__(self) -> str:
        return f"{self.account} {self.region}"


@dataclass(frozen=True, kw_only=True)
class Intent:
    """What the stack means a route to be."""

    auth: Auth  # `iam`, `cognito`, `lambda`, `apiKey` or `none`
    methods: tuple[str, ...]  # of HTTP, `ANY` for all
    principals: tuple[str, ...]  # ARNs, with auth `iam`; none: anybody whose own policy allows it
    scopes: tuple[str, ...]  # with auth `cognito` those of which callers need one
    cors: bool  # whether web pages of other origins may call, and so browsers ask before
    credentials: bool  # whether these pages may send what the browser keeps, such as cookies
    id_tokens: bool  # with auth `cognito` whether callers send ID tokens, which have no scopes
    identity_headers: bool  # whether the API's integrations set the headers that tell who calls
    tells_caller: bool  # whether they tell this route's service
    authorizer: str | None  # ARN of the user pool or of the function; None without
    source_ips: tuple[str, ...]  # the ranges that callers come from; none for everywhere
    domain: str | None  # the API's own domain name; None for the one that API Gateway gives it
    base_path: str | None  # the first segment of all paths below it; None for none
    stage: str | None  # the name of the API's stage; None in a stack without an API
    existing: bool  # whether the API is somebody else's
    api: Place | None  # None in a stack without an API
    backend: Place  # where the route's backend should be
    tls_domain: str | None  # the name that the backend's ALB has a certificate for; None without TLS
    sent_as: str  # what the backend is sent for the path itself, and the start of what is sent for others
    service_name: Text  # of the endpoint service that the backend's endpoint names
    kind_of_backend: str  # `cluster`, `loadBalancer`, `networkLoadBalancer` or `service`
    controller: str | None  # the controller of the backend's IngressClass; None without an Ingress
    port: int  # the port at which requests leave the backend's endpoint
    allowed_principals: tuple[str, ...]  # ARNs of those who may connect to the backend's endpoint service
    shares_cluster: bool  # whether the backend's cluster, its network and its nodes are somebody else's
    cluster_name: str | None  # the name of the backend's cluster in AWS; None without one
    connection: str | None  # `peering` or `existing`; None if the endpoint is in the API's own network
    # whether PrivateLink crosses the regions, so that the endpoint is in the API's own network
    native: bool = False
    # the regions whose endpoints may connect to the backend's endpoint service; none for its own alone
    supported_regions: tuple[str, ...] = ()
    # Backend → its share, of a route that two backends serve, and what the gateway NLB asks the pods of both
    weights: tuple[tuple[str, int], ...] = ()
    health_path: str | None = None
    # None where the stack doesn't say it: its output is of an older version
    cors_origins: tuple[str, ...] | None = None  # the pages that may call, `*` for any
    cors_headers: tuple[str, ...] | None = None  # the headers that they may send
    timeout_seconds: int | None = None  # how long API Gateway waits for an answer
    streaming: bool = False  # whether answers are passed on as they come
    token_header: str | None = None  # with auth `lambda` the header with the caller's token
    authorizer_type: str | None = None  # with auth `lambda` what the function is sent, `token` or `request`
    cache_seconds: int | None = None  # with auth `lambda` how long the function's answers are kept

    @property
    def kind(self) -> AuthKind:
        """The kind of its auth."""
        return AUTHS[self.auth]

    @property
    def caller_headers(self) -> Mapping[str, str]:
        """The headers that tell who calls, each with what sets it; none if the API doesn't set them."""
        return identity_headers(self.auth if self.tells_caller else None) if self.identity_headers else {}

    @property
    def told_by(self) -> str | None:
        """The header in which the service is told who calls; None if it isn't."""
        return self.kind.caller_header if self.tells_caller else None

    @property
    def takes_over(self) -> bool:
        """Whether another backend takes over where this one's doesn't answer."""
        return bool(self.weights) and len({weight for _, weight in self.weights}) == 1

    @property
    def joins_alb(self) -> bool:
        """Whether the backend is an ALB that exists beside the stack."""
        return self.kind_of_backend == "loadBalancer"

    @property
    def has_own_nlb(self) -> bool:
        """Whether the load balancer of the backend's endpoint service is the stack's own."""
        return self.kind_of_backend in ("cluster", "loadBalancer")

    @property
    def landing(self) -> Place | None:
        """Where the backend's interface endpoint should be."""
        if self.api is None:
            return None
        region = self.api.region if self.native else self.backend.region
        return Place(account=self.api.account, region=region)
