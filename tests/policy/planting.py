"""How faults of security are planted: resources of any type beside those of a stack."""

import json
from collections.abc import Mapping
from dataclasses import replace

from crosslink.graph import tokens
from tests.faults.change import Change, Nodes, add, register
from tests.faults.fault import Fault

LIKE = (tokens.KUBERNETES_SERVICE, "crosslink-apps-svc1")
GROUP = (tokens.SECURITY_GROUP, "crosslink-apps-nlb")
NOBODYS = "999999999999"
SOMEBODY = f"arn:aws:iam::{NOBODYS}:root"
NLB = (tokens.LOAD_BALANCER, "crosslink-apps")


def beside(type_: str, properties: Mapping[str, object], near: tuple[str, str] = NLB, **references) -> Change:
    """Register a resource in `__main__.py`, with the provider of another."""
    return register(type_, "more", properties, beside=near, **references)


def also(
    type_: str,
    properties: dict[str, object],
    *,
    beside: tuple[str, str] = GROUP,
    **references: tuple[str, str],
) -> Change:
    """Add a resource of any type in the account and region of another."""

    def change(nodes: Nodes) -> Nodes:
        *rest, added = add(beside, "more", properties, **references)(nodes)
        return [*rest, replace(added, type=type_)]

    return change


def allowing(**statement: object) -> dict[str, object]:
    """The properties of a role's own policy with one statement."""
    whole = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Resource": "*", **statement}}
    return {"name": "more", "policy": json.dumps(whole)}


def fault(rule: str, name: str, change: Change, stack: str = "dev") -> Fault:
    """A fault that a security rule must find."""
    return Fault(name=name, change=change, rule=rule, stack=stack)


def component(type_: str) -> Change:
    """Add a component, which has no provider of its own, on no side of the path."""

    def change(nodes: Nodes) -> Nodes:
        *rest, added = also(type_, {})(nodes)
        urn = f"urn:pulumi:dev::crosslink::{type_}::more"
        return [*rest, replace(added, urn=urn, provider=None, account=None, region=None)]

    return change
