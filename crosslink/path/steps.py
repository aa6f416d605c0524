"""The path as a table: the steps of a request from the API to the pods, in the order in which it takes them.

A step says how its resources are found from those of the steps before it. Rules name the steps that they judge;
reports, diagrams and the documents tell them in this order.
"""

from collections.abc import Iterator, Sequence
from typing import cast

from crosslink.graph import tokens
from crosslink.graph.graph import Node, NotOurs, Value, fields, follow
from crosslink.graph.unknown import Fact, Found, Unknown, present, visible
from crosslink.path.alb import Alb
from crosslink.path.api import Api, InvokePermission, PlanLimit, Snapshot, Stage, Throttle, UsagePlan, VpcLink
from crosslink.path.domain import Alias, Domain, records_of
from crosslink.path.hop import Hop, base_of
from crosslink.path.ingress import IngressRule, ingresses_behind, parts_of, paths_of, with_rule
from crosslink.path.load_balancers import (
    SUBNETS,
    AddressTarget,
    Listener,
    LoadBalancer,
    Target,
    TargetGroup,
    endpoint_subnet,
    is_outside,
    listener_for,
    target_port,
)
from crosslink.path.methods import LINK_VARIABLE, Method, is_preflight
from crosslink.path.network import Vpc
from crosslink.path.pods import Deployment, KubernetesService, node_subnets, selected, service_behind
from crosslink.path.private_link import Endpoint, EndpointService, endpoint_behind
from crosslink.path.routes import INTERNET, Peering, Way, routes_of, ways
from crosslink.path.trail import Step, Trail

API, GATEWAY, CROSSING = "The API", "The gateway NLB", "From region to region"
PRIVATE_LINK, PROVIDER, CLUSTER = "From account to account", "The provider NLB", "The cluster"


def _following(
    trail: Trail, title: str, property_: str, type_: str, *, anywhere: bool = False
) -> Found[Node]:
    """The resource that a property of a step's names."""
    return trail.graph.step(trail.node(title), property_, type_, anywhere=anywhere)


def _naming(trail: Trail, title: str, property_: str, type_: str) -> Fact[Sequence[Node]]:
    """The resources with a property that names a step's."""
    node = trail.node(title)
    return trail.graph.all_naming(node, property_, type_) if isinstance(node, Node) else node or []


def _what_names_it(trail: Trail) -> Sequence[Hop]:
    """What names a route: the stage that serves it, or else the stack's output, or its Ingress."""
    if isinstance(trail.stack.stage, Node):
        return [Hop(**base_of(trail.stack.stage))]
    if declared := trail.stack.declared:
        place = declared.consumer.place
        name = "stack output path"
        return [Hop(resource=name, urn="path", id="path", account=place.account, region=place.region)]
    ingresses = trail.graph.of_type(tokens.INGRESS)
    return [Hop(**base_of(ingress)) for ingress in ingresses if trail.path in paths_of(ingress)][:1]


ROUTE_NAME = "route"
DOMAIN = Step(
    title="domain",
    kind=Domain,
    find=lambda trail: _following(trail, "base path", "domainName", tokens.DOMAIN_NAME),
    heading=API,
    optional=True,
)


def _base_paths(trail: Trail) -> Fact[Sequence[Node]]:
    """The mappings of base paths to the stage, the declared one first."""
    declared = trail.stack.declared
    meant = declared.api.base_path if declared else None
    mappings = _naming(trail, "stage", "stageName", tokens.BASE_PATH_MAPPING)
    return (
        mappings
        if isinstance(mappings, Unknown)
        else sorted(mappings, key=lambda one: one.get("basePath") != meant)
    )


