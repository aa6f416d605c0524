"""EndpointService: the provider NLB with the ALB as its target, offered to the consumer's account."""

from functools import cache

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from components.network.subnets import Subnet
from components.provider.endpoint_service import Alb, EndpointService, EndpointServiceArgs
from crosslink.sandbox.engine import run
from crosslink.sandbox.record import UNKNOWN, Run
from tests.components.support import (
    CONSUMER,
    HEALTH_CHECK,
    PROVIDER,
    account,
    children,
    counts,
    network,
    places,
    subnet_ids,
    urns,
)
from tests.waiting import depends

REGION = "us-east-1"
BALANCERS = {"use1-az1": "10.20.48.64/26", "use1-az2": "10.20.80.64/26"}
ALB_ARN = f"arn:aws:elasticloadbalancing:{REGION}:{PROVIDER}:loadbalancer/app/k8s-apps/0123456789abcdef"
NLB_ARN = f"arn:aws:elasticloadbalancing:{REGION}:{PROVIDER}:loadbalancer/net/search/50dc6c495c0c9188"
PRINCIPALS = [f"arn:aws:iam::{CONSUMER}:role/crosslink-deploy", f"arn:aws:iam::{CONSUMER}:root"]
COMPONENT = "crosslink:provider:EndpointService"
NLB = "crosslink:network:PrivateNlb"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
TARGETS = "aws:lb/targetGroup:TargetGroup"
LISTENER = "aws:lb/listener:Listener"
ATTACHMENT = "aws:lb/targetGroupAttachment:TargetGroupAttachment"
SERVICE = "aws:ec2/vpcEndpointService:VpcEndpointService"


@cache
def built(*, port: int = 80, manual: bool = False, protect: bool = False, preview: bool = False) -> Run:
    """The service in front of a load balancer `alb`, a stand-in for the ALB."""

    def program() -> None:
        opts = ResourceOptions(provider=account(PROVIDER, REGION))
        net = network("net", "10.20.0.0/16", {"balancers": BALANCERS}, opts)
        alb = aws.lb.LoadBalancer("alb", internal=True, opts=ResourceOptions(parent=net))
        balancer = Alb(
            arn=ALB_ARN,
            port=port,
            tls=port == 443,
            health_path="/healthz",
            vpc_id=net.vpc_id,
            subnets=net.subnets["balancers"],
            nlb_subnets=net.subnets["balancers"],
            made_by=[alb],
        )
        args = EndpointServiceArgs(
            balancer=balancer,
            allowed_principals=[f"arn:aws:iam::{CONSUMER}:root"],
            acceptance_required=manual,
            protect=protect,
        )
        EndpointService("apps", args, opts)

    return run(program, preview=preview)


def test_creates_an_nlb_with_one_listener_one_target_and_the_service():
    found = built()
    made = children(found, found.one(COMPONENT))
    assert counts(made) == {NLB: 1, TARGETS: 1, LISTENER: 1, ATTACHMENT: 1, SERVICE: 1}
    assert counts(children(found, found.one(NLB))) == {GROUP: 1, EGRESS: 2, BALANCER: 1}
    assert places(made) == {(PROVIDER, REGION)}


def test_the_nlb_has_a_node_in_every_load_balancer_subnet():
    found = built()
    assert found.one(BALANCER, "apps").inputs["subnets"] == subnet_ids(found, "net-balancers", BALANCERS)


def test_the_nlb_may_reach_the_alb_and_nothing_else():
    rules = {rule.name: rule.inputs for rule in built().of_type(EGRESS)}
    assert {
        name: (rule["cidrIpv4"], rule["fromPort"], rule["description"]) for name, rule in rules.items()
    } == {f"apps-nlb-{zone}": (cidr, 80, f"ALB in {zone}") for zone, cidr in BALANCERS.items()}


def test_the_target_group_takes_an_alb_checks_it_end_to_end_and_drains_fast():
    found = built()
    assert found.one(TARGETS).inputs == {
        "targetType": "alb",
        "protocol": "TCP",
        "port": 80,
        "vpcId": found.one("aws:ec2/vpc:Vpc").id,
        "healthCheck": HEALTH_CHECK,
        "deregistrationDelay": 10,
    }


def test_the_listener_forwards_to_the_target_group():
    found = built()
    assert found.one(LISTENER).inputs == {
        "loadBalancerArn": found.one(BALANCER, "apps").id,
        "protocol": "TCP",
        "port": 80,
        "defaultActions": [{"type": "forward", "targetGroupArn": found.one(TARGETS).id}],
    }


def test_the_alb_is_the_target_at_its_listeners_port():
    found = built()
    assert found.one(ATTACHMENT).inputs == {
        "targetGroupArn": found.one(TARGETS).id,
        "targetId": ALB_ARN,
        "port": 80,
    }


def test_the_attachment_waits_for_the_alb_and_is_deleted_before_it_is_replaced():
    found = built()
    attachment = found.one(ATTACHMENT)
    assert attachment.dependencies == urns(found.one(TARGETS), found.one(BALANCER, "alb"))
    assert attachment.options.delete_before_replace


def test_the_service_admits_only_the_consumers_account():
    found = built()
    assert found.one(SERVICE).inputs == {
        "networkLoadBalancerArns": [found.one(BALANCER, "apps").id],
        "allowedPrincipals": [f"arn:aws:iam::{CONSUMER}:root"],
        "acceptanceRequired": False,
        "tags": {"Name": "apps"},
    }


def test_the_service_needs_the_nlb_and_neither_its_target_nor_the_alb():
    found = built()
    service = found.one(SERVICE)
    assert service.dependencies == urns(found.one(BALANCER, "apps"))
    for later in (found.one(TARGETS), found.one(ATTACHMENT), found.one(BALANCER, "alb")):
        assert not depends(found, service, on=later)


