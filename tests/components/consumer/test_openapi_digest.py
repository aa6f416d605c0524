"""The document's text, and its digest, which triggers a new deployment of the API."""

import json
from dataclasses import replace

import pytest

from components.consumer.openapi import Route, digest, document, encode, paths
from settings.api import Api
from settings.route import Auth
from tests.components.consumer.apis import AUTHS, DEEP, EACH_AUTH, SVC1, api_of, api_of_each_auth


def test_the_encoding_is_json_of_the_document():
    whole = document(api_of_each_auth(), EACH_AUTH)
    assert json.loads(encode(whole)) == whole


def test_the_encoding_does_not_depend_on_the_order_of_keys():
    assert encode({"a": 1, "b": {"c": 2, "d": 3}}) == encode({"b": {"d": 3, "c": 2}, "a": 1})


def test_the_digest_is_the_same_for_the_same_content():
    first = digest(document(api_of(), [SVC1, DEEP]))
    assert digest(document(api_of(), [SVC1, DEEP])) == first
    assert digest(document(api_of(), [DEEP, SVC1])) == first


@pytest.mark.parametrize(
    ("api", "routes"),
    [
        (api_of(name="other"), [SVC1]),
        *((api_of(auth), [SVC1]) for auth in AUTHS if auth != "iam"),
        (api_of(), []),
        (api_of(), [SVC1, DEEP]),
        (api_of(), [replace(SVC1, origin="http://apps.crosslink.example.com:8001")]),
        (api_of(), [replace(SVC1, sent_as="/")]),
        (api_of(), [replace(SVC1, path="/svc2")]),
    ],
    ids=[
        *("title", *(auth for auth in AUTHS if auth != "iam")),
        *("route removed", "route added", "origin", "stripped", "path"),
    ],
)
def test_the_digest_changes_with_everything_the_document_says(api: Api, routes: list[Route]):
    assert digest(document(api, routes)) != digest(document(api_of(), [SVC1]))


@pytest.mark.parametrize("auth", [auth for auth in AUTHS if auth != "iam"])
def test_the_digest_of_the_paths_alone_tells_who_may_call_them(auth: Auth):
    """An existing API's deployment is triggered by its paths, the only part that this stack sets."""
    assert digest(paths(api_of(auth), [SVC1])) != digest(paths(api_of(), [SVC1]))
