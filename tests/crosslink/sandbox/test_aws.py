"""What AWS, EKS and a cluster would compute, and when it is unknown."""

import json
import re
from functools import cache
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_eks as eks
import pulumi_kubernetes as kubernetes
import pytest
from pulumi import InvokeOutputOptions, ResourceOptions
from pulumi_kubernetes.apiextensions import CustomResource

from crosslink.sandbox.engine import run
from crosslink.sandbox.record import UNKNOWN, ProgramError, Run
from tests.crosslink.sandbox.programs import Box, account, run_in_box
from tests.runs import DEV, run_stack

ROLE = "arn:aws:iam::222222222222:role/deploy"
SERVICE = "aws:ec2/vpcEndpointService:VpcEndpointService"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
INGRESS = "kubernetes:networking.k8s.io/v1:Ingress"
SUBNET = "aws:ec2/subnet:Subnet"
LOOKUP = "aws:lb/getLoadBalancer:getLoadBalancer"


def _one_of_many(opts: ResourceOptions) -> None:
    network = aws.lb.LoadBalancer("nlb", load_balancer_type="network", internal=True, opts=opts)
    group = aws.lb.TargetGroup("group", port=80, opts=opts)
    aws.lb.Listener(
        "listener",
        load_balancer_arn=network.arn,
        default_actions=[{"type": "forward", "target_group_arn": group.arn}],
        opts=opts,
    )
    aws.lb.TargetGroupAttachment("target", target_group_arn=group.arn, target_id="10.0.0.1", opts=opts)
    aws.ec2.Subnet("subnet", vpc_id="vpc-1", availability_zone_id="use1-az2", opts=opts)
    aws.iam.Role("role", assume_role_policy="{}", path="/crosslink/", opts=opts)
    aws.kms.Key("key", opts=opts)
    aws.cloudwatch.LogGroup("logs", name="/aws/eks/apps/cluster", opts=opts)
    api = aws.apigateway.RestApi("api", opts=opts)
    above = aws.apigateway.Resource(
        "above", rest_api=api.id, parent_id=api.root_resource_id, path_part="svc1", opts=opts
    )
    proxy = aws.apigateway.Resource(
        "proxy", rest_api=api.id, parent_id=above.id, path_part="{proxy+}", opts=opts
    )
    aws.apigateway.Method(
        "any",
        rest_api=api.id,
        resource_id=proxy.id,
        http_method="ANY",
        authorization="AWS_IAM",
        opts=opts,
    )
    aws.apigateway.Stage("stage", rest_api=api.id, deployment="abc123", stage_name="v1", opts=opts)
    aws.apigateway.ApiKey("key", opts=opts)
    _identity("identity", opts)
    aws.eks.Addon("addon", cluster_name="apps", addon_name="metrics-server", opts=opts)


def _identity(name: str, opts: ResourceOptions, role: str = ROLE, account: str = "svc1") -> None:
    aws.eks.PodIdentityAssociation(
        name, cluster_name="apps", namespace="orders", service_account=account, role_arn=role, opts=opts
    )


@cache
def _many() -> Run:
    return run_in_box(_one_of_many)


