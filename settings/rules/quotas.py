"""How long integrations take and how many rules security groups have, within AWS's quotas.

What else grows with backends can't exceed a quota: 50 slots are as many as an NLB's listeners and a VPC's
interface endpoints, in six zones 300 of an NLB's 500 targets, and AWS has fewer regions than a VPC has
peerings (50), with fewer subnets than a route table has routes (500)
(https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html,
https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html).
"""

from collections.abc import Iterator

from settings.address_plan import SLOTS_OF_A_GROUP, egress_group
from settings.api import Api
from settings.consumer import Consumer
from settings.errors import Fault, key
from settings.quotas import MAX_RAISED_TIMEOUT, Quotas, raised
from settings.route import MAX_STREAM
from settings.rules.keys import API, BACKENDS, Backends


def timeouts_within_quota(api: Api, quotas: Quotas) -> Iterator[Fault]:
    """API Gateway waits for an answer as long as the account's quota allows, for a streamed one longer."""
    most = quotas.integration_timeout_seconds
    how = f". {raised('integrationTimeoutSeconds')}" if most < MAX_RAISED_TIMEOUT else ""
    for path, route in api.routes.items():
        if route.timeout_seconds > most and not route.streaming:
            yield Fault(
                path=key(API, "routes", path, "timeoutSeconds"),
                value=route.timeout_seconds,
                must=f"must be {most} or less, with streaming {MAX_STREAM} or less: API Gateway's quota "
                f'"Maximum integration timeout in milliseconds" is {most * 1000:,}{how}',
                fix=f"timeoutSeconds: {most}",
            )


def egress_within_quota(consumer: Consumer, backends: Backends, quotas: Quotas) -> Iterator[Fault]:
    """The gateway NLB's security groups have a rule for each port of a range that holds endpoints alone, and
    for each address in existing networks (`components/consumer/vpc_link.py`)."""
    groups: dict[str, set[tuple[str | int, ...]]] = {}
    for backend in backends.values():
        zones = consumer.endpoint_zones(backend)
        if consumer.endpoint_subnets(backend) is not None:
            group = groups.setdefault(egress_group(backend.slot), set())
            group |= {(backend.name, zone) for zone in zones}
        else:
            region = consumer.endpoint_region(backend)
            ranges = zones if region == consumer.region else (region,)
            groups.setdefault("", set()).update((place, backend.port) for place in ranges)
    most = max(map(len, groups.values()), default=0)
    if most > quotas.security_group_rules:
        yield Fault(
            path=BACKENDS,
            value=[backend.name for backend in backends.values()],
            must=f"must need {quotas.security_group_rules} rules of a security group of the gateway NLB or "
            f"less: these need {most}, one for each port of a landing network and of a zone in the API's "
            f"region, and for each address in existing networks, where {SLOTS_OF_A_GROUP} slots share a "
            f"group. {raised('securityGroupRules')}",
            fix="# fewer ports or zones; or other slots for some backends in existing networks",
        )
