"""What a preview doesn't know of what stands."""

from dataclasses import replace
from typing import NoReturn

from crosslink.compare.documents import known
from crosslink.graph import tokens
from crosslink.sandbox.record import ProgramError, Resource, Run, contains_unknown
from tests.runs import DEV, file_of, run_stack

LINKED = file_of("vpc-link-v2")


def _one(run: Run, type_: str) -> Resource:
    (found,) = run.of_type(type_)
    return found


def _up() -> Run:
    return run_stack(LINKED, preview=False)


def _no_up() -> NoReturn:
    raise ProgramError("no up")


def test_a_document_that_names_the_nlb_is_known() -> None:
    run = known(run_stack(LINKED, preview=True), _up)
    document = str(_one(run, tokens.REST_API).inputs["body"])
    assert document == _one(_up(), tokens.REST_API).inputs["body"]
    assert [nlb.name for nlb in run.of_type(tokens.LOAD_BALANCER) if str(nlb.id) in document] == [
        "crosslink-gateway"
    ]


def test_the_trigger_is_known_and_still_tells_where_it_comes_from() -> None:
    deployment = _one(known(run_stack(LINKED, preview=True), _up), tokens.API_DEPLOYMENT)
    assert not contains_unknown(deployment.outputs["triggers"])
    assert contains_unknown(deployment.inputs["triggers"])


def test_the_trigger_is_known_for_an_api_of_somebody_else_too() -> None:
    run = run_stack(LINKED, preview=True)
    resources = {urn: each for urn, each in run.resources.items() if each.type != tokens.REST_API}
    deployment = _one(known(replace(run, resources=resources), _up), tokens.API_DEPLOYMENT)
    assert not contains_unknown(deployment.outputs["triggers"])


def test_it_is_known_which_target_group_has_which_weight() -> None:
    file = file_of("one-route-two-regions")
    run = known(run_stack(file, preview=True), lambda: run_stack(file, preview=False))
    actions = [listener.outputs["defaultActions"] for listener in run.of_type(tokens.LISTENER)]
    assert not contains_unknown(actions)
    (weighted,) = (action["forward"] for (action,) in actions if "forward" in action)
    groups = {group.outputs["arn"] for group in run.of_type(tokens.TARGET_GROUP)}
    assert {each["arn"] for each in weighted["targetGroups"]} < groups


def test_a_preview_that_knows_it_needs_no_up() -> None:
    run = run_stack(DEV, preview=True)
    assert known(run, _no_up) is run


def test_without_an_up_it_stays_unknown() -> None:
    run = run_stack(LINKED, preview=True)
    assert known(run, _no_up) is run
