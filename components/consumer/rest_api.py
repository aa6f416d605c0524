"""A new REST API: one document, one deployment."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from components.consumer.openapi import Route, digest, document, encode
from settings.api import Api


@dataclass(frozen=True, kw_only=True)
class RestApiArgs:
    """Arguments of a RestApi.

    Args:
        api: the API's settings, with a name.
        routes: its routes.
        protect: refuse to delete or replace it.
    """

    api: Api
    routes: Sequence[Route]
    protect: bool


class RestApi(pulumi.ComponentResource):
    """A regional REST API that is defined by its OpenAPI document as a whole.

    Part of the path: step 8, API method → integration → VPC link. Everything is in the document, and no
    Method or Integration resource stands beside it: Pulumi deletes last, so that with single resources a
    new deployment would still contain a route that was removed; the document is updated first. So is the
    resource policy: the document is compared as it was written, while AWS gives a policy back with its
    short ARNs written out, which would be a difference in each update.

    Outputs:
        api_id: id of the API.
        execution_arn: what the ARNs of its stages and authorizers begin with.
        deployment_id: its latest deployment.

    Sources:
        https://www.pulumi.com/registry/packages/aws/api-docs/apigateway/restapi/
        https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-deployments.html
    """

    api_id: pulumi.Output[str]
    execution_arn: pulumi.Output[str]
    deployment_id: pulumi.Output[str]

    def __init__(self, name: str, args: RestApiArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:consumer:RestApi", name, None, opts)
        definition = document(args.api, args.routes)
        # With a domain of its own the API has no other address, which might have another TLS policy.
        default_endpoint_off = args.api.domain is not None
        api = aws.apigateway.RestApi(
            name,
            name=args.api.name,
            body=encode(definition),
            put_rest_api_mode="overwrite",
            fail_on_warnings=True,
            # The default is EDGE.
            endpoint_configuration=aws.apigateway.RestApiEndpointConfigurationArgs(types="REGIONAL"),
            disable_execute_api_endpoint=default_endpoint_off,
            opts=ResourceOptions(parent=self, protect=args.protect),
        )
        deployment = aws.apigateway.Deployment(
            name,
            rest_api=api.id,
            # What takes effect with a deployment only.
            triggers={
                "document": digest(definition),
                "disableExecuteApiEndpoint": str(default_endpoint_off).lower(),
            },
            # A stage is moved to the new deployment before the old one would go. Old ones are kept: they
            # cost nothing, and go with the API.
            opts=ResourceOptions(parent=self, retain_on_delete=True),
        )
        self.api_id = api.id
        self.execution_arn = api.execution_arn
        self.deployment_id = deployment.id
        self.register_outputs({"apiId": self.api_id})
