"""What an opening is, and how all of them are planted in one run of the program."""

import json
from dataclasses import dataclass

from crosslink.graph import tokens
from tests.faults.change import Change, register

NLB = (tokens.LOAD_BALANCER, "crosslink-apps")
GATEWAY_NLB = (tokens.LOAD_BALANCER, "crosslink-gateway")
OBJECT = (tokens.KUBERNETES_SERVICE, "crosslink-apps-svc1")
STRANGER = "999999999999"
ANYWHERE = "0.0.0.0/0"
ONLY_KNOWN = "only-known-types"


@dataclass(frozen=True, kw_only=True)
class Opening:
    """Something that somebody adds to the program, by which more people get in."""

    id: str
    what: str
    rule: str  # the security rule that finds it
    change: Change
    # name of the resource that it is found at: what is added has the id as its name
    name: str


def added(
    id_: str,
    what: str,
    rule: str,
    type_: str,
    properties: dict[str, object] | None = None,
    *,
    near: tuple[str, str] = NLB,
    with_: Change | None = None,
    **references,
) -> Opening:
    """A resource of its own, registered in `__main__.py` with the provider of the one that it is `near`.

    Args:
        id_: the opening's, and the resource's name.
        what: what it is.
        rule: the rule that finds it.
        type_: the resource's type.
        properties: its properties.
        near: whose account and region it is in.
        with_: what has to be there before it.
        references: property → where its value comes from.
    """
    registered = register(type_, id_, properties or {}, beside=near, **references)

    def change(nodes):
        return registered(with_(nodes) if with_ else nodes)

    return Opening(id=id_, what=what, rule=rule, change=change, name=id_)


def altered(id_: str, what: str, rule: str, name: str, change: Change) -> Opening:
    """Another value of a resource that the program itself registers."""
    return Opening(id=id_, what=what, rule=rule, change=change, name=name)


def policy(**statement: object) -> str:
    """A policy's text, of one statement."""
    whole = {"Effect": "Allow", "Action": "*", "Resource": "*", **statement}
    return json.dumps({"Version": "2012-10-17", "Statement": [whole]})


def named(name: str, namespace: str | None = "crosslink-apps", **more: object) -> dict[str, object]:
    """The metadata of a Kubernetes object."""
    return {"name": name, **({"namespace": namespace} if namespace else {}), **more}
