"""`crosslink doctor`: walk the path in AWS itself, and say where a request would stop."""

import argparse
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from crosslink.command import Status, add_output_arguments, print_json
from crosslink.doctor import crossing, explain, outputs, probe, report
from crosslink.doctor.acceptance import Pending, pending_of
from crosslink.doctor.answers import meaning_of
from crosslink.doctor.caller import VARIABLE, Caller
from crosslink.graph import from_aws as live
from crosslink.graph.from_aws.sessions import SessionError, Sessions, open_sessions
from crosslink.graph.unknown import NotKnownError
from crosslink.path import steps
from crosslink.path.output import Declared
from crosslink.path.walk import Model, read_model
from crosslink.report.walk import add_every_argument
from crosslink.rules.verdict import Judgement, Result, Verdict, judge
from settings.path import ServedPath

DESCRIPTION = """\
Walk the path of a stack in AWS: describe and get calls in the accounts in which the stack makes something,
by the roles that the program assumes, and the Kubernetes API. Nothing is changed. What the doctor has no
permission for is unknown, and named; docs/doctor-policy.json is all that it asks for. The walk of a stack
without backends of its own ends at the endpoint services of other stacks, that of one without an API begins
there.
"""
EPILOG = """\
exit status:
  0  all holds
  1  the doctor could not run: no outputs, no credentials, or the command line is wrong
  2  something is broken
  3  nothing is broken, but something is unknown, or has a setting that nothing judges
  4  requests get through, but redundancy is lost: after one more failure some don't

examples:
  crosslink doctor
  crosslink doctor --route /svc1 --probe
  crosslink doctor --probe-crossing
  crosslink doctor --explain 504
  CROSSLINK_TOKEN=$(cat token) crosslink doctor --route /svc1 --probe
  pulumi stack output --json --show-secrets > outputs.json; crosslink doctor --outputs outputs.json --json
"""


class UsageError(Exception):
    """The stack doesn't have what the command line asks for."""


ERRORS = (outputs.OutputsError, SessionError, UsageError, explain.UnknownTopicError)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    source = parser.add_mutually_exclusive_group()
    stack = "a stack of the checkout, whose outputs the Pulumi CLI tells (default: dev)"
    source.add_argument("--stack", metavar="NAME|FILE", help=stack)
    written = "what `pulumi stack output --json --show-secrets` has written, instead of the CLI"
    source.add_argument("--outputs", type=Path, metavar="FILE", help=written)
    explaining = "print what a status, a name in x-amzn-errortype or a rule means; asks nobody"
    explained = source.add_argument("--explain", metavar="STATUS|ERROR|RULE", help=explaining)
    explained.completer = _topics  # pyright: ignore[reportAttributeAccessIssue] - argcomplete's
    parser.add_argument("--route", metavar="PATH", help="only this route, such as /svc1")
    probing = (
        "also send one request to the route, or else to the first one, with GET, HEAD or OPTIONS; auth "
        f"cognito and lambda need a token in the environment variable {VARIABLE}"
    )
    parser.add_argument("--probe", action="store_true", help=probing)
    crossing_over = (
        "--probe, by an open route if there is one, and below it for a path that is another route's if its "
        "dots are resolved (/svc1/%%2E%%2E/svc2): once plainly, and once with the other route's path as "
        f"{crossing.HEADER}; a plain request to the other route is sent to compare the answers"
    )
    parser.add_argument("--probe-crossing", action="store_true", help=crossing_over)
    add_every_argument(parser)
    add_output_arguments(parser, "crosslink/doctor/report.schema.json")


def asked(arguments: argparse.Namespace) -> dict[str, object]:
    """The source of the outputs, or what was to be explained."""
    if arguments.explain is not None:
        return {"explain": arguments.explain}
    # No default of the parser's own: `--stack dev --outputs FILE` would pass for `--outputs FILE`.
    return {"stack": str(arguments.outputs or arguments.stack or "dev")}


def run(arguments: argparse.Namespace, out: Console, err: Console) -> Status:
    """Walk the path, and print what was found. `ERRORS` are what it raises."""
    # The Kubernetes client logs what fails and goes on; here it becomes a verdict.
    logging.basicConfig(level=logging.ERROR if arguments.debug else logging.CRITICAL)
    if arguments.explain is not None:
        return _explain(arguments.explain, out, json=arguments.json)
    done = _examine(arguments, err)
    if arguments.json:
        print_json(report.as_json(done), out)
    else:
        report.write(done, out, every=arguments.all)
    return report.status(done)


def _explain(topic: str, out: Console, *, json: bool) -> Status:
    explanation = explain.explain(topic)
    if json:
        print_json(explain.as_json(explanation), out)
    else:
        explain.write(explanation, out)
    return Status.HOLDS


def _topics(**_shell: object) -> Sequence[str]:
    """What a shell completes."""
    return explain.topics()


