"""Who may connect to endpoint services and what they offer, in stacks of each shape."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node
from crosslink.graph.unknown import Unknown, given_in_the_up
from crosslink.path.output import Declared
from policy.findings import Found, security
from policy.known import Known
from policy.security.endpoint_services import (
    ALLOWED_PRINCIPAL,
    no_open_endpoint_service,
    only_declared_balancers,
    only_declared_principals,
)
from policy.security.rule import SecurityRule, Stack

IN_THE_UP = given_in_the_up()
ROLE, ROOT = "arn:aws:iam::111111111111:role/crosslink-deploy", "arn:aws:iam::111111111111:root"
STRANGER = "arn:aws:iam::333333333333:root"
NLB = "arn:aws:elasticloadbalancing:us-east-1:222222222222:loadbalancer/net/search/50dc6c495c0c9188"
OTHER_NLB = NLB.replace("search", "payroll")
PLACE = {"accountId": "222222222222", "region": "us-east-1"}
CONSUMER = {"accountId": "111111111111", "region": "us-west-2"}
API = {"id": "a1b2c3d4e5", "stage": "v1", "vpcLinkId": "link12"}
SIDE = "urn:pulumi:dev::crosslink::crosslink:provider:ProviderSide$"


def backend(service_id: object, **more: object) -> dict[str, object]:
    """A backend of kind networkLoadBalancer in the output `path`."""
    return {
        **PLACE,
        "kind": "networkLoadBalancer",
        "existing": True,
        "serviceId": service_id,
        "serviceName": IN_THE_UP,
        "loadBalancerArn": NLB,
        "port": 80,
        "allowedPrincipals": [ROLE],
        **more,
    }


def declared(consumer: Mapping[str, object] | None, **backends: dict[str, object]) -> Declared:
    """The output `path` of a stack with both sides, or without a consumer."""
    api = API if consumer else None
    output = {"consumer": consumer, "api": api, "routes": {}, "backends": backends}
    return Declared.model_validate(output)


def service(name: str = "crosslink-search", id_: str | Unknown = IN_THE_UP, **properties: Any) -> Node:
    """An endpoint service of the provider side."""
    return Node(
        urn=f"{SIDE}{tokens.ENDPOINT_SERVICE}::{name}",
        type=tokens.ENDPOINT_SERVICE,
        name=name,
        id=id_,
        account="222222222222",
        region="us-east-1",
        properties={"networkLoadBalancerArns": [NLB], **properties},
        missing=IN_THE_UP,
        references={},
        dependencies=frozenset(),
    )


def found(rule: SecurityRule, path: Declared | None, *nodes: Node) -> Found:
    """What a rule finds in a stack of these resources."""
    return security(rule, Stack(graph=Graph(nodes), declared=path))


def why(rule: SecurityRule, path: Declared | None, *nodes: Node) -> list[str]:
    """What is wrong, with nothing unknown."""
    broken, unknown = found(rule, path, *nodes)
    assert unknown == []
    return [text for finding in broken for text in finding.why]


@pytest.mark.parametrize(
    ("consumer", "principals", "strangers"),
    [
        (None, [ROLE], []),
        (None, [ROLE, STRANGER], [STRANGER]),
        (None, [ROLE, ROOT], [ROOT]),  # wider than the role that is named
        (None, [], []),  # nobody can connect: not a fault of security
        (CONSUMER, [ROLE], []),
        (CONSUMER, [ROLE, ROOT], []),  # a house rule advises one principal
        (CONSUMER, [ROLE, STRANGER], [STRANGER]),
    ],
)
@pytest.mark.parametrize("id_", ["vpce-svc-0a1b2c3d4e5f60718", IN_THE_UP], ids=["up", "preview"])
def test_a_service_lets_in_whom_the_stack_declares(
    consumer: Mapping[str, object] | None, principals: list[str], strangers: list[str], id_: str | Unknown
) -> None:
    path = declared(consumer, search=backend(id_))
    told = why(only_declared_principals, path, service(id_=id_, allowedPrincipals=principals))
    assert told == [f"it lets in {stranger}" for stranger in strangers]


@pytest.mark.parametrize("id_", ["vpce-svc-0a1b2c3d4e5f60718", IN_THE_UP], ids=["up", "preview"])
def test_a_service_does_not_let_in_whom_another_backend_declares(id_: str | Unknown) -> None:
    other = backend("vpce-svc-1" if isinstance(id_, str) else IN_THE_UP, allowedPrincipals=[STRANGER])
    path = declared(None, search=backend(id_), **{"more-search": other})
    assert why(only_declared_principals, path, service(id_=id_, allowedPrincipals=[STRANGER])) != []
    beside = service("crosslink-more-search", other["serviceId"], allowedPrincipals=[STRANGER])  # type: ignore[arg-type]
    assert why(only_declared_principals, path, beside) == []


def test_a_principal_that_is_added_beside_the_service_is_judged_as_one_of_its_own() -> None:
    own = service(allowedPrincipals=[ROLE])
    added = replace(
        own,
        urn=f"urn:pulumi:dev::crosslink::{ALLOWED_PRINCIPAL}::more",
        type=ALLOWED_PRINCIPAL,
        properties={"principalArn": STRANGER},
        references={"vpcEndpointServiceId": frozenset([own.urn])},
    )
    path = declared(None, search=backend(IN_THE_UP))
    assert why(only_declared_principals, path, own, added) == [f"it lets in {STRANGER}"]
    elsewhere = replace(added, references={})
    assert why(only_declared_principals, path, own, elsewhere) == [f"it lets in {STRANGER}"]


def test_a_service_beside_the_sides_lets_in_accounts_that_are_declared() -> None:
    path = declared(None, search=backend(IN_THE_UP, allowedPrincipals=[ROLE]))
    team = replace(service(allowedPrincipals=[ROOT]), urn="urn:pulumi:dev::crosslink::service::team")
    assert why(only_declared_principals, path, team) == []
    strange = replace(team, properties={"allowedPrincipals": [ROOT, STRANGER]})
    assert why(only_declared_principals, path, strange) == [f"it lets in {STRANGER}"]
    named = Stack(graph=Graph([strange]), declared=path, known=Known(accounts={"333333333333": "a test"}))
    assert security(only_declared_principals, named) == ([], [])
    assert why(only_declared_principals, None, service(allowedPrincipals=[STRANGER])) == []


def test_everybody_is_told_of_once() -> None:
    path = declared(None, search=backend(IN_THE_UP))
    open_to_all = service(allowedPrincipals=[ROLE, "*"])
    assert why(only_declared_principals, path, open_to_all) == []
    assert why(no_open_endpoint_service, path, open_to_all) == ["everybody, `*`, is an allowed principal"]


def test_what_is_unknown_is_no_pass_and_hides_no_stranger() -> None:
    path = declared(None, search=backend(IN_THE_UP))
    broken, unknown = found(only_declared_principals, path, service(allowedPrincipals=[IN_THE_UP]))
    assert (broken, len(unknown)) == ([], 1)
    broken, unknown = found(only_declared_principals, path, service(allowedPrincipals=[IN_THE_UP, STRANGER]))
    assert (len(broken), unknown) == (1, [])


@pytest.mark.parametrize(
    ("arns", "others"),
    [([NLB], []), ([OTHER_NLB], [OTHER_NLB]), ([NLB, OTHER_NLB], [OTHER_NLB]), ([IN_THE_UP], [])],
)
def test_a_service_offers_what_the_stack_makes_or_declares(arns: list[Any], others: list[str]) -> None:
    path = declared(None, search=backend(IN_THE_UP))
    offering = service(networkLoadBalancerArns=arns)
    assert why(only_declared_balancers, path, offering) == [f"it offers {arn}" for arn in others]
    assert why(only_declared_balancers, None, offering) == []


def test_a_load_balancer_of_the_stack_may_be_offered_by_its_arn() -> None:
    own = replace(
        service(), urn=f"{SIDE}nlb", type=tokens.LOAD_BALANCER, id=OTHER_NLB, properties={"arn": OTHER_NLB}
    )
    path = declared(None, search=backend(IN_THE_UP))
    assert why(only_declared_balancers, path, own, service(networkLoadBalancerArns=[OTHER_NLB])) == []
