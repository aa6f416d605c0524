"""What EKS makes of an Ingress: an Application Load Balancer, which no program registers."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from crosslink.graph import tokens
from crosslink.graph.node import Node
from tests.fake_aws.controller import Group
from tests.fake_aws.world import World, made_up

_ANNOTATIONS = "alb.ingress.kubernetes.io/"


def load_balancers(nodes: Iterable[Node]) -> list[Node]:
    """The load balancers of all Ingresses with their listeners and security groups, as resources."""
    world = World(nodes)
    groups: dict[str, list[Node]] = {}
    for ingress in world.of(tokens.INGRESS):
        for entry in ingress.get("status", "loadBalancer", "ingress") or []:
            groups.setdefault(entry["hostname"], []).append(ingress)
    return [node for hostname, group in groups.items() for node in _load_balancer(world, group, hostname)]


def _load_balancer(world: World, ingresses: list[Node], hostname: str) -> list[Node]:
    """An ALB with what its Ingresses make of it; what is the ALB's the last of them says."""
    ingress = ingresses[-1]
    arn = _arn(world, ingress, hostname)
    group = f"sg-{made_up('alb', arn)}"
    annotations: dict[str, str] = ingress.get("metadata", "annotations") or {}
    listeners = json.loads(annotations.get(f"{_ANNOTATIONS}listen-ports", '[{"HTTP": 80}]'))
    protocols = {port: protocol for listener in listeners for protocol, port in listener.items()}
    spec = _class_parameters(world, ingress)
    told = annotations.get(f"{_ANNOTATIONS}inbound-cidrs", "0.0.0.0/0").split(",")
    cidrs: list[str] = spec.get("inboundCIDRs") or told
    certificates = spec.get("certificateARNs") or spec.get("certificateArn") or []
    certificate: str = next(iter(certificates), annotations.get(f"{_ANNOTATIONS}certificate-arn", ""))
    if not certificate:
        # The controller can't make a listener for HTTPS without one.
        protocols = {port: protocol for port, protocol in protocols.items() if protocol == "HTTP"}
    # As no rule of the Ingress matches: https://github.com/kubernetes-sigs/aws-load-balancer-controller
    not_found = {
        "type": "fixed-response",
        "fixedResponse": {"statusCode": "404", "contentType": "text/plain"},
    }

    def made(type_: str, id_: str, **properties: Any) -> Node:
        return _made(ingress, type_, id_, properties)

    controller = Group(world, ingresses, made, _vpc(world, ingress, spec))
    listeners = {
        f"{arn.replace(':loadbalancer/', ':listener/')}/{made_up(arn, str(port), digits=16)}": port
        for port in protocols
    }
    return [
        made(
            tokens.LOAD_BALANCER,
            arn,
            arn=arn,
            name=arn.split("/")[-2],
            dnsName=hostname,
            zoneId="Z35SXDOTRQ7X7K",
            loadBalancerType="application",
            internal=spec.get("scheme", "internal") == "internal",
            state=ingress.get("albState"),
            idleTimeout=_idle_timeout(spec, annotations),
            subnets=_subnets(world, ingress, spec),
            securityGroups=[group],
        ),
        *(
            made(
                tokens.LISTENER,
                listener,
                loadBalancerArn=arn,
                protocol=protocols[port],
                port=port,
                defaultActions=[controller.default or not_found],
                **(_tls(certificate, annotations) if protocols[port] == "HTTPS" else {}),
            )
            for listener, port in listeners.items()
        ),
        *(
            rule
            for listener, port in listeners.items()
            for rule in controller.rules(listener, protocols[port], port)
        ),
        *controller.groups(),
        made(tokens.SECURITY_GROUP, group, name=arn.split("/")[-2], vpcId=_vpc(world, ingress, spec)),
        *(
            made(
                tokens.INGRESS_RULE,
                f"sgr-{made_up(group, cidr, str(port))}",
                securityGroupId=group,
                cidrIpv4=cidr.strip(),
                ipProtocol="tcp",
                fromPort=port,
                toPort=port,
            )
            for cidr in cidrs
            for port in protocols
        ),
        made(
            tokens.EGRESS_RULE,
            f"sgr-{made_up(group, 'egress')}",
            securityGroupId=group,
            cidrIpv4="0.0.0.0/0",
            ipProtocol="-1",
        ),
    ]