BASE_PATH = Step(title="base path", kind=Hop, find=_base_paths, heading=API, part_of=DOMAIN)
ALIAS = Step(
    title="alias",
    kind=Alias,
    find=lambda trail: [
        record for domain in present(trail.node("domain")) for record in records_of(trail.source(domain))
    ],
    heading=API,
    part_of=DOMAIN,
)
STAGE = Step(
    title="stage", kind=Stage, find=lambda trail: trail.stack.stage, heading=API, side="api", replaces=(8,)
)
ROUTE = Step(title=ROUTE_NAME, kind=Hop, find=_what_names_it, heading=API, part_of=STAGE)
REST_API = Step(
    title="REST API",
    kind=Api,
    find=lambda trail: _following(trail, "stage", "restApi", tokens.REST_API),
    heading=API,
    part_of=STAGE,
    replaces=(8,),
)
SNAPSHOT = Step(
    title="API deployment",
    kind=Snapshot,
    find=lambda trail: _following(trail, "stage", "deployment", tokens.API_DEPLOYMENT),
    heading=API,
    part_of=STAGE,
    replaces=(8,),
)
LIMIT = Step(
    title="limit",
    kind=Throttle,
    find=lambda trail: _naming(trail, "stage", "stageName", tokens.API_METHOD_SETTINGS),
    heading=API,
    part_of=STAGE,
)
USAGE_PLAN = Step(
    title="usage plan",
    kind=UsagePlan,
    find=lambda trail: _naming(trail, "stage", "apiStages", tokens.USAGE_PLAN),
    heading=API,
    part_of=STAGE,
)


PLAN_LIMIT = Step(
    title="limit of a usage plan",
    kind=PlanLimit,
    find=lambda trail: [
        limit
        for plan in visible(trail.hops("usage plan"))
        if isinstance(plan, UsagePlan)
        for limit in visible(plan.limits)
    ],
    heading=API,
    part_of=STAGE,
)


def _methods(trail: Trail, *, preflights: bool) -> Fact[Sequence[Method]]:
    """The methods of the route; a preflight that the stack doesn't declare is a method like any other."""
    methods, declared = trail.own_methods, trail.stack.declared
    cors = declared is None or declared.routes[trail.path].cors
    if isinstance(methods, Unknown):
        return methods
    return [method for method in methods if (cors and is_preflight(method)) == preflights]


PREFLIGHT = Step(
    title="preflight",
    kind=Method,
    find=lambda trail: visible(_methods(trail, preflights=True)),
    heading=API,
    optional=True,
)
METHOD = Step(title="method", kind=Method, find=lambda trail: _methods(trail, preflights=False), heading=API)
INTEGRATION = Step(
    title="integration",
    kind=Hop,
    find=lambda trail: [
        integration
        for method in visible(trail.own_methods)
        for node in present(trail.graph.get(method.urn))
        for integration in trail.graph.naming(node, "httpMethod", tokens.INTEGRATION)
    ],
    heading=API,
    part_of=METHOD,
    replaces=(8,),
)


def _permissions(trail: Trail) -> Fact[Sequence[Node]]:
    """All permissions to invoke functions: whose they are, the rules ask."""
    stage, found = trail.stack.stage, trail.graph.of_type(tokens.LAMBDA_PERMISSION)
    if not isinstance(stage, Node):
        return stage or []
    return found or trail.graph.why_not(tokens.LAMBDA_PERMISSION, stage) or []


PERMISSION = Step(title="permission", kind=InvokePermission, find=_permissions, heading=API, part_of=METHOD)


def _link(trail: Trail) -> Found[Node]:
    """The link that the stage's variables hold, or else the one that the methods name by its id."""
    graph, stage = trail.graph, trail.stack.stage
    if not isinstance(stage, Node):
        return stage
    ids = {method.connection_id for method in visible(trail.own_methods)} - {""}
    names = [found[1] for one in ids if (found := LINK_VARIABLE.fullmatch(str(one)))]
    variables: Value = stage.get("variables")
    if links := graph.named_by(stage, "variables", tokens.VPC_LINK):
        return links[0]
    if isinstance(variables, Unknown):
        return variables
    literal = {one for one in ids if isinstance(one, str) and not LINK_VARIABLE.fullmatch(one)}
    literal |= {value for name in names if isinstance(value := fields(variables).get(name), str)}
    found = [link for link in graph.of_type(tokens.VPC_LINK) if link.names() & literal]
    if found or not literal:
        return graph.one(found, tokens.VPC_LINK, stage)
    return (
        NotOurs.of(f"VPC link {sorted(literal)[0]}")
        if graph.registered
        else graph.one([], tokens.VPC_LINK, stage)
    )


