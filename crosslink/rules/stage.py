"""The rules of the API's address, of the stage that it leads to, and of the stage's VPC link."""

from crosslink.graph.unknown import NotKnownError, known, present
from crosslink.path import steps
from crosslink.path.api import Api, Stage, VpcLink
from crosslink.path.domain import Alias, Domain
from crosslink.path.hop import Hop
from crosslink.path.snapshot import Snapshot
from crosslink.path.walk import Walk
from crosslink.rules import by_hand
from crosslink.rules.grade import Grade
from crosslink.rules.rule import API_GATEWAY, AWS, PRIVATE_INTEGRATION, by_intent, fix, given, rule
from crosslink.rules.text import listed

DISABLING = f"{API_GATEWAY}/rest-api-disable-default-endpoint.html"
MAPPINGS = f"{API_GATEWAY}/rest-api-mappings.html"


@rule(steps.REST_API, source=f"{API_GATEWAY}/api-gateway-api-endpoint-types.html")
@fix(
    """Set the API's endpoint type to REGIONAL, and keep its default endpoint unless a domain leads to the
    stage.""",
    look="aws apigateway get-rest-api --rest-api-id {id} --region {region}",
)
def api_can_be_called(walk: Walk, api: Api) -> str | None:
    """The API has an address that answers callers from the internet: its own, or that of a domain."""
    if known(api.endpoint_type) == "PRIVATE":
        return "the API is PRIVATE: only VPC endpoints reach it"
    if api.endpoint_type not in ("REGIONAL", "EDGE", None):
        raise NotKnownError(f"who reaches an API of type {api.endpoint_type} isn't known")
    if not known(api.default_endpoint_disabled) or known(walk.one(steps.DOMAIN)):
        return None
    return "the default endpoint is disabled, and no domain leads to the stage"


@rule(
    steps.REST_API,
    when=by_intent(lambda intent: intent.domain and not intent.existing),
    source=DISABLING,
    grade=Grade.LETS_IN,
)
@fix(
    "Set disableExecuteApiEndpoint of the API, and deploy it.",
    look="aws apigateway get-rest-api --rest-api-id {id} --region {region}",
    mend="aws apigateway update-rest-api --rest-api-id {id} --patch-operations "
    "op=replace,path=/disableExecuteApiEndpoint,value=true --region {region}",
)
def only_the_domain_answers(_walk: Walk, api: Api) -> str | None:
    """With a domain an API of the stack's own has no other address, with another TLS policy."""
    return None if known(api.default_endpoint_disabled) else "the default endpoint answers, too"


@rule(steps.ROUTE, told_at=steps.DOMAIN, when=by_intent(lambda intent: intent.domain), source=MAPPINGS)
@fix(
    """Register a DomainName, and a BasePathMapping of its base path to the stage; in AWS `pulumi up
    --refresh` makes them again.""",
    look="aws apigateway get-domain-names --region {region}",
)
def domain_leads_to_the_stage(walk: Walk, _source: Hop) -> str | None:
    """The domain that the stack declares leads to the stage, with the base path that it declares."""
    domain, intent = known(walk.one(steps.DOMAIN)), known(walk.intent)
    if domain is None:
        return f"no base path of {intent.domain} leads to the stage"
    found = f"{known(domain.name)}/{known(domain.base_path) or ''}"
    meant = f"{intent.domain}/{intent.base_path or ''}"
    if found != meant:
        return f"{found} leads to the stage, not {meant}"
    return None if known(domain.to_api) else f"{found} leads to a stage of that name of another API"


@rule(steps.DOMAIN, when=given("status"), source=f"{AWS}/apigateway/latest/api/API_DomainName.html")
@fix("""UPDATING and PENDING take some minutes; the others ask for a certificate of ACM that is issued, and
    for the name.""")
def domain_is_available(_walk: Walk, domain: Domain) -> str | None:
    """The domain is available."""
    return None if known(domain.status) == "AVAILABLE" else f"the domain is {domain.status}"


@rule(steps.DOMAIN, when=given("certificate"), source=f"{AWS}/acm/latest/userguide/dns-validation.html")
@fix("Take the domain's certificate from a CertificateValidation, which waits until it is issued.")
def domain_waits_for_its_certificate(walk: Walk, domain: Domain) -> str | None:
    """A certificate that the stack makes is issued before the domain takes it: others are refused."""
    known(domain.certificate)
    validation = known(domain.validation)
    if validation is None:
        return "nothing waits for the certificate's validation"
    early = walk.waits(domain, validation) is False
    return "the domain doesn't wait for its certificate's validation" if early else None


