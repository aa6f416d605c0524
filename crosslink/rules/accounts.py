"""The rules of resources: their accounts and regions, what they refer to, and what waits for what."""

from collections.abc import Iterable

from crosslink.graph import tokens
from crosslink.graph.unknown import known, present
from crosslink.path import steps
from crosslink.path.hop import Hop
from crosslink.path.intent import Place
from crosslink.path.registered import Account, Registered
from crosslink.path.walk import Model, Walk
from crosslink.rules.rule import fix, rule, stack_rule
from crosslink.rules.text import account_of

AWS_PROVIDER = "https://www.pulumi.com/registry/packages/aws/api-docs/provider/"
# What waits for what is the order of an up, and the opposite order of a destroy.
DESTROY = "https://www.pulumi.com/docs/iac/concepts/resources/options/dependson/"
PROVIDERS = "https://www.pulumi.com/docs/iac/concepts/providers/#explicit-provider-configuration"
CONSUMERS = [step for step in steps.STEPS if step.side in ("api", "landing")]
SIDED = [step for step in steps.STEPS if step.side]  # the steps whose place is known
# Where the path goes from one account or region to another. A target waits for what is there. Where AWS
# chooses an endpoint's addresses, the target and the rule that lets the NLB out get them from it. The stage
# waits for what new routes lead to. A dashboard shows the endpoints of all regions.
CROSSINGS = {
    (tokens.PEERING, "peerVpcId"),
    (tokens.PEERING_ACCEPTER, "vpcPeeringConnectionId"),
    (tokens.ROUTE, "vpcPeeringConnectionId"),
    (tokens.ENDPOINT, "serviceName"),
    (tokens.ACCEPTER, "vpcEndpointId"),
    (tokens.ATTACHMENT, None),
    (tokens.ATTACHMENT, "targetId"),
    (tokens.EGRESS_RULE, "cidrIpv4"),
    (tokens.STAGE, None),
    (tokens.DASHBOARD, "dashboardBody"),
}


@stack_rule(lambda model: model.registered, source=PROVIDERS)
@fix("Give the resource its account: a parent whose provider it inherits, or a provider of its own.")
def resource_has_its_account(model: Model, resource: Registered) -> str | None:
    """Every resource of a side is in an account and region of that, by an explicit provider."""
    if resource.account is None or resource.region is None:
        return "it has no explicit provider"
    allowed = known(model.places).get(resource.side)
    here = Place(account=resource.account, region=resource.region)
    if allowed is None or here in allowed:
        return None
    if resource.type == tokens.ACCEPTER and here in known(model.places).get("provider", ()):
        return None  # the provider's part, in the consumer's component
    return f"it is in {here}, the {resource.side} is in {', '.join(sorted(map(str, allowed)))}"


@stack_rule(lambda model: model.registered, source=f"{AWS_PROVIDER}#region")
@fix("Leave the resource's own region out: it is where its provider is.")
def resource_is_in_its_providers_region(_model: Model, resource: Registered) -> str | None:
    """A resource of a side is in the region of its provider, and asks for no other."""
    own = known(resource.own_region)
    return (
        None if own in (None, resource.region) else f"it asks for {own}, its provider is in {resource.region}"
    )


@stack_rule(lambda model: model.registered, source=PROVIDERS)
@fix("Refer to a resource of the same account and region; the way across is the path's own.")
def references_stay(_model: Model, resource: Registered) -> str | None:
    """A resource of a side refers to others of its own account and region, except where the path crosses."""
    wrong = [ref for ref in resource.references if (resource.type, ref.property) not in CROSSINGS]
    told = [
        f"{ref.property or 'it waits and'} refers to {ref.to.resource} in {ref.to.place}" for ref in wrong
    ]
    return f"{'; '.join(told)}, but is in {resource.place}" if wrong else None


@stack_rule(lambda model: model.accounts, source=AWS_PROVIDER)
@fix("Set allowed_account_ids to the one account, and roles by ProviderAssumeRoleArgs: a dict's are lost.")
def account_is_guarded(_model: Model, account: Account) -> str | None:
    """A provider acts in one account only, with a role of that account."""
    allowed = known(account.allowed)
    if len(allowed) != 1:
        return f"it may act in {', '.join(allowed) or 'any account'}"
    roles = [role for role in known(account.roles)[-1:] if account_of(role) != allowed[0]]
    return f"its role is {roles[0] or 'lost'}, the account {allowed[0]}" if roles else None


@rule(*SIDED, when=lambda walk, _: any(present(walk.intent)), source=PROVIDERS)
@fix("Give the hop the account and region that the settings name for its side.")
def hop_is_where_it_belongs(walk: Walk, hop: Hop) -> str | None:
    """The API's hops are in the consumer's region, the endpoint and all beyond in the backend's."""
    of_kind = (step for step in SIDED if isinstance(hop, step.kind))
    side = next(step.side for step in of_kind if any(hop is found for found in walk.distinct(step)))
    intent = known(walk.intent)
    meant = {"api": intent.api, "landing": intent.landing, "backend": intent.backend}[side or "api"]
    return None if hop.place == str(meant) else f"it is in {hop.place}, meant is {meant}"


@rule(*CONSUMERS, when=lambda walk, _: walk.order, source=DESTROY)
@fix("Take away the reference or depends_on: EKS and the VPC link take long and don't need each other.")
def consumer_goes_ahead(walk: Walk, hop: Hop) -> str | None:
    """Nothing on the consumer's side but the stage waits for the Ingress, and so for the cluster."""
    stages = walk.seen(steps.STAGE)
    if hop in stages or any(walk.waits(hop, stage) for stage in stages):
        return None
    waits = any(walk.waits(hop, rule_) for rule_ in walk.reach(steps.INGRESS_RULE))
    return "it waits for the Ingress" if waits else None


@rule(steps.INGRESS_RULE, when=lambda walk, _: walk.order, source=DESTROY)
@fix("Let the Ingress depend on its Services, its class and the class's parameters.")
def ingress_waits_for_its_parts(walk: Walk, hop: Hop) -> str | None:
    """The Ingress is made after its Service and class, and goes before them: else its ALB stays for ever."""
    return _early(walk, hop, [*walk.seen(steps.KUBERNETES_SERVICE), *walk.seen(steps.INGRESS_PART)])


@rule(steps.INGRESS_RULE, when=lambda walk, _: walk.order and walk.seen(steps.EGRESS), source=DESTROY)
@fix("Let the cluster depend on its NAT routes and route table associations.")
def cluster_waits_for_its_way_out(walk: Walk, hop: Hop) -> str | None:
    """The cluster, and so the Ingress, goes before the routes that its nodes need to clean up."""
    return _early(walk, hop, walk.seen(steps.EGRESS))


def _early(walk: Walk, hop: Hop, parts: Iterable[Hop]) -> str | None:
    early = [part.resource for part in parts if not walk.waits(hop, part)]
    return f"it doesn't wait for {', '.join(early)}" if early else None
