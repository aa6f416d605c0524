"""`python -m tests.faults`: what becomes of the planted faults, and of a change of one's own."""

import argparse
import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from crosslink.command import Parser, Status, consoles, print_error
from crosslink.report.brief import write_in_brief
from crosslink.report.status import STATUSES
from crosslink.report.walk import write_walks
from crosslink.rules.verdict import judge
from tests.faults import ask, count_fields
from tests.faults.fault import VANTAGES, CannotKnow, Fault, first, model_of
from tests.faults.suite import FAULTS

DESCRIPTION = """\
Plant faults in what the program registers, as the sandbox runs it, and see which rule catches each first: in
an up (`planned`), in a preview, and in AWS as the doctor would read it after the up (`live`).
"""
EPILOG = """\
exit status:
  0  of table: each fault is caught first by the rule that it names; of ask: it is said what is said;
     of fields: no change is passed over in silence
  1  usage, or a file that can't be asked about
  2  of table: a fault isn't; of demo: a rule is broken; of fields: one is passed over
  4  of demo: redundancy is lost

examples:
  python -m tests.faults table
  python -m tests.faults table --json | jq '.[] | select(.live == null) | .fault'
  python -m tests.faults demo "client addresses are preserved"
  python -m tests.faults fields mixed --vantage live
  python -m tests.faults ask ../my_fault.py    (tests/faults/README.md shows such files)
"""
DEMO = "endpoint subnets fell back to the main route table, which has no route back"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: the arguments, without the command's name; by default the process's own.

    Returns:
        The exit status. Bad usage raises SystemExit(1).
    """
    arguments = parser().parse_args(argv)
    out, err = consoles()
    if arguments.command == "demo":
        return demo(arguments.fault, out, every=arguments.all)
    if arguments.command == "ask":
        return answer(arguments.file, out, err, json_wanted=arguments.json)
    if arguments.command == "fields":
        return count(arguments.stack, arguments.vantage, out, err, json_wanted=arguments.json)
    with err.status("planting faults"):
        outcomes = [outcome_of(fault) for fault in FAULTS]
    if arguments.json:
        out.print_json(json.dumps([as_json(outcome) for outcome in outcomes]))
    else:
        write_table(outcomes, out)
    return Status.HOLDS if all(outcome.as_expected for outcome in outcomes) else Status.BROKEN


@dataclass(frozen=True)
class Outcome:
    """What becomes of a fault.

    Attributes:
        fault: the fault.
        caught: vantage point → the rule that catches it first; None where none does.
    """

    fault: Fault
    caught: Mapping[str, str | None]

    @property
    def unseen(self) -> dict[str, str]:
        """Vantage point → why the fault can't be known there."""
        expected = {vantage: self.fault.expected(vantage) for vantage in VANTAGES}
        return {vantage: rule.why for vantage, rule in expected.items() if isinstance(rule, CannotKnow)}

    @property
    def as_expected(self) -> bool:
        """Whether it is caught, or isn't, as the fault says."""
        unseen = self.unseen
        return all(
            self.caught[vantage] == (None if vantage in unseen else self.fault.expected(vantage))
            for vantage in VANTAGES
        )


def outcome_of(fault: Fault) -> Outcome:
    """Plants a fault."""
    found = {
        vantage: first(model_of(vantage, fault.stack, fault.change), house=fault.house)
        for vantage in VANTAGES
    }
    return Outcome(fault, {vantage: verdict.rule if verdict else None for vantage, verdict in found.items()})


def as_json(outcome: Outcome) -> dict[str, object]:
    """An outcome as an object; null where the fault isn't seen."""
    fault = outcome.fault
    return {
        "fault": fault.name,
        "stack": fault.stack,
        "source": fault.source or None,
        "rule": fault.rule,
        **outcome.caught,
        "cannotKnow": outcome.unseen,
        "asExpected": outcome.as_expected,
    }


def write_table(outcomes: Sequence[Outcome], out: Console) -> None:
    """Print a line per fault, and why some can't be known from somewhere."""
    table = Table("fault", "stack", "rule that must catch it first", *VANTAGES, title="Planted faults")
    numbers: dict[str, int] = {}
    for outcome in outcomes:
        for why in outcome.unseen.values():
            numbers.setdefault(why, len(numbers) + 1)
        cells = [_cell(outcome, vantage, numbers) for vantage in VANTAGES]
        table.add_row(Text(outcome.fault.name), outcome.fault.stack, outcome.fault.rule, *cells)
    out.print(table)
    for why, number in numbers.items():
        out.print(Text(f"({number}) can't be known there: {why}"))
    good = sum(outcome.as_expected for outcome in outcomes)
    style = "green" if good == len(outcomes) else "bold red"
    out.print(Text(f"{len(outcomes)} faults, {good} caught as they must be", style))


