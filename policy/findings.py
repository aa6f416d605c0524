"""What the pack reports: one finding per fault, with what to do about it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from itertools import chain

from crosslink.graph.node import Node
from crosslink.graph.unknown import NotKnownError
from crosslink.path.registered import Account
from crosslink.rules.verdict import Judgement, Result, Verdict, first_broken
from policy.security.rule import SecurityRule, Stack

SHOWN = 5
"""How many places of a finding are listed."""
ODD = (AttributeError, LookupError, TypeError, ValueError)
"""What a value of an unexpected kind leads to. Whatever is beside the path may have one, and a single error
would end all policies."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A fault, or what nobody can tell, wherever in the stack it shows.

    Attributes:
        rule: id of the rule that is broken or unknown.
        statement: what must hold.
        urns: the resources; it is reported on the first, or on the stack if that is empty.
        places: the same for people: type, name, account and region.
        why: what is wrong, or why nobody can tell.
        routes: the routes that it breaks; none beside the path.
        fix: what to do.
        source: the page that the rule comes from.
    """

    rule: str
    statement: str
    urns: tuple[str, ...]
    places: tuple[str, ...]
    why: tuple[str, ...]
    routes: tuple[str, ...] = ()
    fix: str
    source: str

    def __str__(self) -> str:
        more = len(self.places) - SHOWN
        places = "; ".join(self.places[:SHOWN]) + (f"; and {more} more" if more > 0 else "")
        routes = f" (for {', '.join(self.routes)})" if self.routes else ""
        return f"where: {places}{routes}\nwhy: {'; '.join(self.why)}\nfix: {self.fix}\nsee: {self.source}"

    def with_rule(self) -> str:
        """The same under the rule's name and statement, for a policy of several rules."""
        return f"{self.rule}: {self.statement}\n{self}"


def security(rule: SecurityRule, stack: Stack) -> tuple[list[Finding], list[Finding]]:
    """What a security rule finds: what is broken, and what it can't tell."""
    broken, unknown = list[Finding](), list[Finding]()
    for node in filter(rule.is_about, stack.graph):
        try:
            if why := rule.judge(stack, node):
                broken.append(_of_node(rule, node, why))
        except NotKnownError as error:
            unknown.append(_of_node(rule, node, str(error)))
        except ODD as error:
            why = f"it has a value of a kind that isn't read here ({type(error).__name__})"
            unknown.append(_of_node(rule, node, why))
    return merged(broken), merged(unknown)


def reachability(
    judgement: Judgement, told: Collection[tuple[str, str]] = ()
) -> tuple[list[Finding], list[Finding]]:
    """What the rules of reachability find: what is broken, and what they can't tell.

    Of a route it is the first that is broken, where a request stops: what comes after may be the same fault,
    seen from another hop. So may be what stands beside the path, which is told once all routes are whole. But
    a provider that isn't bound to one account comes before everything: nobody knows where its resources are.

    Args:
        judgement: all verdicts.
        told: rule and URN of what security rules have told already, in other words.
    """
    beside = [
        verdict
        for verdict in _of(judgement.stack, Result.BROKEN)
        if (verdict.rule, verdict.hop.urn) not in told
    ]
    if unbound := [verdict for verdict in beside if isinstance(verdict.hop, Account)]:
        return merged(map(_of_verdict, unbound)), []
    stops, unknown = list[Finding](), list[Finding]()
    for route, verdicts in judgement.walks.items():
        broken = _of(verdicts, Result.BROKEN)
        told_of = [verdict.hop for verdict in broken if (verdict.rule, verdict.hop.urn) in told]
        left = [verdict for verdict in verdicts if verdict.hop not in told_of]
        if stop := first_broken(left):
            stops.append(_of_verdict(stop, route))
        elif not told_of:
            unknown += [_of_verdict(verdict, route) for verdict in _of(left, Result.UNKNOWN)]
    if stops:
        return merged(stops), merged(unknown)
    urns = {urn for _rule, urn in told}
    once: dict[str, Verdict] = {}
    for verdict in beside:
        if verdict.hop.urn not in urns:
            once.setdefault(verdict.hop.urn, verdict)
    unknown += map(_of_verdict, _of(judgement.stack, Result.UNKNOWN))
    return merged(map(_of_verdict, once.values())), merged(unknown)


def house(judgement: Judgement) -> list[Finding]:
    """The house rules that aren't kept: a request gets through all the same."""
    advice = _of(judgement.all(), Result.ADVICE)
    return merged(_of_verdict(verdict, *judgement.routes(verdict)) for verdict in advice)


def _of(verdicts: Iterable[Verdict], result: Result) -> list[Verdict]:
    return [verdict for verdict in verdicts if verdict.result is result]


def undeclared() -> Finding:
    """That the stack doesn't say what is meant: then nobody can say whether it is so."""
    return Finding(
        rule="stack-declares-its-path",
        statement="The stack says what its path is meant to be, by its output `path`.",
        urns=("",),
        places=("the stack's outputs",),
        why=("there is no output `path`, or not one that this pack can read",),
        fix="Export `path` as __main__.py does, or take the policy pack of the program's own version.",
        source="https://www.pulumi.com/docs/iac/concepts/stacks/#outputs",
    )


def merged(findings: Iterable[Finding]) -> list[Finding]:
    """Those of one rule that are about one resource, or say the same of several, are one."""
    groups: list[list[Finding]] = []
    for finding in findings:
        same = next((group for group in groups if any(_is_same(finding, other) for other in group)), None)
        if same:
            same.append(finding)
        else:
            groups.append([finding])
    return [
        replace(
            group[0],
            urns=_once(finding.urns for finding in group),
            places=_once(finding.places for finding in group),
            why=_once(finding.why for finding in group),
            routes=_once(finding.routes for finding in group),
        )
        for group in groups
    ]


def _is_same(one: Finding, other: Finding) -> bool:
    return one.rule == other.rule and (one.urns == other.urns or one.why == other.why)


def _once(texts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(texts)))


def _place(resource: str, account: str | None, region: str | None) -> str:
    """Where a fault is, for people; of what has a default provider nobody can tell the account."""
    return f"{resource}, {account} {region}" if account else resource


def _of_node(rule: SecurityRule, node: Node, why: str) -> Finding:
    return Finding(
        rule=rule.id,
        statement=rule.statement,
        urns=(node.urn,),
        places=(_place(str(node), node.account, node.region),),
        why=(why,),
        fix=rule.fix,
        source=rule.source,
    )


def _of_verdict(verdict: Verdict, *routes: str) -> Finding:
    return Finding(
        rule=verdict.rule,
        statement=verdict.statement,
        urns=(verdict.hop.urn,),
        places=(_place(verdict.hop.resource, verdict.hop.account, verdict.hop.region),),
        why=(verdict.why or "",),
        routes=routes,
        fix=verdict.fix,
        source=verdict.source,
    )
