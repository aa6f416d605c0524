"""What keeps an update from coming to its end, and what of it nobody can take back."""

from collections.abc import Iterator, Sequence
from itertools import product

from crosslink.compare import replacement
from crosslink.compare.changes import Change, Operation, displayed
from crosslink.compare.refusals import refusals
from crosslink.compare.sources import Side
from crosslink.compare.standing.effect import Effect, Kind
from crosslink.graph import tokens
from crosslink.sandbox import eks
from crosslink.sandbox.record import Resource
from settings import deployed, final
from settings.errors import Fault, parts
from settings.kubernetes_versions import minor
from settings.rules.keys import BACKENDS

UNPROTECT = "set `crosslink:protect` to false and run `pulumi up`; then make this change"
LONGEST_WINDOW = 30  # days, the default
# What is gone with a deleted resource, besides the resource
_LOST = {
    "aws:cloudwatch/logGroup:LogGroup": "the logs in it are gone",
    tokens.API_KEY: "its value is gone, and no other key can have it",
}


def update(base: Side, head: Side, changes: Sequence[Change]) -> Iterator[Effect]:
    """All that an update from BASE to HEAD fails on, and what it does for good."""
    yield from _final(base, head)
    for refusal in refusals(base, head):
        yield Effect(kind=Kind.REFUSED, what=(refusal.what,), how=refusal.why, way=refusal.fix)
    yield from _protected(base, changes)
    yield from _clashes(base, head, changes)
    yield from _groups_taken(base, head, changes)
    yield from _upgrades(base, head)
    yield from _immutable(changes)
    yield from _lost(changes)
    yield from _keys(base, changes)


def _final(base: Side, head: Side) -> Iterator[Effect]:
    """What the program refuses to change, since it stays as it is deployed."""
    before, after = (deployed.of_output(side.run.outputs.get("path")) for side in (base, head))
    for fault in final.final_faults(before, after):
        yield Effect(kind=Kind.REFUSED, what=(_setting(fault, after),), how=fault.must, way=fault.fix)


def _setting(fault: Fault, after: deployed.Deployed) -> str:
    """The key, with the backend's name: an output doesn't keep the order of the stack file."""
    first, index, *rest = parts(fault.path)
    if first != BACKENDS or not isinstance(index, int):
        return fault.path
    return ".".join([f"{first}[{list(after.backends)[index]}]", *map(str, rest)])


def _protected(base: Side, changes: Sequence[Change]) -> Iterator[Effect]:
    """What Pulumi deletes and replaces only once it is no longer protected in the state.

    Source: https://www.pulumi.com/docs/iac/concepts/resources/options/protect/
    """
    named = [
        _named(change)
        for change in changes
        if change.operation in (Operation.DELETED, Operation.REPLACED)
        and base.run.resources[change.urn].options.protect
    ]
    if named:
        how = "protected, and would be deleted or replaced: the update stops in its preview"
        yield Effect(kind=Kind.PROTECTED, what=tuple(named), how=how, way=UNPROTECT)


def _clashes(base: Side, head: Side, changes: Sequence[Change]) -> Iterator[Effect]:
    """What is made before another one goes that has the same name. Pulumi deletes last."""
    replaced = {change.urn for change in changes if change.operation is Operation.REPLACED}
    for change in changes:
        if change.urn in replaced:
            before, after = base.run.resources[change.urn], head.run.resources[change.urn]
            if _together(before, after):
                yield from _clash(change, replacement.clashes(before, after, replaced))
    made = [change for change in changes if change.operation is Operation.CREATED]
    gone = [change for change in changes if change.operation is Operation.DELETED]
    for new, old in product(made, gone):
        before, after = base.run.resources[old.urn], head.run.resources[new.urn]
        if new.type == old.type and _together(before, after) and not _is_adopted(before, after):
            yield from _clash(new, replacement.in_common(before, after, replaced))


