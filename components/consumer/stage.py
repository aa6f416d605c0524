"""The stage that serves the API's routes, with the VPC link's id, limits, tracing, logs and a web ACL."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from components.consumer.openapi import LINK_VARIABLE, PREFIX_VARIABLE, below
from settings.limits import Throttle
from settings.logs import Logs
from settings.route import RouteSettings

LOG_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
LOG_FIELDS = {
    "requestId": "$context.requestId",
    "extendedRequestId": "$context.extendedRequestId",
    "traceId": "$context.xrayTraceId",
    "requestTime": "$context.requestTime",
    "sourceIp": "$context.identity.sourceIp",
    "caller": "$context.identity.userArn",
    "apiKeyId": "$context.identity.apiKeyId",
    "subject": "$context.authorizer.claims.sub",
    "principal": "$context.authorizer.principalId",
    "httpMethod": "$context.httpMethod",
    "path": "$context.path",
    "resourcePath": "$context.resourcePath",
    "status": "$context.status",
    "tlsVersion": "$context.tlsVersion",
    "responseLength": "$context.responseLength",
    "responseLatency": "$context.responseLatency",
    "integrationStatus": "$context.integration.status",
    "integrationLatency": "$context.integration.latency",
    "error": "$context.error.message",
    "errorType": "$context.error.responseType",
    "integrationError": "$context.integration.error",
}
"""What https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
offers to tell who called what, and which side of the VPC link failed."""


@dataclass(frozen=True, kw_only=True)
class StageArgs:
    """Arguments of a Stage.

    Args:
        rest_api_id: id of the API.
        deployment_id: id of the deployment that the stage serves.
        stage_name: the stage's name, part of its URL.
        link_id: id of the integrations' VPC link.
        prefix: what stands before a route's path in a caller's URL, such as `/v1`.
        throttle: limits of each method, in requests per second and at once.
        routes: path → settings of a route, which may have limits of its own.
        logs: access logs; None for none.
        permissions_boundary: ARN of the policy that bounds the role for logs; None for none.
        web_acl_arn: ARN of a web ACL of AWS WAF; None for none.
        ready: what must exist before the stage serves the deployment by the link.
    """

    rest_api_id: pulumi.Input[str]
    deployment_id: pulumi.Input[str]
    stage_name: str
    link_id: pulumi.Input[str]
    prefix: str
    throttle: Throttle
    routes: Mapping[str, RouteSettings]
    logs: Logs | None
    permissions_boundary: str | None
    web_acl_arn: str | None
    ready: Sequence[pulumi.Resource] = ()


class Stage(pulumi.ComponentResource):
    """A stage of a REST API that can use the VPC link.

    Part of the path: step 8, the VPC link used by the API. The integrations reference the link by a stage
    variable, which only this stage sets. What changes for callers does when the stage gets another deployment
    or link: both wait until what is behind them is there.

    Outputs:
        url: the invoke URL of the stage, without a trailing slash.
        stage_name: the stage's name.
        log_group: name of the access logs' log group; None without access logs.

    Sources:
        https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-stages.html
        https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
    """

    url: pulumi.Output[str]
    stage_name: pulumi.Output[str]
    log_group: pulumi.Output[str] | None

    def __init__(self, name: str, args: StageArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:consumer:Stage", name, None, opts)
        log_group = self._log_group(name, args.logs) if args.logs else None
        log_role = (
            self._log_role(name, args.permissions_boundary)
            if args.logs and args.logs.account_role == "managed"
            else None
        )

        stage = aws.apigateway.Stage(
            name,
            rest_api=args.rest_api_id,
            deployment=args.deployment_id,
            stage_name=args.stage_name,
            variables={LINK_VARIABLE: args.link_id, PREFIX_VARIABLE: args.prefix},
            xray_tracing_enabled=True,
            access_log_settings=aws.apigateway.StageAccessLogSettingsArgs(
                destination_arn=log_group.arn, format=json.dumps(LOG_FIELDS)
            )
            if log_group
            else None,
            # In an account without a logging role, a stage with access logs is refused
            # (https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html).
            opts=ResourceOptions(parent=self, depends_on=[*args.ready, *([log_role] if log_role else [])]),
        )
        limits = {"*/*": args.throttle}
        for path, route in args.routes.items():
            if route.throttle:
                limits |= dict.fromkeys(_method_paths(path, route.verbs), route.throttle)
        for method_path, throttle in limits.items():
            aws.apigateway.MethodSettings(
                name if method_path == "*/*" else f"{name}-{method_path}",
                rest_api=args.rest_api_id,
                stage_name=stage.stage_name,
                method_path=method_path,
                settings=aws.apigateway.MethodSettingsSettingsArgs(
                    throttling_rate_limit=throttle.rate, throttling_burst_limit=throttle.burst
                ),
                opts=ResourceOptions(parent=self),
            )
        if args.web_acl_arn:
            aws.wafv2.WebAclAssociation(
                name,
                resource_arn=stage.arn,
                web_acl_arn=args.web_acl_arn,
                opts=ResourceOptions(parent=self),
            )
        self.url = stage.invoke_url
        self.stage_name = stage.stage_name
        # A log group is known by its name: that is its id, too.
        self.log_group = log_group.id if log_group is not None else None
        self.register_outputs({"url": self.url})

    def _log_group(self, name: str, logs: Logs) -> aws.cloudwatch.LogGroup:
        return aws.cloudwatch.LogGroup(
            name, retention_in_days=logs.retention_days, opts=ResourceOptions(parent=self)
        )

    def _log_role(self, name: str, permissions_boundary: str | None) -> aws.apigateway.Account:
        """API Gateway's logging role: one per account and region, for all APIs there.

        It is retained when the stack is destroyed, as is the IAM role: other APIs may use it.

        Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
        """
        kept = ResourceOptions(parent=self, retain_on_delete=True)
        role = aws.iam.Role(
            f"{name}-logs",
            assume_role_policy=json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "apigateway.amazonaws.com"},
                            "Action": "sts:AssumeRole",
                        }
                    ],
                }
            ),
            permissions_boundary=permissions_boundary,
            opts=kept,
        )
        policy = aws.iam.RolePolicyAttachment(f"{name}-logs", role=role.id, policy_arn=LOG_POLICY, opts=kept)
        return aws.apigateway.Account(
            f"{name}-logs",
            cloudwatch_role_arn=role.arn,
            # API Gateway tests the role when it is set.
            opts=ResourceOptions(parent=self, depends_on=[policy], retain_on_delete=True),
        )


def _method_paths(path: str, verbs: Iterable[str]) -> Iterator[str]:
    """The method paths of a route, one per verb: API Gateway accepts no limits for `ANY`.

    A slash is `~1`, and so is the root. CloudFormation writes these paths differently.

    Source: https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateStage.html
    """
    for resource_path in (path, below(path)):
        yield from (f"{resource_path.replace('/', '~1')}/{verb}" for verb in verbs)
