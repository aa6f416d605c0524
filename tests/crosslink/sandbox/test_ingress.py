"""Ingresses: who takes them, which share an ALB, and who may use a class."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes
import pytest
from pulumi import InvokeOutputOptions, ResourceOptions
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.core.v1 import TypedLocalObjectReferenceArgs
from pulumi_kubernetes.networking import v1 as networking

from crosslink.sandbox import kubernetes_schemas, manifests
from crosslink.sandbox.record import ProgramError, Run
from tests.crosslink.sandbox.beside import BESIDE
from tests.crosslink.sandbox.programs import ACCOUNT, REGION, run_in_box

INGRESS = "kubernetes:networking.k8s.io/v1:Ingress"
AUTO, ALB = ("auto", "eks.amazonaws.com", "v1"), ("plain", "elbv2.k8s.aws", "v1beta1")
CONTROLLERS = {"auto": "eks.amazonaws.com/alb", "plain": "ingress.k8s.aws/alb"}
GROUP_NAME = "alb.ingress.kubernetes.io/group.name"


def _kubeconfig(cluster: aws.eks.AwaitableGetClusterResult) -> str:
    server = {"server": cluster.endpoint, "certificate-authority-data": "…"}
    return json.dumps({"clusters": [{"name": cluster.name, "cluster": server}]})


def host_name(status: networking.outputs.IngressStatus | None) -> str:
    balancer = status.load_balancer if status else None
    return (balancer.ingress[0].hostname or "") if balancer and balancer.ingress else ""


def _run(
    cluster: tuple[str, str, str],
    spec: Mapping[str, Any],
    ingresses: Mapping[str, Mapping[str, str]],
    *,
    controller: str | None = None,
    preview: bool = False,
) -> Run:
    """One Ingress per namespace, with annotations, of one class in an existing cluster."""
    name, api_group, version = cluster

    def fill(opts: ResourceOptions) -> None:
        found = aws.eks.get_cluster(name=name, opts=pulumi.InvokeOptions(parent=opts.parent))
        provider = kubernetes.Provider("apps", kubeconfig=_kubeconfig(found), opts=opts)
        within = ResourceOptions(parent=opts.parent, provider=provider)
        parameters = CustomResource(
            "parameters",
            api_version=f"{api_group}/{version}",
            kind="IngressClassParams",
            metadata={"name": "apps"},
            spec=spec,
            opts=within,
        )
        reference = networking.IngressClassParametersReferenceArgs(
            api_group=api_group, kind="IngressClassParams", name="apps"
        )
        class_ = kubernetes.networking.v1.IngressClass(
            "class",
            metadata={"name": "apps"},
            spec=networking.IngressClassSpecArgs(
                controller=controller or CONTROLLERS[name], parameters=reference
            ),
            opts=ResourceOptions(parent=opts.parent, provider=provider, depends_on=[parameters]),
        )
        own = kubernetes.core.v1.Namespace(
            "own", metadata={"name": "own", "labels": {"team": "red"}}, opts=within
        )
        behind = networking.IngressBackendArgs(resource=TypedLocalObjectReferenceArgs(kind="A", name="a"))
        for namespace, annotations in ingresses.items():
            ingress = kubernetes.networking.v1.Ingress(
                namespace,
                metadata={"name": "shop", "namespace": namespace, "annotations": annotations},
                spec=networking.IngressSpecArgs(ingress_class_name="apps", default_backend=behind),
                opts=ResourceOptions(parent=opts.parent, provider=provider, depends_on=[class_, own]),
            )
            host = ingress.id.apply(lambda _, made=ingress: made.status).apply(host_name)
            balancer = aws.lb.get_load_balancer_output(
                name=host.apply(lambda host: host.split(".")[0].removeprefix("internal-").rpartition("-")[0]),
                opts=InvokeOutputOptions(parent=opts.parent),
            )
            pulumi.export(namespace, {"host": host, "arn": balancer.arn})

    return run_in_box(fill, preview=preview, existing=BESIDE)


@pytest.mark.parametrize("cluster", [AUTO, ALB])
def test_all_ingresses_of_a_group_have_one_load_balancer(cluster: tuple[str, str, str]) -> None:
    spec = {"group": {"name": "crosslink-live-apps"}}
    run = _run(cluster, spec, {"own": {}, "orders": {}, "shop": {GROUP_NAME: "other"}})
    manifests.check(run)
    first = run.outputs["own"]
    assert run.outputs == {"own": first, "orders": first, "shop": first}
    form = rf"internal-k8s-crosslinkliveapps-\w{{10}}-\d{{10}}\.{REGION}\.elb\.amazonaws\.com"
    assert re.fullmatch(form, first["host"])
    name = first["host"].removeprefix("internal-").partition(".")[0].rpartition("-")[0]
    assert f":{REGION}:{ACCOUNT}:loadbalancer/app/{name}/" in first["arn"]


def test_the_annotation_of_a_group_is_the_controllers_alone() -> None:
    ingresses = {"own": {GROUP_NAME: "shops"}, "orders": {GROUP_NAME: "shops"}}
    assert len(_hosts(_run(ALB, {}, ingresses))) == 1
    hosts = _hosts(_run(AUTO, {}, ingresses))
    assert [host.rpartition("-shop-")[0] for host in sorted(hosts)] == [
        "internal-k8s-orders",
        "internal-k8s-own",
    ]


def test_without_a_group_each_ingress_has_its_own() -> None:
    assert len(_hosts(_run(ALB, {}, {"own": {}, "orders": {}}))) == 2


@pytest.mark.parametrize(
    ("selector", "admitted"),
    [
        ({"matchLabels": {"kubernetes.io/metadata.name": "orders"}}, {"orders"}),
        ({"matchLabels": {"team": "red"}}, {"own"}),
        ({"matchExpressions": [{"key": "team", "operator": "Exists"}]}, {"own"}),
        (
            {
                "matchExpressions": [
                    {"key": "kubernetes.io/metadata.name", "operator": "In", "values": ["own", "orders"]}
                ]
            },
            {"own", "orders"},
        ),
        ({"matchExpressions": [{"key": "team", "operator": "NotIn", "values": ["red"]}]}, {"orders", "shop"}),
        ({"matchExpressions": [{"key": "team", "operator": "DoesNotExist"}]}, {"orders", "shop"}),
        ({}, {"own", "orders", "shop"}),
    ],
)
def test_a_namespace_that_is_not_admitted_gets_no_load_balancer(
    selector: Mapping[str, Any], admitted: set[str]
) -> None:
    for namespace in ("own", "orders", "shop"):
        if namespace in admitted:
            assert _hosts(_run(AUTO, {"namespaceSelector": selector}, {namespace: {}}))
        else:
            with pytest.raises(ProgramError, match=f"doesn't admit namespace {namespace}: the controller le"):
                _run(AUTO, {"namespaceSelector": selector}, {namespace: {}})


def test_a_cluster_without_auto_mode_has_not_its_controller() -> None:
    cluster = ("plain", *AUTO[1:])
    with pytest.raises(ProgramError, match="cluster plain has no Auto Mode, whose controller is eks"):
        _run(cluster, {}, {"own": {}}, controller="eks.amazonaws.com/alb")


def test_a_class_has_parameters_of_its_controllers_group() -> None:
    with pytest.raises(ProgramError, match=r"must be of apiGroup elbv2\.k8s\.aws, for ingress\.k8s\.aws/alb"):
        _run(AUTO, {}, {"own": {}}, controller="ingress.k8s.aws/alb")


def test_objects_are_where_the_kubeconfig_leads() -> None:
    for preview in (True, False):
        ingress = _run(AUTO, {}, {"own": {}}, preview=preview).one(INGRESS)
        assert (ingress.account, ingress.region) == (ACCOUNT, REGION)


def test_in_a_preview_inputs_of_an_object_are_known_but_not_its_load_balancer() -> None:
    run = _run(AUTO, {}, {"own": {}}, preview=True)
    ingress = run.one(INGRESS)
    assert ingress.id is None
    assert ingress.outputs["metadata"] == {"name": "shop", "namespace": "own", "annotations": {}}
    assert "status" not in ingress.outputs
    assert [call.token for call in run.invokes] == ["aws:eks/getCluster:getCluster"]


def test_objects_are_checked_against_the_version_of_their_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    versions: set[str] = set()
    checks = kubernetes_schemas.validator

    def noted(version: str, *of: str) -> object:
        versions.add(version)
        return checks(version, *of)

    monkeypatch.setattr(kubernetes_schemas, "validator", noted)
    manifests.check(_run(ALB, {}, {"own": {}}))
    assert versions == {"1.35"}


def test_parameters_of_the_controller_are_checked() -> None:
    manifests.check(_run(ALB, {"certificateArn": ["arn"], "inboundCIDRs": ["10.0.0.0/8"]}, {"own": {}}))
    with pytest.raises(ProgramError, match="'certificateARNs' was unexpected"):
        manifests.check(_run(ALB, {"certificateARNs": ["arn"]}, {"own": {}}))


def test_another_accounts_cluster_is_not_found() -> None:
    with pytest.raises(
        ProgramError, match=f"no EKS cluster theirs in account {ACCOUNT}, {REGION}: it is in a"
    ):
        _run(("theirs", *AUTO[1:]), {}, {"own": {}})


def _hosts(run: Run) -> set[str]:
    return {output["host"] for output in run.outputs.values()}
