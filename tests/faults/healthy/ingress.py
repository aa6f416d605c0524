"""Several Ingresses, of one ALB or of others, and rules for a host."""

from typing import Any

from crosslink.graph import tokens
from tests.faults.change import Change, Nodes, edit, find, put, register, together
from tests.faults.healthy.variation import Variation
from tests.faults.provider import annotation

AUTO_MODE = "https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html"
KUBERNETES = "https://kubernetes.io/docs/concepts"
NAME = "crosslink-apps"
INGRESS, PARAMS, CLASS = (
    (tokens.INGRESS, NAME),
    (tokens.INGRESS_CLASS_PARAMS, NAME),
    (tokens.INGRESS_CLASS, NAME),
)
SERVICES = {name: (tokens.KUBERNETES_SERVICE, f"{NAME}-{name}") for name in ("svc1", "svc2")}
OTHER_ALB = "internal-k8s-team-team-1a2b3c4d5e-1234567890.us-east-1.elb.amazonaws.com"


TO_HTTPS = {
    "path": "/*",
    "pathType": "ImplementationSpecific",
    "backend": {"service": {"name": "to-https", "port": {"name": "use-annotation"}}},
}


def path(name: str, to: str = "/svc1") -> dict[str, Any]:
    """A rule that sends what lies below a path to a Service."""
    service = {"name": name, "port": {"number": 80.0}}
    return {"path": to, "pathType": "Prefix", "backend": {"service": service}}


def ingress(name: str, namespace: str, class_: str, *paths: dict[str, Any], host_name: str) -> Change:
    """One more Ingress, whose ALB has a host name."""
    return register(
        tokens.INGRESS,
        name,
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "Ingress",
            "metadata": {"name": name, "namespace": namespace, "annotations": {}},
            "spec": {"ingressClassName": class_, "rules": [{"http": {"paths": list(paths)}}]},
        },
        beside=INGRESS,
        outputs={"status": {"loadBalancer": {"ingress": [{"hostname": host_name}]}}},
        waits=[*SERVICES.values(), (tokens.INGRESS_CLASS, class_), (tokens.NAMESPACE, NAME)],
    )


def ingress_class(name: str) -> Change:
    """One more class, with parameters of its own."""
    eks = "eks.amazonaws.com"
    parameters = {"apiGroup": eks, "kind": "IngressClassParams", "name": name}
    return together(
        register(
            tokens.INGRESS_CLASS_PARAMS,
            name,
            {
                "apiVersion": f"{eks}/v1",
                "kind": "IngressClassParams",
                "metadata": {"name": name},
                "spec": {"scheme": "internet-facing"},
            },
            beside=INGRESS,
        ),
        register(
            tokens.INGRESS_CLASS,
            name,
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "IngressClass",
                "metadata": {"name": name},
                "spec": {"controller": f"{eks}/alb", "parameters": parameters},
            },
            beside=INGRESS,
            waits=[(tokens.INGRESS_CLASS_PARAMS, name)],
        ),
    )


def namespace(name: str) -> Change:
    """One more namespace."""
    return register(
        tokens.NAMESPACE,
        name,
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}},
        beside=INGRESS,
    )


def _without_svc2(ingress: Any) -> None:
    rule = ingress["spec"]["rules"][0]["http"]
    rule["paths"] = [path for path in rule["paths"] if path["path"] != "/svc2"]


def group(nodes: Nodes) -> Nodes:
    """/svc2 has an Ingress of its own, of one group with the other: they share the ALB."""
    shared = find(nodes, *INGRESS).get("status", "loadBalancer", "ingress", 0, "hostname")
    own = find(nodes, *INGRESS).get("metadata", "annotations")
    annotations = {name: value for name, value in own.items() if not name.endswith("/actions.healthz")}
    return together(
        put(*PARAMS, "spec", "group", value={"name": "apps"}),
        edit(*INGRESS, _without_svc2),
        ingress("svc2", NAME, NAME, path("svc2", "/svc2"), host_name=str(shared)),
        put(tokens.INGRESS, "svc2", "metadata", "annotations", value=annotations),
    )(nodes)


def for_host(host: str) -> Any:
    """Rules for a host, beside one for every host that answers health checks."""

    def how(ingress: Any) -> None:
        *paths, health = ingress["spec"]["rules"][0]["http"]["paths"]
        ingress["spec"]["rules"] = [{"http": {"paths": [health]}}, {"host": host, "http": {"paths": paths}}]

    return how


