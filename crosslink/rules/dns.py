"""The rules of names: those of endpoints, and those that the cluster's nodes look up."""

import re

from crosslink.graph.unknown import NotKnownError, known
from crosslink.path import steps
from crosslink.path.private_link import Endpoint, EndpointService
from crosslink.path.routes import Way
from crosslink.path.walk import Walk
from crosslink.rules.rule import PRIVATELINK, fix, rule

ENDPOINTS = (steps.ENDPOINT, steps.NODE_ENDPOINT)
A_DOMAIN = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.IGNORECASE)


def _is_private(_walk: Walk, endpoint: Endpoint) -> bool:
    return endpoint.private_dns is not None and endpoint.private_dns is not False


@rule(steps.ENDPOINT, when=_is_private, source=f"{PRIVATELINK}/manage-dns-names.html")
@fix("Set private_dns_enabled=False: the targets are addresses, and nobody asks for the name.")
def private_dns_has_a_name(walk: Walk, endpoint: Endpoint) -> str | None:
    """An endpoint has private DNS only if its service has a private name whose domain is verified."""
    if not known(endpoint.private_dns):
        return None
    service = known(walk.one(steps.SERVICE))
    if service is None:
        return None
    name = known(service.private_name)
    if not name:
        return "private DNS is on, and the service has no private DNS name"
    if walk.order:
        raise NotKnownError(f"whether the domain of {name} is verified, AWS alone tells")
    state = known(service.private_name_state)
    return None if state == "verified" else f"private DNS is on, and the domain of {name} is {state}"


@rule(*ENDPOINTS, when=_is_private, source=f"{PRIVATELINK}/interface-endpoints.html")
@fix("Set enable_dns_support and enable_dns_hostnames of the VPC, or leave private DNS off.")
def private_dns_has_its_vpc(_walk: Walk, endpoint: Endpoint) -> str | None:
    """An endpoint has private DNS only in a VPC with DNS support and DNS host names."""
    vpc = known(endpoint.network)
    if not known(endpoint.private_dns) or vpc is None:
        return None
    if known(vpc.resolves) is False:
        return "private DNS is on, and its VPC has no DNS support"
    return None if known(vpc.host_names) else "private DNS is on, and its VPC has no DNS host names"


@rule(steps.SERVICE, source=f"{PRIVATELINK}/manage-dns-names.html")
@fix("Name a domain of yours, such as api.example.com, or leave it out.")
def private_name_is_a_domain(_walk: Walk, service: EndpointService) -> str | None:
    """A private DNS name of the endpoint service is a domain."""
    name = known(service.private_name)
    return f"{name} isn't a domain" if name and not A_DOMAIN.fullmatch(name) else None


@rule(steps.EXIT, source="https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html")
@fix("""Set enable_dns_support and enable_dns_hostnames of the VPC, without DHCP options of its own; look with
    `aws ec2 describe-vpc-attribute --attribute enableDnsHostnames --vpc-id <id>`.""")
def nodes_resolve_names(_walk: Walk, way: Way) -> str | None:
    """The VPC of the nodes has DNS support and DNS host names: else no node joins."""
    vpc = known(way.subnet.network)
    if vpc is None:
        return None
    if known(vpc.resolves) is False:
        return "its VPC has no DNS support"
    if not known(vpc.host_names):
        return "its VPC has no DNS host names"
    if servers := known(vpc.name_servers):
        raise NotKnownError(f"what the name servers {', '.join(map(str, servers))} answer isn't known")
    return None