@rule(steps.ALIAS, source=f"{AWS}/Route53/latest/DeveloperGuide/routing-to-api-gateway.html")
@fix("Let the record's alias name the domain's regionalDomainName and regionalZoneId.")
def alias_leads_to_the_domain(_walk: Walk, alias: Alias) -> str | None:
    """The record of the domain's name leads to the domain."""
    return None if known(alias.to_domain) else "the record leads elsewhere"


@rule(steps.ROUTE, source=f"{API_GATEWAY}/set-up-stages.html")
@fix(
    "Register a stage that serves the API; in AWS `pulumi up --refresh` makes it again.",
    look="aws apigateway get-stages --rest-api-id {api} --region {region}",
)
def stage_exists(walk: Walk, _source: Hop) -> str | None:
    """There is a stage, at which callers find the API by its name."""
    stage = known(walk.one(steps.STAGE))
    if stage is None:
        return "there is no stage"
    meant = [intent.stage for intent in present(walk.intent) if intent.stage]
    return (
        None if known(stage.name) in (meant or [stage.name]) else f"its name is {stage.name}, not {meant[0]}"
    )


@rule(steps.STAGE, source=f"{API_GATEWAY}/how-to-deploy-api.html")
@fix("Let the stage name the deployment of the API's own definition.", mend=by_hand.DEPLOY)
def stage_has_deployment(walk: Walk, _stage: Stage) -> str | None:
    """The stage serves a deployment of its API."""
    snapshot = known(walk.one(steps.SNAPSHOT))
    if snapshot is None:
        return "the stage's deployment isn't there"
    return None if known(snapshot.of_api) else "the stage's deployment is another API's"


@rule(steps.SNAPSHOT, source=f"{API_GATEWAY}/how-to-deploy-api.html")
@fix(
    """Give the deployment a trigger that is the digest of the API's definition; in AWS, deploy again:
    `pulumi up --replace` on the deployment.""",
    look="aws apigateway get-deployments --rest-api-id {api} --region {region}",
    mend=by_hand.DEPLOY,
)
def deployment_is_current(_walk: Walk, snapshot: Snapshot) -> str | None:
    """The stage's deployment holds what the API's definition says now, and is made anew when that changes."""
    return None if known(snapshot.current) else "the deployment doesn't follow the API's definition"


@rule(steps.SNAPSHOT, source=f"{API_GATEWAY}/how-to-deploy-api.html")
@fix("Let the deployment depend on every method and integration: it is a snapshot of what is there.")
def deployment_waits_for_methods(walk: Walk, snapshot: Snapshot) -> str | None:
    """The deployment is made after the methods that it holds."""
    early = [method.path for method in walk.seen(steps.METHOD) if walk.waits(snapshot, method) is False]
    if early:
        known(snapshot.current)  # unknown for the deployment of an API that isn't the program's
    return f"doesn't wait for {', '.join(early)}" if early else None


@rule(steps.STAGE, told_at=steps.LINK, source=PRIVATE_INTEGRATION)
@fix(
    "Let the stage's variable hold the id of the VPC link.",
    look="aws apigateway get-vpc-links --region {region}",
)
def stage_names_a_link(walk: Walk, stage: Stage) -> str | None:
    """A variable of the stage holds the id of a VPC link that is there."""
    if known(walk.one(steps.LINK)):
        return None
    return f"none of its variables ({listed({name for name, _ in known(stage.variables)})}) names a VPC link"


@rule(steps.LINK, when=lambda walk, _: walk.order, source=PRIVATE_INTEGRATION, grade=Grade.LETS_IN)
@fix("Give the other API a VPC link and a load balancer of its own.")
def link_serves_one_api(_walk: Walk, link: VpcLink) -> str | None:
    """No other API of the program uses the VPC link: its auth would let callers in to the services."""
    return f"{', '.join(link.other_apis)} uses it, too" if link.other_apis else None


@rule(steps.LINK, when=given("status"), source=PRIVATE_INTEGRATION)
@fix("""PENDING takes up to ten minutes. FAILED has a message: mostly the NLB isn't active, or the caller
    lacked the `ec2:*VpcEndpointService*` permissions. Then `pulumi up --replace` on the link. INACTIVE is a
    link v2 that no request has come through for 60 days: send some, and AWS makes its network interfaces
    anew, in minutes, in which requests fail; a probe at intervals keeps it.""")
def link_is_available(_walk: Walk, link: VpcLink) -> str | None:
    """The VPC link is available."""
    if known(link.status) == "AVAILABLE":
        return None
    idle = "no request came for 60 days, and AWS took its network interfaces away"
    why = link.message or (idle if link.status == "INACTIVE" else "AWS doesn't say why")
    return f"the link is {link.status}: {why}"
