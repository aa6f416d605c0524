"""ExistingCluster: the way into a cluster of others, and what must hold of it."""

import json
import re
from functools import cache

import pulumi
import pytest
from pulumi import ResourceOptions

from components.provider.existing_cluster import ExistingCluster, ExistingClusterArgs
from crosslink.sandbox.engine import run
from crosslink.sandbox.existing import Cluster, Existing, Vpc
from crosslink.sandbox.record import Run
from tests.components.support import PROVIDER, account, children, counts, places

REGION = "us-east-1"
VPC, OTHER_VPC = "vpc-0a1b2c3d4e5f60718", "vpc-1a2b3c4d5e6f70819"
ROLE = f"arn:aws:iam::{PROVIDER}:role/crosslink-deploy"
COMPONENT, KUBERNETES = "crosslink:provider:ExistingCluster", "pulumi:providers:kubernetes"
CREDENTIALS_API = "client.authentication.k8s.io/v1beta1"


@cache
def built(
    *, role: str | None = ROLE, vpc: str = VPC, auto: bool = True, is_auto: bool = True, preview: bool = False
) -> Run:
    """A cluster in `VPC`, which the settings say is in `vpc`."""
    there = Existing(
        vpcs=tuple(
            Vpc(id=id_, account=PROVIDER, region=REGION, cidrs=("10.40.0.0/16",)) for id_ in (VPC, OTHER_VPC)
        ),
        clusters=(
            Cluster(
                name="platform",
                account=PROVIDER,
                region=REGION,
                vpc_id=VPC,
                version="1.35",
                auto_mode=is_auto,
            ),
        ),
    )

    def program() -> None:
        args = ExistingClusterArgs(
            cluster_name="platform",
            account_id=PROVIDER,
            region=REGION,
            vpc_id=vpc,
            auto_mode=auto,
            role_arn=role,
        )
        made = ExistingCluster("apps", args, ResourceOptions(provider=account(PROVIDER, REGION)))
        pulumi.export("kubeconfig", made.kubeconfig)

    return run(program, existing=there, preview=preview)


def test_makes_a_kubernetes_provider_and_nothing_else():
    found = built()
    made = children(found, found.one(COMPONENT))
    assert counts(made) == {KUBERNETES: 1}
    assert places(made) == {(PROVIDER, REGION)}
    assert made[0].inputs["clusterIdentifier"] == f"arn:aws:eks:{REGION}:{PROVIDER}:cluster/platform"


def test_the_cluster_is_looked_up_in_the_components_own_account():
    (lookup,) = built().invokes
    assert (lookup.token, lookup.args) == ("aws:eks/getCluster:getCluster", {"name": "platform"})
    assert (lookup.account, lookup.region) == (PROVIDER, REGION)


def test_the_kubeconfig_gets_tokens_with_the_assumed_role():
    config = json.loads(built().outputs["kubeconfig"])
    (user,) = config["users"]
    (cluster,) = config["clusters"]
    command = ["--region", REGION, "eks", "get-token", "--cluster-name", "platform", "--output", "json"]
    assert user == {
        "name": "aws",
        "user": {
            "exec": {
                "apiVersion": CREDENTIALS_API,
                "command": "aws",
                "args": [*command, "--role", ROLE],
                "env": [
                    {"name": "KUBERNETES_EXEC_INFO", "value": f'{{"apiVersion": "{CREDENTIALS_API}"}}'},
                    {"name": "AWS_STS_REGIONAL_ENDPOINTS", "value": "regional"},
                ],
            }
        },
    }
    assert cluster["name"] == "kubernetes"
    assert cluster["cluster"].keys() == {"server", "certificate-authority-data"}
    assert cluster["cluster"]["server"].startswith("https://")
    assert config["contexts"] == [{"name": "aws", "context": {"cluster": "kubernetes", "user": "aws"}}]
    assert config["current-context"] == "aws"
    ambient = json.loads(built(role=None).outputs["kubeconfig"])
    assert ambient["users"][0]["user"]["exec"]["args"] == command


def test_the_kubeconfig_is_a_secret_everywhere():
    found = built()
    assert "kubeconfig" in found.secret_outputs
    assert "kubeconfig" in found.one(KUBERNETES).secrets
    assert found.one(COMPONENT).secrets == {"kubeconfig"}


def test_a_preview_knows_the_whole_kubeconfig():
    assert built(preview=True).one(KUBERNETES).inputs == built().one(KUBERNETES).inputs


@pytest.mark.parametrize("preview", [True, False])
def test_a_cluster_in_another_vpc_is_refused_with_both(preview: bool):
    with pytest.raises(pulumi.RunError, match=f"cluster platform is in {VPC}, the settings say {OTHER_VPC}"):
        built(vpc=OTHER_VPC, preview=preview)


@pytest.mark.parametrize("preview", [True, False])
def test_controller_auto_needs_auto_mode(preview: bool):
    with pytest.raises(
        pulumi.RunError, match=re.escape("set cluster.existing.controller: alb if the AWS Load Balancer")
    ):
        built(is_auto=False, preview=preview)


@pytest.mark.parametrize("is_auto", [True, False])
def test_the_other_controller_runs_in_any_cluster(is_auto: bool):
    assert built(auto=False, is_auto=is_auto).of_type(KUBERNETES)
