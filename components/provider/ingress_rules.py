"""What the Ingresses of a backend say: the ALB's listener, and its rule for each Service."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.networking import v1 as networking

from components.provider.ingress_class import Controller
from components.provider.workload import SERVICE_PORT
from components.route_header import header_condition
from settings.backend import HEALTH_PATH, HTTP_PORT, HTTPS_PORT
from settings.path import ServedPath
from settings.service import HEALTH_NAME, JoinedService, Service

ANNOTATIONS = "alb.ingress.kubernetes.io"
TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
"""TLS 1.3 and 1.2, as AWS recommends; its default also accepts 1.0
(https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html). Not 1.3
only: the NLBs' health checks don't support it
(https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html)."""
OF_ROUTES = f"{HEALTH_NAME}-routes"
"""The ALB's own answer to requests of the API that no route's rule has taken, in front of health checks."""
JUDGED_LAST = "1000"
"""The highest order of an Ingress in its group."""


@dataclass(frozen=True, kw_only=True)
class Probe:
    """How the gateway NLB asks the pods of a route that another backend serves, too.

    Args:
        slot: the route's number.
        path: what it asks.
    """

    slot: int
    path: str

    @property
    def name(self) -> str:
        """The action's name, which no Service has."""
        return f"{HEALTH_NAME}-{self.slot}"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule of the ALB: what is sent to a Service.

    Args:
        served: the path of the API whose requests it takes.
        service: name of the Kubernetes Service.
        port: its port.
        probe: how the gateway NLB asks its pods; None if it doesn't.
    """

    served: ServedPath
    service: str
    port: int
    probe: Probe | None = None


@dataclass(frozen=True, kw_only=True)
class Listener:
    """What all Ingresses of a group say alike: the ALB's listener.

    Args:
        group: the group's name.
        controller: who makes the ALB.
        tls: whether it listens for HTTPS on port 443, or else for HTTP on port 80.
        client_cidrs: CIDRs that may reach it.
    """

    group: str
    controller: Controller
    tls: bool
    client_cidrs: Sequence[pulumi.Input[str]]

    def annotations(self) -> dict[str, pulumi.Input[str]]:
        grouped = not self.controller.group_in_parameters
        return {
            **({f"{ANNOTATIONS}/group.name": self.group} if grouped else {}),
            f"{ANNOTATIONS}/listen-ports": json.dumps(
                [{"HTTPS": HTTPS_PORT} if self.tls else {"HTTP": HTTP_PORT}]
            ),
            **({f"{ANNOTATIONS}/ssl-policy": TLS_POLICY} if self.tls else {}),
            # Ignored if `security-groups` is set too.
            f"{ANNOTATIONS}/inbound-cidrs": pulumi.Output.all(*self.client_cidrs).apply(",".join),
        }


def rules_by_namespace(
    services: Sequence[Service | JoinedService], own_namespace: str, probes: Mapping[str, Probe]
) -> Mapping[str, Sequence[Rule]]:
    """The rules of each Ingress: there is one in each namespace, since it can only name Services there.

    Args:
        services: the backend's services.
        own_namespace: the namespace of those with an image.
        probes: path of the API → how the gateway NLB asks the pods there; only of those with an image.

    Returns:
        Namespace → rules, first the own one, if it has services, then the others in the services' order.
    """
    rules: dict[str, list[Rule]] = {}
    for service in sorted(services, key=lambda service: isinstance(service, JoinedService)):
        served = ServedPath(path=service.path, strip_prefix=service.strip_prefix)
        if isinstance(service, Service):
            probe = probes.get(service.path)
            rule = Rule(served=served, service=service.name, port=SERVICE_PORT, probe=probe)
            rules.setdefault(own_namespace, []).append(rule)
        else:
            there = service.existing
            rule = Rule(served=served, service=there.service, port=there.port)
            rules.setdefault(there.namespace, []).append(rule)
    return rules


def annotations(
    listener: Listener, rules: Sequence[Rule], *, longest_request: int, answers_health: bool
) -> Mapping[str, pulumi.Input[str]]:
    """The annotations of an Ingress.

    Args:
        listener: the group's listener.
        rules: the Ingress's rules.
        longest_request: how many seconds at most a request to any of them takes.
        answers_health: whether this is the Ingress with the answer to health checks: the last of the group,
            so that a Service whose route strips its prefix, or is the root, gets its own `/healthz`.

    Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/
    """
    return {
        **listener.annotations(),
        f"{ANNOTATIONS}/target-type": "ip",
        # A rule takes at most five values (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html):
        # a path of type Prefix is two of them, the header is one.
        **{
            f"{ANNOTATIONS}/conditions.{rule.service}": json.dumps([header_condition(rule.served.path)])
            for rule in rules
        },
        # Requests that a pod has yet to answer keep their connections for so long
        # (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#deregistration-delay).
        f"{ANNOTATIONS}/target-group-attributes": f"deregistration_delay.timeout_seconds={longest_request}",
        **(_health_annotations() if answers_health else {}),
        **_probe_annotations(rules),
    }


def _probe_annotations(rules: Sequence[Rule]) -> Mapping[str, str]:
    """What is done with health checks that pods answer. Their rules have no condition but the path: what asks
    can set no headers. Whatever comes from the API has the header of a route, and is answered before."""
    asked = {rule.probe.name: rule for rule in rules if rule.probe}
    if not asked:
        return {}
    return {
        f"{ANNOTATIONS}/conditions.{OF_ROUTES}": json.dumps([header_condition("*")]),
        f"{ANNOTATIONS}/actions.{OF_ROUTES}": _fixed("404", "not found"),
        **{f"{ANNOTATIONS}/actions.{name}": _forwarded(rule) for name, rule in asked.items()},
    }


def _forwarded(rule: Rule) -> str:
    """An action that sends requests to a Service."""
    group = {"serviceName": rule.service, "servicePort": rule.port}
    return json.dumps({"type": "forward", "forwardConfig": {"targetGroups": [group]}})


def _fixed(code: str, text: str) -> str:
    """An action that answers requests itself."""
    answer = {"contentType": "text/plain", "statusCode": code, "messageBody": text}
    return json.dumps({"type": "fixed-response", "fixedResponseConfig": answer})


def _health_annotations() -> Mapping[str, str]:
    return {
        f"{ANNOTATIONS}/group.order": JUDGED_LAST,
        f"{ANNOTATIONS}/actions.{HEALTH_NAME}": _fixed("200", "ok"),
    }


def paths(rules: Sequence[Rule], *, answers_health: bool) -> list[networking.HTTPIngressPathArgs]:
    """The paths of an Ingress.

    Args:
        rules: its rules.
        answers_health: whether it has the answer to health checks, too.
    """
    found = [
        _path(
            rule.served.sent_as,
            "Prefix",
            rule.service,
            networking.ServiceBackendPortArgs(number=rule.port),
        )
        for rule in rules
    ]
    # `use-annotation` makes the controller use the action with the Service's name; there is no such Service.
    # Within an Ingress, paths of this type are judged last.
    by_name = networking.ServiceBackendPortArgs(name="use-annotation")
    probes = [rule.probe for rule in rules if rule.probe]
    asked = {"/*": OF_ROUTES, **{probe.path: probe.name for probe in probes}} if probes else {}
    found += [_path(path, "ImplementationSpecific", name, by_name) for path, name in asked.items()]
    if answers_health:
        found.append(_path(HEALTH_PATH, "ImplementationSpecific", HEALTH_NAME, by_name))
    return found


def _path(
    path: str, path_type: str, service: str, port: networking.ServiceBackendPortArgs
) -> networking.HTTPIngressPathArgs:
    return networking.HTTPIngressPathArgs(
        path=path,
        path_type=path_type,
        backend=networking.IngressBackendArgs(
            service=networking.IngressServiceBackendArgs(name=service, port=port)
        ),
    )
