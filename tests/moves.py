"""A route that moves from one backend to another: the stacks of docs/recipes/move.md, step by step."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from crosslink.sandbox import engine
from crosslink.sandbox.existing import Cluster, Existing, Listener, LoadBalancer, Subnet, Vpc
from crosslink.sandbox.record import Run
from tests.redeployments import BILLING
from tests.runs import PROGRAM
from tests.settings.stack_file import DROP, StackFile, as_config, edited

SHARED = "organization/crosslink/shared"
BALANCER = "arn:aws:elasticloadbalancing:us-east-1:222222222222:loadbalancer/app/shared/50dc6c495c0c9188"
VPC = "vpc-0a1b2c3d4e5f60718"
SUBNETS = {"use1-az1": "subnet-0a00000000000000a", "use1-az2": "subnet-0a00000000000000b"}
ROLE = "arn:aws:iam::111111111111:role/crosslink-deploy"
BACKENDS, API = "crosslink:backends", "crosslink:api"

_THERE = {
    "accountId": "222222222222",
    "region": "us-east-1",
    "roleArn": "arn:aws:iam::222222222222:role/crosslink-deploy",
    "network": {"existing": {"vpcId": VPC, "nlbSubnets": SUBNETS}},
}
_EXISTING_CLUSTER = {
    **_THERE,
    "cluster": {"existing": {"name": "platform", "controller": "auto"}},
    "services": [
        {"name": "svc1", "path": "/svc1", "existing": {"namespace": "svc1", "service": "svc1", "port": 80}}
    ],
}
_MADE_CLUSTER = {
    **BILLING,
    "services": [{"name": "svc1", "path": "/svc1", "image": "hashicorp/http-echo:1.0", "port": 8080}],
}
_LOAD_BALANCER = {
    **_THERE,
    "loadBalancer": {"arn": BALANCER, "healthPath": "/health"},
    "paths": {"/svc1": {}},
}
NEW_BACKENDS: Mapping[str, Mapping[str, Any]] = {
    "of another stack": {"service": {"stack": SHARED, "backend": "shared"}},
    "existing cluster": _EXISTING_CLUSTER,
    "made cluster": _MADE_CLUSTER,
    "load balancer": _LOAD_BALANCER,
}
"""What `/svc1` moves to."""
APIS = {"new": {"name": "shop"}, "existing": {"existing": {"id": "a1b2c3d4e5", "rootResourceId": "abc123"}}}

BESIDE = Existing(
    vpcs=(
        Vpc(
            id=VPC,
            account="222222222222",
            region="us-east-1",
            cidrs=("10.40.0.0/16",),
            subnets={
                id_: Subnet(zone_id=zone, cidr=f"10.40.{zone[-1]}.0/24") for zone, id_ in SUBNETS.items()
            },
        ),
    ),
    clusters=(
        Cluster(
            name="platform",
            account="222222222222",
            region="us-east-1",
            vpc_id=VPC,
            version="1.36",
            auto_mode=True,
        ),
    ),
    load_balancers=(
        LoadBalancer(
            arn=BALANCER,
            vpc_id=VPC,
            subnets=tuple(SUBNETS.values()),
            listeners=(Listener(port=80, protocol="HTTP"),),
        ),
    ),
    stacks={SHARED: None},
)

PROVIDER: StackFile = {
    "pulumi:disable-default-providers": ["aws", "kubernetes"],
    BACKENDS: [{"name": "shared", **_EXISTING_CLUSTER, "allowedPrincipals": [ROLE]}],
}
"""The stack `shared`: the provider side alone."""
LIVE: StackFile = {
    "pulumi:disable-default-providers": ["aws", "kubernetes"],
    "crosslink:consumer": {
        "accountId": "111111111111",
        "region": "us-west-2",
        "roleArn": ROLE,
        "network": {"cidr": "10.10.0.0/16", "zoneIds": ["usw2-az1", "usw2-az2"]},
        "landings": {"us-east-1": {"cidr": "10.11.0.0/20"}},
    },
    BACKENDS: [
        {
            "name": "apps",
            "accountId": "222222222222",
            "region": "us-east-1",
            "roleArn": "arn:aws:iam::222222222222:role/crosslink-deploy",
            "network": {"cidr": "10.20.0.0/16", "zoneIds": ["use1-az1", "use1-az2"]},
            "cluster": {"publicAccessCidrs": ["203.0.113.0/24"]},
            "services": [{"name": "svc1", "path": "/svc1", "image": "hashicorp/http-echo:1.0", "port": 8080}],
        }
    ],
    API: {"name": "shop"},
}
"""The stack `live` at first: both sides, with a cluster that it makes."""


def steps(target: str, api: str) -> Mapping[str, StackFile]:
    """The stack `live` before the move and after each of its steps.

    Args:
        target: what the route moves to, one of `NEW_BACKENDS`.
        api: one of `APIS`.
    """
    before = edited(LIVE, {API: APIS[api]})
    new = {**NEW_BACKENDS[target], "name": "shared", "slot": 1}
    beside = edited(before, {f"{BACKENDS}[1]": new, f'{API}.routes["/svc1"]': {"backend": "apps"}})
    moved = edited(beside, {f'{API}.routes["/svc1"].backend': "shared"})
    alone = edited(moved, {f"{BACKENDS}[0]": DROP, f"{API}.routes": DROP})
    return {"before": before, "beside": beside, "moved": moved, "alone": alone}


@cache
def step(name: str, target: str, api: str, *, preview: bool) -> Run:
    """A run of the stack `live` at a step."""
    return live(steps(target, api)[name], provider(), preview=preview)


@cache
def provider() -> Run:
    """An up of the stack `shared`."""
    return engine.run(PROGRAM, stack="shared", config=_config(PROVIDER), existing=BESIDE)


def live(file: StackFile, shared: Run | None, *, preview: bool) -> Run:
    """A run of the stack `live`.

    Args:
        file: its stack file.
        shared: an up of the stack `shared`; None if that has no outputs.
        preview: run as in a preview.

    Raises:
        pulumi.RunError: The settings are refused.
    """
    return engine.run(
        PROGRAM,
        stack="live",
        config=_config(file),
        existing=BESIDE,
        run_of=lambda _: shared,
        preview=preview,
    )


def _config(file: StackFile) -> dict[str, str]:
    return {key: text for key, text in as_config(file).items() if text is not None}
