"""The rules of a VPC link v2: which load balancer its integrations name, and who may connect to that.

Its network interfaces are in subnets of the gateway network and have security groups, as those of the load
balancer's nodes have; a link v1 comes by PrivateLink, which no group has to let in.
"""

from collections.abc import Iterable, Sequence
from itertools import product

from crosslink.graph.unknown import NotKnownError, known, present, visible
from crosslink.ip_ranges import covered
from crosslink.path import steps
from crosslink.path.api import VpcLink
from crosslink.path.hop import Hop
from crosslink.path.load_balancers import LoadBalancer
from crosslink.path.methods import Method
from crosslink.path.network import SecurityGroupRule, Subnet
from crosslink.path.walk import Walk
from crosslink.rules.grade import Grade, Graded
from crosslink.rules.packet_filters import ACLS, End, admitted, is_for, shut_at
from crosslink.rules.rule import API_GATEWAY, NLB_SECURITY_GROUPS, PRIVATE_INTEGRATION, VPC, fix, rule

VPC_LINKS_V2 = f"{API_GATEWAY}/apigateway-vpc-links-v2.html"


def _is_v2(_walk: Walk, link: VpcLink) -> bool:
    return link.version == "v2"


def by_link_v2(walk: Walk, _hop: Hop) -> bool:
    """When a rule applies to what comes through a VPC link v2."""
    return any(link.version == "v2" for link in walk.seen(steps.LINK))


@rule(
    steps.METHOD,
    when=lambda walk, method: method.connection_type == "VPC_LINK" and any(walk.seen(steps.LINK)),
    source=PRIVATE_INTEGRATION,
    partly=Grade.STOPS_SOME,
)
@fix("""Give each integration through a VPC link v2 the ARN of the gateway NLB, `integrationTarget` in a
    document, `integration_target` of a resource of its own. A link v1 has the NLB itself.""")
def integration_names_its_balancer(walk: Walk, method: Method) -> str | None:
    """Through a VPC link v2 every integration of a route leads to the same load balancer, which it names."""
    target = method.balancer if isinstance(method.balancer, str) else known(method.target)
    if not by_link_v2(walk, method):
        if target:
            raise NotKnownError(f"what AWS does with the target of {method.path} and a link v1 isn't known")
        return None
    if not target:
        return f"{method.path} names no load balancer, and AWS refuses it"
    for balancer in walk.seen(steps.GATEWAY_NLB):
        if target not in (balancer.urn, balancer.id):
            return f"{method.path} leads to {target}, other methods to {balancer.id}"
    return None


@rule(steps.LINK, when=_is_v2, source=VPC_LINKS_V2)
@fix("""Give the link subnets and security groups of the gateway network, in which the NLB is. They can't be
    changed: `pulumi up` makes another link.""")
def link_is_in_the_nlbs_vpc(walk: Walk, link: VpcLink) -> str | None:
    """The network interfaces of a VPC link v2 are in the gateway NLB's VPC, as their security groups are."""
    subnets = known(link.subnets)
    if not subnets:
        return "it has no subnets"
    own = {known(subnet.vpc) for subnet in subnets}
    if len(own) > 1 or not own.issuperset(map(known, link.vpcs_of_groups)):
        return "its subnets and security groups are of several VPCs, and AWS refuses it"
    for balancer in walk.seen(steps.GATEWAY_NLB):
        if (balancer.account, balancer.region) == (link.account, link.region) and known(
            balancer.vpc
        ) not in own:
            return "its subnets are in another VPC than the load balancer"
    return None


@rule(steps.LINK, when=_is_v2, source=f"{VPC}/security-group-rules.html")
@fix("Let the link's security group out to that of the gateway NLB, on ports 8000 to 8049.")
def link_lets_out(walk: Walk, link: VpcLink) -> str | None:
    """The security groups of a VPC link v2 let it connect to the route's listener."""
    rules = known(link.lets_out)
    if not link.groups:
        raise NotKnownError("which security groups AWS gives it isn't known")
    for balancer, port in product(walk.seen(steps.GATEWAY_NLB), _ports(walk)):
        if not _lets_pass(rules, balancer.groups, known(balancer.subnets), port):
            return f"nothing lets it out to the load balancer's port {port}"
    return None


