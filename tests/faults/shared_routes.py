"""Faults of routes that two backends serve: what is lost, and what is stopped, where one of them fails."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from crosslink.graph import tokens
from crosslink.rules.grade import Grade
from tests.faults.change import Change, drop, edit, put, together
from tests.faults.fault import STATE, CannotKnow, Fault

NLB_GUIDE = "https://docs.aws.amazon.com/elasticloadbalancing/latest/network"
BOTH, CANARY = "one-route-two-regions", "canary"
LISTENER, GROUP = (tokens.LISTENER, "crosslink-49"), (tokens.TARGET_GROUP, "crosslink-49")
PROBE = "alb.ingress.kubernetes.io/actions.healthz-49"
AFTER = CannotKnow("which target group has which weight is only known after the up")
SHARES = "weights-are-the-routes"


def dead(backend: str) -> Change:
    """No pod of a backend is ready."""
    status = {"replicas": 2, "availableReplicas": 0}
    return put(tokens.KUBERNETES_DEPLOYMENT, f"crosslink-{backend}-svc1", "status", value=status)


def unwanted(backend: str) -> Change:
    """A backend wants no pod."""
    return put(tokens.KUBERNETES_DEPLOYMENT, f"crosslink-{backend}-svc1", "spec", "replicas", value=0)


def weights(*numbers: int) -> Change:
    """Other weights: of the group of both, and of each backend's own."""

    def how(listener: Any) -> None:
        groups = listener["defaultActions"][0]["forward"]["targetGroups"]
        for group, weight in zip(groups, numbers, strict=True):
            group["weight"] = weight

    return edit(*LISTENER, how)


def probe(how: Callable[[Any], None]) -> Change:
    """Another probe at the ALB in Frankfurt."""

    def changed(ingress: Any) -> None:
        annotations = ingress["metadata"]["annotations"]
        action = json.loads(annotations[PROBE])
        how(action["forwardConfig"]["targetGroups"][0])
        annotations[PROBE] = json.dumps(action)

    return edit(tokens.INGRESS, "crosslink-frankfurt", changed)


def no_probe(ingress: Any) -> None:
    """The ALB has no rule for the health check."""
    http = ingress["spec"]["rules"][0]["http"]
    http["paths"] = [path for path in http["paths"] if path["path"] != "/svc1/ready"]


