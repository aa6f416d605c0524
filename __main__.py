"""The program: settings → accounts → provider sides → consumer side → outputs. Wiring only."""

import pulumi
from pulumi import ResourceOptions

import settings
from components.accounts import Accounts, AssumedRole
from components.consumer.side import ConsumerSide, ConsumerSideArgs, Landing, Reach
from components.path import path_output
from components.provider.side import ProviderSide, ProviderSideArgs

stack = settings.load()
consumer, api = stack.consumer, stack.api

accounts = Accounts(
    roles={
        party.account_id: AssumedRole(arn=party.role_arn, external_id=party.external_id)
        for party in (consumer, *stack.backends)
        if party.role_arn
    },
    tags=consumer.tags,
)

provider_sides = {
    backend.name: ProviderSide(
        f"crosslink-{backend.name}",
        ProviderSideArgs(
            backend=backend,
            cluster_name=settings.cluster_name(pulumi.get_stack(), backend.name),
            consumer_account_id=consumer.account_id,
        ),
        ResourceOptions(provider=accounts.of(backend.account_id, backend.region)),
    )
    for backend in stack.backends
}

consumer_side = ConsumerSide(
    "crosslink",
    ConsumerSideArgs(
        region=consumer.region,
        cidr=consumer.network.cidr,
        zone_ids=consumer.network.zone_ids,
        landings={
            region: Landing(cidr=landing.cidr, account=accounts.of(consumer.account_id, region))
            for region, landing in consumer.landings.items()
        },
        reaches=[
            Reach(
                backend=backend,
                service=provider_sides[backend.name].service,
                port=provider_sides[backend.name].port,
                account=accounts.of(backend.account_id, backend.region),
            )
            for backend in stack.backends
        ],
        api=api,
    ),
    ResourceOptions(provider=accounts.of(consumer.account_id, consumer.region)),
)

pulumi.export("url", consumer_side.url)
pulumi.export(
    "routes",
    {
        service.path: pulumi.Output.concat(consumer_side.url, service.path)
        for backend in stack.backends
        for service in backend.services
    },
)
pulumi.export("restApiId", consumer_side.api_id)
pulumi.export("stage", consumer_side.stage_name)
pulumi.export("vpcLinkId", consumer_side.link_id)
pulumi.export("endpointServices", {name: side.service.service_name for name, side in provider_sides.items()})
pulumi.export("endpointAddresses", consumer_side.endpoint_addresses)
if consumer_side.api_key:
    pulumi.export("apiKey", consumer_side.api_key)
pulumi.export("path", path_output(stack, provider_sides, consumer_side))
pulumi.export("kubeconfigs", {name: side.kubeconfig for name, side in provider_sides.items()})
