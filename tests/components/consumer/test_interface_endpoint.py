"""InterfaceEndpoint: planned addresses, access for the gateway NLB only, and acceptance by the provider."""

from functools import cache

import pulumi
import pulumi_aws as aws
import pytest
from pulumi import ResourceOptions

from components.consumer.interface_endpoint import (
    Acceptance,
    InterfaceEndpoint,
    InterfaceEndpointArgs,
)
from components.network.subnets import existing_subnets
from crosslink.sandbox.engine import run
from crosslink.sandbox.record import UNKNOWN, Run
from tests.components.beside import CHOSEN, FAR_SUBNETS, LANDING_VPC, run_beside
from tests.components.support import (
    CONSUMER,
    PROVIDER,
    account,
    children,
    counts,
    network,
    places,
    subnet_ids,
    urns,
)

REGION = "us-east-1"
SERVICE_NAME = f"com.amazonaws.vpce.{REGION}.vpce-svc-0123456789abcdef0"
SUBNETS = {"use1-az1": "10.11.2.0/26", "use1-az2": "10.11.4.0/26"}
ADDRESSES = {"use1-az1": "10.11.2.10", "use1-az2": "10.11.4.10"}
CLIENTS = {"usw2-az1": "10.10.32.0/26", "usw2-az2": "10.10.64.0/26"}
COMPONENT = "crosslink:consumer:InterfaceEndpoint"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
ACCEPTER = "aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter"


@cache
def built(*, manual: bool = False, deployed: frozenset[str] | None = None, preview: bool = False) -> Run:
    """An endpoint, and a resource `after` that depends on its `connected`."""

    def program() -> None:
        opts = ResourceOptions(provider=account(CONSUMER, REGION))
        net = network("net", "10.11.0.0/20", {"endpoints": SUBNETS}, opts)
        acceptance = Acceptance(account=account(PROVIDER, REGION), service_id="vpce-svc-0123456789abcdef0")
        endpoint = InterfaceEndpoint(
            "apps",
            InterfaceEndpointArgs(
                vpc_id=net.vpc.id,
                subnets=net.subnets["endpoints"],
                addresses=ADDRESSES,
                service_name=SERVICE_NAME,
                port=80,
                client_cidrs=CLIENTS,
                acceptance=acceptance if manual else None,
                deployed=deployed,
            ),
            opts,
        )
        pulumi.export("targets", endpoint.targets)
        aws.ec2.Eip("after", opts=ResourceOptions(parent=net, depends_on=[*endpoint.connected]))

    return run(program, preview=preview)


def test_creates_an_endpoint_with_a_security_group_that_has_a_rule_for_each_client_subnet():
    found = built()
    made = children(found, found.one(COMPONENT))
    assert counts(made) == {GROUP: 1, INGRESS: 2, ENDPOINT: 1}
    assert places(made) == {(CONSUMER, REGION)}


def test_the_endpoint_asks_for_the_planned_address_in_each_subnet():
    found = built()
    subnets = dict(zip(ADDRESSES, subnet_ids(found, "net-endpoints", ADDRESSES), strict=True))
    assert found.one(ENDPOINT).inputs == {
        "vpcId": found.one("aws:ec2/vpc:Vpc").id,
        "serviceName": SERVICE_NAME,
        "vpcEndpointType": "Interface",
        "privateDnsEnabled": False,
        "securityGroupIds": [found.one(GROUP).id],
        "subnetIds": list(subnets.values()),
        "subnetConfigurations": [
            {"subnetId": subnets[zone], "ipv4": address} for zone, address in ADDRESSES.items()
        ],
        "tags": {"Name": "apps"},
    }


@pytest.mark.parametrize("deployed", [None, frozenset({"10.11.2.10", "10.11.6.10"})], ids=["unknown", "one"])
def test_an_endpoint_that_asks_for_an_address_of_the_old_one_waits_until_that_has_gone(deployed):
    found = built(deployed=deployed)
    replaced_first = [
        resource for resource in found.resources.values() if resource.options.delete_before_replace
    ]
    assert replaced_first == [found.one(ENDPOINT)]
    assert found.one(ENDPOINT).options.replace_on_changes == ()


def test_an_endpoint_with_other_addresses_is_made_beside_the_old_one():
    options = built(deployed=frozenset({"10.11.2.11", "10.11.4.11"})).one(ENDPOINT).options
    assert (options.delete_before_replace, options.replace_on_changes) == (False, ("subnetConfigurations",))


def test_a_changed_rule_is_made_beside_the_old_one():
    changes = {rule.options.replace_on_changes for rule in built().of_type(INGRESS)}
    assert changes == {("cidrIpv4", "fromPort", "toPort")}


def test_the_security_group_admits_the_client_subnets_on_the_port_and_nothing_else():
    found = built()
    assert found.one(GROUP).inputs == {
        "vpcId": found.one("aws:ec2/vpc:Vpc").id,
        "description": "Interface endpoint: in from the gateway NLB",
        "tags": {"Name": "apps"},
    }
    assert {rule.name: rule.inputs for rule in found.of_type(INGRESS)} == {
        f"apps-{zone}": {
            "securityGroupId": found.one(GROUP).id,
            "description": f"Gateway NLB in {zone}",
            "cidrIpv4": cidr,
            "ipProtocol": "tcp",
            "fromPort": 80,
            "toPort": 80,
        }
        for zone, cidr in CLIENTS.items()
    }


def test_an_endpoint_that_is_accepted_by_itself_is_connected_once_it_exists_and_lets_the_nlb_in():
    found = built()
    assert found.named("after").dependencies == urns(found.one(ENDPOINT), *found.of_type(INGRESS))


