"""Reads the cluster: from EKS that it is there, from its own API what it serves."""

import json
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any, TypeAlias, cast

from kubernetes import client, config
from kubernetes.client.exceptions import OpenApiException
from kubernetes.config import ConfigException
from pydantic import BaseModel, Field, ValidationError
from urllib3 import Retry
from urllib3.exceptions import HTTPError

from crosslink.graph import tokens
from crosslink.graph.controllers import ALB, AUTO_MODE
from crosslink.graph.from_aws.answers import MALFORMED, json_of, shortened, why_no_answer
from crosslink.graph.from_aws.collector import Collector
from crosslink.graph.unknown import Gone, NotKnownError
from crosslink.path.output import NOT_SHOWN, DeclaredBackend

_Fields: TypeAlias = dict[str, Any] | None


class _Metadata(BaseModel):
    name: str
    namespace: str = ""
    annotations: dict[str, str] | None = None
    labels: dict[str, str] | None = None


class _Object(BaseModel):
    """What every object of Kubernetes has, as far as readers rely on it."""

    metadata: _Metadata
    spec: dict[str, Any] = {}
    status: _Fields = None


class _Container(BaseModel):
    name: str


class _Pods(BaseModel):
    containers: list[_Container]


class _Template(BaseModel):
    spec: _Pods


class _DeploymentSpec(BaseModel):
    replicas: int = 1
    template: _Template


class _Deployment(BaseModel):
    metadata: _Metadata
    spec: _DeploymentSpec


class _List(BaseModel):
    api_version: str = Field(alias="apiVersion")
    items: list[dict[str, Any]]


# Asks a cluster's API for a path: status and body. Raises NotKnownError if the cluster doesn't answer.
Get: TypeAlias = Callable[[str], tuple[int, bytes]]
Connect: TypeAlias = Callable[[str], Get]  # gets into a cluster with its kubeconfig, see `connect`

TIMEOUTS = (5.0, 15.0)  # seconds to connect, and to answer

# Type → where the API has the objects of a namespace, which is one object itself.
# https://kubernetes.io/docs/reference/using-api/api-concepts/
_IN_NAMESPACE: Mapping[str, str] = {
    tokens.NAMESPACE: "/api/v1/namespaces/{namespace}",
    tokens.KUBERNETES_SERVICE: "/api/v1/namespaces/{namespace}/services",
    tokens.KUBERNETES_DEPLOYMENT: "/apis/apps/v1/namespaces/{namespace}/deployments",
    tokens.INGRESS: "/apis/networking.k8s.io/v1/namespaces/{namespace}/ingresses",
    tokens.NETWORK_POLICY: "/apis/networking.k8s.io/v1/namespaces/{namespace}/networkpolicies",
    tokens.AUTOSCALER: "/apis/autoscaling/v2/namespaces/{namespace}/horizontalpodautoscalers",
    tokens.CONFIG_MAP: "/api/v1/namespaces/{namespace}/configmaps",
    tokens.SERVICE_ACCOUNT: "/api/v1/namespaces/{namespace}/serviceaccounts",
    # What says why pods don't run
    tokens.POD: "/api/v1/namespaces/{namespace}/pods",
    tokens.EVENT: "/api/v1/namespaces/{namespace}/events",
    tokens.RESOURCE_QUOTA: "/api/v1/namespaces/{namespace}/resourcequotas",
    tokens.LIMIT_RANGE: "/api/v1/namespaces/{namespace}/limitranges",
    tokens.DISRUPTION_BUDGET: "/apis/policy/v1/namespaces/{namespace}/poddisruptionbudgets",
    tokens.ENDPOINT_SLICE: "/apis/discovery.k8s.io/v1/namespaces/{namespace}/endpointslices",
}
_CLASSES: Mapping[str, str] = {
    tokens.INGRESS_CLASS: "/apis/networking.k8s.io/v1/ingressclasses",
    tokens.KUBERNETES_NODE: "/api/v1/nodes",
}
# The controller of an IngressClass → where the parameters are that it reads.
_PARAMETERS: Mapping[str | None, Mapping[str, str]] = {
    AUTO_MODE: {
        tokens.INGRESS_CLASS_PARAMS: "/apis/eks.amazonaws.com/v1/ingressclassparams",
    },
    ALB: {
        tokens.CONTROLLER_CLASS_PARAMS: "/apis/elbv2.k8s.aws/v1beta1/ingressclassparams",
    },
}
_OF_OWN_NODES: Mapping[str, str] = {tokens.NODE_POOL: "/apis/karpenter.sh/v1/nodepools"}
ALL_INGRESSES = "/apis/networking.k8s.io/v1/ingresses"
HOST_NAME = ("status", "loadBalancer", "ingress", 0, "hostname")
IN_CLUSTER = (
    *(*_IN_NAMESPACE, *_CLASSES, *_OF_OWN_NODES),
    *(tokens.INGRESS_CLASS_PARAMS, tokens.CONTROLLER_CLASS_PARAMS),
)