LINK = Step(title="VPC link", kind=VpcLink, find=_link, heading=API, side="api", replaces=(7,))
GATEWAY_NLB = Step(
    title="gateway NLB",
    kind=LoadBalancer,
    find=lambda trail: _following(trail, "VPC link", "targetArn", tokens.LOAD_BALANCER),
    heading=GATEWAY,
    side="api",
    replaces=(6,),
)


def _listener(trail: Trail) -> Found[Node]:
    """The listener whose port the integrations' URIs have."""
    methods = _methods(trail, preflights=False)
    port = methods if isinstance(methods, Unknown) else methods[0].port if methods else None
    return follow(trail.node("gateway NLB"), lambda nlb: listener_for(trail.graph, nlb, port))


LISTENER = Step(title="listener", kind=Listener, find=_listener, heading=GATEWAY, side="api", replaces=(6,))
TARGET_GROUP = Step(
    title="target group",
    kind=TargetGroup,
    find=lambda trail: _following(trail, "listener", "defaultActions", tokens.TARGET_GROUP),
    heading=GATEWAY,
    side="api",
    replaces=(6,),
)
TARGET = Step(
    title="target",
    kind=AddressTarget,
    find=lambda trail: _naming(trail, "target group", "targetGroupArn", tokens.ATTACHMENT),
    heading=GATEWAY,
    side="api",
    replaces=(6,),
)


def _ways(trail: Trail, *, back: bool) -> Iterator[Way]:
    """From each subnet of the gateway NLB to each target outside its VPC, or back from there.

    Those that take the same route from a subnet are one.
    """
    balancer = trail.node("gateway NLB")
    if not isinstance(balancer, Node):
        return
    nodes = visible(trail.graph.all_named(balancer, SUBNETS, tokens.SUBNET))
    once: dict[tuple[str, Value], Way] = {}
    for target in visible(trail.found("target")):
        source = trail.source(target)
        for far in present(endpoint_subnet(source)):
            if is_outside(source) is not True:
                continue
            for near in nodes:
                start, end = (far, near) if back else (near, far)
                for way in ways(trail.source(start), end.get("cidrBlock")):
                    once[start.urn, way.urn if way.route else way.destination] = way
    yield from once.values()


ROUTE_OUT = Step(
    title="route out",
    kind=Way,
    find=lambda trail: _ways(trail, back=False),
    heading=CROSSING,
    optional=True,
    replaces=(2,),
)


def _peerings(trail: Trail) -> Sequence[Hop]:
    """The peerings that the routes go over."""
    both = [way for title in ("route out", "route back") for way in visible(trail.hops(title))]
    routes = [route for way in both if isinstance(way, Way) for route in present(way.route)]
    return list(dict.fromkeys(peering for route in routes for peering in present(route.peering)))


PEERING = Step(title="peering", kind=Peering, find=_peerings, heading=CROSSING, optional=True, replaces=(2,))


def _accepters(trail: Trail) -> Sequence[Hop]:
    peerings = [hop for hop in visible(trail.hops("peering")) if isinstance(hop, Peering)]
    return [accepter for peering in peerings for accepter in present(peering.acceptance)]


ACCEPTANCE = Step(
    title="acceptance of the peering",
    kind=Hop,
    find=_accepters,
    heading=CROSSING,
    part_of=PEERING,
    replaces=(2,),
)
ROUTE_BACK = Step(
    title="route back",
    kind=Way,
    find=lambda trail: _ways(trail, back=True),
    heading=CROSSING,
    optional=True,
    replaces=(2,),
)


