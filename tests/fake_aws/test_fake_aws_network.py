"""What the fake AWS makes of networks and load balancers, and of faults planted in them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from crosslink.graph import tokens
from crosslink.graph.node import Node
from tests.crosslink.graph.from_aws.support import BACKEND, GATEWAY, LANDING, changed, first, up, without
from tests.fake_aws import FakeAws


class TestNetwork:
    def test_filters(self) -> None:
        nodes = up()
        vpc, subnet = (first(nodes, type_, GATEWAY).id for type_ in (tokens.VPC, tokens.SUBNET))
        ec2 = FakeAws(nodes).client(*GATEWAY, "ec2")

        def tables(name: str, value: Any) -> list[Any]:
            return ec2.describe_route_tables(Filters=[{"Name": name, "Values": [value]}])["RouteTables"]

        assert len(tables("vpc-id", vpc)) == 3
        assert [
            table["Associations"][0]["SubnetId"] for table in tables("association.subnet-id", subnet)
        ] == [subnet]
        assert [table["Associations"][0]["Main"] for table in tables("association.main", "true")] == [True]
        assert tables("vpc-id", "vpc-1") == []

    @pytest.mark.parametrize(
        ("plant", "status", "state"),
        [
            (lambda nodes: nodes, "active", "active"),
            (lambda nodes: without(nodes, tokens.PEERING_ACCEPTER), "pending-acceptance", "blackhole"),
            (
                lambda nodes: changed(nodes, tokens.PEERING_ACCEPTER, autoAccept=False),
                "pending-acceptance",
                "blackhole",
            ),
            (lambda nodes: changed(nodes, tokens.PEERING, acceptStatus="expired"), "expired", "blackhole"),
        ],
    )
    def test_peering(self, plant: Callable[[list[Node]], list[Node]], status: str, state: str) -> None:
        aws = FakeAws(plant(up()))
        for place in (GATEWAY, LANDING):
            ec2 = aws.client(*place, "ec2")
            peerings = ec2.describe_vpc_peering_connections()["VpcPeeringConnections"]
            assert [peering["Status"]["Code"] for peering in peerings] == [status]
            routes = [
                route for table in ec2.describe_route_tables()["RouteTables"] for route in table["Routes"]
            ]
            over = [route["State"] for route in routes if "VpcPeeringConnectionId" in route]
            assert set(over) == {state}

    def test_a_subnet_has_one_network_acl(self) -> None:
        subnet = first(up(), tokens.SUBNET, GATEWAY)
        closed = {"subnetIds": [subnet.id], "vpcId": subnet.get("vpcId")}
        acl = replace(subnet, urn="acl", type=tokens.NETWORK_ACL, id="acl-1", properties=closed)
        acls = FakeAws([*up(), acl]).client(*GATEWAY, "ec2").describe_network_acls()["NetworkAcls"]
        named = {
            acl["NetworkAclId"]: [association["SubnetId"] for association in acl["Associations"]]
            for acl in acls
        }
        assert named.pop("acl-1") == [subnet.id]
        assert [subnet.id in others for others in named.values()] == [False]

    def test_a_security_group_has_the_rules_of_the_record(self) -> None:
        group = first(up(), tokens.ENDPOINT).get("securityGroupIds")[0]
        asked = {"Filters": [{"Name": "group-id", "Values": [group]}]}
        rules = FakeAws(up()).client(*LANDING, "ec2").describe_security_group_rules(**asked)
        assert [
            (rule["IsEgress"], rule["FromPort"], rule["CidrIpv4"]) for rule in rules["SecurityGroupRules"]
        ] == [
            (False, 80, "10.10.32.0/26"),
            (False, 80, "10.10.64.0/26"),
        ]


class TestPrivateLink:
    @pytest.mark.parametrize(
        ("example", "plant", "state"),
        [
            (None, lambda nodes: nodes, "available"),
            (None, lambda nodes: changed(nodes, tokens.ENDPOINT, state="rejected"), "rejected"),
            (
                None,
                lambda nodes: changed(nodes, tokens.ENDPOINT_SERVICE, acceptanceRequired=True),
                "pendingAcceptance",
            ),
            ("manual-acceptance", lambda nodes: nodes, "available"),
            (
                "manual-acceptance",
                lambda nodes: without(nodes, tokens.ACCEPTER),
                "pendingAcceptance",
            ),
        ],
    )
    def test_acceptance(
        self, example: str | None, plant: Callable[[list[Node]], list[Node]], state: str
    ) -> None:
        aws = FakeAws(plant(up(example)))
        endpoints = aws.client(*LANDING, "ec2").describe_vpc_endpoints()["VpcEndpoints"]
        connections = aws.client(*BACKEND, "ec2").describe_vpc_endpoint_connections()
        assert [endpoint["State"] for endpoint in endpoints] == [state]
        assert [each["VpcEndpointState"] for each in connections["VpcEndpointConnections"]] == [state]

    def test_interfaces_have_the_chosen_addresses(self) -> None:
        ec2 = FakeAws(up()).client(*LANDING, "ec2")
        endpoint = ec2.describe_vpc_endpoints()["VpcEndpoints"][0]
        interfaces = ec2.describe_network_interfaces(NetworkInterfaceIds=endpoint["NetworkInterfaceIds"])
        found = {each["SubnetId"]: each["PrivateIpAddress"] for each in interfaces["NetworkInterfaces"]}
        chosen = first(up(), tokens.ENDPOINT).get("subnetConfigurations")
        assert found == {each["subnetId"]: each["ipv4"] for each in chosen}

    def test_without_a_group_the_vpcs_own_is_taken(self) -> None:
        nodes = changed(up(), tokens.ENDPOINT, securityGroupIds=[])
        endpoint = FakeAws(nodes).client(*LANDING, "ec2").describe_vpc_endpoints()["VpcEndpoints"][0]
        adopted = first(up(), "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", LANDING)
        assert [group["GroupId"] for group in endpoint["Groups"]] == [adopted.id]


class TestLoadBalancers:
    def health(self, nodes: list[Node], place: tuple[str, str]) -> list[Any]:
        elb = FakeAws(nodes).client(*place, "elbv2")
        group = elb.describe_target_groups()["TargetGroups"][0]["TargetGroupArn"]
        return elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]

    def test_targets(self) -> None:
        targets = self.health(up(), GATEWAY)
        assert [target["Target"] for target in targets] == [
            {"Id": "10.11.2.10", "Port": 80, "AvailabilityZone": "all"},
            {"Id": "10.11.4.10", "Port": 80, "AvailabilityZone": "all"},
        ]
        assert [target["TargetHealth"] for target in targets] == [{"State": "healthy"}] * 2

    def test_health(self) -> None:
        sick = changed(up(), tokens.ATTACHMENT, health="unhealthy", healthReason="Target.Timeout: Timed out")
        told = {"State": "unhealthy", "Reason": "Target.Timeout", "Description": "Timed out"}
        assert [target["TargetHealth"] for target in self.health(sick, GATEWAY)] == [told] * 2
        unused = self.health(without(up(), tokens.LISTENER), GATEWAY)
        assert [target["TargetHealth"]["Reason"] for target in unused] == ["Target.NotInUse"] * 2

    def test_the_ingress_has_its_load_balancer(self) -> None:
        elb = FakeAws(up()).client(*BACKEND, "elbv2")
        target = self.health(up(), BACKEND)[0]["Target"]["Id"]
        balancer = elb.describe_load_balancers(LoadBalancerArns=[target])["LoadBalancers"][0]
        assert (balancer["Type"], balancer["Scheme"]) == ("application", "internal")
        listeners = elb.describe_listeners(LoadBalancerArn=target)["Listeners"]
        assert [(each["Protocol"], each["Port"]) for each in listeners] == [("HTTP", 80)]
        asked = {"Filters": [{"Name": "group-id", "Values": balancer["SecurityGroups"]}]}
        rules = FakeAws(up()).client(*BACKEND, "ec2").describe_security_group_rules(**asked)
        assert [
            (rule["IsEgress"], rule["FromPort"], rule["CidrIpv4"]) for rule in rules["SecurityGroupRules"]
        ] == [(False, 80, "10.20.48.64/26"), (False, 80, "10.20.80.64/26"), (True, -1, "0.0.0.0/0")]

    def test_without_an_ingress_there_is_none(self) -> None:
        elb = FakeAws(without(up(), tokens.INGRESS)).client(*BACKEND, "elbv2")
        assert [balancer["Type"] for balancer in elb.describe_load_balancers()["LoadBalancers"]] == [
            "network"
        ]
