"""The hops of the stack dev, and the stack as a whole."""

import dataclasses

from crosslink.graph import tokens
from crosslink.graph.unknown import present, visible
from crosslink.path import steps
from crosslink.path.probes import LIVENESS, READINESS
from tests.crosslink.walks import API, BACKEND, LANDING, facts, model_of_file, taken, there, walk_of
from tests.runs import DEV

PASSES = ("ranges", "protocol", "from_port", "to_port")
"""What a rule of a security group says."""


def test_the_api_end_of_dev() -> None:
    walk = walk_of("/svc1")
    exact, below = visible(walk.every(steps.METHOD))
    assert facts(exact, "http_method", "auth", "uri", "path_below") == (
        "ANY",
        "AWS_IAM",
        "http://apps.crosslink.example.com:8000/svc1",
        None,
    )
    assert (below.uri, below.path_below) == (
        "http://apps.crosslink.example.com:8000/svc1/{proxy}",
        "method.request.path.proxy",
    )
    for method in (exact, below):
        assert facts(method, "integration_type", "connection_type", "connection_id") == (
            "HTTP_PROXY",
            "VPC_LINK",
            "${stageVariables.link}",
        )
    api, stage, link = there(walk, steps.REST_API), there(walk, steps.STAGE), there(walk, steps.LINK)
    assert facts(api, "endpoint_type", "default_endpoint_disabled") == ("REGIONAL", False)
    assert facts(stage, "name", "variables", "strays") == ("v1", (("link", link.id), ("prefix", "/v1")), ())
    assert walk.every(steps.USAGE_PLAN) == ()
    assert facts(there(walk, steps.LIMIT), "method_path", "rate", "burst") == ("*/*", 100, 200)
    assert there(walk, steps.SNAPSHOT).current is True


def test_the_gateway_nlb_of_dev() -> None:
    walk = walk_of("/svc1")
    balancer, listener = there(walk, steps.GATEWAY_NLB), there(walk, steps.LISTENER)
    group = there(walk, steps.TARGET_GROUP)
    assert facts(balancer, "kind", "internal", "guarded", "enforces_on_private_link", "cross_zone") == (
        "network",
        True,
        True,
        "off",
        True,
    )
    assert [facts(subnet, "zone", "cidr") for subnet in visible(balancer.subnets)] == [
        ("usw2-az1", "10.10.32.0/26"),
        ("usw2-az2", "10.10.64.0/26"),
    ]
    assert [facts(rule, *PASSES) for rule in visible(balancer.lets_out)] == [
        (("10.11.0.0/20",), "tcp", 80, 80),
    ]
    assert facts(listener, "protocol", "port") == ("TCP", 8000)
    assert facts(group, "target_type", "protocol", "port", "preserves_client_ip") == (
        "ip",
        "TCP",
        80,
        "false",
    )
    assert group.vpc == balancer.vpc
    [check] = present(group.health_check)
    assert dataclasses.astuple(check) == (True, "HTTP", "traffic-port", "/healthz", "200", 10, 6, 2, 2)


def test_the_way_to_the_endpoint_of_dev() -> None:
    walk = walk_of("/svc1")
    assert [facts(target, "target", "port", "zone", "outside") for target in walk.seen(steps.TARGET)] == [
        ("10.11.2.10", 80, "all", True),
        ("10.11.4.10", 80, "all", True),
    ]
    # From each subnet both targets are reached by one route, and stand on the walk once.
    ways = {step.title: visible(walk.every(step)) for step in (steps.ROUTE_OUT, steps.ROUTE_BACK)}
    assert [(title, way.subnet.cidr, *taken(way)) for title in ways for way in ways[title]] == [
        ("route out", "10.10.32.0/26", "10.11.0.0/20", True),
        ("route out", "10.10.64.0/26", "10.11.0.0/20", True),
        ("route back", "10.11.2.0/26", "10.10.0.0/16", True),
        ("route back", "10.11.4.0/26", "10.10.0.0/16", True),
    ]
    [peering] = visible(walk.every(steps.PEERING))
    assert facts(peering, "networks", "peer_region", "accepts") == (
        (("10.10.0.0/16",), ("10.11.0.0/20",)),
        "us-east-1",
        True,
    )
    assert [accepter.place for accepter in present(peering.acceptance)] == [str(LANDING)]
    assert walk.every(steps.ACCEPTANCE) == (peering.acceptance,)
    endpoint = there(walk, steps.ENDPOINT)
    assert (endpoint.kind, endpoint.acceptance) == ("Interface", None)
    assert [
        (interface.address, *(subnet.cidr for subnet in present(interface.subnet)))
        for interface in endpoint.interfaces
    ] == [
        ("10.11.2.10", "10.11.2.0/26"),
        ("10.11.4.10", "10.11.4.0/26"),
    ]
    assert [facts(rule, *PASSES) for rule in visible(endpoint.lets_in)] == [
        (("10.10.32.0/26",), "tcp", 80, 80),
        (("10.10.64.0/26",), "tcp", 80, 80),
    ]


