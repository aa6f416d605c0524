"""Routes added to a REST API that is somebody else's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from components.consumer.openapi import Auth, Route, digest, paths

AUTHORIZATION: Mapping[Auth, str] = {"iam": "AWS_IAM", "apiKey": "NONE", "none": "NONE"}


@dataclass(frozen=True, kw_only=True)
class ExistingApiArgs:
    """Arguments of an ExistingApi.

    Args:
        api_id: id of the API; REGIONAL, in the component's own account and region.
        root_resource_id: id of its resource `/`.
        routes: the routes to add under it. The API must not have their paths yet.
        auth: who may call them.
    """

    api_id: str
    root_resource_id: str
    routes: Sequence[Route]
    auth: Auth


class ExistingApi(pulumi.ComponentResource):
    """Resources, methods and integrations below the root of an existing API, and a deployment of it.

    Part of the path: step 8 with an existing API. Its own resources, and whatever belongs to it as a
    whole, stay untouched; but a deployment is a snapshot of everything in it, ours and theirs. A route
    that is removed here is still in the deployment of the same update, since Pulumi deletes last: run
    `pulumi up --replace` on the deployment after it.

    Outputs:
        api_id: id of the API.
        deployment_id: its latest deployment of ours.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html
    """

    api_id: pulumi.Output[str]
    deployment_id: pulumi.Output[str]

    def __init__(self, name: str, args: ExistingApiArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:consumer:ExistingApi", name, None, opts)
        self._args = args
        self._resource_ids: dict[str, pulumi.Input[str]] = {"": args.root_resource_id}

        definition = paths(args.routes, args.auth)
        integrations = [self._add_method(path, methods) for path, methods in definition.items()]
        deployment = aws.apigateway.Deployment(
            name,
            rest_api=args.api_id,
            triggers={"document": digest(definition)},
            opts=ResourceOptions(parent=self, depends_on=integrations, retain_on_delete=True),
        )
        self.api_id = pulumi.Output.from_input(args.api_id)
        self.deployment_id = deployment.id
        self.register_outputs({"apiId": self.api_id})

    def _add_method(self, path: str, methods: Mapping[str, Any]) -> aws.apigateway.Integration:
        """The method and integration that the document describes for a path, as resources."""
        operation = methods["x-amazon-apigateway-any-method"]
        described = operation["x-amazon-apigateway-integration"]
        key = f"{self.pulumi_resource_name}{path}"
        method = aws.apigateway.Method(
            key,
            rest_api=self._args.api_id,
            resource_id=self._resource_id(path),
            http_method="ANY",
            authorization=AUTHORIZATION[self._args.auth],
            api_key_required=self._args.auth == "apiKey",
            request_parameters={
                f"method.request.{parameter['in']}.{parameter['name']}": parameter["required"]
                for parameter in operation.get("parameters", [])
            },
            opts=ResourceOptions(parent=self),
        )
        return aws.apigateway.Integration(
            key,
            rest_api=self._args.api_id,
            resource_id=method.resource_id,
            http_method=method.http_method,
            type=described["type"].upper(),
            integration_http_method=described["httpMethod"],
            uri=described["uri"],
            connection_type=described["connectionType"],
            connection_id=described["connectionId"],
            passthrough_behavior=described["passthroughBehavior"].upper(),
            request_parameters=described.get("requestParameters", {}),
            opts=ResourceOptions(parent=self),
        )

    def _resource_id(self, path: str) -> pulumi.Input[str]:
        """The resource of a path, made with its upper ones if they aren't there yet."""
        if path not in self._resource_ids:
            upper, _, segment = path.rpartition("/")
            self._resource_ids[path] = aws.apigateway.Resource(
                f"{self.pulumi_resource_name}{path}",
                rest_api=self._args.api_id,
                parent_id=self._resource_id(upper),
                path_part=segment,
                opts=ResourceOptions(parent=self),
            ).id
        return self._resource_ids[path]
