"""ProviderSide in front of what exists: what all kinds have in common, and load balancers."""

from typing import Any, cast

import pulumi
import pytest
from pulumi import ResourceOptions

from components.provider.side import ProviderSide, ProviderSideArgs
from crosslink.sandbox.engine import run
from settings.backend import PublishedService, ServiceBackend
from settings.networks import ExistingBackendNetwork, JoinedBackendNetwork
from settings.path import PathSettings
from tests.components.provider.kinds import (
    ALB_ARN,
    ALB_SUBNETS,
    ATTACHMENT,
    BALANCER,
    BESIDE,
    CIDRS,
    EGRESS,
    INGRESS,
    KINDS,
    NLB_ARN,
    NLB_SUBNETS,
    NODE_SUBNETS,
    PRINCIPALS,
    REGION,
    SERVICE,
    VPC,
    built,
    load_balancer,
    parts,
)
from tests.components.support import HEALTH_CHECK, PROVIDER, account, places
from tests.waiting import depends


@pytest.mark.parametrize("kind", KINDS)
def test_everything_is_in_the_backends_account_and_region(kind: str):
    assert places(built(kind).resources.values()) == {(PROVIDER, REGION)}
    assert {(lookup.account, lookup.region) for lookup in built(kind).invokes} <= {(PROVIDER, REGION)}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_a_network_is_made_in_one_that_exists(kind: str):
    found = built(kind)
    types = {
        resource.type for resource in found.resources.values() if resource.package in ("aws", "crosslink")
    }
    assert {type_ for type_ in types if type_.startswith("aws:ec2")} <= {
        "aws:ec2/securityGroup:SecurityGroup",
        SERVICE,
    }
    assert "crosslink:network:Network" not in types
    assert "flowLogs" not in found.outputs["logGroups"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_endpoint_service_lets_in_the_principals_and_waits_for_nothing_in_a_cluster(kind: str):
    found = built(kind)
    service = found.one(SERVICE)
    assert service.name == "crosslink-apps"
    assert service.inputs["allowedPrincipals"] == PRINCIPALS
    assert service.inputs["acceptanceRequired"] is (kind == "nlb")
    assert not [ingress for ingress in found.of_type(INGRESS) if depends(found, service, on=ingress)]


@pytest.mark.parametrize("kind", KINDS)
def test_preview_and_up_register_the_same_resources(kind: str):
    assert built(kind, preview=True).resources.keys() == built(kind).resources.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_only_what_is_the_stacks_own_can_be_protected(kind: str):
    protected = {
        resource.type for resource in built(kind, protect=True).resources.values() if resource.options.protect
    }
    assert protected == {SERVICE, *(["eks:index:Cluster"] if kind == "made cluster" else [])}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("nlb", "alb in the NLB's subnets")])
def test_the_nlb_is_in_its_subnets_and_reaches_the_albs(kind: str):
    found = built(kind)
    assert found.one(BALANCER).inputs["subnets"] == list(NLB_SUBNETS.values())
    port = found.outputs["port"]
    assert {
        rule.name: (rule.inputs["cidrIpv4"], rule.inputs["fromPort"], rule.inputs["toPort"])
        for rule in found.of_type(EGRESS)
    } == {
        "crosslink-apps-nlb-use1-az2": ("100.64.2.0/24", port, port),
        "crosslink-apps-nlb-use1-az4": ("100.64.4.0/24", port, port),
    }


def test_without_subnets_of_its_own_the_alb_is_in_those_of_the_nlb():
    rules = built("alb in the NLB's subnets").of_type(EGRESS)
    assert {rule.inputs["cidrIpv4"] for rule in rules} == {"10.40.1.0/28", "10.40.1.16/28"}


def test_an_existing_alb_gets_an_nlb_and_an_endpoint_service():
    found = built("alb")
    assert parts(found) == {"EndpointService"}
    assert found.one(ATTACHMENT).inputs["targetId"] == found.outputs["loadBalancer"] == ALB_ARN
    assert found.one("aws:lb/listener:Listener").inputs["port"] == found.outputs["port"] == 8443
    assert found.one("aws:lb/targetGroup:TargetGroup").inputs["healthCheck"] == {
        **HEALTH_CHECK,
        "protocol": "HTTPS",
        "path": "/status",
        "matcher": "200-399",
    }


def test_an_existing_nlb_gets_an_endpoint_service():
    found = built("nlb")
    assert {resource.type for resource in found.resources.values() if resource.package == "aws"} == {SERVICE}
    assert found.one(SERVICE).inputs["networkLoadBalancerArns"] == [NLB_ARN]
    assert (found.outputs["loadBalancer"], found.outputs["port"]) == (NLB_ARN, 9000)
    assert "network" not in found.outputs
    assert found.invokes == ()


@pytest.mark.parametrize(
    ("kind", "tiers"),
    [
        ("made cluster", (NLB_SUBNETS, ALB_SUBNETS, NODE_SUBNETS)),
        ("mixed", (NLB_SUBNETS, ALB_SUBNETS)),
        ("alb", (NLB_SUBNETS, ALB_SUBNETS)),
        ("alb in the NLB's subnets", (NLB_SUBNETS,)),
    ],
)
@pytest.mark.parametrize("preview", [True, False])
def test_it_tells_the_network_as_it_was_found(kind: str, tiers: tuple[dict[str, str], ...], preview: bool):
    assert built(kind, preview=preview).outputs["network"] == {
        "accountId": PROVIDER,
        "region": REGION,
        "vpcId": VPC,
        "subnets": {
            id_: {"zoneId": zone, "cidr": CIDRS[id_]} for tier in tiers for zone, id_ in tier.items()
        },
    }


def test_a_subnet_in_another_zone_is_refused():
    def program() -> None:
        elsewhere = ExistingBackendNetwork(
            vpc_id=VPC, nlb_subnets={"use1-az1": "subnet-00000001", "use1-az3": "subnet-00000002"}
        )
        args = ProviderSideArgs(
            backend=load_balancer().model_copy(update={"network": JoinedBackendNetwork(existing=elsewhere)}),
            cluster_name="crosslink-test-apps",
            backend_domain="crosslink.example.com",
            allowed_principals=PRINCIPALS,
            longest_wait=29,
            tags={},
            flow_log_days=None,
            protect=False,
        )
        ProviderSide("crosslink-apps", args, ResourceOptions(provider=account(PROVIDER, REGION)))

    with pytest.raises(
        pulumi.RunError,
        match=r"existing\.nlbSubnets of backend apps: subnet-00000002 is in zone use1-az2, the settings say",
    ):
        run(program, existing=BESIDE)


def test_a_published_service_has_no_provider_side():
    published = ServiceBackend(
        name="apps",
        account_id=PROVIDER,
        region=REGION,
        service=PublishedService(
            name="com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d4e5f60718", zone_ids=("use1-az1",)
        ),
        paths={"/svc1": PathSettings()},
    )

    def program() -> None:
        args = ProviderSideArgs(
            backend=cast("Any", published),
            cluster_name="crosslink-test-apps",
            backend_domain="crosslink.example.com",
            allowed_principals=PRINCIPALS,
            longest_wait=29,
            tags={},
            flow_log_days=None,
            protect=False,
        )
        ProviderSide("crosslink-apps", args, ResourceOptions(provider=account(PROVIDER, REGION)))

    with pytest.raises(Exception, match="backend apps has no provider side: it is a service"):
        run(program)
