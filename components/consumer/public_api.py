"""The API as callers see it: routes, stage, keys of clients, domain name."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from components.consumer.client import Client, ClientArgs
from components.consumer.custom_domain import CustomDomain, CustomDomainArgs
from components.consumer.existing_api import ExistingApi, ExistingApiArgs
from components.consumer.openapi import Route, prefix
from components.consumer.rest_api import RestApi, RestApiArgs
from components.consumer.stage import Stage, StageArgs
from settings.api import Api
from settings.auth import AUTHS, Auth
from settings.limits import Quota, Throttle
from settings.resource_policy import method_arns


@dataclass(frozen=True, kw_only=True)
class PublicApiArgs:
    """Arguments of a PublicApi.

    Args:
        api: the API's settings.
        account_id: the component's account, 12 digits.
        region: the component's region.
        routes: the API's routes.
        link_id: id of the integrations' VPC link.
        permissions_boundary: ARN of the policy that bounds the role for logs; None for none.
        protect: Pulumi refuses to delete or replace a new API.
        target: ARN of the load balancer behind a VPC link v2; None with v1.
        ready: what must exist before the stage serves the routes by the link.
    """

    api: Api
    account_id: str
    region: str
    routes: Sequence[Route]
    link_id: pulumi.Input[str]
    permissions_boundary: str | None
    protect: bool
    target: pulumi.Input[str] | None = None
    ready: Sequence[pulumi.Resource] = ()


class PublicApi(pulumi.ComponentResource):
    """A REST API, new or existing, with a stage that serves its routes.

    Part of the path: step 8. All authentication, authorization and limits of the path are here.

    Outputs:
        api_id: id of the API.
        stage_name: name of the stage.
        url: URL of the stage, without a trailing slash: under the custom domain name, if there is one.
        routes: path → URL.
        key: value of the stack's only key, secret; None without auth `apiKey`, or if there are clients.
        client_keys: client → value of its key, secret.
        invoke_policies: path → an identity-based policy, JSON, that allows calling the route; for routes with
            auth `iam`.
        log_group: name of the access logs' log group; None without access logs.
        certificate_arn: ARN of the custom domain name's certificate; None without such a name.
        domain_target: what the custom domain name's record must point to; None without such a name.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html
    """

    api_id: pulumi.Output[str]
    stage_name: pulumi.Output[str]
    url: pulumi.Output[str]
    routes: dict[str, pulumi.Output[str]]
    key: pulumi.Output[str] | None
    client_keys: dict[str, pulumi.Output[str]]
    invoke_policies: dict[str, pulumi.Output[str]]
    log_group: pulumi.Output[str] | None
    certificate_arn: pulumi.Input[str] | None
    domain_target: pulumi.Output[str] | None

    def __init__(self, name: str, args: PublicApiArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:consumer:PublicApi", name, None, opts)
        api, paths = args.api, [route.path for route in args.routes]
        auths: set[Auth] = {api.auth_of(path) for path in paths}

        rest_api = self._rest_api(name, args)
        if api.lambda_ and "lambda" in auths:
            function, qualifier = _unqualified(api.lambda_.function_arn)
            aws.lambda_.Permission(
                name,
                action="lambda:InvokeFunction",
                function=function,
                qualifier=qualifier or None,
                principal="apigateway.amazonaws.com",
                # Permission for the authorizers of this API only.
                source_arn=pulumi.Output.concat(rest_api.execution_arn, "/authorizers/*"),
                opts=ResourceOptions(parent=self),
            )
        stage = Stage(
            name,
            StageArgs(
                rest_api_id=rest_api.api_id,
                deployment_id=rest_api.deployment_id,
                stage_name=api.stage,
                link_id=args.link_id,
                prefix=prefix(api),
                throttle=api.throttle,
                routes=api.routes,
                logs=api.logs,
                permissions_boundary=args.permissions_boundary,
                web_acl_arn=api.web_acl_arn,
                ready=args.ready,
            ),
            ResourceOptions(parent=self),
        )
        self.client_keys = {
            client.name: self._key(f"{name}-{client.name}", rest_api, stage, client.throttle, client.quota)
            for client in api.clients
        }
        alone = any(AUTHS[auth].key for auth in auths) and not api.clients
        self.key = self._key(name, rest_api, stage, None, None) if alone else None

        self.api_id, self.stage_name = rest_api.api_id, stage.stage_name
        self.log_group = stage.log_group
        self.url, self.domain_target, self.certificate_arn = stage.url, None, None
        if api.domain:
            domain = CustomDomain(
                name,
                CustomDomainArgs(domain=api.domain, rest_api_id=rest_api.api_id, stage_name=stage.stage_name),
                ResourceOptions(parent=self),
            )
            self.url, self.domain_target = domain.url, domain.target
            self.certificate_arn = domain.certificate_arn
        self.routes = {path: pulumi.Output.concat(self.url, path) for path in paths}
        self.invoke_policies = {
            path: rest_api.execution_arn.apply(lambda arn, path=path: invoke_policy(arn, api, path))
            for path in paths
            if AUTHS[api.auth_of(path)].signed
        }
        self.register_outputs({"url": self.url})

    def _rest_api(self, name: str, args: PublicApiArgs) -> RestApi | ExistingApi:
        opts = ResourceOptions(parent=self)
        if args.api.existing:
            existing = ExistingApiArgs(
                api=args.api,
                account_id=args.account_id,
                region=args.region,
                routes=args.routes,
                target=args.target,
            )
            return ExistingApi(name, existing, opts)
        new = RestApiArgs(api=args.api, routes=args.routes, protect=args.protect, target=args.target)
        return RestApi(name, new, opts)

    def _key(
        self,
        name: str,
        rest_api: RestApi | ExistingApi,
        stage: Stage,
        throttle: Throttle | None,
        quota: Quota | None,
    ) -> pulumi.Output[str]:
        args = ClientArgs(
            rest_api_id=rest_api.api_id, stage_name=stage.stage_name, throttle=throttle, quota=quota
        )
        return Client(name, args, ResourceOptions(parent=self)).key


def invoke_policy(execution_arn: str, api: Api, path: str) -> str:
    """A policy that allows an identity to call a route.

    It is enough in the API's account; an identity of another account must also be among the route's
    `principals`. It also allows calling the routes nested below, unless they have `principals`: no ARN means
    a path without some of what is below it.

    Args:
        execution_arn: the API's execution ARN, `arn:aws:execute-api:<region>:<account>:<api id>`.
        api: the API's settings.
        path: the route's path.

    Returns:
        The policy as JSON.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
    """
    statement = {
        "Effect": "Allow",
        "Action": "execute-api:Invoke",
        "Resource": method_arns(api.stage, path, api.route(path).verbs, api=execution_arn),
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _unqualified(function_arn: str) -> tuple[str, str]:
    """A function's ARN without its alias or version, and that alias or version, or an empty text."""
    parts = function_arn.split(":")
    return ":".join(parts[:7]), ":".join(parts[7:])
