"""Who gets at pods: Services, Ingresses with their classes, and network policies."""

from collections.abc import Iterator

from crosslink.graph import tokens
from crosslink.graph.controllers import ALB, AUTO_MODE
from crosslink.graph.node import Node, Value, doubt, items, same_place, side_of, value_at
from crosslink.graph.unknown import Unknown, known
from crosslink.ip_ranges import covered
from crosslink.path.alb import let_in_by
from crosslink.path.ingress import NAME_LABEL, class_of, parameters_of
from crosslink.path.ingress_rules import annotation
from crosslink.rules.rule import KUBERNETES_NETWORK, fix
from crosslink.rules.text import listed
from policy.security.exposure import SCHEME
from policy.security.kubernetes import SYSTEM, of_kinds
from policy.security.ranges import everybody_in
from policy.security.rule import ONLY_KNOWN, Stack, rule, several, sure

SERVICES = of_kinds("kubernetes:core", "Service")
NETWORK_POLICIES = of_kinds("kubernetes:networking.k8s.io", "NetworkPolicy")
INGRESSES = of_kinds("kubernetes:networking.k8s.io", "Ingress")
CONTROLLERS = (AUTO_MODE, ALB)
_SOURCES = "service.beta.kubernetes.io/load-balancer-source-ranges"


@rule(
    *SERVICES,
    source=f"{KUBERNETES_NETWORK}/service/#publishing-services-service-types",
    same=(SYSTEM, "service-has-no-balancer-of-its-own", ONLY_KNOWN),
)
@fix("""Set the type ClusterIP, and take externalIPs away; of an internal load balancer name in
`loadBalancerSourceRanges` who connects.""")
def services_stay_inside(stack: Stack, node: Node) -> str | None:
    """A Service is reached from inside its cluster: by no port of the nodes, no address from outside, and no
    load balancer that lets everybody in.
    """
    kind, addresses = node.get("spec", "type"), node.get("spec", "externalIPs")
    if kind == "NodePort":
        return "its type is NodePort: every node answers for it"
    if known_addresses := [each for each in several(addresses) if isinstance(each, str)]:
        return f"it takes {listed(known_addresses)}, addresses from outside"
    if kind == "LoadBalancer" and node.get("metadata", "annotations", SCHEME) == "internal":
        annotated = known(node.get("metadata", "annotations", _SOURCES))
        ranges = several(node.get("spec", "loadBalancerSourceRanges")) or str(annotated or "").split(",")
        if not any(ranges):
            return "its load balancer lets everybody in"
        if found := everybody_in(ranges):
            return f"its load balancer lets {found} in"
        if others := _beyond(stack, node, ranges):
            return f"its load balancer lets {listed(others)} in, beyond the cluster's own network"
        sure(ranges)
    return sure([kind, addresses])


@rule(
    *NETWORK_POLICIES,
    *INGRESSES,
    source=f"{KUBERNETES_NETWORK}/network-policies/",
    same=(
        *("policy-keeps-addresses-out", "policy-lets-the-alb-in", "ingresses-share-the-alb"),
        *("alb-lets-in-the-nlb-alone", SYSTEM, ONLY_KNOWN),
    ),
)
@fix("""Name the ranges that connect: in a network policy the ALB's subnets, in an Ingress's inbound-cidrs the
NLB's; or pods of the same namespace by their labels.""")
def only_the_path_reaches_pods(stack: Stack, node: Node) -> str | None:
    """Network policies and Ingresses let in subnets of the backend's own network, or some pods by their
    labels, and nobody else.
    """
    if node.type in INGRESSES:
        if node.type != tokens.INGRESS:
            return "it changes an Ingress that nobody here sees" if node.get("spec") else None
        if unseen := _foreign_class(stack, node) or _unseen_groups(node):
            return unseen
        ranges = [cidr for each in known(let_in_by(stack.graph, node)) for cidr in known(each.ranges)]
        others = _others(stack, node, ranges)
        return f"its load balancer lets {listed(others)} in" if others else sure(ranges)
    return _let_in_by_policy(stack, node)


def _let_in_by_policy(stack: Stack, node: Node) -> str | None:
    """Whom a network policy lets in of whom it shouldn't."""
    peers = list(_peers(node))
    if None in peers:
        return "it lets everybody in"
    anywhere = [peer for peer in peers if _is_any_pod(peer)]
    if anywhere:
        return "it lets pods of all namespaces in"
    ranges = [value_at(peer, "ipBlock", "cidr") for peer in peers if value_at(peer, "ipBlock") is not None]
    others = _others(stack, node, ranges)
    return f"it lets {listed(others)} in" if others else sure([node.get("spec")])


