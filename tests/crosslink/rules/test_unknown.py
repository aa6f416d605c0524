"""Whatever single fact can't be known, no rule raises an alarm, and those that ask for it say so."""

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache
from itertools import zip_longest
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from crosslink.graph.unknown import Unknown
from crosslink.path import steps
from crosslink.path.steps import STEPS
from crosslink.path.walk import Order, Walk
from crosslink.rules import WALK_RULES
from crosslink.rules.grade import Grade
from crosslink.rules.hearing import Verdict, hear
from crosslink.rules.verdict import Result
from tests.faults.fault import model_of

DENIED = Unknown("nobody may look")
WALKS = {
    "preview with an accepter": ("preview", "manual-acceptance", "/svc1"),
    "AWS with keys": ("live", "api-key", "/svc1"),
    "preview with TLS": ("preview", "tls", "/payments/cards"),
    "preview with a user pool and CORS": ("preview", "cognito", "/orders"),
    "preview with a domain": ("preview", "domain", "/svc1"),
    "preview of pods with an identity": ("preview", "arm64", "/search"),
    "AWS with two regions": ("live", "one-route-two-regions", "/svc1"),
    "AWS with a function and a domain": ("live", "existing-mixed", "/team/hooks"),
}
"""They have every kind of hop, and every kind of fact: vantage point, stack and route."""

ASKED_FOR = (
    *(step for step in STEPS if not (step.part_of or step.optional)),
    steps.DOMAIN,
    steps.PREFLIGHT,
    steps.SNAPSHOT,
    steps.LIMIT,
    steps.USAGE_PLAN,
    steps.WEB_ACL,
    steps.PERMISSION,
    steps.EXIT,
    steps.TARGET_INGRESS,
    steps.MADE_ORDER,
    steps.NETWORK_POLICY,
    steps.NODE_POOL,
    steps.SERVICE_ACCOUNT,
    steps.READ_BY_PODS,
)
"""The steps of which a rule says so if they can't be looked at; with the others more can't be known."""
SILENT = {
    "Alb.host_name",
    "Autoscaler.most",
    "PodIdentity.role",
    # Facts of services for other regions alone; see test_native_crossing.py.
    "EndpointService.region_states",
    "EndpointService.remote",
    # Facts of joined parts alone; see test_joined.py.
    "EndpointService.pending",
    "Intent.service_name",
    "Deployment.image",
    "Deployment.labels",
    "Endpoint.service_name",
    "EndpointService.name",
    "IngressRule.ingress_class",
    "IngressRule.service_port",
    "Route.destination",
    "Stage.url",
    "VpcLink.message",
    "Way.destination",
    "Throttle.cache_seconds",  # of a stage with a cache
    "Throttle.caches",
    "Throttle.logs_bodies",
    "AddressTarget.health_reason",
    "Target.health_reason",
    "IngressRule.host",
    "IngressRule.own_namespace",
    "Method.authorizer_role",
    "Method.transfer",  # only a route with streaming is asked for it
    "Target.target",
    "Target.zone",
    "Vpc.cidr",
    "Method.sets",  # what facts of the Ingress's rule are made of
    "NatGateway.failure",  # for people
    "Deployment.nodes",  # asked for only if pods aren't ready
    "EksCluster.public_access",  # as the next, only if nodes don't reach the API inside the VPC
    "EksCluster.public_ranges",
    # House rules alone ask for them.
    "DisruptionBudget.available",
    "DisruptionBudget.unavailable",
    # Facts that only matter where somebody sets what this program doesn't.
    "Endpoint.network",
    "EndpointService.private_name_state",
    "LoadBalancer.lets_in",
    "LoadBalancer.name",
    "NodePool.node_class",  # with a built-in node pool its class is there
    "Subnet.ipv6",
    "Subnet.zone_name",
    "TargetGroup.name",
    "TargetGroup.stickiness",
    # Facts of a VPC link v2; see test_link_v2.py.
    "Method.balancer",
    "SecurityGroupRule.group",
    "VpcLink.lets_out",
    "VpcLink.subnets",
    # What can't be known comes with more that can't be known then.
    "AddressTarget.subnet",
    "UsagePlan.limits",
    *(f"Walk.{step.title}" for step in STEPS if step not in ASKED_FOR),
}
"""Facts that are for people, by which something was found, or that only house rules ask for; besides them
each hop's id."""

WITHOUT_FACTS = {
    "cluster-waits-for-its-way-out",
    "consumer-goes-ahead",
    "deployment-waits-for-methods",
    "ingress-waits-for-its-parts",
    "link-serves-one-api",
    "pods-wait-for-their-identity",
    "route-waits-for-acceptance",
    "target-waits-for-the-endpoint",
    "hop-is-where-it-belongs",
    "group-rules-are-accepted",
    "groups-are-closed-to-the-world",
    "names-are-accepted",
    "route-says-one-thing",
    *(
        rule.id
        for rule in WALK_RULES
        if rule.grade is Grade.HOUSE and rule.id != "existing-alb-demands-the-header"
    ),
}
"""Rules about what waits for what and who else uses a link, which any program tells, and about places, which
every hop has; and house rules, which nobody has to know."""


