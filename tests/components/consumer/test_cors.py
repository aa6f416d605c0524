"""The API's own answers: CORS preflights, and errors."""

import json
import re
from typing import Any

import pytest

from components.consumer.cors import gateway_responses, preflight
from settings.route import Cors

APP, LOCAL, THIRD = "https://app.example.com", "http://localhost:3000", "https://shop.example.org:8443"
HEADERS = "method.response.header."
ORIGIN = f"{HEADERS}Access-Control-Allow-Origin"
COMMON = {
    f"{HEADERS}Access-Control-Allow-Methods": "'GET,POST'",
    f"{HEADERS}Access-Control-Allow-Headers": "'Authorization,Content-Type,X-Amz-Date,X-Amz-Security-Token,"
    "X-Api-Key'",
    f"{HEADERS}Access-Control-Max-Age": "'600'",
    f"{HEADERS}Vary": "'Origin'",
}


@pytest.mark.parametrize(
    ("origins", "named"),
    [((APP,), {ORIGIN: f"'{APP}'"}), (("*",), {ORIGIN: "'*'"}), ((APP, LOCAL), {})],
    ids=["one", "all", "several"],
)
def test_a_preflight_is_answered_without_auth_and_without_the_backend(
    origins: tuple[str, ...], named: dict[str, str]
):
    operation = dict(preflight(Cors(origins=origins), ["GET", "POST"]))
    integration = dict(operation.pop("x-amazon-apigateway-integration"))
    answer = dict(integration.pop("responses")["default"])
    assert integration == {
        "type": "mock",
        "contentHandling": "CONVERT_TO_TEXT",
        "passthroughBehavior": "when_no_match",
        "requestTemplates": {"application/json": '{"statusCode": 204}'},
    }
    assert answer.pop("statusCode") == "204"
    assert answer.pop("responseParameters") == {**COMMON, **named}
    assert answer.keys() == ({"responseTemplates"} if len(origins) > 1 else set())
    responses = operation.pop("responses")
    assert operation == {"security": []}
    assert responses.keys() == {"204"}


@pytest.mark.parametrize("origins", [(APP,), ("*",), (APP, LOCAL)], ids=["one", "all", "several"])
def test_a_preflight_declares_each_header_that_it_answers_with(origins: tuple[str, ...]):
    declared = preflight(Cors(origins=origins), ["GET"])["responses"]["204"]["headers"]
    assert declared == {
        name: {"schema": {"type": "string"}}
        for name in (*(header.removeprefix(HEADERS) for header in COMMON), "Access-Control-Allow-Origin")
    }


def test_headers_and_age_are_the_settings():
    cors = Cors(origins=(APP,), headers=("X-Token", "X-Trace"), max_age_seconds=0)
    given = _answer(cors)["responseParameters"]
    assert given[f"{HEADERS}Access-Control-Allow-Headers"] == "'X-Token,X-Trace'"
    assert given[f"{HEADERS}Access-Control-Max-Age"] == "'0'"


def test_where_no_header_may_be_sent_none_is_named():
    operation = preflight(Cors(origins=(APP,), headers=()), ["GET"])
    assert "Access-Control-Allow-Headers" not in json.dumps(operation)


def test_with_several_origins_the_answer_names_the_requesting_one():
    assert _answer(Cors(origins=(APP, LOCAL)))["responseTemplates"] == {
        "application/json": '#set($origin = $input.params().header.get("Origin"))\n'
        '#if(!$origin || $origin == "")#set($origin = $input.params().header.get("origin"))#end\n'
        '#if($origin == "https://app.example.com" || $origin == "http://localhost:3000")'
        "#set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)#end"
    }


def test_each_of_several_origins_is_compared_as_a_whole():
    template = _answer(Cors(origins=(APP, LOCAL, THIRD)))["responseTemplates"]["application/json"]
    condition = re.search(r"#if\((.*)\)#set\(\$context", template)
    assert condition
    assert condition[1].split(" || ") == [f'$origin == "{origin}"' for origin in (APP, LOCAL, THIRD)]


@pytest.mark.parametrize("origins", [(APP,), (APP, LOCAL)], ids=["one", "several"])
def test_with_credentials_the_preflight_says_so(origins: tuple[str, ...]):
    allows = f"{HEADERS}Access-Control-Allow-Credentials"
    assert allows not in _answer(Cors(origins=origins))["responseParameters"]
    operation = preflight(Cors(origins=origins, credentials=True), ["GET"])
    answer = operation["x-amazon-apigateway-integration"]["responses"]["default"]
    assert answer["responseParameters"][allows] == "'true'"
    assert "Access-Control-Allow-Credentials" in operation["responses"]["204"]["headers"]


@pytest.mark.parametrize("every", [[], [Cors(origins=(APP,))]], ids=["without", "with"])
def test_errors_have_one_shape_with_the_requests_id(every: list[Cors]):
    found = gateway_responses(every)
    assert found.keys() == {"DEFAULT_4XX", "DEFAULT_5XX"}
    for response in found.values():
        (template,) = response["responseTemplates"].items()
        assert template == (
            "application/json",
            '{"message":$context.error.messageString,"requestId":"$context.requestId"}',
        )


def test_a_page_may_read_errors_and_their_id_where_a_route_has_cors():
    for response in gateway_responses([Cors(origins=(APP,))]).values():
        assert response["responseParameters"] == {
            "gatewayresponse.header.Access-Control-Allow-Origin": "'*'",
            "gatewayresponse.header.Access-Control-Expose-Headers": "'x-amzn-RequestId'",
        }
    for response in gateway_responses([]).values():
        assert response.keys() == {"responseTemplates"}


def test_with_credentials_a_page_may_read_errors_if_no_other_may():
    with_cookies = Cors(origins=(APP,), credentials=True)
    for response in gateway_responses([with_cookies, Cors(origins=(APP,))]).values():
        assert response["responseParameters"] == {
            "gatewayresponse.header.Access-Control-Allow-Origin": f"'{APP}'",
            "gatewayresponse.header.Access-Control-Allow-Credentials": "'true'",
            "gatewayresponse.header.Access-Control-Expose-Headers": "'x-amzn-RequestId'",
        }


@pytest.mark.parametrize(
    "every",
    [
        [Cors(origins=(APP, LOCAL), credentials=True)],
        [Cors(origins=(APP,), credentials=True), Cors(origins=(LOCAL,))],
        [Cors(origins=(APP,), credentials=True), Cors(origins=("*",))],
    ],
    ids=["two", "of two routes", "all"],
)
def test_with_several_origins_errors_are_for_pages_without_credentials(every: list[Cors]):
    assert gateway_responses(every) == gateway_responses([Cors(origins=("*",))])


def _answer(cors: Cors) -> dict[str, Any]:
    """The only response of a preflight."""
    return preflight(cors, ["GET"])["x-amazon-apigateway-integration"]["responses"]["default"]
