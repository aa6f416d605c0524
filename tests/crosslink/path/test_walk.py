"""The walks of recorded resources: every route of every example, and what a preview can't know."""

import dataclasses
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path

import pytest

from crosslink.graph import tokens
from crosslink.graph.unknown import Unknown, present, visible
from crosslink.path import steps
from crosslink.path.hop import Hop
from crosslink.path.intent import Intent, Place
from crosslink.path.trail import Step
from crosslink.path.walk import Model
from crosslink.report.hops import more
from settings import cluster_name
from settings.api import Api
from settings.backend import ClusterBackend
from tests.crosslink.walks import (
    each_run,
    each_whole_stack,
    model_of_file,
    there,
    told,
    walk_name,
    walk_of,
    walks_of,
    wiring,
)
from tests.runs import settings_of

OF_OTHERS = {"Pulumi.mixed": {"web ACL"}}
"""Stack → what only its owner and AWS know of what the stack names."""
OF_THE_DOCUMENT = {
    *("Api.binary_media_types", "Api.key_source", "Api.policy", "IngressRule.unmet", "Snapshot.current"),
    *("Stage.strays", "method"),
}
"""What nobody knows before the up of an API whose document names a load balancer, by a VPC link v2."""


def is_read(file: Path, *, preview: bool) -> bool:
    """Whether the API's document is known."""
    return not preview or api_of(file).vpc_link == "v1"


@each_whole_stack
@each_run
def test_every_route_has_a_walk_without_a_gap(file: Path, preview: bool) -> None:
    found = walks_of(file, preview=preview)
    served = [
        (served.path, walk_name(file, backend, served.path))
        for backend in settings_of(file).backends
        for served in backend.served
    ]
    assert list(found) == [name for _path, name in sorted(served, key=lambda named: named[0])]
    for walk in found.values():
        unread = [] if is_read(file, preview=preview) else ["method"]
        assert [title for title, hop in told(walk) if not isinstance(hop, Hop)] == unread
        assert [way for way in walk.seen(steps.ROUTE_OUT, steps.ROUTE_BACK) if not way.route] == []
        if unread:
            continue
        api = api_of(file).route(walk.path)
        paths = [walk.path, f"{walk.path.rstrip('/')}/{{proxy+}}"]
        assert {(method.path, method.http_method) for method in visible(walk.every(steps.METHOD))} == set(
            product(paths, api.methods or ["ANY"])
        )
        assert [method.path for method in visible(walk.every(steps.PREFLIGHT))] == (paths if api.cors else [])


@each_whole_stack
@each_run
def test_every_route_ends_at_its_own_pods(file: Path, preview: bool) -> None:
    for backend in settings_of(file).backends:
        assert isinstance(backend, ClusterBackend)
        for service in backend.services:
            walk = walks_of(file, preview=preview)[walk_name(file, backend, service.path)]
            pods = there(walk, steps.DEPLOYMENT)
            assert (pods.resource, pods.account, pods.region) == (
                f"kubernetes:apps/v1:Deployment crosslink-{backend.name}-{service.name}",
                backend.account_id,
                backend.region,
            )


@each_whole_stack
@each_run
def test_the_stack_says_what_each_route_is_meant_to_be(file: Path, preview: bool) -> None:
    settings, api = settings_of(file), api_of(file)
    consumer = settings.consumer
    assert consumer
    authorizers = {
        "cognito": api.cognito and api.cognito.user_pool_arn,
        "lambda": api.lambda_ and api.lambda_.function_arn,
    }
    for backend in settings.backends:
        assert isinstance(backend, ClusterBackend)
        for served in backend.served:
            route = api.route(served.path)
            walk = walks_of(file, preview=preview)[walk_name(file, backend, served.path)]
            shared = settings.probed(backend).get(served.path)
            far = consumer.endpoint_region(backend) != consumer.region
            assert walk.intent == Intent(
                auth=api.auth_of(served.path),
                methods=route.methods or ("ANY",),
                principals=route.principals,
                scopes=route.scopes,
                cors=route.cors is not None,
                credentials=False,
                id_tokens=False,
                identity_headers=any(other.identity_headers for other in api.routes.values()),
                tells_caller=route.identity_headers is True,
                authorizer=authorizers.get(api.auth_of(served.path)),
                source_ips=tuple(map(str, api.source_ips)),
                domain=api.domain and api.domain.name,
                base_path=api.domain and api.domain.base_path,
                stage=api.stage,
                existing=api.existing is not None,
                api=Place(account=consumer.account_id, region=consumer.region),
                backend=Place(account=backend.account_id, region=backend.region),
                tls_domain=backend.tls.domain if backend.tls else None,
                sent_as=served.sent_as,
                service_name=there(walk, steps.SERVICE).name,
                kind_of_backend="cluster",
                controller="eks.amazonaws.com/alb",
                port=backend.port,
                allowed_principals=settings.may_connect(backend),
                shares_cluster=False,
                cluster_name=cluster_name(file.stem.removeprefix("Pulumi."), backend.name),
                connection="peering" if far else None,
                native=consumer.is_native(backend),
                supported_regions=settings.supported_regions(backend),
                weights=tuple(shared.weights.items()) if shared else (),
                health_path=shared.health_path if shared else None,
                cors_origins=route.cors.origins if route.cors else (),
                cors_headers=route.cors.headers if route.cors else (),
                timeout_seconds=route.timeout_seconds,
                streaming=route.streaming,
                token_header=api.lambda_.header if api.lambda_ else None,
                authorizer_type=api.lambda_.type if api.lambda_ else None,
                cache_seconds=api.lambda_.cache_seconds if api.lambda_ else None,
            )


