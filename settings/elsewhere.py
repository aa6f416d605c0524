"""Keys that users look for in one place and the program has in another, and mappings given as text."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import partial
from typing import NamedTuple, cast

from settings.alarms import Alarms
from settings.any_backend import Backend, PathsBackend
from settings.api import Api
from settings.authorizers import LambdaAuthorizer
from settings.backend import ClusterBackend
from settings.cluster import Cluster, ExistingCluster, JoinedCluster
from settings.consumer import Consumer
from settings.domain import Domain
from settings.fields import Model
from settings.load_balancer import LoadBalancer, NetworkLoadBalancer
from settings.networks import (
    BackendNetwork,
    ExistingBackendNetwork,
    ExistingGateway,
    ExistingLanding,
    GatewayNetwork,
    JoinedBackendNetwork,
    JoinedGateway,
    JoinedLanding,
    Landing,
)
from settings.pods_elsewhere import INSTEAD, MOVED, WITHIN, Right, from_kubernetes, moved
from settings.published_service import PublishedService
from settings.route import Cors, RouteSettings
from settings.service import ExistingService, JoinedService, Service


class Elsewhere(NamedTuple):
    """Where a setting belongs: in words, and the keys that are right in place of the wrong one, if any."""

    where: str
    right: Right


def _with(model: type[Model], name: str) -> Right:
    """The value under a key of a model, with an example of all that is required beside it."""
    return lambda value: {**_example(model), name: value}


def _example(model: type[Model]) -> dict[str, object]:
    fields = [field for field in model.model_fields.values() if field.is_required()]
    return {str(field.alias): cast("list[object]", field.examples)[0] for field in fields}


def _keys(model: type[Model]) -> AbstractSet[str]:
    return {str(field.alias) for field in model.model_fields.values()}


def _in(names: str, right: Right) -> Right:
    """What is right, inside of mappings with these names."""
    outer, _, inner = names.partition(".")
    return lambda value: {outer: _in(inner, right)(value) if inner else right(value)}


def _under(name: str) -> Right:
    return lambda value: {name: value}


def _always(right: Mapping[str, object]) -> Right:
    return lambda _value: right


def _path(path: object) -> Mapping[str, object]:
    return {"paths": {str(path): {}}}


def _balancer(arn: object) -> Mapping[str, object]:
    if ":loadbalancer/net/" in str(arn):
        return {"networkLoadBalancer": _with(NetworkLoadBalancer, "arn")(arn)}
    return {"loadBalancer": _with(LoadBalancer, "arn")(arn)}


_SERVICE = _in("service", _with(PublishedService, "name"))
_CLUSTER = _in("cluster.existing", _with(ExistingCluster, "name"))
_BACKENDS_VPC = _in("network.existing", _with(ExistingBackendNetwork, "vpcId"))
_GATEWAYS_VPC = _in("network.existing", _with(ExistingGateway, "vpcId"))
_CLUSTER_NAME = Elsewhere("the name of an existing cluster is cluster.existing.name", _CLUSTER)
_BALANCER = Elsewhere("the ARN of a load balancer is loadBalancer.arn or networkLoadBalancer.arn", _balancer)
_SERVICE_NAME = Elsewhere("the name of an endpoint service is service.name", _SERVICE)

_ALARMS = Elsewhere("alarms of the API are those of crosslink:consumer", _always({}))
_OWNERS_PODS = "the pods of an existing Service are its owner's"
_STREAMING = ("streaming", "responseStreaming", "responseTransferMode")
_STREAMED = {"routes": {"/svc1": {"streaming": True}}}


def _of_network(existing: type[Model]) -> Mapping[str, Elsewhere]:
    """The keys of an existing network, in one that the stack makes."""
    names = [str(field.alias) for field in existing.model_fields.values()]
    where = "the keys of an existing network are under existing"
    return {name: Elsewhere(where, _in("existing", _with(existing, name))) for name in names}


def _of_what_is_made(made: type[Model], joined: type[Model], why: str) -> Mapping[str, Elsewhere]:
    """The keys of what the stack makes, beside `existing`."""
    return dict.fromkeys(_keys(made) - _keys(joined), Elsewhere(why, _always({})))


def _service(name: str) -> Elsewhere:
    return Elsewhere("an existing Service is under existing", _in("existing", _with(ExistingService, name)))


def _of_pods(name: str) -> Elsewhere:
    outer, _, inner = MOVED[name]
    return Elsewhere(f"its place is {outer}.{inner}", partial(moved, name))


UNKNOWN: Mapping[type[Model], Mapping[str, Elsewhere]] = {
    Api: {
        "jwt": Elsewhere(
            "a JWT authorizer can't be made: a function (auth: lambda) checks tokens of any issuer, a user "
            "pool (auth: cognito) its own",
            _always({"auth": "lambda", "lambda": LambdaAuthorizer.example}),
        ),
        "resources": Elsewhere(
            "each path of a backend is a resource, and has its settings in routes", _always({})
        ),
        "tls": Elsewhere(
            "the least version of TLS of callers is domain.tls", _in("domain", _with(Domain, "tls"))
        ),
        "alarms": _ALARMS,
        "quotas": Elsewhere("quotas are a key of the stack file", _under("crosslink:quotas")),
        **dict.fromkeys(_STREAMING, Elsewhere("each route has its streaming", _always(_STREAMED))),
    },
    Consumer: {
        "tags": Elsewhere("tags are a key of the stack file", _under("crosslink:tags")),
        "vpcId": Elsewhere("the id of an existing VPC is network.existing.vpcId", _GATEWAYS_VPC),
    },
    ClusterBackend: {
        "paths": Elsewhere(
            "each service of a cluster has its path", _always({"services": [_example(Service)]})
        )
    },
    PathsBackend: {
        "services": Elsewhere(
            "only a cluster has services, other backends have paths", _always({"paths": {"/svc1": {}}})
        ),
        "path": Elsewhere("a backend without services has paths", _path),
    },
    Backend: {
        "vpcId": Elsewhere("the id of an existing VPC is network.existing.vpcId", _BACKENDS_VPC),
        "clusterName": _CLUSTER_NAME,
        "eksCluster": _CLUSTER_NAME,
        "loadBalancerArn": _BALANCER,
        "networkLoadBalancerArn": _BALANCER,
        "albArn": _BALANCER,
        "nlbArn": _BALANCER,
        "targetGroupArn": Elsewhere(
            "a backend is a load balancer, not a target group",
            _always({"loadBalancer": _example(LoadBalancer)}),
        ),
        "serviceName": _SERVICE_NAME,
        "endpointServiceName": _SERVICE_NAME,
        "endpointService": _SERVICE_NAME,
    },
    Domain: {"domainName": Elsewhere("it is name", _under("name"))},
    **{
        model: {name: Elsewhere(where, right) for name, (where, right) in table.items()}
        for model, table in WITHIN.items()
    },
    Cors: {"methods": Elsewhere("methods are those of the route", _always({}))},
    Cluster: {
        "kubernetesVersion": Elsewhere("it is version", _under("version")),
        **dict.fromkeys(
            ("endpointPublicAccess", "endpointPrivateAccess", "privateEndpoint"),
            Elsewhere(
                "a private endpoint is always there, and alone with publicAccessCidrs: []",
                _always({"publicAccessCidrs": []}),
            ),
        ),
        **dict.fromkeys(
            ("addons", "addOns", "coredns", "vpcCni"),
            Elsewhere("EKS Auto Mode has networking, load balancing and storage built in", _always({})),
        ),
        "name": Elsewhere(
            "the name of an existing cluster is existing.name",
            _in("existing", _with(ExistingCluster, "name")),
        ),
    },
    RouteSettings: {
        "alarms": _ALARMS,
        **dict.fromkeys(
            _STREAMING[1:],
            Elsewhere("an answer is passed on as it comes with streaming", _always({"streaming": True})),
        ),
    },
    Alarms: dict.fromkeys(
        ("topic", "snsTopic", "snsTopicArn", "topicArns"),
        Elsewhere("each side has one topic, topicArn", _always(Alarms.example)),
    ),
    Service: {
        **{name: _service(name) for name in ("namespace", "service")},
        **{name: _of_pods(name) for name in MOVED},
        **{name: Elsewhere(where, _always(right)) for name, (where, right) in INSTEAD.items()},
    },
    JoinedService: {
        **_of_what_is_made(Service, JoinedService, _OWNERS_PODS),
        "healthPath": Elsewhere(_OWNERS_PODS, _always({})),
    },
    JoinedCluster: _of_what_is_made(Cluster, JoinedCluster, "an existing cluster is its owner's"),
    **{
        joined: _of_what_is_made(made, joined, "an existing network is its owner's")
        for made, joined in (
            (GatewayNetwork, JoinedGateway),
            (Landing, JoinedLanding),
            (BackendNetwork, JoinedBackendNetwork),
        )
    },
    GatewayNetwork: _of_network(ExistingGateway),
    Landing: _of_network(ExistingLanding),
    BackendNetwork: _of_network(ExistingBackendNetwork),
}
"""Model → the unknown key → where it belongs. The first model that a mapping is of decides."""


def elsewhere(model: type, name: str) -> Elsewhere | None:
    """Where a setting belongs that a model doesn't have; None if nothing is known of it."""
    tables = (table for known, table in UNKNOWN.items() if issubclass(model, known))
    return next((table[name] for table in tables if name in table), None)


def as_mapping(name: str, given: object) -> Mapping[str, object] | None:
    """The key with the mapping that text, or a list as in Kubernetes, in its place means; None if that
    doesn't tell."""
    return _from_text(name, given) if isinstance(given, str) else from_kubernetes(name, given)


def _from_text(name: str, text: str) -> Mapping[str, object] | None:
    meant: Mapping[tuple[str, str], Right] = {
        ("cluster", ""): _CLUSTER,
        ("network", "vpc-"): _BACKENDS_VPC,
        ("loadBalancer", "arn:"): _balancer,
        ("networkLoadBalancer", "arn:"): _balancer,
        ("service", "com.amazonaws."): _SERVICE,
        ("paths", "/"): _path,
        ("health", "/"): lambda path: {"health": {"path": path}},
        ("serviceAccount", "arn:"): lambda arn: {"serviceAccount": {"roleArn": arn}},
        ("cors", ""): lambda origin: {"cors": {"origins": [origin]}},
    }
    return next(
        (right(text) for (key, start), right in meant.items() if key == name and text.startswith(start)), None
    )