@pytest.mark.parametrize(
    ("type_", "output", "form"),
    [
        ("aws:lb/loadBalancer:LoadBalancer", "dnsName", r"nlb-\w{7}-\w{16}\.elb\.us-east-1\.amazonaws\.com"),
        (
            "aws:lb/loadBalancer:LoadBalancer",
            "arn",
            r"arn:aws:elasticloadbalancing:us-east-1:222222222222:loadbalancer/net/nlb-\w{7}/\w{16}",
        ),
        ("aws:lb/listener:Listener", "arn", r"arn:\S+:listener/net/nlb-\w{7}/\w{16}/\w{16}"),
        ("aws:lb/targetGroup:TargetGroup", "arnSuffix", r"targetgroup/group-\w{7}/\w{16}"),
        ("aws:ec2/subnet:Subnet", "availabilityZone", r"us-east-1[a-f]"),
        ("aws:iam/role:Role", "arn", r"arn:aws:iam::222222222222:role/crosslink/role-\w{7}"),
        ("aws:kms/key:Key", "arn", r"arn:aws:kms:us-east-1:222222222222:key/\w{8}(-\w{4}){3}-\w{12}"),
        (
            "aws:cloudwatch/logGroup:LogGroup",
            "arn",
            r"arn:aws:logs:us-east-1:222222222222:log-group:/aws/eks/apps/cluster",
        ),
        (
            "aws:apigateway/restApi:RestApi",
            "executionArn",
            r"arn:aws:execute-api:us-east-1:222222222222:\w{10}",
        ),
        (
            "aws:apigateway/stage:Stage",
            "invokeUrl",
            r"https://\w{10}\.execute-api\.us-east-1\.amazonaws\.com/v1",
        ),
        ("aws:apigateway/apiKey:ApiKey", "value", r"\w{40}"),
        (
            "aws:eks/podIdentityAssociation:PodIdentityAssociation",
            "associationArn",
            r"arn:aws:eks:us-east-1:222222222222:podidentityassociation/apps/a-\w{17}",
        ),
        (
            "aws:eks/addon:Addon",
            "arn",
            r"arn:aws:eks:us-east-1:222222222222:addon/apps/metrics-server/\w{8}(-\w{4}){3}-\w{12}",
        ),
    ],
)
def test_outputs_have_the_forms_of_aws(type_: str, output: str, form: str):
    assert re.fullmatch(form, _many().one(type_).outputs[output])


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("subnet", r"subnet-[0-9a-f]{17}"),
        ("target", r"arn:\S+:targetgroup/group-\w{7}/\w{16}-\d{26}"),
        ("api", r"[0-9a-z]{10}"),
        ("any", r"agm-\w{10}-\w{6}-ANY"),
        ("stage", r"ags-\w{10}-v1"),
        ("identity", r"a-[0-9a-z]{17}"),
        ("addon", r"apps:metrics-server"),
    ],
)
def test_ids_have_the_forms_of_aws(name: str, form: str):
    assert re.fullmatch(form, _many().named(name).id or "")


def test_pods_have_one_role_of_their_own_account():
    stranger = ROLE.replace("2" * 12, "3" * 12)
    with pytest.raises(ProgramError, match=rf"roleArn: {stranger} is of another account"):
        run_in_box(lambda opts: _identity("identity", opts, role=stranger))

    def two(opts: ResourceOptions) -> None:
        _identity("one", opts)
        _identity("other", opts, account="svc2")
        _identity("again", opts)

    with pytest.raises(ProgramError, match=r'again": .* "one" is for the same pods'):
        run_in_box(two)


def test_an_api_resource_knows_its_path():
    assert _many().named("proxy").outputs["path"] == "/svc1/{proxy+}"


def test_an_api_key_is_a_secret():
    assert "value" in _many().one("aws:apigateway/apiKey:ApiKey").secrets


def test_the_names_of_a_zone_differ_between_accounts():
    def in_account(account_id: str) -> Run:
        return run(
            lambda: Box(
                lambda opts: aws.ec2.Subnet("subnet", availability_zone_id="use1-az1", vpc_id="v", opts=opts),
                account(account_id=account_id),
            )
        )

    zones = {
        in_account(account_id).one("aws:ec2/subnet:Subnet").outputs["availabilityZone"]
        for account_id in ("111111111111", "222222222222")
    }
    assert len(zones) == 2


def _endpoint(*, acceptance_required: bool) -> Run:
    def fill(opts: ResourceOptions) -> None:
        service = aws.ec2.VpcEndpointService("service", acceptance_required=acceptance_required, opts=opts)
        subnets = [f"subnet-{number}" for number in range(5)]
        endpoint = aws.ec2.VpcEndpoint(
            "endpoint",
            vpc_id="vpc-1",
            service_name=service.service_name,
            vpc_endpoint_type="Interface",
            subnet_ids=subnets,
            subnet_configurations=[
                {"subnet_id": subnet, "ipv4": f"10.0.{number}.10"} for number, subnet in enumerate(subnets)
            ],
            opts=opts,
        )
        pulumi.export(
            "addresses", endpoint.subnet_configurations.apply(lambda found: [one.ipv4 for one in found])
        )

    return run_in_box(fill)


