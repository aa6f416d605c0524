"""What the stack means a route to be, by its own words."""

from dataclasses import dataclass

from crosslink.graph.unknown import Unknown
from settings.auth import AUTHS, Auth, AuthKind

NOT_DECLARED = Unknown("the stack's output `path`, which says what was meant, can't be seen")
"""Why nobody can tell what the stack means."""


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

    auth: Auth
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
    def kind(self) -> AuthKind:
        """The kind of its auth."""
        return AUTHS[self.auth]

    @property
    def landing(self) -> Place:
        """Where the backend's interface endpoint should be."""
        return Place(account=self.api.account, region=self.backend.region)
