"""Faults of the ALB's rules in their order: as the Ingresses ask for them, and as they are in AWS."""

from typing import Any

from crosslink.graph import tokens
from tests.faults.change import Change, edit, put, together
from tests.faults.cluster import SVC1
from tests.faults.fault import STATE, STRANGER, Fault
from tests.faults.healthy.ingress import NAME, group, ingress, namespace, path
from tests.faults.healthy.shared_cluster import of_a_group
from tests.faults.nodes import find
from tests.faults.provider import annotation

GUIDE = "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/"
HEALTH = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html"
INGRESS = (tokens.INGRESS, NAME)
CATCH_ALL = {"path": "/*", "pathType": "ImplementationSpecific"}


def rules_before(*paths: dict[str, Any], host: str | None = None) -> Change:
    """Rules of the Ingress that stand before its others: each list of paths is sorted by itself."""

    def how(found: Any) -> None:
        rule = {"http": {"paths": list(paths)}}
        found["spec"]["rules"].insert(0, {**rule, "host": host} if host else rule)

    return edit(*INGRESS, how)


def to(service: str, **members: Any) -> dict[str, Any]:
    """A path that is sent to a Service."""
    return {**path(service), **members}


def svc1_path(**members: Any) -> Change:
    """Set members of the rule for /svc1."""

    def how(found: Any) -> None:
        paths = found["spec"]["rules"][0]["http"]["paths"]
        next(own for own in paths if own["path"] == "/svc1").update(members)

    return edit(*INGRESS, how)


def by_hand(**rules: Any) -> Change:
    """Change the listener's rules in AWS: `first` comes before them, `rule_2` is put into the second."""
    changes = {name.removeprefix("rule_"): rule for name, rule in rules.items()}
    return put(*INGRESS, "albRules", value=changes)


def pods(*states: str) -> Change:
    """The states of svc1's pods as targets, each with AWS's reason."""
    told = [{"health": state.partition(" ")[0], "healthReason": state.partition(" ")[2]} for state in states]
    return put(tokens.KUBERNETES_SERVICE, SVC1, "podTargets", value=told)


def shared_alb(nodes: Any) -> Any:
    """Another namespace's Ingress of the group takes every path, and is judged first."""
    host = find(nodes, *INGRESS).get("status", "loadBalancer", "ingress", 0, "hostname")
    catch = ingress("team", "team", NAME, to("team", **CATCH_ALL), host_name=str(host))
    order = {f"{GROUP_ORDER}": "-1"}
    return together(
        group,
        put(tokens.INGRESS_CLASS_PARAMS, NAME, "spec", "namespaceSelector", value=None),
        namespace("team"),
        catch,
        put(tokens.INGRESS, "team", "metadata", "annotations", value=order),
    )(nodes)


GROUP_ORDER = "alb.ingress.kubernetes.io/group.order"
FIRST, LISTENERS = "first-rule-is-the-routes", "listeners-first-rule-is-the-routes"
ANYTHING = {"conditions": [{"pathPattern": {"values": ["/*"]}}]}

OWN = [
    {"httpHeader": {"httpHeaderName": "X-Crosslink-Route", "values": ["/svc1"]}},
    {"pathPattern": {"values": ["/svc1", "/svc1/*"]}},
]