def test_an_endpoint_gets_the_addresses_it_asks_for_in_another_order():
    found = _endpoint(acceptance_required=False)
    asked = [f"10.0.{number}.10" for number in range(5)]
    assert found.outputs["addresses"] != asked
    assert sorted(found.outputs["addresses"]) == asked
    assert len(set(found.one(ENDPOINT).outputs["networkInterfaceIds"])) == 5
    assert re.fullmatch(
        r"com\.amazonaws\.vpce\.us-east-1\.vpce-svc-[0-9a-f]{17}", found.one(SERVICE).outputs["serviceName"]
    )


@pytest.mark.parametrize(("required", "state"), [(False, "available"), (True, "pendingAcceptance")])
def test_an_endpoint_waits_where_its_service_wants_acceptance(required: bool, state: str):
    assert _endpoint(acceptance_required=required).one(ENDPOINT).outputs["state"] == state


def test_pulumis_own_names_are_known_in_a_preview():
    preview = run_in_box(_one_of_many, preview=True)
    assert (
        preview.one("aws:iam/role:Role").outputs["name"] == _many().one("aws:iam/role:Role").outputs["name"]
    )
    assert "arn" not in preview.one("aws:iam/role:Role").outputs


def _hostname(status: Any) -> str:
    return status.load_balancer.ingress[0].hostname


def _ingress(opts: ResourceOptions, *, looked_up: str | None = None, class_name: str = "apps") -> None:
    cluster = eks.Cluster(
        "cluster",
        name="apps",
        authentication_mode=eks.AuthenticationMode.API,
        provider_credential_opts=eks.KubeconfigOptionsArgs(role_arn=ROLE),
        opts=opts,
    )
    provider = kubernetes.Provider("apps", kubeconfig=cluster.kubeconfig_json, opts=opts)
    within = ResourceOptions(parent=opts.parent, provider=provider)
    parameters = CustomResource(
        "parameters",
        api_version="eks.amazonaws.com/v1",
        kind="IngressClassParams",
        metadata={"name": "apps"},
        spec={"scheme": "internal"},
        opts=within,
    )
    ingress_class = kubernetes.networking.v1.IngressClass(
        "class",
        metadata={"name": "apps"},
        spec={
            "controller": "eks.amazonaws.com/alb",
            "parameters": {"api_group": "eks.amazonaws.com", "kind": "IngressClassParams", "name": "apps"},
        },
        opts=ResourceOptions(parent=opts.parent, provider=provider, depends_on=[parameters]),
    )
    ingress = kubernetes.networking.v1.Ingress(
        "ingress",
        metadata={"name": "shop-front", "namespace": "crosslink-apps"},
        spec={"ingress_class_name": class_name},
        opts=ResourceOptions(parent=opts.parent, provider=provider, depends_on=[ingress_class]),
    )
    hostname = ingress.status.apply(_hostname)
    name = hostname.apply(lambda host: host.removeprefix("internal-").split(".")[0].rpartition("-")[0])
    found = aws.lb.get_load_balancer_output(
        name=looked_up or name, opts=InvokeOutputOptions(parent=opts.parent, depends_on=[ingress])
    )
    pulumi.export("hostname", hostname)
    pulumi.export("arn", found.arn)
    pulumi.export("endpoint", cluster.eks_cluster.endpoint)
    pulumi.export("kubeconfig", cluster.kubeconfig_json)


