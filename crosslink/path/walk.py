"""The path of a request, hop by hop, and what else of the stack decides whether one gets through."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from crosslink.graph.unknown import Fact, Found, Hop, Unknown, present, visible
from crosslink.path.hops.api import Api, InvokePermission, Method, Stage, VpcLink
from crosslink.path.hops.cluster import Alb, Deployment, IngressRule, KubernetesService
from crosslink.path.hops.domain import Domain
from crosslink.path.hops.load_balancers import Listener, LoadBalancer, Target, TargetGroup
from crosslink.path.hops.network import Account, Peering, Way
from crosslink.path.hops.private_link import Endpoint, EndpointService

NOT_DECLARED = Unknown("the stack's output `path`, which says what was meant, can't be seen")
"""Why nobody can tell what the stack means."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """Which resource waits for which; destroying goes the other way.

    Attributes:
        waits: URN → URNs of all that must exist before it, directly or not.
    """

    waits: Mapping[str, frozenset[str]]

    def after(self, later: Hop, earlier: Hop) -> bool:
        """Whether one resource waits for another."""
        return earlier.urn in self.waits.get(later.urn, ())


@dataclass(frozen=True, kw_only=True)
class Place:
    """An account and a region.

    Attributes:
        account: 12 digits.
        region: the region.
    """

    account: str
    region: str

    def __str__(self) -> str:
        return f"{self.account} {self.region}"


@dataclass(frozen=True, kw_only=True)
class Intent:
    """What the stack means a route to be.

    Attributes:
        auth: `iam`, `cognito`, `lambda`, `apiKey` or `none`.
        methods: of HTTP, `ANY` for all.
        principals: ARNs of those who may call with auth `iam`; none for all whose own policies say so.
        scopes: with auth `cognito` those of which callers need one.
        cors: whether web pages of other origins may call, and so browsers ask before.
        authorizer: ARN of the user pool, or of the function, that is asked about callers; None without.
        source_ips: the ranges that callers come from; none for everywhere.
        domain: the API's own domain name; None for the one that API Gateway gives it.
        base_path: the first segment of all paths below it; None for none.
        existing: whether the API is somebody else's.
        api: where the API should be.
        backend: where the route's backend should be.
        tls_domain: the name that the backend's ALB has a certificate for; None without TLS.
    """

    auth: str
    methods: tuple[str, ...]
    principals: tuple[str, ...]
    scopes: tuple[str, ...]
    cors: bool
    authorizer: str | None
    source_ips: tuple[str, ...]
    domain: str | None
    base_path: str | None
    existing: bool
    api: Place
    backend: Place
    tls_domain: str | None

    @property
    def landing(self) -> Place:
        """Where the backend's interface endpoint should be."""
        return Place(account=self.api.account, region=self.backend.region)


