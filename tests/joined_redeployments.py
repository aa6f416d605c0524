"""A change of each setting of what exists, as in `tests/redeployments.py`: a stack that joins all of it."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from crosslink.sandbox import engine
from crosslink.sandbox.existing import Cluster, Existing, Listener, LoadBalancer, Subnet, Vpc
from crosslink.sandbox.record import Run
from tests.runs import PROGRAM
from tests.settings.stack_file import DROP, StackFile, as_config, edited

CONSUMER, PROVIDER, LEDGER = "111111111111", "222222222222", "555555555555"
THERE, ELSEWHERE = "organization/crosslink/there", "organization/crosslink/elsewhere"
BACKENDS = "crosslink:backends"
ZONES = ("use1-az1", "use1-az2")


def _subnets(network: int, *zones: str) -> Mapping[str, str]:
    """Zone id → id of the subnet there, one of a network's 254."""
    return {zone: f"subnet-{network:04x}000{zone[-1]}" for zone in zones}


def _vpc(network: int, account: str = PROVIDER, region: str = "us-east-1", prefix: str = "use1") -> Vpc:
    zones = [f"{prefix}-az{n}" for n in (1, 2, 3, 4)]
    return Vpc(
        id=_id(network),
        account=account,
        region=region,
        cidrs=(f"10.{network}.0.0/16",),
        subnets={
            id_: Subnet(zone_id=zone, cidr=f"10.{network}.{zone[-1]}.0/24")
            for zone, id_ in _subnets(network, *zones).items()
        },
        route_tables={_table(network): (), _table(network + 1): ()},
    )


def _id(network: int) -> str:
    return f"vpc-{network:08x}"


def _table(network: int) -> str:
    return f"rtb-{network:08x}"


def _balancer(kind: str, name: str, account: str, network: int, protocol: Any) -> LoadBalancer:
    return LoadBalancer(
        arn=_arn(kind, name, account),
        vpc_id=_id(network),
        subnets=tuple(_subnets(network, *ZONES).values()),
        listeners=tuple(Listener(port=port, protocol=protocol) for port in (80, 8080)),
    )


def _arn(kind: str, name: str, account: str) -> str:
    return f"arn:aws:elasticloadbalancing:us-east-1:{account}:loadbalancer/{kind}/{name}/50dc6c495c0c9188"


BESIDE = Existing(
    vpcs=(
        *(_vpc(network, CONSUMER, "us-west-2", "usw2") for network in (10, 12)),
        *(_vpc(network, CONSUMER) for network in (20, 22)),
        *(_vpc(network) for network in (30, 32)),
        *(_vpc(network, LEDGER) for network in (40, 42)),
    ),
    clusters=tuple(
        Cluster(
            name=name,
            account=PROVIDER,
            region="us-east-1",
            vpc_id=_id(network),
            version="1.36",
            auto_mode=auto_mode,
        )
        for name, network, auto_mode in (("platform", 30, False), ("other", 32, True))
    ),
    load_balancers=(
        *(_balancer("app", name, PROVIDER, net, "HTTP") for name, net in (("search", 30), ("other", 32))),
        *(_balancer("net", name, LEDGER, net, "TCP") for name, net in (("ledger", 40), ("other", 42))),
    ),
)
"""Two of everything: what the stack joins, and what it joins after the changes."""


def _backend(name: str, slot: int, account: str = PROVIDER) -> dict[str, object]:
    return {
        "name": name,
        "slot": slot,
        "accountId": account,
        "region": "us-east-1",
        "roleArn": f"arn:aws:iam::{account}:role/crosslink-deploy",
    }


def _service(number: int, *zones: str) -> Mapping[str, object]:
    return {"name": f"com.amazonaws.vpce.us-east-1.vpce-svc-{number:017x}", "zoneIds": list(zones)}


def _network(**subnets: Mapping[str, str]) -> Mapping[str, object]:
    return {"existing": {"vpcId": _id(30), "nlbSubnets": _subnets(30, *ZONES), **subnets}}


