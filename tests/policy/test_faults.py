"""Every planted fault is one finding of the policy that must tell it; without one, nothing is found."""

import pytest

from policy.pack import LEVELS
from policy.security import RULES
from tests.faults.fault import Fault
from tests.faults.suite import FAULTS
from tests.policy.__main__ import page
from tests.policy.faults import FAULTS as SECURITY_FAULTS
from tests.policy.faults import HEALTHY
from tests.policy.outcome import ECHOES, expected, outcome_of
from tests.runs import ROOT, STACK_FILES

STACKS = [file.stem.removeprefix("Pulumi.") for file in STACK_FILES]
IN_AN_UP = [*SECURITY_FAULTS, *FAULTS[::10]]
"""All are planted in a preview, where less is known; a sample in an up, too."""

each_preview = pytest.mark.parametrize("preview", [True, False], ids=["preview", "up"])


@each_preview
@pytest.mark.parametrize("stack", STACKS)
def test_nothing_is_found_in_a_clean_stack(stack: str, preview: bool) -> None:
    outcome = outcome_of(stack, preview=preview)
    assert outcome.found == ()
    assert outcome.unknown == ()


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
    assert rules[: 1 if meant else 0] == [one for one in rules if one in meant]
    assert rules[1:] == ECHOES.get(fault.name, [])
    assert outcome.unknown == ()


@each_preview
@pytest.mark.parametrize("change", HEALTHY.values(), ids=HEALTHY)
def test_what_is_no_fault_raises_nothing(change, preview: bool) -> None:
    outcome = outcome_of("dev", change, preview=preview)
    assert outcome.found == ()
    assert outcome.unknown == ()


def test_every_rule_of_security_has_a_fault_and_a_level() -> None:
    assert {fault.rule for fault in SECURITY_FAULTS} >= {rule.id for rule in RULES} - {
        "no-unauthenticated-method"
    }
    assert {rule.id for rule in RULES} <= LEVELS.keys()


@pytest.mark.parametrize("name", ["route open to everybody", "backend answers preflights, and so anybody"])
def test_an_open_method_is_a_fault_of_security(name: str) -> None:
    [fault] = [one for one in FAULTS if one.name == name]
    outcome = outcome_of(fault.stack, fault.change, preview=True)
    assert outcome.found[0][0] == "no-unauthenticated-method"


def test_the_page_has_them_all() -> None:
    """Make it anew with `python -m tests.policy > docs/policy.md`."""
    assert (ROOT / "docs" / "policy.md").read_text() == "".join(f"{line}\n" for line in page())