def rules_beside(*paths: dict[str, Any]) -> Any:
    """More rules for every host, after the others."""

    def how(ingress: Any) -> None:
        ingress["spec"]["rules"].append({"http": {"paths": list(paths)}})

    return how


def written_first(*paths: dict[str, Any], host: str | None = None) -> Any:
    """More rules before the others: for a host, or in the list of those for every host."""

    def how(ingress: Any) -> None:
        rules = ingress["spec"]["rules"]
        if host:
            rules.insert(0, {"host": host, "http": {"paths": list(paths)}})
        else:
            rules[0]["http"]["paths"][:0] = paths

    return how


VARIATIONS = (
    Variation(name="two Ingresses of one group have a route each", change=group, source=AUTO_MODE),  # H48
    Variation(
        name="a group has an Ingress of another team's, too",
        change=together(
            group,
            put(*PARAMS, "spec", "namespaceSelector", value=None),
            namespace("team"),
            ingress("team", "team", NAME, path("team", "/team"), host_name=OTHER_ALB),
            lambda nodes: put(tokens.INGRESS, "team", "status", value=find(nodes, *INGRESS).output("status"))(
                nodes
            ),
        ),
        source=AUTO_MODE,
    ),
    Variation(
        name="a rule for every path comes after the routes",
        change=edit(*INGRESS, rules_beside({**path("svc2", "/*"), "pathType": "ImplementationSpecific"})),
    ),
    Variation(
        name="a rule for every path is written first, and demands another route's header",
        change=edit(*INGRESS, written_first({**path("svc2", "/*"), "pathType": "ImplementationSpecific"})),
        source="https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/2763",
    ),
    Variation(
        name="a rule for another host comes first",
        change=edit(*INGRESS, written_first(path("team", "/"), host="team.example.org")),
    ),
    Variation(
        name="what comes by HTTP is redirected to HTTPS, where the controller leaves the redirect out",
        change=together(
            edit(tokens.INGRESS, "crosslink-payments", written_first(TO_HTTPS, host="payments.example.com")),
            annotation(
                "actions.to-https",
                '{"type": "redirect", "redirectConfig": {"protocol": "HTTPS", "statusCode": "HTTP_301"}}',
                of="crosslink-payments",
            ),
        ),
        stack="tls",
        source="https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/ingress/rule_optimizer.go",
    ),
    Variation(
        name="a default backend takes what no rule takes",
        change=put(*INGRESS, "spec", "defaultBackend", value=path("svc2")["backend"]),
        not_judged="who is to be served by what no rule takes",
    ),
    Variation(
        name="rules for the host that the integrations send",  # H22
        change=edit(*INGRESS, for_host("apps.crosslink.example.com")),
        source=f"{KUBERNETES}/services-networking/ingress/",
    ),
    Variation(
        name="rules for the host of a backend with TLS",
        change=edit(tokens.INGRESS, "crosslink-payments", for_host("payments.example.com")),
        stack="tls",
    ),
    Variation(
        name="rules for all hosts of a domain",
        change=edit(*INGRESS, for_host("*.crosslink.example.com")),
        source=f"{KUBERNETES}/services-networking/ingress/#hostname-wildcards",
    ),
    Variation(
        name="rules for all hosts of a domain above: the ALB's wildcard takes several labels",
        change=edit(*INGRESS, for_host("*.example.com")),
        source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html",
    ),
    Variation(
        name="another team's Ingress has a class of its own",  # H09
        change=together(
            ingress_class("team"),
            namespace("team"),
            ingress("team", "team", "team", path("svc1"), host_name=OTHER_ALB),
        ),
    ),
    Variation(
        name="another Ingress of the class has an ALB of its own",  # H10
        change=together(
            put(*PARAMS, "spec", "group", value=None),
            namespace("team"),
            ingress("team", "team", NAME, path("svc1"), host_name=OTHER_ALB),
        ),
    ),
    Variation(
        name="an Ingress of the namespace is of no group",  # H49
        change=together(
            group, ingress_class("team"), ingress("team", NAME, "team", path("svc1"), host_name=OTHER_ALB)
        ),
    ),
    Variation(
        name="the Ingress names its scheme and its subnets twice",
        change=annotation("scheme", "internal"),
    ),
)