JOINED: StackFile = {
    "pulumi:disable-default-providers": ["aws", "kubernetes"],
    "crosslink:consumer": {
        "accountId": CONSUMER,
        "region": "us-west-2",
        "roleArn": f"arn:aws:iam::{CONSUMER}:role/crosslink-deploy",
        "network": {
            "existing": {
                "vpcId": _id(10),
                "nlbSubnets": _subnets(10, "usw2-az1", "usw2-az2"),
                "routeTables": [_table(10)],
            }
        },
        "landings": {
            "us-east-1": {
                "existing": {
                    "vpcId": _id(20),
                    "endpointSubnets": _subnets(20, *ZONES),
                    "routeTables": [_table(20)],
                }
            }
        },
    },
    BACKENDS: [
        {
            **_backend("shared", 0),
            "endpointAddresses": {"use1-az1": "10.20.1.20", "use1-az2": "10.20.2.20"},
            "network": _network(),
            "cluster": {"existing": {"name": "platform", "controller": "alb"}},
            "services": [
                {
                    "name": "orders",
                    "path": "/orders",
                    "existing": {"namespace": "orders", "service": "web", "port": 80},
                }
            ],
        },
        {
            **_backend("search", 1),
            "network": _network(albSubnets=_subnets(30, "use1-az3", "use1-az4")),
            "loadBalancer": {"arn": _arn("app", "search", PROVIDER), "healthPath": "/health"},
            "paths": {"/search": {}, "/find": {}, "/both": {}},
        },
        {
            **_backend("ledger", 2, LEDGER),
            "networkLoadBalancer": {"arn": _arn("net", "ledger", LEDGER), "zoneIds": list(ZONES)},
            "paths": {"/ledger": {}},
        },
        {
            **_backend("made", 3),
            "network": _network(nodeSubnets=_subnets(30, *ZONES)),
            "cluster": {"publicAccessCidrs": ["203.0.113.0/24"]},
            "services": [{"name": "svc1", "path": "/svc1", "image": "echo:1.0", "port": 8080}],
        },
        {
            "name": "partner",
            "slot": 4,
            "accountId": "444444444444",
            "region": "us-east-1",
            "service": _service(1, *ZONES),
            "paths": {"/partner": {}, "/find": {}, "/both": {}},
        },
        {"name": "there", "slot": 5, "service": {"stack": THERE, "backend": "apps"}},
    ],
    "crosslink:api": {
        "name": "crosslink",
        "routes": {
            "/find": {"backend": "search"},
            "/both": {"weights": {"search": 1, "partner": 1}, "slot": 49, "healthPath": "/both/ready"},
        },
    },
}
"""A backend of each kind, in networks that exist. Two of them have `/find`, and serve `/both` together."""

