"""The path as a table: the steps of a request from the API to the pods, in the order in which it takes them.

A step has a title, the kind of its hops, how they are found from other steps, and the part of the path that
it belongs to. Rules name the steps that they judge; reports, diagrams and documents tell them in this order.
"""

from functools import partial
from typing import Any, cast

from crosslink.graph.unknown import present, visible
from crosslink.path import beside_pods, find, find_api, find_cluster, shared
from crosslink.path.alb import Alb
from crosslink.path.api import Api, Stage, VpcLink
from crosslink.path.beside_pods import DisruptionBudget, NetworkPolicy, PodIdentity, ReadByPods
from crosslink.path.domain import Alias, Domain, records_of
from crosslink.path.eks_cluster import EksCluster
from crosslink.path.find import behind, named, naming, visibly, within
from crosslink.path.hop import Hop
from crosslink.path.ingress import parts_of
from crosslink.path.ingress_rule import IngressRule
from crosslink.path.joined_nodes import JoinedExit, joined_exits
from crosslink.path.limits import PlanLimit, Throttle, UsagePlan
from crosslink.path.listener_rule import ListenerRule, PodGroup, listener_rule, pod_groups
from crosslink.path.listener_rules import JoinedOrder, joined_groups, joined_order
from crosslink.path.load_balancers import AddressTarget, Listener, LoadBalancer, Target, TargetGroup
from crosslink.path.made_order import made_order
from crosslink.path.methods import Method
from crosslink.path.network import Vpc
from crosslink.path.node_pools import NodePool, node_pools_of
from crosslink.path.permissions import InvokePermission
from crosslink.path.pods import Deployment, KubernetesService
from crosslink.path.private_link import Endpoint, EndpointService
from crosslink.path.routes import Peering, Way
from crosslink.path.rule_order import RuleOrder, asked_order
from crosslink.path.shared import unless_shared
from crosslink.path.snapshot import Snapshot
from crosslink.path.stage_settings import ApiAccount, WebAcl, account_of, web_acl_of
from crosslink.path.trail import Step

# The parts of the path: their headings, and what most of their steps have in common.
_API: dict[str, Any] = {"heading": "The API"}
_NLB: dict[str, Any] = {"heading": "The gateway NLB", "side": "api", "replaces": (6,)}
_CROSSING: dict[str, Any] = {"heading": "From region to region", "replaces": (2,)}
_PRIVATE_LINK: dict[str, Any] = {"heading": "From account to account"}
_PROVIDER: dict[str, Any] = {"heading": "The provider NLB", "side": "backend"}
_CLUSTER: dict[str, Any] = {"heading": "The cluster"}

DOMAIN = Step("domain", Domain, named("base path", "domainName", Domain), **_API, optional=True)
BASE_PATH = Step("base path", Hop, find_api.base_paths, **_API, part_of=DOMAIN)
ALIAS = Step("alias", Alias, visibly(behind("domain", records_of)), **_API, part_of=DOMAIN)
STAGE = Step("stage", Stage, lambda trail: trail.stack.stage, **_API, side="api", replaces=(8,))
ROUTE = Step("route", Hop, find_api.what_names_it, **_API, part_of=STAGE)
REST_API = Step("REST API", Api, find_api.rest_api, **_API, part_of=STAGE, replaces=(8,))
_DEPLOYED = named("stage", "deployment", Snapshot)
SNAPSHOT = Step("API deployment", Snapshot, _DEPLOYED, **_API, part_of=STAGE, replaces=(8,))
LIMIT = Step("limit", Throttle, naming("stage", "stageName", Throttle), **_API, part_of=STAGE)
USAGE_PLAN = Step("usage plan", UsagePlan, naming("stage", "apiStages", UsagePlan), **_API, part_of=STAGE)
_PLAN_LIMITS = within("usage plan", lambda plan: visible(plan.limits))
PLAN_LIMIT = Step("limit of a usage plan", PlanLimit, _PLAN_LIMITS, **_API, part_of=STAGE)
ACCOUNT = Step("account's settings", ApiAccount, account_of, **_API, part_of=STAGE)
WEB_ACL = Step("web ACL", WebAcl, web_acl_of, **_API, part_of=STAGE)
_PREFLIGHTS = visibly(partial(find_api.methods, preflights=True))
PREFLIGHT = Step("preflight", Method, _PREFLIGHTS, **_API, optional=True)
METHOD = Step("method", Method, find_api.methods, **_API)
INTEGRATION = Step("integration", Hop, find_api.integrations, **_API, part_of=METHOD, replaces=(8,))
PERMISSION = Step("permission", InvokePermission, find_api.permissions, **_API, part_of=METHOD)
LINK = Step("VPC link", VpcLink, find_api.vpc_link, **_API, side="api", replaces=(7,))

GATEWAY_NLB = Step("gateway NLB", LoadBalancer, find_api.gateway_nlb, **_NLB)
LISTENER = Step("listener", Listener, find.listener, **_NLB)
_FORWARDED_TO = unless_shared(named("listener", "defaultActions", TargetGroup), shared.target_groups)
TARGET_GROUP = Step("target group", TargetGroup, _FORWARDED_TO, **_NLB)
_TARGETS = unless_shared(naming("target group", "targetGroupArn", AddressTarget), shared.targets)
TARGET = Step("target", AddressTarget, _TARGETS, **_NLB)