@rule(
    steps.GATEWAY_NLB,
    when=lambda walk, nlb: nlb.guarded is not False and by_link_v2(walk, nlb),
    source=NLB_SECURITY_GROUPS,
)
@fix("Let the security group of the VPC link in to that of the gateway NLB, on ports 8000 to 8049.")
def gateway_nlb_lets_the_link_in(walk: Walk, balancer: LoadBalancer) -> str | None:
    """The gateway NLB's security groups let a VPC link v2 connect to the route's listener."""
    known(balancer.guarded)
    rules = known(balancer.lets_in)
    for link, port in product(walk.seen(steps.LINK), _ports(walk)):
        if not _lets_pass(rules, link.groups, known(link.subnets), port):
            return f"nothing lets the link in to port {port}"
    return None


def _ports(walk: Walk) -> Sequence[int | None]:
    return [known(listener.port) for listener in walk.seen(steps.LISTENER)]


def _lets_pass(
    rules: Iterable[SecurityGroupRule], groups: Iterable[Hop], subnets: Iterable[Subnet], port: int | None
) -> bool:
    """Whether rules of security groups let TCP to a port pass from, or to, what has some groups in subnets.

    Raises:
        NotKnownError: they don't, and one can't be read.
    """
    others = list(rules)
    named = {group.urn for group in groups}
    by_group = [(rule, group) for rule in others for group in present(rule.group)]
    if any(group.urn in named and is_for(rule, port) for rule, group in by_group):
        return True
    # A group that is known and isn't among theirs lets none of them pass.
    ranges = [rule for rule in others if not any(present(rule.group))]
    return all(admitted(ranges, known(subnet.cidr), port) for subnet in subnets)


@rule(
    steps.GATEWAY_NLB,
    when=lambda walk, nlb: nlb.guarded is not False and by_link_v2(walk, nlb),
    source=NLB_SECURITY_GROUPS,
    grade=Grade.LETS_IN,
)
@fix("Let the security group of the VPC link in to the gateway NLB, and nobody else.")
def only_the_link_gets_in(walk: Walk, balancer: LoadBalancer) -> str | None:
    """With a VPC link v2 the gateway NLB's security groups let the link in, and nobody else.

    Who gets there gets past the API, its auth and its limits.
    """
    own = {group.urn for link in walk.seen(steps.LINK) for group in link.groups}
    subnets = [subnet.cidr for link in walk.seen(steps.LINK) for subnet in visible(link.subnets)]
    theirs = [str(cidr) for cidr in present(*subnets)]
    unread: NotKnownError | None = None
    for group_rule in known(balancer.lets_in):
        try:
            group = known(group_rule.group)
            if group and group.urn not in own:
                return f"it lets security group {group.resource_name} in"
            if others := [cidr for cidr in known(group_rule.ranges) if not covered(cidr, theirs)]:
                return f"it lets {', '.join(others)} in"
        except NotKnownError as error:
            unread = error
    if unread:
        raise unread
    return None


@rule(steps.LINK, when=_is_v2, source=ACLS, grade=Grade.STOPS_SOME)
@fix(
    "Let the link's connections to the listeners pass, and the answers to ports 1024 to 65535.",
    look="aws ec2 describe-network-acls --region {region}",
)
def acls_let_the_link_pass(walk: Walk, link: VpcLink) -> str | Graded | None:
    """The network ACLs between a VPC link v2 and the gateway NLB let connections pass, and their answers."""
    found, ways = list[str](), 0
    for balancer, port in product(walk.seen(steps.GATEWAY_NLB), _ports(walk)):
        # Within a subnet no ACL is asked.
        pairs = [
            pair
            for pair in product(known(link.subnets), known(balancer.subnets))
            if pair[0].urn != pair[1].urn
        ]
        ways += len(pairs)
        for near, far in pairs:
            ends = (End(link, near, far, port, asks=True), End(balancer, far, near, port, asks=False))
            found += [why for end in ends if (why := shut_at(end))][:1]
    if not found:
        return None
    within = {subnet.urn for subnet in known(link.subnets)} & {
        subnet.urn for nlb in walk.seen(steps.GATEWAY_NLB) for subnet in known(nlb.subnets)
    }
    return Graded(found[0], Grade.STOPS if len(found) == ways and not within else Grade.STOPS_SOME)
