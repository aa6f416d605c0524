"""A change of each setting that opens something, and what is told of it."""

from collections.abc import Mapping
from typing import Any

from tests.redeployments import ACL, APPS, EXISTING, FUNCTION, OPEN, POOL, ROLE, SVC3, tls
from tests.settings.stack_file import DROP

Edits = Mapping[str, Any]
Table = Mapping[str, tuple[Edits, str, str]]
"""Setting → a change of it that opens something; of what it is told, and what."""

CONSUMER, API = "crosslink:consumer", "crosslink:api"
NOBODYS = {f"{party}.{role}": DROP for party in (CONSUMER, APPS) for role in ("roleArn", "previewRoleArn")}
"""Without the roles, whose account is the party's."""
CLOSED = {
    "crosslink:protect": True,
    f"{APPS}.acceptance": "manual",
    f"{APPS}.tls": tls("us-east-1", "222222222222"),
    f"{API}.domain.tls": "1.3",
    f'{API}.routes["/orders"].identityHeaders': True,
}
"""What the API of `with_api` gets besides, so that there is something to open."""
OTHER_ACL = ACL.replace("edge", "lax")
PAGES = ["https://app.example.com", "https://other.example.com"]

REST_API, CLUSTER = "aws:apigateway:RestApi crosslink", "eks:index:Cluster crosslink-apps"
SERVICE, PLAN = "aws:ec2:VpcEndpointService crosslink-apps", "aws:apigateway:UsagePlan crosslink-mobile"
THROTTLE = "aws:apigateway:MethodSettings crosslink"


def of_api(edits: Edits) -> dict[str, Any]:
    """A change of the API."""
    return {f"{API}.{path}": value for path, value in edits.items()}


