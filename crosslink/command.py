"""What all commands have in common: how they are started, their exit status, consoles and errors."""

import argparse
import codecs
import io
import json
import os
import re
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum
from importlib import import_module
from typing import IO, NoReturn, Protocol, TextIO, cast

from rich.console import Console
from rich.text import Text

DESCRIPTION = "The toolkit around the program: what a stack makes, what a change does, why a request is lost."
EPILOG = """\
what people do first:
  crosslink sandbox up --stack dev
      see what a stack makes, and a request's way through it; no cloud, nothing is created
  crosslink compare dev two-backends
      see what a change does to routes and resources, and what it opens up
  crosslink doctor --stack live
      see why a request doesn't get through, in AWS itself

It works from any folder of the checkout. For completion in bash or zsh:
  eval "$(.venv/bin/register-python-argcomplete crosslink)"
"""
# Each is a module `crosslink/NAME/command.py`, of which only the one that is asked for is imported.
COMMANDS: Mapping[str, str] = {
    "sandbox": "run the program without an engine, credentials or a cloud: preview, up, diagram",
    "compare": "what a change of a stack does, as a comment for a pull request",
    "cost": "what a stack costs a month before any traffic, hop by hop",
    "timeline": "how long a first up takes, and what it waits for",
    "doctor": "walk the path in AWS itself, and say where a request would stop",
    "rules": "the rules of the path, which is docs/rules.md",
    "answers": "what an answer of a route means, which is docs/answers.md",
    "runbook": "what to do about each finding of the doctor, which is docs/runbook.md",
    "settings": "every setting with its limits and default, which is docs/settings.md; or their JSON Schema",
    "package": "the schema of the Pulumi package for other languages, which is package/schema.json",
    "previews": "copy a stack's state for previews with roles that only read",
}
PIPED_WIDTH = 200  # columns: nothing is wrapped for a terminal that isn't there
# For an output whose encoding lacks the character. Not `?`, which is the mark of what is unknown.
SUBSTITUTES = {"✓": "+", "✗": "x", "▲": "^", "⚠": "!", "→": "->", "…": "...", "·": "-"}


class Status(IntEnum):
    """The exit status."""

    HOLDS = 0  # all holds; of the sandbox, also what only an up will tell
    COULD_NOT_RUN = 1  # usage, settings, credentials, or a failure of the program
    BROKEN = 2  # a rule is broken: requests stop, or somebody is let in
    UNKNOWN = 3  # nothing is broken, but something is unknown or not judged
    DEGRADED = 4  # requests get through, but redundancy is lost
    NOTICED = 5  # of a comparison: callers notice the change


class BadUsage(SystemExit):
    """The command line is wrong; usage and reason are printed."""

    def __init__(self, reason: str) -> None:
        super().__init__(Status.COULD_NOT_RUN)
        self.reason = reason


class Parser(argparse.ArgumentParser):
    """Bad usage is status 1 like all that keeps a command from running: 2 means that something is broken."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        sys.stderr.write(f"error: {message}\n")
        raise BadUsage(message)


class Command(Protocol):
    """A module of a command."""

    DESCRIPTION: str  # what it does, for its help
    EPILOG: str  # its exit statuses and examples
    ERRORS: tuple[type[Exception], ...]  # why it can't run; their text says it all
    add_arguments: Callable[[argparse.ArgumentParser], None]
    # The consoles are those for the report, and for progress and errors.
    run: Callable[[argparse.Namespace, Console, Console], Status]
    # What the JSON of an error repeats of the arguments; of commands with `--json`.
    asked: Callable[[argparse.Namespace], dict[str, object]]


def run(words: Sequence[str]) -> Status:
    """Run the command that is asked for, and tell why if it can't run. Bad usage raises SystemExit(1)."""
    out, err = consoles()
    try:
        arguments = parse(words)
    except BadUsage as error:
        if asks_for_json(words):
            print_json({"error": error.reason}, out)
        raise
    command = _module(arguments.name)
    try:
        return command.run(arguments, out, err)
    except command.ERRORS as error:
        print_error(error, err, debug=arguments.debug)
        if arguments.json:
            print_json({**command.asked(arguments), "error": str(error)}, out)
        return Status.COULD_NOT_RUN


def asks_for_json(words: Sequence[str]) -> bool:
    """Whether a command line, which may be wrong, has `--json` in it, or what argparse takes for it."""
    return any(word.startswith("--j") and "--json".startswith(word) for word in words)


def print_json(document: Mapping[str, object], out: Console) -> None:
    """Print a document, in colours to a terminal alone: they take longer than the walk that it tells."""
    if out.is_terminal:
        out.print_json(json.dumps(document))
    else:
        out.file.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def parse(words: Sequence[str]) -> argparse.Namespace:
    """The arguments. Where a shell asks for completions, argcomplete prints them instead."""
    completing = "_ARGCOMPLETE" in os.environ
    parser = _parser(os.environ["COMP_LINE"].split()[1:] if completing else words)
    if completing:
        import_module("argcomplete").autocomplete(parser)  # ends the process
    return parser.parse_args(words)


def add_output_arguments(parser: argparse.ArgumentParser, schema: str) -> None:
    """The arguments of a command that prints a report, whose JSON the file `schema` describes."""
    parser.add_argument("--json", action="store_true", help=f"print one JSON object, see {schema}")
    parser.add_argument("--debug", action="store_true", help="with an error, print where it comes from")


def consoles() -> tuple[Console, Console]:
    """For the report, and for progress and errors; they print whatever the encoding of the output is."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_substituted.__name__)
    width = None if sys.stdout.isatty() else PIPED_WIDTH
    out = _Console(highlight=False, width=width)
    if not sys.stdout.isatty():
        out.file = cast("IO[str]", _Trimmed(sys.stdout))
    return out, _Console(highlight=False, stderr=True)


class _Trimmed:
    """A file or a pipe that doesn't get the blanks with which tables fill up their lines."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def __getattr__(self, name: str) -> object:
        return getattr(self._file, name)

    def write(self, text: str) -> int:
        """Writes lines, which a console hands over as a whole."""
        return self._file.write(re.sub(r" +$", "", text, flags=re.MULTILINE))


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to the command: rich itself would end the process with status 1."""
        raise BrokenPipeError


def _substituted(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    characters = (SUBSTITUTES.get(c, c.encode("ascii", "backslashreplace").decode()) for c in text)
    return "".join(characters), error.end


codecs.register_error(_substituted.__name__, _substituted)


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """With the arguments of the command that the first word names, which alone is imported."""
    layout = argparse.RawDescriptionHelpFormatter
    parser = Parser(prog="crosslink", description=DESCRIPTION, epilog=EPILOG, formatter_class=layout)
    parser.set_defaults(json=False, debug=False)
    commands = parser.add_subparsers(dest="name", required=True, metavar="COMMAND")
    for name, what in COMMANDS.items():
        own = commands.add_parser(name, help=what, formatter_class=layout)
        if name in words[:1]:
            command = _module(name)
            own.description, own.epilog = command.DESCRIPTION, command.EPILOG
            command.add_arguments(own)
    return parser


def _module(name: str) -> Command:
    return cast("Command", import_module(f"crosslink.{name}.command"))


def print_error(error: Exception, err: Console, *, debug: bool) -> None:
    """Say why a command can't run; with `debug` also where that comes from."""
    if debug:
        err.print(Text("".join(traceback.format_exception(error))), soft_wrap=True)
    err.print(Text.assemble(("error: ", "bold red"), str(error)), soft_wrap=True)
