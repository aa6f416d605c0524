"""Faults in what Ingress, Service and IngressClass ask of the ALB."""

import json
from typing import Any

from crosslink.graph import tokens
from crosslink.path.ingress_rules import ANNOTATIONS
from tests.faults.change import Change, annotate, document, edit, put, together
from tests.faults.cluster import SVC1, backend, header
from tests.faults.fault import Fault
from tests.faults.healthy.ingress import INGRESS, PARAMS, for_host
from tests.faults.provider import annotation

GUIDE = "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/"
ISSUES = "https://github.com/kubernetes-sigs/aws-load-balancer-controller"
ELB = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application"
HOST = "apps.crosslink.example.com"
INTEGRATION = "x-amazon-apigateway-integration"
NAMESPACE = (tokens.NAMESPACE, "crosslink-apps")


def of_service(name: str, value: str | None) -> Change:
    """Set an annotation of svc1's Service."""
    return annotate(tokens.KUBERNETES_SERVICE, SVC1, f"{ANNOTATIONS}/{name}", value)


def of_class(name: str, value: object) -> Change:
    """Set a field of the IngressClassParams."""
    return put(*PARAMS, "spec", name, value=value)


def attribute(key: str, value: str) -> Change:
    """Set an attribute of the ALB in the IngressClassParams."""
    return of_class("loadBalancerAttributes", [{"key": key, "value": value}])


def sends(parameter: str, value: str) -> Change:
    """Let all integrations set a parameter of requests, `header.Host`."""

    def how(api: Any) -> None:
        for operations in api["paths"].values():
            for operation in operations.values():
                operation[INTEGRATION]["requestParameters"][f"integration.request.{parameter}"] = value

    return document(how)


def demands(kind: str, **config: object) -> Change:
    """One more condition of the rule for /svc1."""
    words = kind.split("-")
    key = "".join([words[0], *(word.capitalize() for word in words[1:])]).replace("Ip", "IP") + "Config"
    own = json.loads(header("/svc1"))
    return annotation("conditions.svc1", json.dumps([*own, {"field": kind, key: config}]))


def action(**members: object) -> Change:
    """Let an annotation say what the ALB does for /svc1."""
    return together(
        backend("svc1-action", {"name": "use-annotation"}),
        annotation("conditions.svc1-action", header("/svc1")),
        annotation("actions.svc1-action", json.dumps(members)),
    )


def certificates(mode: str, **members: object) -> Change:
    """What the listener for HTTPS does about clients' certificates."""
    return annotation("mutual-authentication", json.dumps([{"port": 443, "mode": mode, **members}]))


TRUSTED = "arn:aws:elasticloadbalancing:us-east-1:222222222222:truststore/team/0123456789abcdef"

HOSTS = tuple(
    Fault(name=name, change=change, rule=rule, source=source)
    for name, change, rule, source in (
        (
            "integrations set another host than that of their URI, for which the ALB's rules are",  # F21
            together(edit(*INGRESS, for_host(HOST)), sends("header.Host", "'api.example.com'")),
            "integration-sends-its-own-host",
            f"{ISSUES}/issues/1671",
        ),
        (
            "ALB's rules are for another host",
            edit(*INGRESS, for_host("www.example.com")),
            "rule-is-for-the-sent-host",
            GUIDE,
        ),
    )
)

CONDITIONS = tuple(
    Fault(name=name, change=change, rule="requests-meet-the-conditions", source=f"{GUIDE}#conditions")
    for name, change in (
        (
            "ALB demands a header that API Gateway doesn't send",  # F46
            demands("http-header", httpHeaderName="X-Tenant", values=["blue"]),
        ),
        (
            "ALB demands another value than the integrations set",
            together(
                sends("header.X-Tenant", "'green'"),
                demands("http-header", httpHeaderName="X-Tenant", values=["blue"]),
            ),
        ),
        ("ALB demands a query string", demands("query-string", values=[{"key": "v", "value": "1"}])),
        ("ALB takes one verb of a route for all", demands("http-request-method", values=["GET"])),
        ("ALB takes requests from elsewhere", demands("source-ip", values=["192.168.0.0/16"])),
        ("ALB takes requests from one of the NLB's subnets", demands("source-ip", values=["10.20.48.64/26"])),
        ("ALB demands another host", demands("host-header", values=["www.example.com"])),
    )
)

ACTIONS = tuple(
    Fault(name=name, change=change, rule="alb-hands-requests-on", source=f"{GUIDE}#actions")
    for name, change in (
        (
            "ALB redirects the route",
            action(type="redirect", redirectConfig={"host": "www.example.com", "statusCode": "HTTP_301"}),
        ),
        (
            "ALB answers the route itself",
            action(type="fixed-response", fixedResponseConfig={"statusCode": "503"}),
        ),
        (
            "ALB gives all target groups of the route the weight 0",
            action(
                type="forward",
                forwardConfig={
                    "targetGroups": [
                        {"serviceName": "svc1", "servicePort": 80, "weight": 0},
                        {"serviceName": "svc2", "servicePort": 80, "weight": 0},
                    ]
                },
            ),
        ),
    )
)

CLASS = tuple(
    Fault(
        name=name,
        change=of_class("namespaceSelector", selector),
        rule="class-is-for-the-namespace",
        source=f"{ISSUES}/pull/1849",
    )
    for name, selector in (
        ("class is for another team's namespaces", {"matchLabels": {"team": "other"}}),  # F54
        ("class is for another namespace", {"matchLabels": {"kubernetes.io/metadata.name": "other"}}),
        (
            "class is for namespaces of an environment",
            {"matchExpressions": [{"key": "environment", "operator": "In", "values": ["prod"]}]},
        ),
        (
            "class is for namespaces without enforced standards",
            {"matchExpressions": [{"key": "pod-security.kubernetes.io/enforce", "operator": "DoesNotExist"}]},
        ),
        (
            "class selects by an operator that isn't there",
            {"matchExpressions": [{"key": "team", "operator": "Equals", "values": ["a"]}]},
        ),
    )
)

CERTIFICATES = tuple(
    Fault(
        name=name,
        change=change,
        rule=rule,
        stack="tls",
        source=f"{ELB}/mutual-authentication.html",
    )
    for name, change, rule in (
        (
            "ALB verifies certificates of clients",  # F58
            certificates("verify", trustStore=TRUSTED),
            "alb-asks-for-no-client-certificate",
        ),
        (
            "ALB verifies certificates of clients, expired ones included",
            certificates("verify", trustStore="team", ignoreClientCertificateExpiry=True),
            "alb-asks-for-no-client-certificate",
        ),
        (
            "ALB is to do with certificates what AWS doesn't know",
            certificates("require"),
            "controller-takes-the-annotations",
        ),
        (
            "ALB is to pass certificates through, and trusts some",
            certificates("passthrough", trustStore=TRUSTED),
            "controller-takes-the-annotations",
        ),
    )
)

SIGN_IN = tuple(
    Fault(
        name=name,
        change=change,
        rule="alb-asks-for-no-sign-in",
        stack="tls",
        source=f"{GUIDE}#authentication",
    )
    for name, change in (
        ("ALB sends callers to a sign-in", annotation("auth-type", "cognito")),
        (
            "ALB refuses callers who haven't signed in",
            together(annotation("auth-type", "oidc"), annotation("auth-on-unauthenticated-request", "deny")),
        ),
    )
)

FAULTS = (*HOSTS, *CONDITIONS, *ACTIONS, *CLASS, *CERTIFICATES, *SIGN_IN)