FIRST: Table = {
    "protect": ({"crosslink:protect": False}, CLUSTER, "is no longer protected"),
    "backends.acceptance": ({f"{APPS}.acceptance": "automatic"}, SERVICE, "takes connections without asking"),
    "backends.tls": ({f"{APPS}.tls": DROP}, "/orders", "is no longer encrypted on its way to the backend"),
    "backends.cluster.publicAccessCidrs": (
        {f"{APPS}.cluster.publicAccessCidrs[1]": "198.51.100.0/24"},
        CLUSTER,
        "its API can be reached from 198.51.100.0/24",
    ),
    "backends.cluster.admins": (
        {f"{APPS}.cluster.admins[1]": "arn:aws:iam::222222222222:role/oncall"},
        CLUSTER,
        "gives access to its API: arn:aws:iam::222222222222:role/oncall (admin)",
    ),
    "api.auth": (
        of_api({"auth": "apiKey", 'routes["/admin"].auth': "iam"}),
        "/plain",
        "has a weaker auth: apiKey, it was iam",
    ),
    "api.cognito.userPoolArn": (
        of_api({"cognito.userPoolArn": f"{POOL}x"}),
        "/orders",
        f"has another authorizer: {POOL}x",
    ),
    "api.lambda.functionArn": (
        of_api({"lambda.functionArn": f"{FUNCTION}:live"}),
        "/hooks",
        f"has another authorizer: {FUNCTION}:live",
    ),
    "api.lambda.header": (
        of_api({"lambda.header": "X-Token"}),
        REST_API,
        "tells callers apart by X-Token, it was Authorization",
    ),
    "api.lambda.cacheSeconds": (
        of_api({"lambda.cacheSeconds": 3600}),
        REST_API,
        "remembers what its authorizer has decided for 3600 s, it was 300 s",
    ),
    "api.sourceIps": (
        of_api({"sourceIps": ["203.0.112.0/20"]}),
        "/hooks",
        "takes callers from 203.0.112.0/20",
    ),
    "api.routes.principals": (
        of_api({'routes["/admin"].principals': [ROLE, f"{ROLE}2"]}),
        "/admin",
        f"has more principals: {ROLE}2",
    ),
    "api.routes.scopes": (
        of_api({'routes["/orders"].scopes': ["orders/read", "orders/write"]}),
        "/orders",
        "has more scopes: orders/write",
    ),
    "api.routes.methods": (
        of_api({'routes["/partners"].methods': ["GET", "POST"]}),
        "/partners",
        "takes more: POST",
    ),
    "api.routes.throttle.rate": (
        of_api({'routes["/partners"].throttle.rate': 6}),
        "/partners",
        "its rate limit is 6, it was 5",
    ),
    "api.routes.throttle.burst": (
        of_api({'routes["/partners"].throttle.burst': 11}),
        "/partners",
        "its burst limit is 11, it was 10",
    ),
    "api.routes.cors": (
        of_api({'routes["/partners"].cors': {"origins": PAGES}}),
        "/partners",
        "takes calls from web pages of other origins",
    ),
    "api.routes.cors.origins": (
        of_api({'routes["/orders"].cors.origins': PAGES}),
        REST_API,
        "/orders lets in pages of https://other.example.com",
    ),
    "api.routes.cors.credentials": (
        of_api({'routes["/orders"].cors.credentials': True}),
        "/orders",
        "lets web pages send cookies and other credentials of the browser",
    ),
    "api.routes.identityHeaders": (
        of_api({'routes["/orders"].identityHeaders': False}),
        "/orders",
        "no longer tells its service who calls, which X-Crosslink-Caller-Subject did",
    ),
    "api.routes.cors.headers": (
        of_api({'routes["/orders"].cors.headers': ["A", "B"]}),
        REST_API,
        "/orders lets in the headers B",
    ),
    "api.throttle.rate": (of_api({"throttle.rate": 101}), THROTTLE, "its rate limit is 101, it was 100"),
    "api.throttle.burst": (of_api({"throttle.burst": 201}), THROTTLE, "its burst limit is 201, it was 200"),
    "api.clients.throttle.rate": (
        of_api({"clients[0].throttle.rate": 11}),
        PLAN,
        "its rate limit is 11, it was 10",
    ),
    "api.clients.throttle.burst": (
        of_api({"clients[0].throttle.burst": 21}),
        PLAN,
        "its burst limit is 21, it was 20",
    ),
    "api.clients.quota.requests": (
        of_api({"clients[0].quota.requests": 9001}),
        PLAN,
        "its quota is 9001 per MONTH, it was 9000 per MONTH",
    ),
    "api.domain.tls": (
        of_api({"domain.tls": "1.2"}),
        "aws:apigateway:DomainName crosslink",
        "takes TLS 1.2, too",
    ),
    "api.webAclArn": (
        of_api({"webAclArn": OTHER_ACL}),
        "aws:wafv2:WebAclAssociation crosslink",
        f"puts another web ACL in front of the API: {OTHER_ACL}",
    ),
    "api.logs": (
        of_api({"logs": False}),
        "aws:apigateway:Stage crosslink",
        "it has no access logs (stage-writes-access-logs)",
    ),
}
"""Of the API of `with_api`, which is closed above. All at once in one run."""
SECOND: Table = {
    "consumer.roleArn": (
        {f"{CONSUMER}.roleArn": "arn:aws:iam::111111111111:role/other"},
        SERVICE,
        "lets in arn:aws:iam::111111111111:role/other",
    ),
    "backends.previewRoleArn": (
        {f"{APPS}.previewRoleArn": "arn:aws:iam::222222222222:role/look"},
        CLUSTER,
        "gives access to its API: arn:aws:iam::222222222222:role/look (crosslink:viewers)",
    ),
    "backends.services.path": (
        {f"{APPS}.services[5]": SVC3},
        "/svc3",
        "is a new route for callers with auth iam: any method",
    ),
    "backends.services.serviceAccount.roleArn": (
        {f"{APPS}.services[0].serviceAccount": {"roleArn": "arn:aws:iam::222222222222:role/orders"}},
        "aws:eks:PodIdentityAssociation crosslink-apps-plain",
        "gives pods the rights of arn:aws:iam::222222222222:role/orders",
    ),
    "api.routes.principals, removed": (
        of_api({'routes["/admin"].principals': DROP}),
        "/admin",
        "is no longer limited to some principals",
    ),
    "api.routes.auth": (
        of_api(
            {'routes["/hooks"].auth': "cognito", 'routes["/hooks"].scopes': ["hooks/call"], "lambda": DROP}
        ),
        "/hooks",
        "has another auth: cognito, it was lambda",
    ),
    "api.routes.allowUnauthenticated": (
        of_api({'routes["/plain"]': OPEN}),
        "/plain",
        "has a weaker auth: none, it was iam",
    ),
    "api.routes.throttle": (
        of_api({'routes["/partners"].throttle': DROP}),
        "/partners",
        "its rate limit is 100, it was 5",
    ),
    "api.clients.name": (
        of_api({"clients[1]": {"name": "kiosk"}}),
        "aws:apigateway:UsagePlanKey crosslink-kiosk",
        "is a new caller's key",
    ),
    "api.clients.throttle": (
        of_api({"clients[0].throttle": DROP}),
        PLAN,
        "its rate limit is gone, it was 10",
    ),
    "api.clients.quota.per": (
        of_api({"clients[0].quota.per": "day"}),
        PLAN,
        "its quota is 9000 per DAY, it was 9000 per MONTH",
    ),
    "api.domain": (of_api({"domain": DROP}), REST_API, "answers at its execute-api address, too"),
    "api.webAclArn, removed": (
        of_api({"webAclArn": DROP}),
        "aws:wafv2:WebAclAssociation crosslink",
        "goes: no web ACL stands in front of the API any more",
    ),
    "api.sourceIps, removed": (of_api({"sourceIps": DROP}), "/orders", "takes callers from 0.0.0.0/0"),
    "api.identityHeaders": (  # after the route that it can't hold for
        of_api(
            {
                "identityHeaders": True,
                'routes["/plain"].identityHeaders': False,
                'routes["/partners"].identityHeaders': False,
            }
        ),
        "/admin",
        "tells its service who calls, in X-Crosslink-Caller-Arn",
    ),
}
OF_DEV: Table = {
    "api.allowUnauthenticated": (of_api(OPEN), "/svc1", "has a weaker auth: none, it was iam"),
    "consumer.accountId": (
        {f"{CONSUMER}.accountId": "444444444444"} | NOBODYS,
        SERVICE,
        "lets in arn:aws:iam::444444444444:root",
    ),
    "backends.services.serviceAccount.roleArn": (
        {f"{APPS}.services[0].serviceAccount.roleArn": "arn:aws:iam::222222222222:role/orders"},
        "aws:eks:PodIdentityAssociation crosslink-apps-svc1",
        "gives its pods arn:aws:iam::222222222222:role/orders",
    ),
    "api.existing": (
        of_api({"name": DROP, **EXISTING}),
        "/svc1",
        "is in somebody else's API, whose policy says who may call besides",
    ),
}
"""Of the stack dev."""
OF_EXISTING: Table = {
    "api.cognito.token": (
        of_api({"cognito.token": "id", 'routes["/orders"].scopes': DROP}),
        "/orders",
        "takes ID tokens of every user of the pool, from any of its app clients",
    ),
    "backends.name": (
        {f"{APPS}.name": "shop", f"{APPS}.slot": 1},
        "eks:index:Cluster crosslink-shop",
        "its API can be reached from 203.0.113.0/24",
    ),
    "api.existing.id": (
        of_api({"existing.id": "z9y8x7w6v5"}),
        "aws:apigateway:Stage crosslink",
        "serves another API: z9y8x7w6v5, it was a1b2c3d4e5",
    ),
    "api.lambda.header": (
        of_api({"lambda.header": "X-Token"}),
        "aws:apigateway:Authorizer crosslink-lambda",
        "tells callers apart by method.request.header.X-Token, it was method.request.header.Authorization",
    ),
}
"""Of an existing API, all at once."""
