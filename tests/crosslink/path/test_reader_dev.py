"""The hops of the stack dev, as the reader finds them, and the stack as a whole."""

import dataclasses

from crosslink.graph import tokens
from crosslink.graph.unknown import present, visible
from crosslink.path.alb import AlbListener
from tests.crosslink.walks import API, BACKEND, LANDING, facts, model_of_file, taken, told, walk_of
from tests.runs import DEV


def test_the_api_end_of_dev() -> None:
    walk = walk_of("/svc1")
    exact, below = visible(walk.methods)
    assert facts(exact, "http_method", "auth", "uri", "passes_path_on") == (
        "ANY",
        "AWS_IAM",
        "http://apps.crosslink.example.com:8000/svc1",
        False,
    )
    assert (below.uri, below.passes_path_on) == ("http://apps.crosslink.example.com:8000/svc1/{proxy}", True)
    for method in (exact, below):
        assert facts(method, "integration_type", "connection_type", "connection_id") == (
            "HTTP_PROXY",
            "VPC_LINK",
            "${stageVariables.link}",
        )
    [api], [stage], [link] = present(walk.api), present(walk.stage), present(walk.link)
    assert facts(api, "endpoint_type", "default_endpoint_disabled") == ("REGIONAL", False)
    assert facts(stage, "name", "variables", "usage_plans", "strays") == ("v1", (("link", link.id),), (), ())
    assert [facts(one, "method_path", "rate", "burst") for one in visible(stage.throttles)] == [
        ("*/*", 100, 200)
    ]
    assert [snapshot.current for snapshot in present(stage.snapshot)] == [True]


def test_the_gateway_nlb_of_dev() -> None:
    walk = walk_of("/svc1")
    [balancer], [listener], [group] = (
        present(walk.balancer),
        present(walk.listener),
        present(walk.target_group),
    )
    assert facts(balancer, "kind", "internal", "guarded", "enforces_on_private_link", "cross_zone") == (
        "network",
        True,
        True,
        "off",
        True,
    )
    assert [facts(one, "zone", "cidr") for one in visible(balancer.subnets)] == [
        ("usw2-az1", "10.10.32.0/26"),
        ("usw2-az2", "10.10.64.0/26"),
    ]
    assert [facts(one, "cidr", "protocol", "from_port", "to_port") for one in visible(balancer.lets_out)] == [
        ("10.11.2.0/26", "tcp", 80, 80),
        ("10.11.4.0/26", "tcp", 80, 80),
    ]
    assert facts(listener, "protocol", "port") == ("TCP", 8000)
    assert facts(group, "target_type", "protocol", "port", "preserves_client_ip") == (
        "ip",
        "TCP",
        80,
        "false",
    )
    assert group.vpc == balancer.vpc
    assert group.health_check
    assert dataclasses.astuple(group.health_check) == (True, "HTTP", "traffic-port", "/healthz", "200")


def test_the_way_to_the_endpoint_of_dev() -> None:
    walk = walk_of("/svc1")
    assert [told(target) for target in visible(walk.targets)] == [
        (
            ("10.11.2.10", 80, "all", True),
            [("10.10.32.0/26", "10.11.2.0/26"), ("10.10.64.0/26", "10.11.2.0/26")],
            [("10.11.2.0/26", "10.10.32.0/26"), ("10.11.2.0/26", "10.10.64.0/26")],
        ),
        (
            ("10.11.4.10", 80, "all", True),
            [("10.10.32.0/26", "10.11.4.0/26"), ("10.10.64.0/26", "10.11.4.0/26")],
            [("10.11.4.0/26", "10.10.32.0/26"), ("10.11.4.0/26", "10.10.64.0/26")],
        ),
    ]
    # Both ways of a subnet take one route, and stand on the walk once.
    assert [(title, way.subnet.cidr, *taken(way)) for title, way in walk.ways()] == [
        ("route out", "10.10.32.0/26", "10.11.0.0/20", True),
        ("route out", "10.10.64.0/26", "10.11.0.0/20", True),
        ("route back", "10.11.2.0/26", "10.10.0.0/16", True),
        ("route back", "10.11.4.0/26", "10.10.0.0/16", True),
    ]
    [peering] = walk.peerings()
    assert facts(peering, "cidrs", "peer_region", "accepts") == (
        ("10.10.0.0/16", "10.11.0.0/20"),
        "us-east-1",
        True,
    )
    assert [one.place for one in present(peering.acceptance)] == [str(LANDING)]
    [endpoint] = present(walk.endpoint)
    assert (endpoint.kind, endpoint.acceptance) == ("Interface", None)
    assert [
        (one.address, *(subnet.cidr for subnet in present(one.subnet))) for one in endpoint.interfaces
    ] == [
        ("10.11.2.10", "10.11.2.0/26"),
        ("10.11.4.10", "10.11.4.0/26"),
    ]
    assert [facts(one, "cidr", "protocol", "from_port", "to_port") for one in visible(endpoint.lets_in)] == [
        ("10.10.32.0/26", "tcp", 80, 80),
        ("10.10.64.0/26", "tcp", 80, 80),
    ]