def read_cluster(aws: Collector, backend: DeclaredBackend, kubeconfig: str | None, connect: Connect) -> None:
    """The cluster of a backend, and what concerns its path in it."""
    name = backend.cluster_name
    nodes: Mapping[str, str] = {} if backend.existing else _OF_OWN_NODES
    of_cluster = {**_CLASSES, **_PARAMETERS.get(backend.controller, {}), **nodes}
    with aws.reading(tokens.EKS_CLUSTER):
        answer = aws.ask("eks:DescribeCluster", name=name)
        if not answer:
            gone = Gone(f"there is no cluster {name} in {aws.account} {aws.region}")
            aws.leave(gone, *_IN_NAMESPACE, *of_cluster)
            return
        aws.add(tokens.EKS_CLUSTER, {**answer["cluster"], "id": name})
    with aws.reading(*_IN_NAMESPACE, *of_cluster):
        if not kubeconfig:
            raise NotKnownError(f"the stack's output `kubeconfigs` has none of cluster {name}")
        if kubeconfig == NOT_SHOWN:
            raise NotKnownError(
                "the outputs were written without --show-secrets, so that the kubeconfig is hidden"
            )
        get = _while_it_answers(connect(kubeconfig))
        for type_, path in of_cluster.items():
            with aws.reading(type_):
                _objects(aws, get, type_, path)
        for namespace in backend.namespaces:
            for type_, path in _IN_NAMESPACE.items():
                with aws.reading(type_):
                    _objects(aws, get, type_, path.format(namespace=namespace))
        _others_at_the_alb(aws, get, backend.namespaces)


def _while_it_answers(get: Get) -> Get:
    """Asks a cluster no more once it hasn't answered: each question may take until it times out."""
    silent: list[str] = []

    def ask(path: str) -> tuple[int, bytes]:
        if silent:
            raise NotKnownError(silent[0])
        try:
            return get(path)
        except NotKnownError as error:
            silent.append(str(error))
            raise

    return ask


def _others_at_the_alb(aws: Collector, get: Get, namespaces: Collection[str]) -> None:
    """The Ingresses of other namespaces that share the ALB; none where all namespaces may not be listed."""
    own = [node for node in aws.nodes if node.type == tokens.INGRESS]
    hosts = [host for node in own if (host := node.get(*HOST_NAME))]

    def shares(found: Mapping[str, Any]) -> bool:
        status: Mapping[str, Any] = found.get("status") or {}
        balancers: list[Mapping[str, Any]] = status.get("loadBalancer", {}).get("ingress") or []
        there = found["metadata"]["namespace"] not in namespaces
        return there and any(balancer.get("hostname") in hosts for balancer in balancers)

    with suppress(NotKnownError):
        _objects(aws, get, tokens.INGRESS, ALL_INGRESSES, shares)


def _objects(
    aws: Collector,
    get: Get,
    type_: str,
    path: str,
    wanted: Callable[[Mapping[str, Any]], bool] = lambda _found: True,
) -> None:
    status, body = get(path)
    match status:
        case HTTPStatus.OK:
            pass
        case HTTPStatus.NOT_FOUND:
            return
        case HTTPStatus.UNAUTHORIZED:
            raise NotKnownError("the cluster's API doesn't know the identity that the kubeconfig gives: 401")
        case HTTPStatus.FORBIDDEN:
            what = "get the namespace" if type_ == tokens.NAMESPACE else f"list {path.rpartition('/')[2]}"
            raise NotKnownError(f"no permission to {what} in the cluster")
        case _:
            raise NotKnownError(f"the cluster's API answered {path} with {status}")
    asked = f"the cluster's API answered {path}"
    answer = json_of(body, asked)
    try:
        found_there = _List.model_validate(answer).items if _is_list(path) else [answer]
        for found in found_there:
            (_Deployment if type_ == tokens.KUBERNETES_DEPLOYMENT else _Object).model_validate(found)
    except ValidationError as error:
        kind = "list of objects" if _is_list(path) else "object"
        raise NotKnownError(f"{asked} with what is no {kind} of Kubernetes") from error
    for found in filter(wanted, found_there):
        metadata = found["metadata"]
        id_ = "/".join(metadata[key] for key in ("namespace", "name") if key in metadata)
        # An item of a list leaves out what the list's own kind says.
        own = {"apiVersion": answer["apiVersion"], "kind": type_.rpartition(":")[2]}
        aws.add(type_, {**own, **found, "id": id_}, name=metadata["name"])


def _is_list(path: str) -> bool:
    """Whether a path is that of a kind of objects, and not of one namespace."""
    return path.split("/")[-2] != "namespaces"


def connect(kubeconfig: str) -> Get:
    """Gets into a cluster, by the command that its kubeconfig (JSON) names (`aws eks get-token`).

    Raises:
        NotKnownError: the kubeconfig isn't one, or its command gives no token.
    """
    configuration = client.Configuration()
    # A redirect leads out of the cluster's API, such as to a sign-in page.
    configuration.retries = Retry(1, redirect=False)
    untyped = cast("Any", config)  # the client has annotations for some of its functions only
    try:
        untyped.load_kube_config_from_dict(json.loads(kubeconfig), client_configuration=configuration)
    except (ConfigException, OSError, *MALFORMED) as error:
        raise NotKnownError(f"the kubeconfig can't be used: {shortened(str(error))}") from error
    if not configuration.api_key and not configuration.cert_file:
        # The client logs that the command failed, and goes on as nobody.
        raise NotKnownError(
            "the kubeconfig's command gave no token; it needs the `aws` CLI, and valid credentials"
        )
    api = cast("Any", client.ApiClient(configuration))

    def get(path: str) -> tuple[int, bytes]:
        request = api.param_serialize("GET", path, auth_settings=["BearerToken"])
        try:
            response = api.call_api(*request, _request_timeout=TIMEOUTS)
            return response.status, response.read()
        except (HTTPError, OpenApiException, OSError, ValueError) as error:  # ValueError: a host that is none
            reason = (
                f"the cluster's API at {configuration.host} doesn't answer: {why_no_answer(error)}; it does "
                "where its publicAccessCidrs let in, without any only inside its VPC or a network connected "
                "to it"
            )
            raise NotKnownError(reason) from error

    return get
