"""`crosslink sandbox`: run the program here, without an engine, credentials or a cloud."""

import argparse

import pulumi
from rich.console import Console
from rich.text import Text

from crosslink.command import Status, add_output_arguments, print_json
from crosslink.graph.from_sandbox import model_of
from crosslink.project import root
from crosslink.report import diagram
from crosslink.report.status import status_of
from crosslink.rules.verdict import judge
from crosslink.sandbox import engine, manifests, refusals, report, stack_file
from crosslink.sandbox.record import ProgramError, Run
from settings.placeholders import in_texts

DESCRIPTION = """\
Run the program as `pulumi preview` or `pulumi up` would, in this process: no Pulumi engine, no
credentials, nothing is created. What the engine and the providers would refuse is refused, and what AWS
would compute is made up. `diagram` draws what an up has made, as Mermaid.
"""
EPILOG = """\
exit status:
  0  the program runs, and no rule of a request's way is broken
  1  it doesn't run, or its settings, the stack file or the command line are wrong
  2  a rule is broken: a request would stop, or get through where it should not
  3  nothing is broken, but a resource of the path has a setting that nothing judges
  4  requests would get through, but redundancy is lost: after one more failure some don't

examples:
  crosslink sandbox preview
  crosslink sandbox up --stack two-regions
  crosslink sandbox up --walk /svc1
  crosslink sandbox up --json | jq '.walks[0]'
  crosslink sandbox diagram --stack two-regions > picture.mmd
"""
ERRORS = (
    ProgramError,
    pulumi.RunError,
    stack_file.StackFileError,
    refusals.RefusedError,
    report.UnknownRouteError,
)
COMMANDS = {
    "preview": "what a preview registers, and the way of requests through it",
    "up": "the same of an up, after a preview",
    "diagram": "the architecture that an up makes, as Mermaid",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One command for each way to run a stack."""
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command, what in COMMANDS.items():
        own = commands.add_parser(command, help=what, description=f"Print {what}.")
        own.add_argument(
            "--stack",
            default="dev",
            metavar="NAME|FILE",
            help="a stack of the checkout or of its examples, or a stack file's path (default: dev)",
        )
        if command != "diagram":
            own.add_argument(
                "--walk",
                action="append",
                default=[],
                metavar="PATH",
                help="print each hop of a route, with what the rules say; may be given several times",
            )
            own.add_argument("--tree", action="store_true", help="print every resource by account and region")
            own.add_argument("--outputs", action="store_true", help="print the URLs and the stack's outputs")
            own.add_argument("--all", action="store_true", help="print all of it, every walk in full")
        add_output_arguments(own, "crosslink/sandbox/report.schema.json")


def asked(arguments: argparse.Namespace) -> dict[str, object]:
    """What was to be run."""
    return {"command": arguments.command, "stack": arguments.stack}


def run(arguments: argparse.Namespace, out: Console, err: Console) -> Status:
    """Run a stack, and print what it makes.

    Raises:
        ProgramError: the program failed, or a resource of it was refused.
        pulumi.RunError: it gave up with a text of its own, as it does for faulty settings.
        RefusedError: preview and up differ.
        StackFileError: the stack file isn't there or can't be read.
        UnknownRouteError: the stack hasn't got the route whose walk is asked for.
    """
    stack = stack_file.read(stack_file.find(arguments.stack, root()), engine.PROJECT)
    placeholders = in_texts(stack.config)
    if placeholders:
        told = f"Pulumi.{stack.name}.yaml has placeholders: {', '.join(placeholders)}: pulumi up refuses them"
        err.print(Text.assemble(("warning: ", "yellow"), told), soft_wrap=True)
    done = _run(stack, err, preview=True)
    if arguments.command != "preview":
        preview, done = done, _run(stack, err, preview=False)
        refusals.check_same_resources(preview, done)
        manifests.check(done)
    model = model_of(done)
    if arguments.command == "diagram":
        mermaid = diagram.mermaid(model.walks)
        if arguments.json:
            print_json({"command": "diagram", "stack": stack.name, "mermaid": mermaid}, out)
        else:
            out.print(Text(mermaid), end="", soft_wrap=True)
        return Status.HOLDS
    shown = report.Shown(
        walks=tuple(arguments.walk), tree=arguments.tree, outputs=arguments.outputs, all=arguments.all
    )
    shown.check(model)
    judgement = judge(model)
    if arguments.json:
        print_json(report.as_json(done, stack.name, model, judgement, placeholders), out)
    else:
        report.write(done, model, judgement, out, stack=arguments.stack, shown=shown)
    status = status_of(judgement)
    # What is unknown here, the up tells. It doesn't tell what a setting does that nothing judges.
    return Status.HOLDS if status is Status.UNKNOWN and not judgement.not_judged else status


def _run(stack: stack_file.StackFile, progress: Console, *, preview: bool) -> Run:
    word = f"{'preview' if preview else 'up'} of stack {stack.name}"
    program = root() / "__main__.py"
    with progress.status(word):
        done = engine.run(
            program,
            stack=stack.name,
            config=stack.config,
            secret_keys=stack.secret_keys,
            existing=stack.existing,
            preview=preview,
        )
    for warning in done.warnings:
        progress.print(Text.assemble(("warning: ", "yellow"), warning), soft_wrap=True)
    progress.print(f"{word}: {len(done.resources)} resources")
    return done
