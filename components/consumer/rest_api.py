"""A new REST API: one document, one deployment."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from components.consumer.openapi import Auth, Route, digest, document, encode


@dataclass(frozen=True, kw_only=True)
class RestApiArgs:
    """Arguments of a RestApi.

    Args:
        api_name: the API's name in AWS.
        routes: its routes.
        auth: who may call them.
    """

    api_name: str
    routes: Sequence[Route]
    auth: Auth


class RestApi(pulumi.ComponentResource):
    """A regional REST API that is defined by its OpenAPI document as a whole.

    Part of the path: step 8, API method → integration → VPC link. Everything is in the document, and no
    Method or Integration resource stands beside it: Pulumi deletes last, so that with single resources a
    new deployment would still contain a route that was removed; the document is updated first.

    Outputs:
        api_id: id of the API.
        deployment_id: its latest deployment.

    Sources:
        https://www.pulumi.com/registry/packages/aws/api-docs/apigateway/restapi/
        https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-deployments.html
    """

    api_id: pulumi.Output[str]
    deployment_id: pulumi.Output[str]

    def __init__(self, name: str, args: RestApiArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:consumer:RestApi", name, None, opts)
        definition = document(title=args.api_name, routes=args.routes, auth=args.auth)
        api = aws.apigateway.RestApi(
            name,
            name=args.api_name,
            body=encode(definition),
            put_rest_api_mode="overwrite",
            fail_on_warnings=True,
            # The default is EDGE.
            endpoint_configuration=aws.apigateway.RestApiEndpointConfigurationArgs(types="REGIONAL"),
            opts=ResourceOptions(parent=self),
        )
        deployment = aws.apigateway.Deployment(
            name,
            rest_api=api.id,
            triggers={"document": digest(definition)},
            # A stage is moved to the new deployment before the old one would go. Old ones are kept: they
            # cost nothing, and go with the API.
            opts=ResourceOptions(parent=self, retain_on_delete=True),
        )
        self.api_id = api.id
        self.deployment_id = deployment.id
        self.register_outputs({"apiId": self.api_id})
