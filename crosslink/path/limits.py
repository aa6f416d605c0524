"""How many requests a stage takes: its own limits, and those of the plans by which keys use it."""

from dataclasses import replace

from crosslink.graph import tokens
from crosslink.graph.node import Node, Value, fields, items, number
from crosslink.graph.unknown import Fact, Flag, Number, Text, Unknown
from crosslink.path.hop import Hop, Source, computed, each, hop, hops_at, prop
from crosslink.path.stage_settings import is_of_api


def _plain(method_path: str) -> str:
    return method_path.replace("~1", "/").removeprefix("/")


def is_ours(source: Source) -> Fact[bool]:
    """Whether a resource is of the API of the stage."""
    stage = source.trail.node("stage")
    return is_of_api(source.node, stage) if isinstance(stage, Node) else stage or False


@hop
class Throttle(Hop):
    """A limit of a stage for some of its methods.

    API Gateway writes `~1` for a slash in a method's path, and may put a slash before it.
    """

    token = tokens.API_METHOD_SETTINGS
    method_path: Text = prop(  # `svc1/GET`; `*/*` for all methods
        "methodPath", convert=lambda path: path and _plain(path)
    )
    rate: Fact[float | None] = prop("settings", "throttlingRateLimit")  # requests per second; -1 is no limit
    burst: Fact[float | None] = prop("settings", "throttlingBurstLimit")  # requests at once; -1 is no limit
    of_api: Fact[bool] = computed(is_ours)  # whether it is for the stage's API
    caches: Flag = prop("settings", "cachingEnabled")  # whether answers are kept, if the stage has a cache
    cache_seconds: Number = prop("settings", "cacheTtlInSeconds", convert=number)  # None is the default, 300
    logs_bodies: Flag = prop("settings", "dataTraceEnabled")


@hop
class ApiKey(Hop):
    """A key of callers."""

    token = tokens.API_KEY
    enabled: Flag = prop("enabled")  # None is the default: yes


def _keys(source: Source) -> Fact[tuple[ApiKey, ...]]:
    members = source.graph.all_naming(source.node, "usagePlanId", tokens.USAGE_PLAN_KEY)
    keys = each(members, lambda member: source.graph.all_named(member, "keyId", tokens.API_KEY))
    return hops_at(ApiKey, source, keys)


@hop
class PlanLimit(Throttle):
    """The limit of a usage plan for each of its keys, on all methods together or on one."""

    token = tokens.USAGE_PLAN
    method_path: Text = prop("methodPath", convert=lambda path: _plain(path or "*/*"))
    of_api: Fact[bool] = computed(lambda _source: True)
    rate: Fact[float | None] = prop("throttleSettings", "rateLimit")
    burst: Fact[float | None] = prop("throttleSettings", "burstLimit")


def _limits(source: Source) -> Fact[tuple[PlanLimit, ...]]:
    plan, stage = source.node, source.trail.node("stage")
    own = stage.get("restApi") if isinstance(stage, Node) else None
    ours = [entry for entry in items(plan.get("apiStages")) if _may_be(fields(entry).get("apiId"), own)]
    of_methods = [
        {"methodPath": fields(limit).get("path"), "throttleSettings": limit}
        for entry in ours
        for limit in items(fields(entry).get("throttles"))
    ]
    of_all = [{"throttleSettings": both}] if (both := plan.get("throttleSettings")) else []
    return hops_at(PlanLimit, source, [replace(plan, properties=limit) for limit in of_all + of_methods])


def _may_be(api_id: Value, own: Value) -> bool:
    return isinstance(api_id, Unknown) or isinstance(own, Unknown) or api_id == own


@hop
class UsagePlan(Hop):
    """A plan that lets keys use a stage."""

    token = tokens.USAGE_PLAN
    keys: Fact[tuple[ApiKey, ...]] = computed(_keys)
    limits: Fact[tuple[PlanLimit, ...]] = computed(_limits)  # for each key; empty if the plan has no limit
    quota: Number = prop("quotaSettings", "limit", convert=number)  # requests per period; None for any number
    used: Number = prop("quotaSettings", "offset", convert=number)  # how many fewer in the first period
