"""Faults of what changes a stage's answers without a deployment, and of the limits around it."""

from collections.abc import Mapping

from crosslink.graph import tokens
from tests.faults.api import API_GUIDE
from tests.faults.change import Change, edit, point, put, register, together, unpoint
from tests.faults.fault import STATE, CannotKnow, Fault

STAGE = (tokens.STAGE, "crosslink")
LINK = (tokens.VPC_LINK, "crosslink")
CANARY = "https://docs.aws.amazon.com/apigateway/latest/api/API_DeploymentCanarySettings.html"
CACHING = f"{API_GUIDE}/api-gateway-caching.html"
MUTUAL_TLS = "https://aws.amazon.com/premiumsupport/knowledge-center/api-gateway-mutual-tls-403-errors/"
THROTTLED = "https://repost.aws/knowledge-center/api-gateway-429-limit"
LOGS = "https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html"
LOG_ROLE = "arn:aws:iam::111111111111:role/logs-of-apis"
TAKEN = CannotKnow("AWS has taken it")


def canary(percent: float, **overrides: str) -> Change:
    """Give the stage a canary of its own deployment, with other stage variables."""
    settings = {"percentTraffic": percent, "stageVariableOverrides": overrides}
    return together(
        put(*STAGE, "canarySettings", value=settings),
        point(*STAGE, "canarySettings", "deploymentId", to=(tokens.API_DEPLOYMENT, "crosslink")),
    )


def account(**throttle: float) -> Change:
    """Let the account have these limits in the API's region."""
    settings = {"cloudwatchRoleArn": LOG_ROLE, "throttleSettings": throttle}
    return register(tokens.API_ACCOUNT, "team", settings, beside=STAGE)


def cached(**settings: object) -> Change:
    """Give the stage a cache, and let methods be cached."""
    return together(
        put(*STAGE, "cacheClusterEnabled", value=True),
        edit(
            tokens.API_METHOD_SETTINGS,
            "crosslink",
            lambda limit: limit.update(settings={**limit["settings"], "cachingEnabled": True, **settings}),
        ),
    )


def web_acl(default: str, *rules: Mapping[str, object]) -> Change:
    """Let the program put a web ACL in front of the stage."""
    arn = "arn:aws:wafv2:us-west-2:111111111111:regional/webacl/team/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
    return together(
        register(
            tokens.WEB_ACL,
            "team",
            {"scope": "REGIONAL", "defaultAction": {default: {}}, "rules": list(rules)},
            beside=STAGE,
            id_="0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
            outputs={"arn": arn},
        ),
        register(
            tokens.WEB_ACL_ASSOCIATION,
            "team",
            {},
            beside=STAGE,
            resourceArn=(*STAGE, "arn"),
            webAclArn=(tokens.WEB_ACL, "team", "arn"),
        ),
    )


CANARIES = (
    Fault(
        name="canary takes all requests by a VPC link that is gone",  # F02
        change=canary(100, link="gone12"),
        rule="canary-leads-where-the-stage-does",
        source=CANARY,
    ),
    Fault(
        name="canary takes a tenth of the requests by a VPC link that is gone",
        change=canary(10, link="a1b2c3"),
        rule="canary-leads-where-the-stage-does",
        stack="cognito",
    ),
    Fault(
        name="canary of another deployment, by a VPC link that is gone",
        change=put(
            *STAGE,
            "canarySettings",
            value={
                "deploymentId": "0ld3r1",
                "percentTraffic": 50.0,
                "stageVariableOverrides": {"link": "gone12", "prefix": "/v1"},
                "useStageCache": True,
            },
        ),
        rule="canary-leads-where-the-stage-does",
        stack="existing-api",
    ),
)

CACHES = (
    Fault(
        name="cache answers callers of a route with auth",
        change=cached(),
        rule="answers-are-not-cached",
        source=CACHING,
    ),
    Fault(
        name="cache answers callers of a route with a user pool",
        change=cached(cacheTtlInSeconds=3600, requireAuthorizationForCacheControl=True),
        rule="answers-are-not-cached",
        stack="cognito",
    ),
    Fault(
        name="bodies of callers are logged",
        change=put(tokens.API_METHOD_SETTINGS, "crosslink", "settings", "dataTraceEnabled", value=True),
        rule="bodies-stay-out-of-the-logs",
        source=LOGS,
    ),
)

