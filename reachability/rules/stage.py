"""The rules of the stage: what it serves, its limits and keys, and its VPC link."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from reachability.facts import Hop, Unknown, known, present, visible
from reachability.hops.api import Api, Snapshot, Stage, Throttle, UsagePlan, VpcLink
from reachability.model import Walk
from reachability.rules import pages
from reachability.rules.rule import rule
from reachability.rules.words import listed

UNLIMITED = -1
PRIVATE_KEYS = {"aws:sourcevpc", "aws:sourcevpce", "aws:vpcsourceip"}
"""Condition keys that only calls through a VPC endpoint have."""
NEGATED = ("StringNot", "NotIpAddress")
"""Operators that hold where their key is missing
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html)."""


def _stage(walk: Walk) -> Iterable[Stage]:
    return present(walk.stage)


def _source(walk: Walk) -> Iterable[Hop]:
    return [walk.source]


def _snapshot(walk: Walk) -> Iterable[Snapshot]:
    return [one for stage in _stage(walk) for one in present(stage.snapshot)]


def _limits(walk: Walk, stage: Stage) -> Iterable[Throttle]:
    """Those that the route's requests meet: plans are for keys."""
    for one in visible(stage.throttles):
        # `svc1/GET`, `svc1/{proxy+}/*`, `*/*`; an unknown one is judged.
        path, _, _method = str(one.method_path).rpartition("/")
        if path == "*" or isinstance(one.method_path, Unknown) or f"/{path}/".startswith(f"{walk.path}/"):
            yield one
    for stage_with_keys in _with_keys(walk):
        yield from (plan.limit for plan in visible(stage_with_keys.usage_plans) if plan.limit)


@rule(
    "stage",
    _source,
    fix="Register a stage that serves the API; in AWS `pulumi up --refresh` makes it again.",
    source=f"{pages.API_GATEWAY}/set-up-stages.html",
)
def stage_exists(walk: Walk, _source: Hop) -> str | None:
    """There is a stage, at which callers find the API."""
    return None if known(walk.stage) else "there is no stage"


@rule(
    "stage",
    _stage,
    fix="Let the stage name the deployment of the API's own definition.",
    source=f"{pages.API_GATEWAY}/how-to-deploy-api.html",
)
def stage_has_deployment(_walk: Walk, stage: Stage) -> str | None:
    """The stage serves a deployment of its API."""
    return None if known(stage.snapshot) else "the stage's deployment isn't there"


@rule(
    "stage",
    _snapshot,
    fix="Give the deployment a trigger that is the digest of the API's definition; in AWS, deploy again: "
    "`pulumi up --replace` on the deployment.",
    source=f"{pages.API_GATEWAY}/how-to-deploy-api.html",
)
def deployment_is_current(_walk: Walk, snapshot: Snapshot) -> str | None:
    """The stage's deployment holds what the API's definition says now, and is made anew when that changes."""
    return None if known(snapshot.current) else "the deployment doesn't follow the API's definition"


@rule(
    "stage",
    _snapshot,
    fix="Let the deployment depend on every method and integration: it is a snapshot of what is there.",
    source=f"{pages.API_GATEWAY}/how-to-deploy-api.html",
)
def deployment_waits_for_methods(walk: Walk, snapshot: Snapshot) -> str | None:
    """The deployment is made after the methods that it holds."""
    early = [one.path for one in visible(walk.methods) if walk.order and not walk.order.after(snapshot, one)]
    return f"doesn't wait for {', '.join(early)}" if early else None


@rule(
    "stage",
    lambda walk: present(walk.api),
    fix="Set the API's endpoint type to REGIONAL and keep its default endpoint.",
    source=f"{pages.API_GATEWAY}/api-gateway-api-endpoint-types.html",
)
def api_can_be_called(_walk: Walk, api: Api) -> str | None:
    """The API's own address answers callers from the internet."""
    if known(api.endpoint_type) == "PRIVATE":
        return "the API is PRIVATE: only VPC endpoints reach it"
    return "the default endpoint is disabled" if known(api.default_endpoint_disabled) else None


@rule(
    "stage",
    lambda walk: present(walk.api),
    fix="Take the statement out of the API's resource policy: calls from the internet don't have its key.",
    source=f"{pages.API_GATEWAY}/apigateway-resource-policies.html",
)
def policy_lets_callers_in(walk: Walk, api: Api) -> str | None:
    """The API's resource policy keeps nobody out for coming from the internet."""
    statements = _statements(known(api.policy))
    for keys in (_keys(one) for one in statements if one.get("Effect") == "Deny" and _is_for_all(one)):
        if all(operator.startswith(NEGATED) and key in PRIVATE_KEYS for operator, key in keys):
            return f"it denies {', '.join(sorted(key for _, key in keys)) or 'without a condition'}"
    allowed = [_keys(one) for one in statements if one.get("Effect") == "Allow"]
    # With auth `iam` the caller's own policy is enough, in the API's account.
    signed = any(intent.auth == "iam" for intent in present(walk.intent))
    if allowed and not signed and all(any(key in PRIVATE_KEYS for _, key in keys) for keys in allowed):
        return "it allows callers from VPCs only"
    return None


