"""The stage that serves the API's routes: the link's id, limits, tracing, logs, and the key of `apiKey`."""

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from components.consumer.openapi import LINK_VARIABLE
from settings.api import Logs, Throttle

LOG_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
LOG_FIELDS = {
    "requestId": "$context.requestId",
    "requestTime": "$context.requestTime",
    "sourceIp": "$context.identity.sourceIp",
    "caller": "$context.identity.userArn",
    "apiKeyId": "$context.identity.apiKeyId",
    "httpMethod": "$context.httpMethod",
    "path": "$context.path",
    "resourcePath": "$context.resourcePath",
    "status": "$context.status",
    "responseLength": "$context.responseLength",
    "responseLatency": "$context.responseLatency",
    "integrationStatus": "$context.integration.status",
    "integrationLatency": "$context.integration.latency",
    "error": "$context.error.message",
    "integrationError": "$context.integration.error",
}
"""What https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
offers to tell who called what, and which side of the VPC link failed."""


@dataclass(frozen=True, kw_only=True)
class StageArgs:
    """Arguments of a Stage.

    Args:
        rest_api_id: the API.
        deployment_id: the deployment that the stage serves.
        stage_name: the stage's name, part of its URL.
        link_id: the VPC link of the integrations.
        throttle: requests per second and burst, for all methods together.
        logs: access logs; none if left out.
        api_key: callers need the stack's key.
    """

    rest_api_id: pulumi.Input[str]
    deployment_id: pulumi.Input[str]
    stage_name: str
    link_id: pulumi.Input[str]
    throttle: Throttle
    logs: Logs | None
    api_key: bool


class Stage(pulumi.ComponentResource):
    """A stage of a REST API that can use the VPC link.

    Part of the path: step 8, the VPC link used by the API. The integrations name the link by a stage
    variable, which this stage sets and no other.

    Outputs:
        url: the invoke URL of the stage, without a trailing slash.
        stage_name: the stage's name.
        api_key: value of the key, secret; none without `api_key`.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-stages.html
    """

    url: pulumi.Output[str]
    stage_name: pulumi.Output[str]
    api_key: pulumi.Output[str] | None

    def __init__(self, name: str, args: StageArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:consumer:Stage", name, None, opts)
        log_group = self._log_group(name, args.logs) if args.logs else None
        log_role = self._log_role(name) if args.logs and args.logs.account_role == "managed" else None

        stage = aws.apigateway.Stage(
            name,
            rest_api=args.rest_api_id,
            deployment=args.deployment_id,
            stage_name=args.stage_name,
            variables={LINK_VARIABLE: args.link_id},
            xray_tracing_enabled=True,
            access_log_settings=aws.apigateway.StageAccessLogSettingsArgs(
                destination_arn=log_group.arn, format=json.dumps(LOG_FIELDS)
            )
            if log_group
            else None,
            # A stage with access logs is refused in an account without a log role.
            opts=ResourceOptions(parent=self, depends_on=[log_role] if log_role else None),
        )
        aws.apigateway.MethodSettings(
            name,
            rest_api=args.rest_api_id,
            stage_name=stage.stage_name,
            method_path="*/*",
            settings=aws.apigateway.MethodSettingsSettingsArgs(
                throttling_rate_limit=args.throttle.rate, throttling_burst_limit=args.throttle.burst
            ),
            opts=ResourceOptions(parent=self),
        )
        self.url = stage.invoke_url
        self.stage_name = stage.stage_name
        self.api_key = self._key(name, args.rest_api_id, stage) if args.api_key else None
        self.register_outputs({"url": self.url})

    def _log_group(self, name: str, logs: Logs) -> aws.cloudwatch.LogGroup:
        return aws.cloudwatch.LogGroup(
            name, retention_in_days=logs.retention_days, opts=ResourceOptions(parent=self)
        )

    def _log_role(self, name: str) -> aws.apigateway.Account:
        """API Gateway's role for logs: one per account and region, for the APIs of everybody in it.

        It is kept when the stack goes, and so is the role that it names: others may log with it.
        https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
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
            opts=kept,
        )
        policy = aws.iam.RolePolicyAttachment(f"{name}-logs", role=role.id, policy_arn=LOG_POLICY, opts=kept)
        return aws.apigateway.Account(
            f"{name}-logs",
            cloudwatch_role_arn=role.arn,
            # API Gateway tries the role when it is told of it.
            opts=ResourceOptions(parent=self, depends_on=[policy], retain_on_delete=True),
        )

    def _key(
        self, name: str, rest_api_id: pulumi.Input[str], stage: aws.apigateway.Stage
    ) -> pulumi.Output[str]:
        key = aws.apigateway.ApiKey(name, opts=ResourceOptions(parent=self))
        plan = aws.apigateway.UsagePlan(
            name,
            api_stages=[aws.apigateway.UsagePlanApiStageArgs(api_id=rest_api_id, stage=stage.stage_name)],
            opts=ResourceOptions(parent=self),
        )
        aws.apigateway.UsagePlanKey(
            name,
            key_id=key.id,
            key_type="API_KEY",
            usage_plan_id=plan.id,
            opts=ResourceOptions(parent=self),
        )
        return pulumi.Output.secret(key.value)
