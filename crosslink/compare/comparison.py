"""Two sides of a stack, and all that differs between them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain

from crosslink.compare.changes import Change, changes
from crosslink.compare.flowchart import mermaid
from crosslink.compare.openings import Opening, openings
from crosslink.compare.own_code import OwnCode, own_code
from crosslink.compare.sources import NOTHING, Side
from crosslink.compare.standing import Effect, effects
from crosslink.compare.types_beside import TypeBeside, types_beside
from crosslink.cost.estimate import Difference, difference, estimate
from crosslink.cost.report import difference_as_json
from crosslink.fields.not_judged import NotJudged
from crosslink.graph.unknown import Unknown
from crosslink.path.walk import Walk
from crosslink.report.as_json import setting_as_json, verdict_as_json
from crosslink.rules.verdict import Result, Verdict, first_broken, with_result


@dataclass(frozen=True, kw_only=True)
class State:
    """A route on one side: who may call it, and whether a request gets through."""

    auth: str | None  # as the setting has it; None where that can't be known, as without the API in the stack
    methods: tuple[str, ...]  # of HTTP, `ANY` for all
    result: Result
    hop: str | None  # title of the hop where no request gets through, or nobody can tell; None if all do


@dataclass(frozen=True, kw_only=True)
class Route:
    """A route of either side: `before` is None if it is new, `after` if it goes."""

    path: str
    before: State | None
    after: State | None


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is broken in HEAD, or by which redundancy is lost."""

    verdict: Verdict
    paths: tuple[str, ...]  # the routes that it is on; none if it is beside the path
    already: bool  # whether it is so in BASE, too


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What a change of a stack does.

    After it `findings` are broken, by `degraded` redundancy is lost, `openings` are more open.
    `not_judged` are the settings that come with it and that nothing judges, `types_beside` the types that the
    program doesn't register; `standing` is what it does to what stands.
    """

    stack: str
    base: Side
    head: Side
    routes: tuple[Route, ...]
    findings: tuple[Finding, ...]
    degraded: tuple[Finding, ...]
    not_judged: tuple[NotJudged, ...]
    openings: tuple[Opening, ...]
    types_beside: tuple[TypeBeside, ...]
    standing: tuple[Effect, ...]
    changes: tuple[Change, ...]
    # The settings whose encrypted value differs. The value itself may be the same: encrypting it once more
    # gives another text. The sandbox can't read either.
    secrets: tuple[str, ...]
    cost: Difference  # a month, before traffic
    own_code: OwnCode  # what HEAD brings along of the program and of the checks

    @property
    def sides_gone(self) -> tuple[str, ...]:
        """The sides of the path that the stack has in BASE alone: `consumer`, `provider`."""
        before, after = self.base.declared, self.head.declared
        if before is None or after is None:
            return ()
        return tuple(side for side in before.places() if side not in after.places())

    @property
    def unjudged_types(self) -> tuple[TypeBeside, ...]:
        """The types beside the program's own that nothing judges, and that the team hasn't named either."""
        return tuple(beside for beside in self.types_beside if beside.reason is None)

    @property
    def is_new(self) -> bool:
        """Whether BASE doesn't have the stack."""
        return self.base.run is NOTHING

    def as_json(self) -> dict[str, object]:
        """The whole comparison, as `compare.schema.json` describes it."""
        return {
            "command": "compare",
            "stack": self.stack,
            "isNew": self.is_new,
            "ownCode": asdict(self.own_code),
            "sidesGone": self.sides_gone,
            "routes": [asdict(route) for route in self.routes],
            "findings": [_as_json(finding) for finding in self.findings],
            "degraded": [_as_json(finding) for finding in self.degraded],
            "notJudged": [
                setting_as_json(setting, self.head.judgement.not_judged[setting])
                for setting in self.not_judged
            ],
            "openings": [asdict(opening) for opening in self.openings],
            "typesBeside": [asdict(type_) for type_ in self.types_beside],
            "standing": [_effect_as_json(effect) for effect in self.standing],
            "secrets": self.secrets,
            "changes": [_change_as_json(change) for change in self.changes],
            "cost": difference_as_json(self.cost),
            "mermaid": mermaid(self.base, self.head),
        }


