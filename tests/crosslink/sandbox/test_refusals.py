"""What the engine and the providers refuse, word by word."""

from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_eks as eks
import pulumi_kubernetes as kubernetes
import pytest
from pulumi import InvokeOptions, InvokeOutputOptions, ResourceOptions
from pulumi_kubernetes.apiextensions import CustomResource

from crosslink.sandbox import refusals
from crosslink.sandbox.engine import run
from crosslink.sandbox.record import ProgramError
from tests.crosslink.sandbox.programs import run_in_box


def _unchecked(value: Any) -> Any:
    """A value that type checkers would refuse as well, if they could see it."""
    return value


def _vpc(opts: ResourceOptions) -> None:
    aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=opts)


def _twice(opts: ResourceOptions) -> None:
    _vpc(opts)
    _vpc(opts)


def _no_provider(opts: ResourceOptions) -> None:
    kubernetes.core.v1.Namespace("apps", opts=opts)


def _no_invoke_provider(_opts: ResourceOptions) -> None:
    pulumi.export("id", aws.ec2.get_vpc_output(id="vpc-1").id)


def _cluster_without_provider(_opts: ResourceOptions) -> None:
    class Bare(pulumi.ComponentResource):
        def __init__(self) -> None:
            super().__init__("crosslink:provider:Bare", "bare")
            eks.Cluster("cluster", opts=ResourceOptions(parent=self))
            self.register_outputs({})

    Bare()


def _unknown_key(opts: ResourceOptions) -> None:
    block = _unchecked({"subnetId": "subnet-1", "ipv_4": "10.0.0.1"})
    aws.ec2.VpcEndpoint("e", vpc_id="vpc-1", subnet_configurations=[block], opts=opts)


def _wrong_type_behind_an_output(opts: ResourceOptions) -> None:
    vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=opts)
    rules = [_unchecked({"type": "forward", "order": vpc.id})]
    aws.lb.Listener("l", load_balancer_arn="arn", default_actions=rules, opts=opts)


def _text_for_a_list(opts: ResourceOptions) -> None:
    aws.lb.LoadBalancer("lb", subnets=pulumi.Output.from_input("subnet-1"), opts=opts)


def _fraction_for_a_port(opts: ResourceOptions) -> None:
    aws.lb.TargetGroup("tg", port=_unchecked(80.5), opts=opts)


def _missing(opts: ResourceOptions) -> None:
    endpoint = {"vpc_endpoint_id": "vpce-1", "vpc_endpoint_service_id": pulumi.Output.from_input(None)}
    aws.ec2.VpcEndpointConnectionAccepter("accepter", **endpoint, opts=opts)


def _enum(opts: ResourceOptions) -> None:
    eks.Cluster("cluster", authentication_mode=_unchecked("NONE"), opts=opts)


def _auto_mode_alone(opts: ResourceOptions) -> None:
    eks.Cluster("cluster", auto_mode=eks.AutoModeOptionsArgs(enabled=True), opts=opts)


def _kubernetes_opts(opts: ResourceOptions) -> ResourceOptions:
    return ResourceOptions(parent=opts.parent, provider=kubernetes.Provider("k", kubeconfig="{}"))


def _pod_port(opts: ResourceOptions) -> None:
    ports = [_unchecked({"port": "80"})]
    kubernetes.core.v1.Service("s", spec={"ports": ports}, opts=_kubernetes_opts(opts))


def _custom_resource_label(opts: ResourceOptions) -> None:
    CustomResource(
        "c",
        api_version="eks.amazonaws.com/v1",
        kind="IngressClassParams",
        metadata={"labels": {"a": 1}},
        spec={"anything": [{"goes": 1}]},
        opts=_kubernetes_opts(opts),
    )


def _role_as_dict(_opts: ResourceOptions) -> None:
    aws.Provider("p", region="us-east-1", assume_roles=[{"role_arn": "arn:aws:iam::222222222222:role/x"}])


def _role_without_arn(_opts: ResourceOptions) -> None:
    aws.Provider("p", region="us-east-1", assume_roles=[aws.ProviderAssumeRoleArgs(session_name="x")])


def _no_type(opts: ResourceOptions) -> None:
    pulumi.CustomResource("random:RandomId", "id", {}, opts)


def _no_such_type(opts: ResourceOptions) -> None:
    pulumi.CustomResource("aws:ec2/moon:Moon", "moon", {}, opts)


def _no_answer(opts: ResourceOptions) -> None:
    invoke = pulumi.runtime.invoke_output("random:index/getId:getId", {}, InvokeOptions(opts.parent))
    pulumi.export("x", invoke)


def _long_name(opts: ResourceOptions) -> None:
    aws.lb.TargetGroup("a-target-group-of-25-chars", opts=opts)


def _long_physical_name(opts: ResourceOptions) -> None:
    aws.lb.LoadBalancer("lb", name="x" * 33, opts=opts)


def _unknown_function(opts: ResourceOptions) -> None:
    pulumi.export(
        "x", pulumi.runtime.invoke_output("aws:ec2/getMoon:getMoon", {}, InvokeOptions(opts.parent))
    )


