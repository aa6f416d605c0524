"""PublicApi: the resources besides the API and its stage, and the outputs."""

from typing import Any

import pytest

from crosslink.sandbox.record import UNKNOWN
from settings.authorizers import LambdaAuthorizer
from settings.domain import Domain
from settings.limits import Throttle
from settings.logs import Logs
from settings.route import RouteSettings
from tests.components.consumer.apis import API_ID, AUTHS, FUNCTION, REGION, ROOT, SVC1, WEB_ACL, api_of
from tests.components.consumer.public import built, mixed, plain
from tests.components.support import CONSUMER, children, counts, places
from tests.waiting import depends

COMPONENT = "crosslink:consumer:PublicApi"
NEW_API = "aws:apigateway/restApi:RestApi"
STAGE = "aws:apigateway/stage:Stage"
MAPPING = "aws:apigateway/basePathMapping:BasePathMapping"
PERMISSION = "aws:lambda/permission:Permission"
PARTS = {"crosslink:consumer:RestApi": 1, "crosslink:consumer:Stage": 1}

GIVEN = "arn:aws:acm:us-west-2:111111111111:certificate/a1b2c3d4-5678-90ab-cdef-111111111111"
NAMED = Domain(name="api.example.com", certificate_arn=GIVEN, base_path="shop")


def test_consists_of_the_api_and_its_stage_and_tells_where_they_are():
    found = plain()
    assert counts(children(found, found.one(COMPONENT))) == PARTS
    api_id = found.one(NEW_API).id
    url = f"https://{api_id}.execute-api.us-west-2.amazonaws.com/v1"
    assert found.outputs == {
        "api_id": api_id,
        "stage_name": "v1",
        "url": url,
        "routes": {"/svc1": f"{url}/svc1"},
        "client_keys": {},
        "invoke_policies": found.outputs["invoke_policies"],
    }
    assert found.one(COMPONENT).outputs == {"url": url}


def test_an_existing_api_gets_routes_and_a_stage_and_no_new_api_is_created():
    found = built(api_of(existing=True))
    assert counts(children(found, found.one(COMPONENT))) == {
        "crosslink:consumer:ExistingApi": 1,
        "crosslink:consumer:Stage": 1,
    }
    assert found.of_type(NEW_API) == []
    assert found.outputs["api_id"] == found.one(STAGE).inputs["restApi"] == API_ID


def test_everything_is_in_the_apis_account_and_region():
    for found in (mixed("mobile"), mixed(existing=True)):
        assert places(resource for resource in found.resources.values() if not resource.is_provider) == {
            (CONSUMER, REGION)
        }


def test_limits_logs_and_web_acl_are_the_stages():
    slow = RouteSettings(throttle=Throttle(rate=1, burst=2), methods=("GET",))
    api = api_of(stage="live", web_acl_arn=WEB_ACL, logs=Logs(retention_days=30), routes={SVC1.path: slow})
    found = built(api)
    stage = children(found, found.one("crosslink:consumer:Stage"))
    assert counts(stage) == {
        STAGE: 1,
        "aws:apigateway/methodSettings:MethodSettings": 3,
        "aws:cloudwatch/logGroup:LogGroup": 1,
        "aws:wafv2/webAclAssociation:WebAclAssociation": 1,
    }
    assert found.outputs["stage_name"] == "live"


@pytest.mark.parametrize("existing", [False, True], ids=["new", "existing"])
def test_only_this_apis_authorizers_may_invoke_the_function(existing: bool):
    found = mixed(existing=existing)
    api_id = found.outputs["api_id"]
    assert found.one(PERMISSION).inputs == {
        "action": "lambda:InvokeFunction",
        "function": FUNCTION,
        "principal": "apigateway.amazonaws.com",
        "sourceArn": f"arn:aws:execute-api:us-west-2:111111111111:{api_id}/authorizers/*",
    }


def test_the_permission_is_for_the_functions_alias():
    function = LambdaAuthorizer(function_arn=f"{FUNCTION}:live")
    inputs = built(api_of("lambda", lambda_=function)).one(PERMISSION).inputs
    assert (inputs["function"], inputs["qualifier"]) == (FUNCTION, "live")


@pytest.mark.parametrize("auth", [auth for auth in AUTHS if auth != "lambda"])
def test_without_a_route_with_auth_lambda_there_is_no_permission(auth: Any):
    found = built(api_of(auth, lambda_=LambdaAuthorizer(function_arn=FUNCTION)))
    assert found.of_type(PERMISSION) == []


@pytest.mark.parametrize("existing", [False, True], ids=["new", "existing"])
def test_an_api_with_a_domain_has_urls_with_it(existing: bool):
    found = built(api_of(existing=existing, domain=NAMED))
    assert len(found.of_type("crosslink:consumer:CustomDomain")) == 1
    assert found.one(MAPPING).inputs == {
        "domainName": "api.example.com",
        "basePath": "shop",
        "restApi": found.outputs["api_id"],
        "stageName": "v1",
    }
    assert depends(found, found.one(MAPPING), on=found.one(STAGE))
    assert found.one(STAGE).inputs["variables"]["prefix"] == "/shop"
    url = "https://api.example.com/shop"
    assert found.outputs["url"] == url
    assert found.outputs["routes"] == {"/svc1": f"{url}/svc1"}
    assert (
        found.outputs["domain_target"]
        == found.one("aws:apigateway/domainName:DomainName").outputs["regionalDomainName"]
    )


def test_nothing_stands_before_the_routes_under_a_domain_without_a_base_path():
    domain = NAMED.model_copy(update={"base_path": None})
    assert built(api_of(domain=domain)).one(STAGE).inputs["variables"]["prefix"] == "/"


def test_the_url_of_the_root_is_that_of_the_stage_with_a_slash():
    found = built(api_of(), (ROOT, SVC1))
    url = found.outputs["url"]
    assert found.outputs["routes"] == {"/": f"{url}/", "/svc1": f"{url}/svc1"}


def test_only_a_new_api_can_be_protected():
    found = built(api_of(domain=NAMED), protect=True)
    assert [resource.type for resource in found.resources.values() if resource.options.protect] == [NEW_API]
    found = built(api_of(existing=True, domain=NAMED), protect=True)
    assert not [resource for resource in found.resources.values() if resource.options.protect]


@pytest.mark.parametrize("existing", [False, True], ids=["new", "existing"])
def test_preview_and_up_register_the_same_resources(existing: bool):
    previewed = mixed("mobile", existing=existing, preview=True)
    assert previewed.resources.keys() == mixed("mobile", existing=existing).resources.keys()


def test_a_preview_knows_the_url_of_an_api_with_a_name_and_no_other():
    assert plain(preview=True).outputs["url"] is UNKNOWN
    named = built(api_of(domain=NAMED), preview=True)
    assert named.outputs["routes"] == {"/svc1": "https://api.example.com/shop/svc1"}