def _examine(arguments: argparse.Namespace, progress: Console) -> report.Report:
    source, route = str(asked(arguments)["stack"]), arguments.route
    stack = outputs.of_file(arguments.outputs) if arguments.outputs else outputs.of_stack(source)
    declared = stack.declared
    if not declared.routes:
        raise UsageError("the stack has no routes, so there is no path to walk: nothing was judged")
    if route is not None and route not in declared.routes:
        raise UsageError(f"the stack has no route {route}; it has {', '.join(sorted(declared.routes))}")
    routes = [route] if route else sorted(declared.routes)
    if declared.api is None and (arguments.probe or arguments.probe_crossing):
        raise UsageError(
            "the stack has no API to send a request to: run `crosslink doctor --probe` for the stack whose "
            "API leads here"
        )
    pair = _pair(declared, routes) if arguments.probe_crossing else None
    probed = pair.own.path if pair else routes[0]
    if (arguments.probe or pair) and probed not in stack.urls:
        raise UsageError(
            f"there is no URL of {probed} to send a request to, which the output `routes` should have: "
            "run `pulumi up`, or give --outputs all that `pulumi stack output --json --show-secrets` writes"
        )
    with progress.status("getting into the accounts") as status:
        sessions = open_sessions(live.parties(declared))
        status.update("reading the accounts and the clusters")
        graph = live.read(declared, sessions, stack.kubeconfigs)
        pending = pending_of(graph, declared)
        whole = read_model(graph, declared)
        model = replace(whole, walks=tuple(walk for walk in whole.walks if walk.path in routes))
        judgement = judge(model)
        sent, crossed = None, ()
        if arguments.probe or pair:
            status.update(f"sending a request to {probed}")
            caller = _caller(declared, sessions)
            sent = _probe(stack, probed, caller, _Seen(model, judgement, pending))
            if pair:
                crossed = _cross(stack, pair, caller, sent)
        return report.Report(
            stack=source, model=model, judgement=judgement, pending=pending, probe=sent, crossings=crossed
        )


def _pair(declared: Declared, routes: Sequence[str]) -> crossing.Pair:
    if pair := crossing.pair_of(declared, routes):
        return pair
    raise UsageError(
        f"there is no other route to cross over to from {' or '.join(routes)}: it takes two of one backend"
    )


def _caller(declared: Declared, sessions: Sessions) -> Caller:
    token = os.environ.get(VARIABLE, "").strip() or None
    account = declared.consumer and declared.consumer.account_id
    return Caller(credentials=lambda: sessions.credentials(account) if account else None, token=token)


class _Seen(NamedTuple):
    """What the walk in AWS has found."""

    model: Model
    judgement: Judgement
    pending: Sequence[Pending]


def _probe(stack: outputs.Outputs, path: str, caller: Caller, seen: _Seen) -> report.Probe:
    url, method = stack.urls[path], None
    try:
        method = probe.method_of(stack.declared.routes[path])
        answer = probe.send(method, url, caller.headers(stack, path, method))
    except NotKnownError as error:
        return report.Probe(method=method, url=url, answer=None, meaning=probe.unknown(what=str(error)))
    request = _asked(stack.declared, path, seen)
    return report.Probe(method=method, url=url, answer=answer, meaning=meaning_of(answer, request))


def _asked(declared: Declared, path: str, seen: _Seen) -> probe.Asked:
    api, route = declared.api, declared.routes[path]
    backend = declared.backends[route.backend]
    walks = [walk for walk in seen.model.walks if walk.path == path]
    hosts = {hop.host for walk in walks for hop in walk.seen(steps.METHOD)}
    waiting = {pending.endpoint_id: pending for pending in seen.pending}
    return probe.Asked(
        path=path,
        sent_as=ServedPath(path=path, strip_prefix=route.strip_prefix).sent_as,
        stage=api.stage if api else "",
        auth=route.auth or "none",
        domain=api.domain if api else None,
        ours=backend.kind == "cluster",
        pending=waiting.get(str(backend.endpoint_id)),
        fits=_fits([verdict for walk in walks for verdict in seen.judgement.walks[walk.name]]),
        inner_hosts=frozenset(filter(None, {*hosts, backend.tls_domain})),
    )


def _fits(verdicts: Sequence[Verdict]) -> bool:
    """Whether the API's methods and the Ingress's rule for a route were seen, and are as they should be."""
    results: dict[str, set[Result]] = {steps.METHOD.title: set(), steps.INGRESS_RULE.title: set()}
    for verdict in verdicts:
        results.get(verdict.title, set()).add(verdict.result)
    return all(
        found and found <= {Result.HOLDS, Result.ADVICE, Result.DEGRADED} for found in results.values()
    )


def _cross(
    stack: outputs.Outputs, pair: crossing.Pair, caller: Caller, plainly: report.Probe
) -> list[report.Probe]:
    """Sends the crossing path; nothing if a plain request could not be sent, or nobody has answered it."""
    method, own = plainly.method, plainly.answer
    if method is None or own is None:
        return []

    def ask(path: str, below: str, header: Mapping[str, str]) -> probe.Answer:
        headers = caller.headers(stack, path, method, below)
        return probe.send(method, stack.url_of(path, below), {**headers, **header})

    url = stack.url_of(pair.own.path, pair.below)
    return [
        report.Probe(method=method, url=url, answer=answer, meaning=meaning)
        for answer, meaning in crossing.cross(stack.declared, pair, own, ask)
    ]
