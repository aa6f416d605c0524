"""ExistingApi: routes below the root of an existing API, and no change to the API itself."""

import pytest

from components.consumer.authorization import schemes
from components.consumer.openapi import digest, paths
from crosslink.sandbox.record import UNKNOWN, ProgramError
from settings.api import ExistingApi
from tests.components.consumer.apis import API_ID, AUTHS, EACH_AUTH, REGION, ROOT_ID, api_of
from tests.components.consumer.existing import (
    AUTHORIZER,
    DEPLOYMENT,
    INTEGRATION,
    METHOD,
    MIXED,
    RESOURCE,
    A,
    built,
    mixed,
    narrow,
    nested,
    signed,
)
from tests.components.support import CONSUMER, children, counts, places, urns

COMPONENT = "crosslink:consumer:ExistingApi"


def test_creates_resources_methods_and_integrations_and_nothing_of_the_api_as_a_whole():
    found = signed()
    made = children(found, found.one(COMPONENT))
    assert counts(made) == {RESOURCE: 7, METHOD: 6, INTEGRATION: 6, DEPLOYMENT: 1}
    assert places(made) == {(CONSUMER, REGION)}
    assert {resource.inputs["restApi"] for resource in made} == {API_ID}


def test_only_the_authorizers_of_its_routes_are_created():
    found = mixed()
    made = children(found, found.one(COMPONENT))
    assert counts(made) == {RESOURCE: 10, METHOD: 10, INTEGRATION: 10, AUTHORIZER: 2, DEPLOYMENT: 1}
    assert {resource.inputs["restApi"] for resource in made} == {API_ID}


def test_paths_share_their_upper_resources():
    found = signed()
    ids = {resource.name: resource.id for resource in found.of_type(RESOURCE)}
    assert {resource.name: resource.inputs for resource in found.of_type(RESOURCE)} == {
        f"crosslink{path}": {"restApi": API_ID, "parentId": parent_id, "pathPart": part}
        for path, parent_id, part in [
            ("/team", ROOT_ID, "team"),
            ("/team/a", ids["crosslink/team"], "a"),
            ("/team/a/{proxy+}", ids["crosslink/team/a"], "{proxy+}"),
            ("/team/b", ids["crosslink/team"], "b"),
            ("/team/b/{proxy+}", ids["crosslink/team/b"], "{proxy+}"),
            ("/top", ROOT_ID, "top"),
            ("/top/{proxy+}", ids["crosslink/top"], "{proxy+}"),
        ]
    }


def test_the_root_and_nested_routes_have_their_place_in_the_tree():
    found = nested()
    ids = {resource.name: resource.id for resource in found.of_type(RESOURCE)}
    assert {resource.name: resource.inputs for resource in found.of_type(RESOURCE)} == {
        f"crosslink{path}": {"restApi": API_ID, "parentId": parent_id, "pathPart": part}
        for path, parent_id, part in [
            ("/{proxy+}", ROOT_ID, "{proxy+}"),
            ("/svc1", ROOT_ID, "svc1"),
            ("/svc1/{proxy+}", ids["crosslink/svc1"], "{proxy+}"),
            ("/svc1/admin", ids["crosslink/svc1"], "admin"),
            ("/svc1/admin/{proxy+}", ids["crosslink/svc1/admin"], "{proxy+}"),
            ("/team", ROOT_ID, "team"),
            ("/team/{proxy+}", ids["crosslink/team"], "{proxy+}"),
        ]
    }
    # The root is the owner's: only its method is added.
    assert found.one(METHOD, "crosslink/").inputs["resourceId"] == ROOT_ID
    assert found.one(INTEGRATION, "crosslink/").inputs["resourceId"] == ROOT_ID


def test_the_deployment_waits_for_every_integration():
    found = mixed()
    assert found.one(DEPLOYMENT).dependencies == urns(*found.of_type(INTEGRATION))


def test_old_deployments_are_kept_and_nothing_else():
    found = mixed()
    assert [resource for resource in found.resources.values() if resource.options.retain_on_delete] == [
        found.one(DEPLOYMENT)
    ]


def test_the_deployments_trigger_is_the_digest_of_all_routes_and_who_may_call_them():
    assert mixed().one(DEPLOYMENT).inputs == {
        "restApi": API_ID,
        "triggers": {
            "document": digest(
                {
                    "root": ROOT_ID,
                    "paths": paths(MIXED, EACH_AUTH),
                    "schemes": schemes(MIXED, [route.path for route in EACH_AUTH]),
                }
            )
        },
    }
    elsewhere = {"existing": ExistingApi(id=API_ID, root_resource_id="other1")}
    changes = [
        built(api_of(existing=True), (A,)),
        built(api_of(existing=True).model_copy(update=elsewhere)),
        *(built(api_of(auth, existing=True), (A,)) for auth in AUTHS if auth != "iam"),
    ]
    triggers = [
        found.one(DEPLOYMENT).inputs["triggers"]["document"] for found in (signed(), narrow(), *changes)
    ]
    assert len(set(triggers)) == len(triggers)


def test_adding_routes_changes_nothing_but_the_deployment():
    before, after = built(api_of(existing=True), (A,)), signed()
    changed = [
        resource.type
        for resource in before.resources.values()
        if resource.inputs != after.resources[resource.urn].inputs
    ]
    assert changed == [DEPLOYMENT]


def test_an_existing_api_is_not_protected():
    assert not [resource for resource in mixed().resources.values() if resource.options.protect]


def test_outputs_are_the_given_id_and_the_start_of_its_arns():
    found = signed()
    assert found.one(COMPONENT).outputs == {"apiId": API_ID}
    assert found.outputs == {"arn": f"arn:aws:execute-api:{REGION}:{CONSUMER}:{API_ID}"}
    assert signed(preview=True).outputs == found.outputs


def test_without_an_existing_api_there_is_nothing_to_add_to():
    with pytest.raises(ProgramError, match="existing API"):
        built(api_of())


def test_a_preview_shows_every_path_uri_and_the_trigger():
    previewed, created = mixed(preview=True), mixed()
    assert previewed.resources.keys() == created.resources.keys()
    assert previewed.one(DEPLOYMENT).inputs == created.one(DEPLOYMENT).inputs
    assert previewed.one(RESOURCE, "crosslink/iam").inputs == created.one(RESOURCE, "crosslink/iam").inputs
    for authorizer in previewed.of_type(AUTHORIZER):
        assert authorizer.inputs == created.one(AUTHORIZER, authorizer.name).inputs
    for integration in previewed.of_type(INTEGRATION):
        shown = {**created.one(INTEGRATION, integration.name).inputs, "resourceId": UNKNOWN}
        assert integration.inputs == shown
