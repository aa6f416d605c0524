"""Stack files of the other shapes: everything that can exist does, and stacks of one side of the path."""

from collections.abc import Mapping
from typing import Any

from tests.settings.stack_file import DROP, STACK_FILE, StackFile, edited

BALANCER = "arn:aws:elasticloadbalancing:us-east-1:222222222222:loadbalancer"
SERVICE = "com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d4e5f60718"
ACCOUNT = {
    "accountId": "222222222222",
    "region": "us-east-1",
    "roleArn": "arn:aws:iam::222222222222:role/deploy",
}


def _network() -> StackFile:
    return {
        "existing": {
            "vpcId": "vpc-00000020",
            "nlbSubnets": {"use1-az1": "subnet-00002011", "use1-az2": "subnet-00002012"},
        }
    }


EXISTING: StackFile = edited(
    STACK_FILE,
    {
        "crosslink:consumer.network": {
            "existing": {
                "vpcId": "vpc-00000010",
                "nlbSubnets": {"usw2-az1": "subnet-00001011", "usw2-az2": "subnet-00001012"},
                "endpointSubnets": {"usw2-az1": "subnet-00001021", "usw2-az3": "subnet-00001023"},
                "routeTables": ["rtb-00000010"],
            }
        },
        "crosslink:consumer.landings.us-east-1": {
            "existing": {
                "vpcId": "vpc-00000011",
                "endpointSubnets": {"use1-az1": "subnet-00001111", "use1-az2": "subnet-00001112"},
                "routeTables": ["rtb-00000011", "rtb-00000012"],
            },
            "connection": "peering",
        },
        "crosslink:backends": [
            {
                "name": "shared",
                **ACCOUNT,
                "endpointAddresses": {"use1-az1": "10.11.1.20", "use1-az2": "10.11.2.20"},
                "network": _network(),
                "cluster": {"existing": {"name": "platform", "controller": "alb"}},
                "services": [
                    {"name": "svc1", "path": "/svc1", "image": "echo:1.0", "port": 8080},
                    {
                        "name": "orders",
                        "path": "/svc1/orders",
                        "stripPrefix": True,
                        "existing": {"namespace": "orders", "service": "web", "port": 80},
                    },
                ],
            },
            {
                "name": "search",
                "slot": 1,
                **ACCOUNT,
                "network": _network(),
                "loadBalancer": {"arn": f"{BALANCER}/app/search/50dc6c495c0c9188", "healthPath": "/health"},
                "paths": {"/search": {"stripPrefix": True}, "/find": None},
            },
            {
                "name": "legacy",
                "slot": 2,
                **ACCOUNT,
                "networkLoadBalancer": {
                    "arn": f"{BALANCER}/net/legacy/60dc6c495c0c9188",
                    "port": 443,
                    "zoneIds": ["use1-az1"],
                },
                "tls": {"domain": "legacy.example.com"},
                "paths": {"/": {}},
            },
            {
                "name": "partner",
                "slot": 3,
                "accountId": "444444444444",
                "region": "us-west-2",
                "service": {
                    "name": "com.amazonaws.vpce.us-west-2.vpce-svc-1a2b3c4d5e6f70819",
                    "zoneIds": ["usw2-az3", "usw2-az4"],
                    "healthPath": "/up",
                },
                "paths": {"/partner": {}},
            },
        ],
    },
)
"""Both sides of the path, in networks that exist, with a backend of each joined kind."""

PROVIDER: StackFile = edited(
    STACK_FILE,
    {
        "crosslink:consumer": DROP,
        "crosslink:api": DROP,
        "crosslink:backends[0].allowedPrincipals": ["arn:aws:iam::111111111111:role/crosslink-deploy"],
        "crosslink:backends[1].allowedPrincipals": ["arn:aws:iam::111111111111:root"],
        "crosslink:backends[1].slot": DROP,
    },
)
"""The provider side alone. Slots are the consumer's matter."""

CONSUMER: StackFile = edited(
    STACK_FILE,
    {
        "crosslink:backends": [
            {
                "name": "apps",
                "accountId": "222222222222",
                "region": "us-east-1",
                "service": {"name": SERVICE, "zoneIds": ["use1-az1", "use1-az2"]},
                "paths": {"/svc1": {}},
            },
            {
                "name": "search",
                "slot": 1,
                "service": {"stack": "acme/crosslink/provider", "backend": "search"},
            },
        ]
    },
)
"""The consumer side alone: one service is told in the file, one by the stack that publishes it."""

FILES: Mapping[str, StackFile] = {
    "both": STACK_FILE,
    "existing": EXISTING,
    "provider": PROVIDER,
    "consumer": CONSUMER,
}

PUBLISHED: Mapping[str, Any] = {
    "apps": {
        "accountId": "222222222222",
        "region": "us-east-1",
        "service": {"name": SERVICE, "port": 80.0, "zoneIds": ["use1-az1", "use1-az2"]},
        "paths": {"/apps": {"stripPrefix": False}},
    },
    "search": {
        "accountId": "222222222222",
        "region": "us-east-1",
        "service": {
            "name": "com.amazonaws.vpce.us-east-1.vpce-svc-2a3b4c5d6e7f80910",
            "port": 443.0,
            "zoneIds": ["use1-az1", "use1-az4"],
            "healthPath": "/health",
        },
        "tls": {"domain": "search.example.com"},
        "paths": {"/search": {"stripPrefix": True}, "/find": {"stripPrefix": False}},
    },
    "plain": {
        "accountId": "222222222222",
        "region": "us-east-1",
        "service": {
            "name": "com.amazonaws.vpce.us-east-1.vpce-svc-3a4b5c6d7e8f90a1b",
            "port": 80.0,
            "zoneIds": ["use1-az1"],
            "healthPath": None,
        },
        "tls": None,
        "paths": {"/plain": {"stripPrefix": False}},
    },
    "later": {"accountId": "222222222222", "region": "us-east-1", "paths": {"/later": {}}},
}
"""What the stack `provider` publishes, as the engine gives it: numbers are floats."""
OUTPUTS: Mapping[str, Mapping[str, Any]] = {
    "acme/crosslink/provider": {"published": PUBLISHED, "kubeconfig": "hush-hush"},
    "acme/crosslink/both-sides": {"url": "https://api.example.com", "token": "hush-hush"},
    "acme/crosslink/destroyed": {},
}


def outputs_of(stack: str) -> Mapping[str, Any]:
    """The outputs of another stack, as the engine tells them.

    Raises:
        LookupError: There is none of this name.
    """
    try:
        return OUTPUTS[stack]
    except KeyError:
        raise LookupError(f"unknown stack {stack!r}:\n no such stack") from None
