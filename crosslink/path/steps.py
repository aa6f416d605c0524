"""The path as a table: the steps of a request from the API to the pods, in the order in which it takes them.

A step has a title, the kind of its hops, how they are found from other steps, and the part of the path that
it belongs to. Rules name the steps that they judge; reports, diagrams and documents tell them in this order.
"""

from functools import partial
from typing import cast

from crosslink.graph.unknown import present, visible
from crosslink.path import find
from crosslink.path.alb import Alb
from crosslink.path.api import Api, InvokePermission, PlanLimit, Snapshot, Stage, Throttle, UsagePlan, VpcLink
from crosslink.path.domain import Alias, Domain
from crosslink.path.find import behind, named, naming, within
from crosslink.path.hop import Hop
from crosslink.path.ingress import IngressRule
from crosslink.path.load_balancers import AddressTarget, Listener, LoadBalancer, Target, TargetGroup
from crosslink.path.methods import Method
from crosslink.path.network import Vpc
from crosslink.path.pods import Deployment, KubernetesService, selected, service_behind
from crosslink.path.private_link import Endpoint, EndpointService
from crosslink.path.routes import Peering, Way
from crosslink.path.trail import Step

_API, _NLB, _CROSSING = "The API", "The gateway NLB", "From region to region"
_PRIVATE_LINK, _PROVIDER, _CLUSTER = "From account to account", "The provider NLB", "The cluster"

DOMAIN = Step("domain", Domain, named("base path", "domainName", Domain), _API, optional=True)
BASE_PATH = Step("base path", Hop, find.base_paths, _API, part_of=DOMAIN)
ALIAS = Step("alias", Alias, find.records, _API, part_of=DOMAIN)
STAGE = Step("stage", Stage, lambda trail: trail.stack.stage, _API, side="api", replaces=(8,))
ROUTE = Step("route", Hop, find.what_names_it, _API, part_of=STAGE)
REST_API = Step("REST API", Api, find.rest_api, _API, part_of=STAGE, replaces=(8,))
SNAPSHOT = Step(
    "API deployment", Snapshot, named("stage", "deployment", Snapshot), _API, part_of=STAGE, replaces=(8,)
)
LIMIT = Step("limit", Throttle, naming("stage", "stageName", Throttle), _API, part_of=STAGE)
USAGE_PLAN = Step("usage plan", UsagePlan, naming("stage", "apiStages", UsagePlan), _API, part_of=STAGE)
PLAN_LIMIT = Step(
    "limit of a usage plan",
    PlanLimit,
    within("usage plan", UsagePlan, lambda plan: visible(plan.limits)),
    _API,
    part_of=STAGE,
)
PREFLIGHT = Step("preflight", Method, find.preflights, _API, optional=True)
METHOD = Step("method", Method, find.methods, _API)
INTEGRATION = Step("integration", Hop, find.integrations, _API, part_of=METHOD, replaces=(8,))
PERMISSION = Step("permission", InvokePermission, find.permissions, _API, part_of=METHOD)
LINK = Step("VPC link", VpcLink, find.vpc_link, _API, side="api", replaces=(7,))

GATEWAY_NLB = Step(
    "gateway NLB", LoadBalancer, named("VPC link", "targetArn", LoadBalancer), _NLB, side="api", replaces=(6,)
)
LISTENER = Step("listener", Listener, find.listener, _NLB, side="api", replaces=(6,))
TARGET_GROUP = Step(
    "target group",
    TargetGroup,
    named("listener", "defaultActions", TargetGroup),
    _NLB,
    side="api",
    replaces=(6,),
)
TARGET = Step(
    "target",
    AddressTarget,
    naming("target group", "targetGroupArn", AddressTarget),
    _NLB,
    side="api",
    replaces=(6,),
)

ROUTE_OUT = Step("route out", Way, find.crossing, _CROSSING, optional=True, replaces=(2,))
PEERING = Step("peering", Peering, find.peerings, _CROSSING, optional=True, replaces=(2,))
ACCEPTANCE = Step(
    "acceptance of the peering",
    Hop,
    within("peering", Peering, lambda peering: present(peering.acceptance)),
    _CROSSING,
    part_of=PEERING,
    replaces=(2,),
)
ROUTE_BACK = Step(
    "route back", Way, partial(find.crossing, back=True), _CROSSING, optional=True, replaces=(2,)
)

ENDPOINT = Step("interface endpoint", Endpoint, find.endpoint, _PRIVATE_LINK, side="landing", replaces=(4, 5))
ENDPOINT_VPC = Step(
    "VPC of the endpoint",
    Vpc,
    named("interface endpoint", "vpcId", Vpc),
    _PRIVATE_LINK,
    part_of=ENDPOINT,
    replaces=(1,),
)
SERVICE = Step(
    "endpoint service", EndpointService, find.endpoint_service, _PRIVATE_LINK, side="backend", replaces=(3,)
)

PROVIDER_NLB = Step(
    "provider NLB",
    LoadBalancer,
    named("endpoint service", "networkLoadBalancerArns", LoadBalancer),
    _PROVIDER,
    side="backend",
)
PROVIDER_LISTENER = Step("provider listener", Listener, find.provider_listener, _PROVIDER, side="backend")
PROVIDER_GROUP = Step(
    "provider target group",
    TargetGroup,
    named("provider listener", "defaultActions", TargetGroup),
    _PROVIDER,
    side="backend",
)
PROVIDER_TARGET = Step(
    "provider target",
    Target,
    behind("provider target group", find.provider_target),
    _PROVIDER,
    side="backend",
)

ALB = Step("ALB", Alb, find.alb, _CLUSTER, side="backend")
INGRESS_RULE = Step("Ingress rule", IngressRule, find.ingress_rule, _CLUSTER, side="backend")
TARGET_INGRESS = Step("Ingress of the target", Hop, find.target_ingresses, _CLUSTER, part_of=INGRESS_RULE)
INGRESS = Step("Ingress", Hop, find.ingresses, _CLUSTER, part_of=INGRESS_RULE)
INGRESS_PART = Step("part of the Ingress", Hop, find.ingress_parts, _CLUSTER, part_of=INGRESS_RULE)
EGRESS = Step("way to AWS", Hop, find.egress, _CLUSTER, part_of=INGRESS_RULE)
KUBERNETES_SERVICE = Step(
    "Service", KubernetesService, behind("Ingress rule", service_behind), _CLUSTER, side="backend"
)
DEPLOYMENT = Step("Deployment", Deployment, behind("Service", selected), _CLUSTER, side="backend")
EXIT = Step("way to the internet", Way, find.exits, _CLUSTER, part_of=DEPLOYMENT)
NODE_ENDPOINT = Step("VPC endpoint of the nodes", Endpoint, find.node_endpoints, _CLUSTER, part_of=DEPLOYMENT)

STEPS = tuple(cast("Step[Hop]", step) for step in vars().values() if isinstance(step, Step))
"""All steps, in the order of the path."""
