"""What the load balancer controller makes of the Ingresses that share an ALB: rules, target groups, targets.

Source: https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/ingress/model_build_listener_rules.go
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from crosslink.graph import tokens
from crosslink.graph.node import Node
from tests.fake_aws.world import World, made_up, network

ANNOTATIONS = "alb.ingress.kubernetes.io/"
_FIELDS = {  # of a condition in an annotation → Pulumi's name of the condition, and where its values are
    "host-header": ("hostHeader", "hostHeaderConfig"),
    "path-pattern": ("pathPattern", "pathPatternConfig"),
    "http-header": ("httpHeader", "httpHeaderConfig"),
    "http-request-method": ("httpRequestMethod", "httpRequestMethodConfig"),
    "query-string": ("queryStrings", "queryStringConfig"),
    "source-ip": ("sourceIp", "sourceIPConfig"),
}
Make = Callable[..., Node]
"""Makes a resource: type, id and properties."""
Told = dict[str, Any]


class Group:
    """The Ingresses of one ALB, and what is made of them.

    Args:
        world: the resources.
        ingresses: those that share the ALB.
        make: makes a resource beside them.
        vpc: the id of the ALB's VPC.
    """

    def __init__(self, world: World, ingresses: Sequence[Node], make: Make, vpc: str | None) -> None:
        self._world, self._make, self._vpc = world, make, vpc
        self._ingresses = sorted(ingresses, key=_place)
        self._groups: dict[str, list[Node]] = {}
        self._rules = [rule for ingress in self._ingresses for rule in self._of(ingress)]
        self.default: Told | None = None
        """What a listener does with what no rule takes; None if no Ingress says it."""
        for ingress in self._ingresses:
            if backend := ingress.get("spec", "defaultBackend"):
                self.default = self._action(ingress, backend)

    def rules(self, listener: str, protocol: str, port: int) -> Iterator[Node]:
        """The rules of a listener, as changed by hand: see `albRules` in tests/faults/README.md."""
        rules: list[Told | None] = [rule for rule in self._rules if not _is_endless(rule, protocol, port)]
        for ingress in self._ingresses:
            for priority, change in (ingress.get("albRules") or {}).items():
                if priority == "first":
                    rules.insert(0, {"actions": [_fixed("404")], **change})
                elif (old := rules[int(priority) - 1]) is not None:
                    rules[int(priority) - 1] = change and {**old, **change}
        for number, rule in enumerate(rules, 1):
            if rule is not None:
                arn = listener.replace(":listener/", ":listener-rule/")
                arn = f"{arn}/{made_up(listener, str(number), digits=16)}"
                ids = {"arn": arn, "listenerArn": listener, "priority": number}
                yield self._make(tokens.LISTENER_RULE, arn, **ids, **rule)

    def groups(self) -> Iterator[Node]:
        """The target groups, and the pods in them."""
        for nodes in self._groups.values():
            yield from nodes

    def _of(self, ingress: Node) -> Iterator[Told]:
        for rule in ingress.get("spec", "rules") or []:
            for path in sorted((rule.get("http") or {}).get("paths", []), key=_rank):
                conditions = _conditions(ingress, rule.get("host"), path)
                yield {"conditions": conditions, "actions": [self._action(ingress, path["backend"])]}

    def _action(self, ingress: Node, backend: Told) -> Told:
        service = backend["service"]
        name, port = service["name"], service.get("port") or {}
        if port.get("name") != "use-annotation":
            return self._forward(ingress, name)
        match _json(ingress, f"actions.{name}"):
            case {"type": "fixed-response", "fixedResponseConfig": answer}:
                return _fixed(answer["statusCode"])
            case {"type": "redirect", "redirectConfig": target}:
                return {"type": "redirect", "redirect": target}
            case {"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": first}, *_]}}:
                return self._forward(ingress, first)
            case _:
                return _fixed("503")  # "Backend action does not exist"

    def _forward(self, ingress: Node, name: str) -> Told:
        namespace = ingress.get("metadata", "namespace")
        service = self._service(ingress, namespace, name)
        if service is None:
            return _fixed("503")  # "Backend service does not exist"
        start = "-".join(re.sub("[^0-9A-Za-z]", "", part)[:8] for part in (namespace, name))
        called = f"k8s-{start}-{made_up(ingress.urn, name, digits=10)}"
        arn = f"arn:aws:elasticloadbalancing:{ingress.region}:{ingress.account}:targetgroup/{called}/"
        arn += made_up(called, digits=16)
        self._groups[arn] = [self._target_group(ingress, arn, called), *self._targets(service, arn)]
        return {"type": "forward", "forward": {"targetGroups": [{"arn": arn}]}}

    def _target_group(self, ingress: Node, arn: str, name: str) -> Node:
        def said(what: str, default: str) -> str:
            return _annotation(ingress, what) or default

        def number(what: str, default: int, least: int = 2, most: int = 10) -> int:
            text = said(what, str(default))
            return int(text) if text.isdigit() and least <= int(text) <= most else default

        check = {
            "protocol": said("healthcheck-protocol", "HTTP"),
            "port": said("healthcheck-port", "traffic-port"),
            "path": said("healthcheck-path", "/"),
            "matcher": said("success-codes", "200"),
            "interval": number("healthcheck-interval-seconds", 15, 5, 300),
            "timeout": number("healthcheck-timeout-seconds", 5, 2, 120),
            "healthyThreshold": number("healthy-threshold-count", 2),
            "unhealthyThreshold": number("unhealthy-threshold-count", 2),
        }
        spoken = {"protocol": said("backend-protocol", "HTTP"), "protocolVersion": "HTTP1", "port": 1}
        kind = {"targetType": said("target-type", "ip"), "vpcId": self._vpc}
        return self._make(tokens.TARGET_GROUP, arn, arn=arn, name=name, healthCheck=check, **spoken, **kind)

    def _targets(self, service: Node, group: str) -> Iterator[Node]:
        """The ready pods of a Service as targets, healthy or as a fault has it: `podTargets`."""
        told = service.get("podTargets")
        states = [{"health": "healthy"}] * _ready(self._pods(service)) if told is None else told
        addresses = self._addresses(service)
        for place, state in enumerate(states):
            subnet = addresses[place % len(addresses)]
            address = str(subnet[(20 + place) % subnet.num_addresses])
            properties = {"targetGroupArn": group, "targetId": address, "port": 8080, **state}
            yield self._make(tokens.ATTACHMENT, f"{group}|{address}", **properties)

    def _pods(self, service: Node) -> list[Node]:
        wanted = (service.get("spec", "selector") or {}).items()
        return [
            node
            for node in self._world.of(tokens.KUBERNETES_DEPLOYMENT)
            if node.provider == service.provider
            and node.get("metadata", "namespace") == service.get("metadata", "namespace")
            and wanted
            and wanted <= (node.get("spec", "template", "metadata", "labels") or {}).items()
        ]

    def _addresses(self, service: Node) -> list[Any]:
        subnets = [
            node
            for cluster in self._world.of(tokens.EKS_CLUSTER)
            if (cluster.account, cluster.region) == (service.account, service.region)
            for id_ in cluster.get("vpcConfig", "subnetIds") or []
            if (node := self._world.find(tokens.SUBNET, id_))
        ]
        ranges = [cidr for node in subnets if isinstance(cidr := node.get("cidrBlock"), str)]
        return [*map(network, ranges)] or [network("10.0.0.0/16")]

    def _service(self, beside: Node, namespace: str, name: str) -> Node | None:
        there = (beside.provider, namespace, name)
        for node in self._world.of(tokens.KUBERNETES_SERVICE):
            if (node.provider, node.get("metadata", "namespace"), node.get("metadata", "name")) == there:
                return node
        return None


def _is_endless(rule: Told, protocol: str, port: int) -> bool:
    """Whether a rule redirects what comes to its listener to the same listener: then it isn't made."""
    to = rule["actions"][0].get("redirect")
    if to is None or to.get("host") or to.get("path"):
        return False
    return to.get("protocol", protocol) == protocol and to.get("port", str(port)) == str(port)


