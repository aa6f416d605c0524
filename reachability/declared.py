"""The stack output `path`: what the stack says of its path, for whoever looks at the path from outside."""

from collections.abc import Mapping
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from reachability.facts import Unknown
from reachability.model import Intent, Place

Id: TypeAlias = str | Unknown
"""What AWS gives in the up: unknown in a preview."""


class Part(BaseModel):
    """A part of the output; its keys are in camelCase."""

    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, frozen=True, arbitrary_types_allowed=True
    )


class Party(Part):
    """An account and region, with how the program gets there.

    Attributes:
        account_id: 12 digits.
        region: the region.
        role_arn: the role that the program assumes; None for the credentials it runs with.
        external_id: what the role's trust policy asks for besides.
    """

    account_id: str
    region: str
    role_arn: str | None = None
    external_id: str | None = None

    @property
    def place(self) -> Place:
        """Without the role."""
        return Place(account=self.account_id, region=self.region)


class DeclaredApi(Part):
    """The API.

    Attributes:
        id: its id.
        stage: the stage's name.
        vpc_link_id: id of the VPC link.
    """

    id: Id
    stage: str
    vpc_link_id: Id


class DeclaredRoute(Part):
    """A route.

    Attributes:
        backend: name of its backend.
        auth: who may call it, as the setting has it.
    """

    backend: str
    auth: str


class DeclaredBackend(Party):
    """A backend.

    Attributes:
        endpoint_id: id of its endpoint, which is in the consumer's account, in the backend's region.
        service_id: id of the endpoint service.
        cluster_name: name of the cluster in AWS.
        namespace: the services' namespace in it.
    """

    endpoint_id: Id
    service_id: Id
    cluster_name: str
    namespace: str


class Declared(Part):
    """The whole output.

    Attributes:
        consumer: account 1 in the API's region.
        api: the API.
        routes: path → route.
        backends: name → backend.
    """

    consumer: Party
    api: DeclaredApi
    routes: Mapping[str, DeclaredRoute]
    backends: Mapping[str, DeclaredBackend]

    def intent(self, path: str) -> Intent:
        """What a route is meant to be."""
        route = self.routes[path]
        return Intent(auth=route.auth, api=self.consumer.place, backend=self.backends[route.backend].place)

    def places(self) -> Mapping[str, frozenset[Place]]:
        """Where each side's resources may be."""
        backends = self.backends.values()
        account = self.consumer.account_id
        return {
            "consumer": frozenset(
                [self.consumer.place, *(Place(account=account, region=one.region) for one in backends)]
            ),
            "provider": frozenset(one.place for one in backends),
        }
