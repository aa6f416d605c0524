"""Dev as stacks of other shapes: of one side, or joined with a load balancer or a network of somebody else.

Each gives the resources, what exists beside them, and the output `path`.
"""

from copy import deepcopy
from dataclasses import replace
from typing import Any

from crosslink.graph import tokens
from crosslink.graph.node import Node
from tests.crosslink.graph.from_aws.reads import outputs
from tests.crosslink.graph.from_aws.support import BACKEND, PROVIDER, changed, up

ALB = f"arn:aws:elasticloadbalancing:us-east-1:{PROVIDER}:loadbalancer/app/search/50dc6c495c0c9188"
NLB = f"arn:aws:elasticloadbalancing:us-east-1:{PROVIDER}:loadbalancer/net/search/60dc6c495c0c9188"
VPC, MAIN, TABLE = "vpc-0e1", "rtb-0e1", "rtb-0e2"
GATEWAY_ROUTE = {"to": "10.10.0.0/16", "over": "tgw-0e1"}
RULES = [{"path": "/svc1*", "route": "/svc1"}, {"path": "/other*"}]

NETWORK: dict[str, Any] = {
    "id": VPC,
    "account": PROVIDER,
    "region": "us-east-1",
    "cidrs": ["10.60.0.0/16", "100.64.0.0/16"],
    "subnets": {
        "subnet-0e1": {"zoneId": "use1-az1", "cidr": "10.60.1.0/24", "routeTable": TABLE},
        "subnet-0e2": {"zoneId": "use1-az2", "cidr": "100.64.2.0/24"},
    },
    "routeTables": {MAIN: [GATEWAY_ROUTE], TABLE: [{"to": "0.0.0.0/0", "over": "nat-0e1"}]},
}


def path() -> dict[str, Any]:
    return deepcopy(outputs()["path"])


def with_backend(**changes: Any) -> dict[str, Any]:
    """The output `path` of dev with another backend."""
    found = path()
    found["backends"]["apps"] |= changes
    return found


def consumer_only() -> tuple[list[Node], dict[str, Any]]:
    """The backend is a service that another stack has published; that stack's resources are there, too."""
    nothing = dict.fromkeys(
        ("roleArn", "previewRoleArn", "externalId", "serviceId", "clusterName", "controller")
    )
    return up(), with_backend(kind="service", namespaces=[], **nothing)


def provider_only() -> tuple[list[Node], dict[str, Any]]:
    """Another stack's endpoint asks for the service."""
    found = {**with_backend(endpointId=None), "consumer": None, "api": None, "connections": {}}
    found["routes"] = {path: {**route, "auth": None} for path, route in found["routes"].items()}
    return up(), found


def pending(nodes: list[Node]) -> list[Node]:
    """Nobody has accepted the endpoint."""
    waiting = changed(nodes, tokens.ENDPOINT_SERVICE, acceptanceRequired=True)
    return [node for node in waiting if node.type != tokens.ACCEPTER]


def load_balancer(
    *, arn: str = ALB, protocol: str = "HTTP"
) -> tuple[list[Node], dict[str, Any], dict[str, Any]]:
    """The endpoint service offers a load balancer of somebody else's; an ALB by an NLB of the stack's."""
    kind = "loadBalancer" if arn == ALB else "networkLoadBalancer"
    rules = {"rules": RULES} if arn == ALB else {}
    balancer = {
        "arn": arn,
        "vpcId": VPC,
        "subnets": list(NETWORK["subnets"]),
        "listeners": [
            {"port": 80, "protocol": protocol, **rules},
            {"port": 81, "protocol": protocol, **rules},
        ],
        "securityGroups": ["sg-0e1"],
    }
    nodes = [node for node in up() if "kubernetes" not in node.type and node.type != tokens.EKS_CLUSTER]
    if arn == ALB:
        nodes = [
            replace(node, properties={**node.properties, "targetId": arn})
            if node.type == tokens.ATTACHMENT and node.account == PROVIDER
            else node
            for node in nodes
        ]
    else:
        nodes = changed(nodes, tokens.ENDPOINT_SERVICE, networkLoadBalancerArns=[arn])
    declared = with_backend(
        kind=kind, existing=True, controller=None, clusterName=None, namespaces=[], loadBalancerArn=arn
    )
    return nodes, {"vpcs": [NETWORK], "loadBalancers": [balancer]}, declared


def declared_network(account: str = BACKEND[0]) -> dict[str, Any]:
    """The fixture's VPC as the output `path` tells it."""
    subnets = {id_: {"zoneId": of["zoneId"], "cidr": of["cidr"]} for id_, of in NETWORK["subnets"].items()}
    return {"backend-apps": {"accountId": account, "region": "us-east-1", "vpcId": VPC, "subnets": subnets}}