def _wrong_argument(opts: ResourceOptions) -> None:
    found = aws.lb.get_load_balancer_output(
        tags={"a": _unchecked(1)}, opts=InvokeOutputOptions(parent=opts.parent)
    )
    pulumi.export("x", found.arn)


NO_DEFAULT = "the default provider for '{}' is disabled: it must use an explicit provider"


@pytest.mark.parametrize(
    ("fill", "message"),
    [
        (
            _twice,
            'aws:ec2/vpc:Vpc "vpc": duplicate resource URN: two resources of one type and parent'
            " share this name",
        ),
        (_no_provider, f'kubernetes:core/v1:Namespace "apps": {NO_DEFAULT.format("kubernetes")}'),
        (
            _no_invoke_provider,
            f"aws:ec2/getVpc:getVpc: {NO_DEFAULT.format('aws')}: pass InvokeOptions(parent=self)",
        ),
        (
            _cluster_without_provider,
            f'eks:index:Cluster "cluster": {NO_DEFAULT.format("aws")} for what the component holds',
        ),
        (
            _unknown_key,
            'aws:ec2/vpcEndpoint:VpcEndpoint "e": subnetConfigurations[0].ipv_4: unknown input;'
            " did you mean ipv4?",
        ),
        (
            _wrong_type_behind_an_output,
            'aws:lb/listener:Listener "l": defaultActions[0].order: expected a whole number,',
        ),
        (_text_for_a_list, 'aws:lb/loadBalancer:LoadBalancer "lb": subnets: expected a list, not "subnet-1"'),
        (
            _fraction_for_a_port,
            'aws:lb/targetGroup:TargetGroup "tg": port: expected a whole number, not 80.5',
        ),
        (
            _missing,
            "aws:ec2/vpcEndpointConnectionAccepter:VpcEndpointConnectionAccepter "
            '"accepter": vpcEndpointServiceId: required input is missing',
        ),
        (
            _enum,
            'eks:index:Cluster "cluster": authenticationMode: expected'
            ' "CONFIG_MAP" or "API" or "API_AND_CONFIG_MAP", not "NONE"',
        ),
        (
            _auto_mode_alone,
            'eks:index:Cluster "cluster": Auto Mode needs authenticationMode API or API_AND_CONFIG_MAP',
        ),
        (
            _pod_port,
            'kubernetes:core/v1:Service "s": spec.ports[0].port: expected a whole number, not "80"',
        ),
        (
            _custom_resource_label,
            'kubernetes:eks.amazonaws.com/v1:IngressClassParams "c": metadata.labels.a:'
            " expected a string, not 1.0",
        ),
        (
            _role_as_dict,
            'pulumi:providers:aws "p": assumeRoles[0].role_arn: unknown input; did you mean roleArn?',
        ),
        (_role_without_arn, 'pulumi:providers:aws "p": assumeRoles: a role has no roleArn'),
        (
            _no_type,
            'random:RandomId "id": not a valid type token: it must have the form package:module:name',
        ),
        (_no_such_type, 'aws:ec2/moon:Moon "moon": the SDK has no such type'),
        (
            _no_answer,
            "random:index/getId:getId: the sandbox has no answer: add a function for it",
        ),
        (
            _long_name,
            'aws:lb/targetGroup:TargetGroup "a-target-group-of-25-chars": its name and Pulumi\'s 8'
            " characters are longer than 32",
        ),
        (
            _long_physical_name,
            'aws:lb/loadBalancer:LoadBalancer "lb": name: longer than 32 characters',
        ),
        (_unknown_function, "aws:ec2/getMoon:getMoon: the SDK has no such function"),
        (_wrong_argument, "aws:lb/getLoadBalancer:getLoadBalancer: tags.a: expected a string, not 1.0"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_refused(fill: Callable[[ResourceOptions], None], message: str):
    with pytest.raises(ProgramError) as caught:
        run_in_box(fill)
    assert str(caught.value).startswith(message)


def test_unknown_values_are_of_every_type():
    def fill(opts: ResourceOptions) -> None:
        vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=opts)
        number = vpc.id.apply(len)
        aws.lb.TargetGroup("group", port=number, vpc_id=vpc.id, opts=opts)

    assert run_in_box(fill, preview=True).preview


def test_a_resource_that_only_one_of_preview_and_up_registers():
    def fill(opts: ResourceOptions) -> None:
        vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=opts)
        vpc.id.apply(lambda id_: aws.ec2.InternetGateway("late", vpc_id=id_, opts=opts))

    preview, up = run_in_box(fill, preview=True), run_in_box(fill)
    with pytest.raises(refusals.RefusedError) as caught:
        refusals.check_same_resources(preview, up)
    assert str(caught.value) == 'only the up registers aws:ec2/internetGateway:InternetGateway "late"'
    refusals.check_same_resources(up, run_in_box(fill))


def test_a_component_may_stand_directly_under_the_stack():
    assert run(lambda: None).resources == {}
    assert run_in_box(_vpc).named("box").parent is None