def _statements(policy: str | None) -> list[dict[str, Any]]:
    """The statements of a policy; a single one may stand without a list."""
    found: Any = json.loads(policy).get("Statement", []) if policy else []
    return cast("list[dict[str, Any]]", found if isinstance(found, list) else [found])


def _is_for_all(statement: Mapping[str, Any]) -> bool:
    """Whether a statement is for every caller and every method."""
    resource: Any = statement.get("Resource", "*")
    resources = cast("list[object]", resource if isinstance(resource, list) else [resource])
    return statement.get("Principal") in ("*", {"AWS": "*"}) and any(
        re.fullmatch(r"\*|execute-api:/\*|arn:aws:execute-api:[^/]*/\*", str(one)) for one in resources
    )


def _keys(statement: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The operators of a statement's conditions with their keys, which are case-insensitive."""
    conditions: Mapping[str, Mapping[str, Any]] = statement.get("Condition", {})
    return [(operator, key.lower()) for operator, tests in conditions.items() for key in tests]


@rule(
    "stage",
    _stage,
    fix="Register MethodSettings for `*/*` with throttlingRateLimit and throttlingBurstLimit.",
    source=f"{pages.API_GATEWAY}/api-gateway-request-throttling.html",
)
def stage_is_limited(_walk: Walk, stage: Stage) -> str | None:
    """The stage limits the requests of all its methods."""
    for one in known(stage.throttles):
        if known(one.method_path) == "*/*":
            limits = (known(one.rate), known(one.burst))
            open_ended = any(limit is None or limit == UNLIMITED for limit in limits)
            return "the limit for */* is off" if open_ended else None
    return "no limit for */*"


@rule(
    "stage",
    lambda walk: [one for stage in _stage(walk) for one in _limits(walk, stage)],
    fix="Set a rate and a burst above 0.",
    source=f"{pages.API_GATEWAY}/api-gateway-request-throttling.html",
)
def limit_lets_requests_through(_walk: Walk, throttle: Throttle) -> str | None:
    """A limit of the stage, or of a usage plan, lets some requests through: with 0 callers get a 429."""
    limits = {"rate": known(throttle.rate), "burst": known(throttle.burst)}
    closed = [name for name, limit in limits.items() if limit == 0]
    return f"{' and '.join(closed)} of {throttle.method_path} is 0" if closed else None


def _with_keys(walk: Walk) -> Iterable[Stage]:
    intents = present(walk.intent)
    return _stage(walk) if any(intent.auth == "apiKey" for intent in intents) else ()


@rule(
    "stage",
    _with_keys,
    fix="Register a UsagePlan that names the API's stage.",
    source=f"{pages.API_GATEWAY}/api-gateway-api-usage-plans.html",
)
def keys_have_a_plan(_walk: Walk, stage: Stage) -> str | None:
    """A usage plan names the stage: without one every key is refused."""
    return None if known(stage.usage_plans) else "no usage plan names the stage"


@rule(
    "stage",
    lambda walk: [one for stage in _with_keys(walk) for one in visible(stage.usage_plans)],
    fix="Register a UsagePlanKey that joins an enabled key to the plan.",
    source=f"{pages.API_GATEWAY}/api-gateway-api-usage-plans.html",
)
def plan_has_keys(_walk: Walk, plan: UsagePlan) -> str | None:
    """A usage plan has a key that is enabled."""
    keys = known(plan.keys)
    if not keys:
        return "no key belongs to the plan"
    return None if any(known(key.enabled) is not False for key in keys) else "its keys are disabled"


@rule(
    "VPC link",
    _stage,
    fix="Let the stage's variable hold the id of the VPC link.",
    source=f"{pages.API_GATEWAY}/set-up-private-integration.html",
)
def stage_names_a_link(walk: Walk, stage: Stage) -> str | None:
    """A variable of the stage holds the id of a VPC link that is there."""
    if known(walk.link):
        return None
    return f"none of its variables ({listed({name for name, _ in known(stage.variables)})}) names a VPC link"


@rule(
    "VPC link",
    lambda walk: [one for one in present(walk.link) if one.status is not None],
    fix="PENDING takes up to ten minutes. FAILED has a message: mostly the NLB isn't active, or the "
    "caller lacked the `ec2:*VpcEndpointService*` permissions. Then `pulumi up --replace` on the link.",
    source=f"{pages.API_GATEWAY}/set-up-private-integration.html",
)
def link_is_available(_walk: Walk, link: VpcLink) -> str | None:
    """The VPC link is available."""
    status = known(link.status)
    return None if status == "AVAILABLE" else f"the link is {status}: {link.message}"