def _or_declared(trail: Trail, found: Found[Node], type_: str, id_: str | Unknown | None) -> Found[Node]:
    """What was found, or where nobody could look for it, what the stack says that it has made."""
    if not isinstance(found, Unknown) or isinstance(id_, Unknown):
        return found
    return next((node for node in trail.graph.of_type(type_) if node.id == id_), found)


def _endpoint(trail: Trail) -> Found[Node]:
    found = endpoint_behind(trail.graph, trail.found("target"))
    return _or_declared(trail, found, tokens.ENDPOINT, trail.backend.endpoint_id if trail.backend else None)


ENDPOINT = Step(
    title="interface endpoint",
    kind=Endpoint,
    find=_endpoint,
    heading=PRIVATE_LINK,
    side="landing",
    replaces=(4, 5),
)
ENDPOINT_VPC = Step(
    title="VPC of the endpoint",
    kind=Vpc,
    find=lambda trail: _following(trail, "interface endpoint", "vpcId", tokens.VPC),
    heading=PRIVATE_LINK,
    part_of=ENDPOINT,
    replaces=(1,),
)


def _service(trail: Trail) -> Found[Node]:
    found = _following(trail, "interface endpoint", "serviceName", tokens.ENDPOINT_SERVICE, anywhere=True)
    return _or_declared(
        trail, found, tokens.ENDPOINT_SERVICE, trail.backend.service_id if trail.backend else None
    )


SERVICE = Step(
    title="endpoint service",
    kind=EndpointService,
    find=_service,
    heading=PRIVATE_LINK,
    side="backend",
    replaces=(3,),
)
PROVIDER_NLB = Step(
    title="provider NLB",
    kind=LoadBalancer,
    find=lambda trail: _following(trail, "endpoint service", "networkLoadBalancerArns", tokens.LOAD_BALANCER),
    heading=PROVIDER,
    side="backend",
)


def _provider_listener(trail: Trail) -> Found[Node]:
    """The endpoint passes a request on at the port at which it came."""
    targets = trail.found("target")
    if isinstance(targets, Unknown):
        return targets
    port = target_port(trail.source(targets[0])) if targets else None
    return follow(trail.node("provider NLB"), lambda nlb: listener_for(trail.graph, nlb, port))


PROVIDER_LISTENER = Step(
    title="provider listener", kind=Listener, find=_provider_listener, heading=PROVIDER, side="backend"
)
PROVIDER_GROUP = Step(
    title="provider target group",
    kind=TargetGroup,
    find=lambda trail: _following(trail, "provider listener", "defaultActions", tokens.TARGET_GROUP),
    heading=PROVIDER,
    side="backend",
)


def _provider_target(trail: Trail) -> Fact[Sequence[Node]]:
    targets = _naming(trail, "provider target group", "targetGroupArn", tokens.ATTACHMENT)
    return targets if isinstance(targets, Unknown) else targets[:1]


PROVIDER_TARGET = Step(
    title="provider target", kind=Target, find=_provider_target, heading=PROVIDER, side="backend"
)


def _registered_alb(trail: Trail) -> Found[Node]:
    """The ALB that a target is, where AWS was asked; a program doesn't register it."""
    target, graph = trail.node("provider target"), trail.graph
    return follow(
        target,
        lambda node: graph.one(
            graph.named_by(node, "targetId", tokens.LOAD_BALANCER), tokens.LOAD_BALANCER, node
        ),
    )


def _alb(trail: Trail) -> Found[Node]:
    """The ALB as AWS has it, or else the Ingress that asks for it."""
    alb = _registered_alb(trail)
    return trail.node("Ingress") if alb is None and trail.graph.registered else alb


ALB = Step(title="ALB", kind=Alb, find=_alb, heading=CLUSTER, side="backend")


