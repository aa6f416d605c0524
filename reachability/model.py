"""The path of a request, hop by hop."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reachability.facts import Hop
from reachability.hops import (
    Deployment,
    Endpoint,
    EndpointService,
    IngressRule,
    KubernetesService,
    Leg,
    Listener,
    LoadBalancer,
    Method,
    Stage,
    Target,
    TargetGroup,
    VpcLink,
)


@dataclass(frozen=True, kw_only=True)
class Walk:
    """The way of a request for one route, from the API to the pods. A hop that isn't there is None.

    Attributes:
        path: the route, `/svc1`.
        methods: of the path itself and of what is below it.
    """

    path: str
    methods: tuple[Method, ...]
    stage: Stage | None
    link: VpcLink | None
    balancer: LoadBalancer | None
    listener: Listener | None
    target_group: TargetGroup | None
    legs: tuple[Leg, ...]
    endpoint: Endpoint | None
    service: EndpointService | None
    provider_balancer: LoadBalancer | None
    provider_listener: Listener | None
    provider_target_group: TargetGroup | None
    provider_target: Target | None
    ingress_rule: IngressRule | None
    kubernetes_service: KubernetesService | None
    deployment: Deployment | None

    def hops(self) -> Iterator[tuple[str, Hop | None]]:
        """The hops in the order in which a request passes them, each with its title.

        Those of all legs are side by side: every target, then the routes out, then those back.
        """
        for method in self.methods:
            yield "method", method
        yield "stage", self.stage
        yield "VPC link", self.link
        yield "gateway NLB", self.balancer
        yield "listener", self.listener
        yield "target group", self.target_group
        yield from _side_by_side("target", [(leg.target,) for leg in self.legs] or [()])
        crossing = [leg for leg in self.legs if leg.crosses_peering]
        yield from _side_by_side("route out", [leg.out for leg in crossing])
        yield from _side_by_side("route back", [leg.back for leg in crossing])
        yield "interface endpoint", self.endpoint
        yield "endpoint service", self.service
        yield "provider NLB", self.provider_balancer
        yield "listener", self.provider_listener
        yield "target group", self.provider_target_group
        yield "target", self.provider_target
        yield "ALB, Ingress rule", self.ingress_rule
        yield "Service", self.kubernetes_service
        yield "Deployment", self.deployment


def _side_by_side(title: str, of_legs: Sequence[tuple[Hop, ...]]) -> Iterator[tuple[str, Hop | None]]:
    """The hops of several legs, which may share some; one is missing where a leg has none."""
    for hop in dict.fromkeys(hop for hops in of_legs for hop in hops):
        yield title, hop
    if not all(of_legs):
        yield title, None