def compare(stack: str, base: Side, head: Side) -> Comparison:
    """Compare two sides of the stack of that name."""
    settings = dict.fromkeys([*base.secrets, *head.secrets])
    changed = changes(base.run, head.run)
    return Comparison(
        stack=stack,
        base=base,
        head=head,
        routes=_routes(base, head),
        findings=_findings(base, head),
        degraded=_degraded(base, head),
        not_judged=_not_judged(base, head),
        openings=openings(base, head),
        types_beside=types_beside(base, head, changed),
        standing=effects(base, head, changed),
        changes=changed,
        secrets=tuple(name for name in settings if base.secrets.get(name) != head.secrets.get(name)),
        cost=difference(estimate(base.graph), estimate(head.graph)),
        own_code=own_code(base.checkout, head.checkout),
    )


def _routes(base: Side, head: Side) -> tuple[Route, ...]:
    """All routes: HEAD's in its order, then those that go. One that two backends serve has a row for each,
    compared with the route itself where the other side has no such row."""
    stay = [
        Route(path=walk.name, before=_state_of(walk, base), after=_state(walk, head))
        for walk in head.model.walks
    ]
    gone = [
        Route(path=walk.name, before=_state(walk, base), after=None)
        for walk in base.model.walks
        if not _state_of(walk, head)
    ]
    return (*stay, *gone)


def _state_of(walk: Walk, there: Side) -> State | None:
    """The state of a walk on another side, or of the first one with its path there."""
    same = [other for other in there.model.walks if other.path == walk.path]
    found = next((other for other in same if other.backend == walk.backend), next(iter(same), None))
    return found and _state(found, there)


def _state(walk: Walk, side: Side) -> State:
    verdicts, intent = side.judgement.walks[walk.name], walk.intent
    others = (with_result(verdicts, result) for result in (Result.DEGRADED, Result.UNKNOWN))
    worst = first_broken(verdicts) or next(chain.from_iterable(others), None)
    return State(
        auth=None if isinstance(intent, Unknown) or intent.api is None else intent.auth,
        methods=() if isinstance(intent, Unknown) else intent.methods,
        result=worst.result if worst else Result.HOLDS,
        hop=worst.title if worst else None,
    )


def _findings(base: Side, head: Side) -> tuple[Finding, ...]:
    """What is broken in HEAD: the cause on each route, one that several share once, then the rest."""
    stopped = head.judgement.stops()
    for verdict in with_result(head.judgement.stack, Result.BROKEN):
        stopped.setdefault(verdict, [])
    return _told(stopped, base, Result.BROKEN)


def _degraded(base: Side, head: Side) -> tuple[Finding, ...]:
    """Where redundancy is lost in HEAD."""
    return _told(head.judgement.degraded(), base, Result.DEGRADED)


def _told(found: Mapping[Verdict, Sequence[str]], base: Side, result: Result) -> tuple[Finding, ...]:
    known = {(verdict.rule, verdict.hop.urn) for verdict in with_result(base.judgement.all(), result)}
    return tuple(
        Finding(verdict=verdict, paths=tuple(paths), already=(verdict.rule, verdict.hop.urn) in known)
        for verdict, paths in found.items()
    )


def _not_judged(base: Side, head: Side) -> tuple[NotJudged, ...]:
    """The settings of HEAD that nothing judges, and that BASE doesn't have with the same value."""

    def key(setting: NotJudged) -> tuple[str, str | None, str]:
        return setting.hop.urn, setting.field, setting.value

    before = set(map(key, base.judgement.not_judged))
    return tuple(setting for setting in head.judgement.not_judged if key(setting) not in before)


def _effect_as_json(effect: Effect) -> dict[str, object]:
    return {"sign": effect.kind.sign, **asdict(effect)}


def _change_as_json(change: Change) -> dict[str, object]:
    fields = asdict(change)
    first = fields.pop("old_first")
    return {**fields, "oldFirst": first}


def _as_json(finding: Finding) -> dict[str, object]:
    return {**vars(finding), "verdict": verdict_as_json(finding.verdict)}
