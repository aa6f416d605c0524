"""A caller with an API key."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from settings.limits import Quota, Throttle


@dataclass(frozen=True, kw_only=True)
class ClientArgs:
    """Arguments of a Client.

    Args:
        rest_api_id: id of the API.
        stage_name: name of its stage.
        throttle: limit on all requests with the key together; None for only the stage's limits.
        quota: limit on requests with the key per period; None for none.
    """

    rest_api_id: pulumi.Input[str]
    stage_name: pulumi.Input[str]
    throttle: Throttle | None
    quota: Quota | None


class Client(pulumi.ComponentResource):
    """An API key, and a usage plan that allows it to use the stage.

    Each client has its own plan, so that adding, changing or removing a client affects no other.

    Outputs:
        key: value of the key, secret.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
    """

    key: pulumi.Output[str]

    def __init__(self, name: str, args: ClientArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("crosslink:consumer:Client", name, None, opts)
        key = aws.apigateway.ApiKey(name, opts=ResourceOptions(parent=self))
        plan = aws.apigateway.UsagePlan(
            name,
            api_stages=[aws.apigateway.UsagePlanApiStageArgs(api_id=args.rest_api_id, stage=args.stage_name)],
            throttle_settings=aws.apigateway.UsagePlanThrottleSettingsArgs(
                rate_limit=args.throttle.rate, burst_limit=args.throttle.burst
            )
            if args.throttle
            else None,
            quota_settings=aws.apigateway.UsagePlanQuotaSettingsArgs(
                limit=args.quota.requests, period=args.quota.per.upper()
            )
            if args.quota
            else None,
            opts=ResourceOptions(parent=self),
        )
        aws.apigateway.UsagePlanKey(
            name,
            key_id=key.id,
            key_type="API_KEY",
            usage_plan_id=plan.id,
            opts=ResourceOptions(parent=self),
        )
        self.key = pulumi.Output.secret(key.value)
        self.register_outputs({})