LIMITS = (
    Fault(
        name="account has one request a second",  # F25
        change=account(rateLimit=1.0, burstLimit=5000),
        rule="account-lets-requests-through",
        planned=STATE,
        source=THROTTLED,
    ),
    Fault(
        name="account has no requests at all",
        change=account(rateLimit=0.0, burstLimit=0),
        rule="account-lets-requests-through",
        stack="api-key",
        planned=STATE,
    ),
    Fault(
        name="account has fewer requests at once than the stage",
        change=account(rateLimit=10000.0, burstLimit=20),
        rule="account-lets-requests-through",
        stack="two-regions",
        planned=STATE,
    ),
    Fault(
        name="limit of a second's fraction",
        change=put(tokens.API_METHOD_SETTINGS, "*", "settings", "throttlingRateLimit", value=0.01),
        rule="limit-lets-requests-through",
        source=THROTTLED,
    ),
    Fault(
        name="usage plan lets nobody call one method",
        change=edit(
            tokens.USAGE_PLAN,
            "*",
            lambda plan: plan["apiStages"][0].update(
                throttles=[{"path": "/svc1/GET", "rateLimit": 0.0, "burstLimit": 0}]
            ),
        ),
        rule="limit-lets-requests-through",
        stack="api-key",
    ),
    Fault(
        name="quota's first period is used up",
        change=put(tokens.USAGE_PLAN, "*-kiosk", "quotaSettings", "offset", value=5000),
        rule="quota-lets-requests-through",
        stack="mixed",
    ),
)

STAGES = (
    Fault(
        name="web ACL blocks by default",
        change=web_acl("block"),
        rule="web-acl-lets-callers-through",
        source="https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-default-action.html",
    ),
    Fault(
        name="stage tells backends the prefix of another stage",
        change=put(*STAGE, "variables", "prefix", value="/test"),
        rule="stage-tells-its-prefix",
    ),
    Fault(
        name="API Gateway has no role for logs",
        change=put(tokens.API_ACCOUNT, "*", "cloudwatchRoleArn", value=None),
        rule="logs-have-a-role",
        stack="logs",
        live=CannotKnow("requests get through: the logs are lost"),
        source=LOGS,
    ),
)

MUTUAL = (
    Fault(
        name="domain asks callers for a certificate",  # F14
        change=put(
            tokens.DOMAIN_NAME,
            "*",
            "mutualTlsAuthentication",
            value={"truststoreUri": "s3://team/truststore.pem"},
        ),
        rule="domain-asks-for-no-certificate",
        stack="domain",
        source=MUTUAL_TLS,
    ),
    Fault(
        name="domain asks callers for a certificate of a version of a trust store",
        change=put(
            tokens.DOMAIN_NAME,
            "*",
            "mutualTlsAuthentication",
            value={"truststoreUri": "s3://other/certs/ca.pem", "truststoreVersion": "3sL4kqtJlcpXro"},
        ),
        rule="domain-asks-for-no-certificate",
        stack="existing-mixed",
    ),
    Fault(
        name="domain is for VPC endpoints",
        change=put(tokens.DOMAIN_NAME, "*", "endpointConfiguration", "types", value="PRIVATE"),
        rule="domain-is-regional",
        stack="domain",
    ),
    Fault(
        name="domain heeds routing rules only",
        change=put(tokens.DOMAIN_NAME, "*", "routingMode", value="ROUTING_RULE_ONLY"),
        rule="domain-heeds-base-paths",
        stack="domain",
        source=f"{API_GUIDE}/set-routing-mode.html",
    ),
    Fault(
        name="domain with TLS 1.3 only, and no access mode",
        change=put(tokens.DOMAIN_NAME, "*", "endpointAccessMode", value=None),
        rule="domain-takes-todays-clients",
        stack="domain",
        source=f"{API_GUIDE}/apigateway-security-policies.html",
    ),
    Fault(
        name="stage of another name",
        change=put(*STAGE, "stageName", value="test"),
        rule="stage-exists",
    ),
    Fault(
        name="certificate of another name",
        change=put(tokens.CERTIFICATE, "*", "domainName", value="www.example.com"),
        rule="certificate-covers-the-domain",
        stack="domain",
        live=TAKEN,
    ),
    Fault(
        name="certificate of another region",
        change=unpoint(
            tokens.DOMAIN_NAME,
            "*",
            "regionalCertificateArn",
            value="arn:aws:acm:us-east-1:111111111111:certificate/0f1e2d3c",
        ),
        rule="certificate-covers-the-domain",
        stack="domain",
    ),
    Fault(
        name="record of another name",
        change=put(tokens.DNS_RECORD, "crosslink", "name", value="www.example.com"),
        rule="alias-has-the-domains-name",
        stack="domain",
        live=CannotKnow("Route 53 isn't asked: names may be anywhere"),
    ),
    Fault(
        name="record for IPv6 alone",
        change=put(tokens.DNS_RECORD, "crosslink", "type", value="AAAA"),
        rule="alias-has-the-domains-name",
        stack="domain",
        live=CannotKnow("Route 53 isn't asked: names may be anywhere"),
    ),
)

FAULTS = CANARIES + CACHES + LIMITS + STAGES + MUTUAL
