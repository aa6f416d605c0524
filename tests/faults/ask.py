"""`python -m tests.faults ask FILE`: what is said of a change that a file of one's own plants.

The file is Python. It sets CHANGE to a change, made with the functions of `tests.faults.change`, or CHANGES
to several by name. STACK is the stack that they are planted in: dev, the default, or the name of an example
or of a stack in `tests/faults/stacks/`.
"""

import runpy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from rich.console import Console
from rich.text import Text

from crosslink.report.walk import MARKS
from crosslink.rules.verdict import Judgement, Result, Verdict, judge
from tests.fake_aws import UnplayedError
from tests.faults.change import Change
from tests.faults.fault import VANTAGES, first, model_of
from tests.faults.nodes import NothingChangedError
from tests.runs import ALL_FILES

SAID = (Result.BROKEN, Result.DEGRADED, Result.UNKNOWN, Result.ADVICE)
NOT_JUDGED = "not judged"


class CannotAskError(Exception):
    """A file can't be asked about; the text says why, in a line."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a file plants.

    Attributes:
        stack: where.
        changes: name → change.
    """

    stack: str
    changes: Mapping[str, Change]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is said of a change from a vantage point.

    Attributes:
        first: the rule that tells it first; None where nothing is broken.
        judgement: all that is said.
    """

    first: str | None
    judgement: Judgement

    def told(self) -> Iterator[tuple[Verdict, list[str]]]:
        """All that doesn't hold, each once, with the routes that it is on: first the first fault."""
        routes: dict[Verdict, list[str]] = {}
        for path, verdicts in self.judgement.walks.items():
            for verdict in verdicts:
                routes.setdefault(verdict, []).append(path)
        found = [verdict for verdict in self.judgement.all() if verdict.result in SAID]
        found.sort(key=lambda verdict: (verdict.rule != self.first, SAID.index(verdict.result)))
        return ((verdict, routes.get(verdict, [])) for verdict in found)


def read(file: Path) -> Asked:
    """What a file plants.

    Raises:
        CannotAskError: it can't be read, or doesn't say.
    """
    if not file.is_file():
        raise CannotAskError(f"{file}: there is no such file")
    try:
        said = runpy.run_path(str(file))
    except (Exception, SystemExit) as error:  # whatever the file does
        raise CannotAskError(f"{file}: {_told(error)}") from error
    stack, stacks = said.get("STACK", "dev"), [path.name.split(".")[1] for path in ALL_FILES]
    if stack not in stacks:
        raise CannotAskError(f"{file}: STACK = {stack!r} is none of {', '.join(stacks)}")
    if ("CHANGE" in said) == ("CHANGES" in said):
        raise CannotAskError(f"{file}: set CHANGE to a change, or CHANGES to a dict of them")
    changes = said.get("CHANGES", {file.stem: said.get("CHANGE")})
    if not isinstance(changes, dict) or not all(map(callable, cast("dict[Any, Any]", changes).values())):
        raise CannotAskError(f"{file}: a change is what put, drop and the like of tests.faults.change return")
    return Asked(stack=stack, changes=cast("dict[str, Change]", changes))


def answers(asked: Asked, file: Path) -> dict[str, dict[str, Answer]]:
    """Change → vantage point → what is said of it.

    Raises:
        CannotAskError: a change can't be planted.
    """
    found: dict[str, dict[str, Answer]] = {}
    for name, change in asked.changes.items():
        for vantage in VANTAGES:
            try:
                model = model_of(vantage, asked.stack, change)
            except NothingChangedError as error:
                told = f"{file}: {name}: stack {asked.stack} has nothing to change: {error}"
                raise CannotAskError(told) from error
            except UnplayedError as error:
                raise CannotAskError(f"{file}: {name}: AWS isn't played so far: {error}") from error
            except Exception as error:  # whatever the change does
                raise CannotAskError(f"{file}: {name} ({vantage}): {_told(error)}") from error
            stop = first(model)
            answer = Answer(first=stop.rule if stop else None, judgement=judge(model))
            found.setdefault(name, {})[vantage] = answer
    return found


def _told(error: BaseException) -> str:
    """An error in a line."""
    return " ".join(f"{type(error).__name__}: {error}".split())


def as_json(stack: str, found: Mapping[str, Mapping[str, Answer]]) -> list[dict[str, Any]]:
    """An object for each change."""
    return [
        {"change": name, "stack": stack} | {vantage: _object(answer) for vantage, answer in of.items()}
        for name, of in found.items()
    ]


def _object(answer: Answer) -> dict[str, Any]:
    told = list(answer.told())
    results = {
        str(result): [
            {"rule": verdict.rule, "hop": verdict.title, "why": verdict.why, "routes": routes}
            for verdict, routes in told
            if verdict.result is result
        ]
        for result in SAID
    }
    settings = answer.judgement.not_judged.items()
    told_of = [{"hop": setting.title, "what": str(setting), "routes": list(on)} for setting, on in settings]
    return {"first": answer.first, **results, NOT_JUDGED: told_of}


def write(stack: str, found: Mapping[str, Mapping[str, Answer]], out: Console) -> None:
    """Print what is said of each change."""
    for name, of in found.items():
        out.print(Text.assemble((name, "bold"), f", planted in stack {stack}"))
        for vantage, answer in of.items():
            out.print(Text(f"  {vantage}: {_counted(answer)}"))
            mended: set[str] = set()  # each rule has its fix once
            for verdict, routes in answer.told():
                _print(MARKS[verdict.result], f"{verdict.rule}: {verdict.why}", routes, out)
                if verdict.result in (Result.BROKEN, Result.DEGRADED) and verdict.rule not in mended:
                    mended.add(verdict.rule)
                    out.print(Text(f"      fix  {verdict.fix}"))
            for setting, routes in answer.judgement.not_judged.items():
                _print(MARKS[Result.UNKNOWN], f"{NOT_JUDGED}: {setting}", routes, out)


def _print(mark: tuple[str, str], told: str, routes: Sequence[str], out: Console) -> None:
    on = f" ({', '.join(routes)})" if routes else ""
    out.print(Text.assemble("    ", mark, f" {told}{on}"))


def _counted(answer: Answer) -> str:
    results = [verdict.result for verdict, _ in answer.told()]
    counts = [f"{results.count(result)} {result}" for result in SAID if result in results]
    if settings := len(answer.judgement.not_judged):
        counts.append(f"{settings} {NOT_JUDGED}")
    return ", ".join(counts) or "nothing is broken"
