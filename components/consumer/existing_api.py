"""Routes added to an existing REST API."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from components.consumer.authorization import identity_source, invocation_uri, schemes
from components.consumer.openapi import Route, digest, paths
from components.consumer.openapi_keys import ANY_METHOD, INTEGRATION
from settings.api import Api
from settings.auth import AUTHS, Auth
from settings.path import ROOT


@dataclass(frozen=True, kw_only=True)
class ExistingApiArgs:
    """Arguments of an ExistingApi.

    Args:
        api: the API's settings, with `existing`; the API must be REGIONAL.
        account_id: the account of the API and of the component, 12 digits.
        region: the region of the API and of the component.
        routes: the routes to add. The API must not have their paths yet.
        target: ARN of the load balancer behind a VPC link v2; None with v1.
    """

    api: Api
    account_id: str
    region: str
    routes: Sequence[Route]
    target: pulumi.Input[str] | None = None


class ExistingApi(pulumi.ComponentResource):
    """Resources, methods and integrations in an existing API, and a deployment of it.

    Part of the path: step 8 with an existing API. The API's other resources, and whatever applies to it as a
    whole, stay unchanged; but a deployment is a snapshot of everything in the API. Below a route, the methods
    that the API's own paths lack become the route's: with the root, those of all its paths. In other stages
    they fail, since these have no VPC link; before, API Gateway refused them. A route or a method that
    is removed here is still in the deployment of the same update, with the auth that it had, since Pulumi
    deletes last: run `pulumi up --replace` on the deployment afterwards.

    Outputs:
        api_id: id of the API.
        execution_arn: start of the ARNs of its stages and authorizers.
        deployment_id: id of the latest deployment by this component.

    Raises:
        ValueError: the settings have no existing API.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html
    """

    api_id: pulumi.Output[str]
    execution_arn: pulumi.Output[str]
    deployment_id: pulumi.Output[str]

    def __init__(self, name: str, args: ExistingApiArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:consumer:ExistingApi", name, None, opts)
        existing = args.api.existing
        if existing is None:
            raise ValueError("ExistingApi needs the settings of an existing API")
        self._api, self._id, self._target = args.api, existing.id, args.target
        self._resource_ids: dict[str, pulumi.Input[str]] = {ROOT: existing.root_resource_id}
        names = [route.path for route in args.routes]
        self._authorizers = self._add_authorizers({args.api.auth_of(path) for path in names})
        integrations = [
            self._add_method(path, route.path, document_name, operation)
            for route in args.routes
            for path, operations in paths(args.api, [route]).items()
            for document_name, operation in operations.items()
        ]
        definition = {
            "root": existing.root_resource_id,
            "paths": paths(args.api, args.routes),
            "schemes": schemes(args.api, names),
        }
        deployment = aws.apigateway.Deployment(
            name,
            rest_api=existing.id,
            triggers={
                "document": digest(definition),
                **({"target": args.target} if args.target is not None else {}),
            },
            opts=ResourceOptions(parent=self, depends_on=integrations, retain_on_delete=True),
        )
        self.api_id = pulumi.Output.from_input(existing.id)
        arn = f"arn:aws:execute-api:{args.region}:{args.account_id}:{existing.id}"
        self.execution_arn = pulumi.Output.from_input(arn)
        self.deployment_id = deployment.id
        self.register_outputs({"apiId": self.api_id})

    def _add_authorizers(self, auths: Collection[Auth]) -> Mapping[Auth, aws.apigateway.Authorizer]:
        """The authorizers that the routes need. Authorizers that the API has already aren't used."""
        authorizers: dict[Auth, aws.apigateway.Authorizer] = {}
        cognito, function = self._api.cognito, self._api.lambda_
        if cognito and "cognito" in auths:
            authorizers["cognito"] = aws.apigateway.Authorizer(
                f"{self.pulumi_resource_name}-cognito",
                rest_api=self._id,
                type="COGNITO_USER_POOLS",
                provider_arns=[cognito.user_pool_arn],
                identity_source=identity_source("Authorization"),
                opts=ResourceOptions(parent=self),
            )
        if function and "lambda" in auths:
            authorizers["lambda"] = aws.apigateway.Authorizer(
                f"{self.pulumi_resource_name}-lambda",
                rest_api=self._id,
                type=function.type.upper(),
                authorizer_uri=invocation_uri(function.function_arn),
                identity_source=identity_source(function.header),
                authorizer_result_ttl_in_seconds=function.cache_seconds,
                opts=ResourceOptions(parent=self),
            )
        return authorizers

    def _add_method(
        self, path: str, route: str, document_name: str, operation: Mapping[str, Any]
    ) -> aws.apigateway.Integration:
        """The method and integration that the document describes, as resources."""
        auth = self._api.auth_of(route)
        authorizer = self._authorizers.get(auth)
        verb = "ANY" if document_name == ANY_METHOD else document_name.upper()
        key = f"{self.pulumi_resource_name}{'' if verb == 'ANY' else f'-{document_name}'}{path}"
        method = aws.apigateway.Method(
            key,
            rest_api=self._id,
            resource_id=self._resource_id(path),
            http_method=verb,
            authorization=AUTHS[auth].authorization,
            authorizer_id=authorizer.id if authorizer else None,
            authorization_scopes=list(self._api.route(route).scopes) or None,
            api_key_required=AUTHS[auth].key,
            request_parameters={
                f"method.request.{parameter['in']}.{parameter['name']}": parameter["required"]
                for parameter in operation.get("parameters", [])
            },
            opts=ResourceOptions(parent=self),
        )
        described = operation[INTEGRATION]
        return aws.apigateway.Integration(
            key,
            rest_api=self._id,
            resource_id=method.resource_id,
            http_method=method.http_method,
            type=described["type"].upper(),
            integration_http_method=described["httpMethod"],
            uri=described["uri"],
            connection_type=described["connectionType"],
            connection_id=described["connectionId"],
            integration_target=self._target,
            passthrough_behavior=described["passthroughBehavior"].upper(),
            request_parameters=described["requestParameters"],
            timeout_milliseconds=described.get("timeoutInMillis"),
            # Left out, it would stay what it was.
            response_transfer_mode=described.get("responseTransferMode", "BUFFERED"),
            opts=ResourceOptions(parent=self),
        )

    def _resource_id(self, path: str) -> pulumi.Input[str]:
        """The id of a path's resource, created with its upper ones if it doesn't exist yet."""
        if path not in self._resource_ids:
            upper, _, segment = path.rpartition("/")
            self._resource_ids[path] = aws.apigateway.Resource(
                f"{self.pulumi_resource_name}{path}",
                rest_api=self._id,
                parent_id=self._resource_id(upper or ROOT),
                path_part=segment,
                opts=ResourceOptions(parent=self),
            ).id
        return self._resource_ids[path]
