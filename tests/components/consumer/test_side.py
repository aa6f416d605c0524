"""ConsumerSide: the networks, endpoints, ports and routes of a stack's backends."""

from crosslink.sandbox.record import Run
from tests.components.consumer.stacks import ALL, AWAY, FAR, HOME, NLB_CIDRS, consumer_side, uris
from tests.components.support import CONSUMER, PROVIDER, children, counts, places, subnet_ids
from tests.waiting import depends

SIDE = "crosslink:consumer:ConsumerSide"
ATTACHMENT = "aws:lb/targetGroupAttachment:TargetGroupAttachment"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
ACCEPTER = "aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter"
ENDPOINT_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
LINK = "aws:apigateway/vpcLink:VpcLink"
DEPLOYMENT = "aws:apigateway/deployment:Deployment"


def test_consists_of_networks_a_peering_an_endpoint_a_link_and_an_api():
    found = consumer_side("apps")
    assert sorted((part.type, part.name) for part in children(found, found.one(SIDE))) == [
        ("crosslink:consumer:InterfaceEndpoint", "crosslink-apps"),
        ("crosslink:consumer:PublicApi", "crosslink"),
        ("crosslink:consumer:VpcLink", "crosslink"),
        ("crosslink:network:Network", "crosslink-gateway"),
        ("crosslink:network:Network", "crosslink-landing-us-east-1"),
        ("crosslink:network:Peering", "crosslink-landing-us-east-1"),
    ]


def test_backends_share_what_is_per_region_and_have_an_endpoint_each():
    found = consumer_side(*ALL)
    assert counts(children(found, found.one(SIDE))) == {
        "crosslink:consumer:InterfaceEndpoint": 4,
        "crosslink:consumer:PublicApi": 1,
        "crosslink:consumer:VpcLink": 1,
        "crosslink:network:Network": 3,
        "crosslink:network:Peering": 2,
    }


def test_everything_is_in_the_consumers_account_in_the_region_it_serves():
    found = consumer_side(*ALL)
    assert _places(found, "crosslink:network:Network", "crosslink-gateway") == {(CONSUMER, HOME)}
    assert _places(found, "crosslink:consumer:VpcLink", "crosslink") == {(CONSUMER, HOME)}
    assert _places(found, "crosslink:consumer:RestApi", "crosslink") == {(CONSUMER, HOME)}
    assert _places(found, "crosslink:consumer:Stage", "crosslink") == {(CONSUMER, HOME)}
    for region in (AWAY, FAR):
        landing = f"crosslink-landing-{region}"
        assert _places(found, "crosslink:network:Network", landing) == {(CONSUMER, region)}
        assert _places(found, "crosslink:network:Peering", landing) == {(CONSUMER, HOME), (CONSUMER, region)}
    for name, region in {"apps": AWAY, "billing": AWAY, "europe": FAR, "local": HOME}.items():
        endpoint = f"crosslink-{name}"
        assert _places(found, "crosslink:consumer:InterfaceEndpoint", endpoint) == {(CONSUMER, region)}


def test_the_gateway_network_has_nlb_subnets_and_each_landing_endpoint_subnets():
    assert _cidrs(consumer_side("apps")) == {
        "crosslink-gateway-nlb-usw2-az1": "10.10.32.0/26",
        "crosslink-gateway-nlb-usw2-az2": "10.10.64.0/26",
        "crosslink-landing-us-east-1-endpoints-use1-az1": "10.11.2.0/26",
        "crosslink-landing-us-east-1-endpoints-use1-az2": "10.11.4.0/26",
    }


