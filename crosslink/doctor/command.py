"""`python -m doctor`: walk the path in AWS itself, and say where a request would stop."""

import argparse
import json
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from crosslink.command import Parser, Status, consoles, print_error
from crosslink.doctor import outputs, probe, report
from crosslink.doctor.answers import Asked, meaning_of
from crosslink.doctor.caller import VARIABLE, Caller
from crosslink.doctor.outputs import Outputs, OutputsError
from crosslink.doctor.report import Probe, Report
from crosslink.graph import from_aws as live
from crosslink.graph.from_aws.sessions import SessionError, Sessions, open_sessions
from crosslink.graph.unknown import NotKnownError
from crosslink.path.walk import read_model
from crosslink.rules.verdict import judge

DESCRIPTION = """\
Walk the path of a stack in AWS: describe and get calls in both accounts, by the roles that the program
assumes, and the Kubernetes API. Nothing is changed. What the doctor has no permission for is unknown, and
named; docs/doctor-policy.json is all that it asks for.
"""
EPILOG = """\
exit status:
  0  all holds
  1  the doctor could not run: no outputs, no credentials, or the command line is wrong
  2  something is broken
  3  nothing is broken, but something is unknown

examples:
  python -m doctor
  python -m doctor --route /svc1 --probe
  CROSSLINK_TOKEN=$(cat token) python -m doctor --route /svc1 --probe
  pulumi stack output --json --show-secrets > outputs.json; python -m doctor --outputs outputs.json --json
"""


class UsageError(Exception):
    """The command line asks for what the stack hasn't got."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        argv: the arguments, without the command's name; by default the process's own.

    Returns:
        The exit status. Bad usage raises SystemExit(1).
    """
    arguments = _parser().parse_args(argv)
    # The Kubernetes client logs what fails and goes on; here it becomes a verdict.
    logging.basicConfig(level=logging.ERROR if arguments.debug else logging.CRITICAL)
    out, err = consoles()
    # No default of the parser's own: `--stack dev --outputs FILE` would pass for `--outputs FILE`.
    name = arguments.stack or "dev"
    source = str(arguments.outputs or name)
    try:
        stack = outputs.of_file(arguments.outputs) if arguments.outputs else outputs.of_stack(name)
        done = _examine(stack, source, arguments.route, probing=arguments.probe, progress=err)
    except (OutputsError, SessionError, UsageError) as error:
        print_error(error, err, debug=arguments.debug)
        if arguments.json:
            out.print_json(json.dumps({"stack": source, "error": str(error)}))
        return Status.COULD_NOT_RUN
    if arguments.json:
        out.print_json(json.dumps(report.as_json(done)))
    else:
        report.write(done, out)
    return report.status(done)


def _examine(stack: Outputs, source: str, route: str | None, *, probing: bool, progress: Console) -> Report:
    """Reads the path, judges it, and sends a request if it is asked to."""
    declared = stack.declared
    if route is not None and route not in declared.routes:
        message = f"the stack has no route {route}; it has {', '.join(sorted(declared.routes))}"
        raise UsageError(message)
    routes = [route] if route else sorted(declared.routes)
    with progress.status("getting into the accounts") as status:
        sessions = open_sessions([declared.consumer, *declared.backends.values()])
        status.update("reading both accounts and the clusters")
        whole = read_model(live.read(declared, sessions, stack.kubeconfigs), declared)
        model = replace(whole, walks=tuple(walk for walk in whole.walks if walk.path in routes))
        if probing:
            status.update(f"sending a request to {routes[0]}")
        return Report(
            stack=source,
            model=model,
            judgement=judge(model),
            probe=_probe(stack, routes[0], sessions) if probing else None,
        )


def _probe(stack: Outputs, path: str, sessions: Sessions) -> Probe:
    """Sends one request to a route, and says what its answer means."""
    declared, url = stack.declared, stack.urls[path]
    api, route = declared.api, declared.routes[path]
    caller = Caller(
        credentials=lambda: sessions.credentials(declared.consumer.account_id),
        token=os.environ.get(VARIABLE, "").strip() or None,
    )
    method = None
    try:
        method = probe.method_of(route)
        answer = probe.send(method, url, caller.headers(stack, path, method))
    except NotKnownError as error:
        return Probe(method=method, url=url, answer=None, meaning=str(error))
    asked = Asked(path=path, stage=api.stage, auth=route.auth, domain=api.domain)
    return Probe(method=method, url=url, answer=answer, meaning=meaning_of(answer, asked))


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m doctor",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--stack",
        metavar="NAME|FILE",
        help="a stack of the working directory's project, whose outputs the Pulumi CLI tells (default: dev)",
    )
    source.add_argument(
        "--outputs",
        type=Path,
        metavar="FILE",
        help="what `pulumi stack output --json --show-secrets` has written, instead of the CLI",
    )
    parser.add_argument("--route", metavar="PATH", help="only this route, such as /svc1")
    parser.add_argument(
        "--probe",
        action="store_true",
        help="also send one request to the route, or else to the first one, with GET, HEAD or OPTIONS; auth "
        f"cognito and lambda need a token in the environment variable {VARIABLE}",
    )
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object, see crosslink/doctor/report.schema.json"
    )
    parser.add_argument("--debug", action="store_true", help="with an error, print where it comes from")
    return parser


if __name__ == "__main__":
    sys.exit(main())
