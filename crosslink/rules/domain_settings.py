"""The rules of the domain's settings: whom it takes, which certificate it shows, where its record leads."""

from crosslink.graph.unknown import NotKnownError, known
from crosslink.path import steps
from crosslink.path.domain import Alias, Domain
from crosslink.path.walk import Walk
from crosslink.rules.rule import API_GATEWAY, AWS, fix, rule

MUTUAL_TLS = f"{API_GATEWAY}/rest-api-mutual-tls.html"
ROUTING = f"{API_GATEWAY}/set-routing-mode.html"
POLICIES = f"{API_GATEWAY}/apigateway-security-policies-list.html"
REGIONAL = f"{API_GATEWAY}/apigateway-regional-api-custom-domain-create.html"
RECORDS = f"{AWS}/Route53/latest/DeveloperGuide/routing-to-api-gateway.html"
# Security policy and access mode of the domains that the settings make
TLS = {("TLS_1_2", "BASIC"), ("SecurityPolicy_TLS13_1_3_2025_09", "STRICT")}
BY_BASE_PATHS, BY_RULES_ONLY = "BASE_PATH_MAPPING_ONLY", "ROUTING_RULE_ONLY"


@rule(steps.DOMAIN, source=MUTUAL_TLS)
@fix("""Take mutualTlsAuthentication away: no setting declares callers with certificates. If they are to show
    them, the API's own endpoint has to be disabled as well (only-the-domain-answers), which asks for none.
    To look: `aws apigateway get-domain-name`; to mend: `aws apigateway update-domain-name --patch-operations
    op=replace,path=/mutualTlsAuthentication/truststoreUri,value=''`.""")
def domain_asks_for_no_certificate(_walk: Walk, domain: Domain) -> str | None:
    """The domain asks callers for no client certificate: who shows none gets a 403."""
    store = known(domain.trust_store)
    return f"callers must show a certificate of {store}" if store else None


@rule(steps.DOMAIN, source=REGIONAL)
@fix("Set the domain's endpoint type to REGIONAL, with a certificate of the API's region.")
def domain_is_regional(_walk: Walk, domain: Domain) -> str | None:
    """The domain is regional: its certificate and its record's target are."""
    kind = known(domain.endpoint_type) or "EDGE"
    if kind in ("EDGE", "REGIONAL") and known(domain.edge_certificate):
        raise NotKnownError("the domain has a certificate for EDGE, whose address isn't looked at")
    return None if kind == "REGIONAL" else f"the domain is {kind}"


@rule(steps.DOMAIN, source=ROUTING)
@fix("""Let the domain heed base path mappings: `aws apigateway update-domain-name --patch-operations
    op=replace,path=/routingMode,value=BASE_PATH_MAPPING_ONLY`.""")
def domain_heeds_base_paths(_walk: Walk, domain: Domain) -> str | None:
    """The domain heeds base path mappings, which lead to the stage."""
    mode = known(domain.routing_mode) or BY_BASE_PATHS
    if mode == BY_RULES_ONLY:
        return "it heeds routing rules only"
    if mode != BY_BASE_PATHS:
        raise NotKnownError(f"its routing mode is {mode}, and its routing rules aren't looked at")
    return None


@rule(steps.DOMAIN, source=POLICIES)
@fix("Take the security policy that `api.domain.tls` makes, and STRICT access with TLS 1.3 only.")
def domain_takes_todays_clients(_walk: Walk, domain: Domain) -> str | None:
    """The domain takes the versions of TLS that clients of today speak."""
    policy, mode = known(domain.security_policy), known(domain.access_mode) or "BASIC"
    if policy and policy.startswith("SecurityPolicy_") and domain.access_mode is None:
        return f"security policy {policy} asks for an access mode"
    if (policy, mode) not in TLS:
        raise NotKnownError(f"whom security policy {policy} with access mode {mode} takes isn't looked at")
    return None


@rule(steps.DOMAIN, source=REGIONAL)
@fix("Take a certificate of the API's region that names the domain. To look: `aws acm describe-certificate`.")
def certificate_covers_the_domain(walk: Walk, domain: Domain) -> str | None:
    """The domain's certificate is of the API's region, and has the domain's name: AWS takes no other."""
    certificate, name = known(domain.certificate), known(domain.name)
    if certificate is not None:
        covered = any(_covers(own, str(name)) for own in known(certificate.names))
        return None if covered else f"the certificate isn't for {name}"
    arn = str(known(domain.certificate_arn))
    match arn.split(":"):
        case ["arn", _, "acm", region, *_] if region != domain.region:
            return f"the certificate is of {region}, the domain of {domain.region}"
        case ["arn", _, "acm", *_]:
            if walk.order is None:
                return None
            raise NotKnownError(f"the names of {arn} are its owner's, and AWS alone tells them")
        case _:
            return f"{arn} is no certificate of ACM"


def _covers(own: str, name: str) -> bool:
    """Whether a certificate's name, which may stand for one label, covers a domain name."""
    same = own.lower() == name.lower()
    return same or (own.startswith("*.") and name.lower().partition(".")[2] == own[2:].lower())


@rule(steps.ALIAS, source=RECORDS)
@fix("Give the record the domain's name and type A, in the zone of that name.")
def alias_has_the_domains_name(walk: Walk, alias: Alias) -> str | None:
    """A record that leads to the domain has its name, a type that clients ask for, and its zone."""
    name, kind = str(known(alias.name)).rstrip(".").lower(), known(alias.kind)
    for domain in walk.seen(steps.DOMAIN):
        whole = str(known(domain.name)).lower()
        if name != whole and not whole.startswith(f"{name}."):
            return f"it is a record of {name}"
        six = known(domain.address_type) == "dualstack"
        others = {known(other.kind) for other in walk.seen(steps.ALIAS)} - {kind}
        if kind not in ("A", "CNAME") and not (kind == "AAAA" and (six or others & {"A", "CNAME"})):
            return f"its type is {kind}, and the domain has addresses of IPv4"
    return None if known(alias.in_zone) else "it is in another zone than the proof of whose the domain is"