def _ready(deployments: Sequence[Node]) -> int:
    """How many pods are ready; of pods that aren't a Deployment's two are."""
    counts = (
        node.get("spec").get("replicas", 1)
        if node.get("status") is None
        else node.get("status").get("availableReplicas", 0)
        for node in deployments
    )
    return int(sum(counts)) if deployments else 2


def _place(ingress: Node) -> tuple[int, str]:
    name = f"{ingress.get('metadata', 'namespace')}/{ingress.get('metadata', 'name')}"
    order = _annotation(ingress, "group.order") or "0"
    return int(order) if re.fullmatch(r"-?\d+", order) else 0, name


def _rank(path: Told) -> tuple[int, int]:
    match path.get("pathType"):
        case "Exact":
            return 0, 0
        case "Prefix":
            return 1, -len(path["path"])
        case _:
            return 2, 0


def _annotation(ingress: Node, name: str) -> str | None:
    return (ingress.get("metadata", "annotations") or {}).get(f"{ANNOTATIONS}{name}")


def _json(ingress: Node, name: str) -> Any:
    try:
        return json.loads(_annotation(ingress, name) or "null")
    except ValueError:
        return None


def _conditions(ingress: Node, host: str | None, path: Told) -> list[Told]:
    """The conditions on headers and so on, then those on host and path, to which an annotation may add."""
    own: dict[str, Told] = {
        "hostHeader": {"values": [host] if host else []},
        "pathPattern": _paths(ingress, path),
    }
    found: list[Told] = []
    for condition in _json(ingress, f"conditions.{path['backend']['service']['name']}") or []:
        kind, config = _FIELDS.get(condition.get("field"), (None, ""))
        given = condition.get(config) or {}
        if kind in own:
            for name in ("values", "regexValues"):
                own[kind][name] = [*own[kind].get(name, []), *given.get(name, [])]
        elif kind:  # others are dropped
            found.append({kind: given.get("values", []) if kind == "queryStrings" else given})
    for kind, values in own.items():
        if filled := {name: given for name, given in values.items() if given}:
            found.append({kind: filled})
    return found or [{"pathPattern": {"values": ["/*"]}}]


def _paths(ingress: Node, path: Told) -> Told:
    text = path.get("path") or ""
    if path.get("pathType") == "Prefix":
        own = text.removesuffix("/")
        return {"values": [own, f"{own}/*"] if own else ["/*"]}
    by_regex = path.get("pathType") != "Exact" and _annotation(ingress, "use-regex-path-match") == "true"
    return {"regexValues": [text[1:]]} if by_regex else {"values": [text] if text else []}


def _fixed(code: str) -> Told:
    return {"type": "fixed-response", "fixedResponse": {"statusCode": code, "contentType": "text/plain"}}
