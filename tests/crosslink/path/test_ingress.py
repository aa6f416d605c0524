"""The Ingress behind a provider NLB, and its rule for a route."""

import dataclasses

import pytest

from crosslink.graph import tokens
from crosslink.graph.from_sandbox import declared_of, nodes_of
from crosslink.graph.node import Node
from crosslink.path import steps
from tests.crosslink.walks import BACKEND, each_run, name_of, read_of
from tests.runs import file_of, run_stack


@each_run
@pytest.mark.parametrize("waits", [True, False])
def test_two_backends_in_one_account_and_region_keep_their_ingresses(preview: bool, waits: bool) -> None:
    """By what the target waits for; where that can't be seen, by the route."""
    run = run_stack(file_of("two-backends"), preview=preview)

    def moved(node: Node) -> Node:
        account = BACKEND.account if node.account == "333333333333" else node.account
        hidden = node.type == tokens.ATTACHMENT and not waits
        kept = frozenset[str]() if hidden else node.dependencies
        return dataclasses.replace(node, account=account, dependencies=kept)

    walks = read_of([moved(node) for node in nodes_of(run)], declared_of(run))
    behind = (steps.INGRESS_RULE, steps.KUBERNETES_SERVICE)
    assert {path: tuple(name_of(walk, step) for step in behind) for path, walk in walks.items()} == {
        "/svc1": ("crosslink-apps", "crosslink-apps-svc1"),
        "/svc2": ("crosslink-apps", "crosslink-apps-svc2"),
        "/billing/invoices": ("crosslink-billing", "crosslink-billing-invoices"),
        "/billing/ledger": ("crosslink-billing", "crosslink-billing-ledger"),
    }
