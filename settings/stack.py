"""What the settings of a stack are, once they are read."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from settings.api import Api
from settings.backend import Backend, ProvidedBackend, ServiceBackend
from settings.consumer import Consumer
from settings.logs import FlowLogs
from settings.path import ServedPath
from settings.quotas import Quotas
from settings.shared_route import SharedRoute, shared_route


@dataclass(frozen=True, kw_only=True)
class Settings:
    """A stack's settings.

    A stack has both sides of the path, or one: without a consumer and an API the endpoints are another
    stack's, and with backends of kind `service` alone so is the provider side.

    In a preview of a pull request each `role_arn` is the preview role, and nothing else differs.

    Attributes:
        consumer: Account 1 and its networks; None if they are another stack's.
        backends: What the API's paths lead to, one or more.
        api: The REST API; None without a consumer.
        endpoint_creator: ARN of who makes the consumer's endpoints, in a preview by a preview role, too; None
            without a consumer.
        tags: Default tags of all resources, in every account.
        flow_logs: Flow logs of all networks that the stack makes; None for none.
        quotas: Quotas that AWS has raised.
        protect: Whether Pulumi refuses to delete or replace networks, endpoint services, the gateway NLB, the
            VPC link, the API and clusters.
    """

    consumer: Consumer | None
    backends: tuple[Backend, ...]
    api: Api | None
    endpoint_creator: str | None
    tags: Mapping[str, str]
    flow_logs: FlowLogs | None
    quotas: Quotas
    protect: bool

    @property
    def provided(self) -> tuple[ProvidedBackend, ...]:
        """The backends whose endpoint service the stack makes."""
        return tuple(backend for backend in self.backends if isinstance(backend, ProvidedBackend))

    @property
    def published(self) -> tuple[ServiceBackend, ...]:
        """The backends whose endpoint service another team has published."""
        return tuple(backend for backend in self.backends if isinstance(backend, ServiceBackend))

    @property
    def routes(self) -> tuple[tuple[Backend, ServedPath], ...]:
        """The paths of the API, each with a backend it leads to; without an API all that are offered."""
        return tuple(
            (backend, served)
            for backend in self.backends
            for served in backend.served
            if self.api is None or self.api.leads_to(served.path, backend.name)
        )

    def longest_wait(self, backend: Backend) -> int:
        """How many seconds at most API Gateway waits for a byte from a backend; without an API, may wait."""
        if self.api is None:
            return self.quotas.integration_timeout_seconds
        routes = (self.api.route(s.path) for s in backend.served if self.api.leads_to(s.path, backend.name))
        return max((route.idle_seconds for route in routes), default=0)

    def longest_requests(self, backend: Backend) -> Mapping[str, int]:
        """Path of a backend → how many seconds at most a request for it takes; without an API, may take."""
        return {
            served.path: self.api.route(served.path).timeout_seconds
            if self.api
            else self.quotas.integration_timeout_seconds
            for served in backend.served
        }

    def may_connect(self, backend: ProvidedBackend) -> tuple[str, ...]:
        """ARNs of those who may connect to a backend's endpoint service: the one who makes the endpoint."""
        return (self.endpoint_creator,) if self.endpoint_creator else backend.allowed_principals

    def supported_regions(
        self, backend: ProvidedBackend, before: Collection[str] = frozenset()
    ) -> tuple[str, ...]:
        """The regions whose endpoints may connect to a backend's endpoint service, its own first; none where
        that is the only one and nobody has to be told so.

        Args:
            backend: The backend.
            before: The regions that the last update named. Where none are named, the provider leaves those
                that there are: https://github.com/hashicorp/terraform-provider-aws,
                `internal/service/ec2/vpc_endpoint_service.go`.
        """
        others = list(backend.supported_regions)
        if self.consumer and self.consumer.is_native(backend):
            others.append(self.consumer.region)
        return tuple(dict.fromkeys([backend.region, *others])) if others or before else ()

    @property
    def shared_routes(self) -> tuple[SharedRoute, ...]:
        """The routes that two backends serve."""
        if self.api is None:
            return ()
        return tuple(
            shared_route(path, route, [b for b in self.backends if b.name in route.weights])
            for path, route in self.api.routes.items()
            if route.weights
        )

    def probed(self, backend: Backend) -> Mapping[str, SharedRoute]:
        """Path of a backend → the route there, whose pods the gateway NLB asks."""
        return {route.path: route for route in self.shared_routes if backend in route.backends}
