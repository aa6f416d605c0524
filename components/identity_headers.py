"""The request headers that tell a service who calls.

Each integration of an API that has them sets all of them, in the place of what callers send: a service may
then trust them on each of its routes.
"""

from collections.abc import Mapping

from settings.auth import AUTHS, Auth

CALLER_HEADERS = "X-Crosslink-Caller-"
"""How their names begin."""
NOBODY = "'-'"
"""The mapping expression for a header that names nobody: a hyphen, as in API Gateway's logs. Mapped to a
variable without a value, a header may keep what the caller sends
(https://github.com/Miserlou/Zappa/issues/1585), and no page says that a static value may be empty."""


def identity_headers(auth: Auth | None) -> Mapping[str, str]:
    """Each of the headers with its mapping expression.

    Args:
        auth: the auth of a route whose service is told who calls; None if it isn't.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping-sources.html
    """
    return {
        kind.caller_header: kind.caller if name == auth else NOBODY
        for name, kind in AUTHS.items()
        if kind.caller_header and kind.caller
    }
