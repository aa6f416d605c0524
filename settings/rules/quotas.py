"""How long integrations take, and how many rules and networks there are, within AWS's quotas.

What else grows with backends can't exceed a quota: 50 slots are as many as an NLB's listeners and a VPC's
interface endpoints, in six zones 300 of an NLB's 500 targets, and AWS has fewer regions than a VPC has
peerings (50), with fewer subnets than a route table has routes (500)
(https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html,
https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator

from settings.address_plan import SLOTS_OF_A_GROUP, egress_group
from settings.api import Api
from settings.consumer import Consumer
from settings.errors import Fault, key
from settings.networks import BackendNetwork, GatewayNetwork, Landing
from settings.quotas import MAX_RAISED_TIMEOUT, Quotas, raised
from settings.route import MAX_STREAM
from settings.rules.keys import API, BACKENDS, Backends, Clusters


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


def networks_within_quota(consumer: Consumer | None, clusters: Clusters, quotas: Quotas) -> Iterator[Fault]:
    """A network that the stack makes is a VPC; a backend's has NAT gateways, each with an Elastic IP."""
    vpcs = Counter(_networks_of(consumer)) if consumer else Counter[tuple[str, str]]()
    gateways: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    last: dict[tuple[str, str], str] = {}
    for path, backend in clusters.items():
        if isinstance(backend.network, BackendNetwork):
            place = (backend.account_id, backend.region)
            vpcs[place] += 1
            gateways[place].update(backend.network.nat_zones)
            last[place] = path
    for place, path in last.items():
        needed = {
            "vpcs": ("VPCs", vpcs[place], quotas.vpcs),
            "elasticIps": ("Elastic IP addresses", gateways[place].total(), quotas.elastic_ips),
            "natGateways": ("NAT gateways in a zone", max(gateways[place].values()), quotas.nat_gateways),
        }
        over = {name: of for name, of in needed.items() if of[1] > of[2]}
        if over:
            figures = ", ".join(f"{what}: {count}, of {most}" for what, count, most in over.values())
            yield Fault(
                path=key(path, "network"),
                value=clusters[path].network,
                must="must leave the networks that the stack makes in its account and region within AWS's "
                f"quotas, and these need too many {figures}. {raised(', '.join(over))}",
                fix="# another account or region for some backends; or an existing network",
            )


def _networks_of(consumer: Consumer) -> Iterator[tuple[str, str]]:
    """Account and region of each network that the stack makes for the consumer."""
    networks = {consumer.region: consumer.network, **consumer.landings}
    for region, network in networks.items():
        if isinstance(network, GatewayNetwork | Landing):
            yield consumer.account_id, region