ROUTE_OUT = Step("route out", Way, find.crossing, **_CROSSING, optional=True)
PEERING = Step("peering", Peering, find.peerings, **_CROSSING, optional=True)
_ACCEPTANCES = within("peering", lambda peering: present(peering.acceptance))
ACCEPTANCE = Step("acceptance of the peering", Hop, _ACCEPTANCES, **_CROSSING, part_of=PEERING)
ROUTE_BACK = Step("route back", Way, partial(find.crossing, back=True), **_CROSSING, optional=True)

ENDPOINT = Step(
    "interface endpoint", Endpoint, find.endpoint, **_PRIVATE_LINK, side="landing", replaces=(4, 5)
)
_ITS_VPC = named("interface endpoint", "vpcId", Vpc)
ENDPOINT_VPC = Step("VPC of the endpoint", Vpc, _ITS_VPC, **_PRIVATE_LINK, part_of=ENDPOINT, replaces=(1,))
SERVICE = Step(
    "endpoint service", EndpointService, find.endpoint_service, **_PRIVATE_LINK, side="backend", replaces=(3,)
)

_BALANCERS = named("endpoint service", "networkLoadBalancerArns", LoadBalancer)
PROVIDER_NLB = Step("provider NLB", LoadBalancer, _BALANCERS, **_PROVIDER)
PROVIDER_LISTENER = Step("provider listener", Listener, find.provider_listener, **_PROVIDER)
_GROUPS = named("provider listener", "defaultActions", TargetGroup)
PROVIDER_GROUP = Step("provider target group", TargetGroup, _GROUPS, **_PROVIDER)
PROVIDER_TARGET = Step("provider target", Target, find.provider_targets, **_PROVIDER)

ALB = Step("ALB", Alb, find_cluster.alb, **_CLUSTER, side="backend")
JOINED_ORDER = Step("order of the existing ALB", JoinedOrder, joined_order, **_CLUSTER, part_of=ALB)
JOINED_GROUP = Step("target group of the existing ALB", PodGroup, joined_groups, **_CLUSTER, part_of=ALB)
INGRESS_RULE = Step("Ingress rule", IngressRule, find_cluster.ingress_rule, **_CLUSTER, side="backend")
TARGET_INGRESS = Step(
    "Ingress of the target", Hop, find_cluster.target_ingresses, **_CLUSTER, part_of=INGRESS_RULE
)
INGRESS = Step("Ingress", Hop, find_cluster.ingresses, **_CLUSTER, part_of=INGRESS_RULE)
ASKED_ORDER = Step("order of the Ingresses", RuleOrder, asked_order, **_CLUSTER, part_of=INGRESS_RULE)
MADE_ORDER = Step("order of the listener", RuleOrder, made_order, **_CLUSTER, part_of=INGRESS_RULE)
LISTENER_RULE = Step("listener rule", ListenerRule, listener_rule, **_CLUSTER, part_of=INGRESS_RULE)
_PARTS = visibly(behind("Ingress rule", parts_of))
INGRESS_PART = Step("part of the Ingress", Hop, _PARTS, **_CLUSTER, part_of=INGRESS_RULE)
EGRESS = Step("way to AWS", Hop, find_cluster.egress, **_CLUSTER, part_of=INGRESS_RULE)
KUBERNETES_SERVICE = Step("Service", KubernetesService, find_cluster.service, **_CLUSTER, side="backend")
POD_GROUP = Step("target group of the pods", PodGroup, pod_groups, **_CLUSTER, part_of=KUBERNETES_SERVICE)
DEPLOYMENT = Step("Deployment", Deployment, find_cluster.deployment, **_CLUSTER, side="backend")
CLUSTER = Step("cluster", EksCluster, visibly(find_cluster.cluster), **_CLUSTER, part_of=DEPLOYMENT)
_POOLS = behind("Deployment", node_pools_of)
NODE_POOL = Step("node pool", NodePool, _POOLS, **_CLUSTER, part_of=DEPLOYMENT)
EXIT = Step("way to the internet", Way, find_cluster.exits, **_CLUSTER, part_of=DEPLOYMENT)
_JOINED_EXIT = "way of existing nodes to the internet"
JOINED_EXIT = Step(_JOINED_EXIT, JoinedExit, joined_exits, **_CLUSTER, part_of=DEPLOYMENT)
NODE_ENDPOINT = Step(
    "VPC endpoint of the nodes", Endpoint, find_cluster.node_endpoints, **_CLUSTER, part_of=DEPLOYMENT
)
_BESIDE: dict[str, Any] = {**_CLUSTER, "part_of": DEPLOYMENT}
_POLICIES = behind("Deployment", beside_pods.network_policies)
NETWORK_POLICY = Step("NetworkPolicy", NetworkPolicy, _POLICIES, **_BESIDE)
_ACCOUNT = behind("Deployment", beside_pods.service_account)
SERVICE_ACCOUNT = Step("ServiceAccount", Hop, _ACCOUNT, **_BESIDE)
_READ = behind("Deployment", beside_pods.read_objects)
READ_BY_PODS = Step("object that the pods read", ReadByPods, _READ, **_BESIDE)
_BUDGETS = behind("Deployment", beside_pods.disruption_budgets)
DISRUPTION_BUDGET = Step("PodDisruptionBudget", DisruptionBudget, _BUDGETS, **_BESIDE)
_IDENTITIES = behind("Deployment", beside_pods.pod_identities)
POD_IDENTITY = Step("Pod Identity association", PodIdentity, _IDENTITIES, **_BESIDE)

# All steps, in the order of the path.
STEPS = tuple(cast("Step[Hop]", step) for step in vars().values() if isinstance(step, Step))