def _foreign_class(stack: Stack, ingress: Node) -> str | None:
    name = ingress.get("spec", "ingressClassName")
    if side_of(ingress.urn) or isinstance(name, Unknown) or class_of(stack.graph, ingress) is not None:
        return None
    which = f"its class {name}" if name else "the default class"
    return f"{which} isn't the stack's: nobody here knows what it opens"


def _unseen_groups(ingress: Node) -> str | None:
    """What an Ingress beside the path's lets in by names whose ranges nobody here sees."""
    named = [known(annotation(ingress, name)) for name in ("security-groups", "security-group-prefix-lists")]
    others = [str(each) for each in named if each]
    return f"its load balancer lets {listed(others)} in: nobody here knows whom" if others else None


def _peers(policy: Node) -> Iterator[Value]:
    """Whom a network policy lets in; None for everybody."""
    for each in items(policy.get("spec", "ingress")):
        senders = value_at(each, "from")
        if isinstance(each, Unknown) or isinstance(senders, Unknown):
            continue  # the whole is asked for at the end
        yield from items(senders) or [None]


def _is_any_pod(peer: Value) -> bool:
    """Whether a peer is the pods of all namespaces, with or without labels of their own."""
    namespaces = value_at(peer, "namespaceSelector")
    if not isinstance(namespaces, dict) or value_at(namespaces, "matchLabels") or doubt(namespaces):
        return False
    expressions = items(value_at(namespaces, "matchExpressions"))
    return all(
        value_at(each, "operator") in ("NotIn", "DoesNotExist")
        or [value_at(each, key) for key in ("operator", "key")] == ["Exists", NAME_LABEL]
        for each in expressions
    )


def _others(stack: Stack, node: Node, ranges: list[Value]) -> list[str]:
    """The ranges that don't lie in subnets of the provider, those that it makes or joins."""
    own: list[Value] = [
        subnet.get("cidrBlock")
        for subnet in stack.graph.of_type(tokens.SUBNET)
        if (None in (subnet.account, node.account) or same_place(subnet, node))
        and side_of(subnet.urn) == "provider"
    ]
    for network in stack.declared.networks.values() if stack.declared else ():
        if node.account in (None, network.account_id):
            own += [subnet.cidr for subnet in network.subnets.values()]
    others = [cidr for cidr in ranges if isinstance(cidr, str) and not covered(cidr, own)]
    if others:
        sure(own)
    return others


def _beyond(stack: Stack, node: Node, ranges: list[Value]) -> list[str]:
    """The ranges that don't lie in a network of the provider, where the stack makes or declares one."""
    own = [vpc.get("cidrBlock") for vpc in stack.graph.beside(node, tokens.VPC)]
    given = [str(cidr).strip() for cidr in ranges if isinstance(cidr, str)]
    return [cidr for cidr in given if not covered(cidr, own)] if own and not doubt(own) else []


@rule(
    tokens.INGRESS_CLASS,
    source="https://docs.aws.amazon.com/eks/latest/userguide/auto-elb-example.html",
    same=(ONLY_KNOWN,),
)
@fix(f"Set the controller {' or '.join(CONTROLLERS)}, whose load balancers are judged.")
def classes_have_our_controllers(_stack: Stack, node: Node) -> str | None:
    """Classes of Ingresses are of the controllers that make ALBs: of another's load balancers nobody here
    knows whom they let in.
    """
    controller = known(node.get("spec", "controller"))
    return None if controller in CONTROLLERS else f"its controller is {controller}"


@rule(
    tokens.INGRESS_CLASS_PARAMS,
    tokens.CONTROLLER_CLASS_PARAMS,
    *(f"{type_}Patch" for type_ in (tokens.INGRESS_CLASS_PARAMS, tokens.CONTROLLER_CLASS_PARAMS)),
    source="https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html",
    same=(ONLY_KNOWN,),
)
@fix(
    'Set the scheme "internal" in the IngressClassParams, and `inboundCIDRs`, if any, to the subnets before.'
)
def classes_are_internal(stack: Stack, node: Node) -> str | None:
    """Classes of Ingresses make internal load balancers, be there an Ingress yet or not."""
    if lists := [*_texts(node, "prefixListsIDs"), *_texts(node, "PrefixListsIDs")]:
        return f"they let {listed(lists)} in: nobody here knows whom"
    used = [parameters_of(stack.graph, ingress) for ingress in stack.graph.of_type(tokens.INGRESS)]
    if any(found is node for found in used):
        return None  # told of the Ingress
    scheme, ranges = node.get("spec", "scheme"), several(node.get("spec", "inboundCIDRs"))
    if isinstance(scheme, str) and scheme != "internal":
        return f"their scheme is {scheme}"
    others = _others(stack, node, ranges)
    return f"they let {listed(others)} in" if others else sure([scheme, *ranges])


def _texts(node: Node, key: str) -> list[str]:
    return list(map(str, several(node.get("spec", key))))
