"""A new REST API: its document and its deployment."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from components.consumer.openapi import Route, digest, document, encode
from components.consumer.openapi_keys import ENDPOINT_ACCESS_MODE, SECURITY_POLICY
from settings.api import Api


@dataclass(frozen=True, kw_only=True)
class RestApiArgs:
    """Arguments of a RestApi.

    Args:
        api: the API's settings, with a name.
        routes: the API's routes.
        target: ARN of the load balancer behind a VPC link v2; None with v1. A first preview doesn't know it,
            nor therefore the document.
        protect: Pulumi refuses to delete or replace the API.
    """

    api: Api
    routes: Sequence[Route]
    protect: bool
    target: pulumi.Input[str] | None = None


class RestApi(pulumi.ComponentResource):
    """A regional REST API that is completely defined by its OpenAPI document.

    Part of the path: step 8, API method → integration → VPC link. There are no Method or Integration
    resources: Pulumi deletes last, so with them a new deployment would still contain a removed route, while
    the document is updated before the deployment. The resource policy is in the document too: Pulumi compares
    the document as it was written, while AWS returns a policy with its short ARNs written out, which would be
    a difference in each update.

    Outputs:
        api_id: id of the API.
        execution_arn: start of the ARNs of its stages and authorizers.
        deployment_id: id of its latest deployment.

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
        # With a custom domain name the API has no other one, which might have another TLS policy.
        default_endpoint_off = args.api.domain is not None
        api = aws.apigateway.RestApi(
            name,
            name=args.api.name,
            body=encode(definition)
            if args.target is None
            else pulumi.Output.from_input(args.target).apply(
                lambda target: encode(document(args.api, args.routes, target))
            ),
            put_rest_api_mode="overwrite",
            fail_on_warnings=True,
            # The default is EDGE.
            endpoint_configuration=aws.apigateway.RestApiEndpointConfigurationArgs(types="REGIONAL"),
            disable_execute_api_endpoint=default_endpoint_off,
            # The document has both too, since it overwrites them. Here the provider notices a change made
            # elsewhere, and resets the access mode if TLS 1.3 is lowered to 1.2, whose policy takes none
            # (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies.html).
            security_policy=definition[SECURITY_POLICY],
            endpoint_access_mode=definition.get(ENDPOINT_ACCESS_MODE),
            opts=ResourceOptions(parent=self, protect=args.protect),
        )
        deployment = aws.apigateway.Deployment(
            name,
            rest_api=api.id,
            # What takes effect only with a deployment.
            triggers={
                "document": digest(definition),
                "disableExecuteApiEndpoint": str(default_endpoint_off).lower(),
                **({"target": args.target} if args.target is not None else {}),
            },
            # The stage gets the new deployment before the old one would be deleted. Old ones are kept: they
            # cost nothing and are deleted with the API.
            opts=ResourceOptions(parent=self, retain_on_delete=True),
        )
        self.api_id = api.id
        self.execution_arn = api.execution_arn
        self.deployment_id = deployment.id
        self.register_outputs({"apiId": self.api_id})