ONE_REGION = (
    Fault(
        name="no pod of one region is ready",
        change=dead("frankfurt"),
        rule="pods-are-ready",
        planned=STATE,
    ),
    Fault(name="one region wants no pods", change=unwanted("frankfurt"), rule="pods-are-wanted"),
    Fault(
        name="no target of one region is healthy",
        change=put(tokens.ATTACHMENT, "crosslink-49-*euc1-az*", "health", value="unhealthy"),
        rule="target-is-healthy",
        planned=STATE,
        source=f"{NLB_GUIDE}/target-group-health-checks.html",
    ),
    Fault(
        name="peering with one region has expired",
        change=put(tokens.PEERING, "crosslink-landing-eu-central-1", "acceptStatus", value="expired"),
        rule="peering-is-accepted",
        planned=STATE,
    ),
    Fault(
        name="no route back from one region",
        change=drop(tokens.ROUTE, "crosslink-landing-eu-central-1-back-*"),
        rule="subnet-has-a-route",
    ),
    Fault(
        name="no route out to one region",
        change=drop(tokens.ROUTE, "crosslink-landing-eu-central-1-out-*"),
        rule="subnet-has-a-route",
    ),
    Fault(
        name="endpoint of one region lets nobody in",
        change=drop(tokens.INGRESS_RULE, "crosslink-frankfurt-*"),
        rule="endpoint-lets-the-gateway-in",
    ),
    Fault(
        name="gateway NLB may not connect to one region",
        change=drop(tokens.EGRESS_RULE, "crosslink-gateway*eu-central-1*"),
        rule="gateway-nlb-lets-out",
    ),
    Fault(
        name="endpoint of one region was deleted",
        change=drop(tokens.ENDPOINT, "crosslink-frankfurt"),
        rule="targets-are-the-endpoint",
    ),
    Fault(
        name="one address of one region isn't in the target group of both",
        change=drop(tokens.ATTACHMENT, "crosslink-49-frankfurt-euc1-az1"),
        rule="targets-are-the-endpoint",
    ),
    Fault(
        name="no address of one region is in the target group of both",
        change=drop(tokens.ATTACHMENT, "crosslink-49-frankfurt-*"),
        rule=SHARES,
        preview=AFTER,
    ),
    Fault(
        name="health check of a shared route has no rule at one ALB",
        change=edit(tokens.INGRESS, "crosslink-frankfurt", no_probe),
        rule="health-check-reaches-the-alb",
    ),
    Fault(
        name="health check of a shared route asks another Service in one region",
        change=probe(lambda group: group.update(serviceName="other")),
        rule="health-check-reaches-the-alb",
    ),
    Fault(
        name="weights were set apart by hand",
        change=weights(0, 95, 5),
        rule=SHARES,
        preview=AFTER,
        source=f"{NLB_GUIDE}/load-balancer-listeners.html",
    ),
    Fault(name="one region was drained by hand", change=weights(0, 1, 0), rule=SHARES, preview=AFTER),
    Fault(
        name="ALBs answer the health check of a shared route themselves",
        change=put(*GROUP, "healthCheck", "path", value="/healthz"),
        rule="health-check-reaches-the-alb",
    ),
    Fault(
        name="health of a shared route is asked by TCP",
        change=put(*GROUP, "healthCheck", "protocol", value="TCP"),
        rule="health-check-reaches-the-alb",
    ),
)
BOTH_REGIONS = (
    Fault(
        name="no pod of either region is ready",
        change=together(dead("virginia"), dead("frankfurt")),
        rule="pods-are-ready",
        planned=STATE,
        grade=Grade.STOPS,
    ),
    Fault(
        name="one region wants no pods, and nothing leads to the other",
        change=together(unwanted("frankfurt"), drop(tokens.ROUTE, "crosslink-landing-us-east-1-back-*")),
        rule="subnet-has-a-route",
        grade=Grade.STOPS,
    ),
    Fault(
        name="target group of both is empty",
        change=drop(tokens.ATTACHMENT, "crosslink-49-[fv]*"),
        rule=SHARES,
        preview=AFTER,
        grade=Grade.STOPS,
    ),
    Fault(
        name="all weights are 0",
        change=weights(0, 0, 0),
        rule=SHARES,
        preview=AFTER,
        grade=Grade.STOPS,
        source=f"{NLB_GUIDE}/load-balancer-listeners.html",
    ),
    Fault(
        name="nothing answers the health check of a shared route",
        change=put(*GROUP, "healthCheck", "path", value="/"),
        rule="health-check-reaches-the-alb",
        grade=Grade.STOPS,
    ),
    Fault(
        name="listener of a shared route is on another port",
        change=put(*LISTENER, "port", value=8048),
        rule="uri-picks-a-listener",
    ),
)
SHARED = (
    Fault(
        name="canary wants no pods",
        change=unwanted("canary"),
        rule="pods-are-wanted",
        grade=Grade.STOPS_SOME,
    ),
    Fault(
        name="what a canary stands beside wants no pods",
        change=unwanted("today"),
        rule="pods-are-wanted",
        grade=Grade.STOPS_SOME,
    ),
    Fault(
        name="canary and what it stands beside want no pods",
        change=together(unwanted("today"), unwanted("canary")),
        rule="pods-are-wanted",
        grade=Grade.STOPS,
    ),
    Fault(
        name="canary has another weight",
        change=weights(0, 50, 50),
        rule=SHARES,
        preview=AFTER,
        grade=Grade.REDUNDANCY,
    ),
    Fault(
        name="canary and what it stands beside share a target group",
        change=weights(1, 0, 0),
        rule=SHARES,
        preview=AFTER,
        grade=Grade.REDUNDANCY,
    ),
)
FAULTS = (
    *(replace(fault, stack=BOTH, grade=Grade.REDUNDANCY) for fault in ONE_REGION),
    *(replace(fault, stack=BOTH) for fault in BOTH_REGIONS),
    *(replace(fault, stack=CANARY) for fault in SHARED),
)
