"""Amazon API Gateway: short ids, ARNs without the account.

https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html
"""

from collections.abc import Callable

from crosslink.sandbox.new_resource import New, Outputs


def rest_api(new: New) -> Outputs:
    id_ = new.api_id()
    return {
        "id": id_,
        "name": new.name(),
        "arn": f"arn:aws:apigateway:{new.region}::/restapis/{id_}",
        "executionArn": new.arn("execute-api", id_),
        "rootResourceId": new.digits(10, "0123456789abcdefghijklmnopqrstuvwxyz", salt="root"),
    }


def stage(new: New) -> Outputs:
    api, stage = new.inputs["restApi"], new.inputs["stageName"]
    return {
        "id": f"ags-{api}-{stage}",
        "arn": f"arn:aws:apigateway:{new.region}::/restapis/{api}/stages/{stage}",
        "executionArn": new.arn("execute-api", f"{api}/{stage}"),
        "invokeUrl": f"https://{api}.execute-api.{new.region}.amazonaws.com/{stage}",
    }


def api_resource(new: New) -> Outputs:
    parent = new.existing("aws:apigateway/resource:Resource", lambda one: one.id == new.inputs["parentId"])
    above = parent.outputs["path"] if parent else ""
    return {"id": new.api_id(6), "path": f"{above}/{new.inputs['pathPart']}"}


def api_method(prefix: str) -> Callable[[New], Outputs]:
    return lambda new: {
        "id": f"{prefix}-{new.inputs['restApi']}-{new.inputs['resourceId']}-{new.inputs['httpMethod']}"
    }


def api_key(new: New) -> Outputs:
    id_ = new.api_id()
    arn = f"arn:aws:apigateway:{new.region}::/apikeys/{id_}"
    return {"id": id_, "arn": arn, "name": new.name(), "value": new.api_id(40)}


def api_object(kind: str, length: int) -> Callable[[New], Outputs]:
    def compute(new: New) -> Outputs:
        id_ = new.api_id(length)
        return {"id": id_, "arn": f"arn:aws:apigateway:{new.region}::/{kind}/{id_}", "name": new.name()}

    return compute


def authorizer(new: New) -> Outputs:
    id_ = new.api_id(6)
    api = new.inputs["restApi"]
    return {"id": id_, "arn": f"arn:aws:apigateway:{new.region}::/restapis/{api}/authorizers/{id_}"}


def domain_name(new: New) -> Outputs:
    name = new.inputs["domainName"]
    return {
        "id": name,
        "arn": f"arn:aws:apigateway:{new.region}::/domainnames/{name}",
        "regionalDomainName": f"d-{new.api_id()}.execute-api.{new.region}.amazonaws.com",
        "regionalZoneId": "Z2OJLYMUO9EFXC",
    }


def base_path_mapping(new: New) -> Outputs:
    return {"id": f"{new.inputs['domainName']}/{new.inputs.get('basePath', '')}"}
