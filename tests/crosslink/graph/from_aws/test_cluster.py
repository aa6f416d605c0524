"""The cluster's own API, by the official client, against a server that is really there."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from crosslink.graph import tokens
from crosslink.graph.from_aws.cluster import ALL_INGRESSES, Get, connect, read_cluster
from crosslink.graph.from_aws.collector import Collector
from crosslink.graph.node import Node
from crosslink.graph.unknown import Gone, NotKnownError, Unknown
from crosslink.path.output import DeclaredBackend
from tests.crosslink.doctor.server import Server, running
from tests.crosslink.graph.from_aws.support import BACKEND, up, without
from tests.fake_aws import FakeAws

DECLARED = DeclaredBackend(
    account_id=BACKEND[0],
    region=BACKEND[1],
    endpoint_id="vpce-1",
    service_id="vpce-svc-1",
    service_name="com.amazonaws.vpce.us-east-1.vpce-svc-1",
    kind="cluster",
    existing=False,
    controller="eks.amazonaws.com/alb",
    port=80,
    cluster_name="crosslink-dev-apps",
    namespaces=("crosslink-apps",),
)
INGRESSES = "/apis/networking.k8s.io/v1/namespaces/crosslink-apps/ingresses"
KUBERNETES_TYPES = {
    tokens.AUTOSCALER,
    tokens.CONFIG_MAP,
    tokens.DISRUPTION_BUDGET,
    tokens.ENDPOINT_SLICE,
    tokens.EVENT,
    tokens.INGRESS,
    tokens.INGRESS_CLASS,
    tokens.INGRESS_CLASS_PARAMS,
    tokens.KUBERNETES_DEPLOYMENT,
    tokens.KUBERNETES_NODE,
    tokens.KUBERNETES_SERVICE,
    tokens.LIMIT_RANGE,
    tokens.NAMESPACE,
    tokens.NETWORK_POLICY,
    tokens.NODE_POOL,
    tokens.POD,
    tokens.RESOURCE_QUOTA,
    tokens.SERVICE_ACCOUNT,
}


@pytest.fixture
def server() -> Iterator[Server]:
    with running() as server:
        server.body = b'{"kind": "IngressList"}'
        yield server


def kubeconfig(server: Server, user: dict[str, Any]) -> str:
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "kubernetes", "cluster": {"server": server.url}}],
            "contexts": [{"name": "aws", "context": {"cluster": "kubernetes", "user": "aws"}}],
            "current-context": "aws",
            "users": [{"name": "aws", "user": user}],
        }
    )


def command(script: str) -> dict[str, Any]:
    """A user whose token a command gives, as `aws eks get-token` does."""
    return {
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1beta1",
            "command": sys.executable,
            "args": ["-S", "-c", script],
        }
    }


TOKEN = json.dumps(
    {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "kind": "ExecCredential",
        "status": {"token": "k8s-aws-v1.abc"},
    }
)


def test_the_kubeconfigs_command_gives_the_token(server):
    get = connect(kubeconfig(server, command(f"print('''{TOKEN}''')")))

    assert get(INGRESSES) == (200, b'{"kind": "IngressList"}')
    ((path, headers),) = server.asked
    assert (path, headers["authorization"]) == (INGRESSES, "Bearer k8s-aws-v1.abc")


def test_a_refusal_is_an_answer(server):
    server.status = 403

    status, _body = connect(kubeconfig(server, {"token": "t"}))(INGRESSES)

    assert status == 403


@pytest.mark.parametrize("script", ["import sys; sys.exit(255)", "print('{}')"])
def test_nobody_is_asked_without_a_token(server, script):
    with pytest.raises(NotKnownError, match="command gave no token; it needs the `aws` CLI"):
        connect(kubeconfig(server, command(script)))

    assert server.asked == []


@pytest.mark.parametrize("text", ["", "{}", '{"current-context": "aws"}'])
def test_what_is_no_kubeconfig_is_said(text):
    with pytest.raises(NotKnownError, match="the kubeconfig can't be used"):
        connect(text)


def test_a_cluster_that_does_not_answer_is_said(server):
    get = connect(kubeconfig(server, {"token": "t"}))
    server.server_close()

    with pytest.raises(
        NotKnownError, match=rf"127\.0\.0\.1:{server.server_port} doesn't answer: .*publicAccessCidrs"
    ):
        get(INGRESSES)


def read(aws: FakeAws, kubeconfig: str | None, status: int | None = None) -> Collector:
    reading = Collector(aws, *BACKEND)
    answer = (lambda _: lambda _path: (status, b"")) if status else aws.connect
    read_cluster(reading, DECLARED, kubeconfig, answer)
    return reading


def whole_kubeconfig() -> str:
    (provider,) = (node for node in up() if node.type == "pulumi:providers:kubernetes")
    return provider.get("kubeconfig")


def test_the_objects_are_as_the_api_gives_them():
    reading = read(FakeAws(up()), whole_kubeconfig())

    (ingress,) = (node for node in reading.nodes if node.type == tokens.INGRESS)
    assert (ingress.id, ingress.name) == ("crosslink-apps/crosslink-apps", "crosslink-apps")
    assert (ingress.get("apiVersion"), ingress.get("kind")) == ("networking.k8s.io/v1", "Ingress")
    assert ingress.get("status", "loadBalancer", "ingress", 0, "hostname").startswith("internal-k8s-")
    services = {node.name for node in reading.nodes if node.type == tokens.KUBERNETES_SERVICE}
    assert services == {"svc1", "svc2"}
    assert not reading.unread


@pytest.mark.parametrize(
    ("kubeconfig", "status", "why"),
    [
        (None, None, "the stack's output `kubeconfigs` has none of cluster crosslink-dev-apps"),
        ("[secret]", None, "without --show-secrets"),
        ("{}", 401, "doesn't know the identity that the kubeconfig gives"),
        ("{}", 500, "answered /api/v1/namespaces/crosslink-apps with 500"),
    ],
)
def test_what_keeps_us_out_leaves_everything_in_it_unread(kubeconfig, status, why):
    reading = read(FakeAws(up()), kubeconfig, status)

    assert {type_ for type_, *_ in reading.unread} == KUBERNETES_TYPES
    assert why in reading.unread[tokens.NAMESPACE, *BACKEND].reason
    assert [node.type for node in reading.nodes] == [tokens.EKS_CLUSTER]


def test_a_permission_that_is_missing_is_named_by_verb_and_resource():
    reading = read(FakeAws(up(), denied=["kubernetes:ingresses"]), whole_kubeconfig())

    assert reading.unread == {
        (tokens.INGRESS, *BACKEND): Unknown("no permission to list ingresses in the cluster")
    }


def another(ingress: Node, namespace: str, **changes: object) -> Node:
    """An Ingress of another namespace."""
    metadata = {**ingress.get("metadata"), "namespace": namespace}
    properties = {**ingress.properties, "metadata": metadata, **changes}
    return replace(ingress, urn=f"{ingress.urn}-{namespace}", properties=properties)


def with_others() -> list[Node]:
    """Ingresses of other namespaces: one shares the ALB, one has an ALB of its own, one has none so far."""
    nodes = up()
    (own,) = (node for node in nodes if node.type == tokens.INGRESS)
    elsewhere = {"loadBalancer": {"ingress": [{"hostname": "internal-k8s-team-1.elb.amazonaws.com"}]}}
    others = (
        another(own, "stranger"),
        another(own, "team", status=elsewhere),
        another(own, "new", status={}),
    )
    return [*nodes, *others]


def test_an_ingress_of_another_namespace_that_shares_the_alb_is_read_too():
    reading = read(FakeAws(with_others()), whole_kubeconfig())

    ids = [node.id for node in reading.nodes if node.type == tokens.INGRESS]
    assert ids == ["crosslink-apps/crosslink-apps", "stranger/crosslink-apps"]


def test_who_may_list_the_own_namespace_alone_reads_that():
    aws = FakeAws(with_others())

    def connect_to_namespaces(kubeconfig: str) -> Get:
        get = aws.connect(kubeconfig)
        return lambda path: (403, b"") if path == ALL_INGRESSES else get(path)

    reading = Collector(aws, *BACKEND)
    read_cluster(reading, DECLARED, whole_kubeconfig(), connect_to_namespaces)

    ids = [node.id for node in reading.nodes if node.type == tokens.INGRESS]
    assert (ids, reading.unread) == (["crosslink-apps/crosslink-apps"], {})


def test_what_is_not_there_is_not_unread():
    reading = read(FakeAws(up()), "{}", 404)

    assert not reading.unread
    assert [node.type for node in reading.nodes] == [tokens.EKS_CLUSTER]


def test_in_a_cluster_that_is_gone_there_is_nothing_to_ask():
    reading = read(FakeAws(without(up(), tokens.EKS_CLUSTER)), whole_kubeconfig())

    assert reading.nodes == []
    gone = Gone(f"there is no cluster crosslink-dev-apps in {BACKEND[0]} {BACKEND[1]}")
    assert reading.unread == dict.fromkeys(((type_, *BACKEND) for type_ in KUBERNETES_TYPES), gone)


class Asked:
    """A cluster's API in which there is nothing, and what it was asked for."""

    def __init__(self) -> None:
        self.paths: list[str] = []

    def get(self, path: str) -> tuple[int, bytes]:
        self.paths.append(path)
        return 404, b""


@pytest.mark.parametrize(
    ("controller", "group"),
    [("eks.amazonaws.com/alb", "eks.amazonaws.com/v1"), ("ingress.k8s.aws/alb", "elbv2.k8s.aws/v1beta1")],
)
def test_the_parameters_are_asked_for_where_the_controller_has_them(controller, group):
    backend = DECLARED.model_copy(update={"controller": controller})
    api = Asked()

    read_cluster(Collector(FakeAws(up()), *BACKEND), backend, "{}", lambda _kubeconfig: api.get)

    assert [path for path in api.paths if "params" in path] == [f"/apis/{group}/ingressclassparams"]


def test_each_namespace_is_asked_for_its_own():
    backend = DECLARED.model_copy(update={"namespaces": ("crosslink-apps", "shop")})
    api = Asked()

    read_cluster(Collector(FakeAws(up()), *BACKEND), backend, "{}", lambda _kubeconfig: api.get)

    namespaced = [path for path in api.paths if "/namespaces/" in path]
    assert len(namespaced) == 28
    assert {path.split("/namespaces/")[1].split("/")[0] for path in namespaced} == {"crosslink-apps", "shop"}
    assert [path for path in api.paths if path.endswith("/ingressclasses")] != []
