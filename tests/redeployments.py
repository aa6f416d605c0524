"""A change of each setting, told by whether it takes a new deployment of the API; and runs with them."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import pulumi

from components.accounts import Accounts
from components.consumer.openapi import Route
from components.consumer.public_api import PublicApi, PublicApiArgs
from crosslink.sandbox import engine, stack_file
from crosslink.sandbox.record import Run
from tests.runs import DEV, PROGRAM
from tests.settings.stack_file import (
    DROP,
    StackFile,
    api_of,
    as_config,
    consumer_of,
    edited,
    parsed,
)

OPEN = {"auth": "none", "allowUnauthenticated": True}
QUOTA = {"requests": 9000, "per": "month"}
ACL = "arn:aws:wafv2:us-west-2:111111111111:regional/webacl/edge/a1b2c3d4-5678-90ab-cdef-111111111111"
CERTIFICATE = "certificate/a1b2c3d4-5678-90ab-cdef-111111111111"
POOL = "arn:aws:cognito-idp:us-west-2:111111111111:userpool/us-west-2_a1B2c3D4e"
FUNCTION = "arn:aws:lambda:us-west-2:111111111111:function:authorize"
ROLE = "arn:aws:iam::111111111111:role/shop"
NLB = "arn:aws:elasticloadbalancing:us-west-2:111111111111:loadbalancer"
KEY = "arn:aws:kms:us-east-2:555555555555:key/a1b2c3d4-5678-90ab-cdef-111111111111"
APPS = "crosslink:backends[0]"

BILLING = {
    "name": "billing",
    "slot": 1,
    "accountId": "333333333333",
    "region": "us-east-1",
    "network": {"cidr": "10.20.0.0/16", "zoneIds": ["use1-az2", "use1-az4"]},
    "cluster": {"publicAccessCidrs": ["203.0.113.0/24"]},
    "services": [{"name": "ledger", "path": "/ledger", "image": "hashicorp/http-echo:1.0", "port": 8080}],
}
SVC3 = {"name": "svc3", "path": "/svc3", "image": "hashicorp/http-echo:1.0", "port": 8080}


def tls(region: str, account_id: str) -> Mapping[str, str]:
    """A certificate for a backend."""
    return {
        "domain": "apps.example.com",
        "certificateArn": f"arn:aws:acm:{region}:{account_id}:{CERTIFICATE}",
    }


MORE_OR_LESS = {
    "a service more": {f"{APPS}.services[2]": SVC3},
    "a service less": {f"{APPS}.services[1]": DROP},
    "a backend more": {"crosslink:backends[1]": BILLING},
}
REDEPLOYED = {
    "backends.name": {f"{APPS}.name": "shop"},
    "backends.slot": {f"{APPS}.slot": 7},
    "backends.services.stripPrefix": {f"{APPS}.services[0].stripPrefix": True},
    "backends.services.path": {f"{APPS}.services[0].path": "/svc9"},
    "backends.tls.domain": {f"{APPS}.tls": tls("us-east-1", "222222222222")},
    "api.backendDomain": {"crosslink:api.backendDomain": "internal.example.org"},
}
"""Setting → a change of it, in the stack `dev`."""
NOT_REDEPLOYED = {
    "protect": {"crosslink:protect": True},
    "quotas.integrationTimeoutSeconds": {"crosslink:quotas.integrationTimeoutSeconds": 120},
    "quotas.apiResources": {"crosslink:quotas.apiResources": 600},
    "quotas.resourcePolicyCharacters": {"crosslink:quotas.resourcePolicyCharacters": 16384},
    "quotas.albRules": {"crosslink:quotas.albRules": 200},
    "quotas.securityGroupRules": {"crosslink:quotas.securityGroupRules": 100},
    "quotas.vpcs": {"crosslink:quotas.vpcs": 20},
    "quotas.elasticIps": {"crosslink:quotas.elasticIps": 20},
    "quotas.natGateways": {"crosslink:quotas.natGateways": 20},
    "flowLogs.retentionDays": {"crosslink:flowLogs": {"retentionDays": 90}},
    "allowPlaceholders": {"crosslink:allowPlaceholders": True},
    "tags": {"crosslink:tags": {"owner": "someone"}},
    "consumer.accountId": {"crosslink:consumer.accountId": "444444444444"},
    "consumer.region": {"crosslink:consumer.region": "eu-west-1"},
    "consumer.roleArn": {"crosslink:consumer.roleArn": "arn:aws:iam::444444444444:role/other"},
    "consumer.previewRoleArn": {"crosslink:consumer.previewRoleArn": "arn:aws:iam::444444444444:role/look"},
    "consumer.externalId": {"crosslink:consumer.externalId": "other"},
    "consumer.permissionsBoundary": {
        "crosslink:consumer.permissionsBoundary": "arn:aws:iam::444444444444:policy/most"
    },
    "consumer.alarms.topicArn": {
        "crosslink:consumer.alarms": {"topicArn": "arn:aws:sns:eu-west-1:444444444444:on-call"}
    },
    "consumer.network.cidr": {"crosslink:consumer.network.cidr": "10.30.0.0/16"},
    "consumer.network.zoneIds": {"crosslink:consumer.network.zoneIds": ["euw1-az1", "euw1-az3"]},
    "consumer.landings.cidr": {"crosslink:consumer.landings": {"us-east-2": {"cidr": "10.40.0.0/20"}}},
    "backends.accountId": {f"{APPS}.accountId": "555555555555"},
    "backends.region": {f"{APPS}.region": "us-east-2"},
    "backends.roleArn": {f"{APPS}.roleArn": "arn:aws:iam::555555555555:role/other"},
    "backends.previewRoleArn": {f"{APPS}.previewRoleArn": "arn:aws:iam::555555555555:role/look"},
    "backends.permissionsBoundary": {f"{APPS}.permissionsBoundary": "arn:aws:iam::555555555555:policy/most"},
    "backends.alarms.topicArn": {
        f"{APPS}.alarms": {"topicArn": "arn:aws:sns:us-east-2:555555555555:on-call"}
    },
    "backends.network.cidr": {f"{APPS}.network.cidr": "10.50.0.0/16"},
    "backends.network.zoneIds": {f"{APPS}.network.zoneIds": ["use2-az1", "use2-az2", "use2-az3"]},
    "backends.network.nat": {f"{APPS}.network.nat": "per-zone"},
    "backends.acceptance": {f"{APPS}.acceptance": "manual"},
    "backends.supportedRegions": {f"{APPS}.supportedRegions": ["eu-central-1"]},
    "backends.cluster.version": {f"{APPS}.cluster.version": "1.37"},
    "backends.cluster.publicAccessCidrs": {f"{APPS}.cluster.publicAccessCidrs": ["198.51.100.7/32"]},
    "backends.cluster.admins": {f"{APPS}.cluster.admins": ["arn:aws:iam::555555555555:role/admin"]},
    "backends.cluster.keyArn": {f"{APPS}.cluster.keyArn": KEY},
    "backends.cluster.logRetentionDays": {f"{APPS}.cluster.logRetentionDays": 90},
    "backends.tls.certificateArn": {f"{APPS}.tls": tls("us-east-2", "555555555555")},
    # The header that binds a route to its service has the path.
    "backends.services.name": {f"{APPS}.services[0].name": "renamed"},
    "backends.services.image": {f"{APPS}.services[0].image": "hashicorp/http-echo:0.2"},
    "backends.services.args": {f"{APPS}.services[0].args": ["-text=other"]},
    "backends.services.env": {f"{APPS}.services[0].env": {"LOG_LEVEL": "info"}},
    "backends.services.port": {f"{APPS}.services[0].port": 9090},
    "backends.services.replicas.min": {
        f"{APPS}.services[0].replicas": 3,
        f"{APPS}.services[1].replicas": {"min": 3, "max": 9},
    },
    "backends.services.replicas.max": {f"{APPS}.services[1].replicas.max": 8},
    "backends.services.replicas.cpuPercent": {f"{APPS}.services[1].replicas.cpuPercent": 50},
    "backends.services.resources.cpu": {f"{APPS}.services[0].resources.cpu": "250m"},
    "backends.services.resources.memory": {f"{APPS}.services[0].resources.memory": "512Mi"},
    "backends.services.startupSeconds": {f"{APPS}.services[0].startupSeconds": 90},
    "backends.services.health.path": {f"{APPS}.services[0].health.path": "/live"},
    "backends.services.health.readinessPath": {f"{APPS}.services[0].health.readinessPath": "/ready"},
    "backends.services.health.port": {f"{APPS}.services[0].health.port": 8081},
    "backends.services.health.timeoutSeconds": {f"{APPS}.services[0].health.timeoutSeconds": 3},
    "backends.services.command": {f"{APPS}.services[0].command": ["/http-echo"]},
    "backends.services.envFrom.secrets": {f"{APPS}.services[0].envFrom.secrets": ["orders-db"]},
    "backends.services.envFrom.configMaps": {f"{APPS}.services[0].envFrom.configMaps": ["orders"]},
    "backends.services.imagePullSecret": {f"{APPS}.services[0].imagePullSecret": "registry"},
    "backends.services.architecture": {f"{APPS}.services[0].architecture": "arm64"},
    "backends.services.runAsUser": {f"{APPS}.services[0].runAsUser": 1000},
    "backends.services.writablePaths": {f"{APPS}.services[0].writablePaths": ["/var/cache"]},
    "backends.services.serviceAccount.roleArn": {
        f"{APPS}.services[0].serviceAccount.roleArn": "arn:aws:iam::555555555555:role/orders"
    },
}
"""Made in one run: if one of them mattered, the trigger would differ."""
REFUSED = ("backends.allowedPrincipals",)
"""In a stack with an API, whose own role connects."""

PATHS = ("/plain", "/admin", "/orders", "/hooks", "/partners")
API: dict[str, Any] = {
    "stage": "v1",
    "auth": "iam",
    "cognito": {"userPoolArn": POOL},
    "lambda": {"functionArn": FUNCTION, "type": "token", "header": "Authorization", "cacheSeconds": 300},
    "throttle": {"rate": 100, "burst": 200},
    "clients": [{"name": "mobile", "throttle": {"rate": 10, "burst": 20}, "quota": QUOTA}],
    "domain": {
        "name": "api.example.com",
        "hostedZoneId": "Z0123456789ABCDEFGHIJ",
        "certificateArn": f"arn:aws:acm:us-west-2:111111111111:{CERTIFICATE}",
        "tls": "1.2",
        "basePath": "shop",
    },
    "webAclArn": ACL,
    "logs": {"retentionDays": 30, "accountRole": "existing"},
    "routes": {
        "/admin": {"methods": ["GET"]},
        "/orders": {"auth": "cognito", "scopes": ["orders/read"], "methods": ["GET"]},
        "/hooks": {"auth": "lambda", "methods": ["POST"]},
        "/partners": {"auth": "apiKey", "methods": ["GET"], "throttle": {"rate": 5, "burst": 10}},
    },
}
EXISTING = {"existing": {"id": "a1b2c3d4e5", "rootResourceId": "abc123", "name": "shared"}}
NEW = {
    "name": "shop",
    "sourceIps": ["203.0.113.0/24"],
    'routes["/admin"].principals': [ROLE],
    'routes["/orders"].cors': {"origins": ["https://app.example.com"], "headers": ["A"], "maxAgeSeconds": 9},
}
"""What is refused with an existing API."""

API_REDEPLOYED = {
    "api.vpcLink": {"vpcLink": "v2"},  # integrations name their target then
    "api.stage": {"stage": "v2"},  # the resource policy names it
    "api.auth": {"auth": "apiKey", 'routes["/admin"].auth': "iam"},
    "api.allowUnauthenticated": OPEN | {'routes["/admin"].auth': "iam"},
    "api.cognito.userPoolArn": {"cognito.userPoolArn": f"{POOL}x"},
    "api.cognito.token": {"cognito.token": "id", 'routes["/orders"].scopes': DROP},
    "api.identityHeaders": {"identityHeaders": True, 'routes["/partners"].identityHeaders': False},
    "api.routes.identityHeaders": {'routes["/admin"].identityHeaders': True},
    "api.lambda.functionArn": {"lambda.functionArn": f"{FUNCTION}:live"},
    "api.lambda.type": {"lambda.type": "request"},
    "api.lambda.header": {"lambda.header": "X-Token"},
    "api.lambda.cacheSeconds": {"lambda.cacheSeconds": 0},
    "api.routes.auth": {'routes["/plain"]': {"auth": "apiKey"}},
    "api.routes.allowUnauthenticated": {'routes["/plain"]': OPEN},
    "api.routes.scopes": {'routes["/orders"].scopes': ["orders/read", "orders/write"]},
    "api.routes.methods": {'routes["/partners"].methods': ["GET", "POST"]},
    "api.routes.timeoutSeconds": {'routes["/partners"].timeoutSeconds': 5},
    "api.routes.streaming": {'routes["/partners"].streaming': True},
    "api.name": {"name": "other"},
    "api.sourceIps": {"sourceIps": ["198.51.100.0/24"]},
    "api.routes.principals": {'routes["/admin"].principals': [ROLE, f"{ROLE}2"]},
    "api.routes.cors.origins": {'routes["/orders"].cors.origins': ["*"]},
    "api.routes.cors.headers": {'routes["/orders"].cors.headers': ["B"]},
    "api.routes.cors.maxAgeSeconds": {'routes["/orders"].cors.maxAgeSeconds': 10},
    "api.routes.cors.credentials": {'routes["/orders"].cors.credentials': True},
    "api.domain.tls": {"domain.tls": "1.3"},
}
"""Setting → a change of it, in the API above."""
REFUSED_WITH_EXISTING = (
    *("api.name", "api.sourceIps", "api.routes.principals", "api.domain.tls"),
    *("api.routes.cors.origins", "api.routes.cors.headers", "api.routes.cors.maxAgeSeconds"),
    "api.routes.cors.credentials",
)
"""What is an API's as a whole."""
ONLY_OF_A_NEW_API = (*REFUSED_WITH_EXISTING, "api.stage")
EXISTING_REDEPLOYED = {
    "api.existing.id": {"existing.id": "z9y8x7w6v5"},
    "api.existing.rootResourceId": {"existing.rootResourceId": "xyz789"},
    **{
        key: API_REDEPLOYED[key] for key in API_REDEPLOYED if key not in (*REFUSED_WITH_EXISTING, "api.stage")
    },
}
"""Setting → a change of it, in the API above where it is an existing one."""
EXISTING_NOT_REDEPLOYED = {"api.existing.name": {"existing.name": "other"}}
API_NOT_REDEPLOYED = {
    "api.routes.throttle.rate": {'routes["/partners"].throttle.rate': 6},
    "api.routes.throttle.burst": {'routes["/partners"].throttle.burst': 11},
    "api.throttle.rate": {"throttle.rate": 1},
    "api.throttle.burst": {"throttle.burst": 2},
    "api.clients.name": {"clients[0].name": "kiosk"},
    "api.clients.throttle.rate": {"clients[0].throttle.rate": 1},
    "api.clients.throttle.burst": {"clients[0].throttle.burst": 2},
    "api.clients.quota.requests": {"clients[0].quota.requests": 1},
    "api.clients.quota.per": {"clients[0].quota.per": "day"},
    "api.domain.name": {"domain.name": "other.example.com"},
    "api.domain.hostedZoneId": {"domain.hostedZoneId": "Z0123456789KLMNOPQRST"},
    "api.domain.certificateArn": {"domain.certificateArn": DROP},
    "api.domain.basePath": {"domain.basePath": DROP},
    "api.webAclArn": {"webAclArn": DROP},
    "api.logs.retentionDays": {"logs.retentionDays": 90},
    "api.logs.accountRole": {"logs.accountRole": "managed"},
}
"""Made in one run, as above."""