def api_of(file: Path) -> Api:
    api = settings_of(file).api
    assert api
    return api


def wires(file: Path, hop: tuple[str, str, str]) -> bool:
    """Whether a preview shows a hop, by its title."""
    return is_read(file, preview=True) or hop[0] != "method"


@each_whole_stack
def test_a_preview_wires_the_same_hops_as_an_up(file: Path) -> None:
    before, after = model_of_file(file, preview=True), model_of_file(file)
    wired = [[hop for hop in wiring(walk) if wires(file, hop)] for walk in after.walks]
    assert [wiring(walk) for walk in before.walks] == wired
    assert {one.urn for one in before.registered} == {one.urn for one in after.registered}
    assert before.places == after.places


@each_whole_stack
def test_an_up_knows_everything(file: Path) -> None:
    assert set(unknown_in(without_resources(file))) == OF_OTHERS.get(file.stem, set())


@each_whole_stack
def test_a_preview_knows_all_but_what_aws_and_the_cluster_give(file: Path) -> None:
    assert set(unknown_in(without_resources(file, preview=True))) == {
        "id",
        "Stage.url",
        "Stage.variables",
        "Subnet.zone_name",
        "Endpoint.service_name",
        "EndpointService.name",
        "Intent.service_name",
        "Target.target",
        "TargetGroup.members",
        "Alb.host_name",
        *(["Listener.weights"] if settings_of(file).shared_routes else []),
        *(["Domain.certificate_arn"] if file.stem in {"Pulumi.alarms", "Pulumi.domain"} else []),
        *(() if is_read(file, preview=True) else OF_THE_DOCUMENT),
        *OF_OTHERS.get(file.stem, ()),
    }


def test_an_unknown_fact_says_why() -> None:
    walk = walk_of("/svc1", preview=True)
    service, alb = there(walk, steps.SERVICE), there(walk, steps.ALB)
    assert isinstance(service.name, Unknown)
    assert service.name.reason == "AWS gives it in the up"
    assert isinstance(alb.host_name, Unknown)
    assert alb.host_name.reason == "the cluster gives it in the up"


def test_manual_acceptance_is_seen() -> None:
    walk = walk_of("/svc1", "manual-acceptance")
    service, endpoint = there(walk, steps.SERVICE), there(walk, steps.ENDPOINT)
    assert service.acceptance_required is True
    assert [one.resource for one in present(endpoint.acceptance)] == [f"{tokens.ACCEPTER} crosslink-apps"]
    assert ("accepted by", "account 222222222222") in more(endpoint)


def test_a_backend_in_the_apis_region_needs_no_peering() -> None:
    inside, outside = walk_of("/search", "same-region"), walk_of("/svc1", "same-region")
    ways = (steps.ROUTE_OUT, steps.ROUTE_BACK)
    assert [inside.every(step) for step in ways] == [(), ()]
    assert [len(visible(outside.every(step))) for step in ways] == [2, 2]
    assert [(target.zone, target.outside) for target in visible(inside.every(steps.TARGET))] == [
        (None, False)
    ] * 2
    assert {(target.zone, target.outside) for target in visible(outside.every(steps.TARGET))} == {
        ("all", True)
    }
    assert [len(visible(walk.every(steps.PEERING))) for walk in (inside, outside)] == [0, 1]


@pytest.mark.parametrize(
    ("example", "path", "auth"),
    [
        ("existing-api", "/team/svc1", "AWS_IAM"),
        ("api-key", "/svc1", "API_KEY"),
        ("open-api", "/svc1", "NONE"),
    ],
)
def test_each_auth_is_told(example: str, path: str, auth: str) -> None:
    assert {method.auth for method in visible(walk_of(path, example).every(steps.METHOD))} == {auth}


def test_somebody_elses_api_is_not_judged() -> None:
    walk = walk_of("/team/svc1", "existing-api")
    assert walk.one(steps.REST_API) is None
    assert there(walk, steps.SNAPSHOT).current is True


def test_a_usage_plan_has_its_keys() -> None:
    [plan] = visible(walk_of("/svc1", "api-key").every(steps.USAGE_PLAN))
    assert [key.enabled for key in visible(plan.keys)] == [None]


def without_resources(file: Path, *, preview: bool = False) -> Model:
    """What is read of a stack, without the resources that it is read from: of providers no id is known."""
    return dataclasses.replace(model_of_file(file, preview=preview), resources={})


def unknown_in(value: object, owner: str = "") -> Iterator[str]:
    """What is unknown in a model, by class and attribute; ids by their name alone, steps by their titles."""
    if isinstance(value, Unknown):
        yield owner
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            name = "id" if field.name == "id" else f"{type(value).__name__}.{field.name}"
            yield from unknown_in(getattr(value, field.name), name)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from unknown_in(item, owner)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from unknown_in(item, key.title if isinstance(key, Step) else owner)
