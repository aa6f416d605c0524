"""Every combination of backend, API and networks, in one stack or two: clean, or refused with the way out.

Each run is made once and looked at as a preview, as an up, and in a played AWS: all take 45 seconds of CPU.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from crosslink.graph import tokens
from crosslink.graph.unknown import Beyond, Unknown
from crosslink.path.walk import Model
from crosslink.rules.verdict import Result, judge, with_result
from settings import SettingsError
from tests.combinations import (
    API,
    BACKEND,
    CONSUMER,
    CONSUMERS,
    GATEWAY,
    LANDING,
    LANDING_TABLE,
    ONE_STACK,
    PROVIDERS,
    ROLE,
    STACKS,
    Stack,
    run_of,
    seen,
)
from tests.settings.stack_file import DROP, edited, parsed

THEIRS = re.compile(
    r"(?:routes and network ACLs|ranges|settings) of (?:load balancer )?(\S+) are its owner's"
)
DEPLOYED = re.compile(r"Service (\S+) of namespace (\S+) is deployed by somebody else")
CARRIED = re.compile(r"where the transit gateway of \S+ leads isn't followed")
IN_THE_UP = "AWS gives it in the up"
BEYOND: Mapping[str, str] = {
    "service": "unknown beyond: no role in account 222222222222",
    "loadBalancer": "unknown beyond: what the load balancer sends requests to is its owner's",
    "networkLoadBalancer": "unknown beyond: what the load balancer sends requests to is its owner's",
}
BEFORE = "before: the API and its endpoint are another stack's"

each_stack = pytest.mark.parametrize("name", STACKS)
each_vantage = pytest.mark.parametrize("vantage", ["preview", "planned", "live"])


@each_stack
def test_the_settings_are_accepted_and_an_up_registers_what_its_preview_does(name: str) -> None:
    preview, up = (run_of(STACKS[name], preview=preview) for preview in (True, False))
    assert preview.warnings == up.warnings == ()
    assert set(preview.resources) == set(up.resources)
    assert set(preview.outputs) == set(up.outputs)


@each_vantage
@each_stack
def test_nothing_is_broken(name: str, vantage: str) -> None:
    judgement = judge(seen(STACKS[name], vantage))
    assert with_result(judgement.all(), Result.BROKEN) == []
    assert with_result(judgement.all(), Result.HOLDS) != []


@each_vantage
@each_stack
def test_what_is_unknown_is_somebodys_who_is_named(name: str, vantage: str) -> None:
    stack = STACKS[name]
    model = seen(stack, vantage)
    assert [why for why in unknowns(model) if not is_somebodys(why, stack, name, vantage)] == []


def unknowns(model: Model) -> Iterator[str]:
    """Why something can't be judged, or isn't seen; not what is beyond the stack's part of the path."""
    for verdict in with_result(judge(model).all(), Result.UNKNOWN):
        yield str(verdict.why)
    for walk in model.walks:
        for _, found in walk.hops():
            if isinstance(found, Unknown) and not isinstance(found, Beyond):
                yield found.reason


def is_somebodys(why: str, stack: Stack, name: str, vantage: str) -> bool:
    """Whether a reason names what is beside the stack, from a vantage point that can't see it."""
    if vantage == "live":
        return bool(CARRIED.fullmatch(why)) and name.endswith("connected")
    if theirs := THEIRS.search(why):
        balancers = {balancer["arn"].split("/")[-2] for balancer in stack.beside.get("loadBalancers", ())}
        networks = {id_ for vpc in stack.beside["vpcs"] for id_ in (vpc["id"], *vpc["subnets"])}
        return theirs[1] in balancers | networks
    if deployed := DEPLOYED.fullmatch(why):
        existing = [service.get("existing", {}) for service in stack.backend["services"]]
        return deployed.groups() in {(found.get("service"), found.get("namespace")) for found in existing}
    return why == IN_THE_UP and vantage == "preview" and name.endswith(("existing", "peered"))


@each_vantage
@each_stack
def test_a_walk_tells_where_the_stacks_own_part_begins_and_ends(name: str, vantage: str) -> None:
    stack = STACKS[name]
    behind = [text for kind, text in BEYOND.items() if kind in stack.backend]
    before = [] if CONSUMER in stack.file else [BEFORE]
    walks = seen(stack, vantage).walks
    assert walks
    for walk in walks:
        assert [str(found) for _, found in walk.hops() if isinstance(found, Beyond)] == [*before, *behind]


@pytest.mark.parametrize("name", CONSUMERS)
def test_a_consumer_has_the_paths_and_the_service_of_its_provider(name: str) -> None:
    stack = CONSUMERS[name]
    assert stack.joined
    there, here = (run_of(found, preview=False) for found in (stack.joined, stack))
    ((backend, published),) = there.outputs["published"].items()
    (endpoint,) = here.of_type(tokens.ENDPOINT)
    assert endpoint.inputs["serviceName"] == published["service"]["name"]
    assert here.outputs["path"]["routes"].keys() == published["paths"].keys()
    assert {route["backend"] for route in here.outputs["path"]["routes"].values()} == {backend}


MADE, JOINED, ALB, NLB, SERVICE = (
    ONE_STACK[f"{kind}, new API, networks made"]
    for kind in ("made cluster", "existing cluster, auto", "loadBalancer", "networkLoadBalancer", "service")
)
CONNECTED, PEERED = (
    ONE_STACK[f"made cluster, new API, networks existing, {how}"] for how in ("connected", "peered")
)
NEAR, NEAR_MADE = (
    ONE_STACK[f"existing cluster, alb, in the API's region, new API, networks {networks}"]
    for networks in ("existing", "made")
)
OFFERED = PROVIDERS["made cluster"]

