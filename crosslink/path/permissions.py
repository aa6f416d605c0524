"""Who may invoke the functions that authorize callers."""

from fnmatch import fnmatchcase

from crosslink.graph import tokens
from crosslink.graph.node import Node, doubt
from crosslink.graph.unknown import Fact, Text, Unknown
from crosslink.path.hop import Hop, Source, computed, hop, prop


def _function(source: Source) -> Text:
    function, qualifier = source.node.get("function"), source.node.get("qualifier")
    named = f"{function}:{qualifier}" if isinstance(function, str) and qualifier else function
    return qualifier if isinstance(qualifier, Unknown) else named


def _is_for_api(source: Source) -> Fact[bool]:
    """Whether a permission is for the authorizers of the stage's API, by its source ARN.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html
    """
    permission, stage = source.node, source.trail.node("stage")
    if not isinstance(stage, Node):
        return stage or False
    arn, api_id = permission.get("sourceArn"), stage.get("restApi")
    if isinstance(arn, Unknown):
        api = source.graph.named_by(stage, "restApi", tokens.REST_API)
        return True if api and api == source.graph.named_by(permission, "sourceArn", tokens.REST_API) else arn
    # An ARN that is known before the API's id can't have it.
    own = "to-be-made" if isinstance(api_id, Unknown) else api_id
    authorizer = f"arn:aws:execute-api:{stage.region}:{stage.account}:{own}/authorizers/any"
    return arn is None or fnmatchcase(authorizer, arn)


_CONDITIONS = (
    "eventSourceToken",
    "functionUrlAuthType",
    "invokedViaFunctionUrl",
    "principalOrgId",
    "conditions",
)


def _conditions(source: Source) -> Fact[tuple[str, ...]]:
    given = {name: source.node.get(name) for name in _CONDITIONS}
    return doubt(*given.values()) or tuple(name for name, value in given.items() if value)


@hop
class InvokePermission(Hop):
    """That somebody may invoke a function."""

    token = tokens.LAMBDA_PERMISSION
    function: Text = computed(_function)
    action: Text = prop("action")  # `lambda:InvokeFunction`
    principal: Text = prop("principal")  # `apigateway.amazonaws.com`
    for_api: Fact[bool] = computed(_is_for_api)  # for this API's authorizers, at least
    source_account: Text = prop("sourceAccount")  # the account that API Gateway acts for; None for any
    # what else it asks for, which API Gateway doesn't tell, or which isn't read
    conditions: Fact[tuple[str, ...]] = computed(_conditions)
