"""What security groups and network ACLs let pass."""

from collections.abc import Iterable
from ipaddress import IPv4Network
from typing import TypeAlias

from crosslink.graph.unknown import NotKnownError, known
from crosslink.ip_ranges import covered, network, without
from crosslink.path.network import AclEntry, SecurityGroupRule

TCP = ("tcp", "6")
ALL = "-1"
EVERY = (ALL, "all")
"""The protocol, and the port, that stand for all."""


def admitted(rules: Iterable[SecurityGroupRule], cidr: str | None, port: int | None) -> bool:
    """Whether the rules of security groups, taken together, let TCP to a port from or to a whole range pass.

    Raises:
        NotKnownError: they don't, and one can't be read.
    """
    ranges: list[str] = []
    unread: NotKnownError | None = None
    for rule in rules:
        try:
            if known(rule.protocol) in (*TCP, ALL) and _covers(rule, port):
                ranges += known(rule.ranges)
        except NotKnownError as error:
            unread = error
    if covered(cidr, ranges):
        return True
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

    Of the entries that fit a packet the one with the lowest number decides; what none fits is denied.
    """
    whole = network(cidr)
    undecided = [] if whole is None else [(whole, ports[0], ports[-1])]
    """Ranges and ports that no entry has decided on yet."""
    for entry in entries:
        range_ = network(entry.cidr)
        if entry.outwards != outwards or entry.protocol not in (*TCP, *EVERY) or range_ is None:
            continue
        first, last = (0, 65535) if entry.protocol in EVERY else (entry.from_port or 0, entry.to_port or 0)
        met = [
            part for part in undecided if part[0].overlaps(range_) and part[1] <= last and first <= part[2]
        ]
        if met and not entry.allows:
            return False
        for part in met:
            undecided.remove(part)
            undecided += _rest(part, range_, first, last)
    return whole is not None and not undecided


Part: TypeAlias = tuple[IPv4Network, int, int]
"""A range, the first and the last of its ports."""


def _rest(given: Part, range_: IPv4Network, first: int, last: int) -> list[Part]:
    """What is left of a part without a range's ports."""
    whole, low, high = given
    inside = range_ if range_.subnet_of(whole) else whole
    beside = [(left, low, high) for left in without([whole], range_)]
    others = [(inside, low, min(high, first - 1)), (inside, max(low, last + 1), high)]
    return [*beside, *(part for part in others if part[1] <= part[2])]
