"""What the pack reports: one finding per fault, with what to do about it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from itertools import chain
from operator import attrgetter
from typing import TypeAlias

from crosslink.fields.lists import lists
from crosslink.fields.not_judged import NotJudged
from crosslink.graph.node import Node
from crosslink.graph.unknown import NotKnownError
from crosslink.path.hop import Hop
from crosslink.path.registered import Account
from crosslink.rules.verdict import Judgement, Result, Verdict, first_broken, with_result
from policy.security.rule import SecurityRule, Stack

SHOWN = 5  # how many places of a finding are listed
# What a value of an unexpected kind leads to. Whatever is beside the path may have one, and a single error
# would end all policies.
ODD = (AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A fault, or what nobody can tell, wherever in the stack it shows."""

    rule: str
    statement: str
    urns: tuple[str, ...]  # it is reported on the first resource, or on the stack if that is empty
    places: tuple[str, ...]  # the resources for people: type, name, account and region
    why: tuple[str, ...]  # what is wrong, or why nobody can tell
    routes: tuple[str, ...] = ()  # those that it breaks; none beside the path
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


REGISTRY = "https://www.pulumi.com/registry/"
Found: TypeAlias = tuple[list[Finding], list[Finding]]  # what is broken, and what nobody can tell
# Where the stack doesn't say what is meant, nobody can say whether it is so.
UNDECLARED = Finding(
    rule="stack-declares-its-path",
    statement="The stack says what its path is meant to be, by its output `path`.",
    urns=("",),
    places=("the stack's outputs",),
    why=("there is no output `path`, or not one that this pack can read",),
    fix="Export `path` as __main__.py does, or take the policy pack of the program's own version.",
    source="https://www.pulumi.com/docs/iac/concepts/stacks/#outputs",
)


def security(rule: SecurityRule, stack: Stack, told: Collection[tuple[str, str]] = ()) -> Found:
    """What a security rule finds: what is broken, and what it can't tell.

    `told` has rule and URN of what security rules before it have told already, in other words.
    """
    broken, unknown = list[Finding](), list[Finding]()
    types = set(filter(rule.is_about, stack.graph.types))
    for node in stack.graph:
        if node.type not in types or (rule.id, node.urn) in told:
            continue
        try:
            found, why = broken, rule.judge(stack, node)
        except NotKnownError as error:
            found, why = unknown, str(error)
        except ODD as error:
            found, why = unknown, f"it has a value of a kind that isn't read here ({type(error).__name__})"
        if why:
            found.append(_finding(rule.id, rule, node, why))
    return merged(broken), merged(unknown)


def told_by(rule: SecurityRule, broken: Iterable[Finding]) -> set[tuple[str, str]]:
    """What a security rule has told in the place of other rules: their ids, each with the URN."""
    return {(same, urn) for finding in broken for urn in finding.urns for same in rule.same}


def reachability(judgement: Judgement, told: Collection[tuple[str, str]] = ()) -> Found:
    """What the rules of reachability find: what is broken, and what they can't tell.

    Of a route it is the first that is broken, where a request stops: what comes after may be the same fault,
    seen from another hop. So may be what stands beside the path, which is told once all routes are whole. But
    a provider that isn't bound to one account comes before everything: nobody knows where its resources are.

    `told` has rule and URN of what security rules have told already, in other words.
    """
    beside = [verdict for verdict in with_result(judgement.stack, Result.BROKEN) if _id(verdict) not in told]
    if unbound := [verdict for verdict in beside if isinstance(verdict.hop, Account)]:
        return merged(map(_of_verdict, unbound)), []
    stops, unknown = list[Finding](), list[Finding]()
    for route, verdicts in judgement.walks.items():
        broken = with_result(verdicts, Result.BROKEN)
        told_of = [verdict.hop for verdict in broken if _id(verdict) in told]
        left = [verdict for verdict in verdicts if verdict.hop not in told_of]
        if stop := first_broken(left):
            stops.append(_of_verdict(stop, route))
        elif not told_of:
            unknown += [_of_verdict(verdict, route) for verdict in with_result(left, Result.UNKNOWN)]
    if stops:
        return merged(stops), merged(unknown)
    urns = {urn for _rule, urn in told}
    once: dict[str, Verdict] = {}
    for verdict in beside:
        once.setdefault(verdict.hop.urn, verdict)
    unknown += map(_of_verdict, with_result(judgement.stack, Result.UNKNOWN))
    return merged(_of_verdict(verdict) for urn, verdict in once.items() if urn not in urns), merged(unknown)