@dataclass(frozen=True, kw_only=True)
class Walk:
    """The way of a request for one route, from the API to the pods.

    Attributes that aren't named here are its hops; `hops` has their titles.

    Attributes:
        path: the route, `/svc1`.
        source: what names the route: the stage that serves it, the stack's output `path`, or its Ingress.
        intent: what the stack means it to be; Unknown where it can't be seen.
        api: the REST API as a whole; None for one that is somebody else's.
        methods: of the path itself and of what is below it; those that reach the backend.
        preflights: the methods with which the API itself answers browsers.
        permissions: those of functions, who may invoke them.
        ingress_parts: what the Ingress's load balancer is made from, and must be taken down with: namespace,
            class and parameters.
        egress: the routes by which the cluster that does so reaches AWS.
        exits: from each subnet of the cluster's nodes to the internet, for images.
        order: which resource waits for which; None where AWS was asked, which doesn't tell.
    """

    path: str
    source: Hop
    intent: Fact[Intent]
    api: Found[Api]
    domain: Found[Domain]
    methods: Fact[tuple[Method, ...]]
    preflights: Fact[tuple[Method, ...]]
    permissions: Fact[tuple[InvokePermission, ...]]
    stage: Found[Stage]
    link: Found[VpcLink]
    balancer: Found[LoadBalancer]
    listener: Found[Listener]
    target_group: Found[TargetGroup]
    targets: Fact[tuple[Target, ...]]
    endpoint: Found[Endpoint]
    service: Found[EndpointService]
    provider_balancer: Found[LoadBalancer]
    provider_listener: Found[Listener]
    provider_target_group: Found[TargetGroup]
    provider_target: Found[Target]
    alb: Found[Alb]
    ingress_rule: Found[IngressRule]
    kubernetes_service: Found[KubernetesService]
    deployment: Found[Deployment]
    ingress_parts: tuple[Hop, ...]
    egress: tuple[Hop, ...]
    exits: Fact[tuple[Way, ...]]
    order: Order | None = field(repr=False)

    def hops(self) -> Iterator[tuple[str, Found[Hop]]]:
        """The hops in the order in which a request passes them, each with its title.

        Those of all targets are side by side: every target, the routes out, the peering, the routes back.
        """
        if self.domain is not None or any(intent.domain for intent in present(self.intent)):
            yield "domain", self.domain
        yield "stage", self.stage
        yield from (("preflight", one) for one in visible(self.preflights))
        yield from _listed("method", self.methods)
        yield "VPC link", self.link
        yield "gateway NLB", self.balancer
        yield "listener", self.listener
        yield "target group", self.target_group
        yield from _listed("target", self.targets)
        yield from ((title, way) for title, way in self.ways() if title == "route out")
        yield from (("peering", peering) for peering in self.peerings())
        yield from ((title, way) for title, way in self.ways() if title == "route back")
        yield "interface endpoint", self.endpoint
        yield "endpoint service", self.service
        yield "provider NLB", self.provider_balancer
        yield "provider listener", self.provider_listener
        yield "provider target group", self.provider_target_group
        yield "provider target", self.provider_target
        yield "ALB", self.alb
        yield "Ingress rule", self.ingress_rule
        yield "Service", self.kubernetes_service
        yield "Deployment", self.deployment

    def ways(self) -> Iterator[tuple[str, Way]]:
        """The ways of all targets, out and back; those that take the same route from a subnet are one."""
        targets = visible(self.targets)
        for title, ways in (
            ("route out", [way for target in targets for way in target.out]),
            ("route back", [way for target in targets for way in target.back]),
        ):
            once = {(way.subnet.urn, way.urn if way.route else way.destination): way for way in ways}
            yield from ((title, way) for way in once.values())

    def peerings(self) -> list[Peering]:
        """The peerings that the routes go over."""
        routes = [route for _title, way in self.ways() for route in present(way.route)]
        return list(dict.fromkeys(peering for route in routes for peering in present(route.peering)))


def _listed(title: str, hops: Fact[tuple[Hop, ...]]) -> Iterator[tuple[str, Found[Hop]]]:
    """Each of several hops side by side; one is missing where there is none."""
    if isinstance(hops, Unknown):
        yield title, hops
    else:
        yield from ((title, hop) for hop in hops or (None,))


@dataclass(frozen=True, kw_only=True)
class Reference:
    """That one resource's property takes its value from another resource.

    Attributes:
        property: its name; None for a mere `depends_on`.
        to: the other resource.
    """

    property: str | None
    to: Hop


@dataclass(frozen=True, kw_only=True)
class Registered(Hop):
    """Any resource of a side of the program.

    Attributes:
        type: its type token.
        side: `consumer` or `provider`.
        references: what it refers to.
    """

    type: str
    side: str
    references: tuple[Reference, ...]


@dataclass(frozen=True, kw_only=True)
class Model:
    """All that the rules are about.

    Attributes:
        walks: the way of each route.
        accounts: the Pulumi providers; none where AWS was asked.
        registered: every resource of a side; none where AWS was asked.
        places: where the stack says that each side's resources may be; Unknown where it doesn't say.
    """

    walks: tuple[Walk, ...]
    accounts: tuple[Account, ...] = ()
    registered: tuple[Registered, ...] = ()
    places: Fact[Mapping[str, frozenset[Place]]] = NOT_DECLARED
