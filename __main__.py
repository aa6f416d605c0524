"""The program: settings → accounts → provider sides → consumer side → outputs. Wiring only."""

import pulumi

import settings
from components.accounts import Accounts, AssumedRole
from components.consumer.side import ConsumerSide, ConsumerSideArgs, Landing, Reach
from components.path import path_output
from components.provider.side import ProviderSide, ProviderSideArgs

stack = settings.load()
consumer = stack.consumer
flow_log_days = stack.flow_logs.retention_days if stack.flow_logs else None

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
            endpoint_creator=stack.endpoint_creator,
            flow_log_days=flow_log_days,
            protect=stack.protect,
        ),
        pulumi.ResourceOptions(provider=accounts.of(backend.account_id, backend.region)),
    )
    for backend in stack.backends
}

consumer_side = ConsumerSide(
    "crosslink",
    ConsumerSideArgs(
        account_id=consumer.account_id,
        region=consumer.region,
        network=consumer.network,
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
        api=stack.api,
        permissions_boundary=consumer.permissions_boundary,
        flow_log_days=flow_log_days,
        protect=stack.protect,
    ),
    pulumi.ResourceOptions(provider=accounts.of(consumer.account_id, consumer.region)),
)

api = consumer_side.api
outputs = {
    "url": api.url,
    "routes": api.routes,
    "restApiId": api.api_id,
    "stage": api.stage_name,
    "vpcLinkId": consumer_side.link_id,
    "endpointServices": {name: side.service.service_name for name, side in provider_sides.items()},
    "endpointAddresses": consumer_side.endpoint_addresses,
    "apiKey": api.key,
    "apiKeys": api.client_keys or None,
    "invokePolicies": api.invoke_policies or None,
    "domainTarget": api.domain_target,
    "logGroups": {
        "consumer": consumer_side.log_groups,
        "backends": {name: side.log_groups for name, side in provider_sides.items()},
    },
    "path": path_output(
        consumer=consumer,
        api=stack.api,
        backends=stack.backends,
        provider_sides=provider_sides,
        consumer_side=consumer_side,
    ),
    "kubeconfigs": {name: side.kubeconfig for name, side in provider_sides.items()},
}
for name, output in outputs.items():
    if output is not None:
        pulumi.export(name, output)