ORDER = (
    Fault(
        name="a rule for every path stands before the routes in the Ingress",  # F44
        change=rules_before(to("team", **CATCH_ALL)),
        rule=FIRST,
        source="https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/2763",
    ),
    Fault(
        name="a rule with a wildcard takes what is below the route",
        change=rules_before(to("team", path="/svc1/*", pathType="ImplementationSpecific")),
        rule=FIRST,
    ),
    Fault(
        name="an exact rule takes the path of the route itself",
        change=rules_before(to("team", path="/svc1", pathType="Exact")),
        rule=FIRST,
    ),
    Fault(
        name="a rule for the host of the integrations stands before the routes",
        change=rules_before(to("team", path="/"), host="apps.crosslink.example.com"),
        rule=FIRST,
    ),
    Fault(
        name="a rule by regular expression takes the route",
        change=together(
            rules_before(to("team", path="/.*", pathType="ImplementationSpecific")),
            annotation("use-regex-path-match", "true"),
        ),
        rule=FIRST,
        source=f"{GUIDE}#use-regex-path-match",
    ),
    Fault(
        name="a redirect takes every path before the routes",
        change=together(
            rules_before(
                {**CATCH_ALL, "backend": {"service": {"name": "away", "port": {"name": "use-annotation"}}}}
            ),
            annotation(
                "actions.away",
                '{"type": "redirect", "redirectConfig": {"host": "example.org", "statusCode": "HTTP_301"}}',
            ),
        ),
        rule=FIRST,
        source=f"{GUIDE}#actions",
    ),
    Fault(
        name="another namespace's Ingress of the group takes every path first",
        change=shared_alb,
        rule=FIRST,
        source=f"{GUIDE}#group.order",
    ),
    Fault(
        name="a stranger's Ingress of the group takes every path first",
        change=of_a_group("crosslink-existing-cluster-shared", "/", order="-1"),
        rule=FIRST,
        stack="existing-cluster",
        planned=STRANGER,
    ),
    Fault(
        name="Ingress path is in another case than the route",
        change=svc1_path(path="/SVC1"),
        rule="ingress-has-the-route",
    ),
    Fault(
        name="a default backend takes the route that no rule takes",
        change=together(
            svc1_path(path="/service1"),
            put(*INGRESS, "spec", "defaultBackend", value=path("svc2")["backend"]),
        ),
        rule="ingress-has-the-route",
    ),
)
REFUSED = (
    Fault(
        name="prefix with a wildcard in an Ingress of the group",
        change=rules_before(to("team", path="/team/*")),
        rule="controller-makes-the-rules",
        source="https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/ingress/model_build_listener_rules.go",
    ),
    Fault(
        name="group.order of an Ingress is no number",
        change=annotation("group.order", "first"),
        rule="controller-makes-the-rules",
    ),
    Fault(
        name="condition of another rule isn't JSON",
        change=annotation("conditions.healthz", "[{'field': 'http-header'}]"),
        rule="controller-makes-the-rules",
    ),
    Fault(
        name="condition of another rule has no values",
        change=annotation("conditions.healthz", '[{"field": "path-pattern", "pathPatternConfig": {}}]'),
        rule="controller-makes-the-rules",
    ),
)
MADE = (
    Fault(
        name="the header's condition was taken from the listener's rule by hand",
        change=by_hand(rule_1={"conditions": [{"pathPattern": {"values": ["/svc1", "/svc1/*"]}}]}),
        rule="listener-rule-demands-what-is-asked",
        planned=STATE,
    ),
    Fault(
        name="a rule made by hand stands before the route's",
        change=by_hand(first=ANYTHING),
        rule=LISTENERS,
        planned=STATE,
    ),
    Fault(
        name="a rule made by hand takes what is below the route",
        change=by_hand(first={"conditions": [{"pathPattern": {"values": ["/svc1/*"]}}]}),
        rule=LISTENERS,
        planned=STATE,
    ),
    Fault(
        name="the listener's rule for the route was deleted",
        change=by_hand(rule_1=None),
        rule="listener-has-the-routes-rule",
        planned=STATE,
    ),
    Fault(
        name="a condition on an address was added to the listener's rule by hand",
        change=by_hand(rule_1={"conditions": [*OWN, {"sourceIp": {"values": ["192.168.0.0/16"]}}]}),
        rule=LISTENERS,
        planned=STATE,
    ),
    Fault(
        name="a condition on the method was added to the listener's rule by hand",
        change=by_hand(rule_1={"conditions": [*OWN, {"httpRequestMethod": {"values": ["GET"]}}]}),
        rule=LISTENERS,
        planned=STATE,
    ),
    Fault(
        name="the path of the listener's rule was changed by hand",
        change=by_hand(
            rule_1={
                "conditions": [
                    {"httpHeader": {"httpHeaderName": "X-Crosslink-Route", "values": ["/svc1"]}},
                    {"pathPattern": {"values": ["/v1/*"]}},
                ]
            }
        ),
        rule="listener-rule-is-as-asked",
        planned=STATE,
    ),
    Fault(
        name="the listener's rule for the route answers itself",
        change=by_hand(
            rule_1={
                "actions": [
                    {
                        "type": "fixed-response",
                        "fixedResponse": {"statusCode": "503", "contentType": "text/plain"},
                    }
                ]
            }
        ),
        rule="listener-rule-is-as-asked",
        planned=STATE,
    ),
)
TARGETS = (
    Fault(
        name="the ALB's health checks get another code from all pods",
        change=pods(
            *["unhealthy Target.ResponseCodeMismatch: Health checks failed with these codes: [404]"] * 2
        ),
        rule="pods-are-healthy-targets",
        planned=STATE,
        source=HEALTH,
    ),
    Fault(
        name="the ALB doesn't reach the pods",
        change=pods("unhealthy Target.Timeout: Request timed out"),
        rule="pods-are-healthy-targets",
        planned=STATE,
        source=HEALTH,
    ),
    Fault(
        name="the pods' target group was emptied",
        change=pods(),
        rule="pods-are-healthy-targets",
        planned=STATE,
    ),
)
FAULTS = ORDER + REFUSED + MADE + TARGETS
