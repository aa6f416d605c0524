"""Who may connect to endpoint services, and what they offer.

A stack with both sides lets in the one who makes its endpoints; one without an API those whom
`allowedPrincipals` names.
"""

import re
from collections.abc import Iterator

from crosslink.graph import tokens
from crosslink.graph.node import Node, Value, side_of
from crosslink.graph.unknown import Unknown
from crosslink.path.output import DeclaredBackend
from crosslink.rules.rule import PRIVATELINK, fix
from crosslink.rules.text import account_of, listed
from policy.security.foreign import named_accounts
from policy.security.rule import NO_FOREIGN, ONLY_KNOWN, Stack, rule, several, sure

ALLOWED_PRINCIPAL = "aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple"
EVERYBODY = re.compile(r"\*|arn:[\w-]+:iam::\*:.*")  # principals of all accounts
_ALLOWS = "service-allows-the-consumer"


@rule(
    tokens.ENDPOINT_SERVICE,
    ALLOWED_PRINCIPAL,
    source=f"{PRIVATELINK}/configure-endpoint-service.html",
    same=(_ALLOWS, NO_FOREIGN, ONLY_KNOWN),
)
@fix("Name the consumer's account among the allowed principals, `arn:aws:iam::111111111111:root`.")
def no_open_endpoint_service(_stack: Stack, node: Node) -> str | None:
    """No endpoint service takes connections of all accounts in the world."""
    principals = _principals(node)
    everybody = [name for name in principals if isinstance(name, str) and EVERYBODY.fullmatch(name)]
    return f"everybody, `{everybody[0]}`, is an allowed principal" if everybody else sure(principals)


@rule(
    tokens.ENDPOINT_SERVICE,
    ALLOWED_PRINCIPAL,
    source=f"{PRIVATELINK}/configure-endpoint-service.html",
    same=(_ALLOWS, NO_FOREIGN, ONLY_KNOWN),
)
@fix("""Take the principal away; or name it in `allowedPrincipals` of the backend, and for a service of the
team's own its account in `policy/known.yaml`.""")
def only_declared_principals(stack: Stack, node: Node) -> str | None:
    """A backend's endpoint service lets in whom the stack declares: principals of the consumer's account, or
    without an API those of `allowedPrincipals`. Any other lets in accounts that are declared.
    """
    principals, backend = _principals(node), next(_backends_of(stack, node), None)
    if stack.declared is None:
        return None
    strangers = [
        name
        for name in principals
        if isinstance(name, str) and not EVERYBODY.fullmatch(name) and not _meant(stack, backend, name)
    ]
    return f"it lets in {listed(strangers)}" if strangers else sure(principals)


@rule(
    tokens.ENDPOINT_SERVICE,
    source=f"{PRIVATELINK}/create-endpoint-service.html",
    same=("service-offers-an-nlb", "service-is-accepted-by-aws", NO_FOREIGN),
)
@fix("Offer the stack's own NLB, or name the existing one in `networkLoadBalancer.arn` of the backend.")
def only_declared_balancers(stack: Stack, node: Node) -> str | None:
    """An endpoint service offers load balancers of the stack, or the existing one that a backend declares."""
    offered = [*several(node.get("networkLoadBalancerArns")), *several(node.get("gatewayLoadBalancerArns"))]
    if stack.declared is None:
        return None
    own = {name for balancer in stack.graph.of_type(tokens.LOAD_BALANCER) for name in balancer.names()}
    own |= {str(backend.load_balancer_arn) for backend in stack.declared.backends.values()}
    others = [arn for arn in offered if isinstance(arn, str) and arn not in own]
    # What is unknown before the up comes from a resource of the stack: what exists can be looked up.
    return f"it offers {listed(others)}" if others else None


def _principals(node: Node) -> list[Value]:
    return several(node.get("principalArn" if node.type == ALLOWED_PRINCIPAL else "allowedPrincipals"))


def _meant(stack: Stack, backend: DeclaredBackend | None, principal: str) -> bool:
    """Whether a principal may connect to a backend's service, or to one beside the path."""
    if backend is None:
        return account_of(principal) in named_accounts(stack)
    consumer = stack.declared.consumer if stack.declared else None
    of_consumer = consumer is not None and account_of(principal) == consumer.account_id
    return of_consumer or principal in backend.allowed_principals


def _backends_of(stack: Stack, node: Node) -> Iterator[DeclaredBackend]:
    """The backend whose endpoint service a resource is, or adds to; none beside the sides.

    By its id, which a preview doesn't know: there by its place and its name, which ends with the backend's.
    """
    service, declared = _service(stack, node), stack.declared
    if service is None or declared is None or side_of(service.urn) != "provider":
        return
    backends = declared.backends
    by_id = [backend for backend in backends.values() if service.id == backend.service_id]
    if by_id and not isinstance(service.id, Unknown):
        yield by_id[0]
        return
    named = [
        name
        for name, backend in backends.items()
        if isinstance(backend.service_id, Unknown)
        and (backend.account_id, backend.region) == (service.account, service.region)
        and service.name.endswith(f"-{name}")
    ]
    if named:
        yield backends[max(named, key=len)]


def _service(stack: Stack, node: Node) -> Node | None:
    if node.type != ALLOWED_PRINCIPAL:
        return node
    named = stack.graph.named_by(node, "vpcEndpointServiceId", tokens.ENDPOINT_SERVICE)
    return named[0] if named else None