def program(file: StackFile) -> Run:
    """A preview of the whole program."""
    config = {key: text for key, text in as_config(file).items() if text is not None}
    return engine.run(PROGRAM, stack="dev", config=config, preview=True)


def whole(edits: Mapping[str, Any], *, existing: bool = False) -> Run:
    """A preview of the whole program, with some settings of `dev` changed."""
    file = edited(_dev(), {"crosslink:api": EXISTING} if existing else {})
    return program(edited(file, edits))


@cache
def base() -> Run:
    """`dev` as it is."""
    return whole({})


@cache
def redeployed(what: str) -> Run:
    """`dev` with more, with less, or with a setting changed that takes a new deployment."""
    return whole((MORE_OR_LESS | REDEPLOYED)[what])


@cache
def api_base(*, existing: bool) -> Run:
    """The API above as it is."""
    return api_alone({}, existing=existing)


def api_alone(edits: Mapping[str, Any], *, existing: bool = False) -> Run:
    """A preview of the API above, changed: the rest of the program takes longer, and is the same."""
    settings = parsed(with_api(edits, existing=existing))
    consumer, api = consumer_of(settings), api_of(settings)

    def make() -> None:
        args = PublicApiArgs(
            api=api,
            account_id=consumer.account_id,
            region=consumer.region,
            routes=[
                Route(path=path, origin="http://apps.crosslink.example.com:8000", sent_as=path)
                for path in PATHS
            ],
            link_id="link12",
            target=f"{NLB}/net/crosslink-gateway/1" if api.vpc_link == "v2" else None,
            permissions_boundary=consumer.permissions_boundary,
            protect=False,
        )
        account = Accounts(roles={}, tags={}).of(consumer.account_id, consumer.region)
        PublicApi("crosslink", args, pulumi.ResourceOptions(provider=account))

    return engine.run(make, preview=True)


def with_api(edits: Mapping[str, Any], *, existing: bool) -> StackFile:
    """The settings of `dev` with the API above, changed, in front of one backend."""
    services = [{**SVC3, "name": path.strip("/"), "path": path} for path in PATHS]
    api = edited(edited(API, EXISTING if existing else NEW), edits)
    return edited(_dev(), {f"{APPS}.services": services, "crosslink:api": api})


def _dev() -> StackFile:
    config = {**engine.GIVEN, **stack_file.read(DEV, engine.PROJECT).config}
    return {key: json.loads(text) for key, text in config.items()}
