"""Findings: what is one fault, what is told first, and how it reads."""

from dataclasses import replace

from crosslink.graph import tokens
from crosslink.rules.verdict import judge
from policy.findings import Finding, merged, not_judged, reachability, redundancy
from policy.security import RULES
from tests.faults.change import Nodes, add, move, put, together
from tests.faults.fault import model_of
from tests.faults.suite import FAULTS
from tests.policy.faults import FAULTS as SECURITY_FAULTS
from tests.policy.planting import NLB

ONE = Finding(
    rule="keys-rotate",
    statement="A key is rotated.",
    urns=("urn:a",),
    places=("aws:kms/key:Key a, 111111111111 us-east-1",),
    why=("its rotation is off",),
    routes=("/svc1",),
    fix="Rotate it.",
    source="https://example.com",
)


def test_the_same_of_another_route_is_one_finding() -> None:
    assert merged([ONE, replace(ONE, routes=("/svc2",))]) == [replace(ONE, routes=("/svc1", "/svc2"))]


def test_another_fault_of_the_same_resource_and_rule_is_one_finding() -> None:
    [one] = merged([ONE, replace(ONE, why=("it is off for ever",))])
    assert one.why == ("its rotation is off", "it is off for ever")


def test_the_same_of_another_resource_is_one_finding() -> None:
    other = replace(ONE, urns=("urn:b",), places=("b",))
    assert merged([ONE, other]) == [replace(ONE, urns=("urn:a", "urn:b"), places=(*ONE.places, "b"))]


def test_other_rules_and_other_faults_elsewhere_stay_apart() -> None:
    other_rule = replace(ONE, rule="logs-are-kept-for-a-time")
    elsewhere = replace(ONE, urns=("urn:b",), why=("it is off for ever",))
    assert merged([ONE, other_rule, elsewhere]) == [ONE, other_rule, elsewhere]


def test_of_many_places_some_are_shown() -> None:
    many = replace(ONE, places=tuple("abcdefg"), routes=())
    assert str(many).splitlines()[0] == "where: a; b; c; d; e; and 2 more"


def test_what_stands_beside_the_path_comes_after_it() -> None:
    """The gateway NLB in another region: the path stops there, and three references lead astray."""
    assert rules_of("gateway NLB in the landing network's region") == ["hop-is-where-it-belongs"]


def test_an_unbound_provider_comes_first() -> None:
    assert rules_of("provider may act in any account", "no route out in one zone") == ["account-is-guarded"]


def test_two_faults_on_two_routes_are_two_findings() -> None:
    assert rules_of("no route out in one zone") == ["subnet-has-a-route"]
    assert rules_of("integration with the stage's name in the path", "route open to everybody") == [
        "method-has-its-auth",
        "integration-keeps-the-path",
    ]


def test_what_security_told_of_a_hop_is_not_told_again() -> None:
    planted = plant("gateway NLB faces the internet", "no route out in one zone")
    [public] = [rule for rule in RULES if rule.id == "no-public-load-balancer"]
    broken, _unknown = reachability(planted)
    urn = broken[0].urns[0]
    assert [finding.rule for finding in broken] == ["balancer-is-private"]
    left, _unknown = reachability(planted, {(rule, urn) for rule in public.same})
    assert [one.rule for one in left] == ["subnet-has-a-route"]


def test_lost_redundancy_is_a_finding_of_its_own() -> None:
    planted = plant("no route back in one zone")
    assert reachability(planted) == ([], [])
    [finding] = redundancy(planted)
    assert (finding.rule, finding.routes) == ("subnet-has-a-route", ("/svc1", "/svc2"))


def test_settings_that_nothing_judges_are_told_by_resource() -> None:
    change = put(tokens.LOAD_BALANCER, "crosslink-gateway", "speedOfLight", value="half")
    found = not_judged(judge(model_of("preview", "dev", change)))
    [finding] = [one for one in found if 'speedOfLight: "half"' in one.why[0]]
    assert finding.places == ("aws:lb/loadBalancer:LoadBalancer crosslink-gateway, 111111111111 us-west-2",)
    assert finding.routes == ("/svc1", "/svc2")


def test_what_is_on_no_side_of_the_path_goes_where_it_likes() -> None:
    """A function that takes the address of the other account's NLB, and an object of any other cluster."""

    def change(nodes: Nodes) -> Nodes:
        *rest, function = add(("aws:apigateway/stage:Stage", "*"), "more", {}, environment=NLB)(nodes)
        elsewhere = replace(
            function,
            urn="urn:pulumi:dev::crosslink::kubernetes:core/v1:ConfigMap::more",
            type="kubernetes:core/v1:ConfigMap",
            account=None,
            region=None,
        )
        urn = "urn:pulumi:dev::crosslink::aws:lambda/function:Function::more"
        return [*rest, replace(function, urn=urn, type="aws:lambda/function:Function"), elsewhere]

    assert reachability(judge(model_of("preview", "dev", change))) == ([], [])


def test_many_resources_of_a_default_provider_are_one_finding() -> None:
    types = ("aws:ec2/natGateway:NatGateway", "aws:ec2/eip:Eip")
    lost = together(*(move(type_, "*", None, None) for type_ in types))
    broken, _unknown = reachability(judge(model_of("preview", "dev", lost)))
    assert [(finding.rule, len(finding.urns)) for finding in broken] == [("resource-has-its-account", 2)]


def rules_of(*names: str) -> list[str]:
    """The rules that are told of some faults at once."""
    broken, unknown = reachability(plant(*names))
    assert unknown == []
    return [finding.rule for finding in broken]


def plant(*names: str):
    """What the rules say of dev with some faults."""
    changes = [one.change for one in (*FAULTS, *SECURITY_FAULTS) if one.name in names]
    assert len(changes) == len(names)
    return judge(model_of("preview", "dev", together(*changes)))
