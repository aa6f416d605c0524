"""The rules beside the hops: accounts and regions, references between them, and what waits for what."""

from collections.abc import Iterable

from crosslink.graph import tokens
from crosslink.graph.unknown import Hop, known, present, visible
from crosslink.path.hops.network import Account
from crosslink.path.walk import Model, Place, Reference, Registered, Walk
from crosslink.rules.rule import rule, stack_rule

DESTROY = "https://www.pulumi.com/docs/iac/concepts/resources/options/dependson/"
PROVIDERS = "https://www.pulumi.com/docs/iac/concepts/providers/#explicit-provider-configuration"
CROSSINGS = {
    (tokens.PEERING, "peerVpcId"),
    (tokens.PEERING_ACCEPTER, "vpcPeeringConnectionId"),
    (tokens.ROUTE, "vpcPeeringConnectionId"),
    (tokens.ENDPOINT, "serviceName"),
    (tokens.ACCEPTER, "vpcEndpointId"),
    (tokens.ATTACHMENT, None),
}
"""Where the path goes from one account or region to another; a target only waits for what is there."""


def _registered(model: Model) -> Iterable[Registered]:
    return model.registered


@stack_rule(
    "account",
    _registered,
    fix="Give the resource its account: a parent whose provider it inherits, or a provider of its own.",
    source=PROVIDERS,
)
def resource_has_its_account(model: Model, one: Registered) -> str | None:
    """Every resource of a side is in an account and region of that, by an explicit provider."""
    if one.account is None or one.region is None:
        return "it has no explicit provider"
    allowed = known(model.places).get(one.side)
    here = Place(account=one.account, region=one.region)
    if allowed is None or here in allowed:
        return None
    if one.type == tokens.ACCEPTER and here in known(model.places)["provider"]:
        return None  # the provider's part, in the consumer's component
    return f"it is in {here}, the {one.side} is in {', '.join(sorted(map(str, allowed)))}"


@stack_rule(
    "account",
    _registered,
    fix="Refer to a resource of the same account and region; the way across is the path's own.",
    source=PROVIDERS,
)
def references_stay(_model: Model, one: Registered) -> str | None:
    """A resource of a side refers to others of its own account and region, except where the path crosses."""
    wrong = [ref for ref in one.references if (one.type, ref.property) not in CROSSINGS]
    return f"{'; '.join(map(_told, wrong))}, but is in {one.place}" if wrong else None


def _told(reference: Reference) -> str:
    return f"{reference.property or 'it waits and'} refers to {reference.to.resource} in {reference.to.place}"


@stack_rule(
    "account",
    lambda model: model.accounts,
    fix="Set allowed_account_ids to the one account, and roles by ProviderAssumeRoleArgs: a dict's are lost.",
    source="https://www.pulumi.com/registry/packages/aws/api-docs/provider/",
)
def account_is_guarded(_model: Model, account: Account) -> str | None:
    """A provider acts in one account only, with a role of that account."""
    allowed = known(account.allowed)
    if len(allowed) != 1:
        return f"it may act in {', '.join(allowed) or 'any account'}"
    roles = [role for role in known(account.roles)[-1:] if (role or "").split(":")[4:5] != [allowed[0]]]
    return f"its role is {roles[0] or 'lost'}, the account {allowed[0]}" if roles else None


def _api_side(walk: Walk) -> Iterable[Hop]:
    yield from present(walk.stage, walk.link, walk.balancer, walk.listener, walk.target_group)
    yield from visible(walk.targets)


def _provider_side(walk: Walk) -> Iterable[Hop]:
    yield from present(walk.service, walk.provider_balancer, walk.provider_listener)
    yield from present(walk.provider_target_group, walk.provider_target, walk.alb, walk.ingress_rule)
    yield from present(walk.kubernetes_service, walk.deployment)


def _hops(walk: Walk) -> Iterable[Hop]:
    return [*_api_side(walk), *present(walk.endpoint), *_provider_side(walk)]


@rule(
    "hops",
    lambda walk: _hops(walk) if any(present(walk.intent)) else (),
    fix="Give the hop the account and region that the settings name for its side.",
    source=PROVIDERS,
)
def hop_is_where_it_belongs(walk: Walk, hop: Hop) -> str | None:
    """The API's hops are in the consumer's region, the endpoint and all beyond in the backend's."""
    for intent in present(walk.intent):
        meant = intent.backend
        if hop in [*_api_side(walk)]:
            meant = intent.api
        elif hop in [*present(walk.endpoint)]:
            meant = intent.landing
        return None if hop.place == str(meant) else f"it is in {hop.place}, meant is {meant}"
    return None


def _ordered(hops: Iterable[Hop], walk: Walk) -> Iterable[Hop]:
    return hops if walk.order else ()


@rule(
    "hops",
    lambda walk: _ordered([*_api_side(walk), *present(walk.endpoint)], walk),
    fix="Take away the reference or depends_on: EKS and the VPC link take long and don't need each other.",
    source=DESTROY,
)
def consumer_goes_ahead(walk: Walk, hop: Hop) -> str | None:
    """Nothing on the consumer's side waits for the Ingress, and so for the cluster."""
    waits = walk.order and any(walk.order.after(hop, one) for one in present(walk.ingress_rule))
    return "it waits for the Ingress" if waits else None


@rule(
    "Ingress rule",
    lambda walk: _ordered(present(walk.ingress_rule), walk),
    fix="Let the Ingress depend on its Services, its class and the class's parameters.",
    source=DESTROY,
)
def ingress_waits_for_its_parts(walk: Walk, hop: Hop) -> str | None:
    """The Ingress is made after its Service and class, and goes before them: else its ALB stays for ever."""
    parts = [*present(walk.kubernetes_service), *walk.ingress_parts]
    early = [one.resource for one in parts if walk.order and not walk.order.after(hop, one)]
    return f"it doesn't wait for {', '.join(early)}" if early else None


@rule(
    "Ingress rule",
    lambda walk: _ordered(present(walk.ingress_rule), walk),
    fix="Let the cluster depend on its NAT routes and route table associations.",
    source=DESTROY,
)
def cluster_waits_for_its_way_out(walk: Walk, hop: Hop) -> str | None:
    """The cluster, and so the Ingress, goes before the routes that its nodes need to clean up."""
    early = [one.resource for one in walk.egress if walk.order and not walk.order.after(hop, one)]
    return f"it doesn't wait for {', '.join(early)}" if early else None