def test_where_acceptance_is_manual_the_provider_accepts_in_its_own_account():
    found = built(manual=True)
    made = children(found, found.one(COMPONENT))
    assert counts(made) == {GROUP: 1, INGRESS: 2, ENDPOINT: 1, ACCEPTER: 1}
    accepter = found.one(ACCEPTER)
    assert places([accepter]) == {(PROVIDER, REGION)}
    assert places(resource for resource in made if resource != accepter) == {(CONSUMER, REGION)}
    assert accepter.inputs == {
        "vpcEndpointId": found.one(ENDPOINT).id,
        "vpcEndpointServiceId": "vpce-svc-0123456789abcdef0",
    }


def test_where_acceptance_is_manual_the_endpoint_is_connected_once_it_is_accepted():
    found = built(manual=True)
    expected = urns(found.one(ENDPOINT), found.one(ACCEPTER), *found.of_type(INGRESS))
    assert found.named("after").dependencies == expected


def test_an_endpoint_stays_connected_when_acceptance_turns_automatic():
    """Deleting the accepter would reject the endpoint."""
    assert built(manual=True).one(ACCEPTER).options.retain_on_delete


def test_acceptance_changes_nothing_of_the_endpoint():
    assert built(manual=True).one(ENDPOINT).inputs == built().one(ENDPOINT).inputs


def test_the_addresses_that_aws_gave_are_told_by_zone():
    found = built()
    assert found.one(COMPONENT).outputs == {"addresses": ADDRESSES}


def test_a_preview_knows_the_addresses_asked_for_though_not_those_given():
    found = built(preview=True)
    asked = found.one(ENDPOINT).inputs["subnetConfigurations"]
    assert asked == [{"subnetId": UNKNOWN, "ipv4": address} for address in ADDRESSES.values()]
    assert found.one(COMPONENT).outputs == {"addresses": UNKNOWN}
    assert {rule.inputs["cidrIpv4"] for rule in found.of_type(INGRESS)} == set(CLIENTS.values())


def test_addresses_that_are_asked_for_are_the_targets():
    assert built().outputs["targets"] == ADDRESSES
    assert built(preview=True).outputs["targets"] == ADDRESSES


@cache
def beside(*, addresses: str = "chosen", waiting: bool = False, preview: bool = False) -> Run:
    """An endpoint in existing subnets."""
    asked = {
        "chosen": None,
        "named": {"use1-az1": "10.30.7.20", "use1-az2": "10.30.8.20"},
        "astray": {"use1-az1": "10.30.7.20", "use1-az2": "10.30.9.20"},
    }

    def program() -> None:
        ours = account(CONSUMER, REGION)
        lookup = pulumi.InvokeOutputOptions(provider=ours)
        ids = {zone: FAR_SUBNETS[zone] for zone in ADDRESSES}
        endpoint = InterfaceEndpoint(
            "apps",
            InterfaceEndpointArgs(
                vpc_id=LANDING_VPC,
                subnets=existing_subnets(LANDING_VPC, ids, lookup, setting="subnets"),
                addresses=asked[addresses],
                service_name=SERVICE_NAME,
                port=80,
                client_cidrs=CLIENTS,
                acceptance=None,
            ),
            ResourceOptions(provider=ours),
        )
        pulumi.export("addresses", endpoint.addresses)
        pulumi.export("targets", endpoint.targets)

    return run_beside(program, waiting=waiting, preview=preview)


def test_an_endpoint_in_existing_subnets_asks_for_the_named_addresses():
    found = beside(addresses="named")
    assert found.one(ENDPOINT).inputs["subnetConfigurations"] == [
        {"subnetId": FAR_SUBNETS["use1-az1"], "ipv4": "10.30.7.20"},
        {"subnetId": FAR_SUBNETS["use1-az2"], "ipv4": "10.30.8.20"},
    ]
    assert found.outputs["targets"] == {"use1-az1": "10.30.7.20", "use1-az2": "10.30.8.20"}
    assert found.outputs["addresses"] == found.outputs["targets"]


@pytest.mark.parametrize("preview", [True, False])
def test_a_named_address_outside_its_existing_subnet_is_refused_in_a_preview_too(preview: bool):
    with pytest.raises(pulumi.RunError, match=r"10\.30\.9\.20 isn't in the endpoint subnet in use1-az2"):
        beside(addresses="astray", preview=preview)


def test_where_aws_chooses_the_endpoint_asks_for_no_address_and_the_targets_are_what_it_chose():
    found = beside()
    assert "subnetConfigurations" not in found.one(ENDPOINT).inputs
    assert found.one(ENDPOINT).inputs["subnetIds"] == [FAR_SUBNETS[zone] for zone in ADDRESSES]
    chosen = {zone: CHOSEN[FAR_SUBNETS[zone]] for zone in ADDRESSES}
    assert found.outputs == {"addresses": chosen, "targets": chosen}


def test_a_first_preview_does_not_know_what_aws_will_choose():
    found = beside(preview=True)
    assert found.outputs == {"addresses": UNKNOWN, "targets": dict.fromkeys(ADDRESSES, UNKNOWN)}


def test_named_addresses_are_targets_of_an_endpoint_that_has_none_yet():
    found = beside(addresses="named", waiting=True)
    assert found.outputs["addresses"] == {}
    assert found.outputs["targets"] == {"use1-az1": "10.30.7.20", "use1-az2": "10.30.8.20"}


def test_where_aws_has_not_chosen_yet_the_up_ends_with_what_to_do():
    with pytest.raises(pulumi.RunError, match="chosen in use1-az1, use1-az2, the targets"):
        beside(waiting=True)
    assert beside(waiting=True, preview=True).outputs["targets"] == dict.fromkeys(ADDRESSES, UNKNOWN)
