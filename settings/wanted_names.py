"""Names that users look for something under, and what there is of it."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from settings.api import Api
from settings.backend import ClusterBackend
from settings.cluster import Cluster
from settings.consumer import Consumer
from settings.fields import Model
from settings.networks import BackendNetwork
from settings.pods import Autoscaling, Health, Resources
from settings.route import RouteSettings
from settings.service import ExistingService, Service

PLACES: Final[Mapping[type[Model], str]] = {
    Service: "services of a backend",
    RouteSettings: "crosslink:api.routes, by path",
    Api: "crosslink:api",
    Cluster: "cluster of a backend",
    BackendNetwork: "network of crosslink:consumer or of a backend",
    ClusterBackend: "crosslink:backends",
    Consumer: "crosslink:consumer",
    Resources: "resources of a service",
    Autoscaling: "replicas of a service",
    Health: "health of a service",
    ExistingService: "existing of a service",
}
"""Model → where it is. Of two that have a key, the first is told."""
AMBIGUOUS = frozenset({"name", "path", "port", "region", "accountId", "min", "max", "existing", "namespace"})
"""Keys that say nothing of the place that was meant."""


class Wanted(NamedTuple):
    """What there is of what a key asks for.

    Attributes:
        where: In words.
        model: The mapping that has it; None if nothing has.
        key: Its key there.
        beside: What it needs there.
        takes: Whether a value of the unknown key, if it fits, means the same there.
    """

    where: str
    model: type[Model] | None = None
    key: str = ""
    beside: Mapping[str, object] = {}
    takes: bool = True


def _nothing(why: str, *names: str) -> Mapping[str, Wanted]:
    """Names of what there is nothing for."""
    return dict.fromkeys(map(plain, names), Wanted(why))


def _instead(
    model: type[Model],
    key: str,
    where: str,
    *names: str,
    beside: Mapping[str, object] | None = None,
    takes: bool = True,
) -> Mapping[str, Wanted]:
    """Names of what a key is for."""
    return dict.fromkeys(map(plain, names), Wanted(where, model, key, beside or {}, takes))


def plain(name: str) -> str:
    """A name without case, signs and the end of a plural."""
    return re.sub(r"[^a-z0-9]", "", name.lower()).removesuffix("s")


OWN: Final = {
    alias: Wanted(f"its place is {place}", model, alias)
    for model, place in reversed(PLACES.items())
    for alias in (str(field.alias) for field in model.model_fields.values())
    if alias not in AMBIGUOUS
}
OTHERS: Final = {
    **_instead(
        Service,
        "replicas",
        "how many pods there are is replicas of a service, a number or a mapping for an autoscaler",
        *("hpa", "autoscaling", "autoscaler", "minReplicas", "maxReplicas", "desiredCount", "scaling"),
        takes=False,
    ),
    **_instead(
        Service,
        "architecture",
        "EKS chooses the nodes; what a service asks of them is architecture and resources",
        *("nodeSelector", "affinity", "tolerations", "instanceTypes", "nodeGroups", "nodePools", "fargate"),
    ),
    **_instead(Service, "resources", "the size of pods is resources of a service", *("cpu", "memory")),
    **_instead(
        Service,
        "serviceAccount",
        "the role of pods is serviceAccount of a service",
        *("iamRole", "irsa", "podIdentity", "taskRole", "serviceAccountName"),
    ),
    **_instead(
        Service,
        "health",
        "what tells that pods are well is health of a service",
        *("healthCheck", "healthCheckPath", "livenessProbe", "readinessProbe", "probes"),
    ),
    **_instead(
        Service,
        "env",
        "the environment of pods is env of a service",
        *("environment", "envVars", "variables"),
    ),
    **_instead(Service, "image", "the image of pods is image of a service", *("container", "containerImage")),
    **_instead(
        RouteSettings,
        "timeoutSeconds",
        "how long callers wait is timeoutSeconds of a route, in seconds",
        *("timeout", "integrationTimeout", "timeoutInMillis", "requestTimeout", "idleTimeout"),
    ),
    **_instead(
        Api,
        "stage",
        "an API has one stage, crosslink:api.stage: another one is another stack",
        *("stages", "stageName"),
    ),
    **_instead(
        Api,
        "throttle",
        "limits of requests are throttle of crosslink:api, of a route, and of its clients",
        *("rateLimit", "rateLimits", "throttling", "usagePlan"),
    ),
    **_instead(
        Api,
        "clients",
        "callers with keys are clients of crosslink:api, for routes with auth: apiKey",
        *("apiKeys", "apiKey"),
        beside={"auth": "apiKey"},
    ),
    **_instead(
        Api,
        "webAclArn",
        "a web ACL of AWS WAF is crosslink:api.webAclArn",
        *("waf", "webAcl", "wafArn", "firewall"),
    ),
    **_instead(
        Api,
        "domain",
        "the API's own name and its certificate are crosslink:api.domain; a backend's is its tls",
        *(
            "domainName",
            "customDomain",
            "host",
            "hostname",
            "certificate",
            "acmCertificateArn",
            "hostedZone",
            "dns",
        ),
    ),
    **_instead(
        Api,
        "auth",
        "who may call is auth of crosslink:api, and of a route",
        *("authorizer", "authorizers", "authorization", "authentication", "authorizationType"),
    ),
    **_instead(
        Api,
        "cognito",
        "a user pool is crosslink:api.cognito, for auth: cognito",
        *("cognitoUserPool", "userPool", "userPoolArn", "userPoolId", "userPools"),
        beside={"auth": "cognito"},
    ),
    **_instead(
        Api,
        "lambda",
        "an authorizing function is crosslink:api.lambda, for auth: lambda",
        *("authorizerFunction", "lambdaAuthorizer", "authorizerArn"),
        beside={"auth": "lambda"},
    ),
    **_instead(
        Api,
        "logs",
        "access logs are crosslink:api.logs; clusters have logRetentionDays, VPCs crosslink:flowLogs",
        *("logging", "accessLogs", "accessLog", "logLevel"),
    ),
    **_instead(
        Api,
        "sourceIps",
        "networks that callers come from are crosslink:api.sourceIps",
        *("ipWhitelist", "allowedIps", "allowedCidrs", "ipAllowlist"),
    ),
    **_instead(
        ExistingService,
        "namespace",
        "the stack names the namespace of its services; that of another Service is existing.namespace",
        *("namespace", "namespaceName", "kubernetesNamespace"),
    ),
    **_instead(
        Consumer,
        "landings",
        "how a region is crossed is crossing of its backends; with a peering it has a network in "
        "crosslink:consumer.landings",
        *("transitGateway", "peering", "vpcPeering", "crossRegion"),
    ),
    **_nothing(
        "callers show no certificates: they are known by auth, which is iam, cognito, lambda or apiKey",
        *("mutualTls", "mtls", "mutualTlsAuthentication", "truststore", "trustStoreUri", "clientCertificate"),
    ),
    **_nothing(
        "clusters have standard support, and version is one that has it",
        *("supportType", "upgradePolicyType", "upgradePolicy", "extendedSupport"),
    ),
    **_nothing(
        "a VPC and subnets that exist are network.existing, of crosslink:consumer and of a backend",
        *("vpcId", "vpc", "subnetIds", "subnets"),
    ),
    **_nothing(
        "the stack makes the security groups of what it makes; those of what exists are their owner's",
        *("securityGroupIds", "securityGroups"),
    ),
    **_nothing(
        "the stack makes the Ingress, and all of it follows from path and health of each service",
        *("ingress", "ingressClass", "ingressClassName", "ingressAnnotations", "annotations", "labels"),
    ),
    **_nothing(
        "the stack deploys images; what a chart has deployed is a service with existing",
        *("helm", "chart", "helmChart", "manifests", "kustomize"),
    ),
    **_nothing(
        "paths and routes make the API's document; one that stands is crosslink:api.existing",
        *("openapi", "swagger", "definition", "openapiSpec", "body", "models", "requestValidator"),
    ),
    **_nothing(
        "API Gateway keeps no answers: they may be a caller's own",
        *("cache", "caching", "cacheTtl", "cacheClusterEnabled"),
    ),
    **_nothing(
        "crosslink:consumer and each backend have alarms, and a dashboard with them",
        *("alarms", "alarm", "monitoring", "dashboard", "notifications", "snsTopic", "metrics"),
    ),
    **_nothing("tags are crosslink:tags, of all resources", "tags"),
    **_nothing(
        "the API is public, and regional", *("endpointType", "endpointTypes", "private", "regional", "edge")
    ),
    **_nothing(
        "the API's resource policy follows from sourceIps, and from principals of its routes",
        *("policy", "resourcePolicy"),
    ),
    **_nothing("routes that ask for a key have auth: apiKey", "apiKeyRequired"),
    **_nothing(
        "API Gateway asks a backend once: callers know what they may repeat", *("retries", "retryPolicy")
    ),
    **_nothing(
        "whether pods see the start of a path is stripPrefix of a service, or of a path",
        *("rewrite", "rewritePath", "pathRewrite", "stripPath"),
    ),
    **_instead(
        Service,
        "port",
        "the port of pods is port of a service",
        *("containerPort", "targetPort"),
        takes=False,
    ),
    **_nothing("the API's stage has tracing by X-Ray", *("tracing", "xray", "xrayTracingEnabled")),
    **_nothing(
        "the stack makes the VPC link, endpoints and gateways, as the path needs them",
        *("vpcLinkId", "endpoint", "privateLink", "natGateway", "internetGateway"),
    ),
    **_nothing(
        "pods keep nothing; writablePaths of a service are folders that begin empty",
        *("volumes", "persistentVolume", "storage", "pvc", "efs"),
    ),
    **_nothing(
        "services are Deployments behind the API; others are a team's own, in the same cluster",
        *("cronJob", "jobs", "statefulSet", "daemonSet"),
    ),
}
