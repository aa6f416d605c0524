"""What stays as it is deployed: for the life of the stack, or of a backend."""

from collections.abc import Iterator
from dataclasses import replace

from settings.address_plan import SLOTS
from settings.cluster import MADE_KEY
from settings.deployed import Deployed, DeployedBackend, DeployedParty
from settings.errors import ABSENT, Fault, as_yaml, key
from settings.rules.keys import API, BACKENDS, CONSUMER

BESIDE = "for another, add a backend beside it and move its routes (docs/recipes/move.md)"


def final_faults(before: Deployed, after: Deployed) -> list[Fault]:
    """What an update would change that can't be changed, or not while requests get through.

    Args:
        before: What is deployed.
        after: What the update is to leave.

    Returns:
        The faults of the stack file of `after`, each with what is deployed as its fix. None for what isn't
        deployed, and for what an older version's output doesn't tell.
    """
    faults: list[Fault] = []
    consumers = (before.consumer, after.consumer)
    if before.consumer and after.consumer:
        way = "for another, deploy another stack beside it and move the callers"
        faults += _account(CONSUMER, before.consumer, after.consumer, way)
    for i, (name, backend) in enumerate(after.backends.items()):
        path = key(BACKENDS, i)
        if was := before.backends.get(name):
            faults += _of_backend(path, name, was, backend)
        if all(consumers):
            faults += _slot_of_another(key(path, "slot"), name, before, after)
    if all(consumers):
        for path, route in after.routes.items():
            if route.slot is not None:
                faults += _slot_of_another(key(API, "routes", path, "slot"), path, before, after)
    return faults


def _of_backend(path: str, name: str, was: DeployedBackend, is_: DeployedBackend) -> Iterator[Fault]:
    if "cluster" in (was.kind, is_.kind) and (was.kind, was.existing) != (is_.kind, is_.existing):
        yield Fault(
            path=key(path, "name"),
            value=name,
            must="must not be the name of a deployed backend of another kind, whose routes would wait until "
            f"this one's load balancer is there: {BESIDE}",
            fix="# another name and slot, beside the backend that is deployed",
        )
        return
    if "service" in (was.kind, is_.kind):  # the stack makes nothing in its account
        return
    yield from _account(path, was, is_, BESIDE)
    if is_.region != was.region:
        yield _final(path, "region", is_.region, was.region, BESIDE)
    if was.cidr and is_.cidr != was.cidr:
        yield _final(key(path, "network"), "cidr", is_.cidr, was.cidr, BESIDE)
    # The zones of a cluster are those that it was made in.
    if was.cidr and was.zone_ids and set(is_.zone_ids or ()) != set(was.zone_ids):
        yield _final(key(path, "network"), "zoneIds", is_.zone_ids, was.zone_ids, BESIDE)
    if was.cluster_key and is_.cluster_key != was.cluster_key:
        yield _cluster_key(key(path, "cluster"), was.cluster_key, is_.cluster_key)


def _cluster_key(path: str, was: str, is_: str | None) -> Fault:
    """EKS encrypts Secrets with one key for the cluster's life. The provider takes another and does nothing
    with it, while a key of the stack's own would be deleted under the cluster.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/enable-kms.html
    """
    fault = _final(path, "keyArn", None if is_ == MADE_KEY else is_, was, BESIDE)
    return (
        fault if was != MADE_KEY else replace(fault, fix="# no keyArn: the cluster has the stack's own key")
    )


def _account(path: str, was: DeployedParty, is_: DeployedParty, way: str) -> Iterator[Fault]:
    """Another account would move nothing: a provider replaces what it has made only for another region. It
    would look for all of it in an account where it isn't.

    Source: https://github.com/pulumi/pulumi-aws/issues/6385
    """
    if is_.account_id != was.account_id:
        yield _final(path, "accountId", is_.account_id, was.account_id, way)


def _slot_of_another(place: str, owner: str, before: Deployed, after: Deployed) -> Iterator[Fault]:
    """Pulumi deletes last: until then the listener and the endpoint addresses of a slot are taken."""
    was, is_ = before.slots, after.slots
    owners = [other for other, slot in was.items() if slot == is_[owner]]
    if owners and owner not in owners:
        taken = {*was.values(), *is_.values()}
        own = was.get(owner, next((slot for slot in range(SLOTS) if slot not in taken), None))
        yield Fault(
            path=place,
            value=is_[owner],
            must="must not be the slot of another backend or route that is deployed: an update frees it last",
            fix=f"# {SLOTS} slots are all that an NLB has listeners for" if own is None else f"slot: {own}",
        )


def _final(path: str, name: str, value: object, was: object, way: str) -> Fault:
    must = f"must stay as it is deployed: {way}"
    given = ABSENT if value is None else value
    return Fault(path=key(path, name), value=given, must=must, fix=f"{name}: {as_yaml(was)}")
