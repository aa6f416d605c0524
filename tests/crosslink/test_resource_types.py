"""The table of resource types: each type that the program registers, and inputs that the SDKs have."""

import pytest

from crosslink.resource_types import ResourceType, resource_types
from tests.crosslink.fields.sdk import taken
from tests.runs import ALL_FILES, run_stack

# Made by pulumi-eks, of which the sandbox records the cluster alone
MADE_INSIDE = {
    "eks:index:ServiceRole",
    "aws:eks/accessEntry:AccessEntry",
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
}
OURS = ("crosslink:", "pulumi:providers:aws")


def registered() -> set[str]:
    return {node.type for file in ALL_FILES for node in run_stack(file, preview=True).resources.values()}


def test_the_table_has_what_the_program_registers_and_no_more() -> None:
    found = {type_ for type_ in registered() if not type_.startswith(OURS)}

    assert resource_types().keys() - MADE_INSIDE == found


@pytest.mark.parametrize(
    "known",
    [known for known in resource_types().values() if known.token.startswith("aws:")],
    ids=lambda known: known.token,
)
def test_its_inputs_are_the_sdks(known: ResourceType) -> None:
    inputs = {".".join(path) for path in taken(known.token)}
    named = {*known.replaced_by, *known.replaced_by_removal, *known.unique}

    assert {
        path
        for path in named
        if not any(f"{path}.".startswith(f"{one}.") or one.startswith(f"{path}.") for one in inputs)
    } == set()
