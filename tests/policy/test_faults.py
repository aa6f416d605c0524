"""Every planted fault is one finding of the policy that must tell it; without one, nothing is found."""

import pytest

from crosslink.graph import tokens
from crosslink.graph.unknown import given_in_the_up
from crosslink.path.ingress_rules import ANNOTATIONS
from policy.pack import LEVELS
from policy.security import RULES
from policy.security.accounts import DOCUMENTS, ROLE
from tests.faults.change import Change, together
from tests.faults.fault import MADE_BEFORE, PLAIN_ID, STATE, CannotKnow, Fault
from tests.faults.link_v2 import NO_DOCUMENT
from tests.faults.suite import FAULTS
from tests.faults.unseen import unseen_by_policies
from tests.policy.__main__ import page
from tests.policy.faults import ADMINISTRATOR, ANYWHERE
from tests.policy.faults import FAULTS as SECURITY_FAULTS
from tests.policy.healthy import HEALTHY
from tests.policy.outcome import ECHOES, expected, outcome_of
from tests.policy.planting import LIKE, NLB, allowing, also
from tests.runs import ROOT, STACK_FILES

UNKNOWN = given_in_the_up()
STACKS = [file.stem.removeprefix("Pulumi.") for file in STACK_FILES]
IN_AN_UP = [*SECURITY_FAULTS, *FAULTS[::10]]
"""All are planted in a preview, where less is known; a sample in an up, too."""

each_preview = pytest.mark.parametrize("preview", [True, False], ids=["preview", "up"])


@each_preview
@pytest.mark.parametrize("stack", STACKS)
def test_nothing_is_found_in_a_clean_stack(stack: str, preview: bool) -> None:
    outcome = outcome_of(stack, preview=preview)
    assert outcome.found == ()
    unknown = {finding.rule for finding in outcome.unknown}
    assert unknown == unseen_by_policies(stack, "preview" if preview else "planned").keys()


@pytest.mark.parametrize("fault", [*FAULTS, *SECURITY_FAULTS], ids=lambda fault: fault.name)
def test_a_fault_is_one_finding_in_a_preview(fault: Fault) -> None:
    check(fault, preview=True)


@pytest.mark.parametrize("fault", IN_AN_UP, ids=lambda fault: fault.name)
def test_a_fault_is_one_finding_in_an_up(fault: Fault) -> None:
    check(fault, preview=False)


def check(fault: Fault, *, preview: bool) -> None:
    outcome = outcome_of(fault.stack, fault.change, preview=preview)
    rules = [finding.rule for _policy, finding in outcome.found]
    meant = expected(fault, preview=preview)
    assert bool(meant.intersection(rules)) == bool(meant)
    assert len(set(rules) & meant) <= 1
    assert sorted(set(rules) - meant) == sorted(set(ECHOES.get(fault.name, [])))
    vantage = "preview" if preview else "planned"
    unknown = {finding.rule for finding in outcome.unknown} - unseen_by_policies(fault.stack, vantage).keys()
    # What a plain id or a name is of, the program doesn't know, nor in a preview which link has an id, and
    # AWS's own state is told to those alone who play AWS.
    told = fault.expected(vantage)
    unsure = isinstance(told, CannotKnow) and unknown == {fault.rule}
    plain_id = unsure or told in (PLAIN_ID, MADE_BEFORE, STATE, NO_DOCUMENT)
    doubtful = fault.house or plain_id or fault.rule == "only-declared-balancers"
    assert not unknown or doubtful


@each_preview
@pytest.mark.parametrize("change", HEALTHY.values(), ids=HEALTHY)
def test_what_is_no_fault_raises_nothing(change, preview: bool) -> None:
    outcome = outcome_of("dev", change, preview=preview)
    assert outcome.found == ()
    assert outcome.unknown == ()


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        (
            "no-ingress-from-anywhere",
            also(tokens.SECURITY_GROUP, {"ingress": [{"cidrBlocks": UNKNOWN}, {"cidrBlocks": ANYWHERE}]}),
        ),
        (
            "no-ingress-from-anywhere",
            also(
                tokens.SECURITY_GROUP_RULE,
                {"type": "ingress", "cidrBlocks": UNKNOWN, "ipv6CidrBlocks": ["::/0"]},
            ),
        ),
        (
            "no-open-endpoint-service",
            also(tokens.ENDPOINT_SERVICE, {"allowedPrincipals": [UNKNOWN, "*"]}),
        ),
        (
            "no-wildcard-actions",
            also(ROLE, {"inlinePolicies": UNKNOWN, "managedPolicyArns": [ADMINISTRATOR]}),
        ),
        (
            "no-wildcard-actions",
            also(ROLE, {"inlinePolicies": [{"policy": "not JSON"}, allowing(Action="*")]}),
        ),
    ],
)
def test_what_is_unknown_hides_no_fault_beside_it(rule: str, change: Change) -> None:
    outcome = outcome_of("dev", change, preview=True)
    assert [finding.rule for _policy, finding in outcome.found] == [rule]


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("no-wildcard-actions", also(DOCUMENTS[0], {"policy": UNKNOWN})),
        ("no-wildcard-actions", also(DOCUMENTS[0], {"policy": "not JSON"})),
        (
            "no-unauthenticated-method",
            together(
                also(tokens.REST_API, {"body": "openapi: 3.0.1"}),
                also(tokens.STAGE, {}, beside=NLB, restApi=(tokens.REST_API, "more")),
            ),
        ),
        (
            "no-ingress-from-anywhere",
            also(
                tokens.INGRESS,
                {"metadata": {"annotations": {f"{ANNOTATIONS}/inbound-cidrs": 10}}},
                beside=LIKE,
            ),
        ),
    ],
)
def test_what_can_not_be_read_is_unknown_and_ends_no_policy(rule: str, change: Change) -> None:
    outcome = outcome_of("dev", change, preview=True)
    assert outcome.found == ()
    assert rule in [finding.rule for finding in outcome.unknown]


def test_every_rule_of_security_has_a_fault_and_a_level() -> None:
    assert {fault.rule for fault in SECURITY_FAULTS} == {rule.id for rule in RULES}
    assert {rule.id for rule in RULES} <= LEVELS.keys()


@pytest.mark.parametrize("name", ["route open to everybody", "backend answers preflights, and so anybody"])
def test_an_open_method_is_a_fault_of_security(name: str) -> None:
    [fault] = [one for one in FAULTS if one.name == name]
    outcome = outcome_of(fault.stack, fault.change, preview=True)
    assert outcome.found[0][0] == "no-unauthenticated-method"


def test_the_page_has_them_all() -> None:
    """Make it anew with `python -m tests.policy > docs/policy.md`."""
    assert (ROOT / "docs" / "policy.md").read_text() == "".join(f"{line}\n" for line in page())
