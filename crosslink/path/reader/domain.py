"""Reads the API's own domain name: the mapping to the stage, the certificate, the records."""

from collections.abc import Iterator

from crosslink.graph import tokens
from crosslink.graph.graph import Graph, Node, at, follow
from crosslink.graph.unknown import Fact, Found, Hop, Unknown
from crosslink.path.hops.domain import Alias, Domain


def domain_facts(graph: Graph, stage: Node, base_path: str | None) -> Found[Domain]:
    """The domain name that leads to the stage, by the mapping of a base path if there are several.

    Args:
        graph: all resources.
        stage: the stage.
        base_path: what the stack says; None for none.
    """
    mappings = graph.naming(stage, "stageName", tokens.BASE_PATH_MAPPING)
    mappings.sort(key=lambda node: node.get("basePath") != base_path)
    mapping = graph.one(mappings, tokens.BASE_PATH_MAPPING, stage)
    name = graph.step(mapping, "domainName", tokens.DOMAIN_NAME)
    return follow(mapping, lambda of: follow(name, lambda node: _domain(graph, node, of)))


def _domain(graph: Graph, node: Node, mapping: Node) -> Domain:
    return Domain(
        **at(node),
        name=node.get("domainName"),
        base_path=mapping.get("basePath"),
        status=None if graph.registered else node.get("domainNameStatus"),
        certificate=_beside(graph, node, tokens.CERTIFICATE),
        validation=_beside(graph, node, tokens.CERTIFICATE_VALIDATION),
        aliases=tuple(_aliases(graph, node)),
    )


def _beside(graph: Graph, domain: Node, type_: str) -> Hop | None:
    """The resource of a type in the account and region of the domain: there is no other use for these."""
    place = (domain.account, domain.region)
    found = (one for one in graph.of_type(type_) if (one.account, one.region) == place)
    return next((Hop(**at(one)) for one in found), None)


def _aliases(graph: Graph, domain: Node) -> Iterator[Alias]:
    for record in graph.of_type(tokens.DNS_RECORD):
        if record.get("name") == domain.get("domainName"):
            yield Alias(**at(record), to_domain=_leads_to(graph, record, domain))


def _leads_to(graph: Graph, record: Node, domain: Node) -> Fact[bool]:
    if graph.named_by(record, "aliases", tokens.DOMAIN_NAME) == [domain]:
        return True
    target = record.get("aliases", 0, "name")
    return target if isinstance(target, Unknown) else target == domain.get("regionalDomainName")
