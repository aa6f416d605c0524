"""A change of each setting that opens nothing: most are the ones of `tests/redeployments.py`."""

from tests.crosslink.compare.opened import CONSUMER, of_api
from tests.redeployments import API_NOT_REDEPLOYED, API_REDEPLOYED, APPS, NOT_REDEPLOYED, REDEPLOYED, tls
from tests.settings.stack_file import DROP

_DEV = REDEPLOYED | NOT_REDEPLOYED
_API = API_REDEPLOYED | API_NOT_REDEPLOYED

SHUT = {
    **{
        setting: _DEV[setting]
        for setting in (
            *("consumer.region", "consumer.network.zoneIds", "consumer.network.cidr"),
            "consumer.landings.cidr",
            *("backends.permissionsBoundary", "backends.alarms.topicArn", "consumer.alarms.topicArn"),
            "backends.cluster.keyArn",
            "consumer.externalId",  # what the role's trust policy asks for, it asks
            "flowLogs.retentionDays",
            *("quotas.integrationTimeoutSeconds", "quotas.apiResources", "quotas.resourcePolicyCharacters"),
            *("quotas.albRules", "quotas.securityGroupRules", "quotas.vpcs", "quotas.elasticIps"),
            "quotas.natGateways",
            *("backends.slot", "backends.region", "backends.cluster.version"),
            "backends.supportedRegions",  # whoever connects from there was allowed to before
            "backends.cluster.logRetentionDays",
            *("backends.network.cidr", "backends.network.zoneIds", "backends.network.nat"),
            "backends.tls.certificateArn",
            *("backends.services.name", "backends.services.image", "backends.services.args"),
            *("backends.services.env", "backends.services.port", "backends.services.command"),
            *("backends.services.replicas.min", "backends.services.replicas.max"),
            *("backends.services.replicas.cpuPercent", "backends.services.startupSeconds"),
            *("backends.services.resources.cpu", "backends.services.resources.memory"),
            *("backends.services.health.path", "backends.services.health.readinessPath"),
            *("backends.services.health.port", "backends.services.health.timeoutSeconds"),
            *("backends.services.envFrom.secrets", "backends.services.envFrom.configMaps"),
            *("backends.services.imagePullSecret", "backends.services.architecture"),
            *("backends.services.runAsUser", "backends.services.writablePaths"),
            "api.backendDomain",
        )
    },
    "tags": {"crosslink:tags": {"owner": "someone"}},
    "consumer.previewRoleArn": {f"{CONSUMER}.previewRoleArn": "arn:aws:iam::111111111111:role/look"},
    "consumer.permissionsBoundary": {
        f"{CONSUMER}.permissionsBoundary": "arn:aws:iam::111111111111:policy/most"
    },
    "backends.accountId": {
        f"{APPS}.accountId": "555555555555",
        f"{APPS}.previewRoleArn": DROP,
        f"{APPS}.cluster.admins": DROP,
    },
    "backends.roleArn": {f"{APPS}.roleArn": "arn:aws:iam::555555555555:role/other"},
    "backends.externalId": {},  # refused beside a cluster, which each backend has
    "backends.tls.domain": {f"{APPS}.tls": tls("us-east-2", "555555555555")},
    "api.routes.timeoutSeconds": of_api({'routes["/svc1"].timeoutSeconds': 5}),
    "api.routes.streaming": of_api({'routes["/svc1"].streaming': True}),
}
"""Setting → a change of it in the stack dev that opens nothing. All at once in one run."""
SHUT_OF_API = {
    setting: of_api(_API[setting])
    for setting in (
        *("api.name", "api.stage", "api.lambda.type", "api.routes.cors.maxAgeSeconds"),
        *("api.domain.name", "api.domain.hostedZoneId", "api.domain.certificateArn", "api.domain.basePath"),
        *("api.logs.retentionDays", "api.logs.accountRole"),
    )
}
"""The same in the API of `with_api`."""
SHUT_ALONE = {
    "api.vpcLink": (of_api({"vpcLink": "v2"}), False),
    "allowPlaceholders": ({"crosslink:allowPlaceholders": True}, False),
    "api.existing.rootResourceId": (of_api({"existing.rootResourceId": "xyz789"}), True),
    "api.existing.name": (of_api({"existing.name": "other"}), True),
}
"""The same of one setting alone: a change, and whether it is one of an existing API."""
