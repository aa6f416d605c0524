"""What exists beside a stack, as `examples/<stack>.aws.yaml` tells it: networks, load balancers, clusters.

A listener of an ALB may have `rules` besides: `{path: /search*, route: /search}`, a path pattern and the
value that the rule demands of the header of routes.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from components.route_header import ROUTE_HEADER
from crosslink.graph import tokens
from crosslink.graph.node import Node
from crosslink.sandbox import go_yaml
from tests.fake_aws.world import made_up

Told = Mapping[str, Any]

_OVER = {  # how the id of a route's target begins → the property that holds it
    "arn": "coreNetworkArn",
    "eigw": "egressOnlyGatewayId",
    "eni": "networkInterfaceId",
    "nat": "natGatewayId",
    "pcx": "vpcPeeringConnectionId",
    "tgw": "transitGatewayId",
    "vpce": "vpcEndpointId",
}


def beside(stack_file: Path) -> Told:
    """The content of the file beside a stack's; nothing if there is none."""
    file = stack_file.with_name(f"{stack_file.stem.removeprefix('Pulumi.')}.aws.yaml")
    content: Any = go_yaml.load(file) if file.exists() else None
    return content or {}


def existing(told: Told, nodes: Iterable[Node] = ()) -> list[Node]:
    """What a file tells, as resources.

    Args:
        told: the file's content.
        nodes: the stack's own resources, of which the kubeconfigs tell where existing clusters answer.
    """
    found = [node for vpc in told.get("vpcs", ()) for node in _network(vpc)]
    for balancer in told.get("loadBalancers", ()):
        found += _balancer(balancer, next(vpc for vpc in told["vpcs"] if vpc["id"] == balancer["vpcId"]))
    for cluster in told.get("clusters", ()):
        found.append(_cluster(cluster, [*nodes, *found]))
    for service in told.get("endpointServices", ()):
        found.append(_service(service))
    return found


def _node(account: str, region: str, type_: str, id_: str, **properties: Any) -> Node:
    return Node(
        urn=f"existing|{type_}|{account}|{region}|{id_}",
        type=type_,
        name=id_,
        id=id_,
        account=account,
        region=region,
        properties={name: value for name, value in properties.items() if value is not None},
        missing=None,
        references={},
        dependencies=frozenset(),
    )


def _network(told: Told) -> Iterator[Node]:
    """A VPC; the first of its route tables is its main one."""
    here, vpc = (told["account"], told["region"]), told["id"]
    first, *others = told["cidrs"]
    tables: Mapping[str, list[Told]] = told.get("routeTables", {})
    main = next(iter(tables), f"rtb-{made_up('main', vpc)}")
    yield _node(*here, tokens.VPC, vpc, cidrBlock=first, mainRouteTableId=main, enableDnsHostnames=True)
    for cidr in others:
        association = f"vpc-cidr-assoc-{made_up(vpc, cidr)}"
        yield _node(*here, tokens.VPC_CIDR, association, vpcId=vpc, cidrBlock=cidr)
    for table, routes in tables.items():
        yield _node(*here, tokens.ROUTE_TABLE, table, vpcId=vpc)
        for route in routes:
            yield _route(here, table, route)
    over = {route["over"] for routes in tables.values() for route in routes}
    for nat in sorted(id_ for id_ in over if id_.startswith("nat-")):
        address = f"eipalloc-{made_up(nat)}"
        yield _node(
            *here, tokens.NAT_GATEWAY, nat, vpcId=vpc, allocationId=address, availabilityMode="regional"
        )
    for subnet, of_subnet in told.get("subnets", {}).items():
        zone: str = of_subnet["zoneId"]
        placed = {"availabilityZone": f"{here[1]}{'abcdef'[int(zone[-1]) - 1]}", "availabilityZoneId": zone}
        yield _node(*here, tokens.SUBNET, subnet, vpcId=vpc, cidrBlock=of_subnet["cidr"], **placed)
        if table := of_subnet.get("routeTable"):
            ids = {"subnetId": subnet, "routeTableId": table}
            yield _node(*here, tokens.ASSOCIATION, f"rtbassoc-{made_up(subnet)}", **ids)


def _route(here: tuple[str, str], table: str, told: Told) -> Node:
    to, over = told["to"], told["over"]
    kind = _OVER.get(over.replace(":", "-").partition("-")[0], "gatewayId")
    destination = "destinationPrefixListId" if to.startswith("pl-") else "destinationCidrBlock"
    state = told.get("state", "active")  # what it leads to isn't played
    ids = {"routeTableId": table, destination: to, kind: over}
    return _node(*here, tokens.ROUTE, f"{table}|{to}", state=state, **ids)