def parts_of(value: Any) -> Iterator[Any]:
    """All that has facts inside something."""
    inner: Any = value if isinstance(value, tuple) else ()
    if isinstance(value, Walk):
        inner = (value.intent, *value.found.values())
    elif is_dataclass(value) and not isinstance(value, Unknown | Order):
        inner = [getattr(value, field.name) for field in fields(value)]
        yield value
    for part in inner:
        yield from parts_of(part)


@cache
def hints_of(type_: type) -> dict[str, Any]:
    return get_type_hints(type_)


def blinded(value: Any, hint: Any) -> Iterator[Any]:
    """A fact as it is with something unknown: all of it, or a single item of it."""
    options = get_args(hint)
    if Unknown in options:
        yield DENIED
    for items in (
        kind for kind in (hint, *options) if get_origin(kind) is tuple and isinstance(value, tuple)
    ):
        kinds = get_args(items)
        every = kinds[0] if Ellipsis in kinds else None
        for place, (item, kind) in enumerate(zip_longest(value, () if every else kinds, fillvalue=every)):
            for new in blinded(item, kind):
                yield (*value[:place], new, *value[place + 1 :])


def with_(value: Any, old: Any, new: Any) -> Any:
    """A part of a walk, with a part of that changed wherever it is."""
    if isinstance(value, tuple):
        return tuple(with_(item, old, new) for item in value)
    if not is_dataclass(value) or isinstance(value, Unknown | Order | type):
        return value
    if type(value) is type(old) and value == old:
        return new
    inner = vars(value)
    changed = {name: with_(part, old, new) for name, part in inner.items()}
    return replace(value, **changed) if changed != inner else value


def walk_of(name: str) -> Walk:
    vantage, stack, path = WALKS[name]
    return next(walk for walk in model_of(vantage, stack).walks if walk.path == path)


def ends_of_each_type(parts: Iterable[Any]) -> Iterator[Any]:
    """The first and the last part of each type: what is between them is judged like these."""
    by_type: dict[type, list[Any]] = {}
    for part in dict.fromkeys(parts):
        by_type.setdefault(type(part), []).append(part)
    for own in by_type.values():
        yield from dict.fromkeys((own[0], own[-1]))


@cache
def verdicts_without_each_fact(name: str) -> list[tuple[str, tuple[Verdict, ...]]]:
    """Each fact's name, and what the rules say when it can't be known."""
    walk = walk_of(name)
    whole = hear(walk)
    inside = {step: frozenset(parts_of(hops)) for step, hops in walk.found.items()}

    def changed(old: Any, new: Any) -> Walk:
        """The walk with a part changed wherever it is."""
        found = {
            step: with_(hops, old, new) if old in inside[step] else hops for step, hops in walk.found.items()
        }
        return replace(walk, intent=with_(walk.intent, old, new), found=found)

    told = [
        (f"{type(part).__name__}.{fact}", hear(changed(part, replace(part, **{fact: new})), whole).verdicts)
        for part in ends_of_each_type(parts_of(walk))
        for fact, hint in hints_of(type(part)).items()
        if fact in {field.name for field in fields(part)}
        for new in blinded(getattr(part, fact), hint)
    ]
    told += [
        (f"Walk.{step.title}", hear(replace(walk, found={**walk.found, step: DENIED}), whole).verdicts)
        for step in walk.found
    ]
    return [*told, ("Walk.intent", hear(replace(walk, intent=DENIED), whole).verdicts)]


@pytest.mark.parametrize("name", WALKS)
def test_what_is_unknown_is_never_broken(name: str) -> None:
    alarms = [
        (fact, verdict.rule, verdict.why)
        for fact, verdicts in verdicts_without_each_fact(name)
        for verdict in verdicts
        if verdict.result is Result.BROKEN
    ]

    assert alarms == []


def test_no_fact_is_missed_in_silence() -> None:
    heard: dict[str, set[str]] = {}
    for name in WALKS:
        for fact, verdicts in verdicts_without_each_fact(name):
            unknown = {
                verdict.rule
                for verdict in verdicts
                if verdict.result is Result.UNKNOWN and verdict.why == DENIED.reason
            }
            heard.setdefault(fact, set()).update(unknown)

    silent = {fact for fact, rules in heard.items() if not rules and not fact.endswith(".id")}

    assert silent == SILENT


def test_every_rule_asks_for_facts() -> None:
    judged = {verdict.rule for name in WALKS for verdict in hear(walk_of(name)).verdicts}
    asking = {
        verdict.rule
        for name in WALKS
        for _fact, verdicts in verdicts_without_each_fact(name)
        for verdict in verdicts
        if verdict.result is Result.UNKNOWN
    }

    assert judged - asking == WITHOUT_FACTS