def _groups_taken(base: Side, head: Side, changes: Sequence[Change]) -> Iterator[Effect]:
    """Target groups that stay, though their listener goes to another load balancer: a group has only one.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html
    """
    replaced = {change.urn for change in changes if change.operation is Operation.REPLACED}
    for change in changes:
        moves = any(difference.path == "loadBalancerArn" for difference in change.differences)
        if change.type == tokens.LISTENER and change.urn in replaced and moves and not change.old_first:
            groups = head.run.resources[change.urn].property_dependencies.get("defaultActions", ())
            if any(urn in base.run.resources and urn not in replaced for urn in groups):
                how = (
                    "is made while its target group still belongs to the old load balancer: AWS refuses that"
                )
                way = "replace the target group with the load balancer, by `replace_with`"
                yield Effect(kind=Kind.CLASH, what=(_named(change),), how=how, way=way)


def _together(before: Resource, after: Resource) -> bool:
    """Whether two resources are in one account and region, and of Kubernetes in one cluster."""
    places = [(each.provider, each.account, each.region) for each in (before, after)]
    return places[0] == places[1]


def _is_adopted(before: Resource, after: Resource) -> bool:
    """Whether one is the other under a new name, by an alias."""
    return before.urn in after.options.aliases


def _clash(change: Change, shared: tuple[str, ...]) -> Iterator[Effect]:
    if shared:
        how = f"made while the old one with the same {' and '.join(shared)} is still there"
        way = "make it under another name first, and let the old one go in the update after it"
        yield Effect(kind=Kind.CLASH, what=(_named(change),), how=how, way=way)


def _upgrades(base: Side, head: Side) -> Iterator[Effect]:
    for cluster in head.graph.of_type(eks.CLUSTER):
        before = base.graph.get(cluster.urn)
        was, is_ = before.get("version") if before else None, cluster.get("version")
        if isinstance(was, str) and isinstance(is_, str) and minor(is_) == minor(was) + 1:
            how = f"goes from Kubernetes {was} to {is_}; nodes are exchanged one by one"
            why = "EKS goes back by one version only, and within 7 days"
            way = "see docs/operate.md, Upgrading a cluster"
            yield Effect(kind=Kind.FINAL, what=(f"EKS cluster {cluster.name}",), how=how, why=why, way=way)


def _immutable(changes: Sequence[Change]) -> Iterator[Effect]:
    """Fields that Kubernetes lets nobody change, and for which the provider replaces nothing.

    Source: https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-class-v1/
    """
    for change in changes:
        is_class = change.type == tokens.INGRESS_CLASS and change.operation is Operation.CHANGED
        if is_class and any(difference.path == "spec.controller" for difference in change.differences):
            how = "would get another controller, which Kubernetes refuses: the field is immutable"
            yield Effect(kind=Kind.REFUSED, what=(_named(change),), how=how, way=final.BESIDE)


def _lost(changes: Sequence[Change]) -> Iterator[Effect]:
    for type_, how in _LOST.items():
        named = [
            _named(change)
            for change in changes
            if change.type == type_
            and change.operation in (Operation.DELETED, Operation.REPLACED)
            and change.note != "Pulumi forgets it, and it stays"
        ]
        if named:
            yield Effect(kind=Kind.GONE, what=tuple(named), how=f"goes: {how}")


def _keys(base: Side, changes: Sequence[Change]) -> Iterator[Effect]:
    """KMS keys, https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html."""
    for change in changes:
        if change.type == "aws:kms/key:Key" and change.operation in (Operation.DELETED, Operation.REPLACED):
            days = base.run.resources[change.urn].inputs.get("deletionWindowInDays") or LONGEST_WINDOW
            how = (
                f"goes: what it has encrypted can't be read any more after a waiting period of {days:g} days"
            )
            way = "`aws kms cancel-key-deletion` before it is over"
            yield Effect(kind=Kind.GONE, what=(_named(change),), how=how, way=way)


def _named(change: Change) -> str:
    return f"{displayed(change.type)} {change.name}"
