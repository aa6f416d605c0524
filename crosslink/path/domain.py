"""The API's own domain name: what leads to the stage, its certificate and its DNS records."""

from crosslink.graph import tokens
from crosslink.graph.graph import Graph, follow
from crosslink.graph.node import Node, doubt
from crosslink.graph.unknown import Fact, Found, Text, Unknown
from crosslink.path.hop import Hop, Source, computed, hop, hop_at, only_aws, prop

CERTIFICATE_OF = "regionalCertificateArn"
ADDRESSES = ("A", "AAAA", "CNAME")  # the types of records that say where a name leads


def _leads_to_domain(source: Source) -> Fact[bool]:
    domain = source.trail.node("domain")
    if source.graph.named_by(source.node, "aliases", tokens.DOMAIN_NAME) == [domain]:
        return True
    target = source.node.get("aliases", 0, "name")
    if isinstance(target, Unknown) or not isinstance(domain, Node):
        return target
    return target == domain.get("regionalDomainName")


@hop
class Alias(Hop):
    """A record that gives the domain name its addresses."""

    token = tokens.DNS_RECORD
    to_domain: Fact[bool] = computed(_leads_to_domain)


def records_of(graph: Graph, domain: Node) -> list[Node]:
    """The records of a domain's name that say where it leads."""
    name, records = domain.get("domainName"), graph.of_type(tokens.DNS_RECORD)
    return [record for record in records if record.get("name") == name and record.get("type") in ADDRESSES]


def _of_certificate(source: Source, type_: str) -> Found[Hop]:
    """The domain's certificate, or what waits until that is issued: the domain names either of both."""
    graph, other_type, go_on = source.graph, tokens.CERTIFICATE_VALIDATION, source.graph.named_by
    if type_ == other_type:
        other_type, go_on = tokens.CERTIFICATE, graph.naming
    named, others = (graph.named_by(source.node, CERTIFICATE_OF, token) for token in (type_, other_type))
    found = [*named, *(node for other in others for node in go_on(other, "certificateArn", type_))]
    return hop_at(Hop, source, next(iter(found), None))


@hop
class Domain(Hop):
    """A custom domain name that leads to the stage."""

    token = tokens.DOMAIN_NAME
    name: Text = prop("domainName")
    # the first segment of all paths that lead there; None for none
    base_path: Text = computed(
        lambda source: follow(source.trail.node("base path"), lambda mapping: mapping.get("basePath"))
    )
    status: Text = only_aws("domainNameStatus")  # `AVAILABLE` and so on; None where AWS wasn't asked
    # the certificate that the stack makes for it; None for another
    certificate: Found[Hop] = computed(lambda source: _of_certificate(source, tokens.CERTIFICATE))
    # what waits until that is issued; None if nothing does
    validation: Found[Hop] = computed(lambda source: _of_certificate(source, tokens.CERTIFICATE_VALIDATION))

    @property
    def url(self) -> Text:
        """Where callers send requests, without a trailing slash."""
        url = f"https://{self.name}/{self.base_path or ''}".removesuffix("/")
        return doubt(self.name, self.base_path) or url
