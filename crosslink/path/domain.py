"""The API's own domain name: what leads to the stage, its certificate and its DNS records."""

from crosslink.graph import tokens
from crosslink.graph.graph import Graph, follow
from crosslink.graph.node import Node, NotOurs, doubt, items
from crosslink.graph.unknown import Fact, Found, Text, Unknown
from crosslink.path.hop import H, Hop, Source, computed, hop, hop_at, only_aws, prop
from crosslink.path.stage_settings import is_of_api, is_output_of

CERTIFICATE_OF = "regionalCertificateArn"
ADDRESSES = ("A", "AAAA", "CNAME")  # the types of records that say where a name leads


def _leads_to_domain(source: Source) -> Fact[bool]:
    """Whether a record has the domain's own target, and for an alias that target's zone, too."""
    graph, record, domain = source.graph, source.node, source.trail.node("domain")
    if not isinstance(domain, Node):
        return domain or False
    outputs = {("aliases", 0, "name"): "regionalDomainName", ("aliases", 0, "zoneId"): "regionalZoneId"}
    if record.get("records"):
        outputs = {("records", 0): "regionalDomainName"}
    facts = [_is_of(graph, record, path, domain, output) for path, output in outputs.items()]
    return False if False in facts else doubt(*facts) or True


def _is_of(graph: Graph, record: Node, path: tuple[str | int, ...], domain: Node, output: str) -> Fact[bool]:
    """Whether a record has an output of the domain; names may have a dot at their end."""
    value, given = record.get(*path), domain.output(output)
    if isinstance(value, Unknown) or isinstance(given, Unknown):
        return is_output_of(graph, record, path, tokens.DOMAIN_NAME, output)
    return str(value).rstrip(".").lower() == str(given).rstrip(".").lower()


def _shares_zone(source: Source) -> Fact[bool]:
    """Whether a record is in the zone of those that prove whose the domain is, if there are any."""
    graph, record = source.graph, source.node
    proofs = [
        other
        for other in graph.of_type(tokens.DNS_RECORD)
        if graph.named_by(other, "records", tokens.CERTIFICATE)
    ]
    zones = [other.get("zoneId") for other in proofs]
    return doubt(record.get("zoneId"), *zones) or not zones or record.get("zoneId") in zones


@hop
class Alias(Hop):
    """A record that gives the domain name its addresses."""

    token = tokens.DNS_RECORD
    name: Text = prop("name")  # whole, or what stands before the zone's
    kind: Text = prop("type")  # `A`, `AAAA` or `CNAME`
    to_domain: Fact[bool] = computed(_leads_to_domain)
    in_zone: Fact[bool] = computed(_shares_zone)  # of what proves whose the domain is


def records_of(graph: Graph, domain: Node) -> list[Node]:
    """The records of a domain's name that say where it leads, and others that lead to it."""
    name, records = domain.get("domainName"), graph.of_type(tokens.DNS_RECORD)
    own = [record for record in records if record.get("name") == name and record.get("type") in ADDRESSES]
    others = [
        record
        for property_ in ("aliases", "records")
        for record in graph.naming(domain, property_, tokens.DNS_RECORD)
    ]
    return list({record.urn: record for record in own + others}.values())


def _of_certificate(source: Source, type_: str, kind: type[H]) -> Found[H]:
    """The domain's certificate, or what waits until that is issued: the domain names either of both."""
    graph, other_type, go_on = source.graph, tokens.CERTIFICATE_VALIDATION, source.graph.named_by
    if type_ == other_type:
        other_type, go_on = tokens.CERTIFICATE, graph.naming
    named, others = (graph.named_by(source.node, CERTIFICATE_OF, token) for token in (type_, other_type))
    found = [*named, *(node for other in others for node in go_on(other, "certificateArn", type_))]
    if others and not found and type_ == tokens.CERTIFICATE:
        return NotOurs.of("what the domain's certificate is validated by")
    return hop_at(kind, source, next(iter(found), None))


@hop
class Certificate(Hop):
    """A certificate that the stack makes."""

    token = tokens.CERTIFICATE
    names: Fact[tuple[str, ...]] = computed(lambda source: _names(source.node))  # `api.example.com`, `*.…`


def _names(certificate: Node) -> Fact[tuple[str, ...]]:
    others = certificate.get("subjectAlternativeNames")
    return doubt(certificate.get("domainName"), others) or (certificate.get("domainName"), *items(others))


def _leads_to_api(source: Source) -> Fact[bool]:
    mapping, stage = source.trail.node("base path"), source.trail.node("stage")
    if not isinstance(mapping, Node) or not isinstance(stage, Node):
        return doubt(mapping, stage) or False
    return is_of_api(mapping, stage)


@hop
class Domain(Hop):
    """A custom domain name that leads to the stage."""

    token = tokens.DOMAIN_NAME
    name: Text = prop("domainName")
    # the first segment of all paths that lead there; None for none
    base_path: Text = computed(
        lambda source: follow(source.trail.node("base path"), lambda mapping: mapping.get("basePath"))
    )
    to_api: Fact[bool] = computed(_leads_to_api)  # whether what has that base path leads to the stage's API
    status: Text = only_aws("domainNameStatus")  # `AVAILABLE` and so on; None where AWS wasn't asked
    # the certificate that the stack makes for it; None for another
    certificate: Found[Certificate] = computed(
        lambda source: _of_certificate(source, tokens.CERTIFICATE, Certificate)
    )
    certificate_arn: Text = prop(CERTIFICATE_OF)
    endpoint_type: Text = prop("endpointConfiguration", "types")  # None is the default, `EDGE`
    edge_certificate: Text = prop("certificateArn")  # of a domain that is `EDGE`; None for none
    address_type: Text = prop("endpointConfiguration", "ipAddressType")  # None is the default, `ipv4`
    routing_mode: Text = prop("routingMode")  # None is the default, by base paths
    trust_store: Text = prop(
        "mutualTlsAuthentication", "truststoreUri"
    )  # None if callers show no certificate
    security_policy: Text = prop("securityPolicy")  # the versions of TLS and ciphers
    access_mode: Text = prop("endpointAccessMode")  # None is the default, `BASIC`
    # what waits until that is issued; None if nothing does
    validation: Found[Hop] = computed(
        lambda source: _of_certificate(source, tokens.CERTIFICATE_VALIDATION, Hop)
    )

    @property
    def url(self) -> Text:
        """Where callers send requests, without a trailing slash."""
        url = f"https://{self.name}/{self.base_path or ''}".removesuffix("/")
        return doubt(self.name, self.base_path) or url
