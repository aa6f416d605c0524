"""The API's own domain name: what leads to the stage, its certificate and its DNS records."""

from crosslink.graph import tokens
from crosslink.graph.graph import follow
from crosslink.graph.node import Node, doubt
from crosslink.graph.unknown import Fact, Found, Text, Unknown
from crosslink.path.hop import Hop, Source, computed, hop, hop_at, only_aws, prop

CERTIFICATE_OF = "regionalCertificateArn"
ADDRESSES = ("A", "AAAA", "CNAME")
"""The types of records that say where a name leads."""


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


def records_of(source: Source) -> list[Node]:
    """The records of a domain's name that say where it leads."""
    name = source.node.get("domainName")
    records = source.graph.of_type(tokens.DNS_RECORD)
    return [record for record in records if record.get("name") == name and record.get("type") in ADDRESSES]


def _validation(source: Source) -> Found[Node]:
    """The resource that waits until the domain's certificate is issued."""
    graph = source.graph
    found = graph.named_by(source.node, CERTIFICATE_OF, tokens.CERTIFICATE_VALIDATION)
    for certificate in graph.named_by(source.node, CERTIFICATE_OF, tokens.CERTIFICATE):
        found += graph.naming(certificate, "certificateArn", tokens.CERTIFICATE_VALIDATION)
    return next(iter(found), None)


def _certificate(source: Source) -> Found[Node]:
    """The certificate of the domain, if the program makes it."""
    graph = source.graph
    found = graph.named_by(source.node, CERTIFICATE_OF, tokens.CERTIFICATE)
    for validation in graph.named_by(source.node, CERTIFICATE_OF, tokens.CERTIFICATE_VALIDATION):
        found += graph.named_by(validation, "certificateArn", tokens.CERTIFICATE)
    return next(iter(found), None)


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
    certificate: Found[Hop] = computed(lambda source: hop_at(Hop, source, _certificate(source)))
    # what waits until that is issued; None if nothing does
    validation: Found[Hop] = computed(lambda source: hop_at(Hop, source, _validation(source)))

    @property
    def url(self) -> Text:
        """Where callers send requests, without a trailing slash."""
        url = f"https://{self.name}/{self.base_path or ''}".removesuffix("/")
        return doubt(self.name, self.base_path) or url
