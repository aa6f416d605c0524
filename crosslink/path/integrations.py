"""What an integration and its method's authorizers say, whether in a document or as single resources."""

from collections.abc import Mapping, Sequence

from components.consumer.openapi_keys import INTEGRATION_TARGET
from crosslink.graph.node import Value, doubt, fields, items, number
from crosslink.graph.unknown import Fact, Text, Unknown
from crosslink.path.document import text_of
from crosslink.path.hop import if_known
from crosslink.path.preflights import answer_of
from settings.quotas import MAX_RAISED_TIMEOUT, MAX_TIMEOUT

_TEXTS = ("contentHandling", "responseTransferMode")


def of_integration(integration: Mapping[str, Value]) -> Mapping[str, Value]:
    """What an integration says, with API Gateway's defaults.

    Source: https://docs.aws.amazon.com/apigateway/latest/api/API_Integration.html
    """
    timeout = _timeout(integration)
    kind, mapped = integration.get("type") or "", integration.get("requestParameters")
    return {
        **integration,
        **{key: text_of(integration.get(key)) for key in _TEXTS},
        "requestParameters": if_known(
            mapped, lambda known: {name: text_of(value) for name, value in fields(known).items()}
        ),
        "answer": answer_of(integration),
        "type": kind.upper() if isinstance(kind, str) else text_of(kind),
        "connectionType": text_of(integration.get("connectionType") or "INTERNET"),
        "connectionId": text_of(integration.get("connectionId") or ""),
        "uri": text_of(integration.get("uri") or ""),
        "waits": if_known(timeout, lambda milliseconds: min(milliseconds // 1000, MAX_RAISED_TIMEOUT)),
        "timeout": timeout,
    }


def _timeout(integration: Mapping[str, Value]) -> Fact[int]:
    """How many milliseconds an integration may take; to stream may take longer than it waits for a byte.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html
    """
    told = number(integration.get("timeoutInMillis", integration.get("timeoutMilliseconds")))
    if not isinstance(told, int | Unknown | None):
        return Unknown(f"the timeout {text_of(told)} is no number")
    return if_known(told, lambda milliseconds: milliseconds or MAX_TIMEOUT * 1000)


def target_in(integration: Mapping[str, Value], definition: Value, path: str, verb: str) -> Text:
    """The load balancer to which an integration of a document leads through a VPC link v2, by its ARN.

    Whether AWS's exports tell it isn't documented. Where one doesn't, and the API's definition does, nobody
    can tell what is deployed.

    Args:
        definition: the methods that the API defines, where AWS was asked.
        path: the path of the integration's method.
        verb: its verb.
    """
    target = text_of(integration.get(INTEGRATION_TARGET))
    own = (fields(method) for method in items(definition))
    defined = any(
        method.get(INTEGRATION_TARGET) and (method.get("path"), method.get("httpMethod")) == (path, verb)
        for method in own
    )
    if target is None and defined:
        return Unknown("AWS's export of what is deployed doesn't tell the integration's target")
    return target


def of_authorizers(authorizers: Sequence[Mapping[str, Value]], pools: str) -> Mapping[str, Value]:
    """Whom authorizers ask, user pools or the function that a URI invokes, by their ARNs, and as which role.

    Source: https://docs.aws.amazon.com/apigateway/latest/api/API_Authorizer.html
    """
    arns: list[Value] = []
    for authorizer in authorizers:
        own, uri = authorizer.get(pools), authorizer.get("authorizerUri")
        arns += [own] if isinstance(own, Unknown) else map(text_of, items(own))
        if uri:
            arns.append(
                if_known(uri, lambda text: str(text).partition("/functions/")[2].removesuffix("/invocations"))
            )
    roles = [role for authorizer in authorizers if (role := authorizer.get("authorizerCredentials"))]
    return {"authorizers": doubt(*arns) or arns, "authorizerRole": text_of(roles[0]) if roles else None}