def redundancy(judgement: Judgement) -> list[Finding]:
    """Where redundancy is lost, on routes where nothing is broken: there it may be the same fault.

    Of each route it is the first, as with what is broken.
    """
    degraded, firsts = judgement.degraded(), list[Finding]()
    for route, verdicts in judgement.walks.items():
        first = next((verdict for verdict, routes in degraded.items() if route in routes), None)
        if first and not with_result(verdicts, Result.BROKEN):
            firsts.append(_of_verdict(first, route))
    beside = [verdict for verdict, routes in degraded.items() if not routes]
    return merged([*firsts, *map(_of_verdict, beside)])


def not_judged(judgement: Judgement) -> list[Finding]:
    """The settings that nothing judges, those of one resource together, and resources that have the same."""
    own: dict[Hop, list[NotJudged]] = {}
    for setting in judgement.not_judged:
        own.setdefault(setting.hop, []).append(setting)
    return merged(
        Finding(
            rule="setting-is-judged",
            statement="A rule judges every setting of the path's resources that isn't harmless.",
            urns=(hop.urn,),
            places=(_place(hop.resource, hop),),
            why=("; ".join(map(_told, settings)),),
            routes=tuple(judgement.not_judged[settings[0]]),
            fix="Take the setting away, or find out what it does to requests and have a rule judge it.",
            source=_source(hop),
        )
        for hop, settings in own.items()
    )


def _told(setting: NotJudged) -> str:
    return "nothing judges its type" if setting.field is None else f"{setting.field}: {setting.value}"


def _source(hop: Hop) -> str:
    """The page that says what the settings of a resource do."""
    return next((listed.source for listed in lists().get(hop.token, ())), REGISTRY)


def house(judgement: Judgement, told: Collection[tuple[str, str]] = ()) -> list[Finding]:
    """The house rules that aren't kept: a request gets through all the same. `told` is as above."""
    advice = [verdict for verdict in with_result(judgement.all(), Result.ADVICE) if _id(verdict) not in told]
    return merged(_of_verdict(verdict, *judgement.routes(verdict)) for verdict in advice)


def _id(verdict: Verdict) -> tuple[str, str]:
    return verdict.rule, verdict.hop.urn


def merged(findings: Iterable[Finding]) -> list[Finding]:
    """Those of one rule that are about one resource, or say the same of several, are one."""
    groups: list[list[Finding]] = []
    for finding in findings:
        same = next((group for group in groups if any(_is_same(finding, other) for other in group)), None)
        if same is None:
            groups.append(same := [])
        same.append(finding)
    lists = ("urns", "places", "why", "routes")
    return [replace(group[0], **{name: _once(group, name) for name in lists}) for group in groups]


def _is_same(finding: Finding, other: Finding) -> bool:
    return finding.rule == other.rule and (finding.urns == other.urns or finding.why == other.why)


def _once(group: Iterable[Finding], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(map(attrgetter(name), group))))


def _of_verdict(verdict: Verdict, *routes: str) -> Finding:
    return _finding(verdict.rule, verdict, verdict.hop, verdict.why or "", routes)


def _place(resource: str, of: Node | Hop) -> str:
    # Nobody can tell the account of what has a default provider
    return f"{resource}, {of.account} {of.region}" if of.account else resource


def _finding(
    id_: str, rule: SecurityRule | Verdict, of: Node | Hop, why: str, routes: tuple[str, ...] = ()
) -> Finding:
    resource = str(of) if isinstance(of, Node) else of.resource
    return Finding(
        rule=id_,
        statement=rule.statement,
        urns=(of.urn,),
        places=(_place(resource, of),),
        why=(why,),
        routes=routes,
        fix=rule.fix,
        source=rule.source,
    )
