"""`python -m sandbox`: run the program here, without an engine, credentials or a cloud."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pulumi
from rich.console import Console
from rich.text import Text

from crosslink.command import Parser, Status, consoles, print_error
from crosslink.compare import command as compare
from crosslink.graph.from_sandbox import model_of
from crosslink.report import diagram
from crosslink.rules.verdict import Result, judge
from crosslink.sandbox import engine, manifests, refusals, report, stack_file
from crosslink.sandbox.record import ProgramError, Run

PROGRAM = Path(__file__).resolve().parents[2] / "__main__.py"
DESCRIPTION = """\
Run the program as `pulumi preview` or `pulumi up` would, in this process: no Pulumi engine, no
credentials, nothing is created. What the engine and the providers would refuse is refused, and what AWS
would compute is made up. `diagram` draws what an up has made, as Mermaid; `compare` tells what a change does.
"""
EPILOG = """\
exit status:
  0  the program runs, and no rule of a request's way is broken
  1  it doesn't run, or its settings, the stack file or the command line are wrong
  2  a rule is broken: a request would stop, or get through where it should not

examples:
  python -m sandbox preview
  python -m sandbox up --stack examples/Pulumi.two-regions.yaml
  python -m sandbox up --json | jq '.walks[0]'
  python -m sandbox diagram --stack examples/Pulumi.two-regions.yaml > picture.mmd
  python -m sandbox compare dev examples/Pulumi.two-backends.yaml
"""
COMMANDS = {
    "preview": "what a preview registers, and a request's way through it",
    "up": "the same of an up, after a preview",
    "diagram": "the architecture that an up makes, as Mermaid",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: the arguments, without the command's name; by default the process's own.

    Returns:
        The exit status: 0, 1 if the program could not run, or 2 if a rule is broken. Bad usage raises
        SystemExit(1).
    """
    arguments = _parser().parse_args(argv)
    out, err = consoles()
    if arguments.command == "compare":
        return compare.main(arguments, out, err)
    try:
        stack = stack_file.read(stack_file.find(arguments.stack, Path.cwd()), engine.PROJECT)
        run = _run(stack, up=arguments.command != "preview", progress=err)
    except (ProgramError, pulumi.RunError, stack_file.StackFileError, refusals.RefusedError) as error:
        print_error(error, err, debug=arguments.debug)
        if arguments.json:
            out.print_json(
                json.dumps({"command": arguments.command, "stack": arguments.stack, "error": str(error)})
            )
        return Status.COULD_NOT_RUN
    model = model_of(run)
    if arguments.command == "diagram":
        _draw(diagram.mermaid(model.walks), stack.name, as_json=arguments.json, out=out)
        return Status.HOLDS
    judgement = judge(model)
    if arguments.json:
        out.print_json(json.dumps(report.as_json(run, stack.name, model, judgement)))
    else:
        report.write(run, model, judgement, out)
    return Status.BROKEN if judgement.rules(Result.BROKEN) else Status.HOLDS


def _draw(mermaid: str, stack: str, *, as_json: bool, out: Console) -> None:
    if as_json:
        out.print_json(json.dumps({"command": "diagram", "stack": stack, "mermaid": mermaid}))
    else:
        out.print(Text(mermaid), end="", soft_wrap=True)


def _run(stack: stack_file.StackFile, *, up: bool, progress: Console) -> Run:
    """The preview; for an up also the up itself, which must register the same resources."""

    def run(*, preview: bool) -> Run:
        word = "preview" if preview else "up"
        with progress.status(f"{word} of stack {stack.name}"):
            done = engine.run(
                PROGRAM, stack=stack.name, config=stack.config, secret_keys=stack.secret_keys, preview=preview
            )
        for warning in done.warnings:
            progress.print(Text.assemble(("warning: ", "yellow"), warning), soft_wrap=True)
        progress.print(f"{word} of stack {stack.name}: {len(done.resources)} resources")
        return done

    preview = run(preview=True)
    if not up:
        return preview
    done = run(preview=False)
    refusals.check_same_resources(preview, done)
    manifests.check(done)
    return done


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m sandbox",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for command, what in COMMANDS.items():
        _add_arguments(commands.add_parser(command, help=what, description=f"Print {what}."))
    compare.add_arguments(
        commands.add_parser(
            "compare",
            help="what a change of a stack does, as a comment for a pull request",
            description=compare.DESCRIPTION,
            epilog=compare.EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
    )
    return parser


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    """Those that are the same for the commands that run one stack."""
    parser.add_argument(
        "--stack",
        default="dev",
        metavar="NAME|FILE",
        help="a stack of the working directory, Pulumi.NAME.yaml, or a stack file's path (default: dev)",
    )
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object, see crosslink/sandbox/report.schema.json"
    )
    parser.add_argument("--debug", action="store_true", help="with an error, print where it comes from")


if __name__ == "__main__":
    sys.exit(main())
