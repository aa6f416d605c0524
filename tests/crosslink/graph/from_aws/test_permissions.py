"""`docs/doctor-policy.json`: what it allows is what the doctor asks for, no more and no less."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from crosslink.graph import from_aws as live
from crosslink.graph import tokens
from crosslink.graph.from_aws.permissions import CONSUMER, PROBES, PROVIDER, Permission
from crosslink.path.output import Declared
from tests import runs
from tests.crosslink.graph.from_aws import reads, shapes, support
from tests.fake_aws import FakeAws
from tests.faults.change import put, together

# Groups and routes with prefix lists, on each side
_LIST = "pl-0123456789abcdef0"
_LISTED = together(
    put(tokens.INGRESS_RULE, "*", "prefixListId", value=_LIST),
    put(tokens.ROUTE, "*", "destinationPrefixListId", value=_LIST),
)


def policy(side: str) -> Mapping[str, Any]:
    return json.loads((runs.ROOT / "docs/doctor-policy.json").read_text())[side]


def allowed(side: str) -> Iterator[tuple[str, str]]:
    for statement in policy(side)["Statement"]:
        assert statement["Effect"] == "Allow"
        for action in listed(statement["Action"]):
            for resource in listed(statement["Resource"]):
                yield action, resource


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def called(account: str) -> set[str]:
    """The calls that reading makes in an account: of four APIs, which have everything between them,
    and of an ALB of somebody else."""
    calls: set[str] = set()
    for example in ("two-regions", "existing-mixed", "mixed", "vpc-link-v2"):
        aws = FakeAws(_LISTED(support.up(example)))
        stack = runs.run_stack(runs.file_of(example), preview=False).outputs
        live.read(Declared.model_validate(stack["path"]), aws, stack["kubeconfigs"], aws.connect)
        calls |= {f"{service}:{name}" for owner, _region, service, name in aws.calls if owner == account}
    nodes, beside, path = shapes.load_balancer()
    aws = FakeAws(nodes, beside=beside)
    reads.read(aws, path=path)
    return calls | {f"{service}:{name}" for owner, _region, service, name in aws.calls if owner == account}


@pytest.mark.parametrize(
    ("account", "permissions"), [(support.CONSUMER, CONSUMER), (support.PROVIDER, PROVIDER)]
)
def test_each_permission_is_for_a_call_that_is_made(account, permissions):
    assert called(account) == set(permissions)


@pytest.mark.parametrize(
    ("side", "permissions"),
    [("consumer", [*CONSUMER.values(), *PROBES]), ("provider", list(PROVIDER.values()))],
)
def test_the_policy_allows_what_is_asked_for(side: str, permissions: list[Permission]):
    found = list(allowed(side))

    assert set(found) == {(permission.action, permission.resource) for permission in permissions}
    assert len(found) == len(set(found))


def test_nothing_but_reading_is_allowed():
    actions = {action for side in ("consumer", "provider") for action, _resource in allowed(side)}

    verbs = {action.partition(":")[2] for action in actions - {probe.action for probe in PROBES}}
    assert all(verb == "GET" or verb.startswith(("Describe", "Get")) for verb in verbs)
