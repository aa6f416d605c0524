"""A change of each setting that opens nothing."""

from tests.redeployments import APPS, tls
from tests.sandbox.compare_openings import CONSUMER, of_api
from tests.settings.stack_file import DROP

SHUT = {
    "consumer.region": {
        f"{CONSUMER}.region": "eu-west-1",
        f"{CONSUMER}.network.zoneIds": ["euw1-az1", "euw1-az3"],
    },
    "consumer.roleArn": {f"{CONSUMER}.roleArn": "arn:aws:iam::111111111111:role/other"},
    "consumer.previewRoleArn": {f"{CONSUMER}.previewRoleArn": "arn:aws:iam::111111111111:role/look"},
    "consumer.externalId": {
        f"{CONSUMER}.externalId": "other"
    },  # what the role's trust policy asks for, it asks
    "consumer.network.zoneIds": {},  # above
    "consumer.network.cidr": {f"{CONSUMER}.network.cidr": "10.30.0.0/16"},
    "consumer.landings.cidr": {f"{CONSUMER}.landings": {"us-east-2": {"cidr": "10.40.0.0/20"}}},
    "consumer.tags": {f"{CONSUMER}.tags": {"owner": "someone"}},
    "backends.slot": {f"{APPS}.slot": 7},
    "backends.accountId": {
        f"{APPS}.accountId": "555555555555",
        f"{APPS}.previewRoleArn": DROP,
        f"{APPS}.cluster.admins": DROP,
    },
    "backends.region": {f"{APPS}.region": "us-east-2"},
    "backends.roleArn": {f"{APPS}.roleArn": "arn:aws:iam::555555555555:role/other"},
    "backends.externalId": {},  # refused beside a cluster, which each backend has
    "backends.network.cidr": {f"{APPS}.network.cidr": "10.50.0.0/16"},
    "backends.network.zoneIds": {f"{APPS}.network.zoneIds": ["use2-az1", "use2-az2", "use2-az3"]},
    "backends.network.nat": {f"{APPS}.network.nat": "per-zone"},
    "backends.cluster.version": {f"{APPS}.cluster.version": "1.33"},
    "backends.tls.domain": {f"{APPS}.tls": tls("us-east-2", "555555555555")},
    "backends.tls.certificateArn": {},  # above
    "backends.services.name": {f"{APPS}.services[0].name": "renamed"},
    "backends.services.image": {f"{APPS}.services[0].image": "hashicorp/http-echo:0.2"},
    "backends.services.args": {f"{APPS}.services[0].args": ["-text=other"]},
    "backends.services.env": {f"{APPS}.services[0].env": {"LOG_LEVEL": "info"}},
    "backends.services.port": {f"{APPS}.services[0].port": 9090},
    "backends.services.replicas": {f"{APPS}.services[0].replicas": 3},
    "backends.services.healthPath": {f"{APPS}.services[0].healthPath": "/live"},
    "api.backendDomain": of_api({"backendDomain": "internal.example.org"}),
    "api.routes.timeoutSeconds": of_api({'routes["/svc1"].timeoutSeconds': 5}),
}
"""Setting → a change of it in the stack dev that opens nothing. All at once in one run."""
SHUT_OF_API = {
    "api.name": of_api({"name": "other"}),
    "api.stage": of_api({"stage": "v2"}),
    "api.lambda.type": of_api({"lambda.type": "request"}),
    "api.routes.cors.maxAgeSeconds": of_api({'routes["/orders"].cors.maxAgeSeconds': 10}),
    "api.domain.name": of_api({"domain.name": "other.example.com"}),
    "api.domain.hostedZoneId": of_api({"domain.hostedZoneId": "Z0123456789KLMNOPQRST"}),
    "api.domain.certificateArn": of_api({"domain.certificateArn": DROP}),
    "api.domain.basePath": of_api({"domain.basePath": DROP}),
    "api.logs.retentionDays": of_api({"logs.retentionDays": 90}),
    "api.logs.accountRole": of_api({"logs.accountRole": "managed"}),
}
"""The same in the API of `with_api`."""
SHUT_ALONE = {
    "asPreview": ({"crosslink:asPreview": True}, False),
    "api.existing.rootResourceId": (of_api({"existing.rootResourceId": "xyz789"}), True),
}
"""The same of one setting alone: a change, and whether it is one of an existing API."""
