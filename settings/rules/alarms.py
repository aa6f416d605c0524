"""Alarms: who is told, and what they watch."""

from collections.abc import Iterator

from settings.api import Api
from settings.consumer import Consumer
from settings.errors import ABSENT, Fault, key
from settings.rules.keys import API, Sides


def topics_in_their_region(sides: Sides) -> Iterator[Fault]:
    """An alarm tells a topic of its own region, in whichever account: CloudWatch refuses others with "Invalid
    region … specified" (https://github.com/cds-snc/notification-terraform/pull/128)."""
    for path, side in sides.items():
        if side.alarms and (other := side.alarms.topic_arn.split(":")[3]) != side.region:
            yield Fault(
                path=key(path, "alarms", "topicArn"),
                value=side.alarms.topic_arn,
                must="must be a topic of the region beside it, where the alarms are",
                fix=f"topicArn: {side.alarms.topic_arn.replace(f':{other}:', f':{side.region}:', 1)}",
            )


def existing_api_by_its_name(consumer: Consumer, api: Api) -> Iterator[Fault]:
    """CloudWatch knows an API by its name, the settings know an existing one by its id
    (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html)."""
    if consumer.alarms and api.existing and api.existing.name is None:
        yield Fault(
            path=key(API, "existing", "name"),
            value=ABSENT,
            must="is required with alarms: CloudWatch knows the API by its name, not by its id",
            fix="name: shared",
        )
