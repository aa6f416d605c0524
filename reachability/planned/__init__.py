"""Reads the walks from the resources that a Pulumi program registers, in a preview as in an up."""

from itertools import groupby

from reachability import tokens
from reachability.graph import Graph, Node, at, only
from reachability.hops import Method, VpcLink
from reachability.model import Walk
from reachability.planned.api import methods_of, stage_facts
from reachability.planned.cluster import behind
from reachability.planned.legs import endpoint_behind, leg
from reachability.planned.load_balancers import (
    balancer_facts,
    group_facts,
    listener_facts,
    listener_for,
    port_of,
    target_facts,
)
from reachability.planned.private_link import endpoint_facts, service_facts

GREEDY = "/{proxy+}"


def walks(graph: Graph) -> list[Walk]:
    """The walk of every route of every stage, in the order of their paths."""
    found: list[Walk] = []
    for stage in graph.of_type(tokens.STAGE):
        methods = sorted(methods_of(graph, stage), key=lambda method: str(method.path))
        for path, of_route in groupby(methods, lambda method: str(method.path).removesuffix(GREEDY)):
            found.append(_walk(graph, stage, path, tuple(of_route)))
    return sorted(found, key=lambda walk: walk.path)


def _walk(graph: Graph, stage: Node, path: str, methods: tuple[Method, ...]) -> Walk:
    """Follows the references from the API to the ALB, and the names from there to the pods."""
    link = only(graph.named_by(stage, "variables", tokens.VPC_LINK))
    balancer = only(graph.named_by(link, "targetArn", tokens.LOAD_BALANCER))
    listener = listener_for(graph, balancer, port_of(methods[0].uri))
    group = only(graph.named_by(listener, "defaultActions", tokens.TARGET_GROUP))
    attachments = graph.naming(group, "targetGroupArn", tokens.ATTACHMENT)
    endpoint = endpoint_behind(graph, attachments)
    legs = [leg(graph, balancer, endpoint, attachment) for attachment in attachments]

    service = only(graph.named_by(endpoint, "serviceName", tokens.ENDPOINT_SERVICE))
    provider = only(graph.named_by(service, "networkLoadBalancerArns", tokens.LOAD_BALANCER))
    provider_listener = listener_for(graph, provider, legs[0].target.port if legs else None)
    provider_group = only(graph.named_by(provider_listener, "defaultActions", tokens.TARGET_GROUP))
    alb = only(graph.naming(provider_group, "targetGroupArn", tokens.ATTACHMENT))
    cluster = behind(graph, alb, path)

    return Walk(
        path=path,
        methods=methods,
        stage=stage_facts(graph, stage),
        link=VpcLink(**at(link)) if link else None,
        balancer=balancer_facts(graph, balancer),
        listener=listener_facts(listener),
        target_group=group_facts(group),
        legs=tuple(legs),
        endpoint=endpoint_facts(graph, endpoint),
        service=service_facts(service),
        provider_balancer=balancer_facts(graph, provider),
        provider_listener=listener_facts(provider_listener),
        provider_target_group=group_facts(provider_group),
        provider_target=target_facts(alb) if alb else None,
        ingress_rule=cluster.rule,
        kubernetes_service=cluster.service,
        deployment=cluster.deployment,
    )