def test_the_provider_end_of_dev() -> None:
    walk = walk_of("/svc1")
    service, balancer = there(walk, steps.SERVICE), there(walk, steps.PROVIDER_NLB)
    listener, group = there(walk, steps.PROVIDER_LISTENER), there(walk, steps.PROVIDER_GROUP)
    assert facts(service, "allowed_principals", "acceptance_required") == (
        ("arn:aws:iam::111111111111:role/crosslink-deploy",),
        False,
    )
    assert {subnet.zone for subnet in visible(balancer.subnets)} == {"use1-az1", "use1-az2"}
    assert facts(listener, "protocol", "port") == ("TCP", 80)
    assert facts(group, "target_type", "port") == ("alb", 80)
    alb, rule = there(walk, steps.ALB), there(walk, steps.INGRESS_RULE)
    assert facts(alb, "scheme", "subnets", "answers") == (
        "internal",
        balancer.subnets,
        (("/healthz", "200"),),
    )
    [listening] = visible(alb.listeners)
    assert facts(listening, "port", "protocol", "certificate", "tls_policy") == (80, "HTTP", None, None)
    assert [facts(lets_in, *PASSES) for lets_in in visible(alb.lets_in)] == [
        (tuple(subnet.cidr for subnet in visible(balancer.subnets)), "tcp", 80, 80)
    ]
    assert facts(rule, "ingress_class", "controller", "parameters", "target_type") == (
        "crosslink-apps",
        "eks.amazonaws.com/alb",
        "crosslink-apps",
        "ip",
    )
    assert facts(rule, "path", "path_type", "service_name", "service_port") == ("/svc1", "Prefix", "svc1", 80)
    kubernetes_service, pods = there(walk, steps.KUBERNETES_SERVICE), there(walk, steps.DEPLOYMENT)
    labels = (("app.kubernetes.io/name", "svc1"),)
    assert facts(kubernetes_service, "port", "target_port", "selector") == (80, "http", labels)
    assert facts(pods, "replicas", "labels", "ports", "reads") == (2, labels, (("http", 8080),), ())
    assert facts(kubernetes_service, "health_path", "health_port") == ("/", "traffic-port")
    probes = {probe.kind: (probe.port, probe.path) for probe in visible(pods.probes)}
    assert probes[READINESS] == probes[LIVENESS] == ("http", "/")
    admitted = {
        facts(found, *PASSES)
        for policy in walk.seen(steps.NETWORK_POLICY)
        for found in visible(policy.admits)
    }
    assert admitted == {(tuple(subnet.cidr for subnet in visible(alb.subnets)), "tcp", 8080, 8080)}


def test_what_stands_beside_the_path_of_dev() -> None:
    model = model_of_file(DEV)
    assert {(account.place, account.allowed, account.roles) for account in model.accounts} == {
        (str(place), (place.account,), (f"arn:aws:iam::{place.account}:role/crosslink-deploy",))
        for place in (API, LANDING, BACKEND)
    }
    assert model.places == {"consumer": {API, LANDING}, "provider": {BACKEND}}
    crossings = {
        (resource.type, reference.property)
        for resource in model.registered
        for reference in resource.references
    }
    assert {(tokens.PEERING, "peerVpcId"), (tokens.ENDPOINT, "serviceName")} <= crossings
    assert {resource.side for resource in model.registered} == {"consumer", "provider"}
    walk = walk_of("/svc1")
    assert [part.resource.split(":")[-1] for part in walk.seen(steps.INGRESS_PART)] == [
        "Namespace crosslink-apps",
        "IngressClass crosslink-apps",
        "IngressClassParams crosslink-apps",
    ]
    assert [way_out.resource.split(":")[-1] for way_out in walk.seen(steps.EGRESS)] == [
        "RouteTableAssociation crosslink-apps-nodes-use1-az1",
        "Route crosslink-apps-nat-use1-az1",
        "RouteTableAssociation crosslink-apps-nodes-use1-az2",
        "Route crosslink-apps-nat-use1-az2",
    ]
