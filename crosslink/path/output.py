"""The stack output `path`: what the stack says of its path, for whoever looks at the path from outside."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from crosslink.graph.unknown import Unknown
from crosslink.path.intent import Intent, Place
from settings.any_backend import Crossing
from settings.auth import AUTHS, Auth
from settings.networks import Connection
from settings.path import ServedPath

Id: TypeAlias = str | Unknown  # AWS gives it in the up: unknown in a preview
Kind: TypeAlias = Literal["cluster", "loadBalancer", "networkLoadBalancer", "service"]


class Part(BaseModel):
    """A part of the output; its keys are in camelCase."""

    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, frozen=True, arbitrary_types_allowed=True
    )


NOT_SHOWN = "[secret]"  # what `pulumi stack output` writes for a secret, unless it is told to show them


class Party(Part):
    """An account and region, with how the program gets there."""

    account_id: str
    region: str
    role_arn: str | None = None  # the role that the program assumes; None for the credentials it runs with
    preview_role_arn: str | None = None  # the role for previews, which only reads; None for none
    external_id: str | None = None  # what the role's trust policy asks for besides; may be `NOT_SHOWN`

    @property
    def place(self) -> Place:
        """Without the role."""
        return Place(account=self.account_id, region=self.region)


class DeclaredConsumer(Party):
    """Account 1 in the API's region."""

    cidr: str | None = None  # of the gateway network; None if it exists, or in the output of an older version
    zone_ids: tuple[str, ...] = ()  # those of the gateway NLB; none in the output of an older version


class DeclaredApi(Part):
    """The API."""

    id: Id
    stage: str
    vpc_link_id: Id
    existing: bool = False  # whether the API is somebody else's
    source_ips: tuple[str, ...] = ()  # the ranges that callers come from; none for everywhere
    user_pool_arn: str | None = None  # the user pool that routes with auth `cognito` ask
    id_tokens: bool = False  # whether those routes take ID tokens, of all users and app clients of the pool
    identity_headers: bool = False  # whether integrations set the headers that tell who calls
    function_arn: str | None = None  # the function that routes with auth `lambda` ask
    token_header: str | None = None  # where that function's authorizer looks for callers' tokens
    authorizer_type: str | None = None  # what that function is sent, `token` or `request`
    cache_seconds: int | None = None  # how long that function's answers are kept
    domain: str | None = None  # the API's own domain name; None for the one that API Gateway gives it
    base_path: str | None = None  # the first segment of all paths below it; None for none


class DeclaredRoute(Part):
    """A route."""

    backend: str
    strip_prefix: bool = False  # whether the backend is sent what is below the path alone
    auth: Auth | None = None  # who may call it, as the setting has it; None in a stack without an API
    methods: tuple[str, ...] = ()  # of HTTP; none for any
    principals: tuple[str, ...] = ()  # ARNs, with auth `iam`; none: anybody whose own policy allows it
    scopes: tuple[str, ...] = ()  # with auth `cognito` those of which callers need one
    cors: bool = False  # whether web pages of other origins may call
    credentials: bool = False  # whether they may send what the browser keeps, such as cookies
    # Which pages, and what they may send. None of these three in the output of an older version
    cors_origins: tuple[str, ...] | None = None
    cors_headers: tuple[str, ...] | None = None
    timeout_seconds: int | None = None  # how long API Gateway waits for an answer
    streaming: bool = False  # whether answers are passed on as they come
    tells_caller: bool = False  # whether the service is told who calls
    # Backend → its share; these four only of a route that two backends serve
    weights: Mapping[str, int] = {}
    slot: int | None = None
    listener_port: int | None = None  # the gateway NLB's
    health_path: str | None = None  # what the gateway NLB asks the pods of both

    @property
    def backends(self) -> tuple[str, ...]:
        """The backends that it leads to, the one above first: an output keeps no order."""
        return (self.backend, *(name for name in self.weights if name != self.backend))


class DeclaredBackend(Party):
    """A backend."""

    kind: Kind
    crossing: Crossing = "peering"  # what crosses the regions: a peering, or PrivateLink itself
    existing: bool  # whether its cluster or its load balancer is somebody else's
    controller: str | None = None  # the controller of its IngressClass; None without an Ingress
    endpoint_id: Id | None = None  # its endpoint in the consumer's account; None in a stack without an API
    service_id: Id | None = None  # None of an endpoint service that another stack publishes
    service_name: Id
    load_balancer_arn: Id | None = None  # of kinds `loadBalancer` and `networkLoadBalancer`
    port: int  # the port at which requests leave the endpoint
    cluster_name: str | None = None  # None without a cluster
    namespaces: tuple[str, ...] = ()  # those of its services in the cluster
    tls_domain: str | None = None  # the name that its ALB has a certificate for; None without TLS
    slot: int | None = None  # this and the next four are None or empty in the output of an older version
    listener_port: int | None = None  # the gateway NLB's
    zone_ids: tuple[str, ...] = ()  # those of its endpoint service
    cidr: str | None = None  # of a network that the stack makes; None without one
    addresses: Mapping[str, str] = {}  # zone id → address that its endpoint asks for; none if AWS chooses
    # ARNs of those who may connect to the endpoint service; none of one that another stack publishes
    allowed_principals: tuple[str, ...] = ()
    # regions whose endpoints may connect to the service; none for its own alone, and another stack's
    supported_regions: tuple[str, ...] = ()
    admins: tuple[str, ...] = ()  # ARNs of those who administer the cluster that the stack makes
    # ARN of that cluster's KMS key, `made` for the stack's own; None in the output of an older version
    cluster_key: str | None = None


