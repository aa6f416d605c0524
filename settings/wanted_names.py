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


def _nothing(*names: str, why: str) -> Mapping[str, Wanted]:
    return dict.fromkeys(map(plain, names), Wanted(why))


def _instead(
    *names: str,
    where: str,
    model: type[Model],
    key: str,
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
        *("hpa", "autoscaling", "autoscaler", "minReplicas", "maxReplicas", "desiredCount", "scaling"),
        where="how many pods there are is replicas of a service, a number or a mapping for an autoscaler",
        model=Service,
        key="replicas",
        takes=False,
    ),
    **_instead(
        *("nodeSelector", "affinity", "tolerations", "instanceTypes", "nodeGroups", "nodePools", "fargate"),
        where="EKS chooses the nodes; what a service asks of them is architecture and resources",
        model=Service,
        key="architecture",
    ),
    **_instead(
        *("cpu", "memory"),
        where="the size of pods is resources of a service",
        model=Service,
        key="resources",
    ),
    **_instead(
        *("iamRole", "irsa", "podIdentity", "taskRole", "serviceAccountName"),
        where="the role of pods is serviceAccount of a service",
        model=Service,
        key="serviceAccount",
    ),
    **_instead(
        *("healthCheck", "healthCheckPath", "livenessProbe", "readinessProbe", "probes"),
        where="what tells that pods are well is health of a service",
        model=Service,
        key="health",
    ),
    **_instead(
        *("environment", "envVars", "variables"),
        where="the environment of pods is env of a service",
        model=Service,
        key="env",
    ),
    **_instead(
        "container",
        "containerImage",
        where="the image of pods is image of a service",
        model=Service,
        key="image",
    ),
    **_instead(
        *("timeout", "integrationTimeout", "timeoutInMillis", "requestTimeout", "idleTimeout"),
        where="how long callers wait is timeoutSeconds of a route, in seconds",
        model=RouteSettings,
        key="timeoutSeconds",
    ),
    **_instead(
        *("stages", "stageName"),
        where="an API has one stage, crosslink:api.stage: another one is another stack",
        model=Api,
        key="stage",
    ),
    **_instead(
        *("rateLimit", "rateLimits", "throttling", "usagePlan"),
        where="limits of requests are throttle of crosslink:api, of a route, and of its clients",
        model=Api,
        key="throttle",
    ),
    **_instead(
        *("apiKeys", "apiKey"),
        where="callers with keys are clients of crosslink:api, for routes with auth: apiKey",
        model=Api,
        key="clients",
        beside={"auth": "apiKey"},
    ),
    **_instead(
        *("waf", "webAcl", "wafArn", "firewall"),
        where="a web ACL of AWS WAF is crosslink:api.webAclArn",
        model=Api,
        key="webAclArn",
    ),
    **_instead(
        *("domainName", "customDomain", "hostname", "certificate", "acmCertificateArn", "hostedZone", "dns"),
        where="the API's own name and its certificate are crosslink:api.domain; a backend's is its tls",
        model=Api,
        key="domain",
    ),
    **_instead(
        *("authorizer", "authorizers", "authorization", "authentication", "authorizationType"),
        where="who may call is auth of crosslink:api, and of a route",
        model=Api,
        key="auth",
    ),
    **_instead(
        *("cognitoUserPool", "userPool", "userPoolArn", "userPoolId", "userPools"),
        where="a user pool is crosslink:api.cognito, for auth: cognito",
        model=Api,
        key="cognito",
        beside={"auth": "cognito"},
    ),
    **_instead(
        *("authorizerFunction", "lambdaAuthorizer", "authorizerArn"),
        where="an authorizing function is crosslink:api.lambda, for auth: lambda",
        model=Api,
        key="lambda",
        beside={"auth": "lambda"},
    ),
    **_instead(
        *("logging", "accessLogs", "accessLog", "logLevel"),
        where="access logs are crosslink:api.logs; clusters have logRetentionDays, VPCs crosslink:flowLogs",
        model=Api,
        key="logs",
    ),
    **_instead(
        *("ipWhitelist", "allowedIps", "allowedCidrs", "ipAllowlist"),
        where="networks that callers come from are crosslink:api.sourceIps",
        model=Api,
        key="sourceIps",
    ),
    **_instead(
        *("namespace", "namespaceName", "kubernetesNamespace"),
        where="the stack names the namespace of its services; that of another Service is existing.namespace",
        model=ExistingService,
        key="namespace",
    ),
    **_instead(
        *("transitGateway", "peering", "vpcPeering", "crossing", "crossRegion"),
        where="how regions are crossed follows from region; each of a backend has a network in "
        "crosslink:consumer.landings",
        model=Consumer,
        key="landings",
    ),
    **_nothing(
        *("mutualTls", "mtls", "mutualTlsAuthentication", "truststore", "trustStoreUri", "clientCertificate"),
        why="callers show no certificates: they are known by auth, which is iam, cognito, lambda or apiKey",
    ),
    **_nothing(
        *("supportType", "upgradePolicyType", "upgradePolicy", "extendedSupport"),
        why="clusters have standard support, and version is one that has it",
    ),
    **_nothing(
        *("vpcId", "vpc", "subnetIds", "subnets"),
        why="a VPC and subnets that exist are network.existing, of crosslink:consumer and of a backend",
    ),
    **_nothing(
        *("securityGroupIds", "securityGroups"),
        why="the stack makes the security groups of what it makes; those of what exists are their owner's",
    ),
    **_nothing(
        *("ingress", "ingressClass", "ingressClassName", "ingressAnnotations", "annotations", "labels"),
        why="the stack makes the Ingress, and all of it follows from path and health of each service",
    ),
    **_nothing(
        *("helm", "chart", "helmChart", "manifests", "kustomize"),
        why="the stack deploys images; what a chart has deployed is a service with existing",
    ),
    **_nothing(
        *("openapi", "swagger", "definition", "openapiSpec", "body", "models", "requestValidator"),
        why="the stack writes the API's document from paths and routes; an API that has its own is "
        "joined by crosslink:api.existing",
    ),
    **_nothing(
        *("cache", "caching", "cacheTtl", "cacheClusterEnabled"),
        why="API Gateway keeps no answers: they may be a caller's own",
    ),
    **_nothing(
        *("alarms", "monitoring", "dashboard", "notifications", "snsTopic", "metrics"),
        why="the stack makes no alarms: the metrics, logs and traces that they need are there",
    ),
    **_nothing("tracing", "xray", "xrayTracingEnabled", why="the API's stage has tracing by X-Ray"),
    **_nothing(
        *("vpcLink", "vpcLinkId", "endpoint", "privateLink", "natGateway", "internetGateway"),
        why="the stack makes the VPC link, endpoints and gateways, as the path needs them",
    ),
    **_nothing(
        *("volumes", "persistentVolume", "storage", "pvc", "efs"),
        why="pods keep nothing; writablePaths of a service are folders that begin empty",
    ),
    **_nothing(
        *("cronJob", "jobs", "statefulSet", "daemonSet"),
        why="services are Deployments behind the API; others are a team's own, in the same cluster",
    ),
}
