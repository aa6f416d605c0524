"""From settings to outputs: accounts → provider sides → consumer side → outputs. Wiring only.

A stack has both sides of the path, or one of them, and joins or is joined by the other. `__main__.py` wires
what a stack file says, `package/` what a program in another language gives a component.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.accounts import Accounts, AssumedRole
from components.consumer.interface_endpoint import Acceptance
from components.consumer.side import ConsumerSide, ConsumerSideArgs, Reach
from components.outputs import Outputs, outputs_of
from components.provider.side import ProviderSide, ProviderSideArgs
from settings.deployed import Deployed, awaited, of_settings
from settings.rules.stack import cluster_name
from settings.stack import Settings

NAME = "crosslink"


@dataclass(frozen=True, kw_only=True)
class Wired:
    """What was made.

    Args:
        provider_sides: name of a backend → its side.
        consumer_side: the consumer's side; None if it is another stack's.
        outputs: the outputs; None for those that there are none of.
    """

    provider_sides: Mapping[str, ProviderSide]
    consumer_side: ConsumerSide | None
    outputs: Outputs


def accounts_of(stack: Settings, parent: pulumi.Resource | None = None) -> Accounts:
    """The providers of the accounts and regions that the settings name.

    Args:
        stack: the settings.
        parent: the component that the providers are part of; None for the stack itself.
    """
    return Accounts(
        roles={
            party.account_id: AssumedRole(arn=party.role_arn, external_id=party.external_id)
            for party in (stack.consumer, *stack.provided)
            if party and party.role_arn
        },
        tags=stack.tags,
        parent=parent,
    )


def wired(
    stack: Settings,
    before: Deployed,
    accounts: Accounts,
    *,
    name: str = NAME,
    parent: pulumi.Resource | None = None,
    service_names: Mapping[str, pulumi.Input[str]] | None = None,
) -> Wired:
    """Make the sides that the settings tell.

    Args:
        stack: the settings.
        before: what is deployed of them.
        accounts: the providers.
        name: what names of resources begin with.
        parent: the component that both sides are part of; None for the stack itself.
        service_names: backend of kind `service` → name of its endpoint service, where another resource of the
            program computes it.
    """
    consumer = stack.consumer
    flow_log_days = stack.flow_logs.retention_days if stack.flow_logs else None
    computed = service_names or {}
    waits = awaited(before, of_settings(stack))

    provider_sides = {
        backend.name: ProviderSide(
            f"{name}-{backend.name}",
            ProviderSideArgs(
                backend=backend,
                cluster_name=cluster_name(pulumi.get_stack(), backend.name),
                backend_domain=stack.api.backend_domain if stack.api else None,
                allowed_principals=stack.may_connect(backend),
                supported_regions=stack.supported_regions(backend, before.supported_regions(backend.name)),
                longest_wait=stack.longest_wait(backend),
                longest_requests=stack.longest_requests(backend),
                shared=stack.probed(backend),
                tags=stack.tags,
                flow_log_days=flow_log_days,
                protect=stack.protect,
            ),
            pulumi.ResourceOptions(parent=parent, provider=accounts.of(backend.account_id, backend.region)),
        )
        for backend in stack.provided
    }

    reaches = [
        *(
            Reach(
                backend=backend,
                service_name=provider_sides[backend.name].service.service_name,
                acceptance=Acceptance(
                    account=accounts.of(backend.account_id, backend.region),
                    service_id=provider_sides[backend.name].service.id,
                )
                if backend.acceptance == "manual"
                else None,
                deployed=before.addresses(backend.name),
                awaited=provider_sides[backend.name].ready if backend.name in waits else (),
            )
            for backend in stack.provided
        ),
        *(
            Reach(
                backend=backend,
                service_name=computed.get(backend.name, backend.service.name),
                deployed=before.addresses(backend.name),
            )
            for backend in stack.published
        ),
    ]

    consumer_side = (
        ConsumerSide(
            name,
            ConsumerSideArgs(
                consumer=consumer,
                landing_accounts={
                    region: accounts.of(consumer.account_id, region) for region in consumer.landings
                },
                reaches=reaches,
                api=stack.api,
                shared=stack.shared_routes,
                flow_log_days=flow_log_days,
                protect=stack.protect,
            ),
            pulumi.ResourceOptions(parent=parent, provider=accounts.of(consumer.account_id, consumer.region)),
        )
        if consumer and stack.api
        else None
    )

    outputs = outputs_of(stack, provider_sides, consumer_side)
    return Wired(provider_sides=provider_sides, consumer_side=consumer_side, outputs=outputs)
