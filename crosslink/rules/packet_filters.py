"""What security groups and network ACLs let pass."""

from collections.abc import Iterable

from crosslink.graph.unknown import NotKnownError, known
from crosslink.ip_ranges import within
from crosslink.path.hops.network import AclEntry, SecurityGroupRule

ALL = "-1"
EVERY = (ALL, "all")
"""The protocol, and the port, that stand for all."""


def admitted(rules: Iterable[SecurityGroupRule], cidr: str | None, port: int | None) -> bool:
    """Whether a rule of a security group lets TCP to a port, from or to a whole range, pass.

    Raises:
        NotKnownError: none does, and one can't be read.
    """
    unread: NotKnownError | None = None
    for rule in rules:
        try:
            protocol = known(rule.protocol)
            if protocol in ("tcp", "6", ALL) and _covers(rule, port) and within(cidr, known(rule.cidr)):
                return True
        except NotKnownError as error:
            unread = error
    if unread:
        raise unread
    return False


def _covers(rule: SecurityGroupRule, port: int | None) -> bool:
    if known(rule.protocol) == ALL:
        return True
    first, last = known(rule.from_port), known(rule.to_port)
    return port is not None and first is not None and last is not None and first <= port <= last


def passes(entries: Iterable[AclEntry], cidr: str | None, ports: range, *, outwards: bool) -> bool:
    """Whether a network ACL lets TCP to some ports, from or to a whole range, pass.

    The entry with the lowest number that fits decides; what none fits is denied.
    """
    left = [(ports[0], ports[-1])]
    """The ports that no entry has decided on yet."""
    for entry in entries:
        if entry.outwards != outwards or entry.protocol not in ("tcp", "6", *EVERY):
            continue
        first, last = (0, 65535) if entry.protocol in EVERY else (entry.from_port or 0, entry.to_port or 0)
        if not (within(cidr, entry.cidr) or within(entry.cidr, cidr)):
            continue
        if not any(low <= last and first <= high for low, high in left):
            continue
        if not entry.allows:
            return False
        if within(cidr, entry.cidr):
            rest = [
                part
                for low, high in left
                for part in ((low, min(high, first - 1)), (max(low, last + 1), high))
            ]
            left = [(low, high) for low, high in rest if low <= high]
        if not left:
            return True
    return False
