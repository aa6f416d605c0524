"""What a status, an error of API Gateway's or a rule means on this path, without stack and credentials."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from crosslink.doctor.answers import KINDS
from crosslink.doctor.answers.kind import By, Kind
from crosslink.doctor.answers.told import EXAMPLE, STAGE, STATUSES_OF, of_auth, statuses, tell, texts
from crosslink.rules import RULES
from crosslink.rules.rule import Rule
from crosslink.rules.told import told


class UnknownTopicError(Exception):
    """There is nothing to explain of that name; the text says what there is."""


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """What there is to say of a topic: of answers their kinds, the likelier ones first, or else a rule."""

    topic: str
    kinds: Sequence[Kind] = ()
    rule: Rule[Any] | None = None


def topics() -> list[str]:
    """All that can be explained: statuses, names of errors, ids of rules."""
    statuses = {status for kind in KINDS if isinstance(kind.statuses, tuple) for status in kind.statuses}
    errors = {name for kind in KINDS for name in kind.error_types if "*" not in name}
    return [*map(str, sorted(statuses)), *sorted({*errors, *STATUSES_OF}), *sorted(rule.id for rule in RULES)]


def explain(topic: str) -> Explanation:
    """What a topic means.

    Raises:
        UnknownTopicError: it is none.
    """
    if rule := next((rule for rule in RULES if rule.id == topic), None):
        return Explanation(topic=topic, rule=rule)
    if topic.isdecimal() and (kinds := _of_status(int(topic))):
        return Explanation(topic=topic, kinds=kinds)
    name = next((name for name in topics() if name.lower() == topic.partition(":")[0].lower()), "")
    if kinds := _of_error(name):
        return Explanation(topic=name, kinds=kinds)
    raise UnknownTopicError(_nothing_of(topic))


def _of_status(status: int) -> Sequence[Kind]:
    """Those of this very status, then those of many statuses."""
    own = [kind for kind in KINDS if isinstance(kind.statuses, tuple) and status in kind.statuses]
    many = [kind for kind in KINDS if not kind.error_types and kind not in own]
    # The others of the same answerer only say that nothing more is known; a sign tells own ones from these.
    known = {kind.by for kind in own if kind.by in {By.GATEWAY, By.ALB} or not kind.sign}
    fitting = [
        kind for kind in many if status in (kind.statuses or [status]) and (kind.by not in known or kind.sign)
    ]
    return [*own, *fitting] if 100 <= status < 600 else []  # noqa: PLR2004 - https://www.rfc-editor.org/rfc/rfc9110#section-15


def _of_error(name: str) -> Sequence[Kind]:
    own = [kind for kind in KINDS if name in kind.error_types]
    by_status = [
        kind
        for kind in KINDS
        if kind.by is By.GATEWAY and not kind.error_types and {*kind.statuses} & {*STATUSES_OF.get(name, ())}
    ]
    return own or [kind for kind in by_status if isinstance(kind.statuses, tuple)]


def _nothing_of(topic: str) -> str:
    alike = difflib.get_close_matches(topic, topics(), n=3)
    meant = f" (did you mean {' or '.join(alike)}?)" if alike else ""
    rules = {rule.id for rule in RULES}
    answers = ", ".join(name for name in topics() if name not in rules)
    return (
        f"there is nothing to explain of {topic}{meant}; what can be explained: the id of a rule, which "
        f"`crosslink rules` lists, and {answers}"
    )


def as_json(explanation: Explanation) -> dict[str, object]:
    """As `report.schema.json` describes it."""
    rule = explanation.rule
    return {
        "explained": explanation.topic,
        "answers": [_answer(kind, explanation.topic) for kind in explanation.kinds],
        "rule": rule and _rule(rule),
    }


def _answer(kind: Kind, topic: str) -> dict[str, object]:
    what, fix = _texts(kind, topic)
    return {
        "by": str(kind.by),
        "statuses": statuses(kind),
        "auth": list(kind.auth),
        "tell": tell(kind),
        "title": kind.hop,
        "what": what,
        "fix": fix,
        "source": kind.source,
        "result": str(kind.result),
    }


def _texts(kind: Kind, topic: str) -> tuple[str, str | None]:
    return texts(kind, topic) if topic.isdecimal() else texts(kind)


def _rule(rule: Rule[Any]) -> dict[str, object]:
    found = told(rule)
    return {
        "id": rule.id,
        "titles": list(rule.titles),
        "statement": rule.statement,
        "seen": found.seen,
        "grade": rule.how_bad,
        "fix": rule.fix,
        "look": found.look,
        "mend": found.mend,
        "source": rule.source,
    }


def write(explanation: Explanation, out: Console) -> None:
    """Print it for people."""
    for kind in explanation.kinds:
        what, fix = _texts(kind, explanation.topic)
        headline = f"{explanation.topic} by {kind.by}{of_auth(kind)}"
        _write(
            headline, {"tell": tell(kind), "at": kind.hop, "why": what, "do": fix, "see": kind.source}, out
        )
    if explanation.kinds:
        out.print(Text(f"The examples are of the route `{EXAMPLE['path']}` on the stage `{STAGE}`.", "dim"))
    if rule := explanation.rule:
        found = told(rule)
        rows = {
            "at": ", ".join(rule.titles),
            "must": rule.statement,
            "if not": found.consequence,
            "seen": found.seen,
            "look": found.look,
            "do": rule.fix,
            "mend": found.mend,
            "see": rule.source,
        }
        _write(rule.id, rows, out)


def _write(headline: str, rows: Mapping[str, object], out: Console) -> None:
    table = Table.grid(Column(width=len("  if not")), Column(overflow="fold"), padding=(0, 1))
    for title, text in rows.items():
        if text:
            table.add_row(Text(f"  {title}", "cyan"), Text(str(text)))
    out.print(Text(headline, "bold"))
    out.print(table)
    out.print()
