"""`crosslink doctor`: walk the path in AWS itself, and say where a request would stop."""

import argparse
import json
import logging
import os
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from crosslink.command import Status, add_output_arguments
from crosslink.doctor import outputs, probe, report
from crosslink.doctor.answers import meaning_of
from crosslink.doctor.caller import VARIABLE, Caller
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
  crosslink doctor
  crosslink doctor --route /svc1 --probe
  CROSSLINK_TOKEN=$(cat token) crosslink doctor --route /svc1 --probe
  pulumi stack output --json --show-secrets > outputs.json; crosslink doctor --outputs outputs.json --json
"""


class UsageError(Exception):
    """The stack doesn't have what the command line asks for."""


ERRORS = (outputs.OutputsError, SessionError, UsageError)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    source = parser.add_mutually_exclusive_group()
    stack = "a stack of the checkout, whose outputs the Pulumi CLI tells (default: dev)"
    source.add_argument("--stack", metavar="NAME|FILE", help=stack)
    written = "what `pulumi stack output --json --show-secrets` has written, instead of the CLI"
    source.add_argument("--outputs", type=Path, metavar="FILE", help=written)
    parser.add_argument("--route", metavar="PATH", help="only this route, such as /svc1")
    probing = (
        "also send one request to the route, or else to the first one, with GET, HEAD or OPTIONS; auth "
        f"cognito and lambda need a token in the environment variable {VARIABLE}"
    )
    parser.add_argument("--probe", action="store_true", help=probing)
    add_output_arguments(parser, "crosslink/doctor/report.schema.json")


def asked(arguments: argparse.Namespace) -> dict[str, object]:
    """The source of the outputs."""
    # No default of the parser's own: `--stack dev --outputs FILE` would pass for `--outputs FILE`.
    return {"stack": str(arguments.outputs or arguments.stack or "dev")}


def run(arguments: argparse.Namespace, out: Console, err: Console) -> Status:
    """Walk the path, and print what was found. `ERRORS` are what it raises."""
    # The Kubernetes client logs what fails and goes on; here it becomes a verdict.
    logging.basicConfig(level=logging.ERROR if arguments.debug else logging.CRITICAL)
    done = _examine(arguments, err)
    if arguments.json:
        out.print_json(json.dumps(report.as_json(done)))
    else:
        report.write(done, out)
    return report.status(done)


def _examine(arguments: argparse.Namespace, progress: Console) -> report.Report:
    source, route = str(asked(arguments)["stack"]), arguments.route
    stack = outputs.of_file(arguments.outputs) if arguments.outputs else outputs.of_stack(source)
    declared = stack.declared
    if route is not None and route not in declared.routes:
        raise UsageError(f"the stack has no route {route}; it has {', '.join(sorted(declared.routes))}")
    routes = [route] if route else sorted(declared.routes)
    if arguments.probe and routes[0] not in stack.urls:
        raise UsageError(
            f"there is no URL of {routes[0]} to send a request to, which the output `routes` should have: "
            "run `pulumi up`, or give --outputs all that `pulumi stack output --json --show-secrets` writes"
        )
    with progress.status("getting into the accounts") as status:
        sessions = open_sessions([declared.consumer, *declared.backends.values()])
        status.update("reading both accounts and the clusters")
        whole = read_model(live.read(declared, sessions, stack.kubeconfigs), declared)
        model = replace(whole, walks=tuple(walk for walk in whole.walks if walk.path in routes))
        sent = None
        if arguments.probe:
            status.update(f"sending a request to {routes[0]}")
            sent = _probe(stack, routes[0], sessions)
        return report.Report(stack=source, model=model, judgement=judge(model), probe=sent)


def _probe(stack: outputs.Outputs, path: str, sessions: Sessions) -> report.Probe:
    declared, url = stack.declared, stack.urls[path]
    api, route = declared.api, declared.routes[path]
    token = os.environ.get(VARIABLE, "").strip() or None
    caller = Caller(credentials=lambda: sessions.credentials(declared.consumer.account_id), token=token)
    method = None
    try:
        method = probe.method_of(route)
        answer = probe.send(method, url, caller.headers(stack, path, method))
    except NotKnownError as error:
        return report.Probe(method=method, url=url, answer=None, meaning=probe.unknown(what=str(error)))
    meaning = meaning_of(answer, probe.Asked(path=path, stage=api.stage, auth=route.auth, domain=api.domain))
    return report.Probe(method=method, url=url, answer=answer, meaning=meaning)