ALLOWED, ADDRESSES, NETWORK, SERVICES, PATHS, CLUSTER, BALANCER, PUBLISHED, REGION, ROLE_ARN = (
    f"{BACKEND}.{key}"
    for key in (
        *("allowedPrincipals", "endpointAddresses", "network", "services", "paths"),
        *("cluster", "loadBalancer", "service", "region", "roleArn"),
    )
)
CIDR, NODES, CIDRS = f"{GATEWAY}.cidr", f"{NETWORK}.existing.nodeSubnets", f"{CLUSTER}.publicAccessCidrs"
SUBNETS, HERE = f"{GATEWAY}.existing.endpointSubnets", f"{CONSUMER}.landings.us-west-2"
TABLES = tuple(f"{network}.existing.routeTables" for network in (GATEWAY, LANDING))
EXISTING = JOINED.backend["network"]
BY_HAND = {ADDRESSES: {"use1-az1": "10.11.2.10", "use1-az2": "10.11.4.10"}}
IN_MADE, WITH_NODES = {NETWORK: MADE.backend["network"]}, {NODES: EXISTING["existing"]["nlbSubnets"]}
OF_ALB = {BALANCER: ALB.backend["loadBalancer"]}
OF_SERVICE = {PUBLISHED: SERVICE.backend["service"]}
OF_PATHS, OF_SERVICES = {PATHS: {"/a": {}}}, {SERVICES: MADE.backend["services"]}
THAT_EXISTS = {f"{API}.existing": {"id": "a1b2c3d4e5", "rootResourceId": "abc123"}}

REFUSED: Mapping[str, tuple[Stack, Mapping[str, Any], str | tuple[str, ...], str]] = {
    "existing cluster in a made network": (JOINED, IN_MADE, NETWORK, "must be the existing cluster's own"),
    "existing cluster with nodes": (JOINED, WITH_NODES, NODES, "the stack makes no cluster there"),
    "existing cluster, made": (JOINED, {CIDRS: ["203.0.113.0/24"]}, CIDRS, "cluster is its owner's"),
    "made cluster without nodes": (MADE, {NETWORK: EXISTING}, NODES, "is required for a cluster"),
    "load balancer in a made network": (ALB, IN_MADE, NETWORK, "must be existing"),
    "load balancer with nodes": (ALB, WITH_NODES, NODES, "the stack makes no cluster there"),
    "network load balancer in a network": (NLB, IN_MADE, NETWORK, "is unknown"),
    "network load balancer with nodes": (NLB, WITH_NODES, NETWORK, "is unknown"),
    "service in a network": (SERVICE, IN_MADE, NETWORK, "is unknown"),
    "service with a role": (SERVICE, {ROLE_ARN: ROLE}, ROLE_ARN, "is unknown"),
    "service of a provider": (SERVICE, {CONSUMER: DROP, API: DROP}, PUBLISHED, "there is nothing to make"),
    "provider for nobody": (OFFERED, {ALLOWED: DROP}, ALLOWED, "is required without crosslink:consumer"),
    "provider with addresses": (OFFERED, BY_HAND, ADDRESSES, "the endpoint is another stack's"),
    "both sides for others": (MADE, {ALLOWED: [ROLE]}, ALLOWED, "must not be set with crosslink:consumer"),
    "consumer without an API": (MADE, {API: DROP}, API, "is required"),
    "API without a consumer": (MADE, {CONSUMER: DROP}, CONSUMER, "is required"),
    "services of a load balancer": (ALB, OF_SERVICES, SERVICES, "only a cluster has services"),
    "paths of a made cluster": (MADE, OF_PATHS, PATHS, "each service of a cluster has its path"),
    "paths of an existing cluster": (JOINED, OF_PATHS, PATHS, "each service of a cluster has its path"),
    "cluster and load balancer": (JOINED, OF_ALB, BALANCER, "must not be set beside cluster: exactly one of"),
    "load balancer and service": (ALB, OF_SERVICE, PUBLISHED, "must not be set beside loadBalancer: exactly"),
    "addresses in a made network": (MADE, BY_HAND, ADDRESSES, "in a network that the stack makes"),
    "made network, existing": (CONNECTED, {CIDR: "10.10.0.0/16"}, CIDR, "an existing network is its owner's"),
    "connected with tables": (CONNECTED, {t: [LANDING_TABLE] for t in TABLES}, TABLES, "without a peering"),
    "peered without tables": (PEERED, dict.fromkeys(TABLES, DROP), TABLES, "is required with a peering"),
    "no subnets for the endpoint": (NEAR, {SUBNETS: DROP}, SUBNETS, "must hold a subnet in a zone of"),
    "landing in the API's region": (NEAR_MADE, {HERE: {"cidr": "10.11.0.0/20"}}, HERE, "must not be set"),
    "no landing elsewhere": (MADE, {f"{CONSUMER}.landings": DROP}, REGION, "must have a landing network"),
    "new API, existing": (MADE, THAT_EXISTS, f"{API}.name", "must not be set with existing: exactly one of"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_makes_no_sense_is_refused_with_the_reason_and_the_way_out(name: str) -> None:
    stack, edits, keys, reason = REFUSED[name]
    file = edited(stack.file, {"crosslink:allowPlaceholders": True})
    assert parsed(file)
    with pytest.raises(SettingsError) as refused:
        parsed(edited(file, edits))
    faults = refused.value.faults
    assert {fault.path for fault in faults} == set([keys] if isinstance(keys, str) else keys)
    assert [fault.must for fault in faults if reason not in fault.must] == []
    assert all(fault.fix for fault in faults)