def test_endpoint_subnets_are_in_all_zones_of_the_regions_backends_the_apis_own_included():
    assert _cidrs(consumer_side(*ALL)) == {
        **_cidrs(consumer_side("apps")),
        "crosslink-gateway-endpoints-usw2-az1": "10.10.32.64/26",
        "crosslink-gateway-endpoints-usw2-az3": "10.10.96.64/26",
        "crosslink-landing-us-east-1-endpoints-use1-az4": "10.11.8.0/26",
        "crosslink-landing-eu-central-1-endpoints-euc1-az1": "10.12.2.0/26",
        "crosslink-landing-eu-central-1-endpoints-euc1-az2": "10.12.4.0/26",
    }


def test_no_consumer_network_has_internet_access():
    found = consumer_side(*ALL)
    assert found.of_type("aws:ec2/internetGateway:InternetGateway") == []
    assert found.of_type("aws:ec2/natGateway:NatGateway") == []


def test_only_nlb_and_landing_endpoint_subnets_have_routes():
    found = consumer_side(*ALL)
    tables = {table.id: table.name for table in found.of_type("aws:ec2/routeTable:RouteTable")}
    routes = [route.inputs for route in found.of_type("aws:ec2/route:Route")]
    assert sorted((tables[route["routeTableId"]], route["destinationCidrBlock"]) for route in routes) == [
        ("crosslink-gateway-nlb-usw2-az1", "10.11.0.0/20"),
        ("crosslink-gateway-nlb-usw2-az1", "10.12.0.0/20"),
        ("crosslink-gateway-nlb-usw2-az2", "10.11.0.0/20"),
        ("crosslink-gateway-nlb-usw2-az2", "10.12.0.0/20"),
        ("crosslink-landing-eu-central-1-endpoints-euc1-az1", "10.10.0.0/16"),
        ("crosslink-landing-eu-central-1-endpoints-euc1-az2", "10.10.0.0/16"),
        ("crosslink-landing-us-east-1-endpoints-use1-az1", "10.10.0.0/16"),
        ("crosslink-landing-us-east-1-endpoints-use1-az2", "10.10.0.0/16"),
        ("crosslink-landing-us-east-1-endpoints-use1-az4", "10.10.0.0/16"),
    ]


def test_each_endpoint_is_in_its_backends_network_and_zones_at_its_slots_address():
    found = consumer_side(*ALL)
    subnets = {subnet.id: subnet for subnet in found.of_type("aws:ec2/subnet:Subnet")}
    planned: dict[str, dict[str, str]] = {}
    for endpoint in found.of_type(ENDPOINT):
        asked = [
            (subnets[configuration["subnetId"]], configuration["ipv4"])
            for configuration in endpoint.inputs["subnetConfigurations"]
        ]
        planned[endpoint.name] = {subnet.name: address for subnet, address in asked}
        assert {subnet.inputs["vpcId"] for subnet, _ in asked} == {endpoint.inputs["vpcId"]}
    assert planned == {
        "crosslink-apps": {
            "crosslink-landing-us-east-1-endpoints-use1-az1": "10.11.2.10",
            "crosslink-landing-us-east-1-endpoints-use1-az2": "10.11.4.10",
        },
        "crosslink-billing": {
            "crosslink-landing-us-east-1-endpoints-use1-az2": "10.11.4.13",
            "crosslink-landing-us-east-1-endpoints-use1-az4": "10.11.8.13",
        },
        "crosslink-europe": {
            "crosslink-landing-eu-central-1-endpoints-euc1-az1": "10.12.2.14",
            "crosslink-landing-eu-central-1-endpoints-euc1-az2": "10.12.4.14",
        },
        "crosslink-local": {
            "crosslink-gateway-endpoints-usw2-az1": "10.10.32.75",
            "crosslink-gateway-endpoints-usw2-az3": "10.10.96.75",
        },
    }