def _cell(outcome: Outcome, vantage: str, numbers: Mapping[str, int]) -> Text:
    """A tick for the fault's own rule, another rule's id, a number for why it can't be known, or a cross."""
    caught, why = outcome.caught[vantage], outcome.unseen.get(vantage)
    if caught is None:
        return Text(f"({numbers[why]})", "dim") if why else Text("✗ missed", "bold red")
    good = caught == outcome.fault.expected(vantage)
    text = "✓" if caught == outcome.fault.rule else caught
    return Text(text, "green") if good else Text(f"✗ {caught}", "bold red")


def demo(fault: Fault, out: Console, *, every: bool) -> int:
    """Print the ways through a stack with a fault, as the sandbox prints them of an up; or each hop."""
    hidden = isinstance(fault.expected("planned"), CannotKnow)
    model = model_of("live" if hidden else "planned", fault.stack, fault.change)
    where = "what AWS shows of" if hidden else "what the program registers of"
    out.print(Text.assemble(("Planted: ", "bold"), f"{fault.name}, in {where} stack {fault.stack}"))
    out.print()
    judgement = judge(model)
    if every:
        write_walks(model, judgement, out)
    else:
        write_in_brief(model, judgement, [*_next(fault)], out)
    found = first(model)
    return STATUSES[found.result] if found else Status.HOLDS


def _next(fault: Fault) -> Iterator[tuple[str, str]]:
    """The commands to try next, each with what it does."""
    name = "" if fault.name == DEMO else f" {shlex.quote(fault.name)}"
    yield f".venv/bin/python -m tests.faults demo{name} --all", "each hop, with what the rules say"
    yield ".venv/bin/python -m tests.faults table", "every planted fault, and the rule that catches it"
    yield ".venv/bin/crosslink doctor --help", "the same walk in AWS itself"
    yield ".venv/bin/crosslink doctor --explain 504", "what an answer means, and where to look"


def answer(file: Path, out: Console, err: Console, *, json_wanted: bool) -> int:
    """Print what is said of the changes in a file."""
    try:
        asked = ask.read(file)
        found = ask.answers(asked, file)
    except ask.CannotAskError as error:
        print_error(error, err, debug=False)
        return Status.COULD_NOT_RUN
    if json_wanted:
        out.print_json(json.dumps(ask.as_json(asked.stack, found)))
    else:
        ask.write(asked.stack, found, out)
    return Status.HOLDS


def count(stack: str, vantage: str, out: Console, err: Console, *, json_wanted: bool) -> int:
    """Print what is said of a change of each field."""
    with err.status("changing fields"):
        found = count_fields.counts(vantage, stack)
    if json_wanted:
        out.print_json(json.dumps(found))
    else:
        count_fields.write(found, out)
    return Status.BROKEN if count_fields.is_silent(found) else Status.HOLDS


def parser() -> argparse.ArgumentParser:
    """What the command takes."""
    made = Parser(
        prog="python -m tests.faults",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = made.add_subparsers(dest="command", required=True, metavar="command")
    table = commands.add_parser("table", help="all faults, with the rule that catches each first")
    table.add_argument("--json", action="store_true", help="print one JSON array, an object per fault")
    one = commands.add_parser(
        "demo", help="where the routes of a stack with one fault stop, why, and the fix"
    )
    one.add_argument(
        "fault",
        nargs="?",
        type=fault_named,
        default=DEMO,
        metavar="FAULT",
        help=f"name of a fault, or a part of it that no other name has (default: {DEMO})",
    )
    one.add_argument("--all", action="store_true", help="print every walk, hop by hop")
    planted = commands.add_parser("ask", help="what is said of a change that a file plants, from everywhere")
    planted.add_argument("file", type=Path, metavar="FILE", help="Python that sets CHANGE or CHANGES")
    planted.add_argument("--json", action="store_true", help="print one JSON array, an object per change")
    fields = commands.add_parser("fields", help="what is said of another value of each field, per type")
    fields.add_argument("stack", nargs="?", default="dev", metavar="STACK", help="a stack (default: dev)")
    fields.add_argument("--vantage", choices=VANTAGES, default="planned", help="default: planned")
    fields.add_argument("--json", action="store_true", help="print one JSON object, an entry per type")
    return made


def fault_named(name: str) -> Fault:
    """The fault of a name, or the only one with that in its name.

    Raises:
        ArgumentTypeError: there is none, or there are several.
    """
    like = [fault for fault in FAULTS if name.lower() in fault.name.lower()]
    exact = [fault for fault in like if fault.name == name]
    if len(exact or like) == 1:
        return (exact or like)[0]
    several = "".join(f"\n  {fault.name}" for fault in like)
    problem = (
        f"several faults have that in their names:{several}" if like else "no fault has that in its name"
    )
    raise argparse.ArgumentTypeError(f"{name!r}: {problem}")


if __name__ == "__main__":
    raise SystemExit(main())