def _idle_timeout(spec: dict[str, Any], annotations: dict[str, str]) -> int:
    """Seconds; the class's attribute comes before the annotation's."""
    pairs = annotations.get(f"{_ANNOTATIONS}load-balancer-attributes", "").split(",")
    told = dict(pair.strip().split("=", 1) for pair in pairs if "=" in pair)
    told |= {pair["key"]: pair["value"] for pair in spec.get("loadBalancerAttributes", [])}
    return int(told.get("idle_timeout.timeout_seconds", 60))


def _tls(certificate: str, annotations: dict[str, str]) -> dict[str, str]:
    """What only a listener for HTTPS has; the default policy is AWS's."""
    policy = annotations.get(f"{_ANNOTATIONS}ssl-policy", "ELBSecurityPolicy-2016-08")
    return {"certificateArn": certificate, "sslPolicy": policy}


def _made(ingress: Node, type_: str, id_: str, properties: dict[str, Any]) -> Node:
    """A resource beside an Ingress that names nothing."""
    return replace(
        ingress,
        urn=f"{type_}|{ingress.account}|{ingress.region}|{id_}",
        type=type_,
        name=id_,
        id=id_,
        properties=properties,
        references={},
        dependencies=frozenset(),
    )


def _arn(world: World, ingress: Node, hostname: str) -> str:
    """The load balancer's ARN, as a target group names it already, or any with the name of its host."""
    name = hostname.partition(".")[0].removeprefix("internal-").rpartition("-")[0]
    for node in world.of(tokens.ATTACHMENT):
        if f"/app/{name}/" in str(node.get("targetId")):
            return node.get("targetId")
    suffix = f"loadbalancer/app/{name}/{made_up(hostname, digits=16)}"
    return f"arn:aws:elasticloadbalancing:{ingress.region}:{ingress.account}:{suffix}"


def _class_parameters(world: World, ingress: Node) -> dict[str, Any]:
    """The spec of the IngressClassParams that an Ingress's class names; empty without."""

    def named(type_: str, name: str | None) -> Node | None:
        same = (
            node
            for node in world.of(type_)
            if (node.account, node.region) == (ingress.account, ingress.region)
        )
        return next((node for node in same if node.get("metadata", "name") == name), None)

    class_ = named(tokens.INGRESS_CLASS, ingress.get("spec", "ingressClassName"))
    if class_ is None:
        return {}
    of_controller = class_.get("spec", "controller") == "ingress.k8s.aws/alb"
    type_ = tokens.CONTROLLER_CLASS_PARAMS if of_controller else tokens.INGRESS_CLASS_PARAMS
    parameters = named(type_, class_.get("spec", "parameters", "name"))
    return dict(parameters.get("spec") or {}) if parameters else {}


def _subnets(world: World, ingress: Node, spec: dict[str, Any]) -> list[str]:
    """The subnets that the class names; else those of the cluster's VPC that are tagged for it."""
    if named := spec.get("subnets", {}).get("ids"):
        return named
    vpc = _vpc(world, ingress, spec)
    return [
        str(node.id)
        for node in world.of(tokens.SUBNET)
        if node.get("vpcId") == vpc and "kubernetes.io/role/internal-elb" in (node.get("tags") or {})
    ]


def _vpc(world: World, ingress: Node, spec: dict[str, Any]) -> str | None:
    """The VPC of the subnets that the class names, else of those of a cluster that is there."""
    clusters = [
        id_
        for node in world.of(tokens.EKS_CLUSTER)
        if (node.account, node.region) == (ingress.account, ingress.region)
        for id_ in node.get("vpcConfig", "subnetIds") or []
    ]
    found = (world.find(tokens.SUBNET, id_) for id_ in (*spec.get("subnets", {}).get("ids", []), *clusters))
    return next((node.get("vpcId") for node in found if node), None)
