"""APIs beside what the stack declares: other stages of its API, and what they write down of requests."""

from crosslink.graph import tokens
from crosslink.graph.node import Node, Value, side_of
from crosslink.graph.unknown import known
from crosslink.rules.rule import API_GATEWAY, fix
from policy.security.rule import Stack, rule


@rule(tokens.STAGE, source=f"{API_GATEWAY}/set-up-stages.html")
@fix("""Take the stage away: limits, web ACL and logs are those of the stage that `api.stage` names; another
API needs a stack of its own.""")
def only_the_declared_stage(stack: Stack, node: Node) -> str | None:
    """The stack's API is served by the one stage that it declares, with its limits, web ACL and logs."""
    api = stack.declared.api if stack.declared else None
    stages = [stage for stage in stack.graph.of_type(tokens.STAGE) if api and _is_of(stack, stage, api.id)]
    if api is None or node not in stages or not any(stage.get("stageName") == api.stage for stage in stages):
        return None  # that there is the stage is a rule of the path
    name = known(node.get("stageName"))
    return f"its name is {name}, and {api.stage} is the API's stage" if name != api.stage else None


def _is_of(stack: Stack, stage: Node, api_id: Value) -> bool:
    """Whether a stage is of the declared API: by its id, in a preview by the side that makes it."""
    value = stage.get("restApi")
    if isinstance(value, str) and isinstance(api_id, str):
        return value == api_id
    apis = stack.graph.named_by(stage, "restApi", tokens.REST_API)
    return any(side_of(api.urn) == "consumer" for api in apis)


@rule(
    tokens.API_METHOD_SETTINGS,
    source=f"{API_GATEWAY}/set-up-logging.html",
    same=("bodies-stay-out-of-the-logs",),
)
@fix("Take dataTraceEnabled away: access logs, `api.logs`, say who called what, without what was sent.")
def no_bodies_in_logs(_stack: Stack, node: Node) -> str | None:
    """A stage's logs don't have what requests and answers carry: tokens, keys, persons' data."""
    return (
        "it logs whole requests and answers"
        if known(node.get("settings", "dataTraceEnabled")) is True
        else None
    )