def test_manual_acceptance_changes_that_one_input():
    manual, automatic = built(manual=True), built()
    assert manual.resources.keys() == automatic.resources.keys()
    changed = [
        resource for resource in manual.resources.values() if resource != automatic.resources[resource.urn]
    ]
    assert changed == [manual.one(SERVICE)]
    assert manual.one(SERVICE).inputs == {**automatic.one(SERVICE).inputs, "acceptanceRequired": True}


def test_tls_passes_through_to_the_alb_and_so_does_the_health_check():
    plain, tls = built(), built(port=443)
    assert tls.resources.keys() == plain.resources.keys()
    assert tls.one(LISTENER).inputs == {**plain.one(LISTENER).inputs, "port": 443}
    assert tls.one(ATTACHMENT).inputs == {**plain.one(ATTACHMENT).inputs, "port": 443}
    assert tls.one(TARGETS).inputs == {
        **plain.one(TARGETS).inputs,
        "port": 443,
        "healthCheck": {**HEALTH_CHECK, "protocol": "HTTPS"},
    }
    assert {(rule.inputs["fromPort"], rule.inputs["toPort"]) for rule in tls.of_type(EGRESS)} == {(443, 443)}


def test_the_service_is_what_can_be_protected():
    assert [
        resource.type for resource in built(protect=True).resources.values() if resource.options.protect
    ] == [SERVICE]
    assert not built().one(SERVICE).options.protect


def test_the_output_is_the_services_name():
    found = built()
    assert found.one(COMPONENT).outputs == {"serviceName": found.one(SERVICE).outputs["serviceName"]}


def test_a_preview_shows_ports_principals_and_cidrs():
    found = built(preview=True)
    assert found.one(LISTENER).inputs["port"] == 80
    assert found.one(SERVICE).inputs["allowedPrincipals"] == [f"arn:aws:iam::{CONSUMER}:root"]
    assert {rule.inputs["cidrIpv4"] for rule in found.of_type(EGRESS)} == set(BALANCERS.values())
    assert found.one(BALANCER, "apps").inputs["securityGroups"] == [UNKNOWN]


def test_a_new_nlb_gets_a_target_group_and_a_listener_beside_the_old_ones():
    """A target group belongs to one load balancer."""
    found = built()
    assert found.one(TARGETS).options.replace_with == urns(found.one(BALANCER, "apps"))
    assert found.one(TARGETS).options.delete_before_replace is None
    assert found.one(LISTENER).options.delete_before_replace is None
    assert found.one(LISTENER).options.replace_on_changes == ("port",)


@cache
def existing_alb() -> Run:
    """An ALB in subnets of its own, which has its own health path, with two principals."""

    def program() -> None:
        balancer = Alb(
            arn=ALB_ARN,
            port=8443,
            tls=True,
            health_path="/status",
            vpc_id="vpc-0a1b2c3d4e5f60718",
            subnets={"use1-az3": Subnet(id="subnet-c", cidr=pulumi.Output.from_input("10.40.3.0/24"))},
            nlb_subnets={
                "use1-az1": Subnet(id="subnet-a", cidr="10.40.1.0/24"),
                "use1-az2": Subnet(id="subnet-b", cidr="10.40.2.0/24"),
            },
        )
        args = EndpointServiceArgs(
            balancer=balancer,
            allowed_principals=PRINCIPALS,
            acceptance_required=False,
            protect=False,
        )
        EndpointService("apps", args, ResourceOptions(provider=account(PROVIDER, REGION)))

    return run(program)


def test_in_front_of_an_existing_alb_there_are_the_same_parts():
    found, before_ours = existing_alb(), built()
    assert counts(children(found, found.one(COMPONENT))) == counts(
        children(before_ours, before_ours.one(COMPONENT))
    )
    assert found.one(BALANCER).inputs["subnets"] == ["subnet-a", "subnet-b"]
    assert {rule.inputs["vpcId"] for rule in (found.one(GROUP), found.one(TARGETS))} == {
        "vpc-0a1b2c3d4e5f60718"
    }
    assert found.one(ATTACHMENT).inputs["targetId"] == ALB_ARN
    assert found.one(ATTACHMENT).dependencies == urns(found.one(TARGETS))


def test_the_nlb_reaches_an_alb_in_other_subnets_than_its_own():
    (rule,) = existing_alb().of_type(EGRESS)
    assert rule.name == "apps-nlb-use1-az3"
    assert (rule.inputs["cidrIpv4"], rule.inputs["fromPort"], rule.inputs["toPort"]) == (
        "10.40.3.0/24",
        8443,
        8443,
    )


def test_an_existing_alb_is_asked_for_its_own_health_path():
    check = existing_alb().one(TARGETS).inputs["healthCheck"]
    assert check == {**HEALTH_CHECK, "protocol": "HTTPS", "path": "/status", "matcher": "200-399"}


def test_an_existing_nlb_is_offered_as_it_is():
    def program() -> None:
        args = EndpointServiceArgs(
            balancer=NLB_ARN, allowed_principals=PRINCIPALS, acceptance_required=True, protect=True
        )
        EndpointService("apps", args, ResourceOptions(provider=account(PROVIDER, REGION)))

    found = run(program)
    (service,) = children(found, found.one(COMPONENT))
    assert service.inputs == {
        "networkLoadBalancerArns": [NLB_ARN],
        "allowedPrincipals": PRINCIPALS,
        "acceptanceRequired": True,
        "tags": {"Name": "apps"},
    }
    assert service.options.protect
