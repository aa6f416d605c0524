"""The hops of the path as plain data: what each is, where it is, and what it is wired to.

Facts only, as they were read from the resources, whoever read them. A fact that the reader cannot know is an
`Unknown` with the reason.
"""

from dataclasses import dataclass

from reachability.facts import Fact, Hop, Number, Text


@dataclass(frozen=True, kw_only=True)
class HealthCheck:
    """How a load balancer asks a target whether it is well."""

    protocol: Text
    port: Text
    path: Text
    matcher: Text


@dataclass(frozen=True, kw_only=True)
class Method(Hop):
    """A method of the API on one path, with its integration.

    Attributes:
        path: of the API's resource, `/svc1` or `/svc1/{proxy+}`.
        http_method: `ANY`, or one of HTTP's.
        auth: `AWS_IAM`, `API_KEY` or `NONE`.
        integration_type: `HTTP_PROXY`.
        connection_type: `VPC_LINK`, or `INTERNET`.
        connection_id: of the VPC link; a stage variable stands as `${stageVariables.link}`.
        uri: host, port and path that the request is sent to.
        passes_path_on: whether what is below the path reaches the backend.
    """

    path: Text
    http_method: Text
    auth: Text
    integration_type: Text
    connection_type: Text
    connection_id: Text
    uri: Text
    passes_path_on: bool


@dataclass(frozen=True, kw_only=True)
class Stage(Hop):
    """The stage that serves the methods.

    Attributes:
        name: in the URL.
        url: where callers send requests.
        deployment: the resource that it serves.
        variables: names of its variables; one of them holds the VPC link's id.
    """

    name: Text
    url: Text
    deployment: str | None
    variables: Fact[tuple[str, ...] | None]


@dataclass(frozen=True, kw_only=True)
class VpcLink(Hop):
    """The VPC link that the stage gives the integrations."""


@dataclass(frozen=True, kw_only=True)
class Subnet(Hop):
    """A subnet with its zone and range."""

    zone: Text
    cidr: Text


@dataclass(frozen=True, kw_only=True)
class LoadBalancer(Hop):
    """A network load balancer.

    Attributes:
        internal: whether it has private addresses only.
        dns_name: its name.
        subnets: where its nodes are.
        enforces_on_private_link: whether its security groups judge PrivateLink traffic, "on" or "off".
    """

    internal: Fact[bool | None]
    dns_name: Text
    subnets: tuple[Subnet, ...]
    enforces_on_private_link: Text


@dataclass(frozen=True, kw_only=True)
class Listener(Hop):
    """A listener of a load balancer."""

    protocol: Text
    port: Number


@dataclass(frozen=True, kw_only=True)
class TargetGroup(Hop):
    """A target group.

    Attributes:
        target_type: `ip` or `alb`.
        protocol: to the targets.
        port: of the targets, unless one has its own.
        preserves_client_ip: whether targets see the clients' addresses, "true" or "false".
        health_check: how targets are asked.
    """

    target_type: Text
    protocol: Text
    port: Number
    preserves_client_ip: Text
    health_check: HealthCheck | None


@dataclass(frozen=True, kw_only=True)
class Target(Hop):
    """One target of a target group.

    Attributes:
        target: an address, or a load balancer's ARN.
        port: where it is asked.
        zone: `all` for an address outside the VPC; None inside it.
    """

    target: Text
    port: Number
    zone: Text


@dataclass(frozen=True, kw_only=True)
class Route(Hop):
    """A route over the peering.

    Attributes:
        subnet: the subnet whose packets take it.
        destination: the range it is for.
        peering: the accepted peering that it goes over; None if it goes elsewhere.
    """

    subnet: Subnet
    destination: Text
    peering: str | None


@dataclass(frozen=True, kw_only=True)
class Leg:
    """The way from the gateway NLB to one address of the endpoint, and back.

    Attributes:
        target: the address as a target.
        subnet: the endpoint's subnet that holds it; None if none does.
        out: the routes from the NLB's subnets to the address. Inside one VPC there are none.
        back: the routes from the endpoint's subnet to the NLB's.
        crosses_peering: whether NLB and endpoint are in different VPCs.
    """

    target: Target
    subnet: Subnet | None
    out: tuple[Route, ...]
    back: tuple[Route, ...]
    crosses_peering: bool


@dataclass(frozen=True, kw_only=True)
class Admission(Hop):
    """A rule of a security group that lets traffic in.

    Attributes:
        source: the range that may connect.
        port: where to.
    """

    source: Text
    port: Number


@dataclass(frozen=True, kw_only=True)
class Endpoint(Hop):
    """The interface endpoint.

    Attributes:
        addresses: of its network interfaces, as asked for.
        service_name: of the endpoint service that it connects to.
        admissions: who its security group lets in.
        acceptance: the resource that accepts it; None where the service accepts by itself.
    """

    addresses: tuple[Text, ...]
    service_name: Text
    admissions: tuple[Admission, ...]
    acceptance: str | None


@dataclass(frozen=True, kw_only=True)
class EndpointService(Hop):
    """The endpoint service.

    Attributes:
        name: by which endpoints find it.
        allowed_principals: who may connect.
        acceptance_required: whether each connection must be accepted.
    """

    name: Text
    allowed_principals: tuple[Text, ...]
    acceptance_required: Fact[bool | None]


@dataclass(frozen=True, kw_only=True)
class IngressRule(Hop):
    """The ALB of an Ingress, and its rule for the route.

    Attributes:
        host_name: of the ALB.
        scheme: `internal`, or `internet-facing`.
        ingress_class: of the Ingress.
        path: of the rule.
        path_type: `Prefix` or `Exact`.
        service_name: of the Kubernetes Service behind it.
        service_port: of that Service.
        listener_ports: of the ALB, from the Ingress's annotation.
    """

    host_name: Text
    scheme: Text
    ingress_class: Text
    path: Text
    path_type: Text
    service_name: Text
    service_port: Fact[int | str | None]
    listener_ports: Fact[tuple[int, ...] | None]


@dataclass(frozen=True, kw_only=True)
class KubernetesService(Hop):
    """The Service in front of the pods.

    Attributes:
        port: its own.
        target_port: the container's port, by name or number.
        selector: the labels of its pods.
    """

    port: Number
    target_port: Fact[int | str | None]
    selector: Fact[tuple[tuple[str, str], ...] | None]


@dataclass(frozen=True, kw_only=True)
class Deployment(Hop):
    """The pods.

    Attributes:
        replicas: how many.
        labels: of each.
        container_port: where the container listens.
        image: of the container.
    """

    replicas: Number
    labels: Fact[tuple[tuple[str, str], ...] | None]
    container_port: Number
    image: Text