def _balancer(told: Told, vpc: Told) -> Iterator[Node]:
    arn: str = told["arn"]
    _, _, _, region, account, path = arn.split(":")
    _, kind, name, _ = path.split("/")
    here, groups = (account, region), list(told.get("securityGroups", ()))
    yield _node(
        *here,
        tokens.LOAD_BALANCER,
        arn,
        arn=arn,
        name=name,
        dnsName=f"internal-{name}-{made_up(arn, digits=9)}.{region}.elb.amazonaws.com",
        loadBalancerType={"app": "application", "net": "network"}[kind],
        internal=told.get("internal", True),
        subnets=list(told["subnets"]),
        securityGroups=groups,
    )
    ports = [listener["port"] for listener in told.get("listeners", ())]
    for group in groups:
        yield _node(*here, tokens.SECURITY_GROUP, group, name=group, vpcId=vpc["id"])
        anybody = {"securityGroupId": group, "cidrIpv4": "0.0.0.0/0"}
        for port in ports:
            only = {"ipProtocol": "tcp", "fromPort": port, "toPort": port}
            yield _node(*here, tokens.INGRESS_RULE, f"sgr-{made_up(group, str(port))}", **anybody, **only)
        yield _node(*here, tokens.EGRESS_RULE, f"sgr-{made_up(group)}", ipProtocol="-1", **anybody)
    for listener in told.get("listeners", ()):
        yield from _listener(here, arn, listener, told["subnets"], vpc)


def _listener(
    here: tuple[str, str], balancer: str, told: Told, subnets: list[str], vpc: Told
) -> Iterator[Node]:
    """A listener that passes requests on to addresses in the load balancer's subnets."""
    port, protocol = told["port"], told["protocol"]
    digits = made_up(balancer, str(port), digits=16)
    arn = f"{balancer.replace(':loadbalancer/', ':listener/')}/{digits}"
    group = f"{balancer.partition(':loadbalancer/')[0]}:targetgroup/{digits}/{digits}"
    forward = {"type": "forward", "targetGroupArn": group}
    # An ALB answers what no rule matches itself.
    ours = {"type": "fixed-response", "fixedResponse": {"statusCode": "404", "contentType": "text/plain"}}
    is_alb = "/app/" in balancer
    default = ours if is_alb else forward
    given = {"loadBalancerArn": balancer, "port": port, "protocol": protocol, "defaultActions": [default]}
    yield _node(*here, tokens.LISTENER, arn, certificateArn=told.get("certificateArn"), **given)
    for number, rule in enumerate(told.get("rules", ()), 1):
        yield _rule(here, arn, number, {**rule, "action": forward})
    spoken = {"protocol": "HTTP" if is_alb else "TCP", "port": 8080, "targetType": "ip"}
    yield _node(*here, tokens.TARGET_GROUP, group, arn=group, name=digits, vpcId=vpc["id"], **spoken)
    for subnet in subnets:
        address = str(ip_network(vpc["subnets"][subnet]["cidr"])[20])
        target = {"targetGroupArn": group, "targetId": address, "port": 8080}
        yield _node(*here, tokens.ATTACHMENT, f"{group}|{address}", **target)


def _rule(here: tuple[str, str], listener: str, number: int, told: Told) -> Node:
    """A rule for a path pattern; with a route also for the header of requests that come by it."""
    conditions: list[Told] = [{"pathPattern": {"values": [told["path"]]}}]
    if route := told.get("route"):
        conditions.append({"httpHeader": {"httpHeaderName": ROUTE_HEADER, "values": [route]}})
    arn = f"{listener.replace(':listener/', ':listener-rule/')}/{made_up(listener, str(number), digits=16)}"
    ids = {"arn": arn, "listenerArn": listener, "priority": number}
    return _node(*here, tokens.LISTENER_RULE, arn, **ids, conditions=conditions, actions=[told["action"]])


def _cluster(told: Told, nodes: list[Node]) -> Node:
    name, here = told["name"], (told["account"], told["region"])
    subnets = [
        str(node.id) for node in nodes if node.type == tokens.SUBNET and node.get("vpcId") == told["vpcId"]
    ]
    anywhere = {"endpointPrivateAccess": True, "endpointPublicAccess": True}
    return _node(
        *here,
        tokens.EKS_CLUSTER,
        name,
        name=name,
        arn=f"arn:aws:eks:{here[1]}:{here[0]}:cluster/{name}",
        endpoint=_server(name, nodes) or f"https://{made_up(*here, name, digits=32)}.eks.amazonaws.com",
        version=told["version"],
        vpcConfig={"subnetIds": subnets, **anywhere},
        accessConfig={"authenticationMode": told.get("authenticationMode", "API")},
        computeConfig={"enabled": bool(told.get("autoMode"))},
        kubernetesNetworkConfig={"elasticLoadBalancing": {"enabled": bool(told.get("autoMode"))}},
    )


def _server(cluster: str, nodes: list[Node]) -> str | None:
    """Where a cluster answers, by the stack's own kubeconfig of it."""
    for node in nodes:
        text = node.get("kubeconfig") if node.type == "pulumi:providers:kubernetes" else None
        if isinstance(text, str) and json.dumps(cluster) in text:
            return json.loads(text)["clusters"][0]["cluster"]["server"]
    return None


def _service(told: Told) -> Node:
    name: str = told["name"]
    region, id_ = name.split(".")[3:]
    required = bool(told.get("acceptanceRequired"))
    return _node(
        told["account"], region, tokens.ENDPOINT_SERVICE, id_, serviceName=name, acceptanceRequired=required
    )