def _ingresses(trail: Trail) -> Fact[Sequence[Node]]:
    """The Ingresses that share the ALB."""
    target, alb, cluster = trail.node("provider target"), _registered_alb(trail), _cluster(trail)
    found: Fact[Sequence[Node]] = target if isinstance(target, Unknown) else []
    if isinstance(target, Node):
        found = ingresses_behind(trail.graph, target, alb, trail.path)
    if isinstance(found, Unknown) and isinstance(cluster, Node):
        return ingresses_behind(trail.graph, cluster, None, trail.path) or found
    return found


def _cluster(trail: Trail) -> Found[Node]:
    """The cluster of the backend; its name is all that tells it from others in its account."""
    if trail.backend is None:
        return None
    place = (trail.backend.account_id, trail.backend.region)
    beside = [
        node for node in trail.graph.of_type(tokens.EKS_CLUSTER) if (node.account, node.region) == place
    ]
    named = [node for node in beside if node.get("name") == trail.backend.cluster_name]
    return trail.graph.one(named, tokens.EKS_CLUSTER)


def _rule(trail: Trail) -> Found[Node]:
    host = next((host for method in visible(trail.own_methods) if (host := method.host)), None)
    return with_rule(trail.found("Ingress"), trail.path, host)


INGRESS_RULE = Step(title="Ingress rule", kind=IngressRule, find=_rule, heading=CLUSTER, side="backend")
INGRESS = Step(title="Ingress", kind=Hop, find=_ingresses, heading=CLUSTER, part_of=INGRESS_RULE)
INGRESS_PART = Step(
    title="part of the Ingress",
    kind=Hop,
    find=lambda trail: [
        part for rule in present(trail.node("Ingress rule")) for part in parts_of(trail.graph, rule)
    ],
    heading=CLUSTER,
    part_of=INGRESS_RULE,
)
KUBERNETES_SERVICE = Step(
    title="Service",
    kind=KubernetesService,
    find=lambda trail: follow(trail.node("Ingress rule"), lambda rule: service_behind(trail.graph, rule)),
    heading=CLUSTER,
    side="backend",
)
DEPLOYMENT = Step(
    title="Deployment",
    kind=Deployment,
    find=lambda trail: follow(trail.node("Service"), lambda service: selected(trail.graph, service)),
    heading=CLUSTER,
    side="backend",
)


def _exits(trail: Trail) -> Fact[Sequence[Way]]:
    """From each subnet of the cluster's nodes to the internet, for images."""
    subnets = node_subnets(trail.graph, _cluster(trail))
    if isinstance(subnets, Unknown):
        return subnets
    return [way for subnet in subnets for way in ways(trail.source(subnet), INTERNET)]


def _egress(trail: Trail) -> Sequence[Node]:
    """The associations and routes by which the cluster's nodes reach AWS."""
    return [
        node
        for subnet in visible(node_subnets(trail.graph, _cluster(trail)))
        for node in (
            *trail.graph.naming(subnet, "subnetId", tokens.ASSOCIATION),
            *visible(routes_of(trail.source(subnet))),
        )
    ]


EXIT = Step(title="way to the internet", kind=Way, find=_exits, heading=CLUSTER, part_of=DEPLOYMENT)


def _node_endpoints(trail: Trail) -> Sequence[Node]:
    """The VPC endpoints in the network of the cluster's nodes."""
    subnets = visible(node_subnets(trail.graph, _cluster(trail)))
    vpcs = [vpc for subnet in subnets for vpc in trail.graph.named_by(subnet, "vpcId", tokens.VPC)]
    named = {node.urn: node for vpc in vpcs for node in trail.graph.naming(vpc, "vpcId", tokens.ENDPOINT)}
    return list(named.values())


NODE_ENDPOINT = Step(
    title="VPC endpoint of the nodes",
    kind=Endpoint,
    find=_node_endpoints,
    heading=CLUSTER,
    part_of=DEPLOYMENT,
)
EGRESS = Step(title="way to AWS", kind=Hop, find=_egress, heading=CLUSTER, part_of=INGRESS_RULE)

STEPS = tuple(cast("Step[Hop]", step) for step in vars().values() if isinstance(step, Step))
"""All steps, in the order of the path."""
