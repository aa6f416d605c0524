"""Which rules nobody can judge of a stack that joins what exists, from which vantage point, and why."""

from collections.abc import Mapping

THEIRS = "AWS alone tells them"
DEPLOYED = "is deployed by somebody else"
IN_THE_UP = "AWS gives it in the up"
AFTER_THE_UP = "only known after the up"
NOT_FOLLOWED = "isn't followed"
NOT_MADE = "isn't made by the stack"
PENDING = "pending acceptance by account 222222222222"

Unseen = Mapping[str, str]
"""Rule → a part of the reason for which it is unknown."""

_CLUSTER: Unseen = {"acls-let-pass": THEIRS, "rule-has-its-service": DEPLOYED}
_NLB: Unseen = dict.fromkeys(
    (
        "balancer-is-an-nlb",
        "balancer-is-private",
        "endpoint-port-has-a-listener",
        "endpoint-zones-are-the-services",
        "groups-leave-private-link-alone",
    ),
    THEIRS,
)
_CROSSED = (
    "crossed-service-has-its-zones",
    "crossed-service-is-in-two-zones",
    "crossing-leaves-the-idle-timeout",
)
_ALB: Unseen = dict.fromkeys(
    (
        "alb-has-a-certificate",
        "alb-is-in-the-nlbs-subnets",
        "alb-is-private",
        "alb-lets-the-nlb-in",
        "alb-listens-on-the-port",
        "alb-outwaits-the-api",
        "existing-alb-forwards-the-route",
        "health-check-reaches-the-alb",
        "health-checks-speak-the-albs-tls",
        "integration-speaks-the-albs-protocol",
        "provider-nlb-lets-out",
    ),
    THEIRS,
)
_NODES: Unseen = dict.fromkeys(("node-acls-let-pass", "nodes-resolve-names"), THEIRS)
_NETWORKS: Unseen = dict.fromkeys(("acls-let-pass", "subnet-has-a-route"), THEIRS)
_PEERED: Unseen = dict.fromkeys(("nodes-reach-the-internet", "peered-networks-are-apart"), THEIRS)
_REGISTERED: Mapping[str, Unseen] = {
    "arm64": {"pods-find-what-they-read": NOT_MADE},
    "django": {"pods-find-what-they-read": NOT_MADE},
    "existing-cluster": _CLUSTER,
    "existing-cluster-alb": _CLUSTER,
    "existing-mixed": {"certificate-covers-the-domain": THEIRS},
    "existing-network-cluster": {**_NLB, **_NETWORKS, **_NODES, **_PEERED},
    "existing-networks": _NETWORKS,
    "joined": {**_CLUSTER, **_ALB},
    "load-balancer": _ALB,
    "mixed": {"web-acl-lets-callers-through": THEIRS},
    "network-load-balancer": _NLB,
    "offered": {
        **{rule: why for rule, why in _NLB.items() if not rule.startswith("endpoint-zones")},
        **dict.fromkeys(_CROSSED, THEIRS),
    },
}
"""Stack → what neither an up nor a preview shows."""
_DOCUMENT: Unseen = dict.fromkeys(
    (
        "bodies-are-binary",
        "only-declared-routes",
        "policy-lets-callers-in",
        "policy-lets-nobody-else-in",
        "requests-meet-the-conditions",
        "route-is-whole",
        "uri-picks-a-listener",
    ),
    IN_THE_UP,
)
_PREVIEW: Mapping[str, Unseen] = {
    "one-route-two-regions": {"weights-are-the-routes": AFTER_THE_UP},
    "canary": {"weights-are-the-routes": AFTER_THE_UP},
    "linked": {"deployment-is-current": AFTER_THE_UP},
    "native-v2": {**_DOCUMENT, "deployment-is-current": AFTER_THE_UP},
    "vpc-link-v2": {**_DOCUMENT, "deployment-is-current": AFTER_THE_UP},
    "alarms": {**_DOCUMENT, "deployment-is-current": AFTER_THE_UP},
    "existing-network-cluster": dict.fromkeys(
        ("gateway-nlb-lets-out", "targets-are-the-endpoint"), IN_THE_UP
    ),
}
"""Stack → what a preview doesn't show besides: addresses that AWS chooses for an endpoint, and a document
whose integrations name a load balancer that is not there yet."""
_LIVE: Mapping[str, Unseen] = {
    "consumer-only": {"endpoint-is-available": PENDING},
    "existing-networks": {"route-takes-the-peering": NOT_FOLLOWED},
}
"""Stack → what AWS doesn't show."""


def unseen_by_policies(stack: str, vantage: str) -> Unseen:
    """What the policy pack can't judge of a stack from `planned` or `preview`, its own rules among it."""
    without_document = vantage == "preview" and _DOCUMENT.items() <= _PREVIEW.get(stack, {}).items()
    own: Unseen = {"no-unauthenticated-method": IN_THE_UP} if without_document else {}
    return {**unseen(stack, vantage), **own}


def unseen(stack: str, vantage: str) -> Unseen:
    """What can't be judged of a stack from `planned`, `preview` or `live`."""
    if vantage == "live":
        return _LIVE.get(stack, {})
    return {**_REGISTERED.get(stack, {}), **(_PREVIEW.get(stack, {}) if vantage == "preview" else {})}