class DeclaredSubnet(Part):
    """An existing subnet."""

    zone_id: str
    cidr: Id  # as it was looked up


class DeclaredNetwork(Part):
    """An existing VPC, as far as the stack uses it."""

    account_id: str
    region: str
    vpc_id: str
    subnets: Mapping[str, DeclaredSubnet]  # id → subnet


class Declared(Part):
    """The whole output."""

    consumer: DeclaredConsumer | None  # None in a stack without an API, as `api`
    api: DeclaredApi | None
    routes: Mapping[str, DeclaredRoute]  # path → route
    backends: Mapping[str, DeclaredBackend]  # name → backend
    networks: Mapping[str, DeclaredNetwork] = {}  # those that the stack joins, and no other
    # region → CIDR of the landing there; None of one that exists
    landings: Mapping[str, str | None] = {}
    # region → what carries packets from the gateway network to the landing there
    connections: Mapping[str, Connection] = {}
    accounts: tuple[str, ...] = ()  # those that the settings name, wherever; none of an older version

    def intent(self, path: str, backend_name: str | None = None) -> Intent:
        """What a route is meant to be, on its way to one of its backends, by default the first one."""
        api, route = self.api, self.routes[path]
        backend_name = backend_name or route.backend
        backend = self.backends[backend_name]
        # Without an API nobody calls the route: what a caller must bring is another stack's to say.
        auth = route.auth or "none"
        authorizers = {
            "user pool": api and api.user_pool_arn,
            "function": api and api.function_arn,
            None: None,
        }
        return Intent(
            auth=auth,
            methods=route.methods or ("ANY",),
            principals=route.principals,
            scopes=route.scopes,
            cors=route.cors,
            credentials=route.credentials,
            cors_origins=route.cors_origins,
            cors_headers=route.cors_headers,
            timeout_seconds=route.timeout_seconds,
            streaming=route.streaming,
            id_tokens=api is not None and api.id_tokens and AUTHS[auth].asks == "user pool",
            identity_headers=api is not None and api.identity_headers,
            tells_caller=route.tells_caller,
            authorizer=authorizers[AUTHS[auth].asks],
            token_header=api.token_header if api else None,
            authorizer_type=api.authorizer_type if api else None,
            cache_seconds=api.cache_seconds if api else None,
            source_ips=api.source_ips if api else (),
            domain=api.domain if api else None,
            base_path=api.base_path if api else None,
            stage=api.stage if api else None,
            existing=api is not None and api.existing,
            api=self.consumer.place if self.consumer else None,
            backend=backend.place,
            tls_domain=backend.tls_domain,
            sent_as=ServedPath(path=path, strip_prefix=route.strip_prefix).sent_as,
            service_name=backend.service_name,
            kind_of_backend=backend.kind,
            controller=backend.controller,
            port=backend.port,
            allowed_principals=backend.allowed_principals,
            shares_cluster=backend.existing and backend.kind == "cluster",
            cluster_name=backend.cluster_name,
            weights=tuple((name, route.weights[name]) for name in route.backends) if route.weights else (),
            health_path=route.health_path,
            connection=None if backend.crossing == "native" else self.connections.get(backend.region),
            native=backend.crossing == "native",
            supported_regions=backend.supported_regions,
        )

    def endpoint_region(self, backend: DeclaredBackend) -> str:
        """The region of a backend's endpoint: the API's own where PrivateLink crosses regions by itself."""
        return self.consumer.region if self.consumer and backend.crossing == "native" else backend.region

    def places(self) -> Mapping[str, frozenset[Place]]:
        """Where each side's resources may be; a side that isn't the stack's own has none."""
        made = [backend for backend in self.backends.values() if backend.kind != "service"]
        found = {"provider": frozenset(backend.place for backend in made)} if made else {}
        if consumer := self.consumer:
            regions = {consumer.region, *map(self.endpoint_region, self.backends.values())}
            places = (Place(account=consumer.account_id, region=region) for region in regions)
            found["consumer"] = frozenset(places)
        return found
