"""What stands behind the provider's NLB: ALB, Ingress, Service, pods. Facts only."""

from dataclasses import dataclass

from crosslink.graph.unknown import Fact, Found, Hop, Number, Text
from crosslink.path.hops.network import SecurityGroupRule, Subnet

Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class AlbListener:
    """A listener of an ALB.

    Attributes:
        port: where it listens.
        protocol: `HTTP` or `HTTPS`.
        certificate: ARN of the one that it shows by default; None without.
        tls_policy: name of the policy that says which TLS it takes; None for AWS's default.
    """

    port: Number
    protocol: Text
    certificate: Text
    tls_policy: Text


@dataclass(frozen=True, kw_only=True)
class Alb(Hop):
    """The ALB of an Ingress, as the Ingress asks for it, or as AWS has it.

    Attributes:
        host_name: its DNS name.
        scheme: `internal`, or `internet-facing`.
        listeners: where it listens, and for what.
        subnets: where its nodes are.
        lets_in: what its security groups let in, or will.
        answers: the paths that it answers itself, with the status code.
        redirects_to: the port that it redirects every request to; None if it doesn't.
        state: `active` and so on; None where AWS wasn't asked.
    """

    host_name: Text
    scheme: Text
    listeners: Fact[tuple[AlbListener, ...]]
    subnets: Fact[tuple[Subnet, ...]]
    lets_in: Fact[tuple[SecurityGroupRule, ...]]
    answers: Fact[tuple[tuple[str, str], ...]]
    redirects_to: Text
    state: Text


@dataclass(frozen=True, kw_only=True)
class IngressRule(Hop):
    """The rule of an Ingress that takes the route.

    Attributes:
        ingress_class: name of the Ingress's class.
        controller: of that class; None if there is no such class.
        parameters: name of the class's parameters, if those are there.
        target_type: whether pods are targets by `ip` or by `instance`.
        path: of the rule.
        path_type: `Prefix` or `Exact`.
        service_name: of the Kubernetes Service behind it.
        service_port: of that Service, by number or name.
    """

    ingress_class: Text
    controller: Text
    parameters: Found[str]
    target_type: Text
    path: Text
    path_type: Text
    service_name: Text
    service_port: Fact[int | str | None]


@dataclass(frozen=True, kw_only=True)
class KubernetesService(Hop):
    """The Service in front of the pods.

    Attributes:
        port: its own, the one that the Ingress's rule names; None if it has no such port.
        target_port: the container's port, by name or number.
        selector: the labels of its pods.
    """

    port: Number
    target_port: Fact[int | str | None]
    selector: Fact[Labels]


@dataclass(frozen=True, kw_only=True)
class Deployment(Hop):
    """The pods.

    Attributes:
        replicas: how many there should be; None means one.
        available: how many are; None where the cluster wasn't asked.
        labels: of each.
        ports: names and numbers of the container's ports.
        image: of the container.
        probe_port: where the readiness probe asks, by number or name; None if there is no HTTP probe.
    """

    replicas: Number
    available: Number
    labels: Fact[Labels]
    ports: Fact[tuple[tuple[str | None, int], ...]]
    image: Text
    probe_port: Fact[int | str | None]
