"""The stack output `path`: what the stack says of its path, for whoever looks at the path from outside."""

from collections.abc import Mapping
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from crosslink.graph.unknown import Fact, Unknown
from crosslink.path.intent import Intent, Place
from settings.auth import AUTHS, Auth

Id: TypeAlias = str | Unknown  # AWS gives it in the up: unknown in a preview


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


class DeclaredApi(Part):
    """The API."""

    id: Id
    stage: str
    vpc_link_id: Id
    existing: bool = False  # whether the API is somebody else's
    source_ips: tuple[str, ...] = ()  # the ranges that callers come from; none for everywhere
    user_pool_arn: str | None = None  # the user pool that routes with auth `cognito` ask
    function_arn: str | None = None  # the function that routes with auth `lambda` ask
    token_header: str | None = None  # where that function's authorizer looks for callers' tokens
    domain: str | None = None  # the API's own domain name; None for the one that API Gateway gives it
    base_path: str | None = None  # the first segment of all paths below it; None for none


class DeclaredRoute(Part):
    """A route."""

    backend: str
    strip_prefix: bool = False  # whether the backend is sent what is below the path alone
    auth: Auth | None  # who may call it, as the setting has it; None without an API
    methods: tuple[str, ...] = ()  # of HTTP; none for any
    principals: tuple[str, ...] = ()  # ARNs, with auth `iam`; none: anybody whose own policy allows it
    scopes: tuple[str, ...] = ()  # with auth `cognito` those of which callers need one
    cors: bool = False  # whether web pages of other origins may call


class DeclaredBackend(Party):
    """A backend."""

    kind: str  # `cluster`, `loadBalancer`, `networkLoadBalancer`, or `service`: another stack's service
    existing: bool = False  # whether its cluster or load balancer is somebody else's
    controller: str | None = None  # what makes an ALB of its Ingresses; None without a cluster
    # Its endpoint, in the consumer's account and the backend's region; None without a consumer.
    endpoint_id: Id | None = None
    service_id: Id | None = None  # None for kind `service`
    service_name: Id
    load_balancer_arn: Id | None = None  # of an existing load balancer
    port: int  # that its endpoint service listens on
    cluster_name: str | None = None
    namespaces: tuple[str, ...] = ()  # those of the services
    tls_domain: str | None = None  # the name that its ALB has a certificate for; None without TLS
    allowed_principals: tuple[Id, ...] = ()  # who may connect; none for the consumer of this stack


class DeclaredSubnet(Part):
    """A subnet that exists."""

    zone_id: str
    cidr: Id


class DeclaredNetwork(Part):
    """A VPC that exists."""

    account_id: str
    region: str
    vpc_id: str
    subnets: Mapping[str, DeclaredSubnet]  # id → subnet


class Declared(Part):
    """The whole output."""

    consumer: Party | None = None  # account 1 in the API's region; None if the stack only provides
    api: DeclaredApi | None = None  # None if the stack only provides
    routes: Mapping[str, DeclaredRoute]  # path → route
    backends: Mapping[str, DeclaredBackend]  # name → backend
    networks: Mapping[str, DeclaredNetwork] = {}  # those that exist
    connections: Mapping[str, str] = {}  # region of a landing → `peering` or `existing`

    def intent(self, path: str) -> Fact[Intent]:
        """What a route is meant to be; Unknown without an API."""
        api, route = self.api, self.routes[path]
        backend = self.backends[route.backend]
        if self.consumer is None or api is None or route.auth is None:
            return Unknown("the stack has no API")
        authorizers = {"user pool": api.user_pool_arn, "function": api.function_arn, None: None}
        return Intent(
            auth=route.auth,
            methods=route.methods or ("ANY",),
            principals=route.principals,
            scopes=route.scopes,
            cors=route.cors,
            authorizer=authorizers[AUTHS[route.auth].asks],
            source_ips=api.source_ips,
            domain=api.domain,
            base_path=api.base_path,
            existing=api.existing,
            api=self.consumer.place,
            backend=backend.place,
            tls_domain=backend.tls_domain,
        )

    def places(self) -> Mapping[str, frozenset[Place]]:
        """Where each side's resources may be."""
        backends = frozenset(b.place for b in self.backends.values() if b.kind != "service")
        if (consumer := self.consumer) is None:
            return {"consumer": frozenset[Place](), "provider": backends}
        regions = {backend.region for backend in self.backends.values()}
        landings = [Place(account=consumer.account_id, region=region) for region in regions]
        return {"consumer": frozenset([consumer.place, *landings]), "provider": backends}