def test_an_ingress_has_an_internal_load_balancer_that_can_be_looked_up():
    found = run_in_box(_ingress)
    host = found.outputs["hostname"]
    form = r"internal-k8s-crosslin-shopfron-\w{10}-\d{10}\.us-east-1\.elb\.amazonaws\.com"
    assert re.fullmatch(form, host)
    name = host.removeprefix("internal-").partition(".")[0].rpartition("-")[0]
    account_and_type = "arn:aws:elasticloadbalancing:us-east-1:222222222222:loadbalancer/app"
    assert re.fullmatch(rf"{account_and_type}/{name}/\w{{16}}", found.outputs["arn"])
    (call,) = found.invokes
    assert (call.token, call.args, call.account, call.region) == (
        LOOKUP,
        {"name": name},
        "222222222222",
        "us-east-1",
    )


def test_an_ingress_that_no_controller_takes_gets_no_load_balancer():
    with pytest.raises(
        ProgramError,
        match=r"no IngressClass 'nope' of controller eks\.amazonaws\.com/alb or ingress\.k8s\.aws/alb is",
    ):
        run_in_box(lambda opts: _ingress(opts, class_name="nope"))


def test_a_load_balancer_that_nobody_made_is_not_found():
    with pytest.raises(ProgramError, match=f"^{LOOKUP}: no load balancer other in account 222222222222, us-"):
        run_in_box(lambda opts: _ingress(opts, looked_up="other"))


def test_a_cluster_has_a_kubeconfig_with_its_role_and_an_inner_cluster():
    found = run_in_box(_ingress)
    (user,) = json.loads(found.outputs["kubeconfig"])["users"]
    command = ["--region", "us-east-1", "eks", "get-token", "--cluster-name", "apps", "--output", "json"]
    assert user["user"]["exec"]["args"] == [*command, "--role", ROLE]
    inner, outer = found.one("aws:eks/cluster:Cluster"), found.one("eks:index:Cluster")
    assert inner.parent == outer.urn
    assert inner.urn == f"{outer.urn.removesuffix('::cluster')}$aws:eks/cluster:Cluster::cluster-eksCluster"
    assert inner.outputs["arn"] == "arn:aws:eks:us-east-1:222222222222:cluster/apps"
    assert found.outputs["endpoint"] == inner.outputs["endpoint"]
    provider = found.one("pulumi:providers:kubernetes")
    assert provider.property_dependencies["kubeconfig"] == {inner.urn, outer.urn}


def test_kubernetes_objects_are_where_their_cluster_is():
    found = run_in_box(_ingress)
    assert (found.one(INGRESS).account, found.one(INGRESS).region) == ("222222222222", "us-east-1")


def test_in_a_preview_a_cluster_that_does_not_exist_answers_nothing():
    found = run_in_box(_ingress, preview=True)
    assert set(found.outputs.values()) == {UNKNOWN}
    assert found.one(INGRESS).outputs == {}
    assert found.one(INGRESS).inputs["metadata"]["name"] == "shop-front"
    assert (found.one(INGRESS).account, found.one(INGRESS).region) == ("222222222222", "us-east-1")
    assert found.invokes == ()


def test_in_a_preview_of_a_known_cluster_inputs_are_echoed():
    def fill(opts: ResourceOptions) -> None:
        provider = kubernetes.Provider("apps", kubeconfig="{}", opts=opts)
        within = ResourceOptions(parent=opts.parent, provider=provider)
        kubernetes.core.v1.Namespace("ns", metadata={"name": "apps"}, opts=within)

    found = run_in_box(fill, preview=True)
    assert found.one("kubernetes:core/v1:Namespace").outputs["metadata"] == {"name": "apps"}


def test_an_endpoint_service_is_offered_in_the_zones_of_its_load_balancer():
    found = run_stack(DEV, preview=False)
    subnets = [
        found.one(SUBNET, f"crosslink-apps-load-balancers-{zone}") for zone in ("use1-az1", "use1-az2")
    ]
    zones = found.one(SERVICE).outputs["availabilityZones"]
    assert zones == sorted(subnet.outputs["availabilityZone"] for subnet in subnets)
    assert len(zones) == 2