def test_the_provider_end_of_dev() -> None:
    walk = walk_of("/svc1")
    [service], [balancer] = present(walk.service), present(walk.provider_balancer)
    [listener], [group] = present(walk.provider_listener), present(walk.provider_target_group)
    assert facts(service, "allowed_principals", "acceptance_required") == (
        ("arn:aws:iam::111111111111:root",),
        False,
    )
    assert {subnet.zone for subnet in visible(balancer.subnets)} == {"use1-az1", "use1-az2"}
    assert facts(listener, "protocol", "port") == ("TCP", 80)
    assert facts(group, "target_type", "port") == ("alb", 80)
    [alb], [rule] = present(walk.alb), present(walk.ingress_rule)
    assert facts(alb, "scheme", "listeners", "subnets", "answers") == (
        "internal",
        (AlbListener(port=80, protocol="HTTP", certificate=None, tls_policy=None),),
        balancer.subnets,
        (("/healthz", "200"),),
    )
    assert [facts(one, "cidr", "protocol", "from_port", "to_port") for one in visible(alb.lets_in)] == [
        (subnet.cidr, "tcp", 80, 80) for subnet in visible(balancer.subnets)
    ]
    assert facts(rule, "ingress_class", "controller", "parameters", "target_type") == (
        "crosslink-apps",
        "eks.amazonaws.com/alb",
        "crosslink-apps",
        "ip",
    )
    assert facts(rule, "path", "path_type", "service_name", "service_port") == ("/svc1", "Prefix", "svc1", 80)
    [kubernetes_service], [pods] = present(walk.kubernetes_service), present(walk.deployment)
    labels = (("app.kubernetes.io/name", "svc1"),)
    assert facts(kubernetes_service, "port", "target_port", "selector") == (80, "http", labels)
    assert facts(pods, "replicas", "labels", "ports", "probe_port") == (2, labels, (("http", 8080),), "http")


def test_what_stands_beside_the_path_of_dev() -> None:
    model = model_of_file(DEV)
    assert {(one.place, one.allowed, one.roles) for one in model.accounts} == {
        (str(place), (place.account,), (f"arn:aws:iam::{place.account}:role/crosslink-deploy",))
        for place in (API, LANDING, BACKEND)
    }
    assert model.places == {"consumer": {API, LANDING}, "provider": {BACKEND}}
    crossings = {(one.type, ref.property) for one in model.registered for ref in one.references}
    assert {(tokens.PEERING, "peerVpcId"), (tokens.ENDPOINT, "serviceName")} <= crossings
    assert {one.side for one in model.registered} == {"consumer", "provider"}
    walk = walk_of("/svc1")
    assert [part.resource.split(":")[-1] for part in walk.ingress_parts] == [
        "Namespace crosslink-apps",
        "IngressClass crosslink-apps",
        "IngressClassParams crosslink-apps",
    ]
    assert [way_out.resource.split(":")[-1] for way_out in walk.egress] == [
        "RouteTableAssociation crosslink-apps-nodes-use1-az1",
        "Route crosslink-apps-nat-use1-az1",
        "RouteTableAssociation crosslink-apps-nodes-use1-az2",
        "Route crosslink-apps-nat-use1-az2",
    ]