def test_each_endpoint_is_of_its_backends_service_and_open_to_the_nlb_subnets():
    found = consumer_side(*ALL)
    for name in ALL:
        endpoint = found.one(ENDPOINT, f"crosslink-{name}")
        service = found.named(f"service-{name}")
        assert endpoint.inputs["serviceName"] == service.outputs["serviceName"]
        rules = {zone: found.one(ENDPOINT_RULE, f"crosslink-{name}-{zone}").inputs for zone in NLB_CIDRS}
        assert {zone: rule["cidrIpv4"] for zone, rule in rules.items()} == NLB_CIDRS
        assert {(rule["fromPort"], rule["toPort"]) for rule in rules.values()} == {(80, 80)}
    assert len(found.of_type(ENDPOINT_RULE)) == len(ALL) * len(NLB_CIDRS)


def test_the_targets_are_the_endpoints_planned_addresses_outside_the_vpc_in_zone_all():
    found = consumer_side(*ALL)
    assert {
        resource.name: (resource.inputs["targetId"], resource.inputs.get("availabilityZone"))
        for resource in found.of_type(ATTACHMENT)
    } == {
        "crosslink-apps-use1-az1": ("10.11.2.10", "all"),
        "crosslink-apps-use1-az2": ("10.11.4.10", "all"),
        "crosslink-billing-use1-az2": ("10.11.4.13", "all"),
        "crosslink-billing-use1-az4": ("10.11.8.13", "all"),
        "crosslink-europe-euc1-az1": ("10.12.2.14", "all"),
        "crosslink-europe-euc1-az2": ("10.12.4.14", "all"),
        "crosslink-local-usw2-az1": ("10.10.32.75", None),
        "crosslink-local-usw2-az3": ("10.10.96.75", None),
    }