REDEPLOYED = {
    "backends.paths.stripPrefix": {f'{BACKENDS}[1].paths["/search"].stripPrefix': True},
    "api.routes.backend": {'crosslink:api.routes["/find"].backend': "partner"},
    "api.routes.slot": {'crosslink:api.routes["/both"].slot': 48},
}
"""Setting → a change of it, in the stack above."""
NOT_REDEPLOYED: Mapping[str, Mapping[str, Any]] = {
    "api.routes.weights": {'crosslink:api.routes["/both"].weights': {"search": 95, "partner": 5}},
    "api.routes.healthPath": {'crosslink:api.routes["/both"].healthPath': "/both/up"},
    "consumer.network.existing.vpcId": {"crosslink:consumer.network.existing.vpcId": _id(12)},
    "consumer.network.existing.nlbSubnets": {
        "crosslink:consumer.network.existing.nlbSubnets": _subnets(12, "usw2-az1", "usw2-az3")
    },
    "consumer.network.existing.endpointSubnets": {
        "crosslink:consumer.network.existing.endpointSubnets": _subnets(12, "usw2-az1", "usw2-az2")
    },
    "consumer.network.existing.routeTables": {"crosslink:consumer.network.existing.routeTables": DROP},
    "consumer.landings.connection": {"crosslink:consumer.landings.us-east-1.connection": "existing"},
    "consumer.landings.existing.vpcId": {"crosslink:consumer.landings.us-east-1.existing.vpcId": _id(22)},
    "consumer.landings.existing.endpointSubnets": {
        "crosslink:consumer.landings.us-east-1.existing.endpointSubnets": _subnets(22, *ZONES, "use1-az4")
    },
    "consumer.landings.existing.routeTables": {
        "crosslink:consumer.landings.us-east-1.existing.routeTables": DROP
    },
    "backends.crossing": {f"{BACKENDS}[2].crossing": "native"},
    "backends.endpointAddresses": {f"{BACKENDS}[0].endpointAddresses": DROP},
    "backends.network.existing.vpcId": {
        f"{BACKENDS}[{i}].network.existing.vpcId": _id(32) for i in (0, 1, 3)
    },
    "backends.network.existing.nlbSubnets": {
        f"{BACKENDS}[{i}].network.existing.nlbSubnets": _subnets(32, *ZONES, "use1-az4") for i in (0, 1, 3)
    },
    "backends.network.existing.albSubnets": {
        f"{BACKENDS}[1].network.existing.albSubnets": _subnets(32, "use1-az1", "use1-az4")
    },
    "backends.network.existing.nodeSubnets": {
        f"{BACKENDS}[3].network.existing.nodeSubnets": _subnets(32, *ZONES)
    },
    "backends.cluster.existing.name": {f"{BACKENDS}[0].cluster.existing.name": "other"},
    "backends.cluster.existing.controller": {f"{BACKENDS}[0].cluster.existing.controller": "auto"},
    "backends.services.existing.namespace": {f"{BACKENDS}[0].services[0].existing.namespace": "shop"},
    "backends.services.existing.service": {f"{BACKENDS}[0].services[0].existing.service": "orders"},
    "backends.services.existing.port": {f"{BACKENDS}[0].services[0].existing.port": 8080},
    "backends.loadBalancer.arn": {f"{BACKENDS}[1].loadBalancer.arn": _arn("app", "other", PROVIDER)},
    "backends.loadBalancer.port": {f"{BACKENDS}[1].loadBalancer.port": 8080},
    "backends.loadBalancer.healthPath": {f"{BACKENDS}[1].loadBalancer.healthPath": "/live"},
    "backends.externalId": {f"{BACKENDS}[2].externalId": "other"},
    "backends.networkLoadBalancer.arn": {
        f"{BACKENDS}[2].networkLoadBalancer.arn": _arn("net", "other", LEDGER)
    },
    "backends.networkLoadBalancer.port": {f"{BACKENDS}[2].networkLoadBalancer.port": 8080},
    "backends.networkLoadBalancer.zoneIds": {f"{BACKENDS}[2].networkLoadBalancer.zoneIds": [ZONES[1]]},
    "backends.networkLoadBalancer.healthPath": {f"{BACKENDS}[2].networkLoadBalancer.healthPath": "/live"},
    "backends.service.name": {f"{BACKENDS}[4].service.name": _service(2)["name"]},
    "backends.service.port": {f"{BACKENDS}[4].service.port": 8080},
    "backends.service.zoneIds": {f"{BACKENDS}[4].service.zoneIds": [ZONES[0]]},
    "backends.service.healthPath": {f"{BACKENDS}[4].service.healthPath": "/live"},
    "backends.service.stack": {f"{BACKENDS}[5].service.stack": ELSEWHERE},
    "backends.service.backend": {f"{BACKENDS}[5].service.backend": "shop"},
}
"""Made in one run."""


@cache
def joined_base() -> Run:
    """The stack above as it is."""
    return joined({})


def joined(edits: Mapping[str, Any]) -> Run:
    """A preview of the stack above, with some settings changed, beside what exists."""
    config = {key: text for key, text in as_config(edited(JOINED, edits)).items() if text is not None}
    return engine.run(PROGRAM, stack="dev", config=config, existing=BESIDE, run_of=_publishing, preview=True)


def _publishing(stack: str) -> Run:
    """An up of another stack, of which only the outputs matter: all publish the same path."""
    numbers = {THERE: {"apps": 3}, ELSEWHERE: {"apps": 4, "shop": 5}}
    published = {
        name: {
            "accountId": "444444444444",
            "region": "us-east-1",
            "service": _service(number, *ZONES),
            "tls": None,
            "paths": {"/there": {"stripPrefix": False}},
        }
        for name, number in numbers[stack].items()
    }
    return Run(
        preview=False,
        resources={},
        invokes=(),
        outputs={"published": published},
        secret_outputs=frozenset(),
        warnings=(),
    )