def test_the_nlb_may_reach_the_landing_networks_which_hold_only_endpoints_and_the_endpoint_subnets_at_home():
    found = consumer_side(*ALL)
    rules = found.of_type("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
    assert {rule.name.removeprefix("crosslink-gateway-nlb-"): rule.inputs["cidrIpv4"] for rule in rules} == {
        "us-east-1-80": "10.11.0.0/20",
        "eu-central-1-80": "10.12.0.0/20",
        "usw2-az1-80": "10.10.32.64/26",
        "usw2-az3-80": "10.10.96.64/26",
    }
    landings = {name for name in _cidrs(found) if "-landing-" in name}
    assert landings == {name for name in landings if "-endpoints-" in name}


def test_the_nlb_is_in_its_own_subnets_of_the_gateway_network():
    found = consumer_side(*ALL)
    balancer = found.one("aws:lb/loadBalancer:LoadBalancer")
    assert balancer.inputs["subnets"] == subnet_ids(found, "crosslink-gateway-nlb", NLB_CIDRS)


def test_each_backends_listener_port_is_in_the_uris_of_its_routes():
    found = consumer_side(*ALL)
    listeners = found.of_type("aws:lb/listener:Listener")
    assert {listener.name: listener.inputs["port"] for listener in listeners} == {
        "crosslink-apps": 8000,
        "crosslink-billing": 8003,
        "crosslink-europe": 8004,
        "crosslink-local": 8001,
    }
    assert {path: uri for path, uri in uris(found).items() if "{proxy+}" not in path} == {
        "/svc1": "http://apps.crosslink.example.com:8000/svc1",
        "/team/svc2": "http://apps.crosslink.example.com:8000/team/svc2",
        "/billing": "http://billing.crosslink.example.com:8003/billing",
        "/europe": "http://europe.crosslink.example.com:8004/europe",
        "/local": "http://local.crosslink.example.com:8001/local",
    }


def test_over_tls_the_uris_have_the_certificates_name_and_every_port_on_the_way_is_443():
    found = consumer_side("apps over TLS", "billing")
    assert {path: uri for path, uri in uris(found).items() if "{proxy+}" not in path} == {
        "/svc1": "https://apps.example.com:8000/svc1",
        "/team/svc2": "https://apps.example.com:8000/team/svc2",
        "/billing": "http://billing.crosslink.example.com:8003/billing",
    }
    for name, port in {"crosslink-apps": 443, "crosslink-billing": 80}.items():
        group = found.one("aws:lb/targetGroup:TargetGroup", name).inputs
        assert group["port"] == port
        assert group["healthCheck"]["protocol"] == ("HTTPS" if port == 443 else "HTTP")
        rules = [rule for rule in found.of_type(ENDPOINT_RULE) if rule.name.startswith(f"{name}-")]
        assert [rule.inputs["toPort"] for rule in rules] == [port] * len(NLB_CIDRS)


def test_the_vpcs_and_the_api_are_what_can_be_protected():
    found = consumer_side("apps", protect=True)
    protected = [
        (resource.type, resource.name) for resource in found.resources.values() if resource.options.protect
    ]
    assert sorted(protected) == [
        ("aws:apigateway/restApi:RestApi", "crosslink"),
        ("aws:apigateway/vpcLink:VpcLink", "crosslink"),
        ("aws:ec2/vpc:Vpc", "crosslink-gateway"),
        ("aws:ec2/vpc:Vpc", "crosslink-landing-us-east-1"),
        ("aws:lb/loadBalancer:LoadBalancer", "crosslink-gateway"),
    ]
    assert not [resource for resource in consumer_side("apps").resources.values() if resource.options.protect]


def test_where_acceptance_is_manual_that_backends_account_accepts_and_its_targets_wait():
    found = consumer_side("apps by hand", "billing", api="open")
    accepter = found.one(ACCEPTER)
    assert places([accepter]) == {(PROVIDER, AWAY)}
    assert accepter.inputs == {
        "vpcEndpointId": found.one(ENDPOINT, "crosslink-apps").id,
        "vpcEndpointServiceId": found.named("service-apps").id,
    }
    waiting = {
        resource.name for resource in found.of_type(ATTACHMENT) if accepter.urn in resource.dependencies
    }
    assert waiting == {"crosslink-apps-use1-az1", "crosslink-apps-use1-az2"}


def test_the_link_and_the_api_are_made_while_the_endpoints_are():
    found = consumer_side("apps")
    for early in (LINK, DEPLOYMENT):
        assert not depends(found, found.one(early), on=found.one(ENDPOINT))
        assert not depends(found, found.one(early), on=found.named("service-apps"))


def test_the_stage_is_switched_once_targets_and_the_way_to_them_are_there():
    """Its variable leads to another VPC link when that is replaced with its NLB."""
    found = consumer_side("apps")
    stage = found.one("aws:apigateway/stage:Stage")
    for type_ in (ATTACHMENT, "aws:lb/listener:Listener", ENDPOINT, ENDPOINT_RULE, "aws:ec2/route:Route"):
        assert found.of_type(type_)
        assert all(depends(found, stage, on=resource) for resource in found.of_type(type_))


def test_a_target_goes_before_the_way_to_it():
    found = consumer_side("apps")
    for attachment in found.of_type(ATTACHMENT):
        assert all(depends(found, attachment, on=route) for route in found.of_type("aws:ec2/route:Route"))


def test_preview_and_up_register_the_same_resources():
    assert consumer_side(*ALL, preview=True).resources.keys() == consumer_side(*ALL).resources.keys()


def test_a_preview_knows_all_addresses_ports_and_uris():
    previewed, created = consumer_side(*ALL, preview=True), consumer_side(*ALL)
    for type_, key in ((ATTACHMENT, "targetId"), ("aws:lb/listener:Listener", "port")):
        for resource in previewed.of_type(type_):
            assert resource.inputs[key] == created.resources[resource.urn].inputs[key]
    assert uris(previewed) == uris(created)


def _places(found: Run, type_: str, name: str) -> set[tuple[str | None, str | None]]:
    return places(children(found, found.one(type_, name)))


def _cidrs(found: Run) -> dict[str, str]:
    return {subnet.name: subnet.inputs["cidrBlock"] for subnet in found.of_type("aws:ec2/subnet:Subnet")}
